//! Mistakes that show in the tree alone, before any name is looked up.
//!
//! Two walks, as two stages report them: `init` (repeated fields and keys, properties that do not exist, misplaced imports) and
//! `interpolate` (escapes, `${}`, class names). Each visits the tree in the order in which the mistakes are to be reported.

mod init;
mod interpolate;
mod keys;

use super::tree::Program;
use crate::diagnostic::Diagnostic;

/// The mistakes of a tree, those of `init` before those of `interpolate`; the first one is what the program has to be refused for.
pub fn check(program: &Program) -> Vec<Diagnostic> {
    let mut mistakes = init::check(program);
    mistakes.extend(interpolate::check(program));
    mistakes.truncate(super::MAX_MISTAKES);
    mistakes
}

#[cfg(test)]
mod tests;
