//! Stopping what runs.

use crate::resource::Failure;
use rustix::process::{Pid, Signal, kill_process_group};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Who may be stopped: at most one process group at a time, of the run in flight.
#[derive(Default)]
pub struct Stop(Mutex<Asked>);

#[derive(Default)]
struct Asked {
    cancelled: bool,
    interrupted: bool,
    running: Option<(Pid, Signal)>,
}

impl Stop {
    fn lock(&self) -> MutexGuard<'_, Asked> {
        // Every change below is a single assignment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A run begins: earlier cancellations do not concern it.
    pub fn begin(&self) {
        self.lock().cancelled = false;
    }

    /// Starts a process with `spawn` unless stopped, and remembers it until [`Stop::ended`].
    pub fn start<T>(&self, signal: Signal, spawn: impl FnOnce() -> Result<(T, Pid), Failure>) -> Result<(T, Pid), Failure> {
        // Under the lock, so that whoever stops it finds either nothing started or the whole of it.
        let mut asked = self.lock();
        asked.verdict()?;
        let (made, pid) = spawn()?;
        asked.running = Some((pid, signal));
        Ok((made, pid))
    }

    /// The process has ended; an error if that was our doing, for then whatever it says counts for nothing.
    pub fn ended(&self) -> Result<(), Failure> {
        let mut asked = self.lock();
        asked.running = None;
        asked.verdict()
    }

    /// Sends the run in flight its signal.
    pub fn cancel(&self) {
        let mut asked = self.lock();
        asked.cancelled = true;
        if let Some((group, signal)) = asked.running {
            send(group, signal);
        }
    }

    /// Kills the run in flight; nothing starts any more.
    pub fn interrupt(&self) {
        let mut asked = self.lock();
        asked.interrupted = true;
        if let Some((group, _)) = asked.running {
            send(group, Signal::KILL);
        }
    }
}

impl Asked {
    fn verdict(&self) -> Result<(), Failure> {
        match (self.interrupted, self.cancelled) {
            (true, _) => Err(Failure::new("interrupted")),
            (_, true) => Err(Failure::new("cancelled")),
            _ => Ok(()),
        }
    }
}

/// Sends a signal to a process group, if there still is one.
pub fn send(group: Pid, signal: Signal) {
    if let Err(error) = kill_process_group(group, signal)
        && error != rustix::io::Errno::SRCH
    {
        tracing::warn!("cannot send a signal to process group {}: {error}", group.as_raw_nonzero());
    }
}
