//! `http:server:ui:input`: inputs of web forms.

use crate::kinds::table::{PLAIN, STR, defaulted, ensure, field, no_identities, optional};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Literal, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "http:server:ui:input",
    doc: "An input of an `http:server:ui`.",
    fields: &[
        field("path", STR, "The `http:server:ui` it belongs to; any where not given."),
        field("id", STR, "Its name in the page; the name of the resource where not given."),
        field("value", STR, "What it holds at first."),
        field("store", STR, "Where its value is kept: `local://?key=NAME` or `world://?key=NAME`."),
        defaulted("type", STR, Literal::Str("text://"), "What it looks like: `text://`, or `range://?min=0&max=10&step=1`."),
        field("sort", STR, "What decides its place among the others."),
    ],
    sends: &[optional("value", STR, "What it holds.")],
    traits: Traits { autogroups: true, ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    let both = !fields.text("value").is_empty() && !fields.text("store").is_empty();
    ensure(!both, || "`value` and `store` exclude each other".to_owned())
}
