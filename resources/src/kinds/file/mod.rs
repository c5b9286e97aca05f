//! `file`: a file, a directory or a symbolic link.

mod absent;
mod attributes;
mod content;
mod directory;
mod link;
mod mode;

mod path;
mod place;
mod regular;
mod sync;
mod wanted;
mod write;

use super::table::{BOOL, STR, STRS, after, ensure, field, identifier, optional, rewritten};
use crate::host::Host;
use crate::resource::{Applied, Checked, Events, Failure, Resource, Run, State, Task, Watch};
use crate::watch::{Change, Reach};
use mgmt_values::resource::{Fields, Identities};
use mgmt_values::schema::{Kind, Literal, Traits};
use mgmt_values::value::Value;
use std::path::Path;
use wanted::{Body, Existence, Wanted};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "file",
    doc: "A file, a directory (its path ends in a slash) or a symbolic link.\n\n\
          A file is replaced in one step: whoever reads it sees the old content or the new one. Where a symbolic link stands, what it \
          leads to is managed. Owner, group, mode and extended attributes that are not given stay as they are.",
    fields: &[
        field(
            "path",
            STR,
            "Where it is, absolute; the name of the resource where not given. A slash at its end makes it a directory.",
        ),
        field("dirname", STR, "Replaces the directory part of the path; has to end in a slash."),
        field("basename", STR, "Replaces the last component of the path."),
        field(
            "state",
            STR,
            "`exists`: it is created if it is missing. `absent`: it is removed. Not given: it is managed if it is there, and has to be \
             there if anything else is asked of it.",
        ),
        optional("content", STR, "The exact content, every byte of it."),
        field("source", STR, "The file or (with `recurse`) directory to copy from; for a symbolic link, where it leads."),
        field(
            "fragments",
            STRS,
            "Files whose contents make up the content, one after another. A directory, with a slash at its end, stands for the files \
             directly in it, by name.",
        ),
        field("owner", STR, "The user it belongs to: a number that is known, or a name."),
        field("group", STR, "The group it belongs to: a number that is known, or a name."),
        field("mode", STR, "The permission bits: octal such as `0644`, or symbolic such as `u=rw,go=r`."),
        field("recurse", BOOL, "Copy, remove and watch whole trees; create missing directories above it."),
        field("force", BOOL, "Remove what is in the way, be it a directory with all that is in it."),
        field("purge", BOOL, "Remove what is in the directory and not managed. Needs `recurse`. Not available yet."),
        field("symlink", BOOL, "It is a symbolic link to `source`."),
        optional("selinux", STR, "The SELinux context, such as `system_u:object_r:etc_t:s0`; empty for none."),
    ],
    sends: &[],
    traits: Traits {
        refreshes: false,
        receives: true,
        autoedges: true,
        autogroups: false,
        reverses: Some(reversible),
        effect: Some(effect),
        unwatched: &["state", "content", "owner", "group", "mode", "force", "selinux"],
        ..Traits::PLAIN
    },
    constants: &[
        ("state.exists", Literal::Str("exists")),
        ("state.absent", Literal::Str("absent")),
        ("state.undefined", Literal::Str("")),
    ],
    validate,
    identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    let (dirname, basename) = (fields.text("dirname"), fields.text("basename"));
    let path = path::effective(name, fields);
    let shown = String::from_utf8_lossy(&path).into_owned();
    let (directory, state) = (path.ends_with(b"/"), fields.text("state"));
    let content = fields.given("content").is_some();
    let source = fields.text("source");
    let fragments = wanted::texts(fields, "fragments");
    let flag = |name| fields.flag(name);
    let (recurse, purge, symlink) = (flag("recurse"), flag("purge"), flag("symlink"));
    let bodies = usize::from(content) + usize::from(!source.is_empty()) + usize::from(!fragments.is_empty());
    let absent = state == "absent";
    let copies = !source.is_empty() && !symlink;
    let rules: [(bool, &str); 18] = [
        (path.is_empty(), "the path is empty"),
        (!dirname.is_empty() && !dirname.ends_with('/'), "`dirname` has to end in a slash"),
        (basename.starts_with('/'), "`basename` must not start with a slash"),
        (!path.starts_with(b"/"), "the path has to be absolute"),
        (!matches!(state.as_str(), "exists" | "absent" | ""), "`state` has to be \"exists\", \"absent\" or \"\""),
        (bodies > 1, "only one of `content`, `source` and `fragments` can be given"),
        (symlink && state == "exists" && source.is_empty(), "a symbolic link needs a `source`"),
        (absent && bodies > 0, "with `state` \"absent\" there can be no `content`, `source` or `fragments`"),
        (absent && fields.given("selinux").is_some(), "with `state` \"absent\" there can be no `selinux`"),
        (copies && directory != source.ends_with('/'), "either both or none of path and `source` have to end in a slash"),
        (directory && (content || !fragments.is_empty() || symlink), "a directory has no `content`, `fragments` or `symlink`"),
        (copies && directory && !recurse, "to copy a directory, `recurse` has to be set"),
        (purge && !recurse, "`purge` needs `recurse`"),
        (copies && !directory && recurse, "`recurse` makes no sense when a single file is copied"),
        (fragments.iter().any(|path| !path.starts_with(b"/")), "the paths in `fragments` have to be absolute"),
        (fragments.iter().any(|fragment| inside(&path, fragment)), "the path is inside one of its own `fragments`"),
        (purge && (content || !fragments.is_empty()), "`purge` makes no sense with `content` or `fragments`"),
        (path.contains(&0), "the path contains a zero byte"),
    ];
    if let Some((_, error)) = rules.iter().find(|(broken, _)| *broken) {
        return Err(format!("{error}: `{shown}`"));
    }
    let mode = fields.text("mode");
    if !mode.is_empty() {
        mode::Mode::parse(&mode)?;
    }
    if symlink && (content || !fragments.is_empty()) {
        return Err(format!("a symbolic link has no `content` or `fragments`: `{shown}`"));
    }
    if symlink && (recurse || purge) {
        return Err(format!("`recurse` and `purge` make no sense for a symbolic link: `{shown}`"));
    }
    Ok(())
}

