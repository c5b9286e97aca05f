//! Files as sources.

use super::{Facts, Running, Shared, task, text};
use crate::system::cause;
use mgmt_resources::watch::{Change, Reach};
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use rustix::fs::{FileType, Mode, OFlags};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::watch;

/// The largest file that is taken in, in bytes.
const LARGEST: u64 = 256 << 20;

/// How long after a write the writer may take to close the file before it is read as it is.
const PATIENCE: Duration = Duration::from_millis(20);

/// What the watch has said so far.
#[derive(Default)]
struct Seen {
    settled: u64,
    lost: Option<String>,
}

/// `os.readfile(filename)`: the whole content, again whenever the file is created, changed, replaced or removed. A file that is not there
/// or cannot be read is a failure that can be caught; a relative name is taken from the working directory.
pub(super) fn readfile(call: &Call, facts: Facts, shared: &Shared) -> Running {
    let Some(name) = text(call, 0, &facts) else { return Box::new(()) };
    let path = match std::path::absolute(&name) {
        Ok(path) => path,
        Err(error) => {
            facts.missing(format!("error reading file: open {name}: {}", cause(&error)));
            return Box::new(());
        }
    };
    let (seen, changes) = watch::channel(Seen::default());
    let told = move |change| {
        seen.send_modify(|seen| match change {
            Change::Writing => {}
            Change::Settled => seen.settled += 1,
            Change::Lost(failure) => seen.lost = Some(failure.message),
        });
    };
    // Registered before the first look, so that nothing is missed in between.
    match shared.host.watchers.path(&path, Reach::Itself, told) {
        Ok(guard) => Box::new((guard, task(shared, follow(name, path, changes, facts)))),
        Err(error) => {
            facts.missing(format!("error reading file: {error}"));
            Box::new(())
        }
    }
}

async fn follow(name: String, path: PathBuf, mut changes: watch::Receiver<Seen>, facts: Facts) {
    loop {
        let before = changes.borrow_and_update().settled;
        look(&name, &path, &facts).await;
        if changes.changed().await.is_err() {
            return;
        }
        // While somebody writes, the content is not whole.
        let complete = changes.wait_for(|seen| seen.settled > before || seen.lost.is_some());
        if let Ok(Ok(seen)) = tokio::time::timeout(PATIENCE, complete).await
            && let Some(lost) = &seen.lost
        {
            return facts.missing(format!("error reading file: {lost}"));
        }
    }
}

/// Reads and tells. A file system that hangs holds up a thread of its own and nothing else.
async fn look(name: &str, path: &Path, facts: &Facts) {
    let (name, path, told) = (name.to_owned(), path.to_owned(), facts.clone());
    let look = move || match read(&path) {
        Ok(content) => told.value(Value::str(content)),
        Err(error) => told.missing(format!("error reading file: open {name}: {}", cause(&error))),
    };
    if let Err(failed) = tokio::task::spawn_blocking(look).await {
        facts.missing(format!("error reading file: {failed}"));
    }
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
}
