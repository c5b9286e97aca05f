//! Nothing.

use super::place::{Place, failed, sort};
use super::wanted::Wanted;
use crate::host::Disks;
use crate::resource::Failure;
use rustix::fs::{AtFlags, FileType, Stat, unlinkat};
use rustix::io::Errno;

/// What differs.
pub fn check(wanted: &Wanted) -> Result<Vec<String>, Failure> {
    let Some(place) = Place::of(&wanted.path)? else { return Ok(Vec::new()) };
    Ok(find(wanted, &place)?.map(|_| "present".to_owned()).into_iter().collect())
}

/// Makes it so; gives what was changed.
pub fn apply(wanted: &Wanted, disks: &Disks) -> Result<Vec<String>, Failure> {
    let Some(place) = Place::of(&wanted.path)? else { return Ok(Vec::new()) };
    let Some(stat) = find(wanted, &place)? else { return Ok(Vec::new()) };
    let directory = sort(&stat) == FileType::Directory;
    if directory && wanted.recurse {
        std::fs::remove_dir_all(&wanted.path).map_err(|error| failed("remove the directory", &wanted.path, error))?;
    } else {
        let flags = if directory { AtFlags::REMOVEDIR } else { AtFlags::empty() };
        match unlinkat(&place.dir, &place.name, flags) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(Errno::NOTEMPTY) => {
                return Err(failed("remove the directory", &wanted.path, "it is not empty; with `recurse` all of it is removed"));
            }
            Err(error) => return Err(failed("remove", &wanted.path, error)),
        }
    }
    if let Err(error) = disks.touched(&place.dir) {
        tracing::debug!("cannot synchronise the directory of `{}`: {error}", wanted.path.display());
    }
    Ok(vec!["removed".to_owned()])
}

/// What stands there: the link where it is one, whether or not it leads anywhere.
fn find(wanted: &Wanted, place: &Place) -> Result<Option<Stat>, Failure> {
    let Some(stat) = place.stat()? else { return Ok(None) };
    if wanted.path.parent().is_none() {
        return Err(failed("remove", &wanted.path, "it is the root of everything"));
    }
    let is_directory = matches!(sort(&stat), FileType::Directory | FileType::Symlink);
    if wanted.directory && !is_directory && !wanted.force {
        return Err(failed(
            "remove the directory",
            &wanted.path,
            "it is something else; with `force` it is removed all the same",
        ));
    }
    Ok(Some(stat))
}
