//! One run of a vertex: check, apply, settled or failed.

use super::state::{DIRTY, FREE, PROBE, Phase, TOLD, WATCH_LOST};
use super::timers::Timer;
use super::{Action, Handle, Level, Report, Scheduler, Time};
use mgmt_dataflow::commit::Vertex;
use mgmt_resources::resource::{Applied, Checked, Failure, Run, Sent, State as Found};
use mgmt_values::resource::Fields;
use mgmt_values::value::Value;
use petgraph::stable_graph::NodeIndex;
use std::sync::Arc;
use std::time::Duration;

/// A failure that came about without asking the host is not repeated faster than this. Others pass zero.
const LEAST_DELAY: Duration = Duration::from_millis(100);

/// A run in flight.
#[derive(Debug)]
pub(super) struct Active {
    pub(super) vertex: Arc<Vertex>,
    fields: Fields,
    run: Run,
    pub(super) received: Vec<(u16, Value)>,
    /// The notifications that were pending when it began.
    pub(super) seen: Vec<(NodeIndex, u64)>,
    semaphores: Vec<u32>,
    started: Time,
    deadline: Option<Time>,
    /// The intent was made by this run.
    pub(super) fresh_intent: bool,
    /// It only looks, because a successor failed.
    probe: bool,
    /// What it did, while that is being put on disk.
    done: Option<(Vec<String>, Sent)>,
}

#[cfg(test)]
impl Active {
    pub(super) fn is_probe(&self) -> bool {
        self.probe
    }

    pub(super) fn semaphores(&self) -> &[u32] {
        &self.semaphores
    }
}

impl Scheduler {
    /// Starts a run of a vertex that holds these semaphores.
    pub(super) fn begin(&mut self, node: NodeIndex, semaphores: Vec<u32>) {
        let vertex = self.live.vertex(node).clone();
        let state = self.state_mut(node);
        // Whoever is asked is not dirty: becoming so is an answer.
        let probe = state.is(PROBE);
        state.set(PROBE | TOLD, false);
        let received = self.receive(node).and_then(|received| {
            let fields = if received.values.is_empty() {
                vertex.fields.clone()
            } else {
                let fields = vertex.fields.with(received.values.iter().cloned());
                let name = vertex.id.resource.name.to_str();
                fields.kind().check(&name, vertex.meta.poll, &fields).map_err(Failure::new)?;
                fields
            };
            Ok((received, fields))
        });
        let seen = if probe { Vec::new() } else { self.notifications.of(node) };
        let refresh = !seen.is_empty() && vertex.fields.kind().traits.refreshes;
        let timeout = Duration::from_millis(vertex.meta.timeout);
        let mut active = Active {
            fields: vertex.fields.clone(),
            run: Run { refresh, received: Vec::new() },
            received: Vec::new(),
            seen,
            semaphores,
            started: self.now,
            deadline: (!timeout.is_zero()).then(|| self.now.after(timeout)),
            fresh_intent: false,
            probe,
            done: None,
            vertex,
        };
        let handle = self.handle(node);
        self.converge.ran();
        self.set_phase(node, Phase::Checking);
        let outcome = received.map(|(received, fields)| {
            active.fields = fields;
            active.run.received = received.told;
            active.received = received.values;
            (active.fields.clone(), active.run.clone(), active.deadline)
        });
        if !probe {
            self.state_mut(node).set(DIRTY, false);
        }
        self.runs.insert(handle, active);
        match outcome {
            Ok((fields, run, deadline)) => {
                self.state_mut(node).checks += 1;
                self.total.checks += 1;
                self.act(Action::Check(handle, fields, run, deadline));
            }
            Err(failure) if probe => self.probed(handle, Err(failure)),
            Err(failure) => self.fail(handle, failure, LEAST_DELAY),
        }
    }

