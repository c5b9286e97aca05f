//! What most sources are: something that rings when it may have changed, and a look at it.

use super::{Facts, Look, Running, Shared, task};
use mgmt_resources::watch::{Change, KernelGuard, News, PathGuard, Reach, TimerGuard, Topic};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Rings when something may have changed. Clones ring the same. Ringing twice before anybody looks is ringing once.
#[derive(Clone)]
pub(super) struct Bell(watch::Sender<Rung>);

/// Hears the bell.
pub(super) type Rings = watch::Receiver<Rung>;

#[derive(Default)]
pub(super) struct Rung {
    lost: Option<String>,
}

/// A bell that has not rung.
pub(super) fn bell() -> (Bell, Rings) {
    let (bell, rings) = watch::channel(Rung::default());
    (Bell(bell), rings)
}

impl Bell {
    /// Something may have changed.
    pub(super) fn ring(&self) {
        self.0.send_modify(|_| {});
    }

    /// It will never ring again: the reason.
    fn lose(&self, why: String) {
        self.0.send_modify(|rung| rung.lost = Some(why));
    }

    /// Rings when what stands at a path may have changed.
    pub(super) fn on_path(&self, shared: &Shared, path: &Path, reach: Reach) -> Result<PathGuard, String> {
        let bell = self.clone();
        let told = move |change| match change {
            Change::Writing | Change::Settled => bell.ring(),
            Change::Lost(failure) => bell.lose(failure.message),
        };
        shared.host.watchers.path(path, reach, told).map_err(|error| error.to_string())
    }

    /// Rings when the kernel has news that matter.
    pub(super) fn on_news(
        &self,
        shared: &Shared,
        topic: Topic,
        matters: impl Fn(&News) -> bool + Send + Sync + 'static,
    ) -> Result<KernelGuard, String> {
        let bell = self.clone();
        let told = move |news: &News| match news {
            News::Lost(why) => bell.lose(why.clone()),
            news if matters(news) => bell.ring(),
            _ => {}
        };
        shared.host.watchers.kernel(topic, told).map_err(|error| error.to_string())
    }
}

/// Looks, where that may wait, tells, and looks again after each ring, until the guard is dropped. The bell is hung up by `guards`, before
/// this is called: what happens from then on is seen.
pub(super) fn follow(
    shared: &Shared,
    facts: Facts,
    mut rings: Rings,
    guards: impl Send + 'static,
    look: impl Fn() -> Look + Send + Sync + 'static,
) -> Running {
    let look = Arc::new(look);
    let work = async move {
        loop {
            rings.mark_unchanged();
            let (looking, told) = (look.clone(), facts.clone());
            if let Err(failed) = tokio::task::spawn_blocking(move || told.look(looking())).await {
                facts.missing(failed.to_string());
            }
            if rings.changed().await.is_err() {
                return;
            }
            if let Some(why) = &rings.borrow().lost {
                return facts.failed(why.as_str());
            }
        }
    };
    Running::guard((guards, task(shared, work)))
}

/// As [`follow`], with guards that may not have been had.
pub(super) fn follow_if(
    shared: &Shared,
    facts: Facts,
    rings: Rings,
    guards: Result<impl Send + 'static, String>,
    look: impl Fn() -> Look + Send + Sync + 'static,
) -> Running {
    match guards {
        Ok(guards) => follow(shared, facts, rings, guards, look),
        Err(why) => {
            facts.failed(why);
            Running::over()
        }
    }
}

/// Looks, and looks again when the time has passed that the look said; by the shared timers.
pub(super) fn repeat(facts: Facts, shared: &Shared, look: impl Fn() -> (Look, Duration) + Send + Sync + 'static) -> Running {
    let round = Arc::new(Round { facts, shared: shared.clone(), look, timer: Mutex::new(Timer::Idle) });
    round.clone().turn();
    Running::guard(Stop(round))
}

struct Round<F> {
    facts: Facts,
    shared: Shared,
    look: F,
    timer: Mutex<Timer>,
}

enum Timer {
    Idle,
    Armed { _guard: TimerGuard },
    Stopped,
}

impl<F: Fn() -> (Look, Duration) + Send + Sync + 'static> Round<F> {
    fn turn(self: Arc<Round<F>>) {
        // Held until the timer is stored: one that is due at once waits here, and so cannot be overwritten by its predecessor.
        let mut timer = self.timer.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*timer, Timer::Stopped) {
            return;
        }
        let (look, pause) = (self.look)();
        self.facts.look(look);
        let again = self.clone();
        *timer = Timer::Armed { _guard: self.shared.host.watchers.after(pause, move || again.turn()) };
    }
}

/// Ends the rounds when it is dropped: the timer goes, and with it the last reference.
struct Stop<F>(Arc<Round<F>>);

impl<F> Drop for Stop<F> {
    fn drop(&mut self) {
        *self.0.timer.lock().unwrap_or_else(PoisonError::into_inner) = Timer::Stopped;
    }
}
