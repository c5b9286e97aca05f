//! A symbolic link.

use super::place::{Place, failed, sort};
use super::wanted::{Attributes, Existence, Wanted};
use crate::host::Disks;
use crate::resource::Failure;
use rustix::fs::{AtFlags, FileType, readlinkat, renameat, symlinkat, unlinkat};
use rustix::io::Errno;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// What differs.
pub fn check(wanted: &Wanted, target: &Path) -> Result<Vec<String>, Failure> {
    let Some(state) = wanted.state else { return Ok(Vec::new()) };
    let Some(place) = Place::of(&wanted.path)? else {
        return Ok(if state == Existence::Exists { vec!["missing".to_owned()] } else { Vec::new() });
    };
    let mut lines: Vec<String> = find(wanted, &place, target)?.into_iter().collect();
    if lines.is_empty()
        && let Some(stat) = place.stat()?
    {
        lines = attributes(wanted)?.differences(&place, &stat)?;
    }
    Ok(lines)
}

/// Makes it so; gives what was changed.
pub fn apply(wanted: &Wanted, target: &Path, disks: &Disks) -> Result<Vec<String>, Failure> {
    let Some(state) = wanted.state else { return Ok(Vec::new()) };
    let Some(place) = Place::of(&wanted.path)? else {
        return match state {
            Existence::Absent => Ok(Vec::new()),
            Existence::Exists => Err(failed("create the link", &wanted.path, "its directory does not exist")),
        };
    };
    let mut lines: Vec<String> = find(wanted, &place, target)?.into_iter().collect();
    if !lines.is_empty() {
        let directory = place.stat()?.is_some_and(|stat| sort(&stat) == FileType::Directory);
        let changed = match state {
            Existence::Absent => remove(&place, directory),
            // Nothing can be renamed over a directory.
            Existence::Exists if directory => remove(&place, true).and_then(|()| replace(&place, target)),
            Existence::Exists => replace(&place, target),
        };
        changed.map_err(|error| failed("change the link", &wanted.path, error))?;
        if let Err(error) = disks.touched(&place.dir) {
            tracing::debug!("cannot synchronise the directory of `{}`: {error}", wanted.path.display());
        }
    }
    if state == Existence::Exists {
        lines.extend(attributes(wanted)?.enforce(&place)?);
    }
    Ok(lines)
}

/// A link has an owner and a group of its own, and no mode.
fn attributes(wanted: &Wanted) -> Result<Attributes, Failure> {
    Ok(Attributes { mode: None, selinux: None, ..wanted.attributes()? })
}

/// What differs about the link itself.
fn find(wanted: &Wanted, place: &Place, target: &Path) -> Result<Option<String>, Failure> {
    let exists = wanted.state == Some(Existence::Exists);
    let Some(stat) = place.stat()? else { return Ok(exists.then(|| "missing".to_owned())) };
    if sort(&stat) == FileType::Symlink {
        if !exists {
            return Ok(Some("present".to_owned()));
        }
        let current = readlinkat(&place.dir, &place.name, Vec::new()).map_err(|error| failed("read", &place.path, error))?;
        let differs = current.as_bytes() != target.as_os_str().as_bytes();
        return Ok(differs.then(|| format!("link: {} -> {}", current.to_string_lossy(), target.display())));
    }
    if !wanted.force {
        return Err(failed("manage the link", &place.path, "something else is in the way; with `force` it is removed"));
    }
    Ok(Some("something else is in the way".to_owned()))
}

fn remove(place: &Place, directory: bool) -> Result<(), Errno> {
    let flags = if directory { AtFlags::REMOVEDIR } else { AtFlags::empty() };
    unlinkat(&place.dir, &place.name, flags)
}

/// Makes the link beside and renames it into place, so that there is always one.
fn replace(place: &Place, target: &Path) -> Result<(), Errno> {
    let mut name = OsString::from(".");
    name.push(&place.name);
    name.push(".mgmt");
    match symlinkat(target, &place.dir, &name) {
        Err(Errno::EXIST) => {
            unlinkat(&place.dir, &name, AtFlags::empty())?;
            symlinkat(target, &place.dir, &name)?;
        }
        // The name is too long to make another beside it.
        Err(Errno::NAMETOOLONG) => {
            match unlinkat(&place.dir, &place.name, AtFlags::empty()) {
                Ok(()) | Err(Errno::NOENT) => {}
                Err(error) => return Err(error),
            }
            return symlinkat(target, &place.dir, &place.name);
        }
        made => made?,
    }
    renameat(&place.dir, &name, &place.dir, &place.name)
}
