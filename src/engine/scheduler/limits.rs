//! How much may run: the rate of events, semaphores, and a pause for what never comes to rest.

use super::state::{DIRTY, PROBE, Phase};
use super::timers::Timer;
use super::{Report, Scheduler, Time};
use mgmt_values::resource::Meta;
use petgraph::stable_graph::NodeIndex;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::time::Duration;

/// A vertex that changes this often within [`RESTLESS_WITHIN`] waits for [`RESTLESS_PAUSE`].
const RESTLESS_CHANGES: u32 = 1000;
const RESTLESS_WITHIN: Duration = Duration::from_secs(1);
const RESTLESS_PAUSE: Duration = Duration::from_secs(1);
/// Waiting for a semaphore this long is worth a word.
const LONG_WAIT: Duration = Duration::from_secs(10);

/// A token bucket: so many events a second, so many at once. It starts full, and may be in debt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    rate: f64,
    burst: f64,
    tokens: f64,
    at: Time,
}

impl Bucket {
    /// The bucket of a resource; `None` when its rate has no limit.
    pub(super) fn of(meta: &Meta, now: Time) -> Option<Bucket> {
        let burst = meta.burst as f64;
        (meta.limit.0 < f64::INFINITY).then_some(Bucket { rate: meta.limit.0.max(0.0), burst, tokens: burst, at: now })
    }

    /// Another limit for the same identity: what was used stays used.
    pub(super) fn adjust(&mut self, meta: &Meta) {
        let used = self.burst - self.tokens;
        (self.rate, self.burst) = (meta.limit.0.max(0.0), meta.burst as f64);
        self.tokens = self.burst - used;
    }

    /// Takes a token, and says when it counts.
    fn take(&mut self, now: Time) -> Time {
        let earned = now.since(self.at).as_secs_f64() * self.rate;
        self.tokens = (self.tokens + earned).min(self.burst) - 1.0;
        self.at = now;
        if self.tokens >= 0.0 {
            return now;
        }
        // Without a rate, or with a debt of more than a century, never.
        let wait = Duration::try_from_secs_f64(-self.tokens / self.rate).unwrap_or(Duration::MAX);
        if self.burst < 1.0 || wait > Duration::from_secs(4_000_000_000) { Time::NEVER } else { now.after(wait) }
    }
}

/// The semaphores of the engine: one name space, kept for ever. Units are handed on in the order of asking.
#[derive(Debug, Default)]
pub(super) struct Semaphores {
    index: FxHashMap<String, u32>,
    all: Vec<Semaphore>,
}

#[derive(Debug)]
struct Semaphore {
    name: String,
    size: u32,
    used: u32,
    queue: VecDeque<(NodeIndex, u32)>,
}

/// The size that a semaphore's name says: what stands behind the last colon, when that is a number above 0, else 1.
fn size(name: &str) -> u32 {
    name.rsplit_once(':').and_then(|(_, size)| size.parse().ok()).filter(|size| *size > 0).unwrap_or(1)
}

impl Semaphores {
    fn intern(&mut self, name: String) -> u32 {
        *self.index.entry(name).or_insert_with_key(|name| {
            self.all.push(Semaphore { name: name.clone(), size: size(name), used: 0, queue: VecDeque::new() });
            (self.all.len() - 1) as u32
        })
    }

    /// The semaphores of a resource, each once, in the order of their text: whoever takes them in this order cannot meet a
    /// deadlock.
    pub(super) fn of(&mut self, meta: &Meta, global: u32) -> Vec<u32> {
        let mut names: Vec<String> = meta.sema.iter().map(|name| name.to_str().into_owned()).collect();
        if global > 0 {
            names.push(format!(":{global}"));
        }
        names.sort();
        names.dedup();
        names.into_iter().map(|name| self.intern(name)).collect()
    }

    /// Units in use and size of each, for checks.
    #[cfg(test)]
    pub(super) fn usage(&self) -> impl Iterator<Item = (&str, u32, u32)> {
        self.all.iter().map(|s| (s.name.as_str(), s.used, s.size))
    }
}

impl Scheduler {
    /// Takes a token for an event.
    pub(super) fn count_event(&mut self, node: NodeIndex) {
        let now = self.now;
        let Some(extra) = &mut self.state_mut(node).extra else { return };
        if let Some(bucket) = &mut extra.bucket {
            let at = bucket.take(now);
            // While it waits, further events take their tokens, but do not prolong the wait.
            if at > now && extra.limited <= now {
                extra.limited = at;
            }
        }
    }

