//! A directory that follows another one: what is in the source is copied, what is not is removed.
//!
//! Everything below the destination is reached from its open directory, one name at a time and never through a link, so nothing
//! outside it is ever touched.

use super::content::Content;
use super::place::{Place, failed, present, sort};
use super::wanted::{Existence, Wanted};
use super::write::{self, Finals};
use crate::host::Disks;
use crate::resource::Failure;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, mkdirat, open, openat, unlinkat};
use rustix::io::Errno;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What differs.
pub fn check(source: &Path, destination: &Path, wanted: &Wanted) -> Result<Vec<String>, Failure> {
    let mut work = Work { wanted, disks: None, lines: Vec::new() };
    work.level(source, open_top(destination)?, destination, Path::new(""))?;
    Ok(work.lines)
}

/// Makes it so; gives what was changed.
pub fn apply(source: &Path, destination: &Path, wanted: &Wanted, disks: &Disks) -> Result<Vec<String>, Failure> {
    let mut work = Work { wanted, disks: Some(disks), lines: Vec::new() };
    work.level(source, open_top(destination)?, destination, Path::new(""))?;
    Ok(work.lines)
}

const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

fn open_top(path: &Path) -> Result<OwnedFd, Failure> {
    open(path, DIRECTORY, Mode::empty()).map_err(|error| failed("open the directory", path, error))
}

struct Work<'a> {
    wanted: &'a Wanted,
    /// None: only look.
    disks: Option<&'a Disks>,
    lines: Vec<String>,
}

impl Work<'_> {
    /// One directory; `below` is where it is below the top, for messages.
    fn level(&mut self, source: &Path, dir: OwnedFd, path: &Path, below: &Path) -> Result<(), Failure> {
        // A source that is not there is an error: an empty one would empty the destination.
        let entries = std::fs::read_dir(source).and_then(|entries| entries.collect::<std::io::Result<Vec<_>>>());
        let mut entries = entries.map_err(|error| failed("read the directory", source, error))?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        let mut left = names(&dir).map_err(|error| failed("read the directory", path, error))?;
        let top = Place { dir, name: ".".into(), path: path.to_owned() };
        for entry in entries {
            let name = entry.file_name();
            left.remove(&name);
            let dir = top.dir.try_clone().map_err(|error| failed("open the directory", path, error))?;
            let place = top.entry(dir, &name);
            let meta = entry.metadata().map_err(|error| failed("look at", &entry.path(), error))?;
            if meta.is_dir() {
                self.directory(&entry.path(), meta.mode(), &place, &below.join(&name))?;
            } else {
                self.file(&entry.path(), &place, &below.join(&name))?;
            }
        }
        for name in left {
            self.remove(&top, &name, &below.join(&name))?;
        }
        Ok(())
    }

    fn directory(&mut self, source: &Path, mode: u32, place: &Place, below: &Path) -> Result<(), Failure> {
        let stat = place.stat()?;
        if stat.is_none_or(|stat| sort(&stat) != FileType::Directory) {
            if stat.is_some() {
                if !self.wanted.force {
                    return Err(failed(
                        "create the directory",
                        &place.path,
                        "something else is in the way; with `force` it is removed",
                    ));
                }
                if self.disks.is_some() {
                    unlinkat(&place.dir, &place.name, AtFlags::empty()).map_err(|error| failed("remove", &place.path, error))?;
                }
            }
            self.lines.push(format!("{}/: {}", below.display(), if self.disks.is_some() { "created" } else { "missing" }));
            if self.disks.is_none() {
                return Ok(());
            }
            mkdirat(&place.dir, &place.name, Mode::from_raw_mode(mode & 0o777))
                .map_err(|error| failed("create the directory", &place.path, error))?;
        }
        let dir = openat(&place.dir, &place.name, DIRECTORY | OFlags::NOFOLLOW, Mode::empty());
        let dir = dir.map_err(|error| failed("open the directory", &place.path, error))?;
        self.level(source, dir, &place.path, below)
    }

    fn file(&mut self, source: &Path, place: &Place, below: &Path) -> Result<(), Failure> {
        let mut content = Content::file(source)?;
        let stat = place.stat()?;
        let line = match stat.as_ref().map(sort) {
            None if self.wanted.state != Some(Existence::Exists) => {
                return Err(failed("copy to", &place.path, "it does not exist, and only with `state` \"exists\" it is created"));
            }
            None => "missing".to_owned(),
            Some(FileType::RegularFile) => {
                if content.equals(&mut File::from(place.read()?), &place.path)? {
                    return Ok(());
                }
                format!("{} bytes -> {} bytes", stat.map_or(0, |stat| stat.st_size), content.len())
            }
            // The link is replaced, not what it leads to.
            Some(FileType::Symlink) => "a link is in the way".to_owned(),
            Some(FileType::Directory) if self.wanted.force => "a directory is in the way".to_owned(),
            Some(FileType::Directory) => {
                let why = "a directory is in the way; with `force` it is removed with all that is in it";
                return Err(failed("write", &place.path, why));
            }
            Some(_) => return Err(failed("write", &place.path, "something that is not a regular file is in the way")),
        };
        if let Some(disks) = self.disks {
            let finals = Finals { mode: content.mode().map(|mode| mode & super::mode::BITS), ..Finals::default() };
            write::put(place, stat.as_ref(), &mut content, &finals, disks)?;
        }
        let line = if self.disks.is_some() && stat.is_none() { "created".to_owned() } else { line };
        self.lines.push(format!("{}: {line}", below.display()));
        Ok(())
    }

    fn remove(&mut self, top: &Place, name: &OsStr, below: &Path) -> Result<(), Failure> {
        if self.disks.is_some() {
            let path = top.path.join(name);
            remove_tree(top.dir.as_fd(), name).map_err(|error| failed("remove", &path, error))?;
        }
        self.lines.push(format!("{}: {}", below.display(), if self.disks.is_some() { "removed" } else { "not in the source" }));
        Ok(())
    }
}

/// Removes an entry of an open directory with all that is below it; what has gone meanwhile is no error.
fn remove_tree(dir: impl AsFd, name: &OsStr) -> Result<(), Errno> {
    match unlinkat(&dir, name, AtFlags::empty()) {
        Err(Errno::ISDIR | Errno::PERM) => {}
        Err(Errno::NOENT) => return Ok(()),
        removed => return removed,
    }
    let Some(inner) = present(openat(&dir, name, DIRECTORY | OFlags::NOFOLLOW, Mode::empty()))? else { return Ok(()) };
    for entry in names(&inner)? {
        remove_tree(&inner, &entry)?;
    }
    unlinkat(&dir, name, AtFlags::REMOVEDIR)
}

/// The entries of an open directory.
fn names(dir: &OwnedFd) -> Result<BTreeSet<OsString>, Errno> {
    let mut names = BTreeSet::new();
    for entry in Dir::read_from(dir)? {
        let name = OsStr::from_bytes(entry?.file_name().to_bytes()).to_owned();
        if name != "." && name != ".." {
            names.insert(name);
        }
    }
    Ok(names)
}
