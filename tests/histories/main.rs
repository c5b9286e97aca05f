//! Random programs under random histories of answers and edits, from text through the real dataflow: at every step the graph, the errors
//! and the demands are those that a slow evaluation of the same cells from scratch gives.
//!
//! Seeds are printed with a failure; `MGMT_ORACLE_SEED=n` runs that one alone, `MGMT_ORACLE_CASES=n` as many as asked for.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod generate;
#[allow(dead_code, reason = "the dataflow's own tests use more of it")]
#[path = "../../dataflow/tests/toy/host.rs"]
mod host;
#[path = "../../lang/tests/oracle/mod.rs"]
mod oracle;
mod rules;

use generate::{Dice, Program, WORDS};
use host::Host;
use mgmt_dataflow::update::Input;
use mgmt_lang::compile::{Options, compile};
use mgmt_lang::modules::Memory;
use mgmt_values::outcome::STACK;
use mgmt_values::resource::Identities;
use mgmt_values::schema::{Field, FieldType, Kind, Kinds, Literal, Traits};
use mgmt_values::{Cell, Error, Rank, Reading, Value};
use std::collections::BTreeSet;
use std::time::Duration;

const fn field(name: &'static str, ty: FieldType) -> Field {
    Field { name, ty, optional: false, default: Literal::Zero, doc: "" }
}

const fn kind(name: &'static str, fields: &'static [Field], sends: &'static [Field]) -> Kind {
    Kind {
        name,
        doc: "",
        fields,
        sends,
        traits: Traits { refreshes: true, receives: true, ..Traits::PLAIN },
        constants: &[],
        validate: |_, _| Ok(()),
        identities: |_, _| Identities::default(),
    }
}

static NOOP: Kind = kind("noop", &[], &[]);
static TEST: Kind = kind(
    "test",
    &[field("text", FieldType::Str), field("number", FieldType::Int(64)), field("flag", FieldType::Bool)],
    &[field("out", FieldType::Str)],
);

/// The cells of a program; `None` where it is refused: a condition may be known to be of no use, a lookup known to fail.
fn cells(text: &str) -> Option<Vec<Cell>> {
    let kinds: Kinds = [&NOOP, &TEST].into_iter().collect();
    let compiled = compile("/main.mcl", &Memory::of([("/main.mcl", text)]), &kinds, &Options::default());
    if let Err(refused) = &compiled
        && std::env::var_os("MGMT_ORACLE_SEED").is_some()
    {
        // Only where one seed is looked at.
        eprintln!("refused: {:#?}\n{text}", refused.diagnostics);
    }
    compiled.ok().map(|compiled| compiled.cells)
}

fn answer(dice: &mut Dice) -> Result<Value, Error> {
    match dice.roll(12) {
        0 => Err(Error { place: None, ..Error::interpret(Rank::Build, None, "unreadable") }),
        1 => Ok(Value::str("")),
        2..=5 => Ok(Value::str(dice.one(&["a b", "b a", "a a c", "d", "c b a d"]))),
        _ => Ok(Value::str(dice.one(&WORDS))),
    }
}

/// The world answers every call that can be made, or will.
fn answer_all(host: &mut Host, dice: &mut Dice) {
    loop {
        let asked: BTreeSet<String> = host.sources.values().map(|call| call.to_string()).collect();
        let missing: Vec<String> = asked.into_iter().filter(|call| !host.world.contains_key(call)).collect();
        if missing.is_empty() {
            return;
        }
        for call in missing {
            let answer = answer(dice);
            host.set(&call, answer);
        }
    }
}

fn check(host: &Host, cells: &[Cell], seed: u64, step: u64) {
    let world = |_: &_, call: &mgmt_values::Call| match host.world.get(&call.to_string()) {
        Some(Ok(value)) => Reading::Value(value.clone()),
        Some(Err(error)) => Reading::Error(error.clone()),
        None => Reading::Pending,
    };
    let meaning = oracle::meaning(cells, &world);
    assert_eq!(meaning.pending, 0, "everything is answered; seed {seed} step {step}");
    let demands: BTreeSet<_> = host.sources.iter().map(|(key, call)| (key.clone(), call.clone())).collect();
    assert_eq!(demands, meaning.demands, "demands; seed {seed} step {step}");
    let expected = rules::graph(&meaning);
    let errors: BTreeSet<String> = host.messages().iter().map(|message| rules::gist(message)).collect();
    assert_eq!(errors, expected.errors, "errors; seed {seed} step {step}");
    assert_eq!(host.settled, expected.errors.is_empty(), "settled; seed {seed} step {step}");
    if expected.errors.is_empty() {
        let vertices: BTreeSet<String> =
            host.graph.values().map(|vertex| rules::shown(&vertex.id.resource, &vertex.fields)).collect();
        assert_eq!(vertices, expected.vertices, "vertices; seed {seed} step {step}");
        let edges: BTreeSet<String> = host.arrows().into_iter().collect();
        assert_eq!(edges, expected.edges, "edges; seed {seed} step {step}");
    }
}

/// Runs one history; says whether its program was accepted.
fn run(seed: u64) -> bool {
    let mut dice = Dice::new(seed);
    let mut program = Program::new(&mut dice);
    let Some(mut now) = cells(&program.text()) else { return false };
    let mut host = Host::new();
    host.program(vec![], now.clone());
    answer_all(&mut host, &mut dice);
    check(&host, &now, seed, 0);
    for step in 1..8 {
        match dice.roll(4) {
            0 => {
                program.edit(&mut dice);
                // An edit with mistakes changes nothing.
                let Some(next) = cells(&program.text()) else { continue };
                let removed = now.iter().filter(|cell| !next.contains(cell)).cloned().collect();
                let added = next.iter().filter(|cell| !now.contains(cell)).cloned().collect();
                host.program(removed, added);
                now = next;
            }
            rolled => {
                // One fact, or several at once.
                let mut inputs: Vec<Input> = Vec::new();
                for _ in 0..rolled {
                    let calls: Vec<String> = host.world.keys().cloned().collect();
                    if !calls.is_empty() {
                        let call = calls[dice.roll(calls.len())].clone();
                        let answer = answer(&mut dice);
                        host.put(&call, answer);
                        inputs.extend(host.facts(&call));
                    }
                }
                host.run(inputs);
            }
        }
        // Some answers are late; then the wave has closed without them, and they come after it.
        if dice.roll(4) == 0 {
            host.hands.advance(Duration::from_millis(60));
            host.run(vec![]);
        }
        answer_all(&mut host, &mut dice);
        check(&host, &now, seed, step);
    }
    true
}

#[test]
fn histories_of_programs_are_as_from_scratch() {
    let number = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
    let (first, count) = match number("MGMT_ORACLE_SEED") {
        Some(seed) => (seed, 1),
        None => (0, number("MGMT_ORACLE_CASES").unwrap_or(1_000)),
    };
    let thread = std::thread::Builder::new().stack_size(STACK);
    let ran = thread.spawn(move || (first..first + count).filter(|seed| run(*seed)).count() as u64).unwrap().join();
    let ran = ran.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    println!("{ran} of {count} programs were accepted, and each step of theirs is as from scratch");
    assert!(ran * 10 >= count * 6, "only {ran} of {count} programs were accepted");
}
