use super::make::{Make, ty};
use crate::resolve::program::{DefKind, ExprKind};
use crate::types::Substitution;

/// `func twice($x) { $x + $x }`
fn twice(m: &mut Make) -> crate::resolve::program::FuncId {
    let x = m.param("x");
    let (a, b) = (m.var(x), m.var(x));
    let body = m.add(a, b);
    m.func("twice", &[x], body)
}

#[test]
fn a_func_statement_has_a_type_of_its_own_in_each_call() {
    let mut m = Make::new();
    let f = twice(&mut m);
    let (one, a) = (m.int(21), m.str("ab"));
    let (number, text) = (m.call(f, &[one]), m.call(f, &[a]));
    m.set("int", number);
    m.set("str", text);
    let typed = m.typed();
    let none = Substitution::default();
    assert_eq!((typed.ty(number, &none), typed.ty(text, &none)), (ty("int"), ty("str")));
    assert_eq!(typed.generics(f), 1);
    // The body under the substitution of each call.
    let body = m.program[f].lambda.body;
    assert_eq!(typed.ty(body, &typed.call(number, &none)), ty("int"));
    assert_eq!(typed.ty(body, &typed.call(text, &none)), ty("str"));
}

#[test]
fn substitutions_nest() {
    let mut m = Make::new();
    let f = twice(&mut m);
    let y = m.param("y");
    let arg = m.var(y);
    let inner = m.call(f, &[arg]);
    let g = m.func("g", &[y], inner);
    let a = m.str("ab");
    let outer = m.call(g, &[a]);
    m.set("str", outer);
    let typed = m.typed();
    let within = typed.call(outer, &Substitution::default());
    assert_eq!(typed.call(inner, &within).types(), [ty("str")]);
}

#[test]
fn a_lambda_in_a_variable_has_one_type_and_is_at_fault_itself() {
    let mut m = Make::new();
    let x = m.param("x");
    let body = m.var(x);
    let lambda = m.lambda(&[x], body);
    let id = m.bind("id", lambda);
    let (first, a, second, one) = (m.var(id), m.str("a"), m.var(id), m.int(3));
    let (text, number) = (m.apply(first, &[a]), m.apply(second, &[one]));
    m.set("str", text);
    m.set("int", number);
    let mistake = m.mistakes().swap_remove(0);
    assert_eq!(mistake.span, Some(m.place(lambda)));
    assert_eq!(mistake.related, [(m.place(number), "called here".to_owned())]);
}

#[test]
fn an_argument_that_the_body_refuses_is_placed_at_the_call() {
    let mut m = Make::new();
    let x = m.param("x");
    let (used, one) = (m.var(x), m.int(1));
    let body = m.add(used, one);
    let f = m.func("f", &[x], body);
    let a = m.str("a");
    let call = m.call(f, &[a]);
    m.set("int", call);
    assert_eq!(m.refused(), (m.place(call), "parameter `x` of `f` is int, not str".to_owned()));
}

#[test]
fn a_mistake_that_needs_no_argument_is_placed_in_the_body() {
    let mut m = Make::new();
    let x = m.param("x");
    let (one, a) = (m.int(1), m.str("a"));
    let body = m.add(one, a);
    let f = m.func("f", &[x], body);
    let zero = m.int(0);
    let call = m.call(f, &[zero]);
    m.set("int", call);
    assert_eq!(m.refused().0, m.place(body));
}

#[test]
fn a_field_that_the_argument_lacks_is_placed_in_the_body() {
    let mut m = Make::new();
    let p = m.param("p");
    let used = m.var(p);
    let first = m.arrow(used, "first");
    let f = m.func("f", &[p], first);
    let name = m.str("Lovelace");
    let record = m.record([("last", name)]);
    let call = m.call(f, &[record]);
    m.set("str", call);
    let mistake = m.mistakes().swap_remove(0);
    assert_eq!((mistake.span, mistake.related[0].0), (Some(m.place(first)), m.place(call)));
}

#[test]
fn an_index_in_a_body_takes_lists_and_maps() {
    let mut m = Make::new();
    let (l, i) = (m.param("l"), m.param("i"));
    let (container, index) = (m.var(l), m.var(i));
    let body = m.index(container, index);
    let at = m.func("at", &[l, i], body);
    let (a, zero, key, one) = (m.str("a"), m.int(0), m.str("k"), m.int(1));
    let list = m.list([a]);
    let map = m.expr(ExprKind::Map(vec![(key, one)]));
    let (text, key) = (m.call(at, &[list, zero]), m.str("k"));
    let number = m.call(at, &[map, key]);
    m.set("str", text);
    m.set("int", number);
    assert_eq!((m.ty(text), m.ty(number)), ("str".to_owned(), "int".to_owned()));
}

