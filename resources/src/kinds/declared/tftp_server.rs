//! `tftp:server`: servers of boot files.

use super::formats::{directory_path, listen_address};
use crate::kinds::table::{PLAIN, STR, defaulted, field, no_identities, text_or_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{FieldType, Kind, Literal, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "tftp:server",
    doc: "A server of TFTP, for the `tftp:file` resources that belong to it and for the files of a directory.",
    fields: &[
        field("address", STR, "The address to listen on, such as `:69`; the name of the resource where not given."),
        defaulted("timeout", FieldType::Uint(64), Literal::Int(5), "Seconds to wait for an answer; 0 stands for 5 too."),
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
