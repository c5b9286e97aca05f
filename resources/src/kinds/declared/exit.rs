//! `exit`: the end of the program.

use crate::kinds::table::{PLAIN, ensure, field, no_identities};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{FieldType, Kind};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "exit",
    doc: "Ends the program, in good order, once all that it depends on is done.",
    fields: &[field("code", FieldType::Uint(8), "The exit status, at most 125.")],
    sends: &[],
    traits: PLAIN,
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    ensure(fields.int("code") <= 125, || "`code` can be at most 125".to_owned())
}
