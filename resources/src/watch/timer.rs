//! One keeper of all timers: one heap and one thread, which sleeps until the nearest deadline.
//!
//! Wall deadlines use a `timerfd` with `TFD_TIMER_CANCEL_ON_SET` (timerfd_create(2)), so that setting the clock is seen at once and
//! nothing polls.

use crate::clock::Clock;
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::io::{Errno, read, write};
use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime};
use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a timer calls.
type Due = Box<dyn FnOnce() + Send>;

/// The keeper. Clones share.
#[derive(Clone)]
pub struct Timers(Arc<Keeper>);

struct Keeper {
    clock: Arc<dyn Clock>,
    heaps: Mutex<Heaps>,
    /// The thread's side of things; set when the first timer is made.
    alarm: OnceLock<Option<Arc<Alarm>>>,
}

#[derive(Default)]
struct Heaps {
    /// Makes keys unique and equal deadlines first come, first served.
    next: u64,
    wall: BTreeMap<(SystemTime, u64), Due>,
    running: BTreeMap<(Duration, u64), Due>,
}

/// Which timer a guard stands for.
#[derive(Clone, Copy)]
enum Slot {
    Wall(SystemTime, u64),
    Running(Duration, u64),
}

/// A timer; dropping it ends it.
#[must_use]
pub struct TimerGuard {
    keeper: Weak<Keeper>,
    slot: Slot,
}

impl Drop for TimerGuard {
    fn drop(&mut self) {
        let Some(keeper) = self.keeper.upgrade() else { return };
        // Dropped outside the lock, for a callback may own guards itself.
        let removed = {
            let mut heaps = keeper.lock();
            match self.slot {
                Slot::Wall(at, id) => heaps.wall.remove(&(at, id)),
                Slot::Running(at, id) => heaps.running.remove(&(at, id)),
            }
        };
        drop(removed);
    }
}

impl Timers {
    /// A keeper that lives by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Timers {
        Timers(Arc::new(Keeper { clock, heaps: Mutex::default(), alarm: OnceLock::new() }))
    }

    /// See [`super::Watchers::at`].
    pub fn at(&self, at: SystemTime, due: Due) -> TimerGuard {
        let (slot, first) = {
            let mut heaps = self.0.lock();
            let id = heaps.take_id();
            heaps.wall.insert((at, id), due);
            (Slot::Wall(at, id), heaps.wall.first_key_value().is_some_and(|((_, first), _)| *first == id))
        };
        self.started(slot, first)
    }

    /// See [`super::Watchers::after`].
    pub fn after(&self, time: Duration, due: Due) -> TimerGuard {
        let at = self.0.clock.elapsed().saturating_add(time);
        let (slot, first) = {
            let mut heaps = self.0.lock();
            let id = heaps.take_id();
            heaps.running.insert((at, id), due);
            (Slot::Running(at, id), heaps.running.first_key_value().is_some_and(|((_, first), _)| *first == id))
        };
        self.started(slot, first)
    }

    /// How many timers wait.
    pub fn len(&self) -> usize {
        let heaps = self.0.lock();
        heaps.wall.len() + heaps.running.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn started(&self, slot: Slot, first: bool) -> TimerGuard {
        let keeper = Arc::downgrade(&self.0);
        let alarm = self.0.alarm.get_or_init(|| {
            let keeper = keeper.clone();
            if self.0.clock.runs() {
                return Alarm::start(keeper);
            }
            self.0.clock.follow(Box::new(move |set| {
                if let Some(keeper) = keeper.upgrade() {
                    keeper.fire(set);
                }
            }));
            None
        });
        match alarm {
            Some(alarm) if first => alarm.wake(),
            _ => {}
        }
        TimerGuard { keeper, slot }
    }
}

impl Heaps {
    fn take_id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

impl Keeper {
    fn lock(&self) -> MutexGuard<'_, Heaps> {
        // A callback never runs under the lock, so the heaps are whole even after a panic elsewhere.
        self.heaps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls what is due; all wall timers when the clock was set. Gives the nearest deadlines left.
    fn fire(&self, set: bool) -> (Option<SystemTime>, Option<Duration>) {
        let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
        let mut due: Vec<Due> = Vec::new();
        let next = {
            let mut heaps = self.lock();
            while let Some(entry) = heaps.wall.first_entry() {
                if !set && entry.key().0 > now {
                    break;
                }
                due.push(entry.remove());
            }
            while let Some(entry) = heaps.running.first_entry() {
                if entry.key().0 > elapsed {
                    break;
                }
                due.push(entry.remove());
            }
            (heaps.wall.first_key_value().map(|(k, _)| k.0), heaps.running.first_key_value().map(|(k, _)| k.0))
        };
        due.into_iter().for_each(|due| due());
        next
    }
}

/// The descriptors that the thread sleeps on.
struct Alarm {
    wall: OwnedFd,
    running: OwnedFd,
    waker: OwnedFd,
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // The thread finds its keeper gone and ends.
        if let Some(Some(alarm)) = self.alarm.get() {
            alarm.wake();
        }
    }
}

