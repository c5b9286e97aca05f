//! `http:server:proxy`: caches of other servers.

use super::formats::{directory_path, url};
use crate::kinds::table::{PLAIN, STR, ensure, field, no_identities, text_or_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "http:server:proxy",
    doc: "A part of another web server that an `http:server` serves, keeping what it has fetched.",
    fields: &[
        field("server", STR, "The `http:server` it belongs to; any where not given."),
        field(
            "path",
            STR,
            "The path it is served at, and all below it with a slash at its end; the name of the resource where not given.",
        ),
        field("sub", STR, "What to take away at the beginning of the path."),
        field("head", STR, "What to put there: the URL of the other server, with a slash at its end."),
        field("cache", STR, "The directory to keep files in, with a slash at its end."),
    ],
    sends: &[],
    traits: Traits { autogroups: true, ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    let path = text_or_name(fields, "path", name);
    ensure(path.starts_with('/'), || format!("the path `{path}` has to begin with a slash"))?;
    for field in ["sub", "cache"] {
        let directory = fields.text(field);
        if !directory.is_empty() {
            directory_path(&format!("`{field}`"), &directory)?;
        }
    }
    let head = fields.text("head");
    ensure(head.is_empty() || head.ends_with('/'), || format!("`head` is `{head}`, and has to end in a slash"))?;
    url(&head).map(drop)
}
