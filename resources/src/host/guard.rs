//! Commands do not outlive this process, however it ends: a guardian, which is a process of its own, kills those that are left when the pipe
//! between the two breaks, and the kernel breaks it even after `kill -9`.
//!
//! Process groups are reported when they have been started and when they are over, four bytes each, the number negated for the end. There is
//! one guardian for all commands, started before the first of them; while nothing starts or ends it sleeps.

use rustix::process::{Pid, Signal, kill_process_group};
use std::collections::BTreeSet;
use std::fmt;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

/// Reports to the guardian. Clones share it. The default has none: who embeds this library has no program that could be one.
#[derive(Clone, Default)]
pub struct Guard(Arc<Mutex<Reports>>);

#[derive(Default)]
enum Reports {
    /// There is to be no guardian.
    #[default]
    Nowhere,
    /// Argument of this program that makes it one.
    NotYet(&'static str),
    To(ChildStdin),
}

/// A process group that must not outlive this process; dropping it says that it is over.
#[must_use]
#[derive(Debug)]
pub struct Kept {
    guard: Guard,
    group: i32,
}

impl Guard {
    /// A guardian that is this program, called with one argument; with that it has to call [`watch`].
    pub fn new(argument: &'static str) -> Guard {
        Guard(Arc::new(Mutex::new(Reports::NotYet(argument))))
    }

    /// Has the guardian kill a process group if this process ends before the answer is dropped.
    pub fn keep(&self, group: Pid) -> Kept {
        let kept = Kept { guard: self.clone(), group: group.as_raw_nonzero().get() };
        self.report(kept.group);
        kept
    }

    /// Starts the guardian, if that has not been done; best before the first command.
    pub fn ready(&self) {
        let mut reports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Reports::NotYet(argument) = *reports {
            *reports = match start(argument) {
                Ok(pipe) => Reports::To(pipe),
                Err(error) => {
                    tracing::warn!("commands may outlive this process if it is killed: no guardian: {error}");
                    Reports::Nowhere
                }
            };
        }
    }

    fn report(&self, group: i32) {
        self.ready();
        let mut reports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Reports::To(pipe) = &mut *reports
            && let Err(error) = pipe.write_all(&group.to_ne_bytes())
        {
            tracing::warn!("commands may outlive this process if it is killed: the guardian is gone: {error}");
            *reports = Reports::Nowhere;
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.guard.report(-self.group);
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

/// Starts the guardian in a process group of its own, so that what kills ours spares it.
fn start(argument: &str) -> std::io::Result<ChildStdin> {
    let mut command = Command::new("/proc/self/exe");
    command.arg0("mgmt").arg(argument).current_dir("/").process_group(0);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    child.stdin.take().ok_or_else(|| std::io::Error::other("it has no input"))
}

/// What the guardian does: takes reports until the pipe breaks, then kills what is left.
pub fn watch(mut pipe: impl Read) {
    let mut left = BTreeSet::new();
    let mut report = [0; 4];
    while pipe.read_exact(&mut report).is_ok() {
        match i32::from_ne_bytes(report) {
            group @ 1.. => drop(left.insert(group)),
            group => drop(left.remove(&group.wrapping_neg())),
        }
    }
    for group in left.into_iter().filter_map(Pid::from_raw) {
        // It may be over by itself.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_when_the_pipe_breaks_is_killed() {
        let start = || Command::new("sleep").arg("1000").process_group(0).spawn().unwrap();
        let (mut left, mut over) = (start(), start());
        let id = |child: &std::process::Child| i32::try_from(child.id()).unwrap();
        let reports: Vec<u8> = [id(&left), id(&over), -id(&over)].iter().flat_map(|report| report.to_ne_bytes()).collect();
        watch(&reports[..]);
        assert!(!left.wait().unwrap().success());
        assert!(over.try_wait().unwrap().is_none());
        over.kill().unwrap();
        over.wait().unwrap();
    }
}
