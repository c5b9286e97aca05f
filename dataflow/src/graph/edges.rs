//! Explicit edges: their ends are found by name, a missing one is an error, and what is asked of one pair falls together.

use super::Part;
use super::duplicates::Ends;
use super::sendrecv;
use crate::commit::{EdgeState, VertexId};
use crate::groups::Group;
use crate::relation::{Index, Rows, Updates, arrange};
use mgmt_values::error::{Error, Rank};
use mgmt_values::identity::Identity;
use mgmt_values::key::Site;
use mgmt_values::resource::{Edge, Link, ResourceId, SeekOrder};
use std::sync::Arc;

/// What something is asked of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asked {
    /// An ordered pair of vertices.
    Edge(VertexId, VertexId),
    /// A field that receives.
    Receive(ResourceId, Arc<str>),
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// By a statement.
    Explicit {
        /// The statement.
        site: Site,
        /// Whether the first notifies the second.
        notify: bool,
        /// What moves along.
        link: Option<Link>,
    },
    /// By what two resources offer and seek, and which of them seeks; the statement is that one's.
    Automatic(SeekOrder, Site),
    /// The field is to be fed with what a resource publishes under a name.
    Sender(ResourceId, Arc<str>, Site),
}

/// Finds the ends of edges; gives what is asked of pairs, and faults.
pub fn resolve<'scope>(
    edges: Rows<'scope, Edge>,
    ends: Index<'scope, ResourceId, Ends>,
) -> (Rows<'scope, (Asked, Ask)>, Rows<'scope, Part>) {
    // An edge whose end is missing is one that the join does not give: no negation is kept anywhere.
    let by_from = arrange(edges.clone().map(|edge| (edge.from.clone(), edge)), "Edges by first");
    let found = by_from.join_core(ends.clone(), |_, edge, ends| Some((edge.clone(), Some(ends.clone()))));
    let half = edges.map(|edge| (edge, None)).concat(found.clone().map(|(edge, _)| (edge, None)).negate()).concat(found);
    let by_to = arrange(half.clone().map(|(edge, from)| (edge.to.clone(), (edge, from))), "Edges by second");
    let whole = by_to.join_core(ends, |_, (edge, from), to| Some((edge.clone(), from.clone(), to.clone())));
    let missing_from = half.clone().flat_map(|(edge, from)| from.is_none().then(|| missing(&edge.from, edge.site)));
    let missing_to = half
        .map(|(edge, _)| missing(&edge.to, edge.site))
        .concat(whole.clone().map(|(edge, ..)| missing(&edge.to, edge.site)).negate());
    let whole = whole.flat_map(|(edge, from, to)| from.map(|from| (edge, from, to)));
    let broken = whole.clone().flat_map(|(edge, from, to)| {
        sendrecv::check(&edge, &from, &to)
            .err()
            .map(|message| Part::Fault(Error::interpret(Rank::Edge, Some(edge.site), message)))
    });
    let asked = whole.flat_map(|(edge, from, to)| ask(&edge, &from, &to));
    (asked, missing_from.concatenate([missing_to, broken]))
}

fn missing(id: &ResourceId, site: Site) -> Part {
    let message = format!("edge cannot find resource kind: {} named: `{}`", id.kind, id.name);
    Part::Missing(Error::interpret(Rank::Edge, Some(site), message))
}

/// The edge between all variants of its ends, and the field that it feeds.
fn ask(edge: &Edge, from: &Ends, to: &Ends) -> Vec<(Asked, Ask)> {
    let mut asked = Vec::new();
    for first in &*from.variants {
        for second in &*to.variants {
            let from = VertexId { resource: edge.from.clone(), variant: *first };
            let to = VertexId { resource: edge.to.clone(), variant: *second };
            // Hidden resources never run, so they send nothing.
            let link = edge.link.clone().filter(|_| *first == Identity(0));
            asked.push((Asked::Edge(from, to), Ask::Explicit { site: edge.site, notify: edge.notify, link }));
        }
    }
    if let Some(Link { send, receive }) = &edge.link {
        let sender = Ask::Sender(edge.from.clone(), Arc::clone(send), edge.site);
        asked.push((Asked::Receive(edge.to.clone(), Arc::clone(receive)), sender));
    }
    asked
}

/// The logic of the groups by what is asked of.
pub fn settle(asked: &Asked, asks: &Group<Ask>, output: &mut Updates<Part>) {
    match asked {
        Asked::Edge(from, to) => output.extend(edge(asks).map(|state| (Part::Edge(from.clone(), to.clone(), state), 1))),
        Asked::Receive(id, field) => output.extend(sendrecv::rivals(id, field, asks).map(|error| (Part::Fault(error), 1))),
    }
}

/// An explicit wish beats automatic ones; notify is the OR.
fn edge(asks: &Group<Ask>) -> Option<EdgeState> {
    let mut state: Option<EdgeState> = None;
    for (ask, _) in asks {
        let (site, notify, link, automatic) = match ask {
            Ask::Explicit { site, notify, link } => (*site, *notify, link.clone(), None),
            // Explicit asks come first.
            Ask::Automatic(order, site) if state.is_none() => (*site, false, None, Some(*order)),
            Ask::Automatic(..) | Ask::Sender(..) => continue,
        };
        let state = state.get_or_insert(EdgeState { notify: false, automatic, links: Vec::new(), site });
        state.notify |= notify;
        state.site = state.site.min(site);
        state.links.extend(link);
    }
    if let Some(state) = &mut state {
        state.links.sort();
        state.links.dedup();
    }
    state
}
