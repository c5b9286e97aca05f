//! The syntax tree: what was written, with the place of everything and nothing added.
//!
//! Plain data. Operators are operators (no calls of internal functions), parentheses are nodes, strings are the raw text between
//! the quotes, classes with colons stand where they were written. Comments stand beside the tree, with their places; together
//! with the text this is all that the formatter needs.
//!
//! Always: no tree is higher than [`MAX_HEIGHT`], so recursion over one needs bounded stack; spans are exact, from the first byte
//! of a node to the last; the nodes of a list are in the order of the text.

mod expression;
mod resource;
mod statement;

pub use expression::{
    Arguments, Binary, Body, Call, Callee, Conditional, Except, Expr, ExprKind, FieldAccess, FieldValue, Function, Index,
    Operator, Pair, Param, Params,
};
pub use resource::{Edge, EdgeEntry, EdgeHalf, Entries, Entry, FieldEntry, MetaEntry, MetaStructEntry, Resource};
pub use statement::{
    Alias, Bind, Block, Class, Collect, For, ForKv, Func, If, Import, ImportPath, Include, Panic, Program, Statement,
};

use mgmt_values::{Span, Type};
use std::sync::Arc;

/// How many nodes may stand one inside the other: blocks, expressions and types together. A chain of operators is as high as it is
/// long, because it nests to the left, and a class with colons counts as deep as it moves. Parsing so many needs less than 2 MiB of stack
/// without optimization, and less than 1 MiB with it.
pub const MAX_HEIGHT: usize = 500;

/// A word of the program and its place. Dotted and colon names are one word without blanks (`fmt . printf` is `fmt.printf`), variables
/// come without `$`, capitalized names in lower case; the span covers what was written, with the `$`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The word.
    pub text: Arc<str>,
    /// Its place.
    pub span: Span,
}

/// A written type and its place. Unnamed arguments of a function type have their decimal index as name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeNote {
    /// The type.
    pub ty: Type,
    /// Its place.
    pub span: Span,
}

/// One comment: from `#` to the end of the line, which is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its place, with the `#`.
    pub span: Span,
}
