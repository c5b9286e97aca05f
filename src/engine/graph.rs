//! The live graph: what is in force.
//!
//! In comes a commit, out comes what it changed here, or a refusal that leaves everything as it was. Always true: the graph has no
//! cycle; it holds every explicit edge of the accepted commits, and of the automatic ones those that a walk over those who seek, in
//! the order of their text, could add one after the other without closing a cycle. The rest is remembered, and comes back when it can.

mod cycle;
mod topology;

use mgmt_dataflow::commit::{Commit, EdgeState, Vertex, VertexId};
use mgmt_values::error::{Error, Rank};
use mgmt_values::resource::{ResourceId, SeekOrder};
use petgraph::Direction;
use petgraph::stable_graph::{EdgeIndex, NodeIndex, StableDiGraph};
use petgraph::visit::{EdgeRef, IntoEdgeReferences};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;
use std::sync::Arc;
use topology::{Cycle, Topology};

type Dag = StableDiGraph<Node, EdgeState>;

/// A vertex and how many edges meet it.
#[derive(Clone, Debug)]
struct Node {
    vertex: Arc<Vertex>,
    outgoing: u32,
    incoming: u32,
}

/// The graph in force. Vertices keep their index as long as a resource of their id is in it; a freed index is used again.
#[derive(Debug, Default)]
pub struct Live {
    graph: Dag,
    index: FxHashMap<VertexId, NodeIndex>,
    edges: FxHashMap<(NodeIndex, NodeIndex), EdgeIndex>,
    topology: Topology,
    /// Automatic edges that would close a cycle.
    dropped: FxHashMap<(NodeIndex, NodeIndex), EdgeState>,
}

/// What a commit changed here.
#[derive(Debug, Default)]
pub struct Changes {
    /// New vertices, by text.
    pub added: Vec<NodeIndex>,
    /// Vertices whose resource is another one now, and the former one; by text.
    pub replaced: Vec<(NodeIndex, Arc<Vertex>)>,
    /// Vertices that are gone; their index is free.
    pub removed: Vec<(NodeIndex, Arc<Vertex>)>,
    /// Edges that differ, those of removed vertices included.
    pub edges: Vec<EdgeDiff>,
}

/// The change of one edge in force.
#[derive(Debug)]
pub struct EdgeDiff {
    /// Runs first.
    pub from: NodeIndex,
    /// Runs after it.
    pub to: NodeIndex,
    /// What it was.
    pub before: Option<EdgeState>,
    /// What it is.
    pub after: Option<EdgeState>,
}

/// The order of text, without making any: `kind`, then `name`.
pub fn by_text(a: &ResourceId, b: &ResourceId) -> Ordering {
    a.kind.cmp(&b.kind).then_with(|| a.name.compare(&b.name))
}

fn by_vertex_text(a: &VertexId, b: &VertexId) -> Ordering {
    by_text(&a.resource, &b.resource).then_with(|| a.variant.cmp(&b.variant))
}

impl Live {
    /// An empty graph.
    pub fn new() -> Live {
        Live::default()
    }

