//! `gsettings`: settings of desktop programs.

use crate::kinds::table::{PLAIN, STR, ensure, field, no_identities, one_of};
use mgmt_values::Value;
use mgmt_values::resource::Fields;
use mgmt_values::schema::{FieldType, Kind};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "gsettings",
    doc: "One setting of a desktop program of a user.",
    fields: &[
        field("schema", STR, "The schema, with its path behind a colon where it has none of its own."),
        field("key", STR, "The key in the schema. A name `schema key` gives both."),
        field("type", STR, "What the value is: `bool`, `str`, `int` or `custom`. It has to be given."),
        field("value", FieldType::Variant, "The value, of that type; for `custom` a `str` as gsettings prints it."),
        field("user", STR, "The user whose setting it is; the one we run as where not given."),
        field("group", STR, "The group to run as."),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    let parts: Vec<&str> = name.split(' ').collect();
    let (schema, key) = (fields.text("schema"), fields.text("key"));
    let named = parts.len() == 2 && schema.is_empty() && key.is_empty();
    let complete = if named { !parts[0].is_empty() && !parts[1].is_empty() } else { !schema.is_empty() && !key.is_empty() };
    ensure(complete, || "`schema` and `key` have to be given".to_owned())?;
    one_of(fields, "type", &["bool", "str", "int", "custom"])?;
    let fits = matches!(
        (fields.text("type").as_str(), fields.get("value")),
        ("bool", Some(Value::Bool(_))) | ("int", Some(Value::Int(_))) | ("str" | "custom", Some(Value::Str(_)))
    );
    ensure(fits, || "`value` is not of the type that `type` says".to_owned())
}
