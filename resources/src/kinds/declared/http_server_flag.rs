//! `http:server:flag`: values that are posted.

use crate::kinds::table::{PLAIN, STR, ensure, field, no_identities, optional, text_or_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "http:server:flag",
    doc: "A place at an `http:server` where a value can be posted, which is sent then.",
    fields: &[
        field("server", STR, "The `http:server` it belongs to; any where not given."),
        field("path", STR, "The path it is served at; the name of the resource where not given."),
        field("key", STR, "The field of the form to send."),
    ],
    sends: &[optional("value", STR, "What was posted last.")],
    traits: Traits { autogroups: true, ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    let path = text_or_name(fields, "path", name);
    ensure(path.starts_with('/'), || format!("the path `{path}` has to begin with a slash"))
}
