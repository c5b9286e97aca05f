//! What time it is: the system's clock, and one that tests set by hand.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// A clock. It has two hands: the wall clock, which somebody may set, and one that only runs on.
pub trait Clock: Send + Sync {
    /// The time on the wall.
    fn now(&self) -> SystemTime;

    /// The time since some moment before the process asked first; it never goes back.
    fn elapsed(&self) -> Duration;

    /// Whether time passes by itself, so that one can sleep until a moment. If not, [`Clock::follow`] tells.
    fn runs(&self) -> bool;

    /// Calls `moved` from now on whenever a clock that does not run by itself was moved; `true` stands for a wall clock that was set.
    fn follow(&self, moved: Moved);
}

/// What a clock that was moved by hand calls.
pub type Moved = Box<dyn Fn(bool) + Send + Sync>;

/// The system's clocks, `CLOCK_REALTIME` and `CLOCK_MONOTONIC`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
    }

    fn runs(&self) -> bool {
        true
    }

    fn follow(&self, _: Moved) {}
}

/// A clock that stands still until it is moved. Clones share. Timers that become due fire inside [`ManualClock::advance`] and
/// [`ManualClock::set`], on the thread of the caller.
#[derive(Clone)]
pub struct ManualClock(Arc<Hands>);

struct Hands {
    time: Mutex<(SystemTime, Duration)>,
    followers: Mutex<Vec<Arc<Moved>>>,
}

impl ManualClock {
    /// A clock that shows this time.
    pub fn new(now: SystemTime) -> ManualClock {
        ManualClock(Arc::new(Hands { time: Mutex::new((now, Duration::ZERO)), followers: Mutex::new(Vec::new()) }))
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        {
            let mut time = self.0.time.lock().unwrap_or_else(PoisonError::into_inner);
            time.0 += by;
            time.1 += by;
        }
        self.tell(false);
    }

    /// Sets the wall clock, as an administrator would.
    pub fn set(&self, now: SystemTime) {
        self.0.time.lock().unwrap_or_else(PoisonError::into_inner).0 = now;
        self.tell(true);
    }

    fn tell(&self, set: bool) {
        // A copy, because who is told may follow another thing.
        let followers = self.0.followers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        followers.iter().for_each(|moved| moved(set));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        self.0.time.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    fn elapsed(&self) -> Duration {
        self.0.time.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    fn runs(&self) -> bool {
        false
    }

    fn follow(&self, moved: Moved) {
        self.0.followers.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::new(moved));
    }
}
