//! What programs mean: every case of `tests/language/*.md` is a sentence, a program, and the graph or the error that it has to give.
//!
//! A case is a `## ` heading followed by fenced blocks: `mcl FILE` (`main.mcl` when no name is given) or `LANGUAGE FILE` for its files, `raw FILE` for
//! a file as one line with escapes, and `graph` (lines of `mgmt graph --fields`) or `error` (phase and place of the first diagnostic). Beside a
//! sentence with the word *defect* the second block, `right-graph` or `right-error`, counts. Of the canonical layout a case has what was written,
//! `before`, and what becomes of it, `after`; or text that is canonical already, `unchanged`. What goes on has, behind the first graph, blocks
//! `write FILE` and `remove FILE`, each step followed by the graph or the error that comes of it; `$DIR` stands for the directory. A block `says`
//! holds the message of the first diagnostic and, on further lines, its hint.

#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "language/coverage.rs"]
mod coverage;
#[path = "language/history.rs"]
mod history;

use history::Step;
use mgmt::cli::args::GraphFormat;
use mgmt::cli::picture;
use mgmt::frontend::mcl::{self, Mcl};
use mgmt::frontend::{Diagnostic, Frontend};
use mgmt::runtime::{NoGraph, first_graph};
use mgmt_resources::Host;
use mgmt_values::error::Phase;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// What comes of a program.
#[derive(Clone, Debug)]
enum Expected {
    /// These lines.
    Graph(String),
    /// This phase and place, on the first line.
    Error(String),
}

#[derive(Debug, Default)]
struct Case {
    title: String,
    files: Vec<(String, Vec<u8>)>,
    expected: Option<Expected>,
    right: Option<Expected>,
    says: Option<String>,
    steps: Vec<Step>,
    before: Option<String>,
    after: Option<String>,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            cases.push(Case { title: title.trim().to_owned(), ..Case::default() });
        } else if let Some(fence) = line.strip_prefix("```") {
            let block: String =
                lines.by_ref().take_while(|line| line.trim_end() != "```").map(|line| format!("{line}\n")).collect();
            let Some(case) = cases.last_mut() else { continue };
            let (kind, name) = fence.trim().split_once(' ').unwrap_or((fence.trim(), ""));
            let file = if name.is_empty() { "main.mcl" } else { name }.to_owned();
            match kind {
                "graph" | "error" => {
                    let expected = if kind == "graph" { Expected::Graph(block) } else { Expected::Error(block) };
                    match case.steps.last_mut() {
                        Some(step) => step.expected = Some(expected),
                        None => case.expected = Some(expected),
                    }
                }
                "right-graph" => case.right = Some(Expected::Graph(block)),
                "right-error" => case.right = Some(Expected::Error(block)),
                "says" => case.says = Some(block),
                "write" | "remove" => {
                    if case.steps.last().is_none_or(|step| step.expected.is_some()) {
                        case.steps.push(Step::default());
                    }
                    let content = (kind == "write").then(|| block.into_bytes());
                    case.steps.last_mut().unwrap().files.push((file, content));
                }
                "before" => case.before = Some(block),
                "after" => case.after = Some(block),
                "unchanged" => (case.before, case.after) = (Some(block.clone()), Some(block)),
                "raw" => case.files.push((file, unescape(block.trim_end_matches('\n')))),
                _ if kind == "mcl" || !name.is_empty() => case.files.push((file, block.into_bytes())),
                _ => {}
            }
        }
    }
    cases
}

/// `\n`, `\r`, `\t`, `\\` and `\xff`.
fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        out.push(match bytes.next().unwrap() {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'x' => {
                let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            other => other,
        });
    }
    out
}

/// The phase and the place of a diagnostic.
fn place(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.place.as_ref().map(|at| format!(" {}:{}:{}", at.file, at.line, at.column));
    format!("{}{}", diagnostic.phase.name(), place.unwrap_or_default())
}

/// The graph as text, or the first diagnostic.
fn meaning(directory: &Path) -> Result<String, Box<Diagnostic>> {
    let first = |diagnostics: Vec<Diagnostic>| Box::new(diagnostics.into_iter().next().unwrap());
    let mcl = Mcl::new(format!("{}/", directory.display()), String::new(), None);
    let build = mcl.build().map_err(|refusal| first(refusal.diagnostics))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match runtime.block_on(first_graph(build, Host::new(directory, ""), Duration::from_secs(10))) {
        Ok(graph) => Ok(picture::render(&graph, GraphFormat::Text, true)),
        Err(NoGraph::Refused(diagnostics)) => Err(first(diagnostics)),
        Err(other) => Err(Box::new(Diagnostic::new(Phase::Input, format!("{other:?}")))),
    }
}

