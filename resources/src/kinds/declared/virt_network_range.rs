//! `virt:network:range`: ranges of addresses.

use super::formats::ipv4;
use crate::kinds::table::{PLAIN, STR, ensure, field, no_identities};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "virt:network:range",
    doc: "Addresses that a `virt:network` gives to whoever asks.",
    fields: &[
        field("network", STR, "The `virt:network` it belongs to; any where not given."),
        field("start", STR, "The first address."),
        field("end", STR, "The last address."),
    ],
    sends: &[],
    traits: Traits { autogroups: true, ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    let (start, end) = (ipv4(&fields.text("start"))?, ipv4(&fields.text("end"))?);
    ensure(start <= end, || format!("`start` is {start}, which is behind `end`, {end}"))
}
