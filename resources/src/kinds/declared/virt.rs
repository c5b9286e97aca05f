//! `virt`: virtual machines.

use crate::kinds::table::{BOOL, PLAIN, STR, STRS, defaulted, ensure, field, no_identities, one_of, optional};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{FieldType, Kind, Literal, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "virt",
    doc: "A virtual machine of libvirt. The name is that of the machine.",
    fields: &[
        field("uri", STR, "How to reach libvirt."),
        field("state", STR, "`running`, `paused`, `shutoff`, or empty to leave it as it is."),
        field("startup", STR, "Whether it is started at boot: `enabled`, `disabled`, or empty to leave it as it is."),
        field("transient", BOOL, "It is known only while it runs."),
        field("cpus", FieldType::Uint(64), "Processors."),
        defaulted("maxcpus", FieldType::Uint(64), Literal::Int(32), "Processors that it may get later."),
        defaulted("hotcpus", BOOL, Literal::Bool(true), "Change processors while it runs."),
        field("memory", FieldType::Uint(64), "Memory, in KiB."),
        field("osinit", STR, "The first program, for lxc."),
        field("boot", STRS, "What to boot from: `fd`, `hd`, `cdrom`, `network`."),
        field("disk", FieldType::List(&FieldType::Struct(&[("source", STR), ("type", STR)])), "Disks: images and their formats."),
        field(
            "cdrom",
            FieldType::List(&FieldType::Struct(&[("source", STR), ("type", STR)])),
            "Images of discs and their formats.",
        ),
        field(
            "network",
            FieldType::List(&FieldType::Struct(&[("name", STR), ("mac", STR)])),
            "Interfaces: the network of libvirt each is in, and its hardware address.",
        ),
        field(
            "filesystem",
            FieldType::List(&FieldType::Struct(&[("access", STR), ("source", STR), ("target", STR), ("read_only", BOOL)])),
            "Directories that it shares with the host.",
        ),
        optional("auth", FieldType::Struct(&[("username", STR), ("password", STR)]), "Who to be for libvirt."),
        defaulted(
            "restartondiverge",
            STR,
            Literal::Str("error"),
            "What to do when a change needs a restart: `ignore` it, restart `ifneeded`, or `error`.",
        ),
        field("restartonrefresh", BOOL, "Restart it when notified."),
    ],
    sends: &[],
    traits: Traits { refreshes: true, polls: Some(polls), ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn polls(poll: i32, _: &Fields) -> Result<(), String> {
    ensure(poll == 0, || "`Meta:poll` has to be 0: changes are told".to_owned())
}

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    one_of(fields, "state", &["running", "paused", "shutoff", ""])?;
    one_of(fields, "startup", &["enabled", "disabled", ""])?;
    let transient = fields.flag("transient") && !fields.text("startup").is_empty();
    ensure(!transient, || "`startup` makes no sense with `transient`".to_owned())?;
    ensure(fields.int("cpus") <= fields.int("maxcpus"), || "`cpus` is more than `maxcpus`".to_owned())
}
