//! Statements to drafts of cells, and which cells live together.

use super::build::{Builder, Scope};
use crate::diagnostic::Diagnostic;
use crate::eval::code::{CellKind, Entry, Half, Node, ResourceCode, What};
use crate::resolve::program::{self, BlockId, DefId, EntryKind, Program, Statement, StatementKind};
use mgmt_values::{CellId, Keying, Phase, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// All statements of a program as drafts of cells.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// In the order of the text.
    pub(super) cells: Vec<DraftCell>,
    /// The first is the top level; each comes after the one around it.
    pub(super) containers: Vec<Container>,
    /// The container that the cells of each block live in, for blocks that are alive.
    pub(super) blocks: FxHashMap<BlockId, usize>,
}

/// Cells that live and die together.
#[derive(Debug)]
pub(super) struct Container {
    /// The statement that it belongs to, and the container that this is in.
    pub(super) parent: Option<(usize, usize)>,
    /// The innermost container around it that is a loop body or the top level; itself if it is one.
    pub(super) region: usize,
    /// How many loops are around its cells.
    pub(super) depth: u32,
}

/// A statement before it is a cell.
#[derive(Debug)]
pub(super) struct DraftCell {
    pub(super) id: CellId,
    /// Where it lives.
    pub(super) container: usize,
    /// What it yields; the cells inside of it are not there yet.
    pub(super) kind: CellKind,
    /// The containers inside of it: the loop body, or the branches.
    pub(super) inside: Vec<usize>,
}

/// Which loop binds each element variable.
pub(super) fn loops(program: &Program) -> FxHashMap<DefId, CellId> {
    let statements = program.blocks.iter().flat_map(|block| &block.statements);
    let bound = statements.filter_map(|statement| match statement.kind {
        StatementKind::For { element, .. } => Some((element, statement.id)),
        StatementKind::ForKv { value, .. } => Some((value, statement.id)),
        _ => None,
    });
    bound.collect()
}

/// Drafts every statement that can contribute something.
pub(super) fn draft(builder: &mut Builder<'_>) -> Result<Draft, Vec<Diagnostic>> {
    let mut drafting = Drafting { builder, draft: Draft::default(), mistakes: Vec::new(), hiding: 0 };
    drafting.draft.containers.push(Container { parent: None, region: 0, depth: 0 });
    if !drafting.builder.program.blocks.is_empty() {
        drafting.block(BlockId(0), 0);
    }
    if drafting.mistakes.is_empty() { Ok(drafting.draft) } else { Err(drafting.mistakes) }
}

struct Drafting<'b, 'a> {
    builder: &'b mut Builder<'a>,
    draft: Draft,
    mistakes: Vec<Diagnostic>,
    /// How many statements so far may make hidden resources.
    hiding: u32,
}

impl Drafting<'_, '_> {
    fn block(&mut self, block: BlockId, container: usize) {
        self.draft.blocks.insert(block, container);
        let program = self.builder.program;
        for statement in &program[block].statements {
            self.statement(statement, block, container);
        }
    }

    fn statement(&mut self, statement: &Statement, block: BlockId, container: usize) {
        let home = statement.id;
        self.builder.sites.statement(home, statement.span);
        let scope = &mut Scope::outermost(home, block, self.builder.program[block].depth);
        match &statement.kind {
            StatementKind::Include { body, .. } => self.block(*body, container),
            StatementKind::If { condition, then, otherwise } => match self.builder.expr(*condition, scope) {
                // Decided for good: the branch is part of what is around it.
                Node::Const(Value::Bool(true)) => self.block(*then, container),
                Node::Const(_) => otherwise.iter().for_each(|block| self.block(*block, container)),
                condition => {
                    let kind = CellKind::Branch { condition, then: Arc::new([]), otherwise: Arc::new([]) };
                    let cell = self.cell(home, container, kind);
                    let region = self.draft.containers[container].region;
                    for block in std::iter::once(then).chain(otherwise) {
                        self.inside(cell, container, *block, Some(region));
                    }
                }
            },
            StatementKind::For { list: collection, body, .. } | StatementKind::ForKv { map: collection, body, .. } => {
                let keying = if matches!(statement.kind, StatementKind::ForKv { .. }) { Keying::Key } else { Keying::Occurrence };
                let collection = self.builder.expr(*collection, scope);
                let cell = self.cell(home, container, CellKind::Loop { collection, keying, body: Arc::new([]) });
                self.inside(cell, container, *body, None);
            }
            StatementKind::Resource(resource) => self.resource(home, resource, scope, container),
            StatementKind::Edge(halves) => {
                let halves = halves.iter().map(|half| self.half(half, scope)).collect();
                self.cell(home, container, CellKind::Edge(halves));
            }
            StatementKind::Panic(args) => {
                let args = self.builder.exprs(args, scope);
                self.cell(home, container, CellKind::Panic(args, 0));
            }
        }
    }