    /// Holds a vertex back that has used up its rate.
    pub(super) fn limit(&mut self, node: NodeIndex) -> bool {
        let (now, handle) = (self.now, self.handle(node));
        let Some(limited) = self.state(node).extra.as_ref().map(|extra| extra.limited).filter(|limited| *limited > now) else {
            return false;
        };
        if self.state(node).is(PROBE) && !self.state(node).is(DIRTY) {
            return false;
        }
        self.set_phase(node, Phase::Limited);
        self.timers.set(limited, Timer::Limit(handle));
        if self.restless.get(&node).is_none_or(|(_, changes)| *changes < RESTLESS_CHANGES) {
            let wait = (limited < Time::NEVER).then(|| limited.since(now));
            self.report(Report::Limited { id: self.id(node), wait });
        }
        true
    }

    /// Notes that a vertex changed something; one that keeps doing so is worth one message and a pause.
    pub(super) fn count_change(&mut self, node: NodeIndex) {
        let now = self.now;
        let entry = self.restless.entry(node).or_insert((now, 0));
        if now.since(entry.0) > RESTLESS_WITHIN + RESTLESS_PAUSE * u32::from(entry.1 >= RESTLESS_CHANGES) {
            *entry = (now, 0);
        }
        entry.1 += 1;
        let changes = entry.1;
        if changes >= RESTLESS_CHANGES {
            entry.0 = now;
            let until = now.after(RESTLESS_PAUSE);
            self.state_mut(node).extra().limited = until;
            if changes == RESTLESS_CHANGES {
                self.report(Report::Restless { id: self.id(node), wait: RESTLESS_PAUSE });
            }
        }
    }

    /// Forgets changes that are long past.
    pub(super) fn forget_changes(&mut self) {
        let now = self.now;
        self.restless.retain(|_, (since, _)| now.since(*since) <= RESTLESS_WITHIN + RESTLESS_PAUSE);
    }

    /// Takes the semaphores of a vertex one after the other, then starts its run; at the first that has no unit left, it queues.
    pub(super) fn acquire(&mut self, node: NodeIndex) {
        let handle = self.handle(node);
        let was_queued = self.state(node).phase() == Phase::Queued;
        let state = &mut self.states[node.index()];
        if was_queued && !state.is(PROBE) && !(state.is(DIRTY) && state.waiting == 0) {
            // A prerequisite became dirty while it waited.
            return self.leave_queue(node);
        }
        let mut all = Vec::new();
        if let Some(extra) = &mut state.extra {
            let before = extra.held;
            while let Some(wanted) = extra.semaphores.get(extra.held) {
                let semaphore = &mut self.semaphores.all[*wanted as usize];
                if semaphore.used == semaphore.size {
                    if !was_queued {
                        semaphore.queue.push_back((node, handle.version));
                        self.timers.set(self.now.after(LONG_WAIT), Timer::Semaphore(handle));
                    } else if extra.held > before {
                        semaphore.queue.push_back((node, handle.version));
                    } else {
                        semaphore.queue.push_front((node, handle.version));
                    }
                    self.set_phase(node, Phase::Queued);
                    return;
                }
                semaphore.used += 1;
                extra.held += 1;
            }
            extra.held = 0;
            all = extra.semaphores.clone();
        }
        self.begin(node, all);
    }

    /// Gives units back; the first in each queue goes on.
    pub(super) fn release(&mut self, semaphores: &[u32]) {
        for index in semaphores {
            self.semaphores.all[*index as usize].used -= 1;
            self.wake(*index);
        }
    }

    /// Lets the first in the queue of a semaphore try again, if there is a unit.
    fn wake(&mut self, index: u32) {
        let semaphore = &mut self.semaphores.all[index as usize];
        while semaphore.used < semaphore.size {
            let Some((node, version)) = semaphore.queue.pop_front() else { return };
            let state = &self.states[node.index()];
            // An entry of a vertex that has gone elsewhere is void.
            if state.version == version && state.phase() == Phase::Queued {
                self.granted.push_back(node);
                return;
            }
        }
    }

    /// Takes a vertex out of the queue it waits in, and hands on what it held or would have got.
    pub(super) fn leave_queue(&mut self, node: NodeIndex) {
        if self.state(node).phase() != Phase::Queued {
            return;
        }
        self.set_phase(node, Phase::Idle);
        let extra = self.state_mut(node).extra();
        let held = std::mem::take(&mut extra.held);
        let (mine, wanted) = (extra.semaphores[..held].to_vec(), extra.semaphores.get(held).copied());
        if let Some(wanted) = wanted {
            self.semaphores.all[wanted as usize].queue.retain(|entry| entry.0 != node);
            self.wake(wanted);
        }
        self.release(&mine);
    }

    pub(super) fn name_semaphore(&mut self, node: NodeIndex) {
        let Some(extra) = &self.state(node).extra else { return };
        if let Some(index) = extra.semaphores.get(extra.held) {
            let semaphore = self.semaphores.all[*index as usize].name.clone();
            self.report(Report::WaitsForSemaphore { id: self.id(node), semaphore });
        }
    }
}
