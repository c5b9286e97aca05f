//! What a resource kind implements: watching, checking and applying one resource.
//!
//! `check` has no effect on the host and says what differs; `apply` makes it so. Neither runs twice at once for one resource, and no
//! check comes before the watch is registered. A kind that cannot tell without acting says [`State::Unknown`].

use mgmt_values::resource::Fields;
use mgmt_values::schema::Kind;
use mgmt_values::value::Value;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A future that a trait object can return.
pub type Task<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// Why a resource failed, for a user to read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// One line.
    pub message: String,
}

impl Failure {
    /// A failure with this message.
    pub fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into() }
    }
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Clean,
    /// Not as it should be: what differs, one line each, such as `mode: 0644 -> 0600`.
    Differs(Vec<String>),
    /// It cannot tell without acting: what `apply` would do, such as ``run `make` ``.
    Unknown(String),
}

/// What a run gives to those that receive from it: name of the published value, and value.
pub type Sent = Vec<(&'static str, Value)>;

/// What `check` gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What it found.
    pub state: State,
    /// What it publishes, when [`State::Clean`].
    pub sent: Sent,
}

/// What `apply` gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// What was changed, one line each; empty when there was nothing to change after all, and then nobody is notified.
    pub changes: Vec<String>,
    /// What it publishes.
    pub sent: Sent,
}

/// What one run of a resource is about.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// A notification is pending.
    pub refresh: bool,
    /// Which fields were received, each with whether its value differs from that of the last successful run.
    pub received: Vec<(String, bool)>,
}

/// One resource at work. Fields do not change in its life, except for received ones, which come with `fields` of each run.
pub trait Resource: Send + Sync {
    /// Registers with the shared watchers; `events` is told of every possible change from then on. Dropping the guard ends it.
    /// A kind that needs a task of its own spawns it into the guard; a watch that fails later says so through `events`.
    fn watch(&self, fields: &Fields, events: Events) -> Result<Watch, Failure>;

    /// Looks, without any effect.
    fn check<'a>(&'a self, fields: &'a Fields, run: &'a Run) -> Task<'a, Checked>;

    /// Makes it so. Called only after a `check` that did not find it clean, or when a notification is pending on a kind that refreshes.
    /// `journal` marks in the implementation where a crash test may kill it: see [`crate::kill_point`].
    fn apply<'a>(&'a self, fields: &'a Fields, run: &'a Run) -> Task<'a, Applied>;

    /// Asked of a run in flight when the user insists on the end: stop what can be stopped.
    fn interrupt(&self) {}
}

/// Tells the engine that a watched resource may have changed. Cheap to clone.
#[derive(Clone)]
pub struct Events(Arc<dyn Fn(Event) + Send + Sync>);

/// What a watch says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The resource may have changed.
    Changed,
    /// The watch is lost.
    Failed(Failure),
}

impl Events {
    /// Events that go to `sink`; it must not block.
    pub fn new(sink: impl Fn(Event) + Send + Sync + 'static) -> Events {
        Events(Arc::new(sink))
    }

    /// Tells of a possible change.
    pub fn changed(&self) {
        (self.0)(Event::Changed);
    }

    /// Tells that the watch is lost.
    pub fn failed(&self, failure: Failure) {
        (self.0)(Event::Failed(failure));
    }
}

/// A registered watch; dropping it ends it.
#[must_use]
pub struct Watch(#[allow(dead_code, reason = "held for its drop")] Vec<Box<dyn Send>>);

impl Watch {
    /// Nothing to watch.
    pub fn none() -> Watch {
        Watch(Vec::new())
    }

    /// A watch that lives as long as these guards.
    pub fn of(guards: Vec<Box<dyn Send>>) -> Watch {
        Watch(guards)
    }
}

/// Makes the resources of one kind.
pub type Make = fn(name: &str, host: &crate::Host) -> Box<dyn Resource>;

/// A kind and how its resources are made: one line in the list of kinds.
pub struct Entry {
    /// Its declaration.
    pub kind: &'static Kind,
    /// Its behaviour.
    pub make: Make,
}
