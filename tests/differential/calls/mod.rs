//! Random calls of every pure function and operator give what they give in the Go tool of the same name.
//!
//! The list of functions and their types is the table that the compiler uses, so a new function is compared from its first day. Settings beside
//! those of the programs: `MGMT_DIFFERENTIAL_CALLS` (calls per function), `MGMT_DIFFERENTIAL_FUNCTION` (only the functions whose name starts so).

mod allowed;
mod batch;
mod call;
mod compare;
mod grammar;
mod meanings;
mod network;
mod table;
mod template;
mod values;

use super::random::Random;
use super::verdict::Judges;
use super::{judges, number};
use batch::{answers, succeed};
use call::{Call, Callee, call};
use compare::judged;
use std::collections::BTreeSet;
use std::env;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use table::{Row, Table};

/// Calls in one program.
const TOGETHER: usize = 60;

/// Different calls of one function: at most a quarter of them fails here, if there are enough others.
fn calls(callee: &Callee, place: usize, seed: u64, count: usize, judges: &Judges) -> (Vec<Call>, Vec<Call>) {
    let mut random = Random::new(seed, 1_000_000 + place as u64);
    let mut seen = BTreeSet::new();
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for _ in 0..6 {
        let more: Vec<Call> = (0..count).map(|_| call(callee, &mut random)).filter(|call| seen.insert(call.clone())).collect();
        for chunk in more.chunks(200) {
            let fates = succeed(chunk, &|program| judges.ask_ours(program));
            for (call, succeeds) in chunk.iter().zip(fates) {
                // A statement has no value to catch.
                if succeeds && call.result.is_some() { good.push(call.clone()) } else { bad.push(call.clone()) }
            }
        }
        if good.len() + bad.len().min(count / 4) >= count {
            break;
        }
    }
    good.truncate(count - bad.len().min(count / 4));
    bad.truncate(count - good.len());
    (good, bad)
}

/// Compares calls of one function.
fn row(callee: &Callee, place: usize, seed: u64, count: usize, judges: &Judges) -> Row {
    let (good, bad) = calls(callee, place, seed, count, judges);
    let mut row = Row::new(callee.name());
    // Those that fail are asked one by one: they would only be halved.
    for chunk in good.chunks(TOGETHER).chain(bad.chunks(1)) {
        let reference = answers(chunk, false, &|program| judges.ask_reference(program));
        let ours = answers(chunk, false, &|program| judges.ask_ours(program));
        for ((call, reference), ours) in chunk.iter().zip(reference).zip(ours) {
            row.take(call, judged(call, &reference, &ours), &reference, &ours);
        }
    }
    row
}

#[test]
fn random_calls_give_what_the_reference_gives() {
    let Some(judges) = judges() else { return };
    let seed = number("MGMT_DIFFERENTIAL_SEED", 1) as u64;
    let count = number("MGMT_DIFFERENTIAL_CALLS", 20);
    let only = env::var("MGMT_DIFFERENTIAL_FUNCTION").unwrap_or_default();
    println!("seed {seed}, {count} calls of each function");
    let callees = Callee::all();
    let table = Mutex::new(Table::default());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(callee) = callees.get(place) else { return };
                    if callee.name().starts_with(&only) {
                        let row = row(callee, place, seed, count, &judges);
                        println!("{row}");
                        table.lock().unwrap().add(row);
                    }
                }
            });
        }
    });
    let table = table.into_inner().unwrap();
    print!("{table}");
    assert!(table.calls() > 0, "there is no function whose name starts with `{only}`");
    assert!(table.untried().is_empty(), "no call gave a value of {}", table.untried().join(", "));
    assert!(table.differences() == 0, "{} calls differ; seed {seed}", table.differences());
}
