//! `fwupd:system`: firmware of everything.

use crate::kinds::table::{PLAIN, STR, STRS, ensure, field, identifier, one_of};
use mgmt_values::resource::{Fields, Identities};
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "fwupd:system",
    doc: "The firmware of all devices that fwupd knows.",
    fields: &[field("state", STR, "`newest`. It has to be given."), field("exclude", STRS, "Devices or GUIDs to leave alone.")],
    sends: &[],
    traits: Traits { autoedges: true, ..PLAIN },
    constants: &[],
    validate,
    identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    one_of(fields, "state", &["newest"])?;
    ensure(!fields.texts("exclude").iter().any(String::is_empty), || "an entry of `exclude` is empty".to_owned())
}

/// Provides the firmware as a whole. Which remotes it needs is known to the daemon alone.
fn identities(_: &str, _: &Fields) -> Identities {
    Identities { provides: vec![identifier("fwupd:system", "")], ..Identities::default() }
}
