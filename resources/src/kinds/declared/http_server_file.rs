//! `http:server:file`: files that are served.

use crate::kinds::table::{BOOL, PLAIN, STR, after, ensure, field, identifier};
use mgmt_values::resource::{Fields, Identities};
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "http:server:file",
    doc: "A file, a directory or a text that an `http:server` serves.",
    fields: &[
        field("server", STR, "The `http:server` it belongs to; any where not given."),
        field("filename", STR, "The path it is served at; the name of the resource where not given."),
        field("path", STR, "The file, or with a slash at its end the directory, an absolute path."),
        field("data", STR, "The text."),
        field("longpoll", BOOL, "Hold requests open until there is something new."),
    ],
    sends: &[],
    traits: Traits { receives: true, autoedges: true, autogroups: true, ..PLAIN },
    constants: &[],
    validate,
    identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    let path = fields.text("path");
    ensure(path.is_empty() || path.starts_with('/'), || format!("`path` is `{path}`, and has to be absolute"))?;
    ensure(path.is_empty() || fields.text("data").is_empty(), || "`path` and `data` exclude each other".to_owned())?;
    ensure(!(fields.flag("longpoll") && path.ends_with('/')), || "`longpoll` makes no sense for a directory".to_owned())
}

/// Seeks the file that it serves.
fn identities(_: &str, fields: &Fields) -> Identities {
    let path = fields.text("path");
    let seeks = if path.is_empty() { Vec::new() } else { vec![after(vec![identifier("file", path)])] };
    Identities { seeks, ..Identities::default() }
}
