//! `pkg`: packages.

use crate::kinds::table::{BOOL, PLAIN, STR, defaulted, ensure, field, identifier};
use mgmt_values::resource::{Fields, Identities};
use mgmt_values::schema::{Kind, Literal, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "pkg",
    doc: "A package of the distribution, by way of PackageKit. The name is that of the package.",
    fields: &[
        defaulted("state", STR, Literal::Str("installed"), "`installed`, `uninstalled`, `newest`, or an exact version."),
        field("allowdowngrade", BOOL, "Permit an older version than the one that is installed."),
        field("allowuntrusted", BOOL, "Permit packages without a valid signature."),
        field("allownonfree", BOOL, "Look among packages that are not free too."),
        field("allowunsupported", BOOL, "Look among packages that are not supported too."),
    ],
    sends: &[],
    traits: Traits { autoedges: true, autogroups: true, merges: true, ..PLAIN },
    constants: &[],
    validate,
    identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    let state = fields.text("state");
    ensure(!state.is_empty(), || "`state` is empty".to_owned())?;
    ensure(state != "latest", || "`state` is \"latest\"; that is called \"newest\"".to_owned())
}

/// Provides its name. What its files offer and seek is known to the package service alone.
fn identities(name: &str, _: &Fields) -> Identities {
    Identities { provides: vec![identifier("pkg", name)], seeks: Vec::new() }
}
