//! `virt:network:host`: hosts with fixed addresses.

use super::formats::{cidr4, mac};
use crate::kinds::table::{PLAIN, STR, field, no_identities};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "virt:network:host",
    doc: "A host that a `virt:network` gives always the same address.",
    fields: &[
        field("network", STR, "The `virt:network` it belongs to; any where not given."),
        field("hostname", STR, "What it is called; the name of the resource where not given."),
        field("mac", STR, "Its hardware address, lower case."),
        field("ip", STR, "Its address and the length of the prefix."),
    ],
    sends: &[],
    traits: Traits { autogroups: true, ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    mac(&fields.text("mac"))?;
    cidr4(&fields.text("ip")).map(drop)
}
