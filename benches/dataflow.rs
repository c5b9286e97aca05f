//! From cells and facts to graph diffs: what each kind of change costs, at sizes from 10 to 100,000.
//!
//!     cargo bench -p mgmt-dataflow --bench dataflow               # every row
//!     cargo bench -p mgmt-dataflow --bench dataflow -- stmts 1000  # one row at one size
//!
//! Times are from the call that hands the change in to its return with the diff; the verdict on the diff is given outside of it.

#[path = "../dataflow/tests/toy/mod.rs"]
mod toy;

use mgmt_dataflow::update::{Input, Output};
use mgmt_dataflow::{Config, Engine};
use mgmt_values::key::{Call, Key};
use mgmt_values::outcome::{Cell, Keying, Role};
use mgmt_values::value::Value;
use std::time::{Duration, Instant};
use toy::*;

/// As the program itself has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A row of the table: its name, its sizes, and what measures one of them.
type Row = (&'static str, &'static [u64], fn(u64));

const SIZES: [u64; 4] = [10, 1_000, 10_000, 100_000];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let sizes = |default: &[u64]| match args.get(1).and_then(|n| n.parse().ok()) {
        Some(n) => vec![n],
        None => default.to_vec(),
    };
    let rows: [Row; 9] = [
        ("load", &SIZES, load),
        ("stmts", &SIZES, stmts),
        ("elem", &SIZES, elem),
        ("host", &SIZES, host),
        ("rules", &SIZES, rules),
        ("depth", &[2, 10, 50], depth),
        ("flip", &[1_000, 10_000], flip),
        ("fanin", &[1_000, 10_000], fanin),
        ("memory", &[1_000_000], memory),
    ];
    for (name, default, row) in rows {
        if args.first().is_none_or(|wanted| wanted == name) {
            sizes(default).into_iter().for_each(row);
        }
    }
}

/// An engine, and a host that answers at once and accepts everything.
struct Bench {
    engine: Engine,
    diffs: usize,
}

impl Bench {
    fn new() -> Bench {
        Bench { engine: Engine::new(Config::default()), diffs: 0 }
    }

    /// Hands in the program and answers what it asks; the time is that of the engine alone.
    fn load(&mut self, cells: Vec<Cell>, answer: impl Fn(&Call) -> Value) -> Duration {
        let mut took = Duration::ZERO;
        let mut inputs = vec![Input::Program { removed: Vec::new(), added: cells }];
        while !inputs.is_empty() {
            let (outputs, time) = self.timed(inputs);
            took += time;
            inputs = outputs.iter().filter_map(|output| reply(output, &answer)).collect();
        }
        took
    }

    /// Hands in one change, and gives its time.
    fn change(&mut self, input: Input) -> Duration {
        let (outputs, took) = self.timed(vec![input]);
        let mut replies: Vec<Input> = outputs.iter().filter_map(|output| reply(output, &|_| Value::str(""))).collect();
        while !replies.is_empty() {
            replies = self.engine.update(replies).iter().filter_map(|output| reply(output, &|_| Value::str(""))).collect();
        }
        took
    }

    fn timed(&mut self, inputs: Vec<Input>) -> (Vec<Output>, Duration) {
        let start = Instant::now();
        let outputs = self.engine.update(inputs);
        let took = start.elapsed();
        for output in &outputs {
            match output {
                Output::Commit(commit) => self.diffs += commit.vertices.len(),
                Output::Errors { raised, .. } => panic!("{raised:?}"),
                _ => {}
            }
        }
        (outputs, took)
    }
}

fn reply(output: &Output, answer: &impl Fn(&Call) -> Value) -> Option<Input> {
    match output {
        Output::Start { key, call } | Output::Change { key, call } => {
            Some(Input::Fact { key: key.clone(), answer: Ok(answer(call)) })
        }
        Output::Commit(commit) => Some(Input::Verdict { number: commit.number, accepted: Ok(()) }),
        _ => None,
    }
}

fn report(row: &str, n: u64, mut times: Vec<Duration>) {
    times.sort();
    let at = |q: usize| times[(times.len() * q / 100).min(times.len() - 1)];
    println!("{row:<28} {n:>7}  p50 {:>10.1?}  p99 {:>10.1?}  max {:>10.1?}", at(50), at(99), times[times.len() - 1]);
}

fn fact(function: &'static str, argument: &str, text: &str) -> Input {
    Input::Fact { key: Key::Shared(Call::new(function, [Value::str(argument)])), answer: Ok(Value::str(text)) }
}

