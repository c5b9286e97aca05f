//! Random programs, right ones and near misses, mean the same here and in the Go tool of the same name, and have the same layout.
//!
//! Needs that tool: `MGMT_REFERENCE` is the path of a build of it that has the `oracle` command; without it the test is skipped. More settings:
//! `MGMT_DIFFERENTIAL_COUNT` (programs), `MGMT_DIFFERENTIAL_FROM` (the number of the first one, to go on with a run), `MGMT_DIFFERENTIAL_SEED`, `MGMT_DIFFERENTIAL_ONLY` (the number of one program of that seed),
//! `MGMT_DIFFERENTIAL_FINDS` (where differences are written, shrunk), `MGMT_DIFFERENTIAL_BINARY` (ours, if not the one that was built for this test),
//! `MGMT_DIFFERENTIAL_WORKERS` (programs at a time).

#![allow(clippy::unwrap_used, reason = "a test")]

mod allowed;
mod calls;
mod damage;
mod forms;
mod generate;
mod layout;
mod random;
mod repair;
mod shrink;
mod stock;
mod tally;
mod verdict;

use allowed::{Difference, RULES};
use random::Random;
use std::collections::BTreeMap;
use std::env;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use tally::{Outcome, Tally};
use verdict::{Judges, Program, Verdict, formatted, same};

fn number(name: &str, default: usize) -> usize {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Program `index` of a seed, and the generator that made it.
fn program(stock: &[Program], written: &[Program], seed: u64, index: usize) -> (&'static str, Program) {
    let mut random = Random::new(seed, index as u64);
    match index % 9 {
        8 => ("stock, rewritten", stock::rewritten(stock, &mut random)),
        7 => ("stock, wrapped", stock::wrapped(stock, &mut random)),
        6 => ("stock, two in one", stock::two(stock, &mut random)),
        5 => ("written, damaged", damage::damage(random.pick(written), &mut random)),
        0 | 1 => ("generated", generate::program(random)),
        2 => ("generated, damaged", damage::damage(&generate::program(random.clone()), &mut random)),
        _ => ("stock, damaged", damage::damage(random.pick(stock), &mut random)),
    }
}

/// How often the reference is asked where it may give another answer each time.
const RACES: usize = 12;

/// Whether the two agree on a program, and if not, whether they may.
fn judge(judges: &Judges, program: &Program) -> Outcome {
    let (mut reference, ours) = (judges.ask_reference(program), judges.ask_ours(program));
    if let Verdict::Broken(why) = &reference {
        return Outcome::Skipped(why.clone());
    }
    // Of several mistakes that nothing orders the reference reports any one.
    for _ in 0..RACES {
        if same(&reference, &ours) {
            return Outcome::Agreed(match &ours {
                Verdict::Refused(reports) => reports[0].phase.clone(),
                _ => "graph".to_owned(),
            });
        }
        let difference = Difference { program, reference: &reference, ours: &ours, judges };
        if let Some(rule) = RULES.iter().find(|rule| (rule.explains)(&difference)) {
            return Outcome::Allowed(rule.name, Box::new((reference, ours)));
        }
        match judges.ask_reference(program) {
            Verdict::Broken(why) => return Outcome::Skipped(why),
            again => reference = again,
        }
    }
    Outcome::Different(Box::new((reference, ours)))
}

/// The two programs, if the settings name the reference.
fn judges() -> Option<Judges> {
    let Some(reference) = env::var_os("MGMT_REFERENCE") else {
        println!("skipped: MGMT_REFERENCE does not name the reference");
        return None;
    };
    let ours = env::var_os("MGMT_DIFFERENTIAL_BINARY").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_mgmt")), PathBuf::from);
    Some(Judges { reference: PathBuf::from(reference), ours })
}

#[test]
fn generated_programs_use_every_form_of_the_language() {
    let mut counts = BTreeMap::new();
    for index in 0..1000 {
        let program = generate::program(Random::new(1, index));
        forms::count(&program, &mut counts);
    }
    counts.iter().for_each(|(form, count)| println!("{count:>7} {form}"));
    let rare: Vec<_> = forms::FORMS.iter().filter(|form| counts.get(**form).is_none_or(|&count| count < 2)).collect();
    assert!(rare.is_empty(), "too few of {rare:?}");
}

#[test]
fn random_programs_mean_what_the_reference_says() {
    let Some(judges) = judges() else { return };
    let seed = number("MGMT_DIFFERENTIAL_SEED", 1) as u64;
    let count = number("MGMT_DIFFERENTIAL_COUNT", 200);
    let only = env::var("MGMT_DIFFERENTIAL_ONLY").ok().map(|text| text.parse::<usize>().unwrap());
    println!("seed {seed}, {count} programs");
    let (stock, written) = (stock::programs(), stock::written());
    assert!(stock.len() > 100, "where are the cases?");
    let tally = Tally::new(seed);
    for (index, program) in written.iter().enumerate() {
        tally.take(index, "written", program, judge(&judges, program), &judges);
    }
    let from = number("MGMT_DIFFERENTIAL_FROM", 0);
    each(only.unwrap_or(from)..only.map_or(count, |index| index + 1), |index| {
        let (generator, program) = program(&stock, &written, seed, index);
        if only.is_some() {
            println!("{program}");
        }
        tally.take(index, generator, &program, judge(&judges, &program), &judges);
    });
    print!("{tally}");
    assert!(tally.differences() == 0, "{} programs differ; seed {seed}", tally.differences());
}

#[test]
fn each_marked_defect_has_its_rule() {
    let Some(judges) = judges() else { return };
    let marked = stock::marked();
    let tally = Tally::new(0);
    each(0..marked.len(), |index| tally.take(index, "marked", &marked[index], judge(&judges, &marked[index]), &judges));
    print!("{tally}");
    assert!(tally.differences() == 0, "{} programs differ", tally.differences());
}

/// Does something for each index, some at a time.
fn each(indices: Range<usize>, work: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(indices.start);
    std::thread::scope(|scope| {
        for _ in 0..number("MGMT_DIFFERENTIAL_WORKERS", 2) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= indices.end {
                        return;
                    }
                    work(index);
                }
            });
        }
    });
}

