//! `virt:network`: networks of virtual machines.

use super::formats::{cidr4, mac};
use crate::kinds::table::{BOOL, PLAIN, STR, ensure, field, no_identities, one_of, optional};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{FieldType, Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "virt:network",
    doc: "A network of libvirt, with the hosts and ranges that belong to it. The name is that of the network.",
    fields: &[
        field("uri", STR, "How to reach libvirt."),
        field("state", STR, "`up`, `down`, or empty to leave it as it is."),
        field("transient", BOOL, "It is known only while it is up."),
        field("startup", STR, "Whether it is started at boot: `enabled`, `disabled`, or empty to leave it as it is."),
        field("uuid", STR, "Its UUID; libvirt chooses one where not given."),
        field("device", STR, "The bridge; `virbr0` where not given."),
        field("mode", STR, "How it is connected: `nat`, which is the default."),
        field("mac", STR, "The hardware address of the bridge. It has to be given."),
        field("ip", STR, "The address of the bridge and the length of the prefix. It has to be given."),
        field("purge_hosts", BOOL, "Remove hosts that do not belong to it."),
        field("purge_ranges", BOOL, "Remove ranges that do not belong to it."),
        optional("auth", FieldType::Struct(&[("username", STR), ("password", STR)]), "Who to be for libvirt."),
    ],
    sends: &[],
    traits: Traits { autogroups: true, ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    one_of(fields, "state", &["up", "down", ""])?;
    one_of(fields, "startup", &["enabled", "disabled", ""])?;
    let transient = fields.flag("transient");
    ensure(!transient || fields.text("startup").is_empty(), || "`startup` makes no sense with `transient`".to_owned())?;
    let uuid = fields.text("uuid");
    let digits = uuid.chars().filter(char::is_ascii_hexdigit).count();
    let valid = digits == 32 && uuid.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    ensure(uuid.is_empty() || valid, || format!("`{uuid}` is not a UUID"))?;
    one_of(fields, "mode", &["", "nat"])?;
    if transient && fields.text("state") == "down" {
        return Ok(());
    }
    mac(&fields.text("mac"))?;
    cidr4(&fields.text("ip")).map(drop)
}