impl Alarm {
    /// Starts the thread. Without descriptors or a thread to be had there are no timers: that is logged, as the process is beyond help.
    fn start(keeper: Weak<Keeper>) -> Option<Arc<Alarm>> {
        let made = Alarm::open().map_err(std::io::Error::from).and_then(|alarm| {
            let alarm = Arc::new(alarm);
            let ours = alarm.clone();
            std::thread::Builder::new().name("timers".to_owned()).spawn(move || ours.run(&keeper)).map(|_| alarm)
        });
        made.inspect_err(|error| tracing::error!("cannot start the timers: {error}")).ok()
    }

    fn open() -> rustix::io::Result<Alarm> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        Ok(Alarm {
            wall: timerfd_create(TimerfdClockId::Realtime, flags)?,
            running: timerfd_create(TimerfdClockId::Monotonic, flags)?,
            waker: eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?,
        })
    }

    fn wake(&self) {
        // It can only fail because it is awake already.
        let _ = write(&self.waker, &1u64.to_ne_bytes());
    }

    fn run(&self, keeper: &Weak<Keeper>) {
        let mut set = false;
        loop {
            let Some(alive) = keeper.upgrade() else { return };
            let before = offset(&*alive.clock);
            let (wall, running) = alive.fire(set);
            // Armed at zero a timer never fires, so a deadline in the past becomes one nanosecond.
            let spec = |time: Duration| Timespec {
                tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: i64::from(time.subsec_nanos()).max(i64::from(time.as_secs() == 0)),
            };
            let wall = wall.map(|at| spec(at.duration_since(UNIX_EPOCH).unwrap_or_default()));
            let cancelled = arm(&self.wall, TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET, wall);
            if arm(&self.running, TimerfdTimerFlags::ABSTIME, running.map(spec)) == Err(Errno::INVAL)
                || cancelled == Err(Errno::INVAL)
            {
                tracing::error!("a deadline is beyond what the kernel can represent");
            }
            // Only a clock that is set after the timer was armed cancels it; one that was set since it was read shows in its distance
            // from the clock that runs on.
            if offset(&*alive.clock).abs_diff(before) > CLOCK_WAS_SET_US {
                set = true;
                continue;
            }
            drop(alive);
            let mut fds = [&self.wall, &self.running, &self.waker].map(|fd| PollFd::new(fd, PollFlags::IN));
            if let Err(error) = poll(&mut fds, None)
                && error != Errno::INTR
            {
                tracing::error!("the timers have ended: {error}");
                return;
            }
            let mut count = [0; 8];
            set = read(&self.wall, &mut count) == Err(Errno::CANCELED) || cancelled == Err(Errno::CANCELED);
            // Whether these had anything to read does not matter: all that is due is looked up.
            let _ = read(&self.running, &mut count);
            let _ = read(&self.waker, &mut count);
        }
    }
}

/// More than the clocks drift apart between two looks, in microseconds.
const CLOCK_WAS_SET_US: u128 = 10_000;

/// How far the wall clock is ahead of the one that runs on, in microseconds.
fn offset(clock: &dyn Clock) -> i128 {
    let wall = match clock.now().duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_micros() as i128,
        Err(error) => -(error.duration().as_micros() as i128),
    };
    wall - clock.elapsed().as_micros() as i128
}