/// Whether a path is a directory or below it, component by component.
fn inside(path: &[u8], directory: &[u8]) -> bool {
    path::components(path).starts_with(&path::components(directory))
}

/// Provides its path. Seeks its fragments, each for itself, and the nearest directory above it.
fn identities(name: &str, fields: &Fields) -> Identities {
    let path = path::effective(name, fields);
    let mut seeks: Vec<_> =
        wanted::texts(fields, "fragments").into_iter().map(|fragment| after(vec![identifier("file", fragment)])).collect();
    let above: Vec<_> = path::parents(&path).into_iter().map(|parent| identifier("file", parent)).collect();
    if !above.is_empty() {
        seeks.push(after(above));
    }
    Identities { provides: vec![identifier("file", path)], seeks, removes: fields.text("state") == "absent" }
}

/// Only a file has something to go back to.
fn reversible(name: &str, fields: &Fields) -> Result<(), String> {
    ensure(!path::effective(name, fields).ends_with(b"/"), || "a directory can't be reversed".to_owned())?;
    ensure(fields.text("source").is_empty(), || "a file with a `source` can't be reversed".to_owned())
}

/// The three parts of the path are one.
fn effect(name: &str, fields: &Fields) -> Fields {
    let path = Value::Str(path::effective(name, fields).into());
    rewritten(fields, [("path", path), ("dirname", Value::str("")), ("basename", Value::str(""))])
}

/// Fields that do not work yet.
pub fn unsupported(fields: &Fields) -> Option<String> {
    fields.flag("purge").then(|| "`purge` cannot be used yet".to_owned())
}

struct File {
    name: String,
    host: Host,
}

/// Makes one.
pub fn make(name: &str, host: &Host) -> Box<dyn Resource> {
    Box::new(File { name: name.to_owned(), host: host.clone() })
}

impl Resource for File {
    /// The path, the source (not that of a link), and the fragments.
    fn watch(&self, fields: &Fields, events: Events) -> Result<Watch, Failure> {
        let wanted = Wanted::of(&self.name, fields)?;
        let mut guards: Vec<Box<dyn Send>> = Vec::new();
        let mut watch = |path: &Path, reach| {
            let events = events.clone();
            let guard = self.host.watchers.path(path, reach, move |change| match change {
                Change::Writing | Change::Settled => events.changed(),
                Change::Lost(failure) => events.failed(failure),
            })?;
            guards.push(Box::new(guard));
            Ok::<(), Failure>(())
        };
        // What stands in a directory matters only where it is copied.
        let copied = if wanted.directory { Reach::Tree } else { Reach::Alone };
        match &wanted.body {
            Body::Any | Body::Content(_) => watch(&wanted.path, Reach::Alone)?,
            Body::Source(source) => {
                watch(&wanted.path, copied)?;
                watch(source, copied)?;
            }
            Body::Fragments(fragments) => {
                watch(&wanted.path, Reach::Alone)?;
                fragments.iter().try_for_each(|path| watch(path, Reach::Itself))?;
            }
        }
        Ok(Watch::of(guards))
    }

    fn check<'a>(&'a self, fields: &'a Fields, _: &'a Run) -> Task<'a, Checked> {
        Box::pin(async move {
            let wanted = Wanted::of(&self.name, fields)?;
            let lines = elsewhere_if(wanted.heavy(), move || look(&wanted)).await?;
            Ok(Checked::found(if lines.is_empty() { State::Clean } else { State::Differs(lines) }))
        })
    }

    fn apply<'a>(&'a self, fields: &'a Fields, _: &'a Run) -> Task<'a, Applied> {
        Box::pin(async move {
            let wanted = Wanted::of(&self.name, fields)?;
            let host = self.host.clone();
            elsewhere_if(wanted.heavy(), move || enforce(&wanted, &host)).await.map(Applied::changed)
        })
    }
}

/// Runs what may take long on a thread where that hurts nobody.
async fn elsewhere_if<T: Send + 'static>(
    long: bool,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    if !long {
        return work();
    }
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Failure::new(format!("the work on the file was lost: {error}"))),
    }
}

fn look(wanted: &Wanted) -> Result<Vec<String>, Failure> {
    match (&wanted.link, wanted.state) {
        (Some(target), _) => link::check(wanted, target),
        (None, Some(Existence::Absent)) => absent::check(wanted),
        (None, _) if wanted.directory => directory::check(wanted),
        (None, _) => regular::check(wanted),
    }
}

fn enforce(wanted: &Wanted, host: &Host) -> Result<Vec<String>, Failure> {
    match (&wanted.link, wanted.state) {
        (Some(target), _) => link::apply(wanted, target, &host.disks),
        (None, Some(Existence::Absent)) => absent::apply(wanted, &host.disks),
        (None, _) if wanted.directory => directory::apply(wanted, &host.disks),
        (None, _) => regular::apply(wanted, &host.disks),
    }
}

#[cfg(test)]
mod tests;
