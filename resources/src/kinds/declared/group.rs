//! `group`: groups of users.

use super::formats::account_name;
use crate::kinds::table::{PLAIN, STR, field, identifier, one_of, optional};
use mgmt_values::resource::{Fields, Identities};
use mgmt_values::schema::{FieldType, Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "group",
    doc: "A group of users.",
    fields: &[
        field("state", STR, "`exists` or `absent`. It has to be given."),
        optional("gid", FieldType::Uint(32), "Its number."),
    ],
    sends: &[],
    traits: Traits { autoedges: true, ..PLAIN },
    constants: &[],
    validate,
    identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    one_of(fields, "state", &["exists", "absent"])?;
    account_name(name)
}

/// Provides its name and its number.
fn identities(name: &str, fields: &Fields) -> Identities {
    let mut provides = vec![identifier("group", name)];
    provides.extend(fields.get("gid").map(|gid| identifier("group:gid", gid.to_string())));
    Identities { provides, ..Identities::default() }
}
