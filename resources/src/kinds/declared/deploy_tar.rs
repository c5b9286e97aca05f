//! `deploy:tar`: archives of the deploy.

use super::formats::file_path;
use crate::kinds::table::{INT, PLAIN, STR, field, no_identities, text_or_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::Kind;

/// The declaration.
pub static KIND: Kind = Kind {
    name: "deploy:tar",
    doc: "A tar archive of the files that the current deploy consists of.",
    fields: &[
        field("path", STR, "The archive, absolute; the name of the resource where not given."),
        field("format", INT, "The format of its headers, one of `$const.res.tar.format`; 0 chooses for each entry."),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    file_path("the path", &text_or_name(fields, "path", name))
}
