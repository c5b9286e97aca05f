//! Where cells begin: which variables are cells and which are part of the one cell that reads them.
//!
//! A variable is part of a cell when that cell alone reads it and exists as often as the variable does; it is a cell of its own when
//! several read it, when a loop body reads what is outside of the loop, or when the body of a function reads it. What nobody reads is gone.

use super::build::Variable;
use super::statement::{Container, Draft};
use crate::eval::Summary;
use crate::eval::code::{CellKind, Node};
use crate::resolve::program::{BlockId, DefId, Program};
use mgmt_values::CellId;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// Drafts of all cells, statements first, then values.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) cells: Vec<Planned>,
    pub(super) containers: Vec<Container>,
    /// Where each variable that is read ended up.
    pub(super) defs: FxHashMap<DefId, Home>,
}

/// Where a variable ended up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Home {
    /// A cell of its own.
    Cell,
    /// A slot of the cell that reads it: which one.
    Slot(u32),
}

/// A cell that is to be.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) id: CellId,
    /// The home of its expressions.
    pub(super) home: CellId,
    pub(super) container: usize,
    pub(super) kind: CellKind,
    /// The containers inside of a statement.
    pub(super) inside: Vec<usize>,
    /// The variables that are part of it: their homes and what they are bound to.
    pub(super) slots: Vec<(CellId, Node)>,
    /// What it reads, through its slots too; the cells inside of it are not counted.
    pub(super) summary: Summary,
    /// A statement, or a value that a statement always reads.
    pub(super) strict: bool,
}

/// What is known of a variable while its readers are placed.
#[derive(Debug, Default)]
struct Reading {
    summary: Summary,
    /// How many uses by variables that have not been placed yet.
    waiting: u32,
    /// The one cell that reads it.
    reader: Option<usize>,
    /// Several do, or it must be a cell for another reason.
    shared: bool,
    /// A reader reads it whenever it is evaluated.
    always: bool,
    /// A strict cell that lives with it always reads it.
    strict: bool,
}

/// One use of a variable.
struct Use {
    def: DefId,
    always: bool,
    /// By its key: it must be a cell.
    keyed: bool,
}

/// Places every variable that statements need.
pub(super) fn cut(program: &Program, variables: &[Variable], defs: Vec<Option<Node>>, draft: Draft) -> Plan {
    let cells = draft.cells.into_iter().map(|cell| {
        let mut summary = Summary::default();
        cell.kind.nodes().into_iter().for_each(|node| summary.add(node, true));
        let (id, container, kind, inside) = (cell.id, cell.container, cell.kind, cell.inside);
        Planned { id, home: id, container, kind, inside, slots: Vec::new(), summary, strict: true }
    });
    let by_cell = variables.iter().zip(0..).map(|(def, index)| (def.id, DefId(index))).collect();
    let plan = Plan { cells: cells.collect(), containers: draft.containers, defs: FxHashMap::default() };
    let mut cutting = Cutting { program, variables, defs, blocks: draft.blocks, by_cell, readings: FxHashMap::default(), plan };
    let found = cutting.find();
    cutting.place(&found);
    cutting.plan
}

struct Cutting<'a> {
    program: &'a Program,
    variables: &'a [Variable],
    defs: Vec<Option<Node>>,
    blocks: FxHashMap<BlockId, usize>,
    by_cell: FxHashMap<CellId, DefId>,
    readings: FxHashMap<DefId, Reading>,
    plan: Plan,
}

