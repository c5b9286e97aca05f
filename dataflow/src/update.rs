//! What goes in and what comes out: plain data, in order.

use crate::commit::Commit;
use mgmt_values::error::Error;
use mgmt_values::key::{Call, Key};
use mgmt_values::outcome::Cell;
use mgmt_values::value::Value;

/// Something the dataflow is told.
#[derive(Clone, Debug)]
pub enum Input {
    /// The program changes: cells that go and cells that come, as one edit. The first one is the whole program.
    Program {
        /// Cells of the former program that are no longer in it, exactly as they were given.
        removed: Vec<Cell>,
        /// Cells that are new or changed.
        added: Vec<Cell>,
    },
    /// A source has an answer, its first or a newer one.
    Fact {
        /// Which source.
        key: Key,
        /// Its value, or how it failed; the error carries no place.
        answer: Result<Value, Error>,
    },
    /// What the executor says of the outstanding commit.
    Verdict {
        /// Which commit.
        number: u64,
        /// Whether the graph is now in force; a refusal says why, and is shown as an uncaught error until a later commit is accepted.
        accepted: Result<(), Error>,
    },
}

/// Something the dataflow tells.
#[derive(Clone, Debug)]
pub enum Output {
    /// Watch this source and answer with facts: at least one, at once where it can.
    Start {
        /// Which source.
        key: Key,
        /// What it is to do.
        call: Call,
    },
    /// A running own source has other arguments now.
    Change {
        /// Which source.
        key: Key,
        /// What it is to do from now on.
        call: Call,
    },
    /// Nobody needs this source any more. Facts that still come for it are ignored.
    Stop {
        /// Which source.
        key: Key,
    },
    /// A wave has closed without an uncaught error and the graph differs. The next one waits for the verdict on this one.
    Commit(Commit),
    /// The uncaught errors differ: they hold the last accepted graph in force.
    Errors {
        /// New ones.
        raised: Vec<Error>,
        /// Gone ones.
        cleared: Vec<Error>,
    },
    /// These demands have not answered for a second; told once for each.
    Late(Vec<(Key, Call)>),
    /// A wave has closed: `settled` when nothing is queued, no demand lacks its first answer and no commit is outstanding or held.
    Idle {
        /// Whether everything that was asked is answered and released.
        settled: bool,
    },
}
