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
    traits: Traits { autoedges: true, autogroups: true, merges: Some(merge), ..PLAIN },
    constants: &[],
    validate,
    identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    let state = fields.text("state");
    ensure(!state.is_empty(), || "`state` is empty".to_owned())?;
    ensure(state != "latest", || "`state` is \"latest\"; that is called \"newest\"".to_owned())
}

/// `newest` is what `installed` is, and more.
fn merge(a: &Fields, b: &Fields) -> Result<Fields, String> {
    let flags = ["allowdowngrade", "allowuntrusted", "allownonfree", "allowunsupported"];
    if let Some(flag) = flags.into_iter().find(|flag| a.flag(flag) != b.flag(flag)) {
        return Err(format!("the field `{flag}` differs"));
    }
    match (a.text("state").as_str(), b.text("state").as_str()) {
        (a_state, b_state) if a_state == b_state => Ok(a.clone()),
        ("newest", "installed") => Ok(a.clone()),
        ("installed", "newest") => Ok(b.clone()),
        (a_state, b_state) => Err(format!("the field `state` differs in an incompatible way: {a_state} and {b_state}")),
    }
}

/// Provides its name. What its files offer and seek is known to the package service alone.
fn identities(name: &str, _: &Fields) -> Identities {
    Identities { provides: vec![identifier("pkg", name)], ..Identities::default() }
}
