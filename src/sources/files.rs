//! Files as sources.

use super::watched::{bell, follow_if};
use super::{Facts, Family, Look, Running, Shared, Source, bytes, task};
use crate::system::cause;
use mgmt_resources::watch::{Change, Reach};
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use rustix::fs::{FileType, Mode, OFlags};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;

pub(super) const FUNCTIONS: Family = &[("os.file_exists", Source::Watch(file_exists)), ("os.readfile", Source::Watch(readfile))];

/// The largest file that is taken in, in bytes.
const LARGEST: u64 = 256 << 20;

/// How long after a write the writer may take to close the file before it is read as it is.
const PATIENCE: Duration = Duration::from_millis(20);

/// What the watch has said so far.
#[derive(Default)]
struct Seen {
    /// Somebody writes, and has not closed the file yet.
    writing: bool,
    lost: Option<String>,
}

/// Argument 0 as a path, as it is given and from the root. A relative one is taken from the working directory.
fn path(call: &Call) -> Result<(PathBuf, PathBuf), String> {
    let given = PathBuf::from(OsStr::from_bytes(bytes(call, 0)?));
    match std::path::absolute(&given) {
        Ok(path) => Ok((given, path)),
        Err(error) => Err(format!("open {}: {}", given.display(), cause(&error))),
    }
}

/// `os.file_exists(filename)`: whether there is something at a path, links followed.
fn file_exists(call: &Call, facts: Facts, shared: &Shared) -> Running {
    // Nothing has no name, and nothing with this one will come.
    let Ok((given, path)) = path(call) else {
        facts.look(bytes(call, 0).map(|_| Value::Bool(false)));
        return Running::over();
    };
    let (bell, rings) = bell();
    let guard = bell.on_path(shared, &path, Reach::Alone);
    follow_if(shared, facts, rings, guard, move || match std::fs::metadata(&path) {
        Ok(_) => Ok(Value::Bool(true)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Value::Bool(false)),
        Err(error) => Err(format!("stat {}: {}", given.display(), cause(&error))),
    })
}

/// `os.readfile(filename)`: the whole content, again whenever the file is created, changed, replaced or removed.
fn readfile(call: &Call, facts: Facts, shared: &Shared) -> Running {
    let (name, path) = match path(call) {
        Ok((given, path)) => (given.display().to_string(), path),
        Err(why) => {
            facts.missing(format!("error reading file: {why}"));
            return Running::over();
        }
    };
    let reader = Arc::new(Reader { name, path, facts, tasks: shared.tasks.clone(), turn: Mutex::default() });
    let (seen, changes) = watch::channel(Seen::default());
    let settled = reader.clone();
    let told = move |change| match change {
        Change::Writing => seen.send_modify(|seen| seen.writing = true),
        Change::Settled => {
            // At once, from here: each task in between costs a change of threads.
            settled.look();
            // Nobody has to wake up for it.
            seen.send_if_modified(|seen| {
                seen.writing = false;
                false
            });
        }
        Change::Lost(failure) => seen.send_modify(|seen| seen.lost = Some(failure.message)),
    };
    // Registered before the first look, so that nothing is missed in between.
    match shared.host.watchers.path(&reader.path, Reach::Itself, told) {
        Ok(guard) => {
            reader.look();
            Running::guard((guard, task(shared, attend(reader, changes))))
        }
        Err(error) => {
            reader.facts.failed(format!("error reading file: {error}"));
            Running::over()
        }
    }
}

/// Reads the file of a writer who does not close it, and says when the watch is lost.
async fn attend(reader: Arc<Reader>, mut changes: watch::Receiver<Seen>) {
    while changes.changed().await.is_ok() {
        if changes.borrow().lost.is_none() {
            // While somebody writes, the content is not whole.
            tokio::time::sleep(PATIENCE).await;
        }
        let seen = changes.borrow_and_update();
        if let Some(lost) = &seen.lost {
            return reader.facts.failed(format!("error reading file: {lost}"));
        }
        if seen.writing {
            reader.look();
        }
    }
}

/// Reads a file and tells, one read at a time. A file system that hangs holds up a thread of its own and nothing else.
struct Reader {
    name: String,
    path: PathBuf,
    facts: Facts,
    tasks: Handle,
    turn: Mutex<Turn>,
}

/// Whether a read is under way.
#[derive(Default)]
enum Turn {
    #[default]
    Idle,
    Reading,
    /// Something has changed since it began.
    Again,
}

impl Reader {
    /// Has the file read soon, as it is then.
    fn look(self: &Arc<Reader>) {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Turn::Idle = *turn {
            *turn = Turn::Reading;
            let reader = self.clone();
            self.tasks.spawn_blocking(move || while reader.read_again() {});
        } else {
            *turn = Turn::Again;
        }
    }

