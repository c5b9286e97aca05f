//! The one layout of mcl text.
//!
//! In: a text. Out: the same program, with the same comments, in the canonical layout; or the mistakes that keep it from being parsed.
//! Always: the result parses to an equal tree and is its own layout. Reads the tree, the comments and where lines start in the text, and
//! nothing else of it.

mod bracketed;
mod expressions;
mod printer;
mod statements;
mod types;

use crate::diagnostic::Diagnostic;
use crate::source::decode;
use crate::syntax::tree::MAX_HEIGHT;
use crate::syntax::{parse, parse_without_places};
use mgmt_values::{FileId, Phase, Span};
use printer::Printer;

/// Why a text has no layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It cannot be parsed; the first mistake is the one to report.
    Mistakes(Vec<Diagnostic>),
    /// The formatter would have changed the program: a bug of the formatter. What it would have changed.
    Bug(&'static str),
}

/// Formats a text.
///
/// # Example
/// ```
/// use mgmt_lang::format::format;
/// let text = format(mgmt_values::FileId(0), "file  \"/a\" { mode=>\"0644\", } # why").unwrap();
/// assert_eq!(text, "file \"/a\" { # why\n\tmode => \"0644\",\n}\n");
/// ```
pub fn format(file: FileId, text: &str) -> Result<String, Refusal> {
    let out = settled(file, text)?;
    let (before, after) = (parse_without_places(text), parse_without_places(&out));
    if !after.mistakes.is_empty() {
        return Err(Refusal::Bug("the result cannot be parsed"));
    }
    if before.program.statements != after.program.statements {
        return Err(Refusal::Bug("the program changed"));
    }
    if !comments(file, text).eq(comments(file, &out)) {
        return Err(Refusal::Bug("the comments changed"));
    }
    Ok(out)
}

/// The layout of a text that is its own layout. Mostly the first one is; a comment that has moved behind the first line of a construct can
/// spread the construct around that one, and so on outwards.
fn settled(file: FileId, text: &str) -> Result<String, Refusal> {
    let mut out = layout(file, text)?;
    for _ in 0..MAX_HEIGHT {
        match layout(file, &out) {
            Ok(again) if again == out => return Ok(out),
            Ok(again) => out = again,
            Err(_) => return Err(Refusal::Bug("the result cannot be parsed")),
        }
    }
    Err(Refusal::Bug("the result has another layout"))
}

/// Formats the bytes of a file, which have to be UTF-8: anything else would be lost.
pub fn format_bytes(file: FileId, bytes: &[u8]) -> Result<String, Refusal> {
    match std::str::from_utf8(bytes) {
        Ok(text) => format(file, text),
        Err(error) => {
            // Up to there the decoded text has the same bytes.
            let span = Span::new(file, error.valid_up_to(), error.valid_up_to() + char::REPLACEMENT_CHARACTER.len_utf8());
            let mut mistakes = vec![Diagnostic::new(Phase::Lexparse, span, "the text is not UTF-8")];
            mistakes.extend(parse(file, &decode(bytes)).mistakes);
            Err(Refusal::Mistakes(mistakes))
        }
    }
}

/// The layout of a text, unchecked.
fn layout(file: FileId, text: &str) -> Result<String, Refusal> {
    let parsed = parse(file, text);
    if !parsed.mistakes.is_empty() {
        return Err(Refusal::Mistakes(parsed.mistakes));
    }
    let mut printer = Printer::new(text, &parsed.program.comments);
    printer.statements(&parsed.program.statements);
    Ok(printer.finish())
}

/// The texts of all comments.
fn comments(file: FileId, text: &str) -> impl Iterator<Item = &str> {
    crate::syntax::lexer::lex(file, text).comments.into_iter().map(|c| &text[c.span.start as usize..c.span.end as usize])
}

#[cfg(test)]
mod tests;
