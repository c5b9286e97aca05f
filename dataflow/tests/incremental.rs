//! Random programs under random histories: what the dataflow makes of them step by step is what a from-scratch evaluation makes of
//! them, at every step.
//!
//! Seeds are printed with a failure; `MGMT_ORACLE_SEED=n` runs that one alone, `MGMT_ORACLE_CASES=n` as many as asked for.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod toy;

use mgmt_dataflow::Config;
use mgmt_dataflow::commit::Vertex;
use mgmt_dataflow::update::Input;
use mgmt_values::outcome::{Cell, Keying, Role};
use mgmt_values::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use toy::host::Host;
use toy::oracle::meaning;
use toy::*;

/// A small generator with a seed (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % sides
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len() as u64) as usize]
    }
}

const FILES: [&str; 5] = ["a", "b", "c", "d", "e"];
/// What files hold: names of files, so that arguments are dynamic; lists; pairs; and now and then an error.
const TEXTS: [&str; 10] = ["a", "b", "c", "a b", "a a b", "c b a", "", "a=b b=c", "a=c", "d=a b=b a"];

/// What an expression may read where it stands: cells with the loops in between, and loops that bind an element.
#[derive(Clone, Default)]
struct View {
    cells: Vec<(u64, u32, u32)>,
    loops: Vec<(u64, u32, u32)>,
}

impl View {
    fn deeper(&self) -> View {
        let deeper = |of: &[(u64, u32, u32)]| of.iter().map(|(id, up, level)| (*id, up + 1, *level)).collect();
        View { cells: deeper(&self.cells), loops: deeper(&self.loops) }
    }
}

struct Maker<'a> {
    dice: &'a mut Dice,
    next: u64,
}

impl Maker<'_> {
    /// An expression, and the level of a cell that consists of it.
    fn expr(&mut self, view: &View, depth: u32) -> (Expr, u32) {
        let leaf = depth == 0;
        match self.dice.roll(if leaf { 4 } else { 10 }) {
            0 => (s(self.dice.one(&TEXTS)), 0),
            1 => (read("file", s(self.dice.one(&FILES))), 0),
            2 if !view.cells.is_empty() => {
                let (id, up, level) = self.dice.one(&view.cells);
                (Expr::Cell(id, up), level + 1)
            }
            3 if !view.loops.is_empty() => {
                let (id, up, level) = self.dice.one(&view.loops);
                (Expr::Element(id, up), level + 1)
            }
            4 => self.both(view, depth, |a, b| Expr::Concat(vec![a, b])),
            5 => {
                let (argument, level) = self.expr(view, depth - 1);
                (read("file", argument), level)
            }
            6 => {
                let (argument, level) = self.expr(view, depth - 1);
                (Expr::Own(self.dice.roll(1 << 20) as u32, "run", Box::new(argument)), level)
            }
            7 => {
                let (a, b) = (self.expr(view, depth - 1), s(self.dice.one(&FILES)));
                let (then, other) = (self.expr(view, depth - 1), self.expr(view, depth - 1));
                (Expr::IfEq(Box::new([a.0, b, then.0, other.0])), a.1.max(then.1).max(other.1))
            }
            8 => self.both(view, depth, |a, b| Expr::Else(Box::new(a), Box::new(b))),
            9 if self.dice.roll(4) == 0 => (Expr::Fail("failed".to_owned()), 0),
            _ => (s(self.dice.one(&FILES)), 0),
        }
    }

    /// The end of an edge: mostly the name of a resource that is always there.
    fn end(&mut self, view: &View, depth: u32) -> (Expr, u32) {
        if depth == 0 || self.dice.roll(2) == 0 { (s(self.dice.one(&FILES)), 0) } else { self.expr(view, depth) }
    }

    fn both(&mut self, view: &View, depth: u32, make: impl Fn(Expr, Expr) -> Expr) -> (Expr, u32) {
        let (a, b) = (self.expr(view, depth - 1), self.expr(view, depth - 1));
        (make(a.0, b.0), a.1.max(b.1))
    }

    fn id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// A block of cells: values first, then statements that read them.
    fn block(&mut self, mut view: View, depth: u32, floor: u32) -> Vec<Cell> {
        let mut cells = Vec::new();
        for _ in 0..self.dice.roll(4) {
            let (id, (expr, level)) = (self.id(), self.expr(&view, 2));
            let level = level.max(floor);
            let role = if self.dice.roll(2) == 0 { Role::Lazy } else { Role::Strict };
            cells.push(cell(id, role, level, Body::Value(expr)));
            view.cells.push((id, 0, level));
        }
        for _ in 0..1 + self.dice.roll(3) {
            cells.push(self.statement(&view, depth, floor));
        }
        cells
    }

    fn statement(&mut self, view: &View, depth: u32, floor: u32) -> Cell {
        let id = self.id();
        match self.dice.roll(if depth == 0 { 4 } else { 7 }) {
            0 | 1 => {
                let ((name, a), (content, b)) = (self.expr(view, 1), self.expr(view, 2));
                // Mostly each has a name of its own: two of one name seldom agree.
                let prefix = if self.dice.roll(8) == 0 { 0 } else { id };
                statement(id, a.max(b).max(floor), Body::Toy(Expr::Concat(vec![s(&format!("t{prefix}")), name]), content))
            }
            2 => {
                let (name, level) = self.expr(view, 1);
                let rich =
                    Rich { provides: vec![name.clone()], seeks: vec![vec![s("c"), s("b")], vec![s("a")]], ..Rich::default() };
                statement(id, level.max(floor), Body::Rich(name, s("."), Box::new(rich)))
            }
            3 => {
                let depth = self.dice.roll(2) as u32;
                let ((from, a), (to, b)) = (self.end(view, depth), self.end(view, depth));
                let link = (self.dice.roll(4) == 0).then_some(("output", "content"));
                statement(id, a.max(b).max(floor), Body::Edge(from, to, self.dice.roll(2) == 0, link))
            }
            4 => {
                let (condition, level) = self.expr(view, 1);
                let level = level.max(floor);
                let (then, other) =
                    (self.block(view.clone(), depth - 1, level + 1), self.block(view.clone(), depth - 1, level + 1));
                statement(id, level, Body::If(condition, s(self.dice.one(&FILES)), then.into(), other.into()))
            }
            _ => {
                let (of, level) = self.expr(view, 1);
                let level = level.max(floor);
                let keying = self.dice.one(&[Keying::Position, Keying::Occurrence, Keying::Key]);
                let of = if keying == Keying::Key { Expr::Pairs(Box::new(of)) } else { Expr::Split(Box::new(of)) };
                let mut inner = view.deeper();
                inner.loops.push((id, 0, level));
                let body = self.block(inner, depth - 1, level + 1);
                statement(id, level, Body::For(of, keying, body.into()))
            }
        }
    }
}