    pub(super) fn checked(&mut self, handle: Handle, result: Result<Checked, Failure>) {
        let Some(run) = self.runs.get(&handle) else { return };
        if run.probe {
            return self.probed(handle, result);
        }
        let checked = match result {
            Ok(checked) => checked,
            Err(failure) => return self.fail(handle, failure, Duration::ZERO),
        };
        // A former version whose application has not begun ends here.
        let Some(node) = self.current(handle) else { return self.end(handle) };
        let clean = checked.state == Found::Clean;
        if self.noop(node) {
            let changes = match checked.state {
                Found::Clean => Vec::new(),
                Found::Differs(changes) => changes,
                Found::Unknown(what) => vec![what],
            };
            if !changes.is_empty() {
                self.report(Report::WouldChange { id: self.id(node), changes });
            }
            return self.settle(handle, Vec::new(), checked.sent);
        }
        if clean {
            self.finish(handle, Vec::new(), checked.sent);
        } else if self.stop.is_some() {
            // Work that has not begun never does.
            self.state_mut(node).set(DIRTY, true);
            self.end(handle);
        } else if self.intend(handle, node) {
            self.set_phase(node, Phase::Intending);
        } else {
            self.apply(handle, node);
        }
    }

    fn apply(&mut self, handle: Handle, node: NodeIndex) {
        let Some(run) = self.runs.get(&handle) else { return };
        let action = Action::Apply(handle, run.fields.clone(), run.run.clone(), run.deadline);
        self.set_phase(node, Phase::Applying);
        self.state_mut(node).applies += 1;
        self.total.applies += 1;
        self.act(action);
    }

    pub(super) fn applied(&mut self, handle: Handle, result: Result<Applied, Failure>) {
        if !self.runs.contains_key(&handle) {
            return;
        }
        match result {
            Ok(applied) => self.finish(handle, applied.changes, applied.sent),
            Err(failure) => self.fail(handle, failure, Duration::ZERO),
        }
    }

    /// A run has succeeded; what others are to know of it goes to disk first.
    fn finish(&mut self, handle: Handle, changes: Vec<String>, sent: Sent) {
        let Some(mut run) = self.runs.remove(&handle) else { return };
        let current = self.current(handle);
        // What a former version notified counts, as long as a vertex of its id is in the graph.
        let node = current.or_else(|| self.live.find(&run.vertex.id));
        let batch = match node {
            Some(node) => self.outcome(node, &run, !changes.is_empty(), current.is_some()),
            None => Vec::new(),
        };
        if batch.is_empty() {
            self.runs.insert(handle, run);
            return self.settle(handle, changes, sent);
        }
        run.done = Some((changes, sent));
        self.runs.insert(handle, run);
        if let Some(node) = current {
            self.set_phase(node, Phase::Settling);
        }
        self.write(Some(handle), batch);
    }

    /// A batch that a run waits for is on disk, or cannot be put there.
    pub(super) fn on_disk(&mut self, handle: Handle, result: Result<(), String>) {
        let Some(run) = self.runs.get_mut(&handle) else { return };
        let done = run.done.take();
        if let Err(cause) = result {
            return self.fail(handle, Failure::new(cause), LEAST_DELAY);
        }
        match (done, self.current(handle)) {
            (Some((changes, sent)), current) => {
                let id = self.runs.get(&handle).map(|run| run.vertex.id.clone());
                let told = current.or_else(|| self.live.find(&id?));
                self.settle(handle, changes, sent);
                if let Some(node) = told {
                    self.poke_receivers(node);
                }
            }
            (None, None) => self.end(handle),
            (None, Some(node)) if self.stop.is_some() => {
                self.state_mut(node).set(DIRTY, true);
                self.end(handle);
            }
            (None, Some(node)) => self.apply(handle, node),
        }
    }

    /// A run has succeeded, and whatever must survive is on disk.
    fn settle(&mut self, handle: Handle, changes: Vec<String>, sent: Sent) {
        let Some(run) = self.runs.get_mut(&handle) else { return };
        let (vertex, took) = (run.vertex.clone(), self.now.since(run.started));
        let received = std::mem::take(&mut run.received);
        let changed = !changes.is_empty();
        if changed {
            self.active();
            self.report(Report::Changed { id: vertex.id.clone(), changes, took });
        }
        let current = self.current(handle);
        self.end(handle);
        let Some(node) = current else { return };
        let state = self.state_mut(node);
        state.set(FREE, false);
        if vertex.meta.retryreset {
            state.retry = vertex.meta.retry;
        }
        if !received.is_empty() || state.extra.is_some() {
            state.extra().received = received;
        }
        self.publish(node, sent);
        if changed {
            self.count_change(node);
        }
        self.set_ok(node, true);
        self.mourn_watch(node);
    }

