//! The type checker: a resolved program in, [`Typed`] or the mistakes out.
//!
//! `collect` writes down what must hold, in the order in which mistakes win; `solve` takes it step by step; `build` refuses what is
//! left open, judges what is solved and makes the table of types. A mistake of an earlier one of these wins, whatever its place; what is
//! solved beside mistakes of `collect` is told with them.
//!
//! Every expression that a statement reaches gets one type; inside a `func` statement, which is checked once, types may mention the
//! generic variables of that statement, and each call says what they stand for. Definitions nobody uses are not checked.
//!
//! The cost is linear in what is reached: definitions and `func` statements are collected and solved once, terms are shared.

mod build;
mod collect;
mod fold;
mod goal;
mod graph;
mod meta;
mod printf;
mod report;
mod solve;
mod steps;
mod terms;
#[cfg(test)]
mod tests;
mod typed;

pub use fold::Fold;
pub use typed::{Container, Naming, Substitution, Typed};

use crate::diagnostic::Diagnostic;
use crate::resolve::program::Program;
use mgmt_values::Span;
use mgmt_values::schema::Kinds;
use solve::{Mood, solve};

/// More mistakes than this are not reported.
const MAX_MISTAKES: usize = 20;

/// Checks the types of a program.
///
/// # Errors
/// The mistakes, none of which is caused by another, the one first that a checker which stops at its first would report; 20 at most.
/// All are of the phase `unify`, or of `graph` and `stream` for what only solved types can show.
pub fn check(program: &Program, kinds: &Kinds, fold: &dyn Fold) -> Result<Typed, Vec<Diagnostic>> {
    checked(program, kinds, fold).map_err(|mut mistakes| {
        mistakes.truncate(MAX_MISTAKES);
        mistakes
    })
}

fn checked(program: &Program, kinds: &Kinds, fold: &dyn Fold) -> Result<Typed, Vec<Diagnostic>> {
    let mut terms = terms::Terms::default();
    let collected = collect::collect(program, kinds, fold, &mut terms);
    let (mark, levels) = (terms.mark(), terms.levels());
    let mut solved = solve(program, &collected, &mut terms, Mood::Patient);
    if !collected.errors.is_empty() {
        let failures = solved.failures.into_iter().map(|(_, failure)| failure);
        return Err(with_others(collected.errors, solved.conflicts.into_iter().chain(failures)));
    }
    refuse(&solved.conflicts)?;
    if solved.misplaced {
        terms.reset(mark, &levels);
        solved = solve(program, &collected, &mut terms, Mood::Eager);
        refuse(&solved.conflicts)?;
    }
    refuse(&build::ambiguous(program, &collected, &solved, &mut terms))?;
    let mut wrong = std::mem::take(&mut solved.failures);
    wrong.extend(build::judge(&mut terms, &solved.checks));
    wrong.sort_by_key(|(turn, _)| *turn);
    refuse(&wrong.into_iter().map(|(_, diagnostic)| diagnostic).collect::<Vec<_>>())?;
    let typed = build::types(program, &collected, &solved, &terms)?;
    refuse(&graph::duplicate_meta(program, &typed))?;
    Ok(typed)
}

/// Mistakes of statements, which come first, and the conflicts that are apart from them, in the order of the text.
fn with_others(mut mistakes: Vec<Diagnostic>, conflicts: impl Iterator<Item = Diagnostic>) -> Vec<Diagnostic> {
    let wrong: Vec<Span> = mistakes.iter().filter_map(|mistake| mistake.span).collect();
    let apart =
        |span: Span| wrong.iter().all(|wrong| wrong.file != span.file || wrong.end <= span.start || span.end <= wrong.start);
    mistakes.extend(conflicts.filter(|conflict| conflict.span.is_some_and(apart)));
    if let Some((_, others)) = mistakes.split_first_mut() {
        others.sort_by_key(|mistake| mistake.span.map(|span| (span.file, span.start)));
    }
    mistakes
}

fn refuse(mistakes: &[Diagnostic]) -> Result<(), Vec<Diagnostic>> {
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes.to_vec()) }
}
