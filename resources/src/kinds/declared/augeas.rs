//! `augeas`: values in configuration files.

use crate::kinds::table::{PLAIN, STR, ensure, field, no_identities};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{FieldType, Kind};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "augeas",
    doc: "Sets values in a configuration file by way of the Augeas library, which knows its syntax.",
    fields: &[
        field("file", STR, "The file, an absolute path."),
        field("lens", STR, "The lens that understands the file, such as `Sshd.lns`."),
        field(
            "sets",
            FieldType::List(&FieldType::Struct(&[("path", STR), ("value", STR)])),
            "The values to set: a path in the tree of the file, and what it has to be.",
        ),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    let (file, lens) = (fields.text("file"), fields.text("lens"));
    ensure(file.starts_with('/'), || format!("`file` is `{file}`, and has to be absolute"))?;
    ensure(lens.ends_with(".lns"), || format!("`lens` is `{lens}`, and has to end in `.lns`"))
}