    /// Takes a run out, whatever came of it. A current vertex is idle then; a former version makes room for what comes after it.
    pub(super) fn end(&mut self, handle: Handle) {
        let Some(run) = self.runs.remove(&handle) else { return };
        self.release(&run.semaphores);
        match self.current(handle) {
            Some(node) => {
                self.set_phase(node, Phase::Idle);
                self.enqueue(node);
            }
            None => self.left(handle, &run.vertex.id),
        }
    }

    /// Deals with a watch that was lost during the run that has just ended, or while it was being registered.
    pub(super) fn mourn_watch(&mut self, node: NodeIndex) -> bool {
        if !self.state(node).is(WATCH_LOST) {
            return false;
        }
        self.state_mut(node).set(WATCH_LOST, false);
        let failure = self.state_mut(node).extra().watch_failure.take();
        self.watch_failed(node, failure.unwrap_or_else(|| Failure::new("lost")));
        true
    }

    fn fail(&mut self, handle: Handle, failure: Failure, least: Duration) {
        let current = self.current(handle);
        if let Some(node) = current {
            self.state_mut(node).set(DIRTY, true);
            self.set_ok(node, false);
            self.active();
        }
        let id = self.runs.get(&handle).map(|run| run.vertex.id.clone());
        self.end(handle);
        let (Some(node), Some(id)) = (current, id) else { return };
        let cause = failure.message;
        if self.stop >= Some(Level::Interrupt) {
            return self.report(Report::Interrupted { id, cause });
        }
        // A lost watch has a budget of its own. What the host was not asked for, no prerequisite can have spoilt.
        let excused = self.mourn_watch(node) || (least.is_zero() && self.ask(node, &cause));
        if !excused {
            self.spend(node, cause, least);
        }
    }

    /// A failure that nothing excuses costs an attempt.
    pub(super) fn spend(&mut self, node: NodeIndex, cause: String, least: Duration) {
        let (id, delay) = (self.id(node), Duration::from_millis(self.live.vertex(node).meta.delay));
        let (now, handle) = (self.now, self.handle(node));
        let state = self.state_mut(node);
        state.set(FREE, false);
        if state.retry == 0 {
            return self.fail_for_good(node, cause);
        }
        state.retry -= i16::from(state.retry > 0);
        let left = u32::try_from(state.retry).ok();
        let after = delay.max(least);
        let due = now.after(after);
        state.extra().due = due;
        self.set_phase(node, Phase::Delay);
        self.timers.set(due, Timer::Retry(handle));
        self.report(Report::Retrying { id, cause, after, left });
    }

    pub(super) fn fail_for_good(&mut self, node: NodeIndex, cause: String) {
        self.state_mut(node).set(DIRTY, true);
        self.set_ok(node, false);
        self.set_phase(node, Phase::Failed);
        self.failed.insert(node);
        self.act(Action::Stop(self.handle(node)));
        self.active();
        self.answer(node, true);
        self.report(Report::Failed { id: self.id(node), cause });
    }

    /// The end of a check that a successor asked for. What it finds is repaired by an ordinary run.
    pub(super) fn probed(&mut self, handle: Handle, result: Result<Checked, Failure>) {
        let differs = match result {
            Ok(checked) => matches!(checked.state, Found::Differs(_)),
            Err(_) => true,
        };
        let current = self.current(handle);
        self.end(handle);
        let Some(node) = current else { return };
        let dirty = differs || self.state(node).is(DIRTY);
        if dirty {
            self.mark_dirty(node, false);
        }
        self.answer(node, dirty);
        self.mourn_watch(node);
    }
}
