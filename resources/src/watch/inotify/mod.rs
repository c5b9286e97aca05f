//! One inotify instance (inotify(7)) for every path that anything in the process watches.
//!
//! A watched path may not exist yet, may be replaced by rename, may be a symbolic link, and any directory above it may come and go.
//! Therefore directories are watched, never files: every directory on the way to a watched path has one watch descriptor, which
//! thousands of paths in it share. Whenever something on the way appears, disappears or is replaced, everything beneath is looked up
//! again *before* anyone is told, so who looks after being told misses nothing. What is lost in an overflow is made up by telling
//! everybody.
//!
//! Not seen: what is mounted over a watched directory, changes through another hard link in an unwatched directory, and changes made
//! by other hosts on network file systems.

mod dispatch;
mod held;
mod tree;

use crate::resource::Failure;
use ::inotify::{EventMask, Inotify};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tree::{Sub, Tree};

/// How much of what stands at a path matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// What stands at the path: whether it is there, its content where it is a file, its attributes; not what stands in a directory.
    Alone,
    /// The path itself and, where it is a directory, what stands in it directly.
    Itself,
    /// Everything below it too, at any depth; symbolic links below it are not followed.
    Tree,
}

/// What a watch says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Somebody has been writing for some milliseconds: more will follow, in the end a [`Change::Settled`] once the file is closed, unless
    /// the writer keeps it open or it was made in one step. A reader that wants whole contents waits a little longer.
    Writing,
    /// It may have changed.
    Settled,
    /// It cannot be watched any longer.
    Lost(Failure),
}

/// Why a path cannot be watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// Only absolute paths can be watched.
    #[error("cannot watch `{0}`: the path is not absolute")]
    NotAbsolute(PathBuf),
    /// The limit of the user is reached.
    #[error("cannot watch `{0}`: too many watches; raise the sysctl `fs.inotify.max_user_watches`")]
    TooMany(PathBuf),
    /// Something else.
    #[error("cannot watch `{0}`: {1}")]
    System(PathBuf, io::Error),
}

impl From<WatchError> for Failure {
    fn from(error: WatchError) -> Failure {
        Failure::new(error.to_string())
    }
}

impl WatchError {
    fn new(path: &Path, error: io::Error) -> WatchError {
        if error.raw_os_error() == Some(Errno::NOSPC.raw_os_error()) {
            return WatchError::TooMany(path.to_owned());
        }
        WatchError::System(path.to_owned(), error)
    }
}

/// What a watch calls.
pub type Told = Arc<dyn Fn(Change) + Send + Sync>;

/// The paths watched in this process. Clones share.
#[derive(Clone, Default)]
pub struct Files(Arc<OnceLock<Result<Arc<Handle>, Arc<io::Error>>>>);

/// What guards keep alive: as long as there is one, the thread runs.
struct Handle {
    shared: Arc<Shared>,
    /// Wakes the thread.
    wake: Arc<OwnedFd>,
}

struct Shared {
    tree: Mutex<Tree>,
    /// Who waits until everything that has happened is told; none when the thread has ended.
    drains: Mutex<Option<Vec<Drained>>>,
    stopped: AtomicBool,
}

type Drained = Box<dyn FnOnce() + Send>;

/// A watched path; dropping it ends the watch.
#[must_use]
pub struct PathGuard {
    handle: Arc<Handle>,
    sub: u32,
}

impl Drop for PathGuard {
    fn drop(&mut self) {
        let removed = self.handle.shared.lock().unwatch(self.sub);
        // Outside the lock: what the callback owns may be guards.
        drop(removed);
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // It can only fail because the thread was told already.
        self.shared.stopped.store(true, Ordering::Release);
        let _ = rustix::io::write(&self.wake, &1u64.to_ne_bytes());
    }
}

impl Files {
    /// See [`super::Watchers::path`].
    pub fn watch(&self, path: &Path, reach: Reach, told: Told) -> Result<PathGuard, WatchError> {
        let Some(components) = components(path) else { return Err(WatchError::NotAbsolute(path.to_owned())) };
        let handle = match self.0.get_or_init(|| start().map_err(Arc::new)) {
            Ok(handle) => handle.clone(),
            Err(error) => return Err(WatchError::System(path.to_owned(), io::Error::new(error.kind(), error.clone()))),
        };
        let sub = handle.shared.lock().watch(&components, Sub { reach, told: tree::Target::User(told) });
        match sub {
            Ok(sub) => Ok(PathGuard { handle, sub }),
            Err(error) => Err(WatchError::new(path, error)),
        }
    }
}

