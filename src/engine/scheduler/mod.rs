//! The scheduler: a pure state machine that decides what runs when.
//!
//! In come inputs and the time, out come actions; it knows no clock, no task, no disk and no chance, so that whole histories can be
//! simulated. Always true after a step: a vertex has one run at most; a run began only when every prerequisite was clean or had
//! succeeded since it last became dirty; nothing runs for a clean vertex; a vertex that others are to be told of is settled only
//! when the journal says so.
//!
//! | file | rule |
//! |---|---|
//! | [`state`] | what is remembered of a vertex |
//! | [`commit`] | a new graph: what stops, what starts, what goes on |
//! | [`order`] | who may run |
//! | [`run`] | one run, from check to settled or failed |
//! | [`recheck`] | asking the prerequisites after a failure |
//! | [`notify`] | notifications and their journal |
//! | [`receive`] | values that move along edges |
//! | [`limits`] | rates and semaphores |
//! | [`watching`] | watches, polling, and what they report |
//! | [`converge`] | when all is done, or at its end |

mod commit;
mod converge;
mod limits;
mod notify;
mod order;
mod receive;
mod recheck;
mod report;
mod run;
mod state;
mod timers;
mod watching;

#[cfg(test)]
mod tests;

pub use report::{Report, Standing};

use super::graph::Live;
use super::journal::Survived;
use super::journal::record::Record;
use mgmt_dataflow::commit::{Commit, Vertex, VertexId};
use mgmt_resources::resource::{Applied, Checked, Event, Failure, Run};
use mgmt_values::error::Error;
use mgmt_values::resource::Fields;
use petgraph::stable_graph::NodeIndex;
use rustc_hash::FxHashMap;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// Nanoseconds since the driver began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

impl Time {
    /// Never.
    pub const NEVER: Time = Time(u64::MAX);

    /// This long afterwards.
    pub fn after(self, duration: Duration) -> Time {
        Time(self.0.saturating_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)))
    }

    /// How long it is since then.
    pub fn since(self, then: Time) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(then.0))
    }
}

/// What holds for all vertices.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// Check, never apply.
    pub noop: bool,
    /// How many resources may run at the same time; 0: any number.
    pub sema: u32,
    /// How long nothing must have changed for the machine to count as converged; `None`: it is never said.
    pub converge: Option<Duration>,
}

/// One version of one vertex, from the making of its resource to its end. No two are ever alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle {
    node: u32,
    version: u32,
}

/// What the scheduler is told.
#[derive(Debug)]
pub enum Input {
    /// A graph is wanted. It is answered with [`Action::Verdict`].
    Commit(Commit),
    /// How the program stands.
    Program {
        /// Everything it asked is answered and released.
        settled: bool,
        /// An uncaught error holds the graph that is in force.
        held: bool,
    },
    /// The answer to [`Action::Watch`].
    Watching(Handle, Result<(), Failure>),
    /// A watch says something.
    Event(Handle, Event),
    /// The answer to [`Action::Check`].
    Checked(Handle, Result<Checked, Failure>),
    /// The answer to [`Action::Apply`].
    Applied(Handle, Result<Applied, Failure>),
    /// The answer to [`Action::Write`].
    Written(u64, Result<(), String>),
    /// The answer to [`Action::Drain`].
    Drained(u64),
    /// It is to end.
    Stop(Level),
}

/// How urgently it is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Let what runs come to its end.
    Finish,
    /// Ask what runs to stop.
    Interrupt,
    /// Kill it.
    Kill,
}

/// What is to be done, in this order.
#[derive(Debug)]
pub enum Action {
    /// Make the resource.
    Make(Handle, Arc<Vertex>),
    /// Register its watch, in place of a former one, and say so with [`Input::Watching`].
    Watch(Handle, Fields),
    /// Forget the resource and its watch. Nothing of it is in flight.
    Stop(Handle),
    /// Check it.
    Check(Handle, Fields, Run, Option<Time>),
    /// Apply it.
    Apply(Handle, Fields, Run, Option<Time>),
    /// Ask its run to stop.
    Interrupt(Handle),
    /// Put a batch on disk, and say so with [`Input::Written`]. Batches are written in order.
    Write(u64, Vec<Record>),
    /// The answer to a commit.
    Verdict(u64, Result<(), Error>),
    /// Take in what the watchers have not reported yet, then say so.
    Drain(u64),
    /// Tell the user.
    Report(Report),
    /// Nothing runs any more, and nothing will. What is in flight after [`Level::Kill`] is to be dropped.
    Finished,
}

/// Counts of one vertex, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Checks begun, for runs and to ask.
    pub checks: u64,
    /// Applications begun.
    pub applies: u64,
}

