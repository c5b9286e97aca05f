//! The type checker: a resolved program in, [`Typed`] or the mistakes out.
//!
//! Every expression that a statement reaches gets one type; inside a `func` statement, which is checked once, types may mention the
//! generic variables of that statement, and each call says what they stand for. Definitions nobody uses are not checked.

mod fold;
mod typed;

pub use fold::Fold;
pub use typed::{Container, Naming, Substitution, Typed};
