//! `net`: network interfaces.

use super::formats::cidr;
use crate::kinds::table::{BOOL, PLAIN, STR, STRS, always_valid, ensure, field, no_identities, one_of, optional, with_sorted};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Literal, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "net",
    doc: "A network interface: whether it is up, its addresses and its gateway. The name is that of the interface.",
    fields: &[
        field("state", STR, "`up`, `down`, or empty to leave it as it is."),
        field("addrs", STRS, "All its addresses, such as `192.0.2.1/24`; left as they are where not given."),
        field("gateway", STR, "The address of the default gateway."),
        optional("ip_forward", BOOL, "Whether it forwards packets; written to the file of systemd-networkd alone."),
    ],
    sends: &[],
    traits: Traits { reverses: Some(always_valid), effect: Some(|_, fields| with_sorted(fields, &["addrs"])), ..PLAIN },
    constants: &[("state.up", Literal::Str("up")), ("state.down", Literal::Str("down")), ("state.undefined", Literal::Str(""))],
    validate,
    identities: no_identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    one_of(fields, "state", &["up", "down", ""])?;
    for address in fields.texts("addrs") {
        cidr(&address)?;
    }
    let gateway = fields.text("gateway");
    ensure(gateway.is_empty() || gateway.parse::<std::net::IpAddr>().is_ok(), || {
        format!("`gateway` is `{gateway}`, which is no address")
    })
}
