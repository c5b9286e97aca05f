//! Drafts to cells: variables become slots and keys, levels and roles are given, and each cell is put into the one that yields it.

use super::build::Variable;
use super::cut::{Home, Plan, Planned};
use crate::eval::code::{CellCode, CellKind, Node};
use crate::eval::{Summary, identify};
use crate::resolve::program::{DefId, Program};
use mgmt_values::outcome::Role;
use mgmt_values::{Cell, CellId, CodeRef, Keying};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The cells of the top level.
pub(super) fn seal(program: &Program, variables: &[Variable], plan: Plan) -> Vec<Cell> {
    let levels = levels(variables, &plan);
    let totals = totals(&plan);
    let keyings: Vec<Keying> = plan.cells.iter().map(|cell| keying(cell, &plan, &totals)).collect();
    let mut inside: Vec<Arc<[Cell]>> = plan.containers.iter().map(|_| Arc::default()).collect();
    let mut by_container: Vec<Vec<usize>> = vec![Vec::new(); plan.containers.len()];
    for (index, cell) in plan.cells.iter().enumerate() {
        by_container[cell.container].push(index);
    }
    let Plan { cells, defs, .. } = plan;
    let mut cells: Vec<Option<Planned>> = cells.into_iter().map(Some).collect();
    let place = |number: u32| match defs.get(&DefId(number)) {
        Some(Home::Slot(slot)) => Node::Slot(*slot),
        _ => Node::Read(variables[number as usize].id, program[variables[number as usize].block].depth),
    };
    // A container comes after the one around it, so from the end the cells inside are there first.
    for (container, members) in by_container.iter().enumerate().rev() {
        let sealed = members.iter().filter_map(|index| {
            let cell = cells[*index].take()?;
            Some(one(&place, cell, levels[*index], keyings[*index], &inside))
        });
        inside[container] = sealed.collect();
    }
    inside.first().map(|cells| cells.to_vec()).unwrap_or_default()
}

fn one(place: &dyn Fn(u32) -> Node, cell: Planned, level: u32, keying: Keying, inside: &[Arc<[Cell]>]) -> Cell {
    let Planned { id, home, mut kind, slots, strict, inside: within, .. } = cell;
    let role = match kind {
        CellKind::Value(_) if strict => Role::Strict,
        CellKind::Value(_) => Role::Lazy,
        _ => Role::Statement,
    };
    let mut inside = within.iter().map(|container| inside[*container].clone());
    match &mut kind {
        CellKind::Branch { then, otherwise, .. } => {
            *then = inside.next().unwrap_or_default();
            *otherwise = inside.next().unwrap_or_default();
        }
        CellKind::Loop { keying: chosen, body, .. } => {
            *chosen = keying;
            *body = inside.next().unwrap_or_default();
        }
        _ => {}
    }
    let mut slots: Box<[(CellId, Node)]> = slots.into();
    for node in kind.nodes_mut().into_iter().chain(slots.iter_mut().map(|(_, node)| node)) {
        resolve(place, node);
    }
    let code = CellCode { home, slots, kind };
    Cell { id, role, level, code: CodeRef::new(identify::cell(&code), Arc::new(code)) }
}

/// Replaces the numbers of variables by where these are.
fn resolve(place: &dyn Fn(u32) -> Node, node: &mut Node) {
    match node {
        Node::Slot(number) => *node = place(*number),
        _ => node.children_mut().for_each(|child| resolve(place, child)),
    }
}

/// The static level of each cell: more than that of all it may read, and of the statement that it is inside of.
fn levels(variables: &[Variable], plan: &Plan) -> Vec<u32> {
    let by_id: FxHashMap<CellId, usize> = plan.cells.iter().enumerate().map(|(index, cell)| (cell.id, index)).collect();
    let mut by_container: Vec<Vec<usize>> = vec![Vec::new(); plan.containers.len()];
    // Value cells stand behind statements, each before those that it reads; so from the end everything comes after what it reads.
    let statements = plan.cells.iter().take_while(|cell| !matches!(cell.kind, CellKind::Value(_))).count();
    for index in (statements..plan.cells.len()).rev().chain(0..statements) {
        by_container[plan.cells[index].container].push(index);
    }
    let mut levels = vec![0; plan.cells.len()];
    for (container, members) in plan.containers.iter().zip(by_container) {
        let base = container.parent.map_or(0, |(cell, _)| levels[cell] + 1);
        for index in members {
            let summary = &plan.cells[index].summary;
            let slots = summary.slots.keys().map(|number| variables[*number as usize].id);
            let read = summary.reads.keys().copied().chain(slots).filter_map(|cell| by_id.get(&cell));
            levels[index] = read.map(|read| levels[*read] + 1).fold(base, u32::max);
        }
    }
    levels
}

/// What the cells of each container read and hold, with all that is inside of them. To know its turn is to be of one's own.
fn totals(plan: &Plan) -> Vec<Summary> {
    let mut totals = vec![Summary::default(); plan.containers.len()];
    let mut loops: Vec<Summary> = vec![Summary::default(); plan.containers.len()];
    for cell in &plan.cells {
        // Only loops ask.
        let total = &mut loops[cell.container];
        total.own |= cell.summary.own || matches!(&cell.kind, CellKind::Resource(code) if code.turn > 0);
        total.indexes.extend(&cell.summary.indexes);
    }
    for (index, container) in plan.containers.iter().enumerate().rev() {
        let below = std::mem::take(&mut loops[index]);
        if let Some((_, around)) = container.parent {
            loops[around].own |= below.own;
            loops[around].indexes.extend(&below.indexes);
        }
        totals[index] = below;
    }
    totals
}

/// How a loop names its instances: by value where the position makes no difference.
fn keying(cell: &Planned, plan: &Plan, totals: &[Summary]) -> Keying {
    match (&cell.kind, cell.inside.first()) {
        (CellKind::Loop { keying: Keying::Occurrence, .. }, Some(body)) => {
            let total = &totals[*body];
            if total.own || total.indexes.contains(&plan.containers[*body].depth) { Keying::Position } else { Keying::Occurrence }
        }
        (CellKind::Loop { keying, .. }, _) => *keying,
        _ => Keying::Position,
    }
}