/// How a graph differs from the lines that are expected.
fn fits(shown: &str, expected: &str) -> Option<String> {
    let mut lines: Vec<&str> = expected.lines().filter(|line| !line.is_empty()).collect();
    lines.sort_unstable();
    // Whether a zero value that was written is shown is a matter of the implementation's language.
    let zero = |line: &str| {
        line.starts_with("Field:") && [" = \"\"", " = 0", " = false", " = []", " = {}"].iter().any(|end| line.ends_with(end))
    };
    let found: Vec<&str> = shown.lines().filter(|line| lines.contains(line) || !zero(line)).collect();
    (found != lines).then(|| format!("\n  expected {lines:?}\n  found    {found:?}"))
}

/// Puts a file there as an editor does, whole; or takes it away.
fn write(directory: &Path, name: &str, content: Option<&[u8]>) {
    let path = directory.join(name);
    let Some(content) = content else { return fs::remove_file(path).unwrap() };
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let new = directory.join("new");
    fs::write(&new, content).unwrap();
    fs::rename(new, path).unwrap();
}

/// What is wrong with a case, if anything.
fn judge(case: &Case) -> Option<String> {
    match (&case.before, &case.after) {
        (Some(before), Some(after)) => misformatted(&case.title, before, after),
        _ => misunderstood(case),
    }
}

/// The text is formatted as it should be, and what is formatted stays as it is.
fn misformatted(title: &str, before: &str, after: &str) -> Option<String> {
    [before, after].into_iter().find_map(|text| {
        let found = mcl::format("main.mcl", text.as_bytes()).map_err(|refused| refused[0].message.clone());
        if found.as_deref() == Ok(after) { None } else { Some(format!("{title}:\n  expected {after:?}\n  found    {found:?}")) }
    })
}

fn misunderstood(case: &Case) -> Option<String> {
    let directory = tempfile::tempdir().unwrap();
    let here = directory.path().to_str().unwrap();
    for (name, content) in &case.files {
        match std::str::from_utf8(content).ok().filter(|_| !case.steps.is_empty()) {
            Some(text) => write(directory.path(), name, Some(text.replace("$DIR", here).as_bytes())),
            None => write(directory.path(), name, Some(content)),
        }
    }
    if !case.steps.is_empty() {
        return history::judge(case, directory.path());
    }
    let found = meaning(directory.path());
    let wrong = match (case.right.as_ref().or(case.expected.as_ref())?, &found) {
        (Expected::Graph(text), Ok(shown)) => fits(shown, &text.replace("$DIR", here)),
        (Expected::Error(text), Err(diagnostic)) => {
            let (place, head) = (place(diagnostic), text.lines().next().unwrap_or_default());
            let says = diagnostic.message.lines().chain(diagnostic.hint.iter().map(String::as_str));
            // Where the expectation names no place, any will do.
            if place != head && place.split(' ').next() != Some(head) {
                Some(format!("\n  expected {head:?}\n  found    {place:?}: {}", diagnostic.message))
            } else if case.says.as_ref().is_some_and(|text| !text.lines().eq(says)) {
                Some(format!("\n  expected {:?}\n  found    {:?}, {:?}", case.says, diagnostic.message, diagnostic.hint))
            } else {
                None
            }
        }
        (expected, found) => Some(format!("\n  expected {expected:?}\n  found    {found:?}")),
    };
    wrong.map(|wrong| format!("{}:{wrong}", case.title))
}

/// All cases that there are.
fn stock() -> Vec<Case> {
    let directory = format!("{}/tests/language", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    let all: Vec<Case> = paths.iter().flat_map(|path| cases(&fs::read_to_string(path).unwrap())).collect();
    assert!(all.len() > 100, "where are the cases?");
    all
}

#[test]
fn programs_mean_what_the_cases_say() {
    let all = stock();
    // Cases wait more than they work, those that go on most of all.
    let (lasting, prompt): (Vec<&Case>, Vec<&Case>) = all.iter().partition(|case| !case.steps.is_empty());
    let shares = lasting.chunks(1).chain(prompt.chunks(prompt.len() / 4 + 1));
    let wrong: Vec<String> = thread::scope(|scope| {
        let judge_all = |share: &[&Case]| share.iter().copied().filter_map(judge).collect::<Vec<_>>();
        let judges: Vec<_> = shares.map(|share| scope.spawn(move || judge_all(share))).collect();
        judges.into_iter().flat_map(|judge| judge.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}
