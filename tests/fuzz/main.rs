//! Whatever the text is, the compiler answers: no panic, no hang, no memory beyond a limit.
//!
//! Each target takes the programs of the literate cases, damages them and watches what comes out; an input that gives a new answer, such as
//! a message not seen before, joins the corpus. Settings: `MGMT_FUZZ_SECONDS` for each target (2), `MGMT_FUZZ_SEED`, `MGMT_FUZZ_LAST` (a
//! directory where each target keeps its current input, for when the process dies of it). A panic shows the input; the address space of the
//! process is limited to [`MEMORY`]; an input that takes longer than [`LONGEST`] fails.

#![allow(clippy::unwrap_used, reason = "a test")]

mod mutate;
#[path = "../differential/random.rs"]
mod random;
mod targets;

use mutate::mutate;
use random::Random;
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What the process may map, 256 MiB of it for the compiler's stack.
const MEMORY: u64 = 2 << 30;
/// How long one input may take, on a machine that does other things as well.
const LONGEST: Duration = Duration::from_secs(30);
/// How many answers are remembered.
const ANSWERS: usize = 20_000;
/// Longer texts are cut.
const LENGTH: usize = 8 << 10;

/// Runs a target on mutated inputs for the time that the settings give. The target answers with what was new or not about the input.
fn fuzz(name: &str, target: fn(&[u8]) -> Vec<String>) {
    let limit = rustix::process::Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    rustix::process::setrlimit(rustix::process::Resource::As, limit).unwrap();
    let number = |name: &str, default: u64| env::var(name).map_or(default, |text| text.parse().unwrap());
    let seed = number("MGMT_FUZZ_SEED", 1);
    let end = Instant::now() + Duration::from_secs(number("MGMT_FUZZ_SECONDS", 2));
    let last = env::var_os("MGMT_FUZZ_LAST").map(|directory| PathBuf::from(directory).join(name));
    let mut random = Random::new(seed, name.len() as u64);
    let mut corpus = mutate::corpus();
    let stock = corpus.len();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let (mut runs, mut slowest) = (0_u64, Duration::ZERO);
    while Instant::now() < end {
        let input = mutate(&corpus, stock, &mut random);
        if let Some(last) = &last {
            fs::write(last, &input).unwrap();
        }
        let start = Instant::now();
        let answer = std::panic::catch_unwind(|| target(&input));
        let took = start.elapsed();
        runs += 1;
        slowest = slowest.max(took);
        assert!(took < LONGEST, "{name}, seed {seed}, run {runs}: {took:?} for {:?}", String::from_utf8_lossy(&input));
        match answer {
            Ok(answers) => {
                let fresh = answers.into_iter().filter(|answer| seen.len() < ANSWERS && seen.insert(answer.clone())).count();
                if fresh > 0 {
                    corpus.push(input);
                }
            }
            Err(_) => panic!("{name}, seed {seed}, run {runs}: panic for {:?}", String::from_utf8_lossy(&input)),
        }
    }
    println!("{name}: seed {seed}, {runs} inputs, {} answers, slowest {slowest:?}", seen.len());
    assert!(runs > 0);
}

#[test]
fn parser() {
    fuzz("parser", targets::parser);
}

#[test]
fn formatter() {
    fuzz("formatter", targets::formatter);
}

#[test]
fn interpolation() {
    fuzz("interpolation", targets::interpolation);
}

#[test]
fn compiler() {
    fuzz("compiler", targets::compiler);
}
