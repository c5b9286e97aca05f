//! A topological order that is kept up to date while edges come and go.
//!
//! Single edges follow Pearce and Kelly, "A Dynamic Topological Sort Algorithm for Directed Acyclic Graphs" (ACM JEA 11, 2006):
//! only the vertices whose rank lies between the two ends are looked at. Many edges at once are ordered anew with Kahn's algorithm.

use super::Dag;
use petgraph::Direction;
use petgraph::stable_graph::NodeIndex;
use petgraph::visit::{EdgeRef, IntoEdgeReferences, NodeIndexable};

/// Ranks such that every edge leads from a smaller to a greater one.
#[derive(Debug, Default)]
pub(super) struct Topology {
    rank: Vec<i64>,
    lowest: i64,
    highest: i64,
}

/// The edge would close a cycle.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cycle;

impl Topology {
    /// The rank of a vertex of the graph.
    pub(super) fn rank(&self, node: NodeIndex) -> i64 {
        self.rank[node.index()]
    }

    /// Takes in a vertex without edges: before all others where its first edges will leave it, behind them otherwise.
    pub(super) fn add(&mut self, node: NodeIndex, first: bool) {
        if self.rank.len() <= node.index() {
            self.rank.resize(node.index() + 1, 0);
        }
        self.rank[node.index()] = if first {
            self.lowest -= 1;
            self.lowest
        } else {
            self.highest += 1;
            self.highest
        };
    }

    /// Makes room for an edge that is about to be added; nothing changes when it would close a cycle.
    pub(super) fn insert(&mut self, graph: &Dag, from: NodeIndex, to: NodeIndex) -> Result<(), Cycle> {
        let (low, high) = (self.rank(to), self.rank(from));
        if high < low {
            return Ok(());
        }
        let mut behind = self.reach(graph, to, Direction::Outgoing, |rank| rank <= high);
        if behind.contains(&from) {
            return Err(Cycle);
        }
        let mut before = self.reach(graph, from, Direction::Incoming, |rank| rank >= low);
        before.sort_unstable_by_key(|node| self.rank(*node));
        behind.sort_unstable_by_key(|node| self.rank(*node));
        before.append(&mut behind);
        let mut ranks: Vec<i64> = before.iter().map(|node| self.rank(*node)).collect();
        ranks.sort_unstable();
        for (node, rank) in before.into_iter().zip(ranks) {
            self.rank[node.index()] = rank;
        }
        Ok(())
    }

    /// What can be reached from `start`, itself included, through vertices of a rank that is `within`.
    fn reach(&self, graph: &Dag, start: NodeIndex, direction: Direction, within: impl Fn(i64) -> bool) -> Vec<NodeIndex> {
        let mut seen = rustc_hash::FxHashSet::from_iter([start]);
        let mut found = vec![start];
        let mut next = 0;
        while let Some(node) = found.get(next).copied() {
            next += 1;
            for other in graph.neighbors_directed(node, direction) {
                if within(self.rank(other)) && seen.insert(other) {
                    found.push(other);
                }
            }
        }
        found
    }

    /// Orders the whole graph anew; nothing changes when it has a cycle.
    pub(super) fn rebuild(&mut self, graph: &Dag) -> Result<(), Cycle> {
        let mut missing = vec![0u32; graph.node_bound()];
        for edge in graph.edge_references() {
            missing[edge.target().index()] += 1;
        }
        let mut ready: Vec<NodeIndex> = graph.node_indices().filter(|node| missing[node.index()] == 0).collect();
        let mut next = 0;
        while let Some(node) = ready.get(next).copied() {
            next += 1;
            for other in graph.neighbors_directed(node, Direction::Outgoing) {
                missing[other.index()] -= 1;
                if missing[other.index()] == 0 {
                    ready.push(other);
                }
            }
        }
        if ready.len() < graph.node_count() {
            return Err(Cycle);
        }
        self.rank.resize(graph.node_bound().max(self.rank.len()), 0);
        for (rank, node) in (0..).zip(&ready) {
            self.rank[node.index()] = rank;
        }
        (self.lowest, self.highest) = (0, ready.len() as i64);
        Ok(())
    }
}
