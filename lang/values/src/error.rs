//! Errors of a program: data with a place, turned into text by nobody but the command line.

use crate::key::Site;
use std::fmt;
use std::sync::Arc;

/// The stage of a program's life that an error belongs to. The order is the order in which a run meets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Finding and reading the program.
    Input,
    /// Characters to tree.
    Lexparse,
    /// Checks that need no scope.
    Init,
    /// Strings and nested classes.
    Interpolate,
    /// Imports, order, names.
    Setscope,
    /// Types.
    Unify,
    /// Last static checks.
    Graph,
    /// Evaluation.
    Stream,
    /// Resources and edges from values.
    Interpret,
    /// Automatic edges.
    Autoedge,
}

impl Phase {
    /// The word that diagnostics carry: `lexparse`, `setscope`, …
    pub fn name(self) -> &'static str {
        match self {
            Phase::Input => "input",
            Phase::Lexparse => "lexparse",
            Phase::Init => "init",
            Phase::Interpolate => "interpolate",
            Phase::Setscope => "setscope",
            Phase::Unify => "unify",
            Phase::Graph => "graph",
            Phase::Stream => "stream",
            Phase::Interpret => "interpret",
            Phase::Autoedge => "autoedge",
        }
    }
}

/// Which of several errors of the phase `interpret` a from-scratch evaluation would meet first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// A resource that cannot be built or is not valid.
    Build,
    /// Two resources that exclude each other.
    Duplicate,
    /// An edge that cannot be made.
    Edge,
    /// A cycle.
    Cycle,
}

/// Where an error of a running program belongs: a place in a cell, which a table beside the program maps to a span of text.
pub type Place = Option<Site>;

/// An error of a running program. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Error {
    /// Its stage.
    pub phase: Phase,
    /// Its turn among others of that stage.
    pub rank: Rank,
    /// Where.
    pub place: Place,
    /// The other place that has a part in it, such as the second of two resources that exclude each other. Which of the two stands
    /// later in the text, and so is to be shown as the place, is known to the table of spans alone.
    pub other: Place,
    /// What, in one line without place.
    pub message: Arc<str>,
    /// Whether `<|>` catches it.
    pub catchable: bool,
    /// Whether the result that it stands for is that of the very operation that failed, under whatever name, and not of one that was
    /// given it. The call of a function that gives back such a result is the place that says most about it.
    pub direct: bool,
}

impl Error {
    /// An evaluation error that `<|>` catches.
    pub fn catchable(site: Site, message: impl Into<Arc<str>>) -> Error {
        Error {
            phase: Phase::Stream,
            rank: Rank::Build,
            place: Some(site),
            other: None,
            message: message.into(),
            catchable: true,
            direct: true,
        }
    }

    /// An evaluation error that nothing catches.
    pub fn fatal(site: Site, message: impl Into<Arc<str>>) -> Error {
        Error { catchable: false, ..Error::catchable(site, message) }
    }

    /// An error in making the resource graph.
    pub fn interpret(rank: Rank, place: Place, message: impl Into<Arc<str>>) -> Error {
        Error { phase: Phase::Interpret, rank, place, other: None, message: message.into(), catchable: false, direct: false }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
