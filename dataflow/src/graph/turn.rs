//! Who comes first in the text, loops unrolled.

use crate::program::Contribution;
use mgmt_values::key::{CellId, Instance, Step};
use std::cmp::Ordering;

/// The order of two resources whose statements know their turn: elements of one loop go by position, all else by turn.
pub fn compare(a: (&Contribution, u32), b: (&Contribution, u32)) -> Ordering {
    let (left, right) = (steps(a.0), steps(b.0));
    for ((loop_a, step_a), (loop_b, step_b)) in left.iter().zip(&right) {
        if loop_a != loop_b {
            break;
        }
        let order = compare_steps(step_a, step_b);
        if order.is_ne() {
            return order;
        }
    }
    a.1.cmp(&b.1)
}

/// The loops around a statement and which element of each it is for, outermost first.
fn steps(contribution: &Contribution) -> Vec<(CellId, Step)> {
    let mut instances: Vec<&Instance> = contribution.lineage().collect();
    instances.reverse();
    let loops = instances.windows(2).filter(|pair| pair[1].context.depth() > pair[0].context.depth());
    loops.filter_map(|pair| Some((pair[0].cell, pair[1].context.step()?.clone()))).collect()
}

/// Loops around statements that know their turn name elements by position or key.
fn compare_steps(a: &Step, b: &Step) -> Ordering {
    match (a, b) {
        (Step::Index(a), Step::Index(b)) => a.cmp(b),
        (Step::Key(a), Step::Key(b)) => a.compare(b),
        (a, b) => a.cmp(b),
    }
}
