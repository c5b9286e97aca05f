//! What is due when. A timer is never taken back: one that has lost its meaning does nothing when its time comes.

use super::state::Phase;
use super::{Handle, Scheduler, Time};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What is to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// The delay after a failure is over.
    Retry(Handle),
    /// The rate lets another run through.
    Limit(Handle),
    /// The delay after a lost watch is over.
    Watch(Handle),
    /// The next poll.
    Poll(Handle),
    /// A vertex may be waiting for a semaphore for long.
    Semaphore(Handle),
    /// The machine may have converged.
    Converge,
    /// Say what is still running.
    Stopping,
}

/// Timers by time, then in the order in which they were set.
#[derive(Debug, Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Reverse<(Time, u64, Timer)>>,
    set: u64,
}

impl Timers {
    pub(super) fn set(&mut self, at: Time, timer: Timer) {
        if at < Time::NEVER {
            self.set += 1;
            self.heap.push(Reverse((at, self.set, timer)));
        }
    }

    pub(super) fn next(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse((at, _, _))| *at)
    }

    fn pop(&mut self, now: Time) -> Option<(Time, Timer)> {
        let due = self.next().is_some_and(|at| at <= now);
        if due { self.heap.pop().map(|Reverse((at, _, timer))| (at, timer)) } else { None }
    }
}

impl Scheduler {
    pub(super) fn fire_timers(&mut self) {
        // Timers set meanwhile for this very instant wait for the next step, so that a step ends.
        let mut due = Vec::new();
        while let Some(timer) = self.timers.pop(self.now) {
            due.push(timer);
        }
        for (at, timer) in due {
            self.fire(at, timer);
        }
    }

    fn fire(&mut self, at: Time, timer: Timer) {
        let (handle, phase) = match timer {
            Timer::Converge => return self.converge.elapsed(at),
            Timer::Stopping => return self.name_running(),
            Timer::Retry(handle) => (handle, Some(Phase::Delay)),
            Timer::Limit(handle) => (handle, Some(Phase::Limited)),
            Timer::Watch(handle) => (handle, Some(Phase::WatchDelay)),
            Timer::Semaphore(handle) => (handle, Some(Phase::Queued)),
            Timer::Poll(handle) => (handle, None),
        };
        let Some(node) = self.current(handle) else { return };
        if phase.is_some_and(|phase| phase != self.state(node).phase()) {
            return;
        }
        let due = self.state(node).extra.as_ref().map(|extra| (extra.due, extra.limited));
        match timer {
            Timer::Retry(_) if due.is_some_and(|(due, _)| due == at) => self.end_wait(node),
            Timer::Limit(_) if due.is_some_and(|(_, limited)| limited == at) => self.end_wait(node),
            Timer::Watch(_) if due.is_some_and(|(due, _)| due == at) => self.watch_again(node),
            Timer::Semaphore(_) => self.name_semaphore(node),
            Timer::Poll(_) => self.poll(node, at),
            _ => {}
        }
    }

    fn end_wait(&mut self, node: petgraph::stable_graph::NodeIndex) {
        self.set_phase(node, Phase::Idle);
        self.enqueue(node);
    }
}
