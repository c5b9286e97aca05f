//! `http:server:ui`: live web forms.

use super::formats::directory_path;
use crate::kinds::table::{PLAIN, STR, field, no_identities, optional, text_or_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{FieldType, Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "http:server:ui",
    doc: "A web form that an `http:server` serves, made of the inputs that belong to it.",
    fields: &[
        field("server", STR, "The `http:server` it belongs to; any where not given."),
        field(
            "path",
            STR,
            "The path below which it is served, with a slash at its end; the name of the resource where not given.",
        ),
        optional("data", FieldType::Struct(&[("title", STR), ("head", STR)]), "The title of the page, and HTML for its head."),
    ],
    sends: &[],
    traits: Traits { autogroups: true, ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    directory_path("the path", &text_or_name(fields, "path", name))
}
