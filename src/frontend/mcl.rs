//! Programs in mcl, from files of this host.

use super::{Build, Diagnostic, Excerpt, Frontend, Places, Refusal};
use crate::system::cause;
use mgmt_lang::compile::{Options, Refused, compile, names};
use mgmt_lang::lower::Sites;
use mgmt_lang::modules::{Downloads, Files, NoDownloads};
use mgmt_lang::source::SourceMap;
use mgmt_values::error::Phase;
use mgmt_values::key::Site;
use mgmt_values::schema::Kinds;
use mgmt_values::span::{FileId, Span};
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// A program in mcl: a file, a directory, `-` for standard input, or the code itself.
pub struct Mcl {
    input: String,
    hostname: String,
    module_path: Option<String>,
    kinds: Kinds,
    host: HostFiles,
    downloads: Box<dyn Downloads + Send + Sync>,
}

/// How a check of a program goes.
#[derive(Clone, Copy, Debug)]
pub struct Checks {
    /// Its types are checked.
    pub types: bool,
    /// The layout of its files is checked.
    pub layout: bool,
}

/// What a check of a program found.
#[derive(Debug, Default)]
pub struct Checked {
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    /// How long it took to check the types, where that was asked for and came to it.
    pub types: Option<Duration>,
    /// Files that the formatter would change, by name.
    pub unformatted: Vec<String>,
}

impl Mcl {
    /// The program that `input` names, for a host of this name; `module_path` is where imported modules are looked for.
    pub fn new(input: String, hostname: String, module_path: Option<String>) -> Mcl {
        let kinds = mgmt_resources::kinds::declarations().collect();
        Mcl { input, hostname, module_path, kinds, host: HostFiles::default(), downloads: Box::new(NoDownloads) }
    }

    /// Remote modules that are not there come from here.
    pub fn downloading(self, downloads: impl Downloads + Send + Sync + 'static) -> Mcl {
        Mcl { downloads: Box::new(downloads), ..self }
    }

    /// Checks the program without making anything of it. What can't be understood is not looked at further.
    pub fn check(&self, checks: Checks) -> Checked {
        let named = match names(&self.input, &self.host, &self.kinds, &self.options()) {
            Ok(named) => named,
            Err(refused) => return Checked { diagnostics: refusal(*refused).diagnostics, ..Checked::default() },
        };
        let began = Instant::now();
        let wrong = if checks.types { named.check(&self.kinds).err().unwrap_or_default() } else { Vec::new() };
        let types = checks.types.then(|| began.elapsed());
        let texts = Texts { sources: named.sources, base: named.base };
        let diagnostics = wrong.iter().map(|diagnostic| texts.diagnostic(diagnostic)).collect();
        let mut unformatted = Vec::new();
        if checks.layout {
            for file in texts.sources.files() {
                let text = texts.sources.text(file);
                if mgmt_lang::format::format(file, &text).ok().as_deref() != Some(&*text) {
                    unformatted.push(texts.name(file).to_owned());
                }
            }
            unformatted.sort();
        }
        Checked { diagnostics, types, unformatted }
    }

    fn options(&self) -> Options<'_> {
        Options { hostname: &self.hostname, module_path: self.module_path.as_deref(), downloads: &*self.downloads }
    }
}

impl Frontend for Mcl {
    fn build(&self) -> Result<Build, Refusal> {
        match compile(&self.input, &self.host, &self.kinds, &self.options()) {
            Ok(compiled) => {
                let texts = Texts { sources: compiled.sources, base: compiled.base };
                let places = Arc::new(Table { sites: compiled.sites, texts });
                Ok(Build { cells: compiled.cells, places, files: on_disk(compiled.read) })
            }
            Err(refused) => Err(refusal(*refused)),
        }
    }
}

