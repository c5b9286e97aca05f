//! `http:server`: web servers.

use super::formats::{directory_path, listen_address};
use crate::kinds::table::{PLAIN, STR, field, no_identities, optional, text_or_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{FieldType, Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "http:server",
    doc: "A web server without TLS, for the `http:server:…` resources that belong to it and for the files of a directory.",
    fields: &[
        field("address", STR, "The address to listen on, such as `:80`; the name of the resource where not given."),
        optional("timeout", FieldType::Uint(64), "Seconds that each of the three below is where it is not given."),
        optional("read_timeout", FieldType::Uint(64), "Seconds that reading a request may take; 0 for any."),
        optional("write_timeout", FieldType::Uint(64), "Seconds that writing an answer may take; 0 for any."),
        optional("shutdown_timeout", FieldType::Uint(64), "Seconds to wait for open connections at the end; 0 for any."),
        field("root", STR, "A directory to serve, with a slash at its end."),
    ],
    sends: &[],
    traits: Traits { autogroups: true, ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    listen_address(&text_or_name(fields, "address", name))?;
    let root = fields.text("root");
    if root.is_empty() { Ok(()) } else { directory_path("`root`", &root) }
}