impl Cutting<'_> {
    fn uses(&self, summary: &Summary) -> Vec<Use> {
        let slots = summary.slots.iter().map(|(number, always)| Use { def: DefId(*number), always: *always, keyed: false });
        let reads = summary.reads.iter().filter_map(|(cell, always)| {
            let def = *self.by_cell.get(cell)?;
            Some(Use { def, always: *always, keyed: true })
        });
        slots.chain(reads).collect()
    }

    /// Finds the variables that statements need, and how many uses variables make of each.
    fn find(&mut self) -> Vec<DefId> {
        let mut found = Vec::new();
        let mut stack: Vec<DefId> = Vec::new();
        for cell in 0..self.plan.cells.len() {
            stack.extend(self.uses(&self.plan.cells[cell].summary).iter().map(|used| used.def));
            while let Some(def) = stack.pop() {
                if self.readings.contains_key(&def) {
                    continue;
                }
                let mut summary = Summary::default();
                if let Some(node) = &self.defs[def.0 as usize] {
                    summary.add(node, true);
                }
                stack.extend(self.uses(&summary).iter().map(|used| used.def));
                self.readings.insert(def, Reading { summary, ..Reading::default() });
                found.push(def);
            }
        }
        for def in &found {
            for used in self.uses(&self.readings[def].summary) {
                if let Some(reading) = self.readings.get_mut(&used.def) {
                    reading.waiting += 1;
                }
            }
        }
        found
    }

    /// Places the variables, each after all that read it.
    fn place(&mut self, found: &[DefId]) {
        for cell in 0..self.plan.cells.len() {
            for used in self.uses(&self.plan.cells[cell].summary) {
                self.note(&used, cell, true);
            }
        }
        let mut ready: VecDeque<DefId> = found.iter().copied().filter(|def| self.readings[def].waiting == 0).collect();
        while let Some(def) = ready.pop_front() {
            let Some(mut reading) = self.readings.remove(&def) else { continue };
            let below = self.uses(&reading.summary);
            let (reader, always) = self.settle(def, &mut reading);
            for used in below {
                self.note(&used, reader, always);
                if let Some(below) = self.readings.get_mut(&used.def) {
                    below.waiting -= 1;
                    if below.waiting == 0 {
                        ready.push_back(used.def);
                    }
                }
            }
        }
    }

    /// Takes in that a cell reads a variable; `always`: whenever it is evaluated.
    fn note(&mut self, used: &Use, reader: usize, always: bool) {
        let container = self.container(used.def);
        let Some(reading) = self.readings.get_mut(&used.def) else { return };
        let always = always && used.always;
        let cell = &self.plan.cells[reader];
        reading.shared |= used.keyed || reading.reader.is_some_and(|other| other != reader);
        reading.reader = Some(reader);
        reading.always |= always;
        reading.strict |= always && cell.strict && cell.container == container;
    }

    /// Makes a variable a cell, or a slot of the cell that reads it: the cell that it is in, and whether that always evaluates it.
    fn settle(&mut self, def: DefId, reading: &mut Reading) -> (usize, bool) {
        let container = self.container(def);
        let node = self.defs[def.0 as usize].take().unwrap_or(Node::Local(u32::MAX));
        let Variable { id, home, apart, .. } = self.variables[def.0 as usize];
        let region = |container: usize| self.plan.containers[container].region;
        let single = reading.reader.filter(|_| !reading.shared && !apart);
        if let Some(reader) = single.filter(|reader| region(self.plan.cells[*reader].container) == region(container)) {
            let cell = &mut self.plan.cells[reader];
            cell.summary.join(&reading.summary, reading.always);
            cell.slots.push((home, node));
            self.plan.defs.insert(def, Home::Slot(cell.slots.len() as u32 - 1));
            return (reader, reading.always);
        }
        let summary = std::mem::take(&mut reading.summary);
        let kind = CellKind::Value(node);
        let (inside, slots, strict) = (Vec::new(), Vec::new(), reading.strict);
        self.plan.cells.push(Planned { id, home, container, kind, inside, slots, summary, strict });
        self.plan.defs.insert(def, Home::Cell);
        (self.plan.cells.len() - 1, true)
    }

    /// The container that instances of a variable live in: that of its block, or of the nearest one around it that is alive.
    fn container(&self, def: DefId) -> usize {
        let mut block = Some(self.variables[def.0 as usize].block);
        while let Some(at) = block {
            if let Some(container) = self.blocks.get(&at) {
                return *container;
            }
            block = self.program[at].parent;
        }
        0
    }
}
