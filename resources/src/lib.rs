//! Resource kinds: what they are, how they are watched, checked and applied.
//!
//! [`kinds()`] lists them; each is one file with, in this order, what a user should know, the table of its fields, and its behaviour.
//! [`watch`] holds the watchers that everything in the process shares; [`host`] is what a resource may use of its host.
//! This crate knows no language, no collection and no order of runs.

pub mod clock;
pub mod crash;
pub mod host;
pub mod kinds;
pub mod resource;
pub mod watch;

pub use crash::kill_point;
pub use host::{Host, Message, Messages};
pub use kinds::kinds;
