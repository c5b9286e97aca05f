//! What programs become, one rule at a time.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod toy;

use mgmt_dataflow::update::Input;
use mgmt_values::key::{Call, CellId, Context, Key, Site};
use mgmt_values::outcome::{Cell, Keying, Role};
use mgmt_values::value::Value;
use toy::host::Host;
use toy::*;

fn loop_over(argument: &str, keying: Keying, body: Vec<Cell>) -> Cell {
    let list = read("list", s(argument));
    let of = if keying == Keying::Key { Expr::Pairs(Box::new(list)) } else { Expr::Split(Box::new(list)) };
    statement(1, 0, Body::For(of, keying, body.into()))
}

fn branch(id: u64, condition: Expr, then: Vec<Cell>, other: Vec<Cell>) -> Cell {
    statement(id, 0, Body::If(condition, s("yes"), then.into(), other.into()))
}

#[test]
fn a_statement_reads_a_value_that_reads_a_source() {
    let mut host = Host::new();
    host.put(r#"file("/in")"#, Ok("hello".into_value()));
    let value = strict(1, 0, read("file", s("/in")));
    host.program(vec![], vec![value, toy(2, 1, s("a"), Expr::Concat(vec![s("<"), Expr::Cell(1, 0), s(">")]))]);
    assert_eq!(host.shown(), ["toy[a]=<hello>"]);
    assert!(host.settled);
    host.say(r#"file("/in")"#, "bye");
    assert_eq!(host.shown(), ["toy[a]=<bye>"]);
}

#[test]
fn an_empty_program_is_an_empty_commit() {
    let mut host = Host::new();
    host.program(vec![], vec![]);
    assert_eq!(host.commits, 1);
    assert!(host.settled && host.graph.is_empty());
    host.program(vec![], vec![lazy(1, 0, s("unused"))]);
    assert_eq!(host.commits, 1, "nothing has changed");
    assert!(host.settled);
}

#[test]
fn loops_grow_and_shrink() {
    for keying in [Keying::Position, Keying::Occurrence] {
        let mut host = Host::new();
        host.put(r#"list("")"#, Ok("x y".into_value()));
        let body = vec![toy(2, 1, Expr::Concat(vec![s("e"), Expr::Element(1, 0)]), s("."))];
        host.program(vec![], vec![loop_over("", keying, body)]);
        assert_eq!(host.shown(), ["toy[ex]=.", "toy[ey]=."]);
        host.say(r#"list("")"#, "x y z z");
        assert_eq!(host.shown(), ["toy[ex]=.", "toy[ey]=.", "toy[ez]=."]);
        host.say(r#"list("")"#, "z");
        assert_eq!(host.shown(), ["toy[ez]=."]);
        // An element that is there twice goes one by one, or at once.
        let lists = [("x x y", "xy"), ("x y y", "xy"), ("y y", "y"), ("x y", "xy"), ("x", "x"), ("x y y", "xy"), ("x", "x")];
        for (list, shown) in lists {
            host.say(r#"list("")"#, list);
            let wanted: Vec<String> = shown.chars().map(|name| format!("toy[e{name}]=.")).collect();
            assert_eq!(host.shown(), wanted, "{list}");
        }
        host.say(r#"list("")"#, "");
        assert!(host.shown().is_empty());
    }
}

#[test]
fn a_loop_over_a_map_names_instances_by_key() {
    let mut host = Host::new();
    host.put(r#"list("")"#, Ok("a=1 b=2".into_value()));
    host.program(
        vec![],
        vec![loop_over("", Keying::Key, vec![toy(2, 1, Expr::Concat(vec![s("e"), Expr::Element(1, 0)]), s("."))])],
    );
    assert_eq!(host.shown(), ["toy[e1]=.", "toy[e2]=."]);
    host.evaluated();
    host.say(r#"list("")"#, "0=9 a=1 b=3");
    assert_eq!(host.shown(), ["toy[e1]=.", "toy[e3]=.", "toy[e9]=."]);
    let loops = host.engine.stats().evaluations();
    host.say(r#"list("")"#, "0=9 a=1 b=4");
    assert_eq!(host.engine.stats().evaluations() - loops, 2, "the loop, and the one instance whose element changed");
}

#[test]
fn only_the_instance_of_a_changed_element_runs() {
    for (keying, runs) in [(Keying::Position, 2), (Keying::Occurrence, 3)] {
        let mut host = Host::new();
        host.put(r#"list("")"#, Ok((0..100).map(|i| format!("e{i} ")).collect::<String>().as_str().into_value()));
        host.program(vec![], vec![loop_over("", keying, vec![toy(2, 1, Expr::Element(1, 0), s("."))])]);
        let before = host.engine.stats().evaluations();
        let changed = (0..100).map(|i| if i == 40 { "new ".to_owned() } else { format!("e{i} ") }).collect::<String>();
        host.say(r#"list("")"#, &changed);
        assert!(host.graph.contains_key("toy[new]") && !host.graph.contains_key("toy[e40]"));
        // By value, what is new has to be told first what it reads: nothing, so it runs once.
        assert!(host.engine.stats().evaluations() - before <= runs, "{keying:?}");
    }
}

#[test]
fn loops_nest_and_bodies_read_outer_values() {
    let mut host = Host::new();
    host.put(r#"list("")"#, Ok("a b".into_value()));
    host.put(r#"list("a")"#, Ok("1 2".into_value()));
    host.put(r#"list("b")"#, Ok("3".into_value()));
    let name = Expr::Concat(vec![Expr::Element(1, 1), Expr::Element(2, 0), Expr::Cell(9, 2)]);
    let inner =
        Body::For(Expr::Split(Box::new(read("list", Expr::Element(1, 0)))), Keying::Position, [toy(3, 2, name, s("."))].into());
    host.program(vec![], vec![loop_over("", Keying::Position, vec![statement(2, 1, inner)]), strict(9, 0, s("!"))]);
    assert_eq!(host.shown(), ["toy[a1!]=.", "toy[a2!]=.", "toy[b3!]=."]);
    host.say(r#"list("a")"#, "");
    assert_eq!(host.shown(), ["toy[b3!]=."]);
    host.say(r#"list("")"#, "b b");
    assert_eq!(host.shown(), ["toy[b3!]=."]);
    assert_eq!(host.sources.len(), 2, "nobody reads the list of a");
}

/// A loop over `x y x` that runs, and the same with another second statement.
fn loop_to_edit(keying: Keying) -> (Host, Cell, Cell) {
    let mut host = Host::new();
    host.put(r#"list("")"#, Ok("x y x".into_value()));
    let name = |prefix: &str| Expr::Concat(vec![s(prefix), Expr::Element(1, 0)]);
    let of = |second: &str| loop_over("", keying, vec![toy(2, 1, name("a"), s(".")), toy(3, 1, name(second), s("."))]);
    let (old, new) = (of("b"), of("c"));
    host.program(vec![], vec![old.clone()]);
    (host, old, new)
}

#[test]
fn editing_the_body_of_a_loop_keeps_what_did_not_change() {
    for keying in [Keying::Position, Keying::Occurrence] {
        let (mut host, old, new) = loop_to_edit(keying);
        assert_eq!(host.shown(), ["toy[ax]=.", "toy[ay]=.", "toy[bx]=.", "toy[by]=."]);
        host.evaluated();
        host.program(vec![old], vec![new]);
        assert_eq!(host.shown(), ["toy[ax]=.", "toy[ay]=.", "toy[cx]=.", "toy[cy]=."]);
        assert_eq!(host.evaluated(), [1, 3]);
    }
}

#[test]
fn a_loop_may_change_its_list_and_its_body_at_once() {
    for keying in [Keying::Position, Keying::Occurrence] {
        let (mut host, old, new) = loop_to_edit(keying);
        host.put(r#"list("")"#, Ok("x z".into_value()));
        let mut inputs = host.facts(r#"list("")"#);
        inputs.push(Input::Program { removed: vec![old], added: vec![new] });
        host.run(inputs);
        assert_eq!(host.shown(), ["toy[ax]=.", "toy[az]=.", "toy[cx]=.", "toy[cz]=."]);
    }
}

#[test]
fn a_branch_exists_while_its_condition_says_so() {
    let mut host = Host::new();
    host.put(r#"file("c")"#, Ok("yes".into_value()));
    host.put(r#"file("in")"#, Ok("1".into_value()));
    let then = vec![strict(2, 1, read("file", s("in"))), toy(3, 2, s("then"), Expr::Cell(2, 0))];
    host.program(vec![], vec![branch(1, read("file", s("c")), then, vec![toy(4, 1, s("else"), s("."))])]);
    assert_eq!(host.shown(), ["toy[then]=1"]);
    host.say(r#"file("c")"#, "no");
    assert_eq!(host.shown(), ["toy[else]=."]);
    assert_eq!(host.sources.len(), 1);
    host.say(r#"file("c")"#, "yes");
    assert_eq!(host.shown(), ["toy[then]=1"]);
}

#[test]
fn a_lazy_value_runs_only_while_it_is_needed() {
    let mut host = Host::new();
    host.put(r#"file("in")"#, Ok("no".into_value()));
    host.put(r#"file("other")"#, Ok("other".into_value()));
    let value = lazy(1, 0, read("file", s("other")));
    host.program(vec![], vec![value]);
    assert!(host.sources.is_empty() && host.evaluated().is_empty());
    let choice = Expr::IfEq(Box::new([read("file", s("in")), s("yes"), Expr::Cell(1, 0), s("-")]));
    host.program(vec![], vec![toy(2, 1, s("a"), choice)]);
    assert_eq!(host.shown(), ["toy[a]=-"]);
    assert_eq!(host.sources.len(), 1);
    host.say(r#"file("in")"#, "yes");
    assert_eq!(host.shown(), ["toy[a]=other"]);
    assert_eq!(host.sources.len(), 2);
    host.say(r#"file("in")"#, "no");
    assert_eq!(host.shown(), ["toy[a]=-"]);
    assert_eq!(host.sources.len(), 1, "nobody needs it any more");
}

#[test]
fn another_reader_does_not_run_what_it_reads_again() {
    let mut host = Host::new();
    host.put(r#"file("in")"#, Ok("1".into_value()));
    host.program(vec![], vec![lazy(1, 0, read("file", s("in"))), toy(2, 1, s("a"), Expr::Cell(1, 0))]);
    host.evaluated();
    host.program(vec![], vec![toy(3, 1, s("b"), Expr::Cell(1, 0))]);
    assert_eq!(host.shown(), ["toy[a]=1", "toy[b]=1"]);
    assert_eq!(host.evaluated(), [3]);
}

#[test]
fn a_live_edit_evaluates_what_was_edited() {
    let mut host = Host::new();
    let pair = |i: u64, text: &str| {
        let argument = i.to_string();
        [
            strict(2 * i, 0, read("file", s(&argument))),
            toy(2 * i + 1, 1, s(&argument), Expr::Concat(vec![s(text), Expr::Cell(2 * i, 0)])),
        ]
    };
    (0..1000).for_each(|i| host.put(&format!("file({:?})", i.to_string()), Ok("v".into_value())));
    host.program(vec![], (0..1000).flat_map(|i| pair(i, "a")).collect());
    assert_eq!(host.graph.len(), 1000);
    host.evaluated();
    host.program(vec![pair(500, "a")[1].clone()], vec![pair(500, "b")[1].clone()]);
    assert_eq!(host.graph["toy[500]"].fields.text("content"), "bv");
    assert_eq!(host.evaluated(), [1001]);
    host.say(r#"file("500")"#, "w");
    assert_eq!(host.evaluated(), [1000, 1001]);
}

#[test]
fn a_statement_may_say_the_same_twice() {
    let mut host = Host::new();
    host.put(r#"list("")"#, Ok("x x y".into_value()));
    host.program(vec![], vec![statement(1, 0, Body::Toys(Expr::Split(Box::new(read("list", s(""))))))]);
    assert_eq!(host.shown(), ["toy[x]=.", "toy[y]=."]);
    host.say(r#"list("")"#, "x y y");
    assert_eq!(host.shown(), ["toy[x]=.", "toy[y]=."]);
    host.say(r#"list("")"#, "y y");
    assert_eq!(host.shown(), ["toy[y]=."]);
    host.say(r#"list("")"#, "x");
    assert_eq!(host.shown(), ["toy[x]=."]);
}

#[test]
fn a_cell_is_evaluated_once_when_all_that_it_reads_is_known() {
    let mut host = Host::new();
    let input = || read("file", s("in"));
    let first = |text: &str| strict(1, 0, Expr::Concat(vec![s(text), input()]));
    let second = strict(2, 1, Expr::Concat(vec![Expr::Cell(1, 0), s("!")]));
    // It reads the source, the value that reads it, and the value that reads that one.
    let last = |text: &str| toy(3, 2, s("a"), Expr::Concat(vec![s(text), input(), Expr::Cell(1, 0), Expr::Cell(2, 0)]));
    host.put(r#"file("in")"#, Ok("1".into_value()));
    host.program(vec![], vec![first("-"), second, last("=")]);
    assert_eq!(host.shown(), ["toy[a]==1-1-1!"]);
    host.evaluated();
    host.say(r#"file("in")"#, "2");
    assert_eq!(host.shown(), ["toy[a]==2-2-2!"]);
    assert_eq!(host.evaluations(), [(1, 1), (2, 1), (3, 1)]);
    host.program(vec![first("-"), last("=")], vec![first("+"), last("~")]);
    assert_eq!(host.shown(), ["toy[a]=~2+2+2!"]);
    assert_eq!(host.evaluations(), [(1, 1), (2, 1), (3, 1)]);
}

#[test]
fn a_flip_between_equal_values_runs_no_reader() {
    let mut host = Host::new();
    let far = (2..8).map(|i| if i == 2 { lazy(2, 0, s("same")) } else { lazy(i, i as u32 - 2, Expr::Cell(i - 1, 0)) });
    let choice = Expr::IfEq(Box::new([read("file", s("")), s("near"), Expr::Cell(1, 0), Expr::Cell(7, 0)]));
    let mut cells: Vec<Cell> = far.collect();
    cells.push(lazy(1, 0, s("same")));
    cells.push(cell(8, Role::Strict, 6, Body::Value(choice)));
    cells.extend((0..100).map(|i| toy(9 + i, 7, s(&format!("{i}")), Expr::Cell(8, 0))));
    host.put(r#"file("")"#, Ok("near".into_value()));
    host.program(vec![], cells);
    host.evaluated();
    host.say(r#"file("")"#, "far");
    assert_eq!(host.evaluated(), [2, 3, 4, 5, 6, 7, 8]);
    host.say(r#"file("")"#, "near");
    assert_eq!(host.evaluated(), [1, 8]);
    assert_eq!(host.commits, 1);
}

#[test]
fn wide_instances_read_everything() {
    let mut host = Host::new();
    let sum = |n: u64| toy(9999, 1, s("sum"), Expr::Concat((0..n).map(|i| Expr::Cell(i, 0)).collect()));
    let expected = |n: u64, odd: u64| (0..n).map(|i| if i == odd { "X".to_owned() } else { format!("{i},") }).collect::<String>();
    let content = |host: &Host| host.graph["toy[sum]"].fields.text("content");
    (0..3000).for_each(|i: u64| host.put(&format!("file({:?})", i.to_string()), Ok(format!("{i},").as_str().into_value())));
    let mut cells: Vec<Cell> = (0..3000).map(|i| strict(i, 0, read("file", s(&i.to_string())))).collect();
    cells.push(sum(1000));
    host.program(vec![], cells);
    assert_eq!(content(&host), expected(1000, u64::MAX));
    host.say(r#"file("700")"#, "X");
    assert_eq!(content(&host), expected(1000, 700));
    // Through every way of gathering: wider, narrow, wide again.
    for (old, new) in [(1000, 3000), (3000, 10), (10, 256), (256, 257), (257, 256)] {
        host.program(vec![sum(old)], vec![sum(new)]);
        assert_eq!(content(&host), expected(new, 700), "{old} to {new}");
    }
}

#[test]
fn a_wide_instance_may_become_narrow_and_wide_again() {
    let mut host = Host::new();
    let values = (0..600).map(|i| lazy(i, 0, s(&format!("{i} "))));
    let all = |of: std::ops::Range<u64>| Expr::Concat(of.map(|i| Expr::Cell(i, 0)).collect());
    // How many cells it reads: one by one, and in two numbers of shares.
    let choice = |which: &str, then: Expr, other: Expr| Expr::IfEq(Box::new([read("file", s("")), s(which), then, other]));
    let reader = toy(1_000, 1, s("a"), choice("few", all(0..3), choice("many", all(0..300), all(0..600))));
    let text = |n: u64| format!("toy[a]={}", (0..n).map(|i| format!("{i} ")).collect::<String>());
    host.put(r#"file("")"#, Ok("many".into_value()));
    host.program(vec![], values.chain([reader]).collect());
    for (which, n) in [("few", 3), ("many", 300), ("all", 600), ("many", 300), ("all", 600), ("few", 3), ("all", 600)] {
        host.say(r#"file("")"#, which);
        assert_eq!(host.shown(), [text(n)], "{which}");
    }
}

#[test]
fn errors_are_values_until_a_statement_meets_them() {
    let mut host = Host::new();
    host.put(r#"file("in")"#, Err(source_error("no such file")));
    let value = strict(1, 0, read("file", s("in")));
    let caught = Expr::Else(Box::new(Expr::Cell(1, 0)), Box::new(s("default")));
    host.program(vec![], vec![value, toy(2, 1, s("a"), caught)]);
    assert_eq!(host.shown(), ["toy[a]=default"]);
    assert!(host.errors.is_empty());
    let uncaught = toy(3, 1, s("b"), Expr::Cell(1, 0));
    host.program(vec![], vec![uncaught.clone()]);
    assert_eq!(host.messages(), ["no such file"]);
    assert_eq!(host.shown(), ["toy[a]=default"], "the last accepted graph stays in force");
    assert!(!host.settled);
    host.say(r#"file("in")"#, "now");
    assert!(host.errors.is_empty());
    assert_eq!(host.shown(), ["toy[a]=now", "toy[b]=now"]);
    assert!(host.settled);
}

#[test]
fn a_failed_condition_takes_its_branch_down() {
    let mut host = Host::new();
    host.put(r#"file("c")"#, Ok("yes".into_value()));
    host.program(
        vec![],
        vec![branch(1, read("file", s("c")), vec![toy(2, 1, s("then"), s("."))], vec![]), toy(3, 0, s("else"), s("."))],
    );
    assert_eq!(host.shown(), ["toy[else]=.", "toy[then]=."]);
    host.set(r#"file("c")"#, Err(source_error("gone")));
    assert_eq!(host.messages(), ["gone"]);
    assert_eq!(host.shown().len(), 2, "held");
    host.say(r#"file("c")"#, "no");
    assert_eq!(host.shown(), ["toy[else]=."]);
}

#[test]
fn a_list_of_too_many_elements_is_an_error() {
    let mut host = Host::new();
    let million = Value::list(vec![Value::Bool(true); 1_000_001]);
    host.put(r#"list("")"#, Ok(million));
    host.program(
        vec![],
        vec![statement(1, 0, Body::For(read("list", s("")), Keying::Position, [toy(2, 1, s("a"), s("."))].into()))],
    );
    assert_eq!(host.messages(), ["1000001 elements are too many: at most 1000000 are allowed"]);
    assert!(host.shown().is_empty());
}

#[test]
fn own_sources_keep_running_when_their_arguments_change() {
    let mut host = Host::new();
    host.put(r#"file("in")"#, Ok("1".into_value()));
    host.put(r#"run("1")"#, Ok("one".into_value()));
    host.put(r#"run("2")"#, Ok("two".into_value()));
    let run = |offset| Expr::Own(offset, "run", Box::new(read("file", s("in"))));
    host.program(vec![], vec![toy(1, 0, s("a"), Expr::Concat(vec![run(1), run(2)]))]);
    assert_eq!(host.shown(), ["toy[a]=oneone"]);
    assert_eq!(host.started.iter().filter(|call| call.starts_with("run")).count(), 2, "two sites, two sources");
    host.say(r#"file("in")"#, "2");
    assert_eq!(host.shown(), ["toy[a]=twotwo"]);
    assert_eq!(host.changed, [r#"run("2")"#, r#"run("2")"#]);
    assert_eq!(host.stopped, 0);
}

#[test]
fn an_answer_to_former_arguments_reaches_nobody() {
    let mut host = Host::new();
    host.put(r#"file("in")"#, Ok("1".into_value()));
    host.put(r#"run("1")"#, Ok("one".into_value()));
    let first = Expr::Own(1, "run", Box::new(read("file", s("in"))));
    let second = Expr::Own(2, "act", Box::new(Expr::Concat(vec![read("file", s("in")), first])));
    host.put(r#"act("1one")"#, Ok("done".into_value()));
    host.program(vec![], vec![toy(1, 0, s("a"), second)]);
    assert_eq!(host.shown(), ["toy[a]=done"]);
    // With the old answer of `run` beside the new file, `act` would be asked for "2one".
    host.say(r#"file("in")"#, "2");
    host.say(r#"run("2")"#, "two");
    host.say(r#"act("2two")"#, "again");
    assert_eq!(host.shown(), ["toy[a]=again"]);
    assert!(!host.started.iter().chain(&host.changed).any(|call| call == r#"act("2one")"#));
}

#[test]
fn facts_of_sources_that_do_not_run_are_ignored() {
    let mut host = Host::new();
    host.program(vec![], vec![toy(1, 0, s("a"), s("."))]);
    let epochs = host.engine.stats().epochs();
    let shared = Key::Shared(Call::new("file", [Value::str("in")]));
    let own = Key::own(Site { cell: CellId(1), offset: 0 }, Context::ROOT, []);
    for key in [shared, own] {
        host.run(vec![Input::Fact { key, answer: Ok(Value::str("late")) }]);
    }
    assert_eq!(host.engine.stats().epochs(), epochs);
}
