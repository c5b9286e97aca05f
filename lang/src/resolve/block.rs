//! Blocks and their statements.

use super::code::{Body, Item, Loop, mix};
use super::first::{Part, Step};
use super::graph;
use super::order::{self, Disorder, Space, Stars};
use super::program::{
    Annotation, BlockId, BlockKind, Def, DefId, DefKind, Entry, EntryKind, Func, Half, Property, Resource, Statement,
    StatementKind,
};
use super::resolver::{ClassDefinition, Here, Resolver};
use super::scope::{ClassId, Found};
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::{self, TypeNote};
use mgmt_values::{CellId, Phase, Span};
use std::rc::Rc;
use std::sync::Arc;

/// What the author wrote about a type.
pub(super) fn annotation(note: Option<&TypeNote>) -> Option<Annotation> {
    note.map(|note| Annotation { ty: note.ty.clone(), span: note.span })
}

impl<'t> Resolver<'t, '_> {
    /// Resolves the statements of a block into `here`: its imports first, then what defines a name before what uses it.
    pub fn block(&mut self, body: &Rc<Body<'t>>, here: &Here) {
        self.scopes.advance(here.layer);
        self.imports(body, here);
        // The block of a file is ordered here, with all blocks in it; copies of a class share their order.
        let known = body.order.borrow().is_some();
        if !known && let Err(mistakes) = self.order(body, here) {
            *body.order.borrow_mut() = None;
            self.trail.push(Step { body: body.clone(), part: Part::Order });
            mistakes.into_iter().for_each(|mistake| self.report(here, mistake));
            self.trail.pop();
            return;
        }
        let Some(order) = body.order.borrow().clone() else { return };
        let mut statements: Vec<Option<Statement>> = Vec::new();
        statements.resize_with(body.items.len(), || None);
        for &index in &order.visit {
            self.scopes.advance(here.layer);
            self.trail.push(Step { body: body.clone(), part: Part::Statement(index) });
            let id = CellId(mix(here.path, body.labels[index]));
            let item = &body.items[index];
            if let Some(kind) = self.statement(item, id, here) {
                statements[index] = Some(Statement { id, span: statement_span(item), kind });
            }
            self.trail.pop();
        }
        self.program.blocks[here.block.0 as usize].statements = statements.into_iter().flatten().collect();
    }

    /// Orders the block of a file. A name that an import brings hides an outer one, so before a recursion is believed, the modules that
    /// are imported without a prefix are looked at.
    fn order(&mut self, body: &Rc<Body<'t>>, here: &Here) -> Result<(), Vec<Diagnostic>> {
        match order::order(body, &Stars::default()) {
            Ok(()) => return Ok(()),
            Err(Disorder::Duplicates(mistakes)) => return Err(mistakes),
            Err(Disorder::Recursion) => {}
        }
        let imports = order::starred(body).into_iter();
        let stars: Stars<'_> = imports.filter_map(|import| Some((&*import.path.text, self.names_of(import, here)?))).collect();
        if !stars.is_empty() && order::order(body, &stars).is_ok() {
            return Ok(());
        }
        Err(vec![recursion(&graph::recursion(body, &stars))])
    }

    /// A block inside another: what it sees, and where it goes.
    pub fn nested(&mut self, here: &Here, kind: BlockKind, id: CellId, part: &str) -> Here {
        let block = self.block_inside(Some(here.block), kind);
        let layer = self.scopes.inside(here.layer);
        Here { block, layer, path: mix(id.0, part), nesting: here.nesting + 1, ..here.clone() }
    }

    fn statement(&mut self, item: &Item<'t>, id: CellId, here: &Here) -> Option<StatementKind> {
        match item {
            Item::Bind(s) => {
                let value = self.expression(&s.value, here);
                let kind = DefKind::Bind(value, annotation(s.annotation.as_ref()));
                let def = self.def(Def { name: s.name.text.clone(), id, span: s.name.span, block: here.block, kind });
                self.scopes.define(here.layer, Space::Variable, &s.name.text, Found::Variable(def));
                None
            }
            Item::Func(s) => {
                let lambda = self.function(&s.function, id, here);
                let func = self.func(Func { name: s.name.text.clone(), id, span: s.span, block: here.block, lambda });
                self.scopes.define(here.layer, Space::Function, &s.name.text, Found::Function(func));
                None
            }
            Item::Class(code) => {
                let time = self.scopes.now(here.layer);
                let (code, layer, module) = (code.clone(), here.layer, here.module.clone());
                let name = code.name;
                self.classes.push(ClassDefinition { code, layer, time, module });
                let class = ClassId(self.classes.len() as u32 - 1);
                self.scopes.define(here.layer, Space::Class, name, Found::Class(class));
                None
            }
            Item::Import(_) => None,
            Item::Panic(s) => Some(StatementKind::Panic(self.expressions(&s.args.values, here))),
            Item::Resource(s) => Some(StatementKind::Resource(self.resource(s, false, here))),
            Item::Collect(s) => Some(StatementKind::Resource(self.resource(&s.resource, true, here))),
            Item::Edge(s) => Some(StatementKind::Edge(s.halves.iter().map(|half| self.half(half, here)).collect())),
            Item::If(s, then, otherwise) => {
                let condition = self.expression(&s.condition, here);
                let then = self.branch(then, here, id, "then", s.span)?;
                let otherwise = match otherwise {
                    Some(body) => Some(self.branch(body, here, id, "else", s.span)?),
                    None => None,
                };
                Some(StatementKind::If { condition, then, otherwise })
            }
            Item::Loop(s) => self.loop_statement(s, id, here),
            Item::Include(s) => self.include(s, id, here),
        }
    }

    fn branch(&mut self, body: &Rc<Body<'t>>, here: &Here, id: CellId, part: &str, span: Span) -> Option<BlockId> {
        if !self.room(here, span) {
            return None;
        }
        let inner = self.nested(here, BlockKind::Branch, id, part);
        self.block(body, &inner);
        Some(inner.block)
    }

    fn loop_statement(&mut self, s: &Loop<'t>, id: CellId, here: &Here) -> Option<StatementKind> {
        let over = self.expression(s.over, here);
        if !self.room(here, s.span) {
            return None;
        }
        let inner = self.nested(here, BlockKind::Loop, id, "body");
        let first = if s.keyed { DefKind::Key } else { DefKind::Index };
        let first = self.given(s.first, id, "first", first, &inner);
        let second = self.given(s.second, id, "second", DefKind::Element, &inner);
        self.block(&s.body, &inner);
        let body = inner.block;
        Some(match s.keyed {
            true => StatementKind::ForKv { key: first, value: second, map: over, body },
            false => StatementKind::For { index: first, element: second, list: over, body },
        })
    }

    /// A variable that a block or function is given.
    pub fn given(&mut self, name: &'t tree::Name, id: CellId, part: impl std::hash::Hash, kind: DefKind, inner: &Here) -> DefId {
        let id = CellId(mix(id.0, (part, &*name.text)));
        let def = self.def(Def { name: name.text.clone(), id, span: name.span, block: inner.block, kind });
        self.scopes.define(inner.layer, Space::Variable, &name.text, Found::Variable(def));
        def
    }

    fn resource(&mut self, s: &'t tree::Resource, collect: bool, here: &Here) -> Resource {
        let name = self.expression(&s.name, here);
        let entries = s.body.entries.iter().map(|entry| self.entry(entry, here)).collect();
        Resource { kind: s.kind.text.clone(), span: s.span, name, collect, entries }
    }

    fn entry(&mut self, entry: &'t tree::Entry, here: &Here) -> Entry {
        let kind = match entry {
            tree::Entry::Field(e) => EntryKind::Field(e.field.text.clone(), self.expression(&e.value, here)),
            tree::Entry::Edge(e) => EntryKind::Edge(property(&e.property.text), self.half(&e.half, here)),
            tree::Entry::Meta(e) => EntryKind::Meta(e.parameter.text.clone(), self.expression(&e.value, here)),
            tree::Entry::MetaStruct(e) => EntryKind::MetaStruct(self.expression(&e.value, here)),
        };
        // After the value: so the first mistake of an entry is that of its value.
        let condition = entry.condition().map(|condition| self.expression(condition, here));
        Entry { span: entry.span(), condition, kind }
    }

    fn half(&mut self, half: &'t tree::EdgeHalf, here: &Here) -> Half {
        let name = self.expression(&half.name, here);
        let field: Option<Arc<str>> = half.field.as_ref().map(|field| field.text.clone());
        Half { span: half.span, kind: half.kind.text.clone(), name, field }
    }
}

/// A loop of uses: the first is the place.
fn recursion(places: &[Span]) -> Diagnostic {
    let what = if places.len() == 1 { "this refers to itself" } else { "these refer to each other in a circle" };
    let message = format!("recursion is not possible: {what}");
    let Some((&first, others)) = places.split_first() else { return Diagnostic::unplaced(Phase::Setscope, message) };
    let diagnostic = Diagnostic::new(Phase::Setscope, first, message);
    others.iter().fold(diagnostic, |diagnostic, &place| diagnostic.with_related(place, "and here"))
}

/// The place of a statement; that of a collected resource is all of it, from the word `collect`.
fn statement_span(item: &Item<'_>) -> Span {
    match item {
        Item::Collect(s) => s.span,
        item => item.span(),
    }
}

/// Other words have been refused before.
fn property(word: &str) -> Property {
    match word {
        "before" => Property::Before,
        "notify" => Property::Notify,
        "depend" => Property::Depend,
        _ => Property::Listen,
    }
}
