//! `fwattr`: settings of the firmware.

use crate::kinds::table::{BOOL, PLAIN, STR, defaulted, ensure, field, no_identities, text_or_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Literal};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "fwattr",
    doc: "A setting of the firmware, as the kernel offers them below `/sys/class/firmware-attributes`.",
    fields: &[
        field("driver", STR, "The driver that offers it. It has to be given."),
        field("key", STR, "The setting; the name of the resource where not given."),
        field("value", STR, "Its value."),
        defaulted("check", BOOL, Literal::Bool(true), "Check the value against what the kernel says is possible."),
        field("strict", BOOL, "Do not try other spellings of the value."),
        field("skip", BOOL, "Do nothing when there is no such setting."),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    for (what, text) in [("driver", fields.text("driver")), ("key", text_or_name(fields, "key", name))] {
        ensure(!text.is_empty() && !text.contains('/'), || {
            format!("`{what}` is `{text}`, which is not the name of a directory")
        })?;
    }
    Ok(())
}
