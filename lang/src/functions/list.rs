//! Module `list`.

use super::{CallContext, Fault, Function, args, operators, pure};
use crate::builtins::Rule;
use mgmt_values::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    pure(
        "list.concat",
        "func(a []?1) []?1",
        concat,
        "Joins one list or more of one type.",
        "list.concat([1], [], [2]) == [1, 2]",
    )
    .rule(Rule::ListConcat),
    pure(
        "list.lookup",
        "func(list []?1, index int) ?1",
        lookup,
        "The element at an index from 0.",
        r#"list.lookup(["a"], 0) == "a""#,
    ),
];

/// More elements than this are an error.
pub(super) const LONGEST: usize = 1_000_000;

/// A list of these elements, unless there are too many.
pub fn bounded(elements: Vec<Value>) -> Result<Value, Fault> {
    if elements.len() > LONGEST {
        Err(Fault::new(format!("list of more than {LONGEST} elements")))
    } else {
        Ok(Value::list(elements))
    }
}

fn concat(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let mut elements = Vec::new();
    for index in 0..args.len() {
        elements.extend_from_slice(args::list(args, index)?);
    }
    bounded(elements)
}

pub(super) fn lookup(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    match args::any(args, 0)? {
        Value::List(list) => operators::element(list, args::int(args, 1)?),
        _ => Err(Fault::new("not a list")),
    }
}
