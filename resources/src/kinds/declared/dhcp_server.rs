//! `dhcp:server`: servers that give out addresses.

use super::formats::{duration, ipv4, listen_address, url};
use crate::kinds::table::{PLAIN, STR, STRS, ensure, field, no_identities, optional, text_or_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "dhcp:server",
    doc: "A DHCP server for IPv4, with the `dhcp:host` and `dhcp:range` that belong to it.",
    fields: &[
        field("address", STR, "The address to listen on, such as `:67`; the name of the resource where not given."),
        field("interface", STR, "The interface it serves. It has to be given."),
        optional("serverid", STR, "The address it names itself by; none where empty."),
        optional("leasetime", STR, "How long leases last, such as `10m`, which is the default; no limit is sent where empty."),
        field("dns", STRS, "Name servers, IPv4."),
        field("routers", STRS, "Routers, IPv4."),
        field("nbp", STR, "The URL that everybody boots from, `tftp://host/path`."),
    ],
    sends: &[],
    traits: Traits { autogroups: true, ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    ensure(!fields.text("interface").is_empty(), || "`interface` has to be given".to_owned())?;
    let address = text_or_name(fields, "address", name);
    let host = listen_address(&address)?;
    ensure(host.is_none_or(|host| host.is_ipv4()), || format!("the address `{address}` is not an IPv4 address"))?;
    let (serverid, leasetime) = (fields.text("serverid"), fields.text("leasetime"));
    if !serverid.is_empty() {
        ipv4(&serverid)?;
    }
    if !leasetime.is_empty() {
        duration(&leasetime)?;
    }
    fields.texts("dns").iter().chain(&fields.texts("routers")).try_for_each(|address| ipv4(address).map(drop))?;
    nbp(&fields.text("nbp"))
}

/// A URL to boot from: none, or one of TFTP.
pub(super) fn nbp(text: &str) -> Result<(), String> {
    let valid = text.is_empty() || url(text)?.is_some_and(|(scheme, _)| scheme == "tftp");
    ensure(valid, || format!("`nbp` is `{text}`, which is not a tftp URL"))
}
