use super::make::Make;
use crate::resolve::program::{ExprKind, Operator};
use mgmt_values::Value;

#[test]
fn elements_of_a_list_have_one_type_and_the_first_decides() {
    let mut m = Make::new();
    let (one, a) = (m.int(1), m.str("a"));
    let list = m.list([one, a]);
    m.set("list", list);
    let mistake = m.mistakes().swap_remove(0);
    assert_eq!(mistake.span, Some(m.place(a)));
    assert_eq!(mistake.message, "elements of a list have one type: this is str, the first is int");
    assert_eq!(mistake.related, [(m.place(one), "the first".to_owned())]);
}

#[test]
fn an_empty_list_takes_its_type_from_where_it_is_used() {
    let mut m = Make::new();
    let empty = m.list([]);
    m.set("list", empty);
    assert_eq!(m.ty(empty), "[]str");
}

#[test]
fn an_empty_list_that_nothing_gives_a_type_is_refused() {
    let mut m = Make::new();
    let empty = m.list([]);
    let len = m.builtin("len", &[empty]);
    m.set("int", len);
    assert_eq!(m.refused(), (m.place(empty), "nothing says what type this has: it is []?1".to_owned()));
}

#[test]
fn branches_have_one_type_and_the_second_is_at_fault() {
    let mut m = Make::new();
    let (yes, one, a) = (m.expr(ExprKind::Literal(Value::Bool(true))), m.int(1), m.str("a"));
    let either = m.expr(ExprKind::If(yes, one, a));
    m.set("int", either);
    assert_eq!(m.refused().0, m.place(a));
}

#[test]
fn a_condition_is_a_bool() {
    let mut m = Make::new();
    let (one, two, three) = (m.int(1), m.int(2), m.int(3));
    let either = m.expr(ExprKind::If(one, two, three));
    m.set("int", either);
    assert_eq!(m.refused(), (m.place(one), "a condition is a bool, not int".to_owned()));
}

#[test]
fn operands_have_one_type() {
    let mut m = Make::new();
    let (one, a) = (m.int(1), m.str("a"));
    let sum = m.add(one, a);
    m.set("int", sum);
    assert_eq!(m.refused(), (m.place(sum), "the operands of `+` have one type, not int and str".to_owned()));
}

#[test]
fn operators_take_certain_types_only() {
    for (operator, fine, bad) in [(Operator::Less, "int or float", "str"), (Operator::Subtract, "int or float", "str")] {
        let mut m = Make::new();
        let (a, b) = (m.str("a"), m.str("b"));
        let both = m.op(operator, &[a, b]);
        m.set("any", both);
        assert_eq!(m.refused(), (m.place(both), format!("`{}` takes {fine}, not {bad}", operator.symbol())));
    }
}

#[test]
fn a_quotient_is_a_float_and_a_comparison_a_bool() {
    let mut m = Make::new();
    let (a, b) = (m.int(4), m.int(2));
    let quotient = m.op(Operator::Divide, &[a, b]);
    let (c, d) = (m.int(4), m.int(2));
    let order = m.op(Operator::Less, &[c, d]);
    m.set("float", quotient);
    m.set("bool", order);
    assert_eq!((m.ty(quotient), m.ty(order)), ("float".to_owned(), "bool".to_owned()));
}

#[test]
fn functions_cannot_be_compared() {
    let mut m = Make::new();
    let one = m.int(1);
    let (f, g) = (m.lambda(&[], one), m.lambda(&[], one));
    let same = m.op(Operator::Equal, &[f, g]);
    m.set("bool", same);
    assert_eq!(m.refused().0, m.place(same));
}

#[test]
fn an_int_is_never_a_float() {
    let mut m = Make::new();
    let four = m.int(4);
    let entry = m.set("float", four);
    let mistake = m.mistakes().swap_remove(0);
    assert_eq!((mistake.span, mistake.hint.as_deref()), (Some(entry), Some("a float is written with a point: 4.0")));
    assert_eq!(mistake.message, "field `float` of `test` takes float, not int");
}

#[test]
fn an_element_of_a_computed_list_has_the_type_of_the_list() {
    let mut m = Make::new();
    let (text, by, zero) = (m.str("a b"), m.str(" "), m.int(0));
    let parts = m.builtin("strings.split", &[text, by]);
    let first = m.index(parts, zero);
    let format = m.str("%v");
    let shown = m.builtin("fmt.printf", &[format, first]);
    m.set("str", shown);
    assert_eq!(m.ty(first), "str");
}

#[test]
fn a_wrong_use_of_an_element_of_a_computed_list_is_placed_at_the_use() {
    let mut m = Make::new();
    let (text, by, zero) = (m.str("a b"), m.str(" "), m.int(0));
    let parts = m.builtin("strings.split", &[text, by]);
    let first = m.index(parts, zero);
    let entry = m.set("int", first);
    assert_eq!(m.refused(), (entry, "field `int` of `test` takes int, not str".to_owned()));
}

