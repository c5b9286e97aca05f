//! `tar`: archives.

use super::formats::file_path;
use crate::kinds::table::{INT, PLAIN, STR, STRS, field, no_identities, text_or_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Literal};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "tar",
    doc: "A tar archive of files and directories.",
    fields: &[
        field("path", STR, "The archive, absolute; the name of the resource where not given."),
        field("inputs", STRS, "What is in it, absolute paths; of a directory with a slash at its end, what stands in it."),
        field("format", INT, "The format of its headers, one of `$const.res.tar.format`; 0 chooses for each entry."),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[
        ("format.unknown", Literal::Int(0)),
        ("format.ustar", Literal::Int(2)),
        ("format.pax", Literal::Int(4)),
        ("format.gnu", Literal::Int(8)),
    ],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    file_path("the path", &text_or_name(fields, "path", name))?;
    match fields.texts("inputs").iter().find(|input| !input.starts_with('/')) {
        Some(input) => Err(format!("the input `{input}` has to be absolute")),
        None => Ok(()),
    }
}
