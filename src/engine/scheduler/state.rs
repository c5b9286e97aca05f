//! What is remembered of a vertex. Most are idle most of the time, so what only some need is kept apart.

use super::limits::Bucket;
use super::{Counts, Time};
use mgmt_resources::resource::{Failure, Sent};
use mgmt_values::value::Value;

/// Where a vertex is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    /// There is no such vertex.
    #[default]
    Vacant,
    /// A former version of its id still runs.
    AwaitOld,
    /// Its watch is being registered.
    Starting,
    /// It is watched, and nothing happens.
    Idle,
    /// It is dirty and has used up its rate.
    Limited,
    /// It could run and waits for a semaphore.
    Queued,
    /// Its check runs, for itself or because a successor asked.
    Checking,
    /// Its intent is being put on disk.
    Intending,
    /// Its application runs.
    Applying,
    /// What it did is being put on disk.
    Settling,
    /// It failed, and its prerequisites are being asked.
    Asking,
    /// It failed and will try again later.
    Delay,
    /// Its watch is lost and will be registered again later.
    WatchDelay,
    /// It failed for good.
    Failed,
}

impl Phase {
    /// Whether a run is in flight.
    pub(super) fn in_flight(self) -> bool {
        matches!(self, Phase::Checking | Phase::Intending | Phase::Applying | Phase::Settling)
    }

    /// Whether something is going on or will be, without anything from outside.
    pub(super) fn busy(self) -> bool {
        !matches!(self, Phase::Vacant | Phase::Idle | Phase::Failed)
    }
}

/// It has work that no run has taken over.
pub(super) const DIRTY: u8 = 1;
/// It is clean, or has succeeded since it last became dirty.
pub(super) const OK: u8 = 2;
/// The journal holds its intent.
pub(super) const INTENT: u8 = 4;
/// A successor that failed asks for a check.
pub(super) const PROBE: u8 = 8;
/// It failed, and its prerequisites were repaired: the attempt that follows is free.
pub(super) const FREE: u8 = 16;
/// It was said that it is blocked.
pub(super) const TOLD: u8 = 32;
/// Its watch was lost during its run.
pub(super) const WATCH_LOST: u8 = 64;
/// It is never run; it is as clean as its prerequisites.
pub(super) const HIDDEN: u8 = 128;

/// A vertex.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Rises whenever its resource is another one; never falls, not even when the slot is used for another vertex.
    pub(super) version: u32,
    /// How many direct prerequisites are not [`OK`].
    pub(super) waiting: u32,
    pub(super) checks: u32,
    pub(super) applies: u32,
    /// Attempts left after a failure; negative: without end.
    pub(super) retry: i16,
    /// The same for its watch.
    pub(super) watch_retry: i16,
    phase: Phase,
    flags: u8,
    pub(super) extra: Option<Box<Extra>>,
}

/// What few vertices need.
#[derive(Debug, Default)]
pub(super) struct Extra {
    /// When its delay ends.
    pub(super) due: Time,
    /// No run for an event before this.
    pub(super) limited: Time,
    pub(super) bucket: Option<Bucket>,
    /// Its semaphores, in the order of their text, and how many of them it holds while it waits for the next.
    pub(super) semaphores: Vec<u32>,
    pub(super) held: usize,
    /// What it published last.
    pub(super) sent: Option<Sent>,
    /// What it received for its last successful run.
    pub(super) received: Vec<(u16, Value)>,
    pub(super) watch_failure: Option<Failure>,
}

impl State {
    pub(super) fn phase(&self) -> Phase {
        self.phase
    }

    /// Only for [`super::Scheduler::set_phase`], which counts.
    pub(super) fn set_phase(&mut self, phase: Phase) -> Phase {
        std::mem::replace(&mut self.phase, phase)
    }

    pub(super) fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub(super) fn set(&mut self, flag: u8, on: bool) {
        if on { self.flags |= flag } else { self.flags &= !flag }
    }

    /// Makes the slot ready for another vertex.
    pub(super) fn vacate(&mut self) {
        *self = State { version: self.version.wrapping_add(1), phase: self.phase, ..State::default() };
    }

    pub(super) fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    pub(super) fn counts(&self) -> Counts {
        Counts { checks: self.checks.into(), applies: self.applies.into() }
    }
}