#[test]
fn text_cannot_be_indexed() {
    let mut m = Make::new();
    let (text, zero) = (m.str("abc"), m.int(0));
    let first = m.index(text, zero);
    m.set("str", first);
    assert_eq!(m.refused(), (m.place(first), "only a list or a map can be indexed, not str".to_owned()));
}

#[test]
fn a_field_of_a_struct_with_computed_parts_has_its_type() {
    let mut m = Make::new();
    let (a, abc) = (m.str("x"), m.str("abc"));
    let len = m.builtin("len", &[abc]);
    let record = m.record([("a", a), ("n", len)]);
    let s = m.bind("s", record);
    let used = m.var(s);
    let n = m.arrow(used, "n");
    m.set("any", n);
    assert_eq!(m.ty(n), "int");
}

#[test]
fn a_field_that_a_struct_lacks_is_named() {
    let mut m = Make::new();
    let a = m.str("x");
    let record = m.record([("a", a)]);
    let b = m.arrow(record, "b");
    m.set("str", b);
    assert_eq!(m.refused(), (m.place(b), "there is no field `b` in struct{a str}".to_owned()));
}

#[test]
fn a_missing_optional_field_leaves_the_default() {
    let mut m = Make::new();
    let (a, d, e) = (m.str("x"), m.int(1), m.str("d"));
    let record = m.record([("a", a)]);
    let missing = m.expr(ExprKind::FieldOr(record, "b".into(), d));
    let present = m.expr(ExprKind::FieldOr(record, "a".into(), e));
    m.set("int", missing);
    m.set("str", present);
    let typed = m.typed();
    assert!(!typed.has_field(record, "b", &Default::default()) && typed.has_field(record, "a", &Default::default()));
}

#[test]
fn a_format_is_checked_where_it_is_known() {
    let mut m = Make::new();
    let (format, text) = (m.str("%d"), m.str("three"));
    let shown = m.builtin("fmt.printf", &[format, text]);
    m.set("str", shown);
    assert_eq!(m.refused(), (m.place(shown), "`fmt.printf`: verb 1 of \"%d\" takes a int, not a str".to_owned()));

    let mut m = Make::new();
    let (format, one) = (m.str("%d and %d"), m.int(1));
    let shown = m.builtin("fmt.printf", &[format, one]);
    m.set("str", shown);
    assert_eq!(m.refused().1, "`fmt.printf`: the format \"%d and %d\" has 2 verbs, but 1 value is given");
}

#[test]
fn a_format_made_by_a_call_is_checked_when_the_program_runs() {
    let mut m = Make::new();
    let (a, b, text) = (m.str("%"), m.str("d"), m.str("three"));
    let joined = m.builtin("concat", &[a, b]);
    let shown = m.builtin("fmt.printf", &[joined, text]);
    m.set("str", shown);
    m.typed();

    // The fold of the tests knows literals only, but it is asked.
    let mut m = Make::new();
    let (format, text) = (m.str("%d"), m.str("three"));
    let f = m.bind("f", format);
    let format = m.var(f);
    let shown = m.builtin("fmt.printf", &[format, text]);
    m.set("str", shown);
    assert_eq!(m.refused().0, m.place(shown));
}

#[test]
fn keys_of_a_map_can_be_keys() {
    let mut m = Make::new();
    let one = m.int(1);
    let list = m.list([one]);
    let k = m.bind("k", list);
    let (key, value) = (m.var(k), m.str("x"));
    let map = m.expr(ExprKind::Map(vec![(key, value)]));
    let len = m.builtin("len", &[map]);
    m.set("int", len);
    assert_eq!(m.refused(), (m.place(map), "map key type []int is not hashable".to_owned()));
}

#[test]
fn only_text_goes_into_text() {
    let mut m = Make::new();
    let one = m.int(1);
    let x = m.bind("x", one);
    let (text, part) = (m.str("n="), m.var(x));
    let joined = m.expr(ExprKind::Concat(vec![text, part]));
    m.set("str", joined);
    assert_eq!(m.refused(), (m.place(joined), "only a str can be put into a string, not int".to_owned()));
}

#[test]
fn a_lone_interpolated_variable_is_evidently_text_and_at_fault_where_it_is_used() {
    let mut m = Make::new();
    let one = m.int(1);
    let x = m.bind("x", one);
    let part = m.var(x);
    let text = m.expr(ExprKind::Text(part));
    let entry = m.set("str", text);
    assert_eq!(m.refused().0, entry);

    // Where an int is wanted, the string itself is wrong.
    let mut m = Make::new();
    let one = m.int(1);
    let x = m.bind("x", one);
    let part = m.var(x);
    let text = m.expr(ExprKind::Text(part));
    m.set("int", text);
    assert_eq!(m.refused().0, m.place(text));
}
