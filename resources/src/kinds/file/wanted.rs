//! The fields of a file resource, read and sorted.

use super::mode::Mode;
use super::path;
use crate::kinds::owners;
use crate::resource::Failure;
use mgmt_values::resource::Fields;
use mgmt_values::text::Text;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// What a file resource asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Without a slash at its end, unless it is `/`.
    pub path: PathBuf,
    /// The path was written with a slash at its end.
    pub directory: bool,
    /// Whether something has to be there.
    pub state: Option<Existence>,
    /// What has to be in it.
    pub body: Body,
    /// It is a symbolic link with this target.
    pub link: Option<PathBuf>,
    pub owner: String,
    pub group: String,
    pub mode: Option<Mode>,
    /// The SELinux context; empty: none.
    pub selinux: Option<Vec<u8>>,
    pub recurse: bool,
    pub force: bool,
}

/// Whether something has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existence {
    Exists,
    Absent,
}

/// Where the content comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// It does not matter.
    Any,
    /// The program.
    Content(Text),
    /// A file, or for a directory another directory.
    Source(PathBuf),
    /// Files and directories of files, one after another; a directory has a slash at its end.
    Fragments(Vec<PathBuf>),
}

/// Owner, group and mode as numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    pub uid: Option<u32>,
    pub gid: Option<u32>,
    pub mode: Option<Mode>,
    pub selinux: Option<Vec<u8>>,
}

impl Wanted {
    /// Reads valid fields.
    pub fn of(name: &str, fields: &Fields) -> Result<Wanted, Failure> {
        let effective = path::effective(name, fields);
        let content = fields.get("content").and_then(|value| value.as_text().cloned());
        let source = path::bytes(fields, "source");
        let fragments: Vec<PathBuf> = texts(fields, "fragments").into_iter().map(to_path).collect();
        let symlink = fields.flag("symlink");
        let body = match content {
            Some(content) => Body::Content(content),
            None if !fragments.is_empty() => Body::Fragments(fragments),
            None if !source.is_empty() && !symlink => Body::Source(to_path(source.clone())),
            None => Body::Any,
        };
        let mode = fields.text("mode");
        let mode = if mode.is_empty() { None } else { Some(Mode::parse(&mode).map_err(Failure::new)?) };
        let context = fields.get("selinux").and_then(|value| value.as_text().map(|text| text.as_bytes().to_vec()));
        Ok(Wanted {
            directory: effective.ends_with(b"/"),
            path: to_path(stripped(effective)),
            state: existence(&fields.text("state")),
            body,
            link: symlink.then(|| to_path(source)),
            owner: fields.text("owner"),
            group: fields.text("group"),
            mode,
            selinux: context,
            recurse: fields.flag("recurse"),
            force: fields.flag("force"),
        })
    }

    /// Looks up the names of owner and group.
    pub fn attributes(&self) -> Result<Attributes, Failure> {
        let lookup = |name: &str, find: fn(&str) -> Result<u32, Failure>| (!name.is_empty()).then(|| find(name)).transpose();
        Ok(Attributes {
            uid: lookup(&self.owner, owners::user)?,
            gid: lookup(&self.group, owners::group)?,
            mode: self.mode.clone(),
            selinux: self.selinux.clone(),
        })
    }

    /// Whether it makes sense only for something that is there.
    pub fn needs_something(&self) -> bool {
        let plain = self.owner.is_empty() && self.group.is_empty() && self.mode.is_none() && self.selinux.is_none();
        self.body != Body::Any || !plain
    }

    /// Whether looking at it may take so long that it has to be done elsewhere than on a shared thread.
    pub fn heavy(&self) -> bool {
        const MUCH: usize = 1 << 20;
        match &self.body {
            Body::Any => self.recurse || self.force,
            Body::Content(content) => content.as_bytes().len() > MUCH || self.force,
            Body::Source(_) | Body::Fragments(_) => true,
        }
    }
}

/// The state that a field names, if any.
pub fn existence(state: &str) -> Option<Existence> {
    match state {
        "exists" => Some(Existence::Exists),
        "absent" => Some(Existence::Absent),
        _ => None,
    }
}

/// A `[]str` field as the bytes it was given as.
pub fn texts(fields: &Fields, name: &str) -> Vec<Vec<u8>> {
    let value = fields.get(name);
    let items = value.as_ref().and_then(|value| value.as_list()).unwrap_or_default();
    items.iter().filter_map(|item| item.as_text().map(|text| text.as_bytes().to_vec())).collect()
}

/// Bytes as a path.
pub fn to_path(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(&bytes))
}

fn stripped(mut path: Vec<u8>) -> Vec<u8> {
    while path.len() > 1 && path.ends_with(b"/") {
        path.pop();
    }
    path
}
