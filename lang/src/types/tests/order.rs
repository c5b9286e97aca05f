use super::make::Make;
use crate::resolve::program::{BlockKind, DefKind, EntryKind, StatementKind};

#[test]
fn what_needs_no_solving_wins_over_what_comes_first() {
    let mut m = Make::new();
    let one = m.int(1);
    m.set("str", one);
    let two = m.int(2);
    let unknown = m.set("nope", two);
    assert_eq!(m.refused().0, unknown);
}

#[test]
fn a_conflict_wins_over_an_open_type_and_that_over_a_judgement() {
    let mut m = Make::new();
    let (a, b) = (m.str("a"), m.str("b"));
    let less = m.op(crate::resolve::program::Operator::Less, &[a, b]);
    m.set("bool", less);
    assert_eq!(m.refused().0, m.place(less));
    let empty = m.list([]);
    let len = m.builtin("len", &[empty]);
    m.set("int", len);
    assert_eq!(m.refused().0, m.place(empty));
    let one = m.int(1);
    let conflict = m.set("str", one);
    assert_eq!(m.refused().0, conflict);
}

#[test]
fn a_conflict_wins_over_a_wrong_element_of_a_computed_list() {
    let mut m = Make::new();
    let (text, by, zero) = (m.str("a b"), m.str(" "), m.int(0));
    let parts = m.builtin("strings.split", &[text, by]);
    let first = m.index(parts, zero);
    m.set("int", first);
    let one = m.int(1);
    let conflict = m.set("str", one);
    assert_eq!(m.refused().0, conflict);
}

#[test]
fn entries_come_before_the_name_and_its_inside_before_them() {
    let mut m = Make::new();
    let (name, value) = (m.int(5), m.int(1));
    let entry = m.entry(None, EntryKind::Field("str".into(), value));
    let place = entry.span;
    m.resource(name, vec![entry]);
    assert_eq!(m.refused().0, place);

    let mut m = Make::new();
    let (one, a) = (m.int(1), m.str("a"));
    let name = m.add(one, a);
    let value = m.int(1);
    let entry = m.entry(None, EntryKind::Field("str".into(), value));
    m.resource(name, vec![entry]);
    assert_eq!(m.refused().0, m.place(name));
}

#[test]
fn arguments_come_before_the_body() {
    let mut m = Make::new();
    let x = m.param("x");
    let (one, a) = (m.int(1), m.str("a"));
    let body = m.add(one, a);
    let f = m.func("f", &[x], body);
    let (two, c) = (m.int(2), m.str("c"));
    let arg = m.add(two, c);
    let call = m.call(f, &[arg]);
    m.set("int", call);
    assert_eq!(m.mistakes().iter().map(|d| d.span).collect::<Vec<_>>(), [Some(m.place(arg)), Some(m.place(body))]);
}

#[test]
fn the_body_of_an_include_comes_before_the_annotation_of_its_argument() {
    let mut m = Make::new();
    let a = m.str("a");
    let annotation = m.annotation("int");
    let x = m.def("x", DefKind::Argument(a, Some(annotation)));
    let mut inside = None;
    let body = m.block(BlockKind::Include, |m| {
        let one = m.int(1);
        inside = Some(m.set("str", one));
    });
    let include = m.statement(StatementKind::Include { arguments: vec![x], body });
    assert_eq!(m.mistakes().iter().map(|d| d.span).collect::<Vec<_>>(), [inside, Some(include)]);
}

#[test]
fn a_bind_that_nobody_uses_is_not_checked() {
    let mut m = Make::new();
    let (one, a) = (m.int(1), m.str("a"));
    let sum = m.add(one, a);
    m.bind("x", sum);
    let name = m.str("t");
    m.resource(name, vec![]);
    assert!(!m.typed().reached(sum));
}

#[test]
fn the_annotation_of_a_copied_variable_gives_it_a_type_and_is_compared_last() {
    let mut m = Make::new();
    let empty = m.list([]);
    let a = m.bind("a", empty);
    let copied = m.var(a);
    let b = m.bind_as("b", "[]int", copied);
    let used = m.var(b);
    let len = m.builtin("len", &[used]);
    m.set("int", len);
    assert_eq!(m.ty(empty), "[]int");

    let mut m = Make::new();
    let one = m.int(1);
    let a = m.bind("a", one);
    let copied = m.var(a);
    let b = m.bind_as("b", "str", copied);
    let used = m.var(b);
    m.set("int", used);
    assert_eq!(m.refused(), (m.place(copied), "this is int, but the variable is declared str".to_owned()));
}
