//! From what the user gave as a program to cells: the only file that knows every room.

use crate::diagnostic::Diagnostic;
use crate::lower::fold::Folder;
use crate::lower::{self, Sites};
use crate::modules::Files;
pub use crate::resolve::Options;
use crate::resolve::program::Program;
use crate::source::SourceMap;
use crate::{resolve, types};
use mgmt_values::schema::Kinds;
use mgmt_values::{Cell, CellId, Phase};
use rustc_hash::FxHashMap;

/// A program that is ready to run.
#[derive(Debug)]
pub struct Compiled {
    /// The cells of the top level.
    pub cells: Vec<Cell>,
    /// Where errors in them belong.
    pub sites: Sites,
    /// The texts, under their absolute paths.
    pub sources: SourceMap,
    /// All files that were asked for, there or not: a change of any of them may change the program.
    pub read: Vec<String>,
    /// The directory of the program, absolute, with a slash at its end.
    pub base: String,
}

/// A program that is refused.
#[derive(Debug)]
pub struct Refused {
    /// Its mistakes, at least one; the first is what a run that stops at its first mistake would report.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts, under their absolute paths.
    pub sources: SourceMap,
    /// As [`Compiled::read`].
    pub read: Vec<String>,
    /// As [`Compiled::base`]; empty when there is no program.
    pub base: String,
}

/// Compiles what the user gave as a program: `-`, a file, a directory, a `metadata.yaml`, or code.
///
/// # Errors
/// Every mistake that can be found without running it.
pub fn compile(input: &str, files: &dyn Files, kinds: &Kinds, options: &Options<'_>) -> Result<Compiled, Box<Refused>> {
    let resolve::Resolved { program, sources, read, base } = resolve::program(input, files, kinds, options);
    match program.and_then(|program| with_stack(|| checked(&program, kinds))) {
        Ok(lowered) => Ok(Compiled { cells: lowered.cells, sites: lowered.sites, sources, read, base }),
        Err(diagnostics) => Err(Box::new(Refused { diagnostics, sources, read, base })),
    }
}

/// A program whose names all mean something, and of which nothing else is known.
#[derive(Debug)]
pub struct Named {
    program: Program,
    /// The texts, under their absolute paths.
    pub sources: SourceMap,
    /// As [`Compiled::base`].
    pub base: String,
}

impl Named {
    /// Checks its types, and whatever else can be found without running it.
    ///
    /// # Errors
    /// The mistakes, in the order of [`Refused::diagnostics`].
    pub fn check(&self, kinds: &Kinds) -> Result<(), Vec<Diagnostic>> {
        with_stack(|| checked(&self.program, kinds)).map(drop)
    }
}

/// Follows the imports of a program and finds the meaning of every name, and stops there.
///
/// # Errors
/// Every mistake that can be found without types.
pub fn names(input: &str, files: &dyn Files, kinds: &Kinds, options: &Options<'_>) -> Result<Named, Box<Refused>> {
    let resolve::Resolved { program, sources, read, base } = resolve::program(input, files, kinds, options);
    match program {
        Ok(program) => Ok(Named { program, sources, base }),
        Err(diagnostics) => Err(Box::new(Refused { diagnostics, sources, read, base })),
    }
}

fn checked(program: &Program, kinds: &Kinds) -> Result<lower::Lowered, Vec<Diagnostic>> {
    let typed = types::check(program, kinds, &Folder::default())?;
    lower::lower(program, &typed, kinds)
}

/// Runs `work` on a stack that holds the deepest tree that the parser lets through, times the chains of functions that may hang on it.
fn with_stack<T: Send>(work: impl FnOnce() -> Result<T, Vec<Diagnostic>> + Send) -> Result<T, Vec<Diagnostic>> {
    const STACK: usize = 256 << 20;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("compile".to_owned()).stack_size(STACK);
        match thread.spawn_scoped(scope, work) {
            Ok(running) => running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(error) => Err(vec![Diagnostic::unplaced(Phase::Input, format!("can't compile: {error}"))]),
        }
    })
}

/// The difference between two programs: cells that go and cells that come. Cells that are in both are in neither list.
pub fn difference(old: &[Cell], new: &[Cell]) -> (Vec<Cell>, Vec<Cell>) {
    let before: FxHashMap<CellId, &Cell> = old.iter().map(|cell| (cell.id, cell)).collect();
    let after: FxHashMap<CellId, &Cell> = new.iter().map(|cell| (cell.id, cell)).collect();
    let gone = |from: &[Cell], other: &FxHashMap<CellId, &Cell>| -> Vec<Cell> {
        from.iter().filter(|cell| other.get(&cell.id) != Some(cell)).cloned().collect()
    };
    (gone(old, &after), gone(new, &before))
}
