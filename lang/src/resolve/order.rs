//! In which order the statements of a block are visited: what defines a name before what uses it, whatever the order of the text.
//!
//! Names bubble up: what a nested block uses and does not define counts as used by the statement around it. So a class carries
//! everything that its body uses, and whoever includes it waits for that. Names that an import brings hide those of outer blocks.

use super::code::{Body, ClassCode, Item};
use super::cycle::{self, Cycle};
use super::uses::Uses;
use crate::builtins;
use crate::diagnostic::Diagnostic;
use crate::modules::ImportName;
use crate::syntax::tree::{self, Alias};
use mgmt_values::{Phase, Span};
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

/// The names that something uses, each with the place of its first use.
pub(super) type Used<'t> = FxHashMap<Key<'t>, Span>;

/// The order of a block.
pub(super) struct Order<'t> {
    /// Its statements; each stands behind those that it depends on.
    pub visit: Vec<usize>,
    /// For each statement those of the block that it depends on.
    pub before: Vec<Vec<usize>>,
    /// What it uses and does not define itself, parameters of the class or loop it is the body of included.
    pub free: Used<'t>,
}

/// Why a block has no order.
pub(super) enum Disorder {
    /// Names are defined twice.
    Duplicates(Vec<Diagnostic>),
    /// Something leads back to itself.
    Recursion(Diagnostic),
}

/// Orders a block and all blocks in it. `stars` gives the names that modules bring with `as *`, by import string; a module that is not
/// there brings nothing that is known.
pub(super) fn order(body: &Body<'_>, stars: &Stars<'_>) -> Result<(), Disorder> {
    let mut ordering = Ordering { stars, duplicates: Vec::new(), cycles: Vec::new() };
    ordering.body(body);
    if !ordering.duplicates.is_empty() {
        return Err(Disorder::Duplicates(ordering.duplicates));
    }
    match ordering.cycles.into_iter().rev().min_by(|a, b| a.label.cmp(&b.label)) {
        None => Ok(()),
        Some(cycle) => Err(Disorder::Recursion(cycle.diagnostic())),
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
    cycles: Vec<Cycle>,
}

impl Ordering<'_> {
    fn body<'t>(&mut self, body: &Body<'t>) -> Rc<Order<'t>> {
        let order = Rc::new(self.compute(body));
        *body.order.borrow_mut() = Some(order.clone());
        order
    }

    fn compute<'t>(&mut self, body: &Body<'t>) -> Order<'t> {
        let produced = self.produced(body);
        let mut free = Used::default();
        let mut before: Vec<Vec<(usize, Span)>> = Vec::with_capacity(body.items.len());
        let starred: Vec<&str> = body.items.iter().filter_map(star).collect();
        for item in &body.items {
            let mut deps: Vec<(usize, Span)> = Vec::new();
            for (key, span) in self.used(item) {
                match produced.get(&key) {
                    Some(&index) if matches!(body.items[index], Item::Import(_)) => {}
                    Some(&index) => deps.push((index, span)),
                    None if self.starred(&starred, &key) => {}
                    None => {
                        let first = free.entry(key).or_insert(span);
                        *first = (*first).min(span);
                    }
                }
            }
            deps.sort_unstable();
            deps.dedup_by_key(|(index, _)| *index);
            before.push(deps);
        }
        let (visit, acyclic) = cycle::sort(&before);
        if !acyclic {
            self.cycles.extend(cycle::find(body, &before));
        }
        let before = before.into_iter().map(|list| list.into_iter().map(|(index, _)| index).collect()).collect();
        Order { visit, before, free }
    }

    /// What each name of the block is defined by. Imports come last to be looked at: what they bring is shadowed.
    fn produced<'t>(&mut self, body: &Body<'t>) -> FxHashMap<Key<'t>, usize> {
        let mut produced: FxHashMap<Key<'t>, usize> = FxHashMap::default();
        for (index, item) in body.items.iter().enumerate() {
            let Some((key, word)) = product(item) else { continue };
            match produced.get(&key) {
                None => {
                    produced.insert(key, index);
                }
                // Two imports: that is looked at where imports are followed.
                Some(&first) if matches!((&body.items[first], item), (Item::Import(_), Item::Import(_))) => {}
                Some(&first) => self.duplicates.push(
                    Diagnostic::new(Phase::Setscope, item.span(), format!("{word} `{}` is defined twice in this block", key.1))
                        .with_related(body.items[first].span(), "first here"),
                ),
            }
        }
        produced
    }

    /// Whether a name comes with an `import … as *` of one of these modules.
    fn starred(&self, imports: &[&str], (space, name): &Key<'_>) -> bool {
        imports.iter().any(|path| match self.stars.get(*path) {
            Some(known) => known.contains(&(*space, name.to_string())),
            None => *space == Space::Function && builtins::lookup(&format!("{path}.{name}")).is_some(),
        })
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
                uses.named(Space::Class, &*s.class.text, s.span);
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

/// What is imported with `as *`.
fn star<'t>(item: &Item<'t>) -> Option<&'t str> {
    match item {
        Item::Import(import) if matches!(import.alias, Some(Alias::Star(_))) => Some(&import.path.text),
        _ => None,
    }
}

/// The name that a statement defines, and what to call it.
fn product<'t>(item: &Item<'t>) -> Option<(Key<'t>, &'static str)> {
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
