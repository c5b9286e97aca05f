//! `value`: values that are handed on.

use crate::kinds::table::{PLAIN, always_valid, no_identities, optional};
use mgmt_values::schema::{FieldType, Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "value",
    doc: "Holds a value, keeps it on this host under its name, and sends it.",
    fields: &[optional("any", FieldType::Variant, "The value.")],
    sends: &[optional("any", FieldType::Variant, "The value.")],
    traits: Traits { receives: true, ..PLAIN },
    constants: &[],
    validate: always_valid,
    identities: no_identities,
};
