//! Module `iter`. Functions that take a function are run by the interpreter; here stand their declarations.

use super::list::bounded;
use super::{Body, CallContext, Each, Fault, Function, args, entry, pure};
use crate::builtins::{Purity, Rule};
use mgmt_values::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    each(
        "iter.filter",
        "func(inputs []?1, function func(?1) bool) []?1",
        Each::Filter,
        "The elements for which a function is true.",
        "iter.filter([5, 8, 11], func($n) { $n > 6 }) == [8, 11]",
    ),
    pure(
        "iter.flatten",
        "func(inputs [][]?1) []?1",
        flatten,
        "Joins the lists of a list.",
        "iter.flatten([[1], [], [2, 3]]) == [1, 2, 3]",
    ),
    each(
        "iter.map",
        "func(inputs []?1, function func(?1) ?2) []?2",
        Each::Map,
        "What a function gives for each element.",
        "iter.map([1, 2], func($x) { $x * 10 }) == [10, 20]",
    ),
    pure(
        "iter.range",
        "func(start int, stop int, step int) []int",
        range,
        "The integers from start (0) up to but not including stop, by step (1).",
        "iter.range(5, 0, -2) == [5, 3, 1]",
    )
    .rule(Rule::Range),
    each(
        "iter.reduce",
        "func(initval ?1, inputs []?1, function func(?1, ?1) ?1) ?1",
        Each::Reduce,
        "Folds a list from the left, from its first element or from an initial value.",
        "iter.reduce(100, [1, 2, 3], func($a, $x) { $a - $x }) == 94",
    )
    .rule(Rule::Reduce),
    each(
        "iter.zip",
        "func(inputs1 []?1, inputs2 []?2, function func(?1, ?2) ?3) []?3",
        Each::Zip,
        "What a function gives for each pair, up to the end of the shorter list.",
        "iter.zip([1, 2, 3], [4, 5], func($a, $b) { $a * $b }) == [4, 10]",
    ),
];

const fn each(name: &'static str, signature: &'static str, each: Each, doc: &'static str, example: &'static str) -> Function {
    entry(name, signature, Purity::Pure, Body::Each(each), doc, example)
}

fn flatten(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let mut elements = Vec::new();
    for list in args::list(args, 0)? {
        elements.extend_from_slice(list.as_list().unwrap_or_default());
    }
    bounded(elements)
}

fn range(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (start, stop, step) = match args.len() {
        1 => (0, args::int(args, 0)?, 1),
        2 => (args::int(args, 0)?, args::int(args, 1)?, 1),
        _ => (args::int(args, 0)?, args::int(args, 1)?, args::int(args, 2)?),
    };
    if step == 0 {
        return Err(Fault::new("step value cannot be 0"));
    }
    let mut elements = Vec::new();
    let mut next = Some(start);
    // A step over the end of the integers ends the range.
    while let Some(at) = next.filter(|at| if step > 0 { *at < stop } else { *at > stop }) {
        if elements.len() > super::list::LONGEST {
            break;
        }
        elements.push(Value::Int(at));
        next = at.checked_add(step);
    }
    bounded(elements)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mgmt_values::Type;

    fn ranged(args: &[i64]) -> Result<Vec<i64>, Fault> {
        let args: Vec<Value> = args.iter().copied().map(Value::Int).collect();
        let list = range(&mut CallContext { signature: &Type::Int }, &args)?;
        Ok(list.as_list().unwrap_or_default().iter().filter_map(Value::as_int).collect())
    }

    #[test]
    fn a_range_is_half_open_and_may_count_down() {
        assert_eq!(ranged(&[3]), Ok(vec![0, 1, 2]));
        assert_eq!(ranged(&[2, 4]), Ok(vec![2, 3]));
        assert_eq!(ranged(&[5, 0, -2]), Ok(vec![5, 3, 1]));
        assert_eq!(ranged(&[5, 6, -1]), Ok(vec![]));
    }

    #[test]
    fn a_range_ends_where_integers_do() {
        assert_eq!(ranged(&[i64::MAX - 1, i64::MAX, 2]), Ok(vec![i64::MAX - 1]));
        assert_eq!(ranged(&[0, 1, 0]), Err(Fault::new("step value cannot be 0")));
        assert!(ranged(&[0, i64::MAX]).is_err());
    }
}
