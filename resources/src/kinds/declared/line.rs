//! `line`: lines in files.

use crate::kinds::table::{BOOL, PLAIN, STR, ensure, field, no_identities, one_of};
use mgmt_values::resource::Fields;
use mgmt_values::schema::Kind;

/// The declaration.
pub static KIND: Kind = Kind {
    name: "line",
    doc: "Lines that have to be in a file, or must not be.",
    fields: &[
        field("file", STR, "The file: an absolute path, or one that begins with `~/` or `~user/`."),
        field("state", STR, "`exists` or `absent`. It has to be given."),
        field("content", STR, "The line, or several that follow each other."),
        field("trim", BOOL, "Ignore white space around `content`."),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    changeable(&fields.text("file"))?;
    one_of(fields, "state", &["exists", "absent"])
}

/// Whether a text can be the path of a file of which a line is changed.
pub(super) fn changeable(file: &str) -> Result<(), String> {
    ensure(file.starts_with(['/', '~']), || format!("`file` is `{file}`, and has to be absolute"))?;
    ensure(!file.ends_with('/'), || format!("`file` is `{file}`, which is a directory"))
}
