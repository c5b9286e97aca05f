//! From saved text to a graph diff: what compiling costs, and what one edited statement costs from the saved file to the diff.
//!
//!     cargo bench --bench text                 # every row
//!     cargo bench --bench text -- saved 1000   # one row at one size
//!
//! The program is N files, one of them fed by a watched source. Times of `saved` begin behind the write and end with the diff in hand.

use mgmt::frontend::mcl::Mcl;
use mgmt::frontend::{Build, Frontend};
use mgmt_dataflow::update::{Input, Output};
use mgmt_dataflow::{Config, Engine};
use mgmt_lang::compile::difference;
use mgmt_values::outcome::Cell;
use mgmt_values::value::Value;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// As the program itself has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZES: [usize; 4] = [10, 1_000, 10_000, 100_000];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let sizes = match args.get(1).and_then(|size| size.parse().ok()) {
        Some(size) => vec![size],
        None => SIZES.to_vec(),
    };
    for (name, row) in [("compile", compile as fn(usize)), ("saved", saved)] {
        if args.first().is_none_or(|wanted| wanted == name) {
            sizes.iter().copied().for_each(row);
        }
    }
}

/// Text to cells.
fn compile(size: usize) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("main.mcl");
    fs::write(&path, text(size, None)).expect("the program");
    let frontend = frontend(&path);
    let times = (0..rounds(size)).map(|_| {
        let started = Instant::now();
        let build = build(&frontend);
        let took = started.elapsed();
        assert!(build.cells.len() >= size);
        took
    });
    report("compile", size, times.collect());
}

/// One statement is edited and saved, the diff comes out.
fn saved(size: usize) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("main.mcl");
    fs::write(&path, text(size, None)).expect("the program");
    let frontend = frontend(&path);
    let mut engine = Engine::new(Config::default());
    let mut cells = build(&frontend).cells;
    assert_eq!(run(&mut engine, Vec::new(), cells.clone()), size);
    let times = (0..rounds(size)).map(|round| {
        fs::write(&path, text(size, Some((1 + round * 7919 % (size - 1), round)))).expect("the program");
        let started = Instant::now();
        let new = build(&frontend).cells;
        let (removed, added) = difference(&cells, &new);
        cells = new;
        let changed = run(&mut engine, removed, added);
        let took = started.elapsed();
        // The statement that is edited, and the one of the round before, which is as it was.
        assert!((1..=2).contains(&changed), "{changed} vertices changed");
        took
    });
    report("saved text to diff", size, times.collect());
}

/// Hands in an edit, answers what is asked, and gives the number of vertices that changed.
fn run(engine: &mut Engine, removed: Vec<Cell>, added: Vec<Cell>) -> usize {
    let (mut inputs, mut changed) = (vec![Input::Program { removed, added }], 0);
    while !inputs.is_empty() {
        inputs = engine.update(inputs).into_iter().filter_map(|output| reply(output, &mut changed)).collect();
    }
    changed
}

fn reply(output: Output, changed: &mut usize) -> Option<Input> {
    match output {
        Output::Start { key, .. } | Output::Change { key, .. } => Some(Input::Fact { key, answer: Ok(Value::str("first\n")) }),
        Output::Commit(commit) => {
            *changed += commit.vertices.len();
            Some(Input::Verdict { number: commit.number, accepted: Ok(()) })
        }
        Output::Errors { raised, .. } => panic!("{raised:?}"),
        _ => None,
    }
}

fn frontend(path: &Path) -> Mcl {
    Mcl::new(path.to_string_lossy().into_owned(), String::new(), None)
}

fn build(frontend: &Mcl) -> Build {
    frontend.build().unwrap_or_else(|refusal| panic!("{:?}", refusal.diagnostics))
}

/// The program; one statement of it, if given, with a content of its own.
fn text(size: usize, edited: Option<(usize, usize)>) -> String {
    let mut text = "import \"os\"\n\n$source = os.readfile(\"/in\")\n\n".to_owned();
    for i in 0..size {
        let content = match edited {
            Some((at, round)) if at == i => format!("\"edit {round}\\n\""),
            _ if i == 0 => "$source".to_owned(),
            _ => format!("\"content of file {i}\\n\""),
        };
        writeln!(text, "file \"/out/f{i}\" {{\n\tstate => \"exists\",\n\tcontent => {content},\n}}").expect("a string takes all");
    }
    text
}

fn rounds(size: usize) -> usize {
    (200_000 / size).clamp(5, 200)
}

fn report(row: &str, size: usize, mut times: Vec<Duration>) {
    times.sort();
    let at = |q: usize| times[(times.len() * q / 100).min(times.len() - 1)];
    println!("{row:<28} {size:>7}  min {:>9.1?}  p50 {:>9.1?}  max {:>9.1?}", times[0], at(50), times[times.len() - 1]);
}
