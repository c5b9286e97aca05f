//! Evaluates the nodes whose inputs have changed, each once a round, and gives how what they give differs.
//!
//! What a node is given and what it gives is a table and no arrangement: time is total, so nobody asks for what was before, and a node
//! is found by one look, however many there are.

use super::eval::{Evaluator, Shares};
use super::record::{In, Node, Out};
use crate::groups::Group;
use crate::relation::{Rows, Updates, in_order};
use differential_dataflow::consolidation::consolidate;
use rustc_hash::FxHashMap;

/// Changes of what nodes are given.
type Changes = Updates<(Node, In)>;

/// The operator: what nodes give for what they are given, as collections.
pub fn evaluate<'scope>(inputs: Rows<'scope, (Node, In)>, evaluator: Evaluator) -> Rows<'scope, (Node, Out)> {
    let mut table = Table::default();
    in_order(inputs, "Evaluate", move |time, changes, given| {
        table.change(changes, &evaluator, |node, out, diff| given.push(((node.clone(), out), time, diff)));
    })
}

/// Every node that is given something.
#[derive(Default)]
struct Table {
    nodes: FxHashMap<Node, State>,
    /// What the node under way is given, and what it gives: room that is used again.
    inputs: Updates<In>,
    given: Updates<Out>,
}

#[derive(Default)]
struct State {
    /// What it is given.
    inputs: Updates<In>,
    /// What it gives for it.
    given: Updates<Out>,
    shares: Shares,
}

impl Table {
    /// Takes in changes of what nodes are given, and emits changes of what they give.
    fn change(&mut self, mut changes: Changes, evaluator: &Evaluator, mut emit: impl FnMut(&Node, Out, isize)) {
        let Table { nodes, inputs, given } = self;
        // What comes and goes at once is no change.
        consolidate(&mut changes);
        let mut changes = changes.into_iter().peekable();
        while let Some(((node, first), diff)) = changes.next() {
            let state = nodes.entry(node.clone()).or_default();
            inputs.append(&mut state.inputs);
            inputs.push((first, diff));
            while let Some(((_, next), diff)) = changes.next_if(|((next, _), _)| *next == node) {
                inputs.push((next, diff));
            }
            consolidate(inputs);
            if !inputs.is_empty() {
                evaluator.node(&node, inputs, &mut state.shares, given);
                consolidate(given);
            }
            difference(&state.given, given, |out, diff| emit(&node, out.clone(), diff));
            if inputs.is_empty() {
                nodes.remove(&node);
                given.clear();
            } else {
                state.given.clear();
                keep(&mut state.inputs, inputs);
                keep(&mut state.given, given);
            }
        }
    }
}

/// Moves everything to where nothing is, in the room that was there if it is enough.
fn keep<V>(place: &mut Updates<V>, of: &mut Updates<V>) {
    place.reserve_exact(of.len());
    place.append(of);
}

/// Emits what there is in `new` and was not in `old`, and the reverse negated. Both are sorted.
fn difference<V: Ord>(mut old: &Group<V>, mut new: &Group<V>, mut emit: impl FnMut(&V, isize)) {
    loop {
        match (old, new) {
            ([(a, before), old_rest @ ..], [(b, after), new_rest @ ..]) if a == b => {
                if before != after {
                    emit(a, after - before);
                }
                (old, new) = (old_rest, new_rest);
            }
            ([(a, before), rest @ ..], []) => {
                emit(a, -before);
                old = rest;
            }
            ([(a, before), rest @ ..], [(b, _), ..]) if a < b => {
                emit(a, -before);
                old = rest;
            }
            (_, [(b, after), rest @ ..]) => {
                emit(b, *after);
                new = rest;
            }
            ([], []) => return,
        }
    }
}
