//! In which order the statements of a block are visited: what defines a name before what uses it, whatever the order of the text.
//!
//! Names bubble up: what a nested block uses and does not define counts as used by the statement around it. So a class carries
//! everything that its body uses, and whoever includes it waits for that. Names that an import brings hide those of outer blocks.

use super::code::{Body, ClassCode, Item};
use super::sort::sort;
use super::uses::Uses;
use crate::builtins;
use crate::diagnostic::Diagnostic;
use crate::modules::ImportName;
use crate::syntax::tree::{self, Alias};
use mgmt_values::Phase;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::rc::Rc;

/// Where a name is looked up. `Scoped` names are the first parts of names with dots: aliases and namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Space {
    Variable,
    Function,
    Class,
    Scoped,
}

/// A name in its space.
pub(super) type Key<'t> = (Space, Cow<'t, str>);

/// The names that something uses.
pub(super) type Used<'t> = FxHashSet<Key<'t>>;

/// The order of a block.
pub(super) struct Order<'t> {
    /// Its statements; each stands behind those that it depends on.
    pub visit: Vec<usize>,
    /// What it uses and does not define itself, parameters of the class or loop it is the body of included.
    pub free: Used<'t>,
}

/// Why a block has no order.
pub(super) enum Disorder {
    /// Names are defined twice.
    Duplicates(Vec<Diagnostic>),
    /// Something leads back to itself.
    Recursion,
}

/// Orders a block and all blocks in it. `stars` gives the names that modules bring with `as *`, by import string; a module that is not
/// there brings nothing that is known.
pub(super) fn order(body: &Body<'_>, stars: &Stars<'_>) -> Result<(), Disorder> {
    let mut ordering = Ordering { stars, file: true, duplicates: Vec::new(), aliases: Vec::new(), recursion: false };
    ordering.body(body);
    ordering.duplicates.append(&mut ordering.aliases);
    match (ordering.duplicates, ordering.recursion) {
        (duplicates, _) if !duplicates.is_empty() => Err(Disorder::Duplicates(duplicates)),
        (_, true) => Err(Disorder::Recursion),
        (_, false) => Ok(()),
    }
}

/// The names that modules bring with `as *`, by import string.
pub(super) type Stars<'t> = FxHashMap<&'t str, FxHashSet<(Space, String)>>;

/// The modules that a block or one in it imports with `as *`.
pub(super) fn starred<'t>(body: &Body<'t>) -> Vec<&'t tree::Import> {
    let mut found = Vec::new();
    for item in &body.items {
        match item {
            Item::Import(import) => found.extend(star(item).map(|_| *import)),
            Item::If(_, then, otherwise) => {
                found.extend(starred(then));
                found.extend(otherwise.iter().flat_map(|body| starred(body)));
            }
            Item::Loop(s) => found.extend(starred(&s.body)),
            Item::Class(class) => found.extend(starred(&class.body)),
            _ => {}
        }
    }
    found
}

/// The names that the top level of a module defines.
pub(super) fn defined(body: &Body<'_>) -> FxHashSet<(Space, String)> {
    body.items.iter().filter_map(product).map(|((space, name), _)| (space, name.into_owned())).collect()
}

struct Ordering<'s> {
    stars: &'s Stars<'s>,
    duplicates: Vec<Diagnostic>,
    /// Classes that are included by the name of an import: their bodies are ordered before that is found.
    aliases: Vec<Diagnostic>,
    recursion: bool,
    /// Whether the block of the file is still to come.
    file: bool,
}