/// The two cells of one statement that reads its own source through a shared value.
fn pair(i: u64, prefix: &str) -> [Cell; 2] {
    let value = strict(2 * i, 0, read("file", s(&format!("/in/{i}"))));
    [value, toy(2 * i + 1, 1, s(&format!("/out/{i}")), Expr::Concat(vec![s(prefix), Expr::Cell(2 * i, 0)]))]
}

fn load(n: u64) {
    let mut times = Vec::new();
    for _ in 0..if n >= 100_000 { 1 } else { 5 } {
        let mut bench = Bench::new();
        let resident = resident();
        times.push(bench.load((0..n).flat_map(|i| pair(i, "v=")).collect(), |call| call.args()[0].clone()));
        assert_eq!(bench.diffs, n as usize);
        if n >= 100_000 {
            println!("{:<28} {n:>7}  {} bytes", "memory per statement", (self::resident() - resident) / n);
        }
    }
    report("first load", n, times);
}

fn stmts(n: u64) {
    let mut bench = Bench::new();
    bench.load((0..n).flat_map(|i| pair(i, "v=")).collect(), |call| call.args()[0].clone());
    // Another one each time, and the same one: what the size costs is the way to what no cache holds.
    let change = |bench: &mut Bench, i: u64, r: u64| bench.change(fact("file", &format!("/in/{i}"), &format!("b{r}")));
    let times = (0..4_000).map(|r| change(&mut bench, r * 7919 % n, r)).collect();
    report("one source changes", n, times);
    let times = (4_000..8_000).map(|r| change(&mut bench, 7 % n, r)).collect();
    report("the same source changes", n, times);
    let mut times = Vec::new();
    for r in 0..1_000 {
        let i = r * 7919 % n;
        for (old, new) in [("v=", "w="), ("w=", "v=")] {
            let edit = Input::Program { removed: vec![pair(i, old)[1].clone()], added: vec![pair(i, new)[1].clone()] };
            times.push(bench.change(edit));
        }
    }
    report("one statement is edited", n, times);
    assert_eq!(bench.diffs, n as usize + 8_000 + 2_000);
}

/// A list like `base` but for one element.
fn list(base: &Value, hit: u64, r: u64) -> Value {
    let mut elements = base.as_list().unwrap_or_default().to_vec();
    elements[hit as usize] = Value::str(format!("new{r}"));
    Value::list(elements)
}

fn base(n: u64) -> Value {
    Value::list((0..n).map(|i| Value::str(format!("e{i}"))).collect::<Vec<_>>())
}

fn over_list(keying: Keying) -> Vec<Cell> {
    let body = toy(2, 1, Expr::Concat(vec![s("/out/"), Expr::Element(1, 0)]), Expr::Cell(0, 1));
    vec![strict(0, 0, read("hostname", s(""))), statement(1, 0, Body::For(read("list", s("")), keying, [body].into()))]
}

fn elem(n: u64) {
    for (row, keying) in [("one list element (index)", Keying::Position), ("one list element (value)", Keying::Occurrence)] {
        let mut bench = Bench::new();
        let base = base(n);
        bench.load(over_list(keying), |call| if call.function() == "list" { base.clone() } else { Value::str("h") });
        assert_eq!(bench.diffs, n as usize);
        let key = Key::Shared(Call::new("list", [Value::str("")]));
        let mut times = Vec::new();
        for r in 0..if n >= 100_000 { 20 } else { 200 } {
            for value in [list(&base, r * 7919 % n, r), base.clone()] {
                times.push(bench.change(Input::Fact { key: key.clone(), answer: Ok(value) }));
            }
        }
        report(row, n, times);
    }
}

fn host(n: u64) {
    let mut bench = Bench::new();
    bench.load(over_list(Keying::Position), |call| if call.function() == "list" { base(n) } else { Value::str("h") });
    let times = (0..if n >= 100_000 { 12 } else { 100 }).map(|r| bench.change(fact("hostname", "", &format!("h{r}")))).collect();
    report("one value read by N", n, times);
}

