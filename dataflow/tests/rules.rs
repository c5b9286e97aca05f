//! The rules of the graph's shape, one at a time.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod toy;

use mgmt_dataflow::Config;
use mgmt_values::error::{Phase, Rank};
use mgmt_values::key::CellId;
use mgmt_values::outcome::Cell;
use mgmt_values::resource::Meta;
use toy::host::Host;
use toy::*;

fn rich(id: u64, name: &str, content: &str, of: Rich) -> Cell {
    statement(id, 0, Body::Rich(s(name), s(content), Box::new(of)))
}

fn hidden(id: u64, name: &str, content: &str) -> Cell {
    rich(id, name, content, Rich { meta: Meta { hidden: true, ..Meta::default() }, ..Rich::default() })
}

fn plain(id: u64, name: &str) -> Cell {
    toy(id, 0, s(name), s("."))
}

fn edge(id: u64, from: &str, to: &str) -> Cell {
    statement(id, 0, Body::Edge(s(from), s(to), false, None))
}

fn notify(id: u64, from: &str, to: &str) -> Cell {
    statement(id, 0, Body::Edge(s(from), s(to), true, None))
}

fn link(id: u64, from: &str, send: &'static str, to: &str, receive: &'static str) -> Cell {
    statement(id, 0, Body::Edge(s(from), s(to), false, Some((send, receive))))
}

fn load(cells: Vec<Cell>) -> Host {
    let mut host = Host::new();
    host.program(vec![], cells);
    host
}

#[test]
fn equal_resources_are_one() {
    let mut host = load(vec![toy(1, 0, s("a"), s(".")), toy(2, 0, s("a"), s("."))]);
    assert_eq!(host.shown(), ["toy[a]=."]);
    assert_eq!(host.graph["toy[a]"].site.cell, CellId(1));
    host.program(vec![toy(1, 0, s("a"), s("."))], vec![]);
    assert_eq!(host.shown(), ["toy[a]=."]);
    assert_eq!(host.graph["toy[a]"].site.cell, CellId(2));
}

#[test]
fn resources_that_differ_exclude_each_other() {
    let mut host = load(vec![toy(1, 0, s("a"), s("x"))]);
    let other = toy(2, 0, s("a"), s("y"));
    host.program(vec![], vec![other.clone()]);
    assert_eq!(host.messages(), ["inequivalent duplicate resource `toy[a]` found: the field `content` differs"]);
    let error = host.errors.first().unwrap().clone();
    assert_eq!((error.phase, error.rank), (Phase::Interpret, Rank::Duplicate));
    assert_eq!([error.place, error.other].map(|place| place.unwrap().cell), [CellId(2), CellId(1)]);
    assert_eq!(host.shown(), ["toy[a]=x"], "held");
    host.program(vec![other], vec![]);
    assert!(host.errors.is_empty() && host.settled);
}

#[test]
fn meta_parameters_count_and_the_order_of_semaphores_does_not() {
    let with = |meta: Meta| Rich { meta, ..Rich::default() };
    let sema = |names: [&str; 2]| with(Meta { sema: names.map(Into::into).into(), ..Meta::default() });
    assert!(load(vec![rich(1, "a", ".", sema(["x", "y"])), rich(2, "a", ".", sema(["y", "x"]))]).errors.is_empty());
    let retry = with(Meta { retry: 3, ..Meta::default() });
    let host = load(vec![plain(1, "a"), rich(2, "a", ".", retry)]);
    assert_eq!(host.messages(), ["inequivalent duplicate resource `toy[a]` found: the meta parameter `retry` differs"]);
}

#[test]
fn a_zero_is_as_good_as_nothing() {
    let host = load(vec![toy(1, 0, s("a"), s("")), toy(2, 0, s("a"), s(""))]);
    assert!(host.errors.is_empty());
}

#[test]
fn hidden_resources_are_kept_by_content() {
    let host = load(vec![hidden(1, "a", "x"), hidden(2, "a", "x"), hidden(3, "a", "y"), toy(4, 0, s("a"), s("z"))]);
    let mut shown = host.shown();
    shown.sort();
    assert_eq!(shown, ["toy[a]=x", "toy[a]=y", "toy[a]=z"]);
}

