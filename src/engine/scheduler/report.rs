//! What the scheduler tells the user, as data.

use mgmt_dataflow::commit::VertexId;
use mgmt_values::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What happens, for a user.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// A resource was made right.
    Changed {
        /// Which.
        id: VertexId,
        /// What was changed, one line each.
        changes: Vec<String>,
        /// From the start of its check.
        took: Duration,
    },
    /// A resource is not right, and was left alone because of noop.
    WouldChange {
        /// Which.
        id: VertexId,
        /// What would be changed, one line each.
        changes: Vec<String>,
    },
    /// An attempt failed; there will be another.
    Retrying {
        /// Which.
        id: VertexId,
        /// Why.
        cause: String,
        /// How long until then.
        after: Duration,
        /// How many attempts are left; `None`: there is no end to them.
        left: Option<u32>,
    },
    /// A resource failed for good.
    Failed {
        /// Which.
        id: VertexId,
        /// Why.
        cause: String,
    },
    /// Its run was cut short by the user.
    Interrupted {
        /// Which.
        id: VertexId,
        /// What came of it.
        cause: String,
    },
    /// A resource will not run because of others that failed for good.
    Blocked {
        /// Which.
        id: VertexId,
        /// Its direct prerequisites that failed or are blocked themselves.
        by: Vec<VertexId>,
    },
    /// A received value is new.
    Received {
        /// Who sent it.
        from: VertexId,
        /// The name under which it was sent.
        key: Arc<str>,
        /// Who received it.
        to: VertexId,
        /// The field that it went to.
        field: Arc<str>,
    },
    /// A resource has more events than its limit lets through.
    Limited {
        /// Which.
        id: VertexId,
        /// How long it waits; `None`: for ever.
        wait: Option<Duration>,
    },
    /// A resource changes again and again without staying right; it waits for a while.
    Restless {
        /// Which.
        id: VertexId,
        /// How long it waits.
        wait: Duration,
    },
    /// A resource has been waiting for a semaphore for long.
    WaitsForSemaphore {
        /// Which.
        id: VertexId,
        /// For which.
        semaphore: String,
    },
    /// A graph is in force.
    Accepted {
        /// Which commit.
        number: u64,
        /// Vertices in it.
        vertices: usize,
    },
    /// A graph was refused; the last one stays in force.
    Refused {
        /// Which commit.
        number: u64,
        /// Why.
        error: Error,
    },
    /// Nothing is left to do.
    Settled(Standing),
    /// Nothing has changed for as long as was asked.
    Converged(Standing),
    /// Something changes again.
    Unconverged,
    /// It is to end, and these are still running; told each second.
    Stopping {
        /// By text.
        running: Vec<VertexId>,
    },
    /// The journal was damaged and has been put aside; every notification counts as pending.
    Quarantined {
        /// Where it is now.
        path: PathBuf,
        /// What was wrong with it.
        damage: String,
    },
    /// The journal could not be written.
    JournalFailed {
        /// Why.
        cause: String,
    },
}

/// How the machine stands when nothing is left to do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// What failed for good, by text.
    pub failed: Vec<VertexId>,
    /// What is blocked by it, by text.
    pub blocked: Vec<VertexId>,
    /// An uncaught error of the program holds an older graph in force.
    pub held: bool,
}
