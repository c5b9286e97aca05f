//! What a resource kind implements: watching, checking and applying one resource.
//!
//! `check` has no effect on the host and says what differs; `apply` makes it so. Neither runs twice at once for one resource, and no
//! check comes before the watch is registered. A kind that cannot tell without acting says [`State::Unknown`].

use crate::host::Host;
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

impl Checked {
    /// As it should be, with nothing to publish.
    pub fn clean() -> Checked {
        Checked { state: State::Clean, sent: Sent::new() }
    }

    /// What was found, with nothing to publish.
    pub fn found(state: State) -> Checked {
        Checked { state, sent: Sent::new() }
    }
}

/// What `apply` gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// What was changed, one line each; empty when there was nothing to change after all, and then nobody is notified.
    pub changes: Vec<String>,
    /// What it publishes.
    pub sent: Sent,
}

impl Applied {
    /// What was changed, with nothing to publish.
    pub fn changed(changes: Vec<String>) -> Applied {
        Applied { changes, sent: Sent::new() }
    }
}

/// What one run of a resource is about: `check`, and `apply` if that did not find it clean.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// A notification is pending. A kind that refreshes takes it into account in `check` already: what it would do then is a
    /// difference, so that a clean check settles the notification.
    pub refresh: bool,
    /// Which fields were received, each with whether its value differs from that of the last successful run.
    pub received: Vec<(String, bool)>,
}

/// One resource at work. Fields do not change in its life, except for those that come with `fields` of each run: received ones, and those
/// that its watch does not depend on.
pub trait Resource: Send + Sync {
    /// Registers with the shared watchers; `events` is told of every possible change from then on. Dropping the guard ends it.
    /// A kind that needs a task of its own spawns it into the guard, so it is called inside a tokio runtime; a watch that fails
    /// later says so through `events`.
    fn watch(&self, fields: &Fields, events: Events) -> Result<Watch, Failure>;

    /// Looks, without any effect.
    fn check<'a>(&'a self, fields: &'a Fields, run: &'a Run) -> Task<'a, Checked>;

    /// Makes it so. Called only after a `check` of the same run that did not find it clean.
    fn apply<'a>(&'a self, fields: &'a Fields, run: &'a Run) -> Task<'a, Applied>;

    /// Asks a run in flight to stop, because its time is over or the user asked twice: it ends soon, with a failure. Has no effect on
    /// later runs. Dropping the run's future instead stops it the hard way.
    fn cancel(&self) {}

    /// The user insists: what runs is killed, and nothing starts from now on.
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
pub struct Watch {
    _guards: Vec<Box<dyn Send>>,
}

impl Watch {
    /// Nothing to watch.
    pub fn none() -> Watch {
        Watch { _guards: Vec::new() }
    }

    /// A watch that lives as long as these guards.
    pub fn of(guards: Vec<Box<dyn Send>>) -> Watch {
        Watch { _guards: guards }
    }
}

/// Makes one resource of a kind.
pub type Make = fn(name: &str, host: &Host) -> Box<dyn Resource>;

/// A kind and how its resources are made: one line in the list of kinds.
pub struct Entry {
    /// Its declaration.
    pub kind: &'static Kind,
    /// Its behaviour; none while the kind is only declared.
    pub behaviour: Option<Behaviour>,
}

/// What makes a declared kind run.
#[derive(Clone, Copy)]
pub struct Behaviour {
    /// Makes one resource.
    pub make: Make,
    /// Why a resource with these fields cannot be run yet although it is valid.
    pub unsupported: fn(&Fields) -> Option<String>,
}

impl Entry {
    /// A kind that checks and graphs, and cannot be run yet.
    pub const fn declared(kind: &'static Kind) -> Entry {
        Entry { kind, behaviour: None }
    }

    /// A kind all of whose fields work.
    pub const fn whole(kind: &'static Kind, make: Make) -> Entry {
        Entry { kind, behaviour: Some(Behaviour { make, unsupported: |_| None }) }
    }

    /// A kind some of whose fields do not work yet.
    pub const fn partial(kind: &'static Kind, make: Make, unsupported: fn(&Fields) -> Option<String>) -> Entry {
        Entry { kind, behaviour: Some(Behaviour { make, unsupported }) }
    }

    /// What makes a resource with these fields run, or in one line why it cannot be run: to be asked before anything is applied.
    pub fn runnable(&self, fields: &Fields) -> Result<Make, String> {
        let behaviour = self.behaviour.ok_or_else(|| format!("resources of kind `{}` cannot be run yet", self.kind.name))?;
        match (behaviour.unsupported)(fields) {
            Some(reason) => Err(reason),
            None => Ok(behaviour.make),
        }
    }
}