/// A new block instead of some statement or value of the program; cells that others may read stay readable.
fn edited(program: &[Cell], dice: &mut Dice) -> Vec<Cell> {
    let mut cells = program.to_vec();
    let at = dice.roll(cells.len() as u64) as usize;
    if cells[at].role == Role::Statement && cells.len() > 1 && dice.roll(3) == 0 {
        cells.remove(at);
        return cells;
    }
    let next = 1_000 * (1 + dice.roll(1 << 30));
    let mut maker = Maker { dice, next };
    let old = cells[at].clone();
    let new = if old.role == Role::Statement {
        maker.statement(&View::default(), 2, 0)
    } else {
        let (expr, _) = maker.expr(&View::default(), 1);
        cell(old.id.0, old.role, old.level, Body::Value(expr))
    };
    cells[at] = Cell { id: old.id, ..new };
    cells
}

fn text(dice: &mut Dice) -> Result<Value, mgmt_values::Error> {
    if dice.roll(12) == 0 { Err(source_error("unreadable")) } else { Ok(Value::str(dice.one(&TEXTS))) }
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
            // Now and then with second thoughts: the newest counts.
            let mut inputs = Vec::new();
            for _ in 0..1 + dice.roll(4) / 3 {
                let answer = text(dice);
                host.put(&call, answer);
                inputs.extend(host.facts(&call));
            }
            host.run(inputs);
        }
    }
}

fn check(host: &Host, program: &[Cell], seed: u64, step: u64) {
    let expected = meaning(program, &host.world);
    let actual = host.meaning();
    assert_eq!(actual.demands, expected.demands, "demands; seed {seed} step {step}");
    assert_eq!(actual.errors, expected.errors, "errors; seed {seed} step {step}");
    if expected.errors.is_empty() {
        assert_eq!(actual.vertices, expected.vertices, "vertices; seed {seed} step {step}");
        assert_eq!(actual.edges, expected.edges, "edges; seed {seed} step {step}");
        assert!(host.settled, "seed {seed} step {step}");
    } else {
        assert!(!host.settled, "seed {seed} step {step}");
    }
}

/// While some answers are late: what does not wait is there, and what waits is as it was.
fn check_late(host: &Host, former: &BTreeMap<String, Arc<Vertex>>, program: &[Cell], seed: u64, step: u64) {
    let expected = meaning(program, &host.world);
    if !expected.waiting || !expected.errors.is_empty() || !host.errors.is_empty() || host.commits == 0 {
        return;
    }
    let shown: BTreeSet<String> = host.shown().into_iter().collect();
    assert!(expected.vertices.is_subset(&shown), "{:?} of {shown:?}; seed {seed} step {step}", expected.vertices);
    for (name, vertex) in former {
        let kept = expected.waits.contains(&vertex.site.cell) && program.iter().any(|cell| cell.id == vertex.site.cell);
        assert!(!kept || host.graph.contains_key(name), "{name} is kept; seed {seed} step {step}");
    }
}

