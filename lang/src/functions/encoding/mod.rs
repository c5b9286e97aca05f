//! Module `encoding`: base64 and JSON.

mod base64;
mod decode;
mod json;

use super::{Function, pure};
use crate::builtins::Rule;

pub(super) const FUNCTIONS: &[Function] = &[
    pure(
        "encoding.base64_decode",
        "func(data str) str",
        base64::decode,
        "What a text in base64 means.",
        r#"encoding.base64_decode("bWNsIQ==") == "mcl!""#,
    ),
    pure(
        "encoding.base64_encode",
        "func(data str) str",
        base64::encode,
        "A text in base64, with padding.",
        r#"encoding.base64_encode("mcl!") == "bWNsIQ==""#,
    ),
    pure(
        "encoding.decode_json",
        "func(data str, type str) ?1",
        decode::strict,
        "What JSON means as a value of a type, which may also follow from its use.",
        r#"encoding.decode_json("{\"a\": 1}", "struct{a int}")->a == 1"#,
    )
    .rule(Rule::Json)
    .apart()
    .typed(),
    pure(
        "encoding.decode_json_flexible",
        "func(data str, type str) ?1",
        decode::flexible,
        "As decode_json; keys of structs may be missing, which gives zero values, and others are ignored.",
        r#"encoding.decode_json_flexible("{}", "struct{n int}")->n == 0"#,
    )
    .rule(Rule::Json)
    .apart()
    .typed(),
];
