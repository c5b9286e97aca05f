//! Watches, polls, and what they report. Nothing is checked before its watch is registered.

use super::state::{DIRTY, PROBE, Phase, WATCH_LOST};
use super::timers::Timer;
use super::{Action, Handle, Report, Scheduler, Time};
use mgmt_resources::resource::{Event, Failure};
use petgraph::stable_graph::NodeIndex;
use std::time::Duration;

impl Scheduler {
    /// Begins to watch a vertex, or to poll it; the first event is its own.
    pub(super) fn watch(&mut self, node: NodeIndex) {
        let handle = self.handle(node);
        let vertex = self.live.vertex(node);
        match vertex.meta.poll {
            0 => {
                let received = self.state(node).extra.as_ref().map(|extra| extra.received.clone()).unwrap_or_default();
                let fields = if received.is_empty() { vertex.fields.clone() } else { vertex.fields.with(received) };
                self.set_phase(node, Phase::Starting);
                self.act(Action::Watch(handle, fields));
            }
            every => {
                self.set_phase(node, Phase::Idle);
                if let Ok(every) = u64::try_from(every) {
                    self.timers.set(self.now.after(Duration::from_secs(every)), Timer::Poll(handle));
                }
                self.happened(node);
            }
        }
    }

    pub(super) fn watching(&mut self, handle: Handle, result: Result<(), Failure>) {
        let Some(node) = self.current(handle) else { return };
        if self.state(node).phase() != Phase::Starting {
            return;
        }
        self.set_phase(node, Phase::Idle);
        match result {
            Ok(()) if self.mourn_watch(node) => {}
            Ok(()) => self.happened(node),
            Err(failure) => {
                self.state_mut(node).set(WATCH_LOST, false);
                self.watch_failed(node, failure);
            }
        }
    }

    pub(super) fn watch_says(&mut self, handle: Handle, event: Event) {
        let Some(node) = self.current(handle) else { return };
        let phase = self.state(node).phase();
        match event {
            Event::Failed(failure) if phase == Phase::Starting || phase.in_flight() => {
                let state = self.state_mut(node);
                state.set(WATCH_LOST, true);
                state.extra().watch_failure = Some(failure);
            }
            // What else comes then is covered by the first event of the watch to come.
            _ if matches!(phase, Phase::Failed | Phase::AwaitOld | Phase::Starting | Phase::WatchDelay) => {}
            Event::Changed => self.happened(node),
            Event::Failed(failure) => self.watch_failed(node, failure),
        }
    }

    /// Something may have happened to a vertex.
    pub(super) fn happened(&mut self, node: NodeIndex) {
        self.count_event(node);
        self.mark_dirty(node, false);
    }

    /// Registers the watch again after the delay, or gives up. No run is in flight.
    pub(super) fn watch_failed(&mut self, node: NodeIndex, failure: Failure) {
        self.leave_queue(node);
        self.withdraw(node);
        let (id, after) = (self.id(node), Duration::from_millis(self.live.vertex(node).meta.delay));
        let (now, handle) = (self.now, self.handle(node));
        let cause = format!("watch failed: {}", failure.message);
        let state = self.state_mut(node);
        state.set(DIRTY, true);
        let asked = state.is(PROBE);
        state.set(PROBE, false);
        if state.watch_retry == 0 {
            return self.fail_for_good(node, cause);
        }
        state.watch_retry -= i16::from(state.watch_retry > 0);
        let left = u32::try_from(state.watch_retry).ok();
        let due = now.after(after);
        state.extra().due = due;
        self.set_phase(node, Phase::WatchDelay);
        self.set_ok(node, false);
        self.timers.set(due, Timer::Watch(handle));
        self.active();
        self.report(Report::Retrying { id, cause, after, left });
        if asked {
            self.answer(node, true);
        }
    }

    pub(super) fn watch_again(&mut self, node: NodeIndex) {
        if self.stop.is_none() {
            self.watch(node);
        }
    }

    pub(super) fn poll(&mut self, node: NodeIndex, at: Time) {
        let Ok(every) = u64::try_from(self.live.vertex(node).meta.poll) else { return };
        if self.state(node).phase() == Phase::Failed || self.stop.is_some() {
            return;
        }
        let next = at.after(Duration::from_secs(every));
        let next = if next > self.now { next } else { self.now.after(Duration::from_secs(every)) };
        self.timers.set(next, Timer::Poll(self.handle(node)));
        self.happened(node);
    }
}
