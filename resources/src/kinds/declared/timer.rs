//! `timer`: regular ticks.

use crate::kinds::table::{PLAIN, always_valid, field, no_identities};
use mgmt_values::schema::{FieldType, Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "timer",
    doc: "Ticks at regular intervals.",
    fields: &[field("interval", FieldType::Uint(32), "Seconds between ticks.")],
    sends: &[],
    traits: Traits { refreshes: true, ..PLAIN },
    constants: &[],
    validate: always_valid,
    identities: no_identities,
};
