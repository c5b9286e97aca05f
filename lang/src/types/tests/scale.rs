//! Shapes that a naive checker takes exponential time or deep recursion for.

use super::make::Make;
use crate::resolve::program::{BlockKind, DefKind, StatementKind};
use std::time::{Duration, Instant};

/// Generous: what takes exponential or quadratic time here takes minutes.
fn quick(m: &Make) {
    let start = Instant::now();
    m.typed();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn a_chain_of_binds_used_twice() {
    for in_loop in [false, true] {
        let mut m = Make::new();
        let one = m.int(1);
        let list = m.list([one]);
        let (index, element) = (m.def("i", DefKind::Index), m.def("v", DefKind::Element));
        let mut x = if in_loop { element } else { m.bind("x", one) };
        for _ in 0..60 {
            let (a, b) = (m.var(x), m.var(x));
            let sum = m.add(a, b);
            x = m.bind("x", sum);
        }
        let body = m.block(BlockKind::Loop, |m| {
            let last = m.var(x);
            m.set("int", last);
        });
        m.statement(StatementKind::For { index, element, list, body });
        quick(&m);
    }
}

#[test]
fn a_chain_of_functions_that_call_the_last_twice() {
    let mut m = Make::new();
    let x = m.param("x");
    let (used, zero) = (m.var(x), m.int(0));
    let body = m.index(used, zero);
    let mut f = m.func("f", &[x], body);
    let x = m.param("x");
    let (a, b) = (m.var(x), m.var(x));
    let (a, b) = (m.call(f, &[a]), m.call(f, &[b]));
    let body = m.add(a, b);
    f = m.func("f", &[x], body);
    for _ in 0..60 {
        let x = m.param("x");
        let (a, b) = (m.var(x), m.var(x));
        let (a, b) = (m.call(f, &[a]), m.call(f, &[b]));
        let body = m.add(a, b);
        f = m.func("f", &[x], body);
    }
    let one = m.int(1);
    let list = m.list([one]);
    let call = m.call(f, &[list]);
    m.set("int", call);
    quick(&m);
}

#[test]
fn a_type_that_doubles_at_every_level() {
    let mut m = Make::new();
    let one = m.int(1);
    let mut x = m.bind("x", one);
    for _ in 0..60 {
        let (a, b) = (m.var(x), m.var(x));
        let pair = m.record([("a", a), ("b", b)]);
        x = m.bind("x", pair);
    }
    let (a, b) = (m.var(x), m.var(x));
    let same = m.op(crate::resolve::program::Operator::Equal, &[a, b]);
    m.set("bool", same);
    assert_eq!(m.refused().1, "the type is too large");
}

#[test]
fn a_chain_as_long_as_a_program() {
    let mut m = Make::new();
    let one = m.int(1);
    let mut x = m.bind("x", one);
    for _ in 0..100_000 {
        let (a, b) = (m.var(x), m.int(1));
        let sum = m.add(a, b);
        x = m.bind("x", sum);
    }
    let last = m.var(x);
    m.set("int", last);
    quick(&m);
}

#[test]
fn a_chain_of_functions_as_long_as_a_program() {
    let mut m = Make::new();
    let x = m.param("x");
    let body = m.var(x);
    let mut f = m.func("f", &[x], body);
    for _ in 0..100_000 {
        let x = m.param("x");
        let used = m.var(x);
        let body = m.call(f, &[used]);
        f = m.func("f", &[x], body);
    }
    let one = m.int(1);
    let call = m.call(f, &[one]);
    m.set("int", call);
    quick(&m);
}

#[test]
fn many_statements() {
    let mut m = Make::new();
    for _ in 0..100_000 {
        let (a, b) = (m.str("a"), m.str("b"));
        let text = m.add(a, b);
        m.set("str", text);
    }
    quick(&m);
}

#[test]
fn a_list_nested_deeper_than_anybody_writes_is_refused() {
    let mut m = Make::new();
    let one = m.int(1);
    let mut x = m.bind("x", one);
    for _ in 0..10_000 {
        let used = m.var(x);
        let list = m.list([used]);
        x = m.bind("x", list);
    }
    let last = m.var(x);
    let len = m.builtin("len", &[last]);
    m.set("int", len);
    assert_eq!(m.refused().1, "the type is too large");
}
