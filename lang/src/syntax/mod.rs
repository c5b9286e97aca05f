//! Text to tree.
//!
//! In: the text of one file. Out: a [`tree::Program`] that spans every node, and the mistakes that were found.
//! Always: parsing never fails or panics, a tree is at most [`tree::MAX_HEIGHT`] nodes high, and what could not be understood is
//! left out of the tree and named by a mistake. Nothing here knows a file, a scope or a type beyond what is written.

mod check;
pub mod classes;
pub mod lexer;
mod parser;
pub mod strings;
pub mod token;
pub mod tree;

pub use check::check;

use crate::diagnostic::Diagnostic;
use mgmt_values::FileId;
use tree::Program;

/// What became of a text.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// All statements that could be understood.
    pub program: Program,
    /// The mistakes, at most [`MAX_MISTAKES`]; the first one is what the text has to be refused for. None: the tree is the whole text.
    pub mistakes: Vec<Diagnostic>,
}

/// How many mistakes of one file are reported.
pub const MAX_MISTAKES: usize = 20;

/// Parses the text of a file: in phase `lexparse`, so no string is looked into.
///
/// # Example
/// ```
/// use mgmt_lang::syntax::{parse, tree::Statement};
/// let parsed = parse(mgmt_values::FileId(0), "$x = 1 +\nnoop \"n\" {}");
/// assert_eq!(parsed.mistakes[0].message, "unexpected end of the line, expected an expression");
/// assert!(matches!(parsed.program.statements[..], [Statement::Resource(_)]));
/// ```
pub fn parse(file: FileId, text: &str) -> Parsed {
    parser::parse(file, text)
}

/// The same with an empty span everywhere, so that equal programs are equal trees.
pub(crate) fn parse_without_places(text: &str) -> Parsed {
    parser::parse_without_places(text)
}