/// Sets or stops a timer.
fn arm(fd: &OwnedFd, flags: TimerfdTimerFlags, at: Option<Timespec>) -> rustix::io::Result<()> {
    let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
    timerfd_settime(fd, flags, &Itimerspec { it_interval: zero, it_value: at.unwrap_or(zero) }).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{ManualClock, SystemClock};
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Instant;

    fn tell(tx: &Sender<&'static str>, name: &'static str) {
        // A test that has ended listens no longer.
        let _ = tx.send(name);
    }

    fn fired(rx: &Receiver<&'static str>) -> Vec<&'static str> {
        rx.try_iter().collect()
    }

    #[test]
    fn timers_fire_in_order_of_time_and_once() {
        let clock = ManualClock::new(UNIX_EPOCH);
        let timers = Timers::new(Arc::new(clock.clone()));
        let (tx, rx) = channel();
        let after = |seconds, name| {
            let tx = tx.clone();
            timers.after(Duration::from_secs(seconds), Box::new(move || tell(&tx, name)))
        };
        let _guards = [after(3, "late"), after(1, "early"), after(1, "early too"), after(10, "later")];
        clock.advance(Duration::from_millis(999));
        assert_eq!(fired(&rx), [""; 0]);
        clock.advance(Duration::from_secs(4));
        assert_eq!(fired(&rx), ["early", "early too", "late"]);
        clock.advance(Duration::from_secs(60));
        assert_eq!(fired(&rx), ["later"]);
        assert!(timers.is_empty());
    }

    #[test]
    fn setting_the_clock_fires_wall_timers_alone() {
        let clock = ManualClock::new(UNIX_EPOCH + Duration::from_secs(1000));
        let timers = Timers::new(Arc::new(clock.clone()));
        let (tx, rx) = channel();
        let (wall, running) = (tx.clone(), tx.clone());
        let midnight = timers.at(UNIX_EPOCH + Duration::from_secs(86400), Box::new(move || tell(&wall, "wall")));
        let _running = timers.after(Duration::from_secs(5), Box::new(move || tell(&running, "running")));
        clock.set(UNIX_EPOCH);
        assert_eq!(fired(&rx), ["wall"], "the clock went back, and whoever waits for midnight has to look again");
        drop(midnight);
        clock.set(UNIX_EPOCH + Duration::from_secs(90000));
        assert_eq!(fired(&rx), [""; 0]);
        clock.advance(Duration::from_secs(5));
        assert_eq!(fired(&rx), ["running"]);
    }

    #[test]
    fn a_dropped_guard_ends_its_timer() {
        let clock = ManualClock::new(UNIX_EPOCH);
        let timers = Timers::new(Arc::new(clock.clone()));
        let (tx, rx) = channel();
        drop(timers.after(Duration::from_secs(1), Box::new(move || tell(&tx, "never"))));
        assert!(timers.is_empty());
        clock.advance(Duration::from_secs(2));
        assert_eq!(fired(&rx), [""; 0]);
    }

    #[test]
    fn the_system_clock_wakes_the_thread() {
        let timers = Timers::new(Arc::new(SystemClock));
        let (tx, rx) = channel();
        let start = Instant::now();
        let (wall, running, far) = (tx.clone(), tx.clone(), tx);
        let _far = timers.after(Duration::from_secs(3600), Box::new(move || tell(&far, "far")));
        let at = SystemTime::now() + Duration::from_millis(40);
        let _guards = [
            timers.at(at, Box::new(move || tell(&wall, "wall"))),
            timers.after(Duration::from_millis(20), Box::new(move || tell(&running, "running"))),
        ];
        // On a busy machine both may be due by the time anybody looks, and then their order is not told.
        let mut names = [rx.recv_timeout(Duration::from_secs(30)).unwrap(), rx.recv_timeout(Duration::from_secs(30)).unwrap()];
        names.sort_unstable();
        assert_eq!(names, ["running", "wall"]);
        assert!(SystemTime::now() >= at && start.elapsed() < Duration::from_secs(60));
        assert_eq!(timers.len(), 1);
    }

    /// Sets the system's clock to the time it shows, which the kernel counts as setting it.
    #[test]
    fn setting_the_system_clock_is_seen() {
        if std::env::var_os("MGMT_TEST_SET_CLOCK").is_none() {
            eprintln!("skipped: it sets the system's clock (to what it is); MGMT_TEST_SET_CLOCK=1 as root allows that");
            return;
        }
        let timers = Timers::new(Arc::new(SystemClock));
        let (tx, rx) = channel();
        let _guard = timers.at(SystemTime::now() + Duration::from_secs(3600), Box::new(move || tell(&tx, "set")));
        std::thread::sleep(Duration::from_millis(50));
        let realtime = rustix::time::ClockId::Realtime;
        rustix::time::clock_settime(realtime, rustix::time::clock_gettime(realtime)).unwrap();
        assert_eq!(rx.recv_timeout(Duration::from_secs(30)), Ok("set"));
    }
}
