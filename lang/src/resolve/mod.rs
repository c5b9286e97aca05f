//! Desugaring, order and scopes: trees become one [`program::Program`] in which names are ids and recursion is impossible.
//!
//! In: what the user gave as the program, and the files of the host. Out: the resolved program, or the mistakes that refuse it; in
//! both cases the texts and the list of files that were asked for. Always: the program is complete (every name in it has a meaning,
//! no definition leads back to itself), each copy of a class and each import of a module has definitions of its own, and editing one
//! statement leaves the ids of all others as they are. Nothing here knows a type.

mod block;
mod code;
mod expression;
mod first;
mod graph;
mod import;
mod include;
mod native;
mod order;
pub mod program;
mod resolver;
mod scope;
mod sort;
#[cfg(test)]
mod tests;
mod unknown;
mod uses;

use crate::diagnostic::Diagnostic;
use crate::modules::{Downloads, Entry, Files, NoDownloads, Reader};
use crate::source::SourceMap;
use code::Trees;
use import::Library;
use mgmt_values::Phase;
use mgmt_values::schema::Kinds;
use native::Natives;
use program::{BlockKind, Program};
use resolver::{Here, Module, Resolver};
use scope::Scopes;
use std::rc::Rc;

/// What a host says about a compilation.
pub struct Options<'a> {
    /// The value of `$hostname`.
    pub hostname: &'a str,
    /// The directory in which remote modules are looked for at last, with a slash at its end; relative to the working directory.
    /// `None`: `modules/` beside the program.
    pub module_path: Option<&'a str>,
    /// Where remote modules come from that are not there.
    pub downloads: &'a dyn Downloads,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { hostname: "", module_path: None, downloads: &NoDownloads }
    }
}

/// What became of an input.
#[derive(Debug)]
pub struct Resolved {
    /// The program, or its mistakes: at least one, and the first is what a run that stops at its first mistake would report.
    pub program: Result<Program, Vec<Diagnostic>>,
    /// The texts, under their absolute paths.
    pub sources: SourceMap,
    /// All files that were asked for, there or not: a change of any of them may change the program.
    pub read: Vec<String>,
    /// The directory of the program, absolute, with a slash at its end; empty when there is no program.
    pub base: String,
}

/// Reads and resolves what the user gave as a program: `-`, a file, a directory, a `metadata.yaml`, or code.
pub fn program(input: &str, files: &dyn Files, kinds: &Kinds, options: &Options<'_>) -> Resolved {
    let mut reader = Reader::new(files);
    let entry = match reader.classify(input) {
        Ok(entry) => entry,
        Err(why) => {
            let program = Err(vec![Diagnostic::unplaced(Phase::Input, why)]);
            return Resolved { program, sources: SourceMap::default(), read: reader.into_read(), base: String::new() };
        }
    };
    let trees = Trees::default();
    let mut library = Library::new(reader, &trees, options.downloads);
    library.search(match options.module_path {
        Some(path) => crate::modules::absolute(&files.current_dir().unwrap_or_default(), path),
        None => format!("{}modules/", entry.base),
    });
    let mut resolver = Resolver::new(library, Scopes::new(Natives::new(kinds, options.hostname)));
    let program = entry_program(&mut resolver, &entry);
    Resolved { program, sources: resolver.library.sources, read: resolver.library.reader.into_read(), base: entry.base }
}

fn entry_program<'t>(resolver: &mut Resolver<'t, '_>, entry: &Entry) -> Result<Program, Vec<Diagnostic>> {
    let body = resolver.library.parse(entry)?;
    let module = Rc::new(Module {
        importer: None,
        key: (String::new(), String::new()),
        beside: entry.beside.clone(),
        base: entry.base.clone(),
        location: entry.location.clone(),
    });
    let block = resolver.block_inside(None, BlockKind::File);
    let layer = resolver.scopes.inside(Scopes::GLOBAL);
    let here = Here { block, layer, path: 0, nesting: 0, module, includes: None };
    resolver.block(&body, &here);
    match std::mem::take(&mut resolver.mistakes) {
        mistakes if mistakes.is_empty() => {
            Ok(Program { base: entry.base.as_str().into(), ..std::mem::take(&mut resolver.program) })
        }
        mistakes => Err(first::choose(mistakes)),
    }
}
