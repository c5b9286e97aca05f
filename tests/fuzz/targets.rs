//! What is fed, and what must hold for every input. The answers are what an input may be the first to give.

use mgmt_lang::compile::{Options, Refused, compile};
use mgmt_lang::diagnostic::Diagnostic;
use mgmt_lang::format::{Refusal, format};
use mgmt_lang::modules::{Memory, NoDownloads};
use mgmt_lang::source::decode;
use mgmt_lang::syntax::strings::segments;
use mgmt_lang::syntax::{MAX_MISTAKES, check, parse};
use mgmt_values::FileId;
use mgmt_values::schema::Kinds;
use std::sync::LazyLock;

/// A message without the names in it, and not longer than what is said without them.
fn shape(diagnostic: &Diagnostic) -> String {
    let outside: String = diagnostic.message.split(['`', '"']).step_by(2).collect();
    format!("{:?} {}", diagnostic.phase, outside.chars().filter(|letter| !letter.is_ascii_digit()).take(50).collect::<String>())
}

/// Lexer, parser and the checks that need no scope.
pub fn parser(input: &[u8]) -> Vec<String> {
    let text = decode(input);
    let parsed = parse(FileId(0), &text);
    assert!(parsed.mistakes.len() <= MAX_MISTAKES);
    let mistakes: Vec<_> = parsed.mistakes.iter().cloned().chain(check(&parsed.program)).collect();
    for mistake in &mistakes {
        let Some(span) = mistake.span else { continue };
        let (start, end) = (span.start as usize, span.end as usize);
        assert!(start <= end && text.is_char_boundary(start) && text.is_char_boundary(end), "{mistake:?}");
    }
    mistakes.iter().map(shape).collect()
}

/// The layout of a text is its own layout, and the same program.
pub fn formatter(input: &[u8]) -> Vec<String> {
    let text = decode(input);
    match format(FileId(0), &text) {
        Ok(out) => {
            assert_eq!(format(FileId(0), &out).as_ref(), Ok(&out), "formatting changes what it has formatted");
            let statements = |text: &str| parse(FileId(0), text).program.statements.len();
            assert_eq!(statements(&text), statements(&out));
            // Which constructs follow each other at the ends of lines is what layout is about.
            let ends = out.lines().zip(out.lines().skip(1));
            let last = |line: &str| line.trim_start().chars().last().unwrap_or(' ');
            ends.map(|(line, next)| format!("{}{}", last(line), next.trim_start().chars().next().unwrap_or(' '))).collect()
        }
        Err(Refusal::Mistakes(mistakes)) => mistakes.iter().take(1).map(shape).collect(),
        Err(Refusal::Bug(why)) => panic!("{why}"),
    }
}

/// The content of string literals.
pub fn interpolation(input: &[u8]) -> Vec<String> {
    let text = decode(input);
    let mut answers = Vec::new();
    for content in text.split('\n').chain([text.as_ref()]) {
        match segments(content) {
            Ok(segments) => answers.push(format!("{} segments", segments.len().min(20))),
            Err(mistake) => {
                answers.push(format!("{mistake:?}").chars().filter(|letter| !letter.is_ascii_digit()).take(40).collect())
            }
        }
    }
    answers
}

/// What the input may import.
const MODULE: &[u8] = b"$x = 1\nfunc f($a) { $a }\nclass c($n) {\n\tnoop \"${n}\" {}\n}\n";

/// Everything from text to cells: scopes, types, folding, lowering.
pub fn compiler(input: &[u8]) -> Vec<String> {
    static KINDS: LazyLock<Kinds> = LazyLock::new(|| mgmt_resources::kinds::declarations().collect());
    let options = Options { hostname: "", module_path: None, downloads: &NoDownloads };
    match compile("/main.mcl", &Memory::of([("/main.mcl", input), ("/m.mcl", MODULE)]), &KINDS, &options) {
        Ok(compiled) => vec![format!("{} cells", compiled.cells.len().min(64))],
        Err(refused) => {
            let Refused { diagnostics, .. } = *refused;
            assert!(!diagnostics.is_empty());
            diagnostics.iter().map(shape).collect()
        }
    }
}
