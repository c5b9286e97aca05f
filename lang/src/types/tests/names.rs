use super::make::{Make, word};
use crate::resolve::program::{BlockKind, DefKind, EntryKind, Half, StatementKind};
use crate::types::Naming;
use mgmt_values::Phase;

#[test]
fn a_computed_name_is_one_or_many_as_its_type_says() {
    let mut m = Make::new();
    let (a, b) = (m.str("a"), m.str("b"));
    let one = m.add(a, b);
    let (text, by) = (m.str("a b"), m.str(" "));
    let many = m.builtin("strings.split", &[text, by]);
    m.resource(one, vec![]);
    m.resource(many, vec![]);
    let typed = m.typed();
    assert_eq!((typed.naming(one), typed.naming(many)), (Naming::One, Naming::Many));
}

#[test]
fn an_empty_list_names_nothing() {
    let mut m = Make::new();
    let empty = m.list([]);
    m.resource(empty, vec![]);
    assert_eq!(m.ty(empty), "[]str");
}

#[test]
fn a_number_is_no_name() {
    let mut m = Make::new();
    let four = m.int(4);
    let place = m.resource(four, vec![]);
    assert_eq!(m.refused(), (place, "the name of a resource is a str or a []str, not int".to_owned()));
}

#[test]
fn a_field_must_exist_and_one_near_is_proposed() {
    let mut m = Make::new();
    let one = m.int(1);
    let entry = m.set("itn", one);
    let mistake = m.mistakes().swap_remove(0);
    assert_eq!((mistake.span, mistake.message.as_str()), (Some(entry), "a `test` has no field `itn`"));
    assert_eq!(mistake.hint.as_deref(), Some("did you mean `int`?"));
}

#[test]
fn a_loop_variable_has_the_type_of_the_elements() {
    let mut m = Make::new();
    let a = m.str("a");
    let list = m.list([a]);
    let (index, element) = (m.def("i", DefKind::Index), m.def("v", DefKind::Element));
    let mut name = None;
    let body = m.block(BlockKind::Loop, |m| {
        let v = m.var(element);
        name = Some(v);
        m.resource(v, vec![]);
    });
    m.statement(StatementKind::For { index, element, list, body });
    assert_eq!(m.typed().naming(name.expect("made")), Naming::One);
}

#[test]
fn a_loop_goes_over_a_list() {
    let mut m = Make::new();
    let text = m.str("abc");
    let (index, element) = (m.def("i", DefKind::Index), m.def("v", DefKind::Element));
    let body = m.block(BlockKind::Loop, |_| {});
    let place = m.statement(StatementKind::For { index, element, list: text, body });
    assert_eq!(m.refused(), (place, "`for` goes over a list, not str".to_owned()));
}

#[test]
fn a_struct_of_meta_parameters_may_be_partial_and_in_any_order() {
    let mut m = Make::new();
    let (retry, empty) = (m.int(3), m.list([]));
    let some = m.record([("sema", empty), ("retry", retry)]);
    let name = m.str("t");
    let entry = m.entry(None, EntryKind::MetaStruct(some));
    m.resource(name, vec![entry]);
    assert_eq!(m.ty(some), "struct{sema []str; retry int}");
}

#[test]
fn a_meta_parameter_is_set_once() {
    let mut m = Make::new();
    let (retry, again) = (m.int(3), m.int(4));
    let some = m.record([("retry", retry)]);
    let name = m.str("t");
    let entries = vec![m.entry(None, EntryKind::MetaStruct(some)), m.entry(None, EntryKind::Meta(word("retry"), again))];
    let place = m.resource(name, entries);
    let mistake = m.mistakes().swap_remove(0);
    assert_eq!((mistake.phase, mistake.span), (Phase::Graph, Some(place)));
}

#[test]
fn an_edge_has_two_ends_and_sends_what_fits() {
    let refused = |sent: &str, received: &str, ends: usize, to: &str| {
        let mut m = Make::new();
        let mut halves = Vec::new();
        for (kind, field) in [("test", sent), (to, received)].into_iter().take(ends) {
            let (name, span) = (m.str("x"), m.span());
            halves.push(Half { span, kind: kind.into(), name, field: Some(field.into()) });
        }
        let place = m.statement(StatementKind::Edge(halves));
        m.check().err().map(|mistakes| {
            assert_eq!(mistakes[0].span, Some(place));
            mistakes[0].message.clone()
        })
    };
    assert_eq!(refused("hello", "str", 2, "test"), None);
    assert_eq!(refused("hello", "str", 1, "test").as_deref(), Some("an edge has two ends at least"));
    let message = refused("answer", "str", 2, "test");
    assert_eq!(message.as_deref(), Some("test[x].answer -> test[x].str: int64 cannot be stored in str"));
    let message = refused("nope", "str", 2, "test");
    assert_eq!(message.as_deref(), Some("test[x].nope -> test[x].str: a `test` does not send `nope`, but `hello`, `answer`"));
    assert_eq!(refused("hello", "x", 2, "noop").as_deref(), Some("a `noop` receives nothing"));
    assert_eq!(refused("hello", "x", 2, "nope").as_deref(), Some("there is no resource kind `nope`"));
}

#[test]
fn a_panic_takes_a_reason() {
    let mut m = Make::new();
    let one = m.int(1);
    let place = m.statement(StatementKind::Panic(vec![one]));
    assert_eq!(m.refused(), (place, "panic takes a bool or a str, not int".to_owned()));
}
