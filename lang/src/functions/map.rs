//! Module `map`.

use super::{CallContext, Fault, Function, args, operators, pure};
use mgmt_values::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    pure(
        "map.keys",
        "func(x map{?1: ?2}) []?1",
        keys,
        "The keys in ascending order.",
        r#"map.keys({"b" => 1, "a" => 2}) == ["a", "b"]"#,
    ),
    pure(
        "map.lookup",
        "func(map map{?1: ?2}, key ?1) ?2",
        lookup,
        "The value under a key.",
        r#"map.lookup({1 => "x"}, 1) == "x""#,
    ),
    pure(
        "map.values",
        "func(x map{?1: ?2}) []?2",
        values,
        "The values in ascending order of their keys.",
        r#"map.values({"b" => 1, "a" => 2}) == [2, 1]"#,
    ),
];

fn keys(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::list(args::map(args, 0)?.entries().iter().map(|(key, _)| key.clone()).collect::<Vec<_>>()))
}

fn values(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::list(args::map(args, 0)?.entries().iter().map(|(_, value)| value.clone()).collect::<Vec<_>>()))
}

pub(super) fn lookup(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    operators::entry(args::map(args, 0)?, args::any(args, 1)?)
}