    /// Whether it is to be read again.
    fn read_again(&self) -> bool {
        self.facts.look(content(&self.name, &self.path).map_err(|why| format!("error reading file: {why}")));
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let again = matches!(*turn, Turn::Again);
        *turn = if again { Turn::Reading } else { Turn::Idle };
        again
    }
}

/// The content of a regular file that a message calls `name`.
pub(super) fn content(name: &str, path: &Path) -> Look {
    read(path).map(Value::str).map_err(|error| format!("open {name}: {}", cause(&error)))
}

/// The content of a regular file. Opening a pipe or a device does not wait for anybody and is refused.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let fd = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK, Mode::empty())?;
    match FileType::from_raw_mode(rustix::fs::fstat(&fd)?.st_mode) {
        FileType::RegularFile => {}
        FileType::Directory => return Err(io::ErrorKind::IsADirectory.into()),
        _ => return Err(io::Error::other("not a regular file")),
    }
    let mut content = Vec::new();
    File::from(fd).take(LARGEST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LARGEST {
        return Err(io::Error::other("larger than 256 MiB"));
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use crate::sources::testing::{Bench, put};
    use mgmt_values::value::Value;
    use std::fs;
    use std::path::PathBuf;

    fn watched(name: &str) -> (Bench, PathBuf) {
        let mut bench = Bench::new();
        let path = bench.directory.path().join(name);
        bench.start("os.readfile", &[Value::str(path.to_str().unwrap())]);
        (bench, path)
    }

    #[test]
    fn a_file_that_comes_changes_is_replaced_and_goes() {
        let (bench, path) = watched("sub/file");
        let error = bench.next().unwrap_err();
        assert!(error.catchable);
        assert_eq!(&*error.message, format!("error reading file: open {}: no such file or directory", path.display()));
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(&path, "one").unwrap();
        bench.until_text("one");
        fs::write(&path, "two").unwrap();
        bench.until_text("two");
        put(&path, "three");
        bench.until_text("three");
        fs::remove_file(&path).unwrap();
        assert!(bench.until_error("no such file or directory").catchable);
    }

    #[test]
    fn the_same_content_is_no_news() {
        let (bench, path) = watched("file");
        assert!(bench.next().is_err());
        put(&path, "one");
        bench.until_text("one");
        put(&path, "one");
        assert!(bench.quiet());
    }

    #[test]
    fn a_writer_who_keeps_the_file_open_is_seen() {
        use std::io::Write;
        let (bench, path) = watched("file");
        assert!(bench.next().is_err());
        let mut file = fs::File::create(&path).unwrap();
        file.write_all(b"begun").unwrap();
        bench.until_text("begun");
        file.write_all(b", done").unwrap();
        bench.until_text("begun, done");
    }

    #[test]
    fn what_is_no_file_fails_and_nothing_hangs() {
        let (bench, path) = watched("dir");
        assert!(bench.next().is_err());
        fs::create_dir(&path).unwrap();
        bench.until_error("is a directory");
        let (bench, path) = watched("pipe");
        assert!(bench.next().is_err());
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        bench.until_error("not a regular file");
    }

    #[test]
    fn a_file_is_there_while_it_is() {
        let mut bench = Bench::new();
        let path = bench.directory.path().join("sub/file");
        let key = bench.start("os.file_exists", &[Value::str(path.to_str().unwrap())]);
        let truth = |wanted| bench.until(move |answer| *answer == Ok(Value::Bool(wanted)));
        truth(false).unwrap();
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(&path, "").unwrap();
        truth(true).unwrap();
        fs::remove_file(&path).unwrap();
        truth(false).unwrap();
        fs::create_dir(&path).unwrap();
        truth(true).unwrap();
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
        truth(false).unwrap();
        // Below a file there can be nothing, which is another thing than nothing being there.
        fs::write(path.parent().unwrap(), "").unwrap();
        assert!(bench.until_error("not a directory").catchable);
        assert_eq!(bench.watches(), [1, 0, 0]);
        bench.sources.stop(&key);
        assert_eq!(bench.watches(), [0, 0, 0]);
        bench.start("os.file_exists", &[Value::str("")]);
        assert_eq!(bench.next(), Ok(Value::Bool(false)));
    }

    #[test]
    fn a_reader_that_is_gone_watches_nothing() {
        let mut bench = Bench::new();
        let path = bench.directory.path().join("file");
        let key = bench.start("os.readfile", &[Value::str(path.to_str().unwrap())]);
        assert!(bench.next().is_err());
        assert_eq!(bench.watches(), [1, 0, 0]);
        bench.sources.stop(&key);
        assert_eq!(bench.watches(), [0, 0, 0]);
        put(&path, "one");
        assert!(bench.quiet());
    }
}
