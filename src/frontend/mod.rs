//! What can become a program. A front end reads what the user named and yields cells; what is wrong comes as [`Diagnostic`]s, which
//! are data: the command line turns them into text.

mod git;
pub mod mcl;

pub use git::Git;

use mgmt_values::error::Phase;
use mgmt_values::key::Site;
use mgmt_values::outcome::Cell;
use std::path::PathBuf;
use std::sync::Arc;

/// Something that can be turned into a program, again and again: its texts may have changed in between.
pub trait Frontend: Send + Sync {
    /// Reads the texts as they are now and makes a program of them.
    fn build(&self) -> Result<Build, Refusal>;
}

/// A program, ready to run.
pub struct Build {
    /// Its cells, each id once.
    pub cells: Vec<Cell>,
    /// Where they stand in the text.
    pub places: Arc<dyn Places>,
    /// The files that it came from, there or not, absolute: an edit of one of them may change it.
    pub files: Vec<PathBuf>,
}

/// Why there is no program.
#[derive(Debug)]
pub struct Refusal {
    /// What is wrong, the most important first; one at least.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that were read or looked for.
    pub files: Vec<PathBuf>,
}

/// Where the cells of one program stand.
pub trait Places: Send + Sync {
    /// The turn of a place in an evaluation from scratch: of several errors the one with the smallest turn is met first.
    fn turn(&self, site: Site) -> u32;

    /// The text at a place; `None` for a place of another program.
    fn excerpt(&self, site: Site) -> Option<Excerpt>;
}

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
