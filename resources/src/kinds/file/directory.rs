//! A directory.

use super::place::{Place, failed, present, sort};
use super::sync;
use super::wanted::{Body, Existence, Wanted};
use crate::host::Disks;
use crate::resource::Failure;
use rustix::fs::{FileType, Mode, Stat, mkdir, stat};
use std::path::Path;

/// What differs.
pub fn check(wanted: &Wanted) -> Result<Vec<String>, Failure> {
    let attributes = wanted.attributes()?;
    let Some(found) = find(wanted)? else { return missing(wanted) };
    if sort(&found) != FileType::Directory {
        return Ok(vec!["something else is in the way".to_owned()]);
    }
    let mut lines = match &wanted.body {
        Body::Source(source) => sync::check(source, &wanted.path, wanted)?,
        _ => Vec::new(),
    };
    if let Some(place) = Place::behind_links(&wanted.path)? {
        lines.extend(attributes.differences(&place, &found)?);
    }
    Ok(lines)
}

/// Makes it so; gives what was changed.
pub fn apply(wanted: &Wanted, disks: &Disks) -> Result<Vec<String>, Failure> {
    let attributes = wanted.attributes()?;
    let mut lines = Vec::new();
    let found = find(wanted)?;
    let there = found.is_some_and(|stat| sort(&stat) == FileType::Directory);
    if found.is_some() && !there {
        std::fs::remove_file(&wanted.path).map_err(|error| failed("remove", &wanted.path, error))?;
        lines.push("removed what was in the way".to_owned());
    }
    if !there {
        if missing(wanted)?.is_empty() {
            return Ok(lines);
        }
        let mode = wanted.mode.as_ref().map_or(0o777, |mode| mode.applied_to(0));
        make(&wanted.path, mode, wanted.recurse).map_err(|error| failed("create the directory", &wanted.path, error))?;
        lines.push("created".to_owned());
    }
    if let Body::Source(source) = &wanted.body {
        lines.extend(sync::apply(source, &wanted.path, wanted, disks)?);
    }
    let place = Place::behind_links(&wanted.path)?.ok_or_else(|| failed("open", &wanted.path, "it has just gone"))?;
    let changes = attributes.enforce(&place)?;
    if there {
        lines.extend(changes);
    }
    if let Err(error) = disks.touched(&place.dir) {
        tracing::debug!("cannot synchronise the directory of `{}`: {error}", wanted.path.display());
    }
    Ok(lines)
}

/// What stands there, links followed. Anything but a directory is an error unless it may be replaced.
fn find(wanted: &Wanted) -> Result<Option<Stat>, Failure> {
    let found = present(stat(&wanted.path)).map_err(|error| failed("look at", &wanted.path, error))?;
    let in_the_way = found.is_some_and(|stat| sort(&stat) != FileType::Directory);
    if in_the_way && !(wanted.force && wanted.state == Some(Existence::Exists)) {
        return Err(failed("create the directory", &wanted.path, "something else is in the way; with `force` it is removed"));
    }
    Ok(found)
}

fn missing(wanted: &Wanted) -> Result<Vec<String>, Failure> {
    if wanted.state == Some(Existence::Exists) {
        return Ok(vec!["missing".to_owned()]);
    }
    if wanted.needs_something() {
        return Err(failed("manage", &wanted.path, "it does not exist, and only with `state` \"exists\" it is created"));
    }
    Ok(Vec::new())
}

/// Makes a directory under the umask, and those above it that are missing where `parents` says so.
fn make(path: &Path, mode: u32, parents: bool) -> Result<(), rustix::io::Errno> {
    use rustix::io::Errno;
    match mkdir(path, Mode::from_raw_mode(mode)) {
        Err(Errno::NOENT) if parents => {
            let Some(above) = path.parent() else { return Err(Errno::NOENT) };
            match make(above, mode, true) {
                Ok(()) | Err(Errno::EXIST) => mkdir(path, Mode::from_raw_mode(mode)),
                Err(error) => Err(error),
            }
        }
        made => made,
    }
}
