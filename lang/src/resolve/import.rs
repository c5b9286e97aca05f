//! Imports: finding modules, reading each file once, and resolving a module once per import statement.

use super::code::{self, Body, Item, Trees, mix};
use super::first::{Part, Step};
use super::native::Natives;
use super::order::{self, Space};
use super::program::BlockKind;
use super::resolver::{Here, Module, Resolver};
use super::scope::Mount;
use crate::diagnostic::Diagnostic;
use crate::modules::{Downloads, Entry, ImportKind, ImportName, Reader, module_directory};
use crate::source::SourceMap;
use crate::syntax::{self, tree};
use mgmt_values::{Phase, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// The files of a compilation.
pub(super) struct Library<'t, 'f> {
    pub reader: Reader<'f>,
    pub sources: SourceMap,
    trees: &'t Trees,
    downloads: &'f dyn Downloads,
    /// Where modules are looked for at last.
    global: Option<String>,
    parsed: FxHashMap<String, Parsed<'t>>,
}

/// A file as it was parsed, or what is wrong with it.
type Parsed<'t> = Result<Rc<Body<'t>>, Vec<Diagnostic>>;

impl<'t, 'f> Library<'t, 'f> {
    /// No files yet.
    pub fn new(reader: Reader<'f>, trees: &'t Trees, downloads: &'f dyn Downloads) -> Library<'t, 'f> {
        Library { reader, sources: SourceMap::default(), trees, downloads, global: None, parsed: FxHashMap::default() }
    }

    /// Sets the directory in which modules are looked for at last.
    pub fn search(&mut self, global: String) {
        self.global = Some(global);
    }

    /// Parses and orders a file, once.
    pub fn parse(&mut self, entry: &Entry) -> Parsed<'t> {
        if let Some(parsed) = self.parsed.get(&entry.path) {
            return parsed.clone();
        }
        let parsed = self.parse_now(entry);
        self.parsed.insert(entry.path.clone(), parsed.clone());
        parsed
    }

    fn parse_now(&mut self, entry: &Entry) -> Parsed<'t> {
        let file = self.sources.add(&*entry.path, &*entry.text);
        let syntax::Parsed { program, mut mistakes } = syntax::parse(file, &entry.text);
        if mistakes.is_empty() {
            mistakes = syntax::check(&program);
            let first = mistakes.first().map(|mistake| mistake.phase);
            mistakes.retain(|mistake| Some(mistake.phase) == first);
        }
        match mistakes.is_empty() {
            true => Ok(code::file(self.trees.add(program), &entry.text)),
            false => Err(mistakes),
        }
    }

    /// Finds what an import string of a module asks for; the error is one line.
    fn find(&mut self, module: &Rc<Module>, kind: &ImportKind) -> Result<Entry, String> {
        match kind {
            ImportKind::System => Err("a system module has no file".to_owned()),
            ImportKind::Local(path) => {
                let path = crate::modules::absolute(&module.beside, path.trim_start_matches('/'));
                match path.ends_with('/') {
                    true => self.reader.directory(&path),
                    false => self.reader.file(&path),
                }
            }
            ImportKind::Remote { directory, url } => {
                let chain: Vec<&crate::modules::Location> =
                    module.chain().filter_map(|module| module.location.as_ref()).collect();
                let found = module_directory(self.reader.files(), chain, self.global.as_deref(), directory);
                let Some(place) = found else { return Err("there is no directory of modules to look in".to_owned()) };
                let fetched = self.downloads.fetch(url, &place.modules, &place.directory);
                fetched.map_err(|why| format!("the download failed: {why}"))?;
                let metadata = format!("{}metadata.yaml", place.directory);
                if !place.there && !self.downloads.fetches() {
                    self.reader.missed(&metadata);
                    return Err(format!("it has not been downloaded to `{}`", place.directory));
                }
                self.reader.module(&metadata, false)
            }
        }
    }
}