#[test]
fn what_a_parameter_indexes_is_a_map_where_nothing_else_says() {
    let mut m = Make::new();
    let (l, i) = (m.param("l"), m.param("i"));
    let (container, index) = (m.var(l), m.var(i));
    let body = m.index(container, index);
    let at = m.func("at", &[l, i], body);
    let (empty, key) = (m.expr(ExprKind::Map(vec![])), m.str("k"));
    let either = m.list([]);
    let call = m.call(at, &[empty, key]);
    let zero = m.int(0);
    let element = m.index(either, zero);
    let again = m.call(at, &[element, key]);
    m.set("int", call);
    m.set("int", again);
    assert_eq!((m.ty(empty), m.ty(either)), ("map{str: int}".to_owned(), "[]map{str: int}".to_owned()));
}

#[test]
fn an_operator_in_a_body_is_judged_for_each_call() {
    let mut m = Make::new();
    let f = twice(&mut m);
    let one = m.int(1);
    let list = m.list([one]);
    let call = m.call(f, &[list]);
    m.set("any", call);
    let (place, message) = m.refused();
    assert_eq!((place, message.as_str()), (m.place(m.program[f].lambda.body), "`+` takes str, int or float, not []int"));
}

#[test]
fn a_call_needs_all_arguments() {
    let mut m = Make::new();
    let f = twice(&mut m);
    let call = m.call(f, &[]);
    m.set("int", call);
    assert_eq!(m.refused(), (m.place(call), "`twice` takes 1 argument, not 0".to_owned()));
}

#[test]
fn a_lambda_nobody_calls_needs_types() {
    let mut m = Make::new();
    let (f, y) = (m.param("f"), m.param("y"));
    let x = m.str("x");
    let ignore = m.func("ignore", &[f], x);
    let used = m.var(y);
    let lambda = m.lambda(&[y], used);
    let call = m.call(ignore, &[lambda]);
    m.set("str", call);
    assert_eq!(m.refused().0, m.program[y].span);
}

#[test]
fn what_is_open_in_a_body_is_found_there() {
    let mut m = Make::new();
    let empty = m.list([]);
    let len = m.builtin("len", &[empty]);
    let f = m.func("f", &[], len);
    let call = m.call(f, &[]);
    m.set("int", call);
    assert_eq!(m.refused().0, m.place(empty));

    // Where the caller sees it, the call is named.
    let mut m = Make::new();
    let empty = m.list([]);
    let f = m.func("f", &[], empty);
    let call = m.call(f, &[]);
    let len = m.builtin("len", &[call]);
    m.set("int", len);
    assert_eq!(m.refused().0, m.place(call));
}

#[test]
fn a_function_cannot_be_its_own_argument() {
    let mut m = Make::new();
    let x = m.param("x");
    let (callee, arg) = (m.var(x), m.var(x));
    let body = m.apply(callee, &[arg]);
    let lambda = m.lambda(&[x], body);
    let one = m.int(1);
    let call = m.apply(lambda, &[one]);
    m.set("any", call);
    let (place, message) = m.refused();
    assert_eq!(place, m.program[x].span);
    assert!(message.contains("a type cannot contain itself"), "{message}");
}

#[test]
fn a_function_is_not_a_field_value() {
    let mut m = Make::new();
    let a = m.str("a");
    let lambda = m.lambda(&[], a);
    let entry = m.set("any", lambda);
    assert_eq!(m.refused(), (entry, "a field takes no function, and this is func() str".to_owned()));
}

#[test]
fn captured_variables_are_those_of_the_definition() {
    let mut m = Make::new();
    let empty = m.list([]);
    let l = m.bind("l", empty);
    let x = m.param("x");
    let used = m.var(l);
    let f = m.func("f", &[x], used);
    let (one, a) = (m.int(1), m.str("a"));
    let (first, second) = (m.call(f, &[one]), m.call(f, &[a]));
    m.set("list", first);
    m.set("list", second);
    assert_eq!((m.ty(empty), m.ty(second)), ("[]str".to_owned(), "[]str".to_owned()));
}

#[test]
fn variant_is_of_no_use_in_a_parameter() {
    let mut m = Make::new();
    let annotation = m.annotation("variant");
    let x = m.def("x", DefKind::Parameter(Some(annotation)));
    let a = m.str("a");
    let f = m.func("f", &[x], a);
    let b = m.str("b");
    let call = m.call(f, &[b]);
    m.set("str", call);
    assert_eq!(m.refused().0, m.program[x].span);
}
