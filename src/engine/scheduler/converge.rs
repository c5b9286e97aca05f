//! When all is done: settled, converged, or at the end.

use super::state::{DIRTY, OK, Phase, TOLD};
use super::timers::Timer;
use super::{Action, Level, Report, Scheduler, Standing, Time};
use crate::engine::graph::by_text;
use petgraph::stable_graph::NodeIndex;
use rustc_hash::FxHashSet;
use std::time::Duration;

/// How often it is said what is still running.
const REMINDER: Duration = Duration::from_secs(1);

/// How far the machine is.
#[derive(Debug, Default)]
pub(super) struct Converge {
    accepted: bool,
    program_settled: bool,
    program_held: bool,
    /// Rises with each run, failure and graph; watchers were read empty for the one in `drained`.
    round: u64,
    asked: u64,
    drained: u64,
    /// Something changed or failed since it was last said that all is settled.
    news: bool,
    converged: bool,
    /// When something last changed or failed.
    active: Time,
    /// The time for which a timer is set.
    due: Option<Time>,
    finished: bool,
}

impl Converge {
    pub(super) fn program(&mut self, settled: bool, held: bool) {
        // An error that comes or goes changes what can be said, even when no resource does.
        self.news |= held != self.program_held;
        (self.program_settled, self.program_held) = (settled, held);
    }

    /// A run begins.
    pub(super) fn ran(&mut self) {
        self.round += 1;
    }

    pub(super) fn accepted(&mut self) {
        self.accepted = true;
    }

    pub(super) fn drained(&mut self, round: u64) {
        self.drained = self.drained.max(round);
    }

    pub(super) fn elapsed(&mut self, at: Time) {
        if self.due == Some(at) {
            self.due = None;
        }
    }
}

impl Scheduler {
    /// Something changed or failed.
    pub(super) fn active(&mut self) {
        let converge = &mut self.converge;
        converge.active = self.now;
        converge.round += 1;
        converge.news = true;
        if std::mem::take(&mut converge.converged) {
            self.report(Report::Unconverged);
        }
    }

    /// Whether nothing is going on and nothing will without being told to. What is blocked by a failure does not count.
    fn quiet(&self) -> bool {
        let converge = &self.converge;
        self.busy == 0 && ((converge.accepted && converge.program_settled) || converge.program_held)
    }

    /// Looks at the whole at the end of a step.
    pub(super) fn judge(&mut self) {
        if self.stop.is_some() {
            return self.judge_end();
        }
        if !self.quiet() {
            return;
        }
        let converge = &mut self.converge;
        if converge.news {
            if converge.drained <= converge.round {
                // Events that are still on their way are taken in once before it is said that nothing is left.
                if converge.asked <= converge.round {
                    converge.asked = converge.round + 1;
                    self.act(Action::Drain(self.converge.asked));
                }
                return;
            }
            converge.news = false;
            self.forget_changes();
            let standing = self.standing();
            self.report(Report::Settled(standing));
        }
        let Some(hold) = self.settings.converge else { return };
        let converge = &mut self.converge;
        if converge.converged || converge.program_held {
            return;
        }
        let due = converge.active.after(hold);
        if due <= self.now {
            converge.converged = true;
            let standing = self.standing();
            self.report(Report::Converged(standing));
        } else if converge.due != Some(due) {
            converge.due = Some(due);
            self.timers.set(due, Timer::Converge);
        }
    }

    /// What failed, and what that blocks; the latter is said once.
    fn standing(&mut self) -> Standing {
        let mut seen: FxHashSet<NodeIndex> = FxHashSet::default();
        let mut open: Vec<NodeIndex> = self.failed.iter().copied().collect();
        while let Some(node) = open.pop() {
            for (next, _) in self.live.successors(node) {
                let state = self.state(next);
                if state.is(DIRTY) && !state.is(OK) && state.phase() != Phase::Failed && seen.insert(next) {
                    open.push(next);
                }
            }
        }
        let mut fresh: Vec<NodeIndex> = seen.iter().copied().filter(|node| !self.state(*node).is(TOLD)).collect();
        fresh.sort_by(|a, b| by_text(&self.live.vertex(*a).id.resource, &self.live.vertex(*b).id.resource));
        for node in fresh {
            self.state_mut(node).set(TOLD, true);
            let guilty = self.live.predecessors(node).map(|(before, _)| before);
            let by = self.ids(guilty.filter(|before| seen.contains(before) || self.failed.contains(before)));
            self.report(Report::Blocked { id: self.id(node), by });
        }
        let held = self.converge.program_held;
        Standing { failed: self.ids(self.failed.iter().copied()), blocked: self.ids(seen), held }
    }

    /// Begins to end, or ends faster.
    pub(super) fn stop(&mut self, level: Level) {
        if self.stop >= Some(level) {
            return;
        }
        if self.stop.is_none() {
            let queued: Vec<NodeIndex> = self.live.nodes().filter(|node| self.state(*node).phase() == Phase::Queued).collect();
            queued.into_iter().for_each(|node| self.leave_queue(node));
            self.timers.set(self.now.after(REMINDER), Timer::Stopping);
        }
        self.stop = Some(level);
        if level == Level::Interrupt {
            let mut handles: Vec<_> = self.runs.keys().copied().collect();
            handles.sort();
            handles.into_iter().for_each(|handle| self.act(Action::Interrupt(handle)));
        }
    }

    fn judge_end(&mut self) {
        let ended = self.runs.is_empty() && self.notifications.at_rest();
        if (ended || self.stop == Some(Level::Kill)) && !std::mem::replace(&mut self.converge.finished, true) {
            self.act(Action::Finished);
        }
    }

    pub(super) fn name_running(&mut self) {
        if self.runs.is_empty() {
            return;
        }
        let mut running: Vec<_> = self.runs.values().map(|run| run.vertex.id.clone()).collect();
        running.sort_by(|a, b| by_text(&a.resource, &b.resource));
        self.report(Report::Stopping { running });
        self.timers.set(self.now.after(REMINDER), Timer::Stopping);
    }
}
