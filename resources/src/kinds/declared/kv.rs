//! `kv`: keys in the store of the cluster.

use crate::kinds::table::{BOOL, INT, PLAIN, STR, ensure, field, no_identities, optional, with_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "kv",
    doc: "A key in the store that the cluster shares.",
    fields: &[
        field("key", STR, "The key; the name of the resource where not given."),
        optional("value", STR, "Its value; where not given the key is deleted."),
        field("mapped", BOOL, "Keep one value for each host."),
        field("skiplessthan", BOOL, "Never make the stored value smaller, unless notified."),
        field("skipcmpstyle", INT, "How sizes compare: 0 as integers, 1 as strings."),
    ],
    sends: &[],
    traits: Traits { refreshes: true, receives: true, effect: Some(|name, fields| with_name(fields, "key", name)), ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    if fields.flag("skiplessthan") {
        let style = fields.int("skipcmpstyle");
        ensure(style == 0 || style == 1, || "`skipcmpstyle` has to be 0 or 1".to_owned())?;
        let number = fields.get("value").is_none() || fields.text("value").parse::<i64>().is_ok();
        ensure(style == 1 || number, || "`value` has to be an integer".to_owned())?;
    }
    Ok(())
}
