//! When what is told: waves, late answers, verdicts.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod toy;

use mgmt_dataflow::commit::Commit;
use mgmt_dataflow::update::{Input, Output};
use mgmt_dataflow::{Config, Dataflow};
use mgmt_values::outcome::{Cell, Keying};
use mgmt_values::value::Value;
use std::sync::mpsc::channel;
use std::time::Duration;
use toy::host::Host;
use toy::*;

fn slow(argument: &str) -> Expr {
    Expr::Own(7, "slow", Box::new(s(argument)))
}

/// Two statements, of which the second may become a slow one.
fn started() -> Host {
    let mut host = Host::new();
    host.put(r#"file("")"#, Ok("1".into_value()));
    host.program(vec![], vec![toy(1, 0, s("a"), read("file", s(""))), toy(2, 0, s("b"), s("old"))]);
    assert_eq!(host.shown(), ["toy[a]=1", "toy[b]=old"]);
    host
}

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn verdict(commit: &Commit, accepted: Result<(), mgmt_values::Error>) -> Vec<Input> {
    vec![Input::Verdict { number: commit.number, accepted }]
}

#[test]
fn the_first_wave_waits_for_every_answer() {
    let mut host = Host::new();
    host.program(vec![], vec![toy(1, 0, s("a"), s(".")), toy(2, 0, s("b"), slow("x"))]);
    host.hands.advance(Duration::from_secs(100));
    host.run(vec![]);
    assert_eq!(host.commits, 0);
    assert_eq!(host.late, [r#"slow("x")"#]);
    host.say(r#"slow("x")"#, "done");
    assert_eq!(host.shown(), ["toy[a]=.", "toy[b]=done"]);
    assert!(host.settled);
}

#[test]
fn a_late_answer_holds_up_its_own_statement_only() {
    let mut host = started();
    host.program(vec![toy(2, 0, s("b"), s("old"))], vec![toy(2, 0, s("b"), slow("x")), toy(3, 0, s("c"), s("."))]);
    assert_eq!(host.shown(), ["toy[a]=1", "toy[b]=old"], "the wave is open");
    host.say(r#"file("")"#, "2");
    assert_eq!(host.shown(), ["toy[a]=1", "toy[b]=old"], "what is no answer waits");
    assert_eq!(host.engine.wake().map(|at| at - host.now()), Some(millis(50)));
    host.hands.advance(millis(50));
    host.run(vec![]);
    assert_eq!(host.shown(), ["toy[a]=2", "toy[b]=old", "toy[c]=."]);
    assert!(!host.settled, "an answer is missing");
    host.say(r#"file("")"#, "3");
    assert_eq!(host.shown()[0], "toy[a]=3", "no later wave waits for it");
    assert!(host.late.is_empty());
    host.hands.advance(millis(950));
    host.run(vec![]);
    host.hands.advance(millis(5000));
    host.run(vec![]);
    assert_eq!(host.late, [r#"slow("x")"#], "named once");
    host.say(r#"slow("x")"#, "new");
    assert_eq!(host.shown(), ["toy[a]=3", "toy[b]=new", "toy[c]=."]);
    assert!(host.settled);
}

#[test]
fn an_edge_to_what_waits_is_no_error() {
    let mut host = started();
    let edge = statement(4, 0, Body::Edge(s("a"), s("n"), false, None));
    host.program(vec![], vec![toy(3, 0, s("n"), slow("x")), edge, toy(5, 0, s("c"), s("."))]);
    host.hands.advance(millis(50));
    host.run(vec![]);
    assert!(host.errors.is_empty());
    assert_eq!(host.shown(), ["toy[a]=1", "toy[b]=old", "toy[c]=."]);
    assert!(host.arrows().is_empty());
    host.say(r#"slow("x")"#, "done");
    assert_eq!(host.arrows(), ["toy[a] -> toy[n]"]);
}

#[test]
fn what_exists_by_a_statement_that_waits_stays_too() {
    let mut host = Host::new();
    host.put(r#"slow("1")"#, Ok("x y".into_value()));
    host.put(r#"file("")"#, Ok("1".into_value()));
    let inner = toy(3, 2, Expr::Concat(vec![Expr::Element(1, 0)]), s("."));
    let body = statement(2, 1, Body::If(s(""), s(""), [inner].into(), [].into()));
    let list = Expr::Split(Box::new(Expr::Own(1, "slow", Box::new(read("file", s(""))))));
    host.program(
        vec![],
        vec![statement(1, 0, Body::For(list, Keying::Position, [body].into())), toy(9, 0, s("f"), read("file", s("")))],
    );
    assert_eq!(host.shown(), ["toy[f]=1", "toy[x]=.", "toy[y]=."]);
    host.say(r#"file("")"#, "2");
    assert_eq!(host.shown()[0], "toy[f]=1");
    host.hands.advance(millis(50));
    host.run(vec![]);
    assert_eq!(host.shown(), ["toy[f]=2", "toy[x]=.", "toy[y]=."]);
    host.say(r#"slow("2")"#, "y");
    assert_eq!(host.shown(), ["toy[f]=2", "toy[y]=."]);
}

#[test]
fn a_removed_statement_goes_even_if_it_waits() {
    let mut host = started();
    let slow = toy(2, 0, s("b"), slow("x"));
    host.program(vec![toy(2, 0, s("b"), s("old"))], vec![slow.clone()]);
    host.hands.advance(millis(50));
    host.run(vec![]);
    assert_eq!(host.shown(), ["toy[a]=1", "toy[b]=old"]);
    host.program(vec![slow], vec![]);
    assert_eq!(host.shown(), ["toy[a]=1"]);
    assert_eq!(host.sources.len(), 1);
    assert!(host.settled);
}

#[test]
fn a_demand_withdrawn_and_needed_again_within_a_wave_keeps_running() {
    let mut host = started();
    let with = |argument: &str| toy(2, 0, s("b"), slow(argument));
    host.program(vec![toy(2, 0, s("b"), s("old"))], vec![with("x")]);
    host.program(vec![with("x")], vec![toy(2, 0, s("b"), s("mid"))]);
    assert_eq!(host.stopped, 1, "the wave closed without it");
    host.program(vec![toy(2, 0, s("b"), s("mid"))], vec![with("x"), toy(3, 0, s("c"), Expr::Own(1, "slow", Box::new(s("y"))))]);
    host.program(vec![with("x")], vec![toy(2, 0, s("b"), s("mid"))]);
    host.program(vec![toy(2, 0, s("b"), s("mid"))], vec![with("x")]);
    assert_eq!(host.stopped, 1);
    host.say(r#"slow("x")"#, "1");
    host.say(r#"slow("y")"#, "2");
    assert_eq!(host.shown(), ["toy[a]=1", "toy[b]=1", "toy[c]=2"]);
}

#[test]
fn a_demand_needed_again_is_waited_for_again() {
    let mut host = Host::new();
    let (reader, other) = (toy(1, 0, s("a"), slow("x")), toy(2, 0, s("b"), read("file", s(""))));
    host.program(vec![], vec![reader.clone(), other]);
    host.program(vec![reader.clone()], vec![]);
    host.program(vec![], vec![reader]);
    host.say(r#"file("")"#, "1");
    assert_eq!(host.commits, 0, "the first wave waits for every answer");
    host.say(r#"slow("x")"#, "done");
    assert_eq!(host.shown(), ["toy[a]=done", "toy[b]=1"]);
    assert_eq!((host.commits, host.started.len(), host.stopped), (1, 2, 0));
}

#[test]
fn what_was_said_of_former_arguments_is_not_taken_for_an_answer() {
    let mut host = started();
    let with = |argument: &str| toy(3, 0, s("c"), Expr::Own(9, "run", Box::new(s(argument))));
    host.put(r#"run("x")"#, Ok(Value::str("of x")));
    host.program(vec![], vec![with("x")]);
    host.program(vec![], vec![toy(4, 0, s("d"), slow("y"))]);
    host.say(r#"run("x")"#, "more of x");
    host.program(vec![with("x")], vec![with("z")]);
    host.hands.advance(millis(50));
    host.run(vec![]);
    assert_eq!(host.shown(), ["toy[a]=1", "toy[b]=old", "toy[c]=of x"], "it waits for an answer to z");
    host.say(r#"run("z")"#, "of z");
    assert_eq!(host.shown(), ["toy[a]=1", "toy[b]=old", "toy[c]=of z"]);
}

#[test]
fn one_commit_is_outstanding_at_most() {
    let mut host = started();
    host.hold = Some(Vec::new());
    for text in ["2", "3", "4"] {
        host.say(r#"file("")"#, text);
    }
    let held = host.hold.replace(Vec::new()).unwrap();
    assert_eq!(held.len(), 1);
    let replies = verdict(&held[0], Ok(()));
    host.accept(held.into_iter().next().unwrap());
    host.run(replies);
    let held = host.hold.take().unwrap();
    assert_eq!(held.len(), 1, "the rest as one");
    assert_eq!(held[0].vertices[0].before.as_ref().unwrap().fields.text("content"), "2");
    assert_eq!(held[0].vertices[0].after.as_ref().unwrap().fields.text("content"), "4");
    let replies = verdict(&held[0], Ok(()));
    host.accept(held.into_iter().next().unwrap());
    host.run(replies);
    assert!(host.settled);
}

#[test]
fn a_refused_commit_is_tried_again_when_the_graph_changes() {
    let mut host = started();
    host.hold = Some(Vec::new());
    host.say(r#"file("")"#, "bad");
    let held = host.hold.replace(Vec::new()).unwrap();
    host.run(verdict(&held[0], Err(source_error("a cycle"))));
    assert_eq!(host.messages(), ["a cycle"]);
    assert!(host.hold.as_ref().unwrap().is_empty(), "the same graph is not tried again");
    assert!(!host.settled);
    host.hold = None;
    host.say(r#"file("")"#, "good");
    assert_eq!(host.shown(), ["toy[a]=good", "toy[b]=old"]);
    assert!(host.errors.is_empty() && host.settled);
}

#[test]
fn a_refused_commit_heals_when_the_graph_is_as_before() {
    let mut host = started();
    host.hold = Some(Vec::new());
    host.say(r#"file("")"#, "bad");
    let held = host.hold.take().unwrap();
    host.run(verdict(&held[0], Err(source_error("a cycle"))));
    host.say(r#"file("")"#, "1");
    assert!(host.errors.is_empty() && host.settled);
    assert_eq!(host.commits, 1);
}

#[test]
fn what_waits_after_a_refusal_stays_what_was_accepted_of_it() {
    let mut host = started();
    host.hold = Some(Vec::new());
    host.program(vec![toy(2, 0, s("b"), s("old"))], vec![toy(2, 0, s("b"), s("bad"))]);
    let held = host.hold.take().unwrap();
    host.run(verdict(&held[0], Err(source_error("a cycle"))));
    host.program(vec![toy(2, 0, s("b"), s("bad"))], vec![toy(2, 0, s("b"), slow("x")), toy(3, 0, s("c"), s("."))]);
    host.hands.advance(millis(50));
    host.run(vec![]);
    assert_eq!(host.shown(), ["toy[a]=1", "toy[b]=old", "toy[c]=."]);
    assert!(host.errors.is_empty());
}

#[test]
fn what_comes_while_a_commit_is_judged_goes_on_top_of_it() {
    let mut host = started();
    host.hold = Some(Vec::new());
    host.say(r#"file("")"#, "bad");
    host.say(r#"file("")"#, "good");
    let held = host.hold.take().unwrap();
    host.run(verdict(&held[0], Err(source_error("a cycle"))));
    assert_eq!(host.shown(), ["toy[a]=good", "toy[b]=old"]);
    assert!(host.errors.is_empty() && host.settled);
}

#[test]
fn an_answer_that_says_the_same_changes_nothing() {
    let mut host = started();
    let (evaluations, commits) = (host.engine.stats().evaluations(), host.commits);
    host.say(r#"file("")"#, "1");
    assert_eq!((host.engine.stats().evaluations(), host.commits), (evaluations, commits));
}

#[test]
fn the_newest_of_queued_facts_counts() {
    let mut host = started();
    let mut inputs = Vec::new();
    for text in ["2", "3", "4"] {
        host.put(r#"file("")"#, Ok(text.into_value()));
        inputs.extend(host.facts(r#"file("")"#));
    }
    let epochs = host.engine.stats().epochs();
    host.run(inputs);
    assert_eq!(host.engine.stats().epochs(), epochs + 1);
    assert_eq!(host.shown()[0], "toy[a]=4");
}

#[test]
fn a_thread_runs_it_until_it_is_dropped() {
    let (outputs, told) = channel();
    let dataflow = Dataflow::spawn(Config::default(), move |output| outputs.send(output).unwrap()).unwrap();
    let next = || told.recv_timeout(Duration::from_secs(10)).unwrap();
    let cells: Vec<Cell> = vec![toy(1, 0, s("a"), read("file", s("")))];
    dataflow.inputs().send(Input::Program { removed: vec![], added: cells });
    let Output::Start { key, .. } = next() else { panic!() };
    dataflow.inputs().send(Input::Fact { key, answer: Ok("1".into_value()) });
    let Output::Commit(commit) = next() else { panic!() };
    assert_eq!(commit.vertices.len(), 1);
    assert!(matches!(next(), Output::Idle { settled: false }));
    verdict(&commit, Ok(())).into_iter().for_each(|input| dataflow.inputs().send(input));
    assert!(matches!(next(), Output::Idle { settled: true }));
    assert!(dataflow.stats().evaluations() > 0);
    drop(dataflow);
    assert!(told.recv().is_err(), "the thread has ended");
}

#[test]
fn a_thread_wakes_by_itself_for_a_deadline() {
    let (outputs, told) = channel();
    let config = Config { deadline: millis(20), ..Config::default() };
    let dataflow = Dataflow::spawn(config, move |output| drop(outputs.send(output))).unwrap();
    dataflow.inputs().send(Input::Program { removed: vec![], added: vec![toy(1, 0, s("a"), s("."))] });
    let commit = || {
        loop {
            if let Output::Commit(commit) = told.recv_timeout(Duration::from_secs(10)).unwrap() {
                return commit;
            }
        }
    };
    verdict(&commit(), Ok(())).into_iter().for_each(|input| dataflow.inputs().send(input));
    dataflow
        .inputs()
        .send(Input::Program { removed: vec![], added: vec![toy(2, 0, s("b"), slow("x")), toy(3, 0, s("c"), s("."))] });
    assert_eq!(commit().vertices[0].id.to_string(), "toy[c]");
}
