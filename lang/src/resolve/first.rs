//! Which of several mistakes goes first: the one that a run which stops at its first mistake would report.

use super::code::Body;
use super::graph;
use super::order::Stars;
use super::resolver::Mistake;
use crate::diagnostic::Diagnostic;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use std::rc::Rc;

/// One step on the way to a mistake: a block, and where in it.
#[derive(Clone)]
pub(super) struct Step<'t> {
    pub body: Rc<Body<'t>>,
    pub part: Part,
}

/// A part of the work on a block, in the order in which the parts are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The import at this index, with all that is wrong in its module.
    Import(usize),
    Order,
    Statement(usize),
    /// Whether a module holds only what it may.
    Module,
}

/// How many mistakes are told.
const MAX_MISTAKES: usize = 20;

/// The mistakes to tell: the first one, then the others in the order of the text.
pub(super) fn choose(mut mistakes: Vec<Mistake<'_>>) -> Vec<Diagnostic> {
    let first = first(&mistakes);
    if first < mistakes.len() {
        mistakes[..=first].rotate_right(1);
    }
    let mut diagnostics: Vec<Diagnostic> = mistakes.into_iter().map(|mistake| mistake.diagnostic).collect();
    if let Some((_, others)) = diagnostics.split_first_mut() {
        others.sort_by_key(|diagnostic| diagnostic.span);
    }
    let mut seen = FxHashSet::default();
    // Copies of a class make the same mistake.
    diagnostics.retain(|diagnostic| seen.insert((diagnostic.span, diagnostic.message.clone())));
    diagnostics.truncate(MAX_MISTAKES);
    diagnostics
}

/// Follows the way that is taken first, step by step. Mistakes are listed as they were found, those of a statement itself before
/// those of the blocks in it, and blocks of one statement one after the other.
fn first(mistakes: &[Mistake<'_>]) -> usize {
    let mut left: Vec<usize> = (0..mistakes.len()).collect();
    for depth in 0.. {
        let step = |index: usize| mistakes[index].trail.get(depth);
        if let Some(&own) = left.iter().find(|&&index| step(index).is_none()) {
            return own;
        }
        let Some(body) = left.first().and_then(|&index| step(index)).map(|step| step.body.clone()) else { break };
        left.retain(|&index| step(index).is_some_and(|step| Rc::ptr_eq(&step.body, &body)));
        let parts: BTreeSet<Part> = left.iter().filter_map(|&index| step(index)).map(|step| step.part).collect();
        let part = match parts.first() {
            Some(Part::Statement(_)) if parts.len() > 1 => {
                let turns = graph::turns(&body, &Stars::default());
                let turn = |part: &Part| match part {
                    Part::Import(_) | Part::Order => None,
                    Part::Statement(index) => turns.get(*index).copied(),
                    Part::Module => Some(usize::MAX),
                };
                parts.into_iter().min_by_key(turn)
            }
            part => part.copied(),
        };
        left.retain(|&index| step(index).map(|step| step.part) == part);
    }
    left.first().copied().unwrap_or_default()
}