fn refusal(refused: Refused) -> Refusal {
    let texts = Texts { sources: refused.sources, base: refused.base };
    let diagnostics = refused.diagnostics.iter().map(|diagnostic| texts.diagnostic(diagnostic)).collect();
    Refusal { diagnostics, files: on_disk(refused.read) }
}

fn on_disk(read: Vec<String>) -> Vec<PathBuf> {
    read.into_iter().map(PathBuf::from).filter(|path| path.is_absolute()).collect()
}

/// The files of this host. Standard input is read once and remembered.
#[derive(Default)]
struct HostFiles {
    input: OnceLock<Result<Vec<u8>, String>>,
}

impl Files for HostFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(path).map_err(|error| cause(&error))
    }

    fn is_dir(&self, path: &str) -> bool {
        std::fs::metadata(path).is_ok_and(|found| found.is_dir())
    }

    fn exists(&self, path: &str) -> bool {
        std::fs::metadata(path).is_ok()
    }

    fn current_dir(&self) -> Result<String, String> {
        let path = std::env::current_dir().map_err(|error| cause(&error))?;
        path.into_os_string().into_string().map_err(|path| format!("`{}` is not UTF-8", path.to_string_lossy()))
    }

    fn standard_input(&self) -> Result<Vec<u8>, String> {
        let read = || {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map_err(|error| cause(&error))?;
            Ok(bytes)
        };
        self.input.get_or_init(read).clone()
    }
}

/// Formats a text; its mistakes are placed in the file of this name.
///
/// # Errors
/// It is not UTF-8, it cannot be parsed, or the formatter is wrong, which it says itself.
pub fn format(name: &str, bytes: &[u8]) -> Result<String, Vec<Diagnostic>> {
    let mut sources = SourceMap::default();
    let file = sources.add(name, mgmt_lang::source::decode(bytes));
    let texts = Texts { sources, base: String::new() };
    mgmt_lang::format::format_bytes(file, bytes).map_err(|refusal| match refusal {
        mgmt_lang::format::Refusal::Mistakes(mistakes) => mistakes.iter().map(|mistake| texts.diagnostic(mistake)).collect(),
        mgmt_lang::format::Refusal::Bug(what) => {
            vec![Diagnostic::new(
                Phase::Lexparse,
                format!("`{name}` is left as it is, because of a bug in the formatter: {what}"),
            )]
        }
    })
}

/// The texts of one compilation.
struct Texts {
    sources: SourceMap,
    base: String,
}

impl Texts {
    /// The path of a file as it is shown.
    fn name(&self, file: FileId) -> &str {
        let path = self.sources.path(file);
        path.strip_prefix(&self.base).unwrap_or(path)
    }

    fn excerpt(&self, span: Span) -> Excerpt {
        let (start, end) = (self.sources.start(span), self.sources.end(span));
        let line = |number| self.sources.line(span.file, number).map(str::to_owned);
        let last = if end.line > start.line { line(end.line) } else { None };
        Excerpt {
            file: self.name(span.file).into(),
            line: start.line as u32,
            column: start.column as u32,
            end_line: end.line as u32,
            end_column: end.column as u32,
            text: line(start.line).into_iter().chain(last).collect(),
        }
    }

    fn diagnostic(&self, diagnostic: &mgmt_lang::diagnostic::Diagnostic) -> Diagnostic {
        Diagnostic {
            phase: diagnostic.phase,
            message: diagnostic.message.clone(),
            hint: diagnostic.hint.clone(),
            place: diagnostic.span.map(|span| self.excerpt(span)),
            related: diagnostic.related.iter().map(|(span, what)| (what.clone(), self.excerpt(*span))).collect(),
        }
    }
}

/// Where the cells of one compilation stand.
struct Table {
    sites: Sites,
    texts: Texts,
}

impl Places for Table {
    fn turn(&self, site: Site) -> u32 {
        self.sites.order(site.cell)
    }

    fn excerpt(&self, site: Site) -> Option<Excerpt> {
        Some(self.texts.excerpt(self.sites.span(site)?))
    }
}
