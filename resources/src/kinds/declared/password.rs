//! `password`: random passwords.

use crate::kinds::table::{BOOL, PLAIN, STR, always_valid, defaulted, field, no_identities};
use mgmt_values::schema::{FieldType, Kind, Literal, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "password",
    doc: "Makes a random password and sends it. It is kept, so that later runs send the same, only with `saved`.",
    fields: &[
        defaulted("length", FieldType::Uint(16), Literal::Int(64), "How many characters it has."),
        field("saved", BOOL, "Keep it in clear on disk."),
        field("check_recovery", BOOL, "Make a new one when what is kept is not valid, instead of failing."),
    ],
    sends: &[field("password", STR, "The password.")],
    traits: Traits { refreshes: true, ..PLAIN },
    constants: &[],
    validate: always_valid,
    identities: no_identities,
};