#[test]
fn a_hidden_resource_is_dropped_only_behind_an_equal_one() {
    let mut host = load(vec![hidden(1, "a", "x"), hidden(2, "a", "y"), hidden(3, "a", "x"), hidden(4, "a", "x")]);
    let mut shown = host.shown();
    shown.sort();
    assert_eq!(shown, ["toy[a]=x", "toy[a]=x", "toy[a]=y"]);
    host.program(vec![hidden(2, "a", "y")], vec![]);
    assert_eq!(host.shown(), ["toy[a]=x"]);
}

#[test]
fn duplicates_of_some_kinds_become_one_that_satisfies_all() {
    let blend = |id, content: &str| rich(id, "a", content, Rich { kind: Some(&BLEND), ..Rich::default() });
    let mut host = load(vec![blend(1, "1"), blend(2, "3"), blend(3, "2")]);
    assert_eq!(host.shown(), ["blend[a]=3"]);
    host.program(vec![blend(2, "3")], vec![]);
    assert_eq!(host.shown(), ["blend[a]=2"]);
    host.program(vec![], vec![blend(4, "")]);
    assert_eq!(host.messages(), ["incompatible duplicate resource `blend[a]` found: one is empty"]);
}

#[test]
fn duplicates_are_compared_by_their_effect() {
    let loud = |id, content: &str| rich(id, "a", content, Rich { kind: Some(&LOUD), ..Rich::default() });
    assert_eq!(load(vec![loud(1, "x"), loud(2, "X")]).shown(), ["loud[a]=x"]);
    assert_eq!(load(vec![loud(1, "x"), loud(2, "y")]).errors.len(), 1);
}

#[test]
fn one_host_gets_one_export_of_a_name() {
    let export = |content: &str, id| {
        let meta = Meta { hidden: true, export: vec!["h".into()], ..Meta::default() };
        rich(id, "a", content, Rich { meta, ..Rich::default() })
    };
    assert!(load(vec![export("x", 1), export("x", 2)]).errors.is_empty());
    assert_eq!(load(vec![export("x", 1), export("y", 2)]).messages(), ["inequivalent duplicate export: toy[a] to h"]);
}

#[test]
fn edges_of_one_pair_fall_together() {
    let mut host = load(vec![plain(1, "a"), plain(2, "b"), edge(3, "a", "b"), notify(4, "a", "b"), edge(5, "a", "b")]);
    assert_eq!(host.arrows(), ["toy[a] -> toy[b]!"]);
    host.program(vec![notify(4, "a", "b")], vec![]);
    assert_eq!(host.arrows(), ["toy[a] -> toy[b]"]);
    host.program(vec![edge(3, "a", "b"), edge(5, "a", "b")], vec![]);
    assert!(host.arrows().is_empty());
}

#[test]
fn an_end_that_does_not_exist_is_an_error() {
    let mut host = load(vec![plain(1, "a"), edge(2, "a", "b")]);
    assert_eq!(host.messages(), ["edge cannot find resource kind: toy named: `b`"]);
    let error = host.errors.first().unwrap();
    assert_eq!((error.rank, error.place.unwrap().cell), (Rank::Edge, CellId(2)));
    assert!(host.shown().is_empty());
    host.program(vec![], vec![plain(3, "b")]);
    assert!(host.errors.is_empty());
    assert_eq!(host.arrows(), ["toy[a] -> toy[b]"]);
    host.program(vec![plain(1, "a"), plain(3, "b")], vec![]);
    let both = ["edge cannot find resource kind: toy named: `a`", "edge cannot find resource kind: toy named: `b`"];
    assert_eq!(host.messages(), both);
}

