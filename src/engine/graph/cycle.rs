//! Which cycle there is, told the same way however it came about.

use super::{Dag, Ends, Live, by_vertex_text};
use mgmt_dataflow::commit::EdgeState;
use mgmt_values::error::{Error, Rank};
use petgraph::Direction;
use petgraph::stable_graph::NodeIndex;
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;

/// Whether an automatic edge that is not in force closes a cycle with the explicit edges and with the automatic ones that come
/// before it.
pub(super) fn closes(live: &Live, ends: Ends, state: &EdgeState) -> bool {
    let (from, to) = ends;
    let limit = live.topology.rank(from);
    let mut seen = FxHashSet::from_iter([to]);
    let mut open = vec![to];
    while let Some(node) = open.pop() {
        if node == from {
            return true;
        }
        for edge in live.graph.edges_directed(node, Direction::Outgoing) {
            let next = edge.target();
            let held = edge.weight();
            let counts = held.automatic.is_none() || live.compare(((node, next), held), (ends, state)).is_lt();
            if counts && live.topology.rank(next) <= limit && seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}

/// The error that names one cycle of a cyclic graph: a shortest one through the first vertex, by text, that lies on any.
pub(super) fn explain(live: &Live) -> Error {
    let graph = &live.graph;
    let mut on_cycles: Vec<NodeIndex> = petgraph::algo::tarjan_scc(graph)
        .into_iter()
        .filter(|part| part.len() > 1 || part.iter().any(|node| graph.contains_edge(*node, *node)))
        .flatten()
        .collect();
    on_cycles.sort_by(|a, b| by_vertex_text(&live.vertex(*a).id, &live.vertex(*b).id));
    let cycle = on_cycles.first().map(|first| shortest(live, graph, *first)).unwrap_or_default();
    let names: Vec<String> = cycle.iter().map(|node| live.vertex(*node).id.to_string()).collect();
    let place = cycle.first().zip(cycle.get(1)).and_then(|(from, to)| live.edge(*from, *to)).map(|edge| edge.site);
    Error::interpret(Rank::Cycle, place, format!("resource graph has cycles: not a dag: {}", names.join(" -> ")))
}

/// A shortest cycle through a vertex, which stands at both ends.
fn shortest(live: &Live, graph: &Dag, start: NodeIndex) -> Vec<NodeIndex> {
    let mut came: FxHashMap<NodeIndex, NodeIndex> = FxHashMap::default();
    let mut open = VecDeque::from([start]);
    while let Some(node) = open.pop_front() {
        let mut next: Vec<NodeIndex> = graph.neighbors_directed(node, Direction::Outgoing).collect();
        next.sort_by(|a, b| by_vertex_text(&live.vertex(*a).id, &live.vertex(*b).id));
        for other in next {
            if other == start {
                let mut path = vec![start, node];
                while let Some(before) = came.get(path.last().unwrap_or(&start)) {
                    path.push(*before);
                }
                path.reverse();
                return path;
            }
            came.entry(other).or_insert_with(|| {
                open.push_back(other);
                node
            });
        }
    }
    Vec::new()
}
