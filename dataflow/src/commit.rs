//! What leaves the dataflow as a resource graph: one diff per commit.

use mgmt_values::identity::Identity;
use mgmt_values::key::Site;
use mgmt_values::resource::{Fields, Link, Meta, ResourceId, SeekOrder};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A vertex of the resource graph. Of visible resources there is one per id; hidden ones of one id are told apart by content and number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VertexId {
    /// `kind[name]`
    pub resource: ResourceId,
    /// Zero unless the resource is hidden.
    pub variant: Identity,
}

impl VertexId {
    /// The order to show vertices in: by kind, then name, then visible before hidden.
    pub fn in_text(&self, other: &VertexId) -> Ordering {
        let (a, b) = (&self.resource, &other.resource);
        a.kind.cmp(&b.kind).then_with(|| a.name.compare(&b.name)).then_with(|| self.variant.cmp(&other.variant))
    }
}

impl fmt::Display for VertexId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.resource, f)
    }
}

impl fmt::Debug for VertexId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.resource, f)
    }
}

/// A resource of the graph, after duplicates were merged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vertex {
    /// Which one.
    pub id: VertexId,
    /// How it is run.
    pub meta: Arc<Meta>,
    /// What it should be.
    pub fields: Fields,
    /// The statement; of several equal ones the one of the smallest site.
    pub site: Site,
}

/// What is known of an edge; there is one per ordered pair of vertices.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EdgeState {
    /// A change of the first notifies the second.
    pub notify: bool,
    /// Nobody wrote it: it came from what the two offer and seek, one of them from the other, and is dropped where it would close a cycle.
    pub automatic: Option<SeekOrder>,
    /// Values that move along.
    pub links: Vec<Link>,
    /// A statement that asks for it; of several the one of the smallest site.
    pub site: Site,
}

/// The change of one vertex: added (no `before`), removed (no `after`) or replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct VertexChange {
    /// Which one.
    pub id: VertexId,
    /// As last accepted.
    pub before: Option<Arc<Vertex>>,
    /// From now on.
    pub after: Option<Arc<Vertex>>,
}

/// The change of one edge.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeChange {
    /// Runs first.
    pub from: VertexId,
    /// Runs after it.
    pub to: VertexId,
    /// As last accepted.
    pub before: Option<EdgeState>,
    /// From now on.
    pub after: Option<EdgeState>,
}

/// The net difference between the last accepted graph and this one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Commit {
    /// Rises by one with each commit; the executor's verdict names it.
    pub number: u64,
    /// Vertices that differ.
    pub vertices: Vec<VertexChange>,
    /// Edges that differ; both ends exist after the commit, or existed before it.
    pub edges: Vec<EdgeChange>,
}
