//! What a resource remembers of its last successful run, in its private directory.

use crate::resource::Failure;
use std::fs::{DirBuilder, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The private directory. It may not exist.
pub struct Cache(PathBuf);

impl Cache {
    /// The cache in a directory.
    pub fn new(dir: PathBuf) -> Cache {
        Cache(dir)
    }

    fn failed(&self, what: &str, name: &str, error: &io::Error) -> Failure {
        Failure::new(format!("cannot {what} `{}`: {error}", self.0.join(name).display()))
    }

    /// A remembered value.
    pub fn load(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        absent_is_none(std::fs::read(self.0.join(name))).map_err(|error| self.failed("read", name, &error))
    }

    /// Remembers a value; writes nothing when it is remembered already.
    pub fn store(&self, name: &str, value: &[u8]) -> Result<(), Failure> {
        if self.load(name).is_ok_and(|known| known.as_deref() == Some(value)) {
            return Ok(());
        }
        self.write(name, value).map(drop).map_err(|error| self.failed("write", name, &error))
    }

    /// When something was marked.
    pub fn marked(&self, name: &str) -> Result<Option<SystemTime>, Failure> {
        let time = std::fs::metadata(self.0.join(name)).and_then(|meta| meta.modified());
        absent_is_none(time).map_err(|error| self.failed("look at", name, &error))
    }

    /// Marks something with a time.
    pub fn mark(&self, name: &str, time: SystemTime) -> Result<(), Failure> {
        let marked = self.write(name, b"").and_then(|file| file.set_modified(time));
        marked.map_err(|error| self.failed("write", name, &error))
    }

    /// Writes a file beside and renames it into place.
    fn write(&self, name: &str, value: &[u8]) -> io::Result<File> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        let (new, old) = (self.0.join(format!("{name}.new")), self.0.join(name));
        let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(value)?;
        std::fs::rename(&new, &old)?;
        Ok(file)
    }
}

fn absent_is_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The newest modification among files, all of which have to exist.
pub fn newest(paths: &[PathBuf]) -> Result<Option<SystemTime>, Failure> {
    let modified = |path: &Path| {
        let time = std::fs::metadata(path).and_then(|meta| meta.modified());
        time.map_err(|error| Failure::new(format!("cannot look at `{}`: {error}", path.display())))
    };
    paths.iter().map(|path| modified(path)).try_fold(None, |newest, time| Ok(newest.max(Some(time?))))
}
