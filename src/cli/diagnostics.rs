//! Diagnostics as text for people and as JSON lines for programs.

use super::args::ErrorFormat;
use crate::frontend::{Diagnostic, Excerpt};
use std::fmt::Write as _;

/// One diagnostic in the given form, with the line end.
pub fn render(diagnostic: &Diagnostic, format: ErrorFormat) -> String {
    match format {
        ErrorFormat::Text => text(diagnostic),
        ErrorFormat::Json => json(diagnostic),
    }
}

/// A file that is not formatted, with the line end.
pub fn unformatted(name: &str, format: ErrorFormat) -> String {
    match format {
        ErrorFormat::Text => format!("not formatted: {name}\n"),
        ErrorFormat::Json => format!("{}\n", serde_json::json!({ "phase": "format", "message": "not formatted", "file": name })),
    }
}

/// The message, the source line with a caret, related places and a hint.
fn text(diagnostic: &Diagnostic) -> String {
    let mut out = format!("error: {}\n", diagnostic.message);
    // The widest line number decides where the bars stand.
    let places = diagnostic.place.iter().chain(diagnostic.related.iter().map(|(_, place)| place));
    let gutter = places.map(|place| place.end_line.to_string().len()).max().unwrap_or(0);
    if let Some(place) = &diagnostic.place {
        excerpt(&mut out, place, gutter, '^');
    }
    for (what, place) in &diagnostic.related {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{:gutter$} = {what}:", "");
        excerpt(&mut out, place, gutter, '-');
    }
    if let Some(hint) = &diagnostic.hint {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{:gutter$} = hint: {hint}", "");
    }
    out
}

/// `--> file:line:column`, the line, and a mark below what is meant; of a range over several lines the first and the last line.
fn excerpt(out: &mut String, place: &Excerpt, gutter: usize, mark: char) {
    let Excerpt { file, line, column, end_line, end_column, text } = place;
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(out, "{:gutter$}--> {file}:{line}:{column}", "");
    let Some(first) = text.first() else { return };
    let start = *column as usize - 1;
    let _ = writeln!(out, "{line:>gutter$} | {first}");
    // The end of a line is shown on that line.
    if line == end_line || (*end_line == line + 1 && *end_column == 1) {
        let width = (end_column.saturating_sub(*column)).max(1) as usize;
        let _ = writeln!(out, "{:gutter$} | {}{}", "", pad(first, start), mark.to_string().repeat(width));
    } else {
        let _ = writeln!(out, "{:gutter$} | {}{mark} from here ...", "", pad(first, start));
        let last = text.last().unwrap_or(first);
        let _ = writeln!(out, "{end_line:>gutter$} | {last}");
        let end = (*end_column as usize).saturating_sub(2);
        let _ = writeln!(out, "{:gutter$} | {}{mark} ... to here", "", pad(last, end));
    }
}

/// What brings the cursor under character `to` of `line` wherever tabs stop: its tabs, and a blank for anything else.
fn pad(line: &str, to: usize) -> String {
    line.chars().chain(std::iter::repeat(' ')).take(to).map(|c| if c == '\t' { '\t' } else { ' ' }).collect()
}

/// One object with `phase`, `message` and, where there is a place, `file`, `line`, `column`, `end_line`, `end_column`.
fn json(diagnostic: &Diagnostic) -> String {
    #[derive(serde::Serialize)]
    struct Line<'a> {
        phase: &'a str,
        message: &'a str,
        #[serde(flatten)]
        place: Option<Place<'a>>,
    }
    #[derive(serde::Serialize)]
    struct Place<'a> {
        file: &'a str,
        line: u32,
        column: u32,
        end_line: u32,
        end_column: u32,
    }
    let place = diagnostic.place.as_ref().map(|p| Place {
        file: &p.file,
        line: p.line,
        column: p.column,
        end_line: p.end_line,
        end_column: p.end_column,
    });
    let line = Line { phase: diagnostic.phase.name(), message: &diagnostic.message, place };
    let mut out = serde_json::json!(line).to_string();
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use mgmt_values::error::Phase;

    fn at(line: u32, column: u32, end_line: u32, end_column: u32, text: &[&str]) -> Excerpt {
        let text = text.iter().map(|&line| line.to_owned()).collect();
        Excerpt { file: "main.mcl".into(), line, column, end_line, end_column, text }
    }

    fn unknown_field() -> Diagnostic {
        Diagnostic {
            place: Some(at(12, 2, 12, 10, &["\tcontentx => \"x\","])),
            hint: Some("did you mean `content`?".to_owned()),
            related: vec![("in this resource".to_owned(), at(9, 1, 9, 12, &["file \"/a\" {"]))],
            ..Diagnostic::new(Phase::Unify, "field `contentx` does not exist in `file` resource")
        }
    }

    #[test]
    fn for_people() {
        insta::assert_snapshot!(render(&unknown_field(), ErrorFormat::Text), @r#"
        error: field `contentx` does not exist in `file` resource
          --> main.mcl:12:2
        12 | 	contentx => "x",
           | 	^^^^^^^^
           = in this resource:
          --> main.mcl:9:1
         9 | file "/a" {
           | -----------
           = hint: did you mean `content`?
        "#);
    }

    #[test]
    fn a_range_of_several_lines_shows_both_ends() {
        let place = at(9, 5, 11, 2, &["$x = if true {", "}"]);
        let diagnostic = Diagnostic { place: Some(place), ..Diagnostic::new(Phase::Unify, "branches differ") };
        insta::assert_snapshot!(render(&diagnostic, ErrorFormat::Text), @"
        error: branches differ
          --> main.mcl:9:5
         9 | $x = if true {
           |     ^ from here ...
        11 | }
           | ^ ... to here
        ");
    }

    #[test]
    fn without_a_place() {
        let diagnostic = Diagnostic::new(Phase::Input, "can't read /x: no such file or directory");
        assert_eq!(render(&diagnostic, ErrorFormat::Text), "error: can't read /x: no such file or directory\n");
        assert_eq!(
            render(&diagnostic, ErrorFormat::Json),
            "{\"message\":\"can't read /x: no such file or directory\",\"phase\":\"input\"}\n"
        );
    }

    #[test]
    fn for_programs() {
        let line = render(&unknown_field(), ErrorFormat::Json);
        assert_eq!(line.matches('\n').count(), 1);
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        let expected = serde_json::json!({
            "phase": "unify", "message": "field `contentx` does not exist in `file` resource",
            "file": "main.mcl", "line": 12, "column": 2, "end_line": 12, "end_column": 10,
        });
        assert_eq!(value, expected);
    }
}