/// The state machine. See the module.
pub struct Scheduler {
    settings: Settings,
    now: Time,
    live: Live,
    states: Vec<state::State>,
    /// Runs in flight, those of former versions included.
    runs: FxHashMap<Handle, run::Active>,
    /// Former versions whose run is in flight, by id: nothing of this id starts before they have ended.
    leaving: FxHashMap<VertexId, Handle>,
    ready: VecDeque<NodeIndex>,
    granted: VecDeque<NodeIndex>,
    semaphores: limits::Semaphores,
    /// When each vertex that changed lately began to, and how often it did since.
    restless: FxHashMap<NodeIndex, (Time, u32)>,
    timers: timers::Timers,
    notifications: notify::Notifications,
    asking: recheck::Asking,
    failed: BTreeSet<NodeIndex>,
    converge: converge::Converge,
    stop: Option<Level>,
    /// Vertices that do something, or will without being told to.
    busy: usize,
    total: Counts,
    actions: Vec<Action>,
}

impl Scheduler {
    /// A scheduler of an empty graph, with what the journal remembers.
    pub fn new(settings: Settings, survived: Survived) -> Scheduler {
        Scheduler {
            settings,
            now: Time::default(),
            live: Live::new(),
            states: Vec::new(),
            runs: FxHashMap::default(),
            leaving: FxHashMap::default(),
            ready: VecDeque::new(),
            granted: VecDeque::new(),
            semaphores: limits::Semaphores::default(),
            restless: FxHashMap::default(),
            timers: timers::Timers::default(),
            notifications: notify::Notifications::new(survived),
            asking: recheck::Asking::default(),
            failed: BTreeSet::new(),
            converge: converge::Converge::default(),
            stop: None,
            busy: 0,
            total: Counts::default(),
            actions: Vec::new(),
        }
    }

    /// Takes in what has come together, then starts what may start.
    pub fn step(&mut self, now: Time, inputs: impl IntoIterator<Item = Input>) -> Vec<Action> {
        self.now = self.now.max(now);
        self.fire_timers();
        for input in inputs {
            self.take(input);
        }
        self.start_ready();
        self.judge();
        std::mem::take(&mut self.actions)
    }

    /// When the next step is due without any input.
    pub fn due(&self) -> Option<Time> {
        self.timers.next()
    }

    /// Counts of all vertices there ever were.
    pub fn total(&self) -> Counts {
        self.total
    }

    /// Counts of each vertex of the graph, in no order.
    pub fn counts(&self) -> impl Iterator<Item = (&VertexId, Counts)> {
        self.live.nodes().map(|node| (&self.live.vertex(node).id, self.states[node.index()].counts()))
    }

    /// The graph in force.
    pub fn live(&self) -> &Live {
        &self.live
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Commit(commit) => self.commit(&commit),
            Input::Program { settled, held } => self.converge.program(settled, held),
            Input::Watching(handle, result) => self.watching(handle, result),
            Input::Event(handle, event) => self.watch_says(handle, event),
            Input::Checked(handle, result) => self.checked(handle, result),
            Input::Applied(handle, result) => self.applied(handle, result),
            Input::Written(token, result) => self.written(token, result),
            Input::Drained(round) => self.converge.drained(round),
            Input::Stop(level) => self.stop(level),
        }
    }

    fn act(&mut self, action: Action) {
        self.actions.push(action);
    }

    fn report(&mut self, report: Report) {
        self.actions.push(Action::Report(report));
    }

    fn handle(&self, node: NodeIndex) -> Handle {
        Handle { node: node.index() as u32, version: self.states[node.index()].version }
    }

    /// The vertex, when this is still its version.
    fn current(&self, handle: Handle) -> Option<NodeIndex> {
        let state = self.states.get(handle.node as usize)?;
        (state.version == handle.version && state.phase() != state::Phase::Vacant).then(|| NodeIndex::new(handle.node as usize))
    }

    fn state(&self, node: NodeIndex) -> &state::State {
        &self.states[node.index()]
    }

    fn state_mut(&mut self, node: NodeIndex) -> &mut state::State {
        &mut self.states[node.index()]
    }

    fn set_phase(&mut self, node: NodeIndex, phase: state::Phase) {
        let before = self.states[node.index()].set_phase(phase);
        self.busy = self.busy + usize::from(phase.busy()) - usize::from(before.busy());
    }

    fn id(&self, node: NodeIndex) -> VertexId {
        self.live.vertex(node).id.clone()
    }

    fn noop(&self, node: NodeIndex) -> bool {
        self.settings.noop || self.live.vertex(node).meta.noop
    }

    /// Ids by text.
    fn ids(&self, nodes: impl IntoIterator<Item = NodeIndex>) -> Vec<VertexId> {
        let mut ids: Vec<VertexId> = nodes.into_iter().map(|node| self.id(node)).collect();
        ids.sort_by(|a, b| super::graph::by_text(&a.resource, &b.resource));
        ids
    }
}
