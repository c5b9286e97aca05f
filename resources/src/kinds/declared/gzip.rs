//! `gzip`: compressed files.

use super::formats::file_path;
use crate::kinds::table::{INT, PLAIN, STR, defaulted, ensure, field, no_identities, optional, text_or_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Literal};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "gzip",
    doc: "A file that is the compressed form of another one, or of a text.",
    fields: &[
        field("path", STR, "The compressed file, absolute; the name of the resource where not given."),
        optional("input", STR, "The file to compress, absolute."),
        field("content", STR, "The text to compress where there is no `input`."),
        defaulted(
            "level",
            INT,
            Literal::Int(-1),
            "How hard to try: 1 (fast) to 9 (small), 0 for none, -1 for the default, -2 for Huffman coding alone.",
        ),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[
        ("level.no_compression", Literal::Int(0)),
        ("level.best_speed", Literal::Int(1)),
        ("level.best_compression", Literal::Int(9)),
        ("level.default_compression", Literal::Int(-1)),
        ("level.huffman_only", Literal::Int(-2)),
    ],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    file_path("the path", &text_or_name(fields, "path", name))?;
    if fields.given("input").is_some() {
        file_path("`input`", &fields.text("input"))?;
    }
    ensure((-2..=9).contains(&fields.int("level")), || "`level` has to be from -2 to 9".to_owned())
}
