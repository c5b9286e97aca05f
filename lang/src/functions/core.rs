//! Functions that need no import.

use super::{CallContext, Fault, Function, args, operators, own, pure};
use crate::builtins::Rule;
use mgmt_values::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    pure("concat", "func(a str, b str) str", concat, "Joins two strings.", r#"concat("ab", "cd") == "abcd""#),
    pure(
        "contains",
        "func(needle ?1, haystack []?1) bool",
        contains,
        "Whether an element of a list equals a value.",
        "contains(2, [1, 2])",
    ),
    pure(
        "len",
        "func(?1) int",
        len,
        "The bytes of a string, the elements of a list or the entries of a map.",
        r#"len("né") == 3"#,
    )
    .rule(Rule::OneOf(&["func(str) int", "func([]?1) int", "func(map{?1: ?2}) int"])),
    pure(
        "list_lookup",
        "func(list []?1, index int) ?1",
        super::list::lookup,
        "The element at an index from 0.",
        r#"list_lookup(["x", "y"], 1) == "y""#,
    ),
    pure(
        "map_lookup",
        "func(map map{?1: ?2}, key ?1) ?2",
        super::map::lookup,
        "The value under a key.",
        r#"(map_lookup({"a" => 4}, "b") <|> 0) == 0"#,
    ),
    pure(
        "panic",
        "func(x ?1) bool",
        panic_debug,
        "Ends the program when true, or with a message that is not empty.",
        "panic(false)",
    )
    .rule(Rule::OneOf(&["func(bool) bool", "func(str) bool"])),
    pure(
        "panic_debug",
        "func(x bool, err str) bool",
        panic_debug,
        "Ends the program with a message when true.",
        r#"panic_debug(false, "no") == false"#,
    )
    .apart(),
    own(
        "history",
        "func(value ?1, index int) ?1",
        "The value as it was some milliseconds ago, or the oldest that is known.",
        r#"history("a", 1000) == "a""#,
    ),
    own("random1", "func(length int) str", "Random letters and digits, kept while the length is.", "len(random1(8)) == 8"),
];

pub(super) fn concat(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    operators::join(args)
}

fn contains(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::Bool(operators::contains(args::any(args, 0)?, args::list(args, 1)?)))
}

fn len(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let length = match args::any(args, 0)? {
        Value::Str(text) => text.as_bytes().len(),
        Value::List(list) => list.as_slice().len(),
        Value::Map(map) => map.entries().len(),
        _ => return Err(Fault::new("can't tell the length of this value")),
    };
    Ok(Value::Int(length as i64))
}

fn panic_debug(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    panics(args).map(|()| Value::Bool(false))
}

/// What a `panic` statement over these values does: nothing, or fail for good.
pub fn panics(args: &[Value]) -> Result<(), Fault> {
    match args {
        [Value::Bool(true)] => Err(Fault::fatal("bool panic occurred")),
        [Value::Bool(true), message] => {
            let message = message.as_text().map(|text| text.to_str().into_owned()).unwrap_or_default();
            Err(Fault::fatal(format!("bool panic occurred: {message}")))
        }
        [Value::Str(message)] if !message.as_bytes().is_empty() => Err(Fault::fatal(format!("str panic occurred: {message}"))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_fatal_and_a_false_one_is_nothing() {
        assert_eq!(panics(&[Value::Bool(true)]), Err(Fault::fatal("bool panic occurred")));
        assert_eq!(panics(&[Value::Bool(true), Value::str("")]), Err(Fault::fatal("bool panic occurred: ")));
        assert_eq!(panics(&[Value::str("why")]), Err(Fault::fatal("str panic occurred: why")));
        for harmless in [&[Value::str("")][..], &[Value::Bool(false)], &[Value::Bool(false), Value::str("x")]] {
            assert_eq!(panics(harmless), Ok(()));
        }
    }
}
