//! Which of several mistakes goes first: the one that a run which stops at its first mistake would report.

use super::code::Body;
use super::resolver::Mistake;
use crate::diagnostic::Diagnostic;
use std::rc::Rc;

/// One step on the way to a mistake: a block, and its imports or one of its statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Imports go before all statements; of those, the last in the text is visited first.
    rank: usize,
}

impl Step {
    /// In the imports of a block.
    pub fn imports(_body: &Rc<Body<'_>>) -> Step {
        Step { rank: 0 }
    }

    /// In the order of its statements.
    pub fn order() -> Step {
        Step { rank: 1 }
    }

    /// In a statement of a block.
    pub fn statement(body: &Rc<Body<'_>>, index: usize) -> Step {
        Step { rank: 1 + body.items.len() - index }
    }
}

/// How many mistakes are told.
const MAX_MISTAKES: usize = 20;

/// The mistakes to tell: the first one, then the others in the order of the text.
pub(super) fn choose(mut mistakes: Vec<Mistake>) -> Vec<Diagnostic> {
    mistakes.sort_by(|a, b| a.trail.iter().map(|step| step.rank).cmp(b.trail.iter().map(|step| step.rank)));
    let mut diagnostics: Vec<Diagnostic> = mistakes.into_iter().map(|mistake| mistake.diagnostic).collect();
    if let Some((_, others)) = diagnostics.split_first_mut() {
        others.sort_by_key(|diagnostic| diagnostic.span);
    }
    let mut seen = rustc_hash::FxHashSet::default();
    // Copies of a class make the same mistake.
    diagnostics.retain(|diagnostic| seen.insert((diagnostic.span, diagnostic.message.clone())));
    diagnostics.truncate(MAX_MISTAKES);
    diagnostics
}
