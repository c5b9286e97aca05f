//! What happens while a program runs, as data for whoever watches it: a log, a test, an embedder.

use crate::engine::scheduler::Report;
use crate::frontend::Diagnostic;
use mgmt_dataflow::commit::Commit;
use mgmt_resources::Message;
use mgmt_values::key::Call;
use std::sync::Arc;
use std::time::Duration;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The executor tells.
    Engine(Report),
    /// A resource, or a command that the program reads, has something to say.
    Said(Message),
    /// Errors of the program that nothing catches: they hold the last accepted graph in force, if there is one.
    Raised(Vec<Diagnostic>),
    /// Errors that are gone by themselves, and how many are left.
    Cleared {
        /// What they were.
        gone: Vec<Diagnostic>,
        /// How many still hold the graph.
        left: usize,
    },
    /// Sources that have not answered for a second.
    Late(Vec<Call>),
    /// An edit of the program is being applied.
    Edited {
        /// New or changed cells.
        added: usize,
        /// Cells that are gone or changed.
        removed: usize,
        /// From the saved text to the diff.
        took: Duration,
    },
    /// An edit of the program is wrong, and changes nothing.
    Refused(Vec<Diagnostic>),
    /// The program wants this graph; told where [`Options::tell_graphs`](crate::runtime::Options::tell_graphs) asks for it. It is in
    /// force when the executor has accepted its number.
    Wanted(Arc<Commit>),
    /// The end was asked for.
    Stopping,
}

/// How a run has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Everything is as it should be.
    Converged,
    /// Somebody asked for it.
    Stopped,
    /// The program was wrong before its first graph was accepted.
    Refused,
    /// An error of the program held its graph at the end.
    Held,
    /// A resource failed for good.
    Failed,
    /// The time was over before it was converged.
    Unfinished,
    /// Something that has to work does not: it was reported.
    Broken,
}
