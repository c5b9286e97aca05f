//! What a resource may use of the host it runs on, all of it replaceable in tests.

use crate::clock::{Clock, SystemClock};
use crate::watch::Watchers;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

mod disks;
pub mod guard;
pub mod local;
pub mod network;
mod vardir;

pub use disks::Disks;
use guard::Guard;
use local::Local;

/// What resources share on this host. Clones share everything.
#[derive(Clone)]
pub struct Host {
    /// Where a resource may keep private state: see [`Host::private`].
    pub state: PathBuf,
    /// What outlives a run and is no resource's own.
    pub local: Local,
    /// The host's name.
    pub hostname: String,
    /// The watchers, one of each per process.
    pub watchers: Watchers,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where messages for the user go.
    pub messages: Messages,
    /// Makes sure that commands do not outlive this process.
    pub guard: Guard,
    /// File systems that were written to and not yet synchronised.
    pub disks: Disks,
}

impl Host {
    /// A host with the system's clock, watchers of its own and messages that go nowhere.
    pub fn new(state: impl Into<PathBuf>, hostname: impl Into<String>) -> Host {
        Host::with_clock(state, hostname, Arc::new(SystemClock))
    }

    /// A host that lives by this clock.
    pub fn with_clock(state: impl Into<PathBuf>, hostname: impl Into<String>, clock: Arc<dyn Clock>) -> Host {
        let state = state.into();
        Host {
            local: Local::new(state.join("local")),
            state,
            hostname: hostname.into(),
            watchers: Watchers::new(clock.clone()),
            clock,
            messages: Messages::new(|_| {}),
            guard: Guard::default(),
            disks: Disks::default(),
        }
    }

    /// The directory in which one resource may keep private state; it is made by whoever writes into it first.
    pub fn private(&self, kind: &str, name: &[u8]) -> PathBuf {
        self.state.join(vardir::component(kind, name))
    }
}

/// Something a resource has to say to the user, beside what it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who says it: `print[hello]`.
    pub resource: String,
    /// How much it matters.
    pub level: Level,
    /// The text; may have several lines.
    pub text: String,
}

/// How much a message matters: the priorities of syslog (RFC 5424, 6.2.1), most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The system is unusable.
    Emergency,
    /// Action must be taken at once.
    Alert,
    /// Critical condition.
    Critical,
    /// Error.
    Error,
    /// Warning.
    Warning,
    /// Normal, and worth noticing.
    Notice,
    /// Information: what `print` prints.
    Info,
    /// Of use to developers.
    Debug,
}

/// Takes messages. Cheap to clone.
#[derive(Clone)]
pub struct Messages(Arc<dyn Fn(Message) + Send + Sync>);

impl Messages {
    /// Messages that go to `sink`; it must not block.
    pub fn new(sink: impl Fn(Message) + Send + Sync + 'static) -> Messages {
        Messages(Arc::new(sink))
    }

    /// Says something.
    pub fn say(&self, resource: impl fmt::Display, level: Level, text: impl Into<String>) {
        (self.0)(Message { resource: resource.to_string(), level, text: text.into() });
    }
}