impl Ordering<'_> {
    fn body<'t>(&mut self, body: &Body<'t>) -> Rc<Order<'t>> {
        let order = Rc::new(self.compute(body));
        *body.order.borrow_mut() = Some(order.clone());
        order
    }

    fn compute<'t>(&mut self, body: &Body<'t>) -> Order<'t> {
        let produced = self.produced(body);
        self.file = false;
        let mut free = Used::default();
        let mut before: Vec<Vec<usize>> = Vec::with_capacity(body.items.len());
        let imports: Vec<&str> = body.items.iter().filter_map(star).collect();
        for item in &body.items {
            let mut needed: Vec<usize> = Vec::new();
            for key in self.used(item) {
                match produced.get(&key) {
                    Some(&index) if matches!(body.items[index], Item::Import(_)) => {}
                    Some(&index) => needed.push(index),
                    None if comes_with(self.stars, &imports, &key) => {}
                    None => {
                        free.insert(key);
                    }
                }
            }
            needed.sort_unstable();
            needed.dedup();
            before.push(needed);
        }
        let (visit, acyclic) = sort(&before);
        self.recursion |= !acyclic;
        Order { visit, free }
    }

    /// What each name of the block is defined by.
    fn produced<'t>(&mut self, body: &Body<'t>) -> FxHashMap<Key<'t>, usize> {
        let mut produced: FxHashMap<Key<'t>, usize> = FxHashMap::default();
        for (index, item) in body.items.iter().enumerate() {
            let Some((key, word)) = product(item) else { continue };
            match produced.get(&key) {
                None => {
                    produced.insert(key, index);
                }
                // Derived names, and imports of a file, which are followed before: that is looked at where they are followed.
                Some(&first) if both_imports(&body.items[first], item).is_some_and(|same| self.file || !same) => {}
                Some(&first) => {
                    let of = &body.items[first];
                    let message = format!("{word} `{}` is defined twice in this block", key.1);
                    let found = Diagnostic::new(Phase::Setscope, item.span(), message).with_related(of.span(), "first here");
                    let import = [of, item].iter().any(|item| matches!(item, Item::Import(_)));
                    if import { self.aliases.push(found) } else { self.duplicates.push(found) }
                }
            }
        }
        produced
    }

    fn used<'t>(&mut self, item: &Item<'t>) -> Used<'t> {
        let mut uses = Uses::default();
        match item {
            Item::Bind(s) => uses.expr(&s.value),
            Item::Panic(s) => uses.exprs(&s.args.values),
            Item::Resource(s) => uses.resource(s),
            Item::Collect(s) => uses.resource(&s.resource),
            Item::Edge(s) => s.halves.iter().for_each(|half| uses.expr(&half.name)),
            Item::If(s, then, otherwise) => {
                uses.expr(&s.condition);
                uses.nested(&self.body(then).free, &[]);
                if let Some(otherwise) = otherwise {
                    uses.nested(&self.body(otherwise).free, &[]);
                }
            }
            Item::Loop(s) => {
                uses.expr(s.over);
                uses.nested(&self.body(&s.body).free, &[&s.first.text, &s.second.text]);
            }
            Item::Func(s) => uses.function(&s.function),
            Item::Class(class) => self.class(class, &mut uses),
            Item::Include(s) => {
                uses.named(Space::Class, &*s.class.text);
                uses.exprs(s.args.as_ref().map_or(&[], |args| &args.values));
            }
            Item::Import(_) => {}
        }
        uses.found
    }

    fn class<'t>(&mut self, class: &Rc<ClassCode<'t>>, uses: &mut Uses<'t>) {
        let params: Vec<&str> = class.params().iter().map(|param| &*param.name.text).collect();
        uses.nested(&self.body(&class.body).free, &params);
    }
}

/// Whether a name comes with an `import … as *` of one of these modules.
pub(super) fn comes_with(stars: &Stars<'_>, imports: &[&str], (space, name): &Key<'_>) -> bool {
    imports.iter().any(|path| match stars.get(*path) {
        Some(known) => known.contains(&(*space, name.to_string())),
        None => *space == Space::Function && builtins::lookup(&format!("{path}.{name}")).is_some(),
    })
}

/// What is imported with `as *`.
pub(super) fn star<'t>(item: &Item<'t>) -> Option<&'t str> {
    match item {
        Item::Import(import) if matches!(import.alias, Some(Alias::Star(_))) => Some(&import.path.text),
        _ => None,
    }
}

/// Whether two imports are called the same before they are followed; `None` where not both are imports.
fn both_imports(a: &Item<'_>, b: &Item<'_>) -> Option<bool> {
    match (a, b) {
        (Item::Import(a), Item::Import(b)) => Some(written(a) == written(b)),
        _ => None,
    }
}

/// What an import is called before it is followed: its alias, else all of its string.
pub(super) fn written(import: &tree::Import) -> &str {
    match &import.alias {
        Some(Alias::Name(name)) => &name.text,
        _ => &import.path.text,
    }
}

/// The name that a statement defines, and what to call it.
pub(super) fn product<'t>(item: &Item<'t>) -> Option<(Key<'t>, &'static str)> {
    let plain = |space, name: &'t str, word| Some(((space, Cow::Borrowed(name)), word));
    match item {
        Item::Bind(s) => plain(Space::Variable, &s.name.text, "variable"),
        Item::Func(s) => plain(Space::Function, &s.name.text, "function"),
        Item::Class(class) => plain(Space::Class, class.name, "class"),
        Item::Include(s) => plain(Space::Scoped, &s.alias.as_ref()?.text, "alias"),
        Item::Import(s) => match &s.alias {
            Some(Alias::Name(name)) => plain(Space::Scoped, &name.text, "alias"),
            Some(Alias::Star(_)) => None,
            None => {
                let mut namespace = ImportName::parse(&s.path.text).ok()?.namespace;
                namespace.truncate(namespace.find('.').unwrap_or(namespace.len()));
                Some(((Space::Scoped, Cow::Owned(namespace)), "alias"))
            }
        },
        _ => None,
    }
}
