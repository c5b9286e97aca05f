//! What can become a program. A front end reads what the user named and yields cells; what is wrong comes as [`Diagnostic`]s, which
//! are data: the command line turns them into text.

use mgmt_values::error::Phase;
use std::sync::Arc;

/// One thing that is wrong with a program, or went wrong in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stage that met it.
    pub phase: Phase,
    /// What, in one line.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Where.
    pub place: Option<Excerpt>,
    /// Other places that belong to it, each with what it is.
    pub related: Vec<(String, Excerpt)>,
}

impl Diagnostic {
    /// One without a place.
    pub fn new(phase: Phase, message: impl Into<String>) -> Diagnostic {
        Diagnostic { phase, message: message.into(), hint: None, place: None, related: Vec::new() }
    }
}

/// A range of a source text, as it is shown. Lines and columns count from 1, columns in characters; the end is exclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Relative to the input's directory where the file lies below it.
    pub file: Arc<str>,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column of the end.
    pub end_column: u32,
    /// The text of the first and, where it is another, of the last line, without line ends.
    pub text: Vec<String>,
}
