//! Who may run: a vertex that is dirty, watched, and of which every prerequisite is clean or has succeeded since it last became
//! dirty.

use super::Scheduler;
use super::state::{DIRTY, HIDDEN, OK, PROBE, Phase};
use petgraph::stable_graph::NodeIndex;

impl Scheduler {
    /// Says whether a vertex lets its successors run, and carries it through hidden ones.
    pub(super) fn set_ok(&mut self, node: NodeIndex, ok: bool) {
        if self.state(node).is(OK) == ok {
            return;
        }
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if self.state(node).is(OK) == ok {
                continue;
            }
            self.state_mut(node).set(OK, ok);
            for (next, _) in self.live.successors(node) {
                let state = &mut self.states[next.index()];
                state.waiting = if ok { state.waiting - 1 } else { state.waiting + 1 };
                if state.is(HIDDEN) {
                    if (state.waiting == 0) == ok {
                        open.push(next);
                    }
                } else if ok && state.waiting == 0 && state.is(DIRTY) && state.phase() == Phase::Idle {
                    self.ready.push_back(next);
                }
            }
        }
    }

    /// A vertex has work to do. A poke (a notification, a new value) does not wait for the rate of events.
    pub(super) fn mark_dirty(&mut self, node: NodeIndex, poke: bool) {
        let state = self.state_mut(node);
        let phase = state.phase();
        if state.is(HIDDEN) || matches!(phase, Phase::Failed | Phase::Vacant) {
            return;
        }
        state.set(DIRTY, true);
        if poke {
            if let Some(extra) = &mut state.extra {
                extra.limited = super::Time::default();
            }
            if phase == Phase::Limited {
                self.set_phase(node, Phase::Idle);
            }
        }
        if !phase.in_flight() {
            self.set_ok(node, false);
            if self.state(node).is(PROBE) {
                self.state_mut(node).set(PROBE, false);
                self.answer(node, true);
            }
        }
        self.enqueue(node);
    }

    /// Looks at a vertex again at the end of the step.
    pub(super) fn enqueue(&mut self, node: NodeIndex) {
        if self.may_run(node) {
            self.ready.push_back(node);
        }
    }

    pub(super) fn may_run(&self, node: NodeIndex) -> bool {
        let state = self.state(node);
        state.phase() == Phase::Idle && (state.is(PROBE) || (state.is(DIRTY) && state.waiting == 0))
    }

    /// Starts what may start, in the order in which it became ready.
    pub(super) fn start_ready(&mut self) {
        if self.stop.is_some() {
            self.ready.clear();
            self.granted.clear();
            return;
        }
        loop {
            if let Some(node) = self.granted.pop_front() {
                if self.state(node).phase() == Phase::Queued {
                    self.acquire(node);
                }
            } else if let Some(node) = self.ready.pop_front() {
                if self.may_run(node) && !self.limit(node) {
                    self.acquire(node);
                }
            } else {
                return;
            }
        }
    }
}
