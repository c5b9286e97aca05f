//! `user`: accounts of users.

use super::formats::account_name;
use crate::kinds::table::{BOOL, PLAIN, STR, STRS, after, before, ensure, field, identifier, one_of, optional, with_sorted};
use mgmt_values::resource::{Fields, Identities};
use mgmt_values::schema::{FieldType, Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "user",
    doc: "The account of a user. Home directories are neither made nor removed.",
    fields: &[
        field("state", STR, "`exists` or `absent`. It has to be given."),
        optional("uid", FieldType::Uint(32), "Its number."),
        optional("gid", FieldType::Uint(32), "The number of its primary group."),
        optional("group", STR, "The name of its primary group."),
        field("groups", STRS, "All its other groups; left as they are where not given."),
        optional("homedir", STR, "Its home directory, with a slash at its end."),
        optional("shell", STR, "Its login shell."),
        field("allowduplicateuid", BOOL, "Permit that another user has the same number."),
    ],
    sends: &[],
    traits: Traits { autoedges: true, effect: Some(|_, fields| with_sorted(fields, &["groups"])), ..PLAIN },
    constants: &[],
    validate,
    identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    account_name(name)?;
    one_of(fields, "state", &["exists", "absent"])?;
    let given = |field| fields.given(field).is_some();
    ensure(!(given("gid") && given("group")), || "`gid` and `group` exclude each other".to_owned())?;
    let group = fields.text("group");
    if given("group") {
        account_name(&group)?;
    }
    for other in fields.texts("groups") {
        account_name(&other)?;
        ensure(other != group && other != name, || format!("`{other}` in `groups` is the primary group"))?;
    }
    ensure(!given("homedir") || fields.text("homedir").ends_with('/'), || "`homedir` has to end in a slash".to_owned())
}

/// Provides its name and its number, and seeks its groups: they come first, or when it is removed go last.
fn identities(name: &str, fields: &Fields) -> Identities {
    let mut provides = vec![identifier("user", name)];
    provides.extend(fields.get("uid").map(|uid| identifier("user:uid", uid.to_string())));
    let gid = fields.get("gid").map(|gid| identifier("group:gid", gid.to_string()));
    let group = fields.get("group").map(|_| identifier("group", fields.text("group")));
    let groups = fields.texts("groups").into_iter().map(|group| identifier("group", group));
    let order = if fields.text("state") == "absent" { before } else { after };
    let seeks = gid.into_iter().chain(group).chain(groups).map(|group| order(vec![group])).collect();
    Identities { provides, seeks, ..Identities::default() }
}
