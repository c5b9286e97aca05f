//! Watchers that everything in the process shares: one inotify instance, one keeper of timers, one listener to the kernel.
//!
//! Registering gives a guard and costs memory alone: no task, no thread, no wake-up while nothing happens; dropping the guard ends it.
//! Callbacks run on the watcher's own thread and must not block; one that has begun may still end after its guard was dropped.
//! Nothing is queued: a callback says *look again*, and what happens before it is called is told once.

use crate::clock::Clock;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub mod inotify;
pub mod kernel;
pub mod timer;

pub use inotify::{Change, PathGuard, Reach, WatchError};
pub use kernel::{KernelGuard, News, Topic};
pub use timer::TimerGuard;

/// The shared watchers. Clones share.
#[derive(Clone)]
pub struct Watchers {
    files: inotify::Files,
    timers: timer::Timers,
    kernel: kernel::Kernel,
}

impl Watchers {
    /// Watchers whose timers live by this clock. Nothing is opened or started before the first registration.
    pub fn new(clock: Arc<dyn Clock>) -> Watchers {
        Watchers { files: inotify::Files::default(), timers: timer::Timers::new(clock), kernel: kernel::Kernel::default() }
    }

    /// Calls `told` whenever what stands at an absolute path may have changed, whether or not it exists yet. See [`inotify`].
    pub fn path(
        &self,
        path: impl AsRef<Path>,
        reach: Reach,
        told: impl Fn(Change) + Send + Sync + 'static,
    ) -> Result<PathGuard, WatchError> {
        self.files.watch(path.as_ref(), reach, Arc::new(told))
    }

    /// Calls `told` whenever the kernel has news of a topic. See [`kernel`].
    ///
    /// # Errors
    /// The kernel or its container refuses.
    pub fn kernel(&self, topic: Topic, told: impl Fn(&News) + Send + Sync + 'static) -> std::io::Result<KernelGuard> {
        self.kernel.watch(topic, told)
    }

    /// Calls `done` when everything that has happened to watched paths until now was told.
    pub fn drain(&self, done: impl FnOnce() + Send + 'static) {
        self.files.drain(Box::new(done));
    }

    /// Calls `due` once: when the wall clock reaches `at` or, if that comes first, when somebody sets the clock; so look at it.
    pub fn at(&self, at: SystemTime, due: impl FnOnce() + Send + 'static) -> TimerGuard {
        self.timers.at(at, Box::new(due))
    }

    /// Calls `due` once, after this much time, whatever happens to the wall clock.
    pub fn after(&self, time: Duration, due: impl FnOnce() + Send + 'static) -> TimerGuard {
        self.timers.after(time, Box::new(due))
    }

    /// How many watches, timers and listeners there are, in this order.
    pub fn counts(&self) -> [usize; 3] {
        [self.files.len(), self.timers.len(), self.kernel.len()]
    }

    /// Waits.
    pub async fn sleep(&self, time: Duration) {
        let (done, wait) = tokio::sync::oneshot::channel();
        let _guard = self.after(time, move || {
            // Whoever waited may be gone.
            let _ = done.send(());
        });
        // The sender cannot be dropped unused while the guard lives, and an early end would be harmless.
        let _ = wait.await;
    }
}
