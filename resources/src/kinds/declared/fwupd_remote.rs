//! `fwupd:remote`: sources of firmware.

use super::formats::duration;
use crate::kinds::table::{BOOL, PLAIN, STR, after, ensure, field, identifier, optional};
use mgmt_values::resource::{Fields, Identities};
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "fwupd:remote",
    doc: "A source that fwupd takes firmware from. The name is that of the source.",
    fields: &[
        optional("enabled", BOOL, "Whether it is used; left as it is where not given."),
        field("refresh_age", STR, "Fetch what it offers again when that is older than this, such as `24h`."),
    ],
    sends: &[],
    traits: Traits { autoedges: true, ..PLAIN },
    constants: &[],
    validate,
    identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    let age = fields.text("refresh_age");
    ensure(fields.given("enabled").is_some() || !age.is_empty(), || {
        "one of `enabled` and `refresh_age` has to be given".to_owned()
    })?;
    if age.is_empty() {
        return Ok(());
    }
    let disabled = fields.given("enabled").is_some() && !fields.flag("enabled");
    ensure(!disabled, || "`refresh_age` makes no sense when `enabled` is false".to_owned())?;
    ensure(duration(&age)? > 0.0, || "`refresh_age` has to be more than nothing".to_owned())
}

/// Provides the source; seeks the file that declares it and the service.
fn identities(name: &str, _: &Fields) -> Identities {
    let file = identifier("file", format!("/etc/fwupd/remotes.d/{name}.conf"));
    let seeks = vec![after(vec![file]), after(vec![identifier("svc", "fwupd")])];
    Identities { provides: vec![identifier("fwupd:remote", name)], seeks, ..Identities::default() }
}
