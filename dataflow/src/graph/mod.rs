//! Resources and edges as relations: the rules of the graph's shape.
//!
//! In: rows of statements. Out: vertices, edges and faults. Each rule is a file: [`duplicates`] makes one vertex of equal resources,
//! [`edges`] finds the ends of explicit edges, [`sendrecv`] checks the links along them, [`autoedge`] matches what resources offer with what
//! they seek. What a resource is (its fields) goes through the first rule only: the others see its head, which a changed field leaves
//! as it was. Cycles are no join and left to who applies the graph.

mod autoedge;
mod duplicates;
mod edges;
mod sendrecv;

use crate::commit::{EdgeState, Vertex, VertexId};
use crate::relation::{Outlet, Updates, arrange, reduce};
use differential_dataflow::input::InputSession;
use duplicates::Kept;
use edges::{Asked, Settled};
use mgmt_values::error::Error;
use mgmt_values::outcome::Row;
use std::sync::Arc;
use timely::dataflow::ProbeHandle;
use timely::worker::Worker;

/// Something that is in the graph, or keeps it from being one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A vertex.
    Vertex(Arc<Vertex>),
    /// An edge.
    Edge(VertexId, VertexId, EdgeState),
    /// A rule is broken.
    Fault(Error),
    /// An edge has an end that does not exist: an error unless it may yet come.
    Missing(Error),
}

/// The dataflow of the rules.
pub struct Graph {
    rows: InputSession<u64, Row, isize>,
    parts: Outlet<Part>,
    probe: ProbeHandle<u64>,
}

impl Graph {
    /// Builds it, empty.
    pub fn new(worker: &mut Worker) -> Graph {
        let mut rows = InputSession::new();
        let probe = ProbeHandle::new();
        let parts = worker.dataflow_named("Graph", |scope| {
            let rows = rows.to_collection(scope);
            let resources = rows.clone().flat_map(|row| match row {
                Row::Resource(resource) => Some((resource.id.clone(), resource)),
                Row::Edge(_) => None,
            });
            let edges = rows.flat_map(|row| match row {
                Row::Edge(edge) => Some(edge),
                Row::Resource(_) => None,
            });
            let kept = reduce(arrange(resources, "Resources"), "Duplicates", duplicates::settle)
                .as_collection(|id, kept| (id.clone(), kept.clone()));
            let vertices = kept.clone().flat_map(|(_, kept)| match kept {
                Kept::Vertex(vertex) => Some(Part::Vertex(vertex)),
                Kept::Fault(error) => Some(Part::Fault(error)),
                Kept::Ends(_) | Kept::Head(_) => None,
            });
            let ends = kept.clone().flat_map(|(id, kept)| if let Kept::Ends(ends) = kept { Some((id, ends)) } else { None });
            let heads = kept.flat_map(|(_, kept)| if let Kept::Head(head) = kept { Some(head) } else { None });
            let (explicit, faults) = edges::resolve(edges, arrange(ends, "Ends"));
            let asked = explicit.concat(autoedge::matches(heads));
            let settled =
                reduce(arrange(asked, "Asked"), "Edges", edges::settle).as_collection(|asked, settled| match (asked, settled) {
                    (_, Settled::Fault(error)) => Part::Fault(error.clone()),
                    (Asked::Edge(from, to), Settled::Edge(state)) => Part::Edge(from.clone(), to.clone(), state.clone()),
                    (Asked::Receive(..), Settled::Edge(_)) => unreachable!("receivers settle to faults"),
                });
            Outlet::new(vertices.concatenate([faults, settled]), &probe)
        });
        Graph { rows, parts, probe }
    }

    /// Takes in changes of rows, and gives the net changes of the graph, sorted.
    pub fn step(&mut self, worker: &mut Worker, rows: Updates<Row>) -> Updates<Part> {
        if rows.is_empty() {
            return Vec::new();
        }
        for (row, diff) in rows {
            self.rows.update(row, diff);
        }
        let next = self.rows.time() + 1;
        self.rows.advance_to(next);
        self.rows.flush();
        while self.probe.less_than(&next) {
            worker.step();
        }
        self.parts.drain()
    }
}
