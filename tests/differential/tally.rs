//! What came out, by generator; differences are shrunk and written down.

use super::judge;
use super::shrink::shrink;
use super::verdict::{Judges, Program, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What came out for one program.
#[derive(Debug)]
pub enum Outcome {
    /// The same: a graph, or refused in this phase.
    Agreed(String),
    /// Not the same, for the defect that is named.
    Allowed(&'static str, Box<(Verdict, Verdict)>),
    /// The reference gives no verdict.
    Skipped(String),
    /// A find: what the reference says, and what ours.
    Different(Box<(Verdict, Verdict)>),
}

#[derive(Debug, Default)]
struct Counts {
    programs: usize,
    agreed: BTreeMap<(&'static str, String), usize>,
    allowed: BTreeMap<&'static str, usize>,
    skipped: BTreeMap<&'static str, usize>,
    /// How many finds look alike.
    different: BTreeMap<String, usize>,
}

/// The counts of a run.
#[derive(Debug)]
pub struct Tally {
    seed: u64,
    counts: Mutex<Counts>,
}

/// What finds that look alike have in common.
fn shape(reference: &Verdict, ours: &Verdict) -> String {
    let one = |verdict: &Verdict| match verdict {
        Verdict::Graph(_) => "graph".to_owned(),
        Verdict::Broken(why) => format!("broken {}", why.chars().take(20).collect::<String>()),
        Verdict::Refused(reports) => {
            let message: String = reports[0].message.split("/main.mcl").next().unwrap_or_default().chars().take(60).collect();
            let message: String = message
                .split(['`', '"', '$'])
                .step_by(2)
                .collect::<String>()
                .chars()
                .filter(|letter| !letter.is_ascii_digit())
                .collect();
            format!("{} {message}", reports[0].phase)
        }
    };
    if let (Verdict::Graph(expected), Verdict::Graph(found)) = (reference, ours) {
        let kind = |line: &String| line.split([':', '[']).next().unwrap_or_default().to_owned();
        let only = |of: &[String], other: &[String]| -> BTreeSet<String> {
            of.iter().filter(|line| !other.contains(line)).map(kind).collect()
        };
        return format!("graph, only there {:?} / graph, only here {:?}", only(expected, found), only(found, expected));
    }
    format!("{} / {}", one(reference), one(ours))
}

impl Tally {
    pub fn new(seed: u64) -> Self {
        Self { seed, counts: Mutex::default() }
    }

    pub fn differences(&self) -> usize {
        self.counts.lock().unwrap().different.values().sum()
    }

    /// Counts an outcome. The first finds of a shape are shrunk and shown.
    pub fn take(&self, index: usize, generator: &'static str, program: &Program, outcome: Outcome, judges: &Judges) {
        let mut counts = self.counts.lock().unwrap();
        counts.programs += 1;
        let said = counts.programs.is_multiple_of(1000).then_some(counts.programs);
        drop(counts);
        self.count(index, generator, program, outcome, judges);
        if let Some(programs) = said {
            println!("==== after {programs} programs\n{self}");
        }
    }

    fn count(&self, index: usize, generator: &'static str, program: &Program, outcome: Outcome, judges: &Judges) {
        let mut counts = self.counts.lock().unwrap();
        match outcome {
            Outcome::Agreed(on) => *counts.agreed.entry((generator, on)).or_default() += 1,
            Outcome::Allowed(rule, verdicts) => {
                *counts.allowed.entry(rule).or_default() += 1;
                drop(counts);
                let text = format!("{program}reference: {}\nours:      {}\n", verdicts.0, verdicts.1);
                let folder: String =
                    rule.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
                self.write(&format!("allowed/{folder}"), index, &text);
            }
            Outcome::Skipped(why) => {
                let why = if why == "timeout" { "the reference hangs" } else { "the reference crashes" };
                *counts.skipped.entry(why).or_default() += 1;
            }
            Outcome::Different(verdicts) => {
                let shape = shape(&verdicts.0, &verdicts.1);
                let seen = counts.different.entry(shape.clone()).or_default();
                *seen += 1;
                let seen = *seen;
                drop(counts);
                if seen <= 3 {
                    self.show(index, generator, program, &shape, judges);
                }
            }
        }
    }

    fn show(&self, index: usize, generator: &str, program: &Program, found: &str, judges: &Judges) {
        // Ours answers faster, so it is asked first.
        let our_part = found.rsplit(" / ").next().unwrap_or_default();
        // Some programs take the reference seconds.
        let end = Instant::now() + Duration::from_secs(60);
        let still = |smaller: &Program| {
            if Instant::now() > end {
                return false;
            }
            let ours = judges.ask_ours(smaller);
            let graphs = our_part.starts_with("graph") && matches!(ours, Verdict::Graph(_));
            (graphs || shape(&ours, &ours).ends_with(our_part))
                && matches!(judge(judges, smaller), Outcome::Different(verdicts) if shape(&verdicts.0, &verdicts.1) == found)
        };
        let small = shrink(program, 250, &still);
        let (reference, ours) = (judges.ask_reference(&small), judges.ask_ours(&small));
        let text = format!(
            "==== {found}\n==== seed {} program {index} ({generator})\n{small}reference: {reference}\nours:      {ours}\n",
            self.seed
        );
        println!("{text}");
        self.write("", index, &text);
    }

    /// Writes a program down where finds are wanted.
    fn write(&self, folder: &str, index: usize, text: &str) {
        if let Ok(directory) = std::env::var("MGMT_DIFFERENTIAL_FINDS") {
            let directory = format!("{directory}/{folder}");
            fs::create_dir_all(&directory).unwrap();
            fs::write(format!("{directory}/{}-{index}.txt", self.seed), text).unwrap();
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.counts.lock().unwrap();
        for ((generator, kind), count) in &counts.agreed {
            writeln!(f, "{count:>7} agreed: {generator}, {kind}")?;
        }
        for (rule, count) in &counts.allowed {
            writeln!(f, "{count:>7} differ rightly: {rule}")?;
        }
        for (why, count) in &counts.skipped {
            writeln!(f, "{count:>7} skipped: {why}")?;
        }
        for (shape, count) in &counts.different {
            writeln!(f, "{count:>7} DIFFER: {shape}")?;
        }
        Ok(())
    }
}
