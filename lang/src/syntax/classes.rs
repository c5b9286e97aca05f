//! Classes with colons in their names: they belong into the class that their first part names.

use super::tree::{Class, Statement};
use mgmt_values::Span;
use rustc_hash::FxHashMap;

/// A class and what is left of its name in some block.
#[derive(Clone, Copy, Debug)]
pub struct Named<'t> {
    /// Its name there.
    pub name: &'t str,
    /// The class.
    pub class: &'t Class,
}

/// A class that stays in its block, with those that move into its body.
#[derive(Clone, Debug)]
pub struct Placed<'t> {
    /// The class, and its name in the block.
    pub here: Named<'t>,
    /// The classes that move to the end of its body, in the order of the text.
    pub moved: Vec<Named<'t>>,
}

/// What is wrong with the classes of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassMistake {
    /// The class at `again` has the name of the one at `first`.
    Duplicate {
        /// The repetition.
        again: Span,
        /// What it repeats.
        first: Span,
    },
    /// No class of the block is called as the first part of the name of the class at `at`.
    NoBase {
        /// The class with the colon.
        at: Span,
    },
}

/// Distributes the classes of a block: its own, and those that have moved into it. The result keeps their order; classes with mistakes
/// are left out of it.
pub fn place<'t>(statements: &'t [Statement], moved: &[Named<'t>]) -> (Vec<Placed<'t>>, Vec<ClassMistake>) {
    let own = statements.iter().filter_map(|s| match s {
        Statement::Class(class) => Some(Named { name: &class.name.text, class }),
        _ => None,
    });
    let mut mistakes = Vec::new();
    let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
    let mut placed: Vec<Placed<'_>> = Vec::new();
    let mut bases: FxHashMap<&str, usize> = FxHashMap::default();
    let mut colons = Vec::new();
    for here in own.chain(moved.iter().copied()) {
        if let Some(&first) = seen.get(here.name) {
            mistakes.push(ClassMistake::Duplicate { again: here.class.span, first });
            continue;
        }
        seen.insert(here.name, here.class.span);
        match here.name.split_once(':') {
            Some((base, rest)) => colons.push((base, Named { name: rest, class: here.class })),
            None => {
                bases.insert(here.name, placed.len());
                placed.push(Placed { here, moved: Vec::new() });
            }
        }
    }
    for (base, class) in colons {
        match bases.get(base) {
            Some(&index) => placed[index].moved.push(class),
            None => mistakes.push(ClassMistake::NoBase { at: class.class.span }),
        }
    }
    (placed, mistakes)
}