#[test]
fn random_layouts_are_formatted_as_the_reference_does() {
    let Some(judges) = judges() else { return };
    let seed = number("MGMT_DIFFERENTIAL_SEED", 1) as u64;
    let count = number("MGMT_DIFFERENTIAL_COUNT", 200);
    println!("seed {seed}, {count} layouts");
    let programs: Vec<Program> = stock::programs().into_iter().chain(stock::written()).collect();
    let (mut accepted, mut refused, mut skipped, mut different) = (0_usize, 0_usize, 0_usize, Vec::new());
    for index in 0..count {
        let mut random = Random::new(seed, index as u64);
        let text = layout::disturb(&random.pick(&programs).files["main.mcl"].clone(), &mut random);
        // The reference loses what follows a string that ends in an escaped backslash.
        if text.contains("\\\\\"") {
            skipped += 1;
            continue;
        }
        let ours = formatted(&judges.ours, &text);
        match formatted(&judges.reference, &text) {
            // It is at odds with itself.
            Err(_) => skipped += 1,
            Ok(Some(expected)) if ours.as_ref() == Ok(&Some(expected.clone())) => accepted += 1,
            Ok(None) if ours == Ok(None) => refused += 1,
            Ok(expected) => different.push(format!("==== {index}\n{text}\nreference: {expected:?}\nours: {ours:?}")),
        }
    }
    println!("{accepted} formatted alike, {refused} refused alike, {skipped} skipped, {} differ", different.len());
    assert!(different.is_empty(), "seed {seed}:\n{}", different.join("\n"));
}
