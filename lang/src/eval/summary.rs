//! What code reads and holds, found without running it.

use super::code::Node;
use mgmt_values::CellId;
use std::collections::{BTreeMap, BTreeSet};

/// What code reads and holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The value cells that it may read, each with whether it always does.
    pub reads: BTreeMap<CellId, bool>,
    /// Depths of the loops whose index it reads.
    pub indexes: BTreeSet<u32>,
    /// Whether it may ask a source that has a state of its own.
    pub own: bool,
    /// The variables that are part of the cell and that it reads, each with whether it always does. Before a cell is made these are the
    /// numbers of variables.
    pub slots: BTreeMap<u32, bool>,
}

impl Summary {
    /// Adds what `node` reads; `always` says whether the node is evaluated whenever the code is.
    pub fn add(&mut self, node: &Node, always: bool) {
        match node {
            Node::Slot(slot) => *self.slots.entry(*slot).or_default() |= always,
            Node::Read(cell, _) => *self.reads.entry(*cell).or_default() |= always,
            Node::Step(depth) => {
                self.indexes.insert(*depth);
            }
            Node::Source(source) => self.own |= source.own,
            Node::Template(call) => self.own |= call.own(),
            Node::Call(body, ..) => self.join(&body.summary, always),
            // Whoever makes a function value answers for what its body reads: callers get at it through this code alone.
            Node::Lambda(lambda) => self.join(&lambda.body.summary, false),
            // A function that comes from elsewhere may ask anything.
            Node::Apply(nodes, _) => self.own |= !matches!(nodes[0], Node::Lambda(_)),
            Node::Each(_, nodes, _) => self.own |= !matches!(nodes.last(), Some(Node::Lambda(_))),
            _ => {}
        }
        // The branch that an `if` with a known condition keeps always runs.
        let lazy = match node {
            Node::If(parts) => !matches!(parts[0], Node::Const(_)),
            node => matches!(node, Node::Except(_)),
        };
        for (index, child) in node.children().enumerate() {
            self.add(child, always && !(lazy && index > 0));
        }
    }

    /// Adds what other code reads; `always` says whether that code always runs.
    pub fn join(&mut self, other: &Summary, always: bool) {
        for (cell, certain) in &other.reads {
            *self.reads.entry(*cell).or_default() |= always && *certain;
        }
        self.indexes.extend(&other.indexes);
        self.own |= other.own;
        for (slot, certain) in &other.slots {
            *self.slots.entry(*slot).or_default() |= always && *certain;
        }
    }
}
