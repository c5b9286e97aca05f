//! Which functions the cases call: what is not shown by any case is not known to work.

use super::{Case, stock};
use mgmt_lang::builtins;
use mgmt_lang::syntax::lexer::lex;
use mgmt_lang::syntax::token::TokenKind;
use mgmt_values::FileId;
use std::collections::BTreeSet;

/// Functions that no case has to call, each with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// Adds the full names of functions that a program calls by the names under which it imports their modules.
fn called(text: &str, names: &mut BTreeSet<String>) {
    let tokens = lex(FileId(0), text).tokens;
    let kind = |at: usize| tokens.get(at).map(|token| token.kind);
    let word = |at: usize| tokens.get(at).map_or("", |token| &text[token.start as usize..token.end as usize]);
    // Every import of the file counts in all of it; one without a name of its own has the last part of its path.
    let mut modules: Vec<(&str, &str)> = vec![("*", "")];
    for at in (0..tokens.len()).filter(|&at| kind(at) == Some(TokenKind::Import)) {
        let path = word(at + 1).trim_matches('"');
        let last = path.rsplit('/').next().unwrap_or(path);
        modules.push((if kind(at + 2) == Some(TokenKind::As) { word(at + 3) } else { last }, path));
    }
    for open in (1..tokens.len()).filter(|&at| kind(at) == Some(TokenKind::OpenParen)) {
        let (name, variable) = (word(open - 1), open > 1 && kind(open - 2) == Some(TokenKind::Dollar));
        let prefix = if open > 2 && kind(open - 2) == Some(TokenKind::Dot) { word(open - 3) } else { "*" };
        for (_, module) in modules.iter().filter(|(prefixed, _)| !variable && *prefixed == prefix) {
            names.insert(if module.is_empty() { name.to_owned() } else { format!("{module}.{name}") });
        }
    }
}

/// The functions that the programs of a case call.
fn of_case(case: &Case, names: &mut BTreeSet<String>) {
    let first = case.files.iter().map(|(name, content)| (name, Some(content)));
    let later = case.steps.iter().flat_map(|step| &step.files).map(|(name, content)| (name, content.as_ref()));
    for (_, content) in first.chain(later).filter(|(name, _)| name.ends_with(".mcl")) {
        if let Some(text) = content.and_then(|content| std::str::from_utf8(content).ok()) {
            called(text, names);
        }
    }
}

#[test]
fn every_function_is_called_by_a_case() {
    let mut names = BTreeSet::new();
    stock().iter().for_each(|case| of_case(case, &mut names));
    let excused = |name: &str| EXCEPTIONS.iter().any(|(excused, _)| *excused == name);
    let missing: Vec<&str> = builtins::documented()
        .into_iter()
        .map(|builtin| builtin.name)
        .filter(|name| names.contains(*name) == excused(name))
        .collect();
    assert!(missing.is_empty(), "without a case, or excused for nothing: {missing:?}");
}

#[test]
fn a_call_is_found_by_the_name_of_its_import() {
    let mut names = BTreeSet::new();
    called("import \"a/b\"\nimport \"c\" as d\nimport \"e\" as *\n$x = b.f(d.g(), h($i(1))) # b.j()\n", &mut names);
    let found: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(found, ["a/b.f", "c.g", "e.h", "h"]);
}
