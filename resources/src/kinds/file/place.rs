//! A place in a directory: an open directory and a name in it, so that all that is done there is done in the same directory.

use crate::resource::Failure;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, open, openat, readlinkat, statat};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// As many links as the kernel follows in a row (path_resolution(7)).
const LINKS: u32 = 40;

/// A place where a file stands or may stand.
pub struct Place {
    /// The directory; it can be used for names in it and for nothing else.
    pub dir: OwnedFd,
    /// The last component.
    pub name: OsString,
    /// Both, to show and for calls that know no directories.
    pub path: PathBuf,
}

/// A failed system call, for a user to read.
pub fn failed(what: &str, path: &Path, error: impl Display) -> Failure {
    Failure::new(format!("cannot {what} `{}`: {error}", path.display()))
}

/// `None` for what is not there.
pub fn present<T>(result: Result<T, Errno>) -> Result<Option<T>, Errno> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Place {
    /// The place of a path itself, whatever stands there. `None`: its directory does not exist.
    pub fn of(path: &Path) -> Result<Option<Place>, Failure> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            // `/`, or a path that ends in `..`.
            return match present(open(path, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())) {
                Ok(dir) => Ok(dir.map(|dir| Place { dir, name: ".".into(), path: path.to_owned() })),
                Err(error) => Err(failed("open the directory", path, error)),
            };
        };
        match present(open(parent, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())) {
            Ok(dir) => Ok(dir.map(|dir| Place { dir, name: name.to_owned(), path: path.to_owned() })),
            Err(error) => Err(failed("open the directory", parent, error)),
        }
    }

    /// The place that a path leads to when a symbolic link stands there. Links are followed as the kernel does where
    /// `fs.protected_symlinks` is set (proc_sys_fs(5)): not those that somebody else put into a sticky directory.
    pub fn behind_links(path: &Path) -> Result<Option<Place>, Failure> {
        let mut path = path.to_owned();
        for _ in 0..LINKS {
            let Some(place) = Place::of(&path)? else { return Ok(None) };
            let target = match readlinkat(&place.dir, &place.name, Vec::new()) {
                Ok(target) => target,
                // No link, or nothing.
                Err(Errno::INVAL | Errno::NOENT) => return Ok(Some(place)),
                Err(error) => return Err(failed("look at", &path, error)),
            };
            place.may_follow()?;
            let target = OsString::from_vec(target.into_bytes());
            path = path.parent().unwrap_or(Path::new("/")).join(target);
        }
        Err(failed("look at", &path, "too many symbolic links lead to each other"))
    }

    fn may_follow(&self) -> Result<(), Failure> {
        const STICKY_FOR_ALL: u32 = 0o1002;
        let dir = statat(&self.dir, "", AtFlags::EMPTY_PATH).map_err(|error| failed("look at", &self.path, error))?;
        let link = self.stat()?.map(|link| link.st_uid);
        let own = rustix::process::geteuid().as_raw();
        if dir.st_mode & STICKY_FOR_ALL == STICKY_FOR_ALL && link != Some(own) && link != Some(dir.st_uid) {
            return Err(failed("follow the symbolic link", &self.path, "it belongs to somebody else, in a directory for all"));
        }
        Ok(())
    }

    /// What stands there, links not followed.
    pub fn stat(&self) -> Result<Option<Stat>, Failure> {
        present(statat(&self.dir, &self.name, AtFlags::SYMLINK_NOFOLLOW)).map_err(|error| failed("look at", &self.path, error))
    }

    /// Opens what stands there for reading, without waiting, whatever it is; not a link.
    pub fn read(&self) -> Result<OwnedFd, Failure> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        openat(&self.dir, &self.name, flags, Mode::empty()).map_err(|error| failed("read", &self.path, error))
    }

    /// The place of an entry, this being an open directory.
    pub fn entry(&self, dir: OwnedFd, name: &OsStr) -> Place {
        Place { dir, name: name.to_owned(), path: self.path.join(name) }
    }
}

/// What sort of thing a stat is about.
pub fn sort(stat: &Stat) -> FileType {
    FileType::from_raw_mode(stat.st_mode)
}