/// N files below one directory, each behind the one before it and notified by it.
fn rules(n: u64) {
    let mut bench = Bench::new();
    let place = |name: &str, seeks: Vec<Vec<Expr>>| Box::new(Rich { provides: vec![s(name)], seeks, ..Rich::default() });
    let mut cells = vec![statement(0, 0, Body::Rich(s("/d/"), s(""), place("/d/", vec![])))];
    for i in 0..n {
        let rich = place(&format!("/d/{i}"), vec![vec![s("/d/sub/"), s("/d/"), s("/")]]);
        let content = read("file", s(&i.to_string()));
        cells.push(statement(2 * i + 1, 0, Body::Rich(s(&format!("/d/{i}")), content, rich)));
        if i > 0 {
            let (from, to) = (s(&format!("/d/{}", i - 1)), s(&format!("/d/{i}")));
            cells.push(statement(2 * i + 2, 0, Body::Edge(from, to, true, None)));
        }
    }
    let took = bench.load(cells, |_| Value::str("a"));
    report("first load with edges", n, vec![took]);
    let times = (0..2_000).map(|r| bench.change(fact("file", &(r * 7919 % n).to_string(), &format!("b{r}")))).collect();
    report("a field behind edges changes", n, times);
    let edge =
        |i: u64, notify| statement(2 * i + 2, 0, Body::Edge(s(&format!("/d/{}", i - 1)), s(&format!("/d/{i}")), notify, None));
    let mut times = Vec::new();
    for r in 0..500 {
        let i = 1 + r * 7919 % (n - 1);
        for (old, new) in [(true, false), (false, true)] {
            times.push(bench.change(Input::Program { removed: vec![edge(i, old)], added: vec![edge(i, new)] }));
        }
    }
    report("an edge is edited", n, times);
}

fn depth(n: u64) {
    let mut bench = Bench::new();
    let mut cells = vec![strict(0, 0, read("file", s("")))];
    for i in 1..n {
        cells.push(strict(i, i as u32, Expr::Concat(vec![s("."), Expr::Cell(i - 1, 0)])));
    }
    cells.push(toy(n, n as u32, s("out"), Expr::Cell(n - 1, 0)));
    bench.load(cells, |_| Value::str("a"));
    report("depth", n, (0..500).map(|r| bench.change(fact("file", "", &format!("b{r}")))).collect());
}

/// An `if` whose branches have equal values, one of them a longer way off, read by N statements.
fn flip(n: u64) {
    let mut bench = Bench::new();
    let near = lazy(1, 0, s("same"));
    let far = (2..8).map(|i| if i == 2 { lazy(2, 0, s("same")) } else { lazy(i, i as u32 - 2, Expr::Cell(i - 1, 0)) });
    let choice = Expr::IfEq(Box::new([read("file", s("")), s("near"), Expr::Cell(1, 0), Expr::Cell(7, 0)]));
    let mut cells: Vec<Cell> = far.chain([near, cell(8, Role::Strict, 6, Body::Value(choice))]).collect();
    cells.extend((0..n).map(|i| toy(9 + i, 7, s(&format!("/out/{i}")), Expr::Cell(8, 0))));
    bench.load(cells, |_| Value::str("near"));
    let before = bench.engine.stats().evaluations();
    let times: Vec<_> = (0..200).map(|r| bench.change(fact("file", "", if r % 2 == 0 { "far" } else { "near" }))).collect();
    report("flip", n, times);
    println!("{:<28} {n:>7}  {:.1} evaluations each", "", (bench.engine.stats().evaluations() - before) as f64 / 200.0);
}

fn fanin(n: u64) {
    let mut bench = Bench::new();
    let mut cells: Vec<Cell> = (0..n).map(|i| strict(i, 0, read("file", s(&i.to_string())))).collect();
    cells.push(strict(n, 1, Expr::Concat((0..n).map(|i| Expr::Cell(i, 0)).collect())));
    cells.push(toy(n + 1, 2, s("out"), Expr::Cell(n, 0)));
    bench.load(cells, |_| Value::str("a"));
    report("fanin", n, (0..200).map(|r| bench.change(fact("file", &(r * 7919 % n).to_string(), &format!("b{r}")))).collect());
}

/// So many changes over 1,000 statements, each of which makes the statement read a source that was never there before.
fn memory(n: u64) {
    let mut bench = Bench::new();
    let statement = |i: u64| toy(i, 0, s(&format!("/out/{i}")), read("file", read("name", s(&i.to_string()))));
    bench.load((0..1_000).map(statement).collect(), |call| call.args()[0].clone());
    println!("{:<28} {:>7}  {} KiB resident", "changes of arguments", 0, resident() / 1024);
    let start = Instant::now();
    for r in 1..=n {
        bench.change(fact("name", &(r * 7919 % 1_000).to_string(), &format!("/f{r}")));
        if r % (n / 10) == 0 {
            let each = start.elapsed() / r as u32;
            println!("{:<28} {r:>7}  {} KiB resident, {each:.1?} each", "changes of arguments", resident() / 1024);
        }
    }
}

/// Resident memory in bytes.
fn resident() -> u64 {
    // The second field of statm counts pages; where there is none the row shows zeros.
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or_default() * 4096
}
