//! `dhcp:host`: hosts with fixed addresses.

use super::formats::{cidr4, mac};
use crate::kinds::table::{PLAIN, STR, field, no_identities};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "dhcp:host",
    doc: "A host that a `dhcp:server` gives always the same address.",
    fields: &[
        field("server", STR, "The `dhcp:server` it belongs to; any where not given."),
        field("mac", STR, "Its hardware address, lower case."),
        field("ip", STR, "Its address and the length of the prefix, such as `192.0.2.10/24`."),
        field("nbp", STR, "The URL it boots from, `tftp://host/path`."),
        field("nbp_path", STR, "The path of that, in place of the URL's own."),
    ],
    sends: &[],
    traits: Traits { autogroups: true, ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    mac(&fields.text("mac"))?;
    cidr4(&fields.text("ip"))?;
    super::dhcp_server::nbp(&fields.text("nbp"))
}
