//! What the checker asks about values that are known before anything runs.

use crate::resolve::program::{ExprId, Program};
use mgmt_values::Value;

/// Gives the values of expressions that depend on nothing outside the program text.
pub trait Fold {
    /// The value of `expr`, or `None` where it depends on a source, on a parameter of a function or on a loop variable, where it fails,
    /// or where it is not worth the work. The program is not type-checked yet: an ill-typed operation gives `None`, never a panic.
    ///
    /// Asked for formats of `fmt.printf`, type texts of the JSON decoders and the like, so seldom; but binds refer to binds, and the
    /// answer must be linear in the text and bounded in size: remember the value of each variable, give up on huge ones.
    fn fold(&self, program: &Program, expr: ExprId) -> Option<Value>;
}