    /// How many vertices it has.
    pub fn len(&self) -> usize {
        self.graph.node_count()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The vertex at an index.
    ///
    /// # Panics
    /// When no vertex of this index is in the graph.
    pub fn vertex(&self, node: NodeIndex) -> &Arc<Vertex> {
        &self.graph[node].vertex
    }

    /// Where a vertex is.
    pub fn find(&self, id: &VertexId) -> Option<NodeIndex> {
        self.index.get(id).copied()
    }

    /// All vertices, in the order of their index.
    pub fn nodes(&self) -> impl Iterator<Item = NodeIndex> {
        self.graph.node_indices()
    }

    /// What runs directly after a vertex.
    pub fn successors(&self, node: NodeIndex) -> impl Iterator<Item = (NodeIndex, &EdgeState)> {
        self.graph.edges_directed(node, Direction::Outgoing).map(|edge| (edge.target(), edge.weight()))
    }

    /// What runs directly before a vertex.
    pub fn predecessors(&self, node: NodeIndex) -> impl Iterator<Item = (NodeIndex, &EdgeState)> {
        self.graph.edges_directed(node, Direction::Incoming).map(|edge| (edge.source(), edge.weight()))
    }

    /// Whether anything runs before a vertex.
    pub fn has_predecessors(&self, node: NodeIndex) -> bool {
        self.graph[node].incoming > 0
    }

    /// The edge between two vertices.
    pub fn edge(&self, from: NodeIndex, to: NodeIndex) -> Option<&EdgeState> {
        self.edges.get(&(from, to)).and_then(|edge| self.graph.edge_weight(*edge))
    }

    /// Automatic edges that are not in force because they would close a cycle.
    pub fn dropped(&self) -> usize {
        self.dropped.len()
    }

    /// Applies a commit as a unit. An error (a cycle of explicit edges, an edge without an end) leaves the graph as it was.
    pub fn apply(&mut self, commit: &Commit) -> Result<Changes, Error> {
        let mut edit = Edit::default();
        match self.edit(commit, &mut edit) {
            Ok(()) => Ok(self.finish(edit)),
            Err(error) => {
                self.undo(edit);
                Err(error)
            }
        }
    }

    fn edit(&mut self, commit: &Commit, edit: &mut Edit) -> Result<(), Error> {
        let entered: FxHashSet<&VertexId> = commit.edges.iter().filter(|e| e.after.is_some()).map(|e| &e.to).collect();
        for change in &commit.vertices {
            match (&change.after, self.find(&change.id)) {
                (Some(after), Some(node)) => {
                    edit.replaced.push((node, std::mem::replace(&mut self.graph[node].vertex, after.clone())));
                }
                (Some(after), None) => {
                    let node = self.graph.add_node(Node { vertex: after.clone(), outgoing: 0, incoming: 0 });
                    self.index.insert(change.id.clone(), node);
                    self.topology.add(node, !entered.contains(&change.id));
                    edit.added.push(node);
                }
                (None, Some(node)) => edit.removed.push(node),
                (None, None) => {}
            }
        }
        let leaving: FxHashSet<NodeIndex> = edit.removed.iter().copied().collect();
        let (mut gone, mut fresh, mut loosened) = (Vec::new(), Vec::new(), false);
        for change in &commit.edges {
            let ends = self.find(&change.from).zip(self.find(&change.to));
            let Some(state) = &change.after else {
                let Some(ends) = ends else { continue };
                match self.dropped.remove(&ends) {
                    Some(state) => edit.dropped.push((ends, Some(state))),
                    None => gone.push(ends),
                }
                continue;
            };
            let Some(ends) = ends.filter(|ends| !leaving.contains(&ends.0) && !leaving.contains(&ends.1)) else {
                return Err(dangling(&change.from, &change.to, state));
            };
            if let Some(old) = self.dropped.get(&ends).cloned() {
                edit.dropped.push((ends, Some(old)));
                if state.automatic.is_some() {
                    self.dropped.insert(ends, state.clone());
                    continue;
                }
                self.dropped.remove(&ends);
            }
            if let Some(edge) = self.edges.get(&ends) {
                let old = std::mem::replace(&mut self.graph[*edge], state.clone());
                loosened |= state.automatic.is_some() && old.automatic.is_none();
                edit.edges.push((ends, Some(old)));
            } else {
                fresh.push((ends, state.clone()));
            }
        }
        for node in &edit.removed {
            gone.extend(self.predecessors(*node).map(|(from, _)| (from, *node)));
            gone.extend(self.successors(*node).map(|(to, _)| (*node, to)));
        }
        loosened |= !gone.is_empty();
        self.unlink(gone, edit);
        if self.link(fresh, edit).is_err() || (loosened && self.some_drop_is_free()) {
            self.choose_automatic(edit)?;
        }
        Ok(())
    }

    /// Adds edges that are not there yet. An error leaves the order invalid and says nothing of which edges are to blame.
    fn link(&mut self, fresh: Vec<(Ends, EdgeState)>, edit: &mut Edit) -> Result<(), Cycle> {
        let many = fresh.len() > 64 && fresh.len() * 4 > self.edges.len();
        let mut cyclic = Ok(());
        for (ends, state) in fresh {
            if !many && cyclic.is_ok() {
                cyclic = self.topology.insert(&self.graph, ends.0, ends.1);
            }
            self.set(ends, state);
            edit.edges.push((ends, None));
        }
        if many && cyclic.is_ok() { self.topology.rebuild(&self.graph) } else { cyclic }
    }

    fn set(&mut self, ends: Ends, state: EdgeState) {
        let edge = self.graph.add_edge(ends.0, ends.1, state);
        self.edges.insert(ends, edge);
        self.graph[ends.0].outgoing += 1;
        self.graph[ends.1].incoming += 1;
    }

    /// Takes edges out. Removing one from a vertex with many others walks through these, so many are removed by copying the rest.
    fn unlink(&mut self, gone: Vec<Ends>, edit: &mut Edit) {
        let walk: u64 = gone.iter().map(|e| u64::from(self.graph[e.0].outgoing) + u64::from(self.graph[e.1].incoming)).sum();
        let copy = walk > 8 * (self.graph.node_count() + self.graph.edge_count()) as u64;
        let mut removed = FxHashSet::default();
        for ends in gone {
            let Some(edge) = self.edges.remove(&ends) else { continue };
            self.graph[ends.0].outgoing -= 1;
            self.graph[ends.1].incoming -= 1;
            if copy {
                removed.insert(edge);
                edit.edges.push((ends, Some(self.graph[edge].clone())));
            } else {
                let state = self.graph.remove_edge(edge);
                edit.edges.push((ends, state));
            }
        }
        if copy {
            let keep = |edge, state: &EdgeState| (!removed.contains(&edge)).then(|| state.clone());
            self.graph = self.graph.filter_map(|_, node| Some(node.clone()), keep);
        }
    }

    /// Whether an automatic edge that was dropped would no longer close a cycle with the edges that come before it.
    fn some_drop_is_free(&self) -> bool {
        self.dropped.iter().any(|(ends, state)| !cycle::closes(self, *ends, state))
    }

    /// Takes all automatic edges out and adds them again, one by one in the order of their text, as long as they close no cycle.
    fn choose_automatic(&mut self, edit: &mut Edit) -> Result<(), Error> {
        let held = self.graph.edge_references().filter(|edge| edge.weight().automatic.is_some());
        let mut automatic: Vec<(Ends, EdgeState)> = held.map(|e| ((e.source(), e.target()), e.weight().clone())).collect();
        self.unlink(automatic.iter().map(|(ends, _)| *ends).collect(), edit);
        for (ends, state) in self.dropped.drain() {
            edit.dropped.push((ends, Some(state.clone())));
            automatic.push((ends, state));
        }
        if self.topology.rebuild(&self.graph).is_err() {
            return Err(cycle::explain(self));
        }
        automatic.sort_unstable_by(|a, b| self.compare((a.0, &a.1), (b.0, &b.1)));
        for (ends, state) in automatic {
            if ends.0 == ends.1 || self.topology.insert(&self.graph, ends.0, ends.1).is_err() {
                edit.dropped.push((ends, None));
                self.dropped.insert(ends, state);
            } else {
                self.set(ends, state);
                edit.edges.push((ends, None));
            }
        }
        Ok(())
    }

    /// The order of automatic edges: by the text of who seeks, then of what was found.
    fn compare(&self, a: (Ends, &EdgeState), b: (Ends, &EdgeState)) -> Ordering {
        let id = |node: NodeIndex| &self.vertex(node).id;
        let seeker_first = |((from, to), state): (Ends, &EdgeState)| match state.automatic {
            Some(SeekOrder::FoundFirst) => (to, from),
            Some(SeekOrder::SeekerFirst) | None => (from, to),
        };
        let (a, b) = (seeker_first(a), seeker_first(b));
        by_vertex_text(id(a.0), id(b.0)).then_with(|| by_vertex_text(id(a.1), id(b.1)))
    }

    fn finish(&mut self, edit: Edit) -> Changes {
        let mut seen = FxHashSet::default();
        let mut edges = Vec::with_capacity(edit.edges.len());
        for (ends, before) in edit.edges {
            let after = self.edge(ends.0, ends.1);
            // The first entry of a pair tells what it was before the commit.
            if seen.insert(ends) && before.as_ref() != after {
                edges.push(EdgeDiff { from: ends.0, to: ends.1, after: after.cloned(), before });
            }
        }
        let mut removed = Vec::with_capacity(edit.removed.len());
        let leaving: FxHashSet<NodeIndex> = edit.removed.iter().copied().collect();
        if !leaving.is_empty() {
            self.dropped.retain(|ends, _| !leaving.contains(&ends.0) && !leaving.contains(&ends.1));
        }
        for node in edit.removed {
            if let Some(was) = self.graph.remove_node(node) {
                self.index.remove(&was.vertex.id);
                removed.push((node, was.vertex));
            }
        }
        let (mut added, mut replaced) = (edit.added, edit.replaced);
        added.sort_by(|a, b| by_vertex_text(&self.vertex(*a).id, &self.vertex(*b).id));
        replaced.sort_by(|a, b| by_vertex_text(&a.1.id, &b.1.id));
        Changes { added, replaced, removed, edges }
    }

    fn undo(&mut self, edit: Edit) {
        for (ends, before) in edit.edges.into_iter().rev() {
            if let Some(edge) = self.edges.remove(&ends) {
                self.graph.remove_edge(edge);
                self.graph[ends.0].outgoing -= 1;
                self.graph[ends.1].incoming -= 1;
            }
            if let Some(state) = before {
                self.set(ends, state);
            }
        }
        for (ends, before) in edit.dropped.into_iter().rev() {
            match before {
                Some(state) => self.dropped.insert(ends, state),
                None => self.dropped.remove(&ends),
            };
        }
        for (node, former) in edit.replaced.into_iter().rev() {
            self.graph[node].vertex = former;
        }
        for node in edit.added {
            if let Some(was) = self.graph.remove_node(node) {
                self.index.remove(&was.vertex.id);
            }
        }
        // It cannot fail: this is the graph that was in force.
        let _ = self.topology.rebuild(&self.graph);
    }
}

type Ends = (NodeIndex, NodeIndex);

/// What an edit has done so far: enough to undo it, and to tell what it changed.
#[derive(Default)]
struct Edit {
    added: Vec<NodeIndex>,
    replaced: Vec<(NodeIndex, Arc<Vertex>)>,
    removed: Vec<NodeIndex>,
    edges: Vec<(Ends, Option<EdgeState>)>,
    dropped: Vec<(Ends, Option<EdgeState>)>,
}

fn dangling(from: &VertexId, to: &VertexId, state: &EdgeState) -> Error {
    Error::interpret(Rank::Edge, Some(state.site), format!("edge {from} -> {to} has no end in the graph"))
}

#[cfg(test)]
mod tests;
