//! `consul:kv`: keys in Consul.

use super::formats::url;
use crate::kinds::table::{PLAIN, STR, ensure, field, no_identities};
use mgmt_values::resource::Fields;
use mgmt_values::schema::Kind;

/// The declaration.
pub static KIND: Kind = Kind {
    name: "consul:kv",
    doc: "A key in the store of Consul.",
    fields: &[
        field("key", STR, "The key; where not given the name is a URL of a key, or the key."),
        field("value", STR, "Its value."),
        field("scheme", STR, "`http` or `https`."),
        field("address", STR, "Host and port of the server."),
        field("token", STR, "The token that permits it."),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    let (key, scheme) = (fields.text("key"), fields.text("scheme"));
    let named = match url(name) {
        Ok(Some((scheme, _))) if key.is_empty() => Some(scheme),
        _ => None,
    };
    let path = name.split_once("://").map_or(name, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    ensure(!key.is_empty() || !path.is_empty(), || "the key is empty".to_owned())?;
    let scheme = Some(scheme).filter(|scheme| !scheme.is_empty()).or(named).unwrap_or_default();
    ensure(matches!(scheme.as_str(), "" | "http" | "https"), || format!("`scheme` is `{scheme}`, and has to be http or https"))
}
