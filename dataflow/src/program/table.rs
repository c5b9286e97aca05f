//! Evaluates the nodes whose inputs have changed, each once a round, and gives how what they give differs.
//!
//! What a node is given and what it gives is a table and no arrangement: time is total, so nobody asks for what was before, and a node
//! is found by one look, however many there are.

use super::eval::{Evaluator, Shares};
use super::record::{In, Node, Out};
use crate::groups::Group;
use crate::relation::{Rows, Updates};
use differential_dataflow::AsCollection;
use differential_dataflow::consolidation::consolidate;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::Capability;
use timely::dataflow::operators::generic::builder_rc::OperatorBuilder;
use timely::progress::operate::FrontierInterest;

/// Changes of what nodes are given.
type Changes = Updates<(Node, In)>;

/// The operator: what nodes give for what they are given, as collections.
pub fn evaluate<'scope>(inputs: Rows<'scope, (Node, In)>, evaluator: Evaluator) -> Rows<'scope, (Node, Out)> {
    let mut builder = OperatorBuilder::new("Evaluate".to_owned(), inputs.inner.scope());
    let mut input = builder.new_input(inputs.inner, Pipeline);
    builder.set_notify_for(0, FrontierInterest::IfCapability);
    let (mut output, given) = builder.new_output();
    let mut table = Table::default();
    builder.build(move |_| {
        // What is to be taken in, by when, and the right to speak then.
        let mut due: BTreeMap<u64, (Capability<u64>, Changes)> = BTreeMap::new();
        move |frontiers| {
            input.for_each(|capability, batch| {
                for (row, time, diff) in batch.drain(..) {
                    let (_, changes) = due.entry(time).or_insert_with(|| (capability.delayed(&time, 0), Vec::new()));
                    changes.push((row, diff));
                }
            });
            let mut output = output.activate();
            while let Some(next) = due.first_entry().filter(|next| !frontiers[0].less_equal(next.key())) {
                let (time, (capability, changes)) = next.remove_entry();
                let mut given = Vec::new();
                table.change(changes, &evaluator, |node, out, diff| given.push(((node.clone(), out), time, diff)));
                output.give(&capability, &mut given);
            }
        }
    });
    given.as_collection()
}

/// Every node that is given something.
#[derive(Default)]
struct Table(FxHashMap<Node, State>);

#[derive(Default)]
struct State {
    /// What it is given.
    inputs: Box<Group<In>>,
    /// What it gives for it.
    given: Box<Group<Out>>,
    shares: Shares,
}

impl Table {
    /// Takes in changes of what nodes are given, and emits changes of what they give.
    fn change(&mut self, mut changes: Changes, evaluator: &Evaluator, mut emit: impl FnMut(&Node, Out, isize)) {
        // What comes and goes at once is no change.
        consolidate(&mut changes);
        let mut changes = changes.into_iter().peekable();
        while let Some(((node, first), diff)) = changes.next() {
            let state = self.0.entry(node.clone()).or_default();
            let mut inputs = std::mem::take(&mut state.inputs).into_vec();
            inputs.push((first, diff));
            while let Some(((_, next), diff)) = changes.next_if(|((next, _), _)| *next == node) {
                inputs.push((next, diff));
            }
            consolidate(&mut inputs);
            let mut given = Vec::new();
            if !inputs.is_empty() {
                evaluator.node(&node, &inputs, &mut state.shares, &mut given);
                consolidate(&mut given);
            }
            difference(&state.given, &given, |out, diff| emit(&node, out.clone(), diff));
            if inputs.is_empty() {
                self.0.remove(&node);
            } else {
                (state.inputs, state.given) = (inputs.into(), given.into());
            }
        }
    }
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
