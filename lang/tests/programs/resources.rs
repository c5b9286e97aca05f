//! Resources and edges from values.

use crate::support::{World, graph, shown};
use mgmt_values::{Error, Phase};

fn errors(text: &str) -> Vec<String> {
    World::default().meaning(text).errors.iter().map(ToString::to_string).collect()
}

#[test]
fn a_list_of_names_makes_one_resource_per_distinct_name() {
    assert_eq!(graph("noop [\"b\", \"a\", \"b\"] {}\nnoop [] {}"), ["noop[a]", "noop[b]"]);
}

#[test]
fn an_entry_whose_condition_is_false_says_nothing() {
    let text = "test \"t\" { number => false ?: 3, text => 1 < 2 ?: \"set\", Before => false ?: Noop[\"n\"], }";
    assert_eq!(graph(text), ["test[t] text=\"set\""]);
}

#[test]
fn the_value_of_such_an_entry_is_evaluated_all_the_same() {
    assert_eq!(errors("test \"t\" { text => false ?: [\"a\"][9], }").len(), 1);
}

#[test]
fn edges_of_a_body_point_as_their_word_says() {
    let text = r#"
        noop ["a", "b"] {}
        noop "me" { Before => Noop["a"], Notify => Noop["b"], Depend => Noop[["a", "b"]], Listen => Noop["b"], }
    "#;
    let lines = graph(text);
    let edges: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.contains(" -") || line.contains(" =")).collect();
    assert_eq!(
        edges,
        ["noop[a] -> noop[me]", "noop[b] -> noop[me]", "noop[b] => noop[me]", "noop[me] -> noop[a]", "noop[me] => noop[b]"]
    );
}

#[test]
fn edge_statements_are_cross_products_of_neighbours() {
    let text = r#"
        noop ["a", "b", "c"] {}
        test "t" {}
        test "u" {}
        Noop[["a", "b"]] -> Noop["c"] -> Test["t"]
        Test["t"].out -> Test["u"].text
        Noop[[]] -> Noop["nobody"]
    "#;
    let lines = graph(text);
    let edges: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.contains("->")).collect();
    assert_eq!(edges, ["noop[a] -> noop[c]", "noop[b] -> noop[c]", "noop[c] -> test[t]", "test[t] -> test[u] out.text"]);
}

#[test]
fn values_have_to_fit_their_fields() {
    assert_eq!(graph("test \"t\" { single => 0.1, small => 127, }"), ["test[t] small=127 single=0.10000000149011612"]);
    assert_eq!(errors("test \"t\" { small => 300, }"), ["field is an `int8`, and `300` will overflow it"]);
}

#[test]
fn resources_are_validated_unless_they_are_hidden() {
    assert_eq!(errors("test \"t\" { wrong => \"not today\", }"), ["test[t] did not Validate: not today"]);
    assert_eq!(graph("test \"t\" { wrong => \"not today\", Meta:hidden => true, }"), ["test[t] wrong=\"not today\""]);
    assert_eq!(errors("noop \"a\" { Meta:limit => 1.0, }").len(), 1);
    assert_eq!(errors("noop [\"\"] {}"), ["resource name is empty"]);
    let meaning = World::default().meaning("noop \"a\" { Meta:retry => 40000, }");
    assert!(matches!(&meaning.errors[..], [Error { phase: Phase::Interpret, place: Some(_), .. }]));
}

#[test]
fn a_statement_with_an_error_takes_no_other_with_it() {
    let meaning = World::default().meaning("noop \"good\" {}\ntest \"bad\" { small => 300, }");
    assert_eq!((shown(&meaning), meaning.errors.len()), (vec!["noop[good]".to_owned()], 1));
}

#[test]
fn nothing_is_exported_in_an_empty_world() {
    let text = "collect test \"x\" {}";
    let world = World::default().value("_collect(\"test\", \"x\")", mgmt_values::Value::list([]));
    let meaning = world.meaning(text);
    assert_eq!((shown(&meaning).len(), meaning.errors.len(), meaning.pending), (0, 0, 0));
}
