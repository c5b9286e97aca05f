//! Module `value`: what resources of the kind `value` have stored.

use super::{Function, shared};

pub(super) const FUNCTIONS: &[Function] = &[
    shared(
        "value.get",
        "func(key str) struct{value ?1; ready bool}",
        "A stored value, whose type follows from its use.",
        r#"value.get("n")->value + 1"#,
    )
    .typed(),
    shared("value.get_bool", "func(key str) struct{value bool; ready bool}", "A stored bool.", r#"value.get_bool("b")->ready"#)
        .typed(),
    shared(
        "value.get_float",
        "func(key str) struct{value float; ready bool}",
        "A stored float.",
        r#"value.get_float("f")->value"#,
    )
    .typed(),
    shared("value.get_int", "func(key str) struct{value int; ready bool}", "A stored int.", r#"value.get_int("n")->value"#)
        .typed(),
    shared("value.get_str", "func(key str) struct{value str; ready bool}", "A stored str.", r#"value.get_str("s")->value"#)
        .typed(),
];