impl Files {
    /// How many paths are watched.
    pub fn len(&self) -> usize {
        match self.0.get() {
            Some(Ok(handle)) => handle.shared.lock().everybody().len(),
            _ => 0,
        }
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// See [`super::Watchers::drain`].
    pub fn drain(&self, done: Drained) {
        let Some(Ok(handle)) = self.0.get() else { return done() };
        let mut drains = handle.shared.drains.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *drains {
            Some(drains) => drains.push(done),
            None => {
                drop(drains);
                return done();
            }
        }
        // It can only fail because the thread was told already.
        let _ = rustix::io::write(&handle.wake, &1u64.to_ne_bytes());
    }
}

impl Shared {
    /// Takes out those who wait; when the thread ends, nobody can begin to wait any more.
    fn drained(&self, end: bool) -> Vec<Drained> {
        let mut drains = self.drains.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = drains.take().unwrap_or_default();
        *drains = (!end).then(Vec::new);
        waiting
    }

    fn lock(&self) -> MutexGuard<'_, Tree> {
        // No callback runs under the lock.
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The components of an absolute path; `..` goes up in the text.
fn components(path: &Path) -> Option<Vec<&OsStr>> {
    let mut out = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(name) if !name.as_bytes().contains(&0) => out.push(name),
            Component::Normal(_) | Component::Prefix(_) => return None,
            Component::ParentDir => drop(out.pop()),
            Component::RootDir | Component::CurDir => {}
        }
    }
    path.is_absolute().then_some(out)
}

/// Opens the instance and starts the thread that reads it.
fn start() -> io::Result<Arc<Handle>> {
    let inotify = Inotify::init()?;
    let shared = Arc::new(Shared {
        tree: Mutex::new(Tree::new(inotify.watches())),
        drains: Mutex::new(Some(Vec::new())),
        stopped: AtomicBool::new(false),
    });
    let wake = Arc::new(eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?);
    let (ours, woken) = (shared.clone(), wake.clone());
    let work = move || {
        read(inotify, &ours, &woken);
        ours.drained(true).into_iter().for_each(|done| done());
    };
    std::thread::Builder::new().name("inotify".to_owned()).spawn(work)?;
    Ok(Arc::new(Handle { shared, wake }))
}

/// Reads events until told to stop. Everything read at once is one batch, in which each watch is told once.
fn read(mut inotify: Inotify, shared: &Shared, wake: &OwnedFd) {
    let mut buffer = vec![0; 64 * 1024];
    let mut waiting = Vec::new();
    let mut held = held::Held::default();
    loop {
        let mut fds = [PollFd::new(&inotify, PollFlags::IN), PollFd::new(wake, PollFlags::IN)];
        let timeout = held.patience().map(|patience| Timespec { tv_sec: 0, tv_nsec: patience.subsec_nanos().into() });
        match poll(&mut fds, timeout.as_ref()) {
            Err(Errno::INTR) => continue,
            Err(error) => return lose(shared, &error.into()),
            Ok(_) => {}
        }
        // A writer who has closed by now is in what is read below.
        let due = held.is_due();
        if !fds[1].revents().is_empty() {
            if shared.stopped.load(Ordering::Acquire) {
                return;
            }
            // Only its being readable matters.
            let _ = rustix::io::read(wake, &mut [0; 8]);
            waiting.extend(shared.drained(false));
        }
        loop {
            let events = match inotify.read_events(&mut buffer) {
                Ok(events) => events,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => {
                    waiting.into_iter().for_each(|done: Drained| done());
                    return lose(shared, &error);
                }
            };
            let told = {
                let mut tree = shared.lock();
                let mut batch = dispatch::Batch::default();
                for event in events {
                    if event.mask.contains(EventMask::Q_OVERFLOW) {
                        tree.overflow(&mut batch);
                    } else {
                        tree.event(event.wd.get_watch_descriptor_id(), event.mask, event.name, &mut batch);
                    }
                }
                tree.finish(batch)
            };
            held.sift(told).into_iter().for_each(|(told, change)| told(change));
            if waiting.is_empty() {
                break;
            }
        }
        if !waiting.is_empty() || (due && held.is_due()) {
            let told = held.release(&shared.lock());
            told.into_iter().for_each(|told| told(Change::Writing));
        }
        waiting.drain(..).for_each(|done| done());
    }
}

/// Tells everybody that nothing is watched any longer.
fn lose(shared: &Shared, error: &io::Error) {
    let all = shared.lock().everybody();
    let failure = Failure::new(format!("file watching has ended: {error}"));
    all.into_iter().for_each(|told| told(Change::Lost(failure.clone())));
}

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;
