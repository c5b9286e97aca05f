//! Evaluates the nodes whose inputs have changed, each once a round, and gives how what they give differs.
//!
//! What a node is given and what it gives is a table and no arrangement: time is total, so nobody asks for what was before, and a node
//! is found by one look, however many there are.

use super::eval::{Evaluator, Shares};
use super::record::{In, Node, Out};
use crate::groups::Group;
use crate::relation::{Rows, Updates, by_key, in_order};
use differential_dataflow::consolidation::consolidate;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::cmp::Ordering;

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

/// What is kept of a node. Most are given their code and one reading, and give one need and one value: all of that stands in one place.
#[derive(Default)]
struct State {
    /// What it is given.
    inputs: Few<In>,
    /// What it gives for it.
    given: Few<Out>,
    shares: Shares,
}

type Few<V> = SmallVec<[(V, isize); 2]>;

impl Table {
    /// Takes in changes of what nodes are given, and emits changes of what they give.
    fn change(&mut self, changes: Changes, evaluator: &Evaluator, mut emit: impl FnMut(&Node, Out, isize)) {
        let Table { nodes, inputs, given } = self;
        by_key(changes, |node, changes| {
            let state = nodes.entry(node.clone()).or_default();
            inputs.append(changes);
            inputs.extend(state.inputs.drain(..));
            consolidate(inputs);
            if !inputs.is_empty() {
                evaluator.node(&node, inputs, &mut state.shares, given);
                consolidate(given);
            }
            difference(&mut state.given, given, |out, diff| emit(&node, out.clone(), diff));
            if inputs.is_empty() {
                nodes.remove(&node);
            } else {
                keep(&mut state.inputs, inputs);
                keep(&mut state.given, given);
            }
            given.clear();
        });
    }
}

/// Puts everything in the place of what was there.
fn keep<V>(rows: &mut Few<V>, by: &mut Updates<V>) {
    if rows.len() == by.len() {
        rows.swap_with_slice(by);
    } else {
        rows.clear();
        rows.reserve_exact(by.len());
        rows.extend(by.drain(..));
    }
}

/// Emits what there is in `new` and was not in `old`, and the reverse negated; both are sorted. What is in both is exchanged, so that what
/// was there stays and nobody has to look for its parts.
fn difference<V: Ord>(old: &mut Group<V>, new: &mut Group<V>, mut emit: impl FnMut(&V, isize)) {
    let (mut old, mut new) = (old.iter_mut().peekable(), new.iter_mut().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return,
        };
        let former = old.next_if(|_| order.is_le());
        let present = new.next_if(|_| order.is_ge());
        match (former, present) {
            (Some((a, before)), Some((b, after))) => {
                if before != after {
                    emit(a, *after - *before);
                }
                std::mem::swap(a, b);
            }
            (Some((a, before)), None) => emit(a, -*before),
            (None, Some((b, after))) => emit(b, *after),
            (None, None) => return,
        }
    }
}
