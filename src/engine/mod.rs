//! The executor: makes the machine match the graph.
//!
//! In come commits, out come verdicts on them and events for the user. [`scheduler`] decides and does nothing, [`driver`] does and
//! decides nothing; [`graph`] is what is in force, [`journal`] what survives a crash. Always true: each commit is answered once, in
//! order; a resource has one run at a time; nothing blocks the caller.

pub mod driver;
pub mod graph;
pub mod journal;
pub mod scheduler;

#[cfg(test)]
mod testing;

pub use driver::{Engine, Status, Verdict};
pub use scheduler::{Counts, Level, Report, Settings, Standing};
