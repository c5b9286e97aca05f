//! Modules `example` and `example/nested`: functions to learn from.

use super::{CallContext, Fault, Function, args, core, own, pure, shared};
use crate::builtins::Rule;
use mgmt_values::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    pure("example.answer", "func() int", |_, _| Ok(Value::Int(42)), "42.", "example.answer() == 42"),
    pure(
        "example.errorbool",
        "func(a bool) str",
        errorbool,
        "An error when true.",
        r#"(example.errorbool(true) <|> "caught") == "caught""#,
    )
    .apart(),
    shared("example.flipflop", "func() bool", "True and false in turn, every five seconds.", "example.flipflop()")
        .rule(Rule::Unnamed),
    pure(
        "example.int2str",
        "func(a int) str",
        |_, a| Ok(Value::str(args::int(a, 0)?.to_string())),
        "Decimal digits.",
        r#"example.int2str(-3) == "-3""#,
    ),
    pure("example.plus", "func(y str, z str) str", core::concat, "Joins two strings.", r#"example.plus("a", "b") == "ab""#),
    pure(
        "example.str2int",
        "func(a str) int",
        |_, a| Ok(Value::Int(args::text(a, 0)?.parse().unwrap_or(0))),
        "The integer that decimal digits name, or 0.",
        r#"example.str2int("x") == 0"#,
    ),
    own(
        "example.vumeter",
        "func(symbol str, multiplier int, peak float) str",
        "How loud it is before the microphone, as a bar of symbols.",
        r#"example.vumeter("=", 10, 0.9)"#,
    ),
    pure("example/nested.hello", "func() str", |_, _| Ok(Value::str("Hello!")), "A greeting.", r#"nested.hello() == "Hello!""#),
];

fn errorbool(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if args::boolean(args, 0)? {
        Err(Fault::new("we errored on request"))
    } else {
        Ok(Value::str("set input to true to generate an error"))
    }
}