impl<'t> Resolver<'t, '_> {
    /// Follows the imports of a block, in the order of the text.
    pub fn imports(&mut self, body: &Rc<Body<'t>>, here: &Here) {
        let mut earlier = Earlier::default();
        for (index, item) in body.items.iter().enumerate() {
            let Item::Import(import) = item else { continue };
            self.trail.push(Step { body: body.clone(), part: Part::Import(index) });
            self.follow(import, mix(here.path, body.labels[index]), &mut earlier, here);
            self.trail.pop();
        }
    }

    /// Follows one import and lets what it brings be seen.
    fn follow(&mut self, import: &'t tree::Import, path: u64, earlier: &mut Earlier<'t>, here: &Here) {
        let text = &*import.path.text;
        let name = match ImportName::parse(text) {
            Ok(name) => name,
            Err(why) => {
                self.mistake(here, import.span, format!("`{text}` can't be imported: {why}"));
                return self.give_up_import(import, &text.replace('-', "_"), here);
            }
        };
        let alias: Option<String> = match &import.alias {
            Some(tree::Alias::Star(_)) => None,
            Some(tree::Alias::Name(name)) => Some(name.text.to_string()),
            None => Some(name.namespace.clone()),
        };
        let twice = match (earlier.texts.get(text), alias.as_ref().and_then(|alias| earlier.aliases.get(alias))) {
            (Some(&first), _) => Some((first, format!("`{text}` is imported twice in this block"))),
            (None, Some(&first)) => {
                let alias = alias.as_deref().unwrap_or_default();
                Some((first, format!("two imports of this block have the name `{alias}`")))
            }
            (None, None) => None,
        };
        if let Some((first, message)) = twice {
            let diagnostic = Diagnostic::new(Phase::Setscope, import.span, message).with_related(first, "first here");
            self.report(here, diagnostic.with_hint("`as` gives an import another name"));
            return self.give_up_import(import, &name.namespace, here);
        }
        earlier.texts.insert(text, import.span);
        earlier.aliases.extend(alias.iter().map(|alias| (alias.clone(), import.span)));
        match (self.import(import, &name, path, here), alias) {
            (None, _) => self.give_up_import(import, &name.namespace, here),
            (Some(mount), Some(alias)) => self.scopes.mount(here.layer, alias, mount),
            (Some(mount), None) => {
                self.star_collisions(&mut earlier.stars, &mount, import, here);
                self.scopes.star(here.layer, mount);
            }
        }
    }

    /// The names that the module of an import defines, if there is such a file.
    pub fn names_of(&mut self, import: &tree::Import, here: &Here) -> Option<FxHashSet<(Space, String)>> {
        let name = ImportName::parse(&import.path.text).ok()?;
        let entry = self.library.find(&here.module, &name.kind).ok()?;
        self.library.parse(&entry).ok().map(|body| order::defined(&body))
    }

    fn give_up_import(&mut self, import: &tree::Import, namespace: &str, here: &Here) {
        match &import.alias {
            Some(tree::Alias::Star(_)) => self.scopes.star(here.layer, Mount::Broken),
            Some(tree::Alias::Name(name)) => self.scopes.mount(here.layer, name.text.to_string(), Mount::Broken),
            None => self.scopes.mount(here.layer, namespace.to_owned(), Mount::Broken),
        }
    }

    /// What two modules define themselves must differ when both are imported without a prefix.
    fn star_collisions(
        &mut self,
        stars: &mut FxHashMap<(Space, String), Span>,
        mount: &Mount<'t>,
        import: &tree::Import,
        here: &Here,
    ) {
        let mut collision: Option<(String, Span)> = None;
        for name in self.scopes.own_names(mount) {
            match stars.get(&name) {
                Some(&first) => collision = collision.into_iter().chain([(name.1, first)]).min(),
                None => {
                    stars.insert(name, import.span);
                }
            }
        }
        if let Some((name, first)) = collision {
            let message = format!("`{name}` comes with two imports that have no prefix");
            let diagnostic = Diagnostic::new(Phase::Setscope, import.span, message).with_related(first, "first here");
            self.report(here, diagnostic.with_hint("import one of them without `as *`"));
        }
    }

    /// What one import brings; `None` when that is a mistake, which has been told.
    fn import(&mut self, import: &'t tree::Import, name: &ImportName, path: u64, here: &Here) -> Option<Mount<'t>> {
        let text: &'t str = &import.path.text;
        if name.kind == ImportKind::System {
            match Natives::text(text) {
                Some(code) => return self.own_module(text, code, import.span, path, here),
                None if Natives::is_module(text) => return Some(Mount::Native(text)),
                None => {}
            }
            let diagnostic = super::unknown::module(text, import.span, &here.module.beside, self.library.reader.files());
            self.report(here, diagnostic);
            return None;
        }
        let key = (here.module.base.clone(), text.to_owned());
        if let Some(earlier) = here.module.chain().find(|module| module.key == key) {
            let first = earlier.importer.as_ref().map(|(_, span)| *span);
            let mut diagnostic = Diagnostic::new(Phase::Setscope, import.span, format!("`{text}` imports itself in a circle"));
            diagnostic.related.extend(first.map(|span| (span, "it is already being imported here".to_owned())));
            self.report(here, diagnostic);
            return None;
        }
        if !self.room(here, import.span) {
            return None;
        }
        let entry = match self.library.find(&here.module, &name.kind) {
            Ok(entry) => entry,
            Err(why) => {
                self.mistake(here, import.span, format!("`{text}` can't be imported: {why}"));
                return None;
            }
        };
        let importer = Some((here.module.clone(), import.span));
        let Entry { beside, base, location, .. } = entry.clone();
        let module = Rc::new(Module { importer, key, beside, base, location });
        self.module(&entry, module, None, path, here)
    }

    /// A system module of which a part is written in mcl: that sees the other part, and hands it on.
    fn own_module(&mut self, name: &'t str, code: &str, at: Span, path: u64, here: &Here) -> Option<Mount<'t>> {
        let base = format!("/{name}/");
        let entry = Entry {
            path: format!("embedded:{base}main.mcl"),
            text: code.to_owned(),
            beside: base.clone(),
            base: base.clone(),
            location: None,
        };
        let importer = Some((here.module.clone(), at));
        let module = Module { importer, key: (String::new(), name.to_owned()), beside: base.clone(), base, location: None };
        self.module(&entry, Rc::new(module), Some(Mount::Native(name)), path, here)
    }

    /// Resolves a module for one import; with what it sees beside what all modules see.
    fn module(
        &mut self,
        entry: &Entry,
        module: Rc<Module>,
        with: Option<Mount<'t>>,
        path: u64,
        here: &Here,
    ) -> Option<Mount<'t>> {
        let before = self.mistakes.len();
        let body = match self.library.parse(entry) {
            Ok(body) => body,
            Err(mistakes) => {
                mistakes.into_iter().for_each(|mistake| self.report_in(&module, mistake));
                return None;
            }
        };
        let block = self.block_inside(Some(here.block), BlockKind::File);
        let layer = self.scopes.module(here.layer);
        with.into_iter().for_each(|mount| self.scopes.star(layer, mount));
        let inner =
            Here { block, layer, path, nesting: here.nesting + 1, module: module.clone(), includes: here.includes.clone() };
        self.block(&body, &inner);
        self.trail.push(Step { body: body.clone(), part: Part::Module });
        for item in &body.items {
            if !matches!(item, Item::Bind(_) | Item::Func(_) | Item::Class(_) | Item::Import(_)) {
                let message = "a module may hold only variables, functions, classes and imports at its top level";
                let diagnostic = Diagnostic::new(Phase::Setscope, item.span(), message);
                self.report_in(&module, diagnostic.with_hint("put it into a class and include that"));
            }
        }
        self.trail.pop();
        if !self.scopes.escaped(layer) {
            // It reads nothing of the block that imports it, so one instance serves all of that block's.
            let block = &mut self.program.blocks[block.0 as usize];
            block.parent = None;
            block.depth = 0;
        }
        (self.mistakes.len() == before).then_some(Mount::Layer(layer, None))
    }
}

/// The imports of a block that were followed before.
#[derive(Default)]
struct Earlier<'t> {
    /// By what they ask for.
    texts: FxHashMap<&'t str, Span>,
    /// By the name that they have here.
    aliases: FxHashMap<String, Span>,
    /// The names that came without a prefix, and the import of each.
    stars: FxHashMap<(Space, String), Span>,
}
