//! A file with content.

use super::content::Content;
use super::place::{Place, failed, sort};
use super::wanted::{Attributes, Existence, Wanted};
use super::write;
use crate::host::Disks;
use crate::resource::Failure;
use rustix::fs::{FileType, Stat};
use std::fs::File;

/// What has to be done.
struct Found {
    stat: Option<Stat>,
    /// The content, where it differs or nothing stands there.
    write: Option<Content>,
    /// It has to be made, empty.
    create: bool,
    lines: Vec<String>,
}

/// What differs.
pub fn check(wanted: &Wanted) -> Result<Vec<String>, Failure> {
    let attributes = wanted.attributes()?;
    match Place::behind_links(&wanted.path)? {
        Some(place) => Ok(find(wanted, &attributes, &place)?.lines),
        None => Ok(find_nothing(wanted)?.lines),
    }
}

/// Makes it so; gives what was changed.
pub fn apply(wanted: &Wanted, disks: &Disks) -> Result<Vec<String>, Failure> {
    let attributes = wanted.attributes()?;
    let Some(place) = Place::behind_links(&wanted.path)? else {
        let found = find_nothing(wanted)?;
        let parent = wanted.path.parent().unwrap_or(&wanted.path);
        return if found.lines.is_empty() {
            Ok(Vec::new())
        } else {
            Err(failed("create", &wanted.path, format_args!("there is no directory `{}`", parent.display())))
        };
    };
    let Found { stat, write, create, mut lines } = find(wanted, &attributes, &place)?;
    if let Some(mut content) = write {
        let finals = attributes.finals(stat.as_ref().filter(|stat| sort(stat) == FileType::RegularFile), content.mode());
        let remark = write::put(&place, stat.as_ref(), &mut content, &finals, disks)?;
        lines.extend(remark.map(str::to_owned));
    } else if create {
        write::create_empty(&place, &attributes.finals(None, None), disks)?;
    }
    if stat.is_none() && !lines.is_empty() {
        lines = vec!["created".to_owned()];
    }
    if place.stat()?.is_some() {
        let more = attributes.enforce(&place)?;
        if stat.is_some() {
            lines.extend(more.into_iter().filter(|line| !lines.contains(line)).collect::<Vec<_>>());
        }
    }
    Ok(lines)
}

fn find(wanted: &Wanted, attributes: &Attributes, place: &Place) -> Result<Found, Failure> {
    let Some(stat) = place.stat()? else { return find_nothing(wanted) };
    let mut found = Found { stat: Some(stat), write: None, create: false, lines: Vec::new() };
    if let Some(mut content) = Content::of(&wanted.body)? {
        match sort(&stat) {
            FileType::RegularFile => {
                if !content.equals(&mut File::from(place.read()?), &place.path)? {
                    found.lines.push(format!("content: {} bytes -> {} bytes", stat.st_size, content.len()));
                    found.write = Some(content);
                }
            }
            FileType::Directory if wanted.force && wanted.path.parent().is_some() => {
                found.lines.push("a directory is in the way".to_owned());
                found.write = Some(content);
                return Ok(found);
            }
            FileType::Directory => {
                let why = "a directory is in the way; with `force` it is removed with all that is in it";
                return Err(failed("write", &wanted.path, why));
            }
            _ => return Err(failed("write", &wanted.path, "something that is not a regular file is in the way")),
        }
    }
    found.lines.extend(attributes.differences(place, &stat)?);
    Ok(found)
}

fn find_nothing(wanted: &Wanted) -> Result<Found, Failure> {
    let content = Content::of(&wanted.body)?;
    if wanted.state != Some(Existence::Exists) {
        if wanted.needs_something() {
            return Err(failed("manage", &wanted.path, "it does not exist, and only with `state` \"exists\" it is created"));
        }
        return Ok(Found { stat: None, write: None, create: false, lines: Vec::new() });
    }
    Ok(Found { stat: None, create: content.is_none(), write: content, lines: vec!["missing".to_owned()] })
}
