//! `fwupd:device`: firmware of devices.

use crate::kinds::table::{BOOL, PLAIN, STR, ensure, field, identifier, text_or_name};
use mgmt_values::resource::{Fields, Identities};
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "fwupd:device",
    doc: "The firmware of a device, by way of fwupd.",
    fields: &[
        field("device", STR, "The device or its GUID; the name of the resource where not given."),
        field("version", STR, "The exact version. It has to be given."),
        field("allow_downgrade", BOOL, "Permit an older version than the one that is installed."),
    ],
    sends: &[],
    traits: Traits { autoedges: true, ..PLAIN },
    constants: &[],
    validate,
    identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    ensure(!fields.text("version").is_empty(), || "`version` has to be given".to_owned())
}

/// Provides the device. Which remotes it needs is known to the daemon alone.
fn identities(name: &str, fields: &Fields) -> Identities {
    let device = text_or_name(fields, "device", name).to_lowercase();
    Identities { provides: vec![identifier("fwupd:device", device)], ..Identities::default() }
}
