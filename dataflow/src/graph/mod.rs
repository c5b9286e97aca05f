//! Resources and edges as relations: the rules of the graph's shape.
//!
//! In: contributions of statements. Out: vertices, edges and faults. Each rule is a file: [`duplicates`] makes one vertex of equal
//! resources, [`edges`] finds the ends of explicit edges, [`sendrecv`] checks the links along them, [`autoedge`] matches what resources offer
//! with what they seek. What a resource is (its fields) goes through the first rule only; the others see its head, which a changed
//! field leaves as it was, and stand in a dataflow of their own, which is not even stepped then. Cycles are no join and left to who
//! applies the graph.

mod autoedge;
mod duplicates;
mod edges;
mod sendrecv;
mod turn;

use crate::commit::{EdgeState, Vertex, VertexId};
use crate::program::Contribution;
use crate::relation::{Outlet, Updates, arrange};
use crate::shared::Shared;
use crate::total::{anew, reduce_total};
use differential_dataflow::input::InputSession;
use duplicates::Kept;
use mgmt_values::error::Error;
use mgmt_values::outcome::Row;
use mgmt_values::resource::{Edge, ResourceId};
use timely::dataflow::ProbeHandle;
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

/// The dataflows of the rules.
pub struct Graph {
    resources: InputSession<u64, (u64, Shared<Contribution>), isize>,
    kept: Outlet<Kept>,
    resources_probe: ProbeHandle<u64>,
    heads: InputSession<u64, Head, isize>,
    parts: Outlet<Part>,
    heads_probe: ProbeHandle<u64>,
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
    /// Builds them, empty.
    pub fn new(worker: &mut Worker) -> Graph {
        let (mut resources, mut heads) = (InputSession::new(), InputSession::new());
        let (resources_probe, heads_probe) = (ProbeHandle::new(), ProbeHandle::new());
        let kept = worker.dataflow_named("Resources", |scope| {
            let resources = arrange(resources.to_collection(scope), "Resources");
            Outlet::new(reduce_total(resources, "Duplicates", duplicates::change), &resources_probe)
        });
        let parts = worker.dataflow_named("Edges", |scope| {
            let heads = heads.to_collection(scope);
            let ends = heads.clone().flat_map(|head| if let Head::Ends(id, ends) = head { Some((id, ends)) } else { None });
            let offers = heads.clone().flat_map(|head| if let Head::Offer(offer) = head { Some(offer) } else { None });
            let edges = heads.flat_map(|head| if let Head::Edge(edge) = head { Some(edge) } else { None });
            let (explicit, faults) = edges::resolve(edges, arrange(ends, "Ends"));
            let asked = arrange(explicit.concat(autoedge::matches(offers)), "Asked");
            let settled = reduce_total(asked, "Edges", anew(edges::settle));
            Outlet::new(settled.concat(faults), &heads_probe)
        });
        Graph { resources, kept, resources_probe, heads, parts, heads_probe }
    }

    /// Takes in changes of contributions, and gives the net changes of the graph: of each vertex and edge, what goes before what comes.
    pub fn step(&mut self, worker: &mut Worker, rows: Updates<Shared<Contribution>>) -> Updates<Part> {
        let mut parts = Vec::new();
        let mut heads = Vec::new();
        let mut any = false;
        for (contribution, diff) in rows {
            match &contribution.row {
                Row::Resource(resource) => {
                    any = true;
                    self.resources.update((duplicates::short(&resource.id), contribution), diff);
                }
                Row::Edge(edge) => heads.push((Head::Edge(edge.clone()), diff)),
            }
        }
        if any {
            step(worker, &mut self.resources, &self.resources_probe);
            for (kept, diff) in self.kept.take() {
                match kept {
                    Kept::Vertex(vertex) => parts.push((Part::Vertex(vertex), diff)),
                    Kept::Fault(error) => parts.push((Part::Fault(error), diff)),
                    Kept::Ends(id, ends) => heads.push((Head::Ends(id, ends), diff)),
                    Kept::Offer(offer) => heads.push((Head::Offer(offer), diff)),
                }
            }
        }
        if !heads.is_empty() {
            heads.into_iter().for_each(|(head, diff)| self.heads.update(head, diff));
            step(worker, &mut self.heads, &self.heads_probe);
            let mut rules = self.parts.drain();
            rules.sort_by_key(|(_, diff)| *diff > 0);
            parts.append(&mut rules);
        }
        parts
    }
}

/// Ends the epoch of an input and works until all is known that follows from it.
fn step<D: differential_dataflow::Data>(worker: &mut Worker, input: &mut InputSession<u64, D, isize>, probe: &ProbeHandle<u64>) {
    let next = input.time() + 1;
    input.advance_to(next);
    input.flush();
    while probe.less_than(&next) {
        worker.step();
    }
}
