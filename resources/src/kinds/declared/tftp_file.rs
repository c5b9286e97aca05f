//! `tftp:file`: files that are served.

use crate::kinds::table::{PLAIN, STR, ensure, field, no_identities};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "tftp:file",
    doc: "A file or a text that a `tftp:server` serves.",
    fields: &[
        field("server", STR, "The `tftp:server` it belongs to; any where not given."),
        field("filename", STR, "What it is asked for as; the name of the resource where not given."),
        field("path", STR, "The file, an absolute path."),
        field("data", STR, "The text."),
    ],
    sends: &[],
    traits: Traits { autogroups: true, ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    let path = fields.text("path");
    ensure(path.is_empty() || path.starts_with('/'), || format!("`path` is `{path}`, and has to be absolute"))?;
    ensure(path.is_empty() || fields.text("data").is_empty(), || "`path` and `data` exclude each other".to_owned())
}