fn run(seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut program = Maker { dice: &mut dice, next: 100 }.block(View::default(), 2, 0);
    for (id, name) in (1..).zip(FILES) {
        let rich = Rich { provides: vec![s(name)], seeks: vec![vec![s("nobody"), s(dice.one(&FILES))]], ..Rich::default() };
        program.push(statement(id, 0, Body::Rich(s(name), s("."), Box::new(rich))));
    }
    // Two wishes for one edge, of which one comes and goes.
    let [plain, notified] = [(12, false), (13, true)].map(|(id, n)| statement(id, 1, Body::Edge(s("a"), s("b"), n, None)));
    let which = Body::If(read("file", s("a")), s("a"), [plain].into(), [notified].into());
    program.push(statement(11, 0, which));
    program.push(statement(14, 0, Body::Edge(s("a"), s("b"), dice.roll(2) == 0, None)));
    if dice.roll(30) == 0 {
        // More readings than one node takes by itself.
        let reads = (0..300).map(|i| read("file", s(&(i % 270).to_string()))).collect();
        program.push(toy(10, 0, s("wide"), Expr::Concat(reads)));
    }
    // In every second history whoever reads anything gathers it in shares.
    let wide = if seed.is_multiple_of(2) { 1 } else { Config::default().wide };
    let mut host = Host::with(Config { wide, ..Config::default() });
    host.program(vec![], program.clone());
    answer_all(&mut host, &mut dice);
    check(&host, &program, seed, 0);
    for step in 1..8 {
        let (former, started, changed) = (host.graph.clone(), host.started.len(), host.changed.len());
        let held = host.hold.is_some();
        match dice.roll(4) {
            0 => {
                let next = edited(&program, &mut dice);
                let removed = program.iter().filter(|cell| !next.contains(cell)).cloned().collect();
                let added = next.iter().filter(|cell| !program.contains(cell)).cloned().collect();
                host.program(removed, added);
                program = next;
            }
            rolled => {
                // One fact, or several at once.
                let mut inputs: Vec<Input> = Vec::new();
                for _ in 0..rolled {
                    let calls: Vec<String> = host.world.keys().cloned().collect();
                    if let Some(call) = (!calls.is_empty()).then(|| calls[dice.roll(calls.len() as u64) as usize].clone()) {
                        let answer = text(&mut dice);
                        host.put(&call, answer);
                        inputs.extend(host.facts(&call));
                    }
                }
                host.run(inputs);
            }
        }
        if let Some(held) = host.hold.take() {
            // What came since goes on top of what is accepted now.
            assert!(held.len() <= 1, "one commit is outstanding at most; seed {seed} step {step}");
            for commit in held {
                let number = commit.number;
                host.accept(commit);
                host.run(vec![Input::Verdict { number, accepted: Ok(()) }]);
            }
        }
        // Some answers are late; then the wave has closed without them, and they come after it.
        if dice.roll(4) == 0 {
            host.hands.advance(Duration::from_millis(60));
            host.run(vec![]);
            // A wave that was open before lets the rest in when it closes: then another one is open.
            if !held {
                check_late(&host, &former, &program, seed, step);
            }
        }
        let answered = host.world.len();
        answer_all(&mut host, &mut dice);
        check(&host, &program, seed, step);
        if !held && host.world.len() == answered {
            // Everything was known at once, so nothing was asked for in passing.
            let asked: BTreeSet<String> = host.sources.values().map(|call| call.to_string()).collect();
            let new = host.started[started..].iter().chain(&host.changed[changed..]);
            new.for_each(|call| assert!(asked.contains(call), "{call} in passing; seed {seed} step {step}"));
        }
        if dice.roll(4) == 0 {
            // The verdict on what comes of the next step, or of a first half of it, is late.
            host.hold = Some(Vec::new());
            let call = host.world.keys().nth(dice.roll(host.world.len().max(1) as u64) as usize).cloned();
            if let Some(call) = call {
                let answer = text(&mut dice);
                host.set(&call, answer);
            }
        }
    }
}

#[test]
fn step_by_step_is_from_scratch() {
    let number = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
    if let Some(seed) = number("MGMT_ORACLE_SEED") {
        return run(seed);
    }
    for seed in 0..number("MGMT_ORACLE_CASES").unwrap_or(1_000) {
        run(seed);
    }
}