#[test]
fn an_edge_to_a_name_reaches_every_variant() {
    let host = load(vec![plain(1, "a"), hidden(2, "b", "x"), toy(3, 0, s("b"), s("y")), edge(4, "a", "b")]);
    assert_eq!(host.arrows().len(), 2);
    assert!(host.arrows().contains(&"toy[a] -> toy[b]".to_owned()));
}

#[test]
fn a_changed_field_changes_no_edge() {
    let mut host = Host::new();
    host.put(r#"file("")"#, Ok("1".into_value()));
    host.program(vec![], vec![toy(1, 0, s("a"), read("file", s(""))), plain(2, "b"), edge(3, "a", "b")]);
    host.hold = Some(Vec::new());
    host.say(r#"file("")"#, "2");
    let commit = &host.hold.as_ref().unwrap()[0];
    assert_eq!((commit.vertices.len(), commit.edges.len()), (1, 0));
}

fn offers(id: u64, name: &str, seeks: &[&[&str]]) -> Cell {
    let seeks = seeks.iter().map(|chain| chain.iter().map(|name| s(name)).collect()).collect();
    rich(id, name, ".", Rich { provides: vec![s(name)], seeks, ..Rich::default() })
}

#[test]
fn the_nearest_ancestor_runs_first() {
    let chain: &[&str] = &["/a/b/", "/a/", "/"];
    let mut host = load(vec![offers(1, "/", &[]), offers(2, "/a/", &[&["/"]]), offers(3, "/a/b/c", &[chain])]);
    assert_eq!(host.arrows(), ["toy[/] -> toy[/a/]~", "toy[/a/] -> toy[/a/b/c]~"]);
    let between = offers(4, "/a/b/", &[&["/a/", "/"]]);
    host.program(vec![], vec![between.clone()]);
    assert_eq!(host.arrows(), ["toy[/] -> toy[/a/]~", "toy[/a/] -> toy[/a/b/]~", "toy[/a/b/] -> toy[/a/b/c]~"]);
    host.program(vec![between, offers(2, "/a/", &[&["/"]])], vec![]);
    assert_eq!(host.arrows(), ["toy[/] -> toy[/a/b/c]~"]);
}

#[test]
fn without_automatic_edges_nobody_is_sought() {
    let mut host = Host::with(Config { autoedges: false, ..Config::default() });
    let edge = statement(9, 0, Body::Edge(s("/b"), s("/"), false, None));
    host.program(vec![], vec![offers(1, "/", &[]), offers(2, "/a", &[&["/"]]), offers(3, "/b", &[]), edge]);
    assert_eq!(host.arrows(), ["toy[/b] -> toy[/]"], "what is written stays");
}

#[test]
fn both_ends_of_an_automatic_edge_take_part() {
    let shy = |id, name: &str, seeks: Vec<Vec<Expr>>| {
        let meta = Meta { autoedge: false, ..Meta::default() };
        rich(id, name, ".", Rich { meta, provides: vec![s(name)], seeks, ..Rich::default() })
    };
    assert!(load(vec![shy(1, "/", vec![]), offers(2, "/a", &[&["/"]])]).arrows().is_empty());
    assert!(load(vec![offers(1, "/", &[]), shy(2, "/a", vec![vec![s("/")]])]).arrows().is_empty());
    let dumb = rich(1, "/", ".", Rich { kind: Some(&DUMB), provides: vec![s("/")], ..Rich::default() });
    assert!(load(vec![dumb, offers(2, "/a", &[&["/"]])]).arrows().is_empty());
    assert!(load(vec![offers(1, "/", &[&["/"]])]).arrows().is_empty(), "nobody finds itself");
}

#[test]
fn of_two_that_go_the_one_that_seeks_goes_first() {
    let going = |id, name: &str, removes| {
        let seeks = if name == "/" { vec![] } else { vec![vec![s("/")]] };
        rich(id, name, ".", Rich { provides: vec![s(name)], seeks, removes, ..Rich::default() })
    };
    for (above, below, arrow) in
        [(true, true, "toy[/a] -> toy[/]~"), (true, false, "toy[/] -> toy[/a]~"), (false, true, "toy[/] -> toy[/a]~")]
    {
        assert_eq!(load(vec![going(1, "/", above), going(2, "/a", below)]).arrows(), [arrow]);
    }
}

#[test]
fn an_explicit_edge_beats_an_automatic_one() {
    let mut host = load(vec![offers(1, "/", &[]), offers(2, "/a", &[&["/"]]), notify(3, "/", "/a")]);
    assert_eq!(host.arrows(), ["toy[/] -> toy[/a]!"]);
    host.program(vec![notify(3, "/", "/a")], vec![]);
    assert_eq!(host.arrows(), ["toy[/] -> toy[/a]~"]);
}

#[test]
fn of_several_that_offer_the_same_the_first_by_name_is_found() {
    let twin = |id, name: &str| rich(id, name, ".", Rich { provides: vec![s("thing")], ..Rich::default() });
    let host = load(vec![twin(1, "b"), twin(2, "a"), twin(3, "c"), offers(4, "x", &[&["thing"]])]);
    assert_eq!(host.arrows(), ["toy[a] -> toy[x]~"]);
}

#[test]
fn a_link_is_part_of_its_edge() {
    let host = load(vec![plain(1, "a"), plain(2, "b"), link(3, "a", "output", "b", "content"), notify(4, "a", "b")]);
    assert_eq!(host.arrows(), ["toy[a] -> toy[b]! output>content"]);
}

#[test]
fn links_are_checked() {
    let dumb = |id, name: &str| rich(id, name, ".", Rich { kind: Some(&DUMB), ..Rich::default() });
    let says = |cells: Vec<Cell>| {
        let host = load(cells);
        host.messages()
    };
    let pair = |link: Cell| vec![plain(1, "a"), plain(2, "b"), link];
    let cases = [
        (
            pair(link(3, "a", "nosuch", "b", "content")),
            "cannot send/recv from toy[a].nosuch to toy[b].content: key not found in send struct",
        ),
        (
            pair(link(3, "a", "output", "b", "nosuch")),
            "cannot send/recv from toy[a].output to toy[b].nosuch: key not found in recv struct",
        ),
        (
            pair(link(3, "a", "number", "b", "content")),
            "cannot send/recv from toy[a].number to toy[b].content: field kind mismatch between int64 and str",
        ),
        (vec![dumb(1, "a"), plain(2, "b"), link(3, "dumb:a", "x", "b", "content")], "cannot send from resource of kind: dumb"),
        (vec![plain(1, "a"), dumb(2, "b"), link(3, "a", "output", "dumb:b", "content")], "cannot recv to resource of kind: dumb"),
        (
            vec![hidden(1, "a", "."), plain(2, "b"), link(3, "a", "output", "b", "content")],
            "cannot send from hidden resource: toy[a]",
        ),
    ];
    for (cells, message) in cases {
        assert_eq!(says(cells), [message]);
    }
    for (send, receive) in [("any", "content"), ("number", "extra"), ("number", "count")] {
        assert!(says(pair(link(3, "a", send, "b", receive))).is_empty(), "{send} to {receive}");
    }
    assert!(says(vec![plain(1, "a"), hidden(2, "b", "."), link(3, "a", "output", "b", "content")]).is_empty());
}

#[test]
fn a_field_has_one_sender() {
    let cells = |second: Cell| vec![plain(1, "a"), plain(2, "b"), plain(3, "c"), link(4, "a", "output", "c", "content"), second];
    assert!(load(cells(link(5, "a", "output", "c", "content"))).errors.is_empty(), "the same again");
    assert!(load(cells(link(5, "a", "output", "c", "extra"))).errors.is_empty(), "another field");
    for other in [link(5, "b", "output", "c", "content"), link(5, "a", "any", "c", "content")] {
        let host = load(cells(other));
        assert_eq!(host.messages(), ["resource: `toy[c]` has duplicate receive on: `content` param"]);
        let error = host.errors.first().unwrap();
        assert_eq!([error.place, error.other].map(|place| place.unwrap().cell), [CellId(5), CellId(4)]);
    }
}
