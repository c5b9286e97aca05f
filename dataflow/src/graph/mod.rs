//! Resources and edges as relations: the rules of the graph's shape.
//!
//! In: contributions of statements. Out: vertices, edges and faults. Each rule is a file: [`duplicates`] makes one vertex of equal
//! resources, [`edges`] finds the ends of explicit edges, [`sendrecv`] checks the links along them, [`autoedge`] matches what resources offer
//! with what they seek. What a resource is (its fields) goes through the first rule only; the others see its head, which a changed
//! field leaves as it was. What meets is joined in a dataflow, which is not even stepped then; what falls together under one key is a group
//! before or behind it. Cycles are no join and left to who applies the graph.

mod autoedge;
mod duplicates;
mod edges;
mod sendrecv;
mod turn;

use crate::commit::{EdgeState, Vertex, VertexId};
use crate::groups::{Groups, anew};
use crate::program::{Contributed, Contribution};
use crate::relation::{Inlet, Outlet, Updates, arrange};
use crate::shared::Shared;
use autoedge::{Found, Search};
use duplicates::Kept;
use edges::{Ask, Asked};
use mgmt_values::error::Error;
use mgmt_values::resource::{Edge, ResourceId};
use timely::worker::Worker;

/// Something that is in the graph, or keeps it from being one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A vertex.
    Vertex(Shared<Vertex>),
    /// An edge.
    Edge(VertexId, VertexId, EdgeState),
    /// A rule is broken.
    Fault(Error),
    /// An edge has an end that does not exist: an error unless it may yet come.
    Missing(Error),
}

/// The rules, and what they know of the graph.
pub struct Graph {
    autoedges: bool,
    resources: Groups<u64, Shared<Contribution>>,
    heads: Inlet<Head>,
    found: Outlet<(Search, Found)>,
    explicit: Outlet<(Asked, Ask)>,
    faults: Outlet<Part>,
    searches: Groups<Search, Found>,
    asked: Groups<Asked, Ask>,
}

/// What the rules about edges see.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Head {
    /// What edges to a name reach.
    Ends(ResourceId, duplicates::Ends),
    /// What a vertex offers and seeks.
    Offer(duplicates::Offer),
    /// An edge that a statement asks for.
    Edge(Edge),
}

impl Graph {
    /// Builds them, empty; automatic edges only where wanted.
    pub fn new(worker: &mut Worker, autoedges: bool) -> Graph {
        let (heads, found, explicit, faults) = worker.dataflow_named("Edges", |scope| {
            let (inlet, heads) = Inlet::new(scope);
            let ends = heads.clone().flat_map(|head| if let Head::Ends(id, ends) = head { Some((id, ends)) } else { None });
            let offers = heads.clone().flat_map(|head| if let Head::Offer(offer) = head { Some(offer) } else { None });
            let edges = heads.flat_map(|head| if let Head::Edge(edge) = head { Some(edge) } else { None });
            let (explicit, faults) = edges::resolve(edges, arrange(ends, "Ends"));
            (inlet, Outlet::of(autoedge::matches(offers)), Outlet::of(explicit), Outlet::of(faults))
        });
        let (resources, searches, asked) = (Groups::default(), Groups::default(), Groups::default());
        Graph { autoedges, resources, heads, found, explicit, faults, searches, asked }
    }

    /// Takes in changes of contributions, and gives the net changes of the graph: of each vertex and edge, what goes before what comes.
    pub fn step(&mut self, worker: &mut Worker, rows: Updates<Shared<Contribution>>) -> Updates<Part> {
        let (mut parts, mut heads) = (Vec::new(), Vec::new());
        let mut resources = Vec::with_capacity(rows.len());
        for (contribution, diff) in rows {
            match &contribution.of {
                Contributed::Resource(claim) => resources.push(((claim.short, contribution), diff)),
                Contributed::Edge(edge) => heads.push((Head::Edge(Edge::clone(edge)), diff)),
            }
        }
        for (kept, diff) in self.resources.change(resources, duplicates::change) {
            match kept {
                Kept::Vertex(vertex) => parts.push((Part::Vertex(vertex), diff)),
                Kept::Fault(error) => parts.push((Part::Fault(error), diff)),
                Kept::Ends(id, ends) => heads.push((Head::Ends(id, ends), diff)),
                Kept::Offer(offer) if self.autoedges => heads.push((Head::Offer(offer), diff)),
                Kept::Offer(_) => {}
            }
        }
        if !heads.is_empty() {
            self.join(worker, heads);
            let mut asked = self.searches.change(self.found.drain(), anew(autoedge::nearest));
            asked.append(&mut self.explicit.drain());
            parts.append(&mut self.asked.change(asked, anew(edges::settle)));
            parts.append(&mut self.faults.drain());
        }
        parts
    }

    /// Works until all is known that follows from changes of heads.
    fn join(&mut self, worker: &mut Worker, heads: Updates<Head>) {
        self.heads.give(heads);
        let next = self.heads.time() + 1;
        self.heads.advance(next);
        while !(self.found.reached(next) && self.explicit.reached(next) && self.faults.reached(next)) {
            worker.step();
        }
    }
}