    fn cell(&mut self, id: CellId, container: usize, kind: CellKind) -> usize {
        self.draft.cells.push(DraftCell { id, container, kind, inside: Vec::new() });
        self.draft.cells.len() - 1
    }

    /// Opens the container of a block inside of a statement; one without a `region` to belong to is a region of its own.
    fn inside(&mut self, cell: usize, around: usize, block: BlockId, region: Option<usize>) {
        let container = self.draft.containers.len();
        let depth = self.draft.containers[around].depth + u32::from(region.is_none());
        self.draft.containers.push(Container { parent: Some((cell, around)), region: region.unwrap_or(container), depth });
        self.draft.cells[cell].inside.push(container);
        self.block(block, container);
    }

    fn resource(&mut self, home: CellId, resource: &program::Resource, scope: &mut Scope, container: usize) {
        let Some(kind) = self.builder.kinds.get(&resource.kind) else {
            let message = format!("unknown resource kind `{}`", resource.kind);
            self.mistakes.push(Diagnostic::new(Phase::Unify, resource.span, message));
            return;
        };
        let offset = self.builder.sites.place(home, resource.span);
        let name = self.builder.expr(resource.name, scope);
        let mut entries = Vec::with_capacity(resource.entries.len());
        for entry in &resource.entries {
            let offset = self.builder.sites.place(home, entry.span);
            let condition = entry.condition.map(|condition| self.builder.expr(condition, scope));
            let what = match &entry.kind {
                EntryKind::Field(name, value) => {
                    let Some((index, _)) = kind.field(name) else {
                        let message = format!("kind `{}` has no field `{name}`", kind.name);
                        self.mistakes.push(Diagnostic::new(Phase::Unify, entry.span, message));
                        continue;
                    };
                    What::Field(index as u16, self.builder.expr(*value, scope))
                }
                EntryKind::Edge(property, half) => What::Edge(*property, self.half(half, scope)),
                EntryKind::Meta(name, value) => What::Meta(name.clone(), self.builder.expr(*value, scope)),
                EntryKind::MetaStruct(value) => What::MetaStruct(self.builder.expr(*value, scope)),
            };
            match condition {
                Some(Node::Const(Value::Bool(true))) => entries.push(Entry { condition: None, what, offset }),
                // The value is evaluated all the same, unless there is nothing to evaluate.
                Some(Node::Const(_)) if matches!(what.node(), Node::Const(_)) => {}
                condition => entries.push(Entry { condition, what, offset }),
            }
        }
        let hides = resource.collect || entries.iter().any(may_hide);
        self.hiding += u32::from(hides);
        let turn = if hides { self.hiding } else { 0 };
        let code = ResourceCode { kind, name, collect: resource.collect, entries: entries.into(), offset, turn };
        self.cell(home, container, CellKind::Resource(code));
    }

    fn half(&mut self, half: &program::Half, scope: &mut Scope) -> Half {
        let offset = self.builder.sites.place(scope.home, half.span);
        Half { kind: half.kind.clone(), name: self.builder.expr(half.name, scope), field: half.field.clone(), offset }
    }
}

fn may_hide(entry: &Entry) -> bool {
    match &entry.what {
        What::Meta(name, value) => &**name == "hidden" && !matches!(value, Node::Const(Value::Bool(false))),
        What::MetaStruct(_) => true,
        What::Field(..) | What::Edge(..) => false,
    }
}
