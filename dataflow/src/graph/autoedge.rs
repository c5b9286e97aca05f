//! Automatic edges: what one resource seeks and another provides.

use super::duplicates::Offer;
use super::edges::{Ask, Asked};
use crate::commit::VertexId;
use crate::groups::Group;
use crate::relation::{Rows, Updates, arrange};
use mgmt_values::key::Site;
use mgmt_values::resource::SeekOrder;

/// One search of one resource, and where its answers come together.
pub type Search = (VertexId, u32);

/// Who answers a search: at which place of its chain, who, who runs first, and the statement of who seeks.
pub type Found = (u32, VertexId, SeekOrder, Site);

/// Who answers which search.
pub fn matches(offers: Rows<'_, Offer>) -> Rows<'_, (Search, Found)> {
    let provides = offers.clone().flat_map(|offer| {
        let mut provides = offer.identities.provides.clone();
        provides.sort();
        provides.dedup();
        let removes = offer.identities.removes;
        provides.into_iter().map(move |identifier| (identifier, (offer.id.clone(), removes)))
    });
    let seeks = offers.flat_map(|Offer { id, identities, site }| {
        let mut all = Vec::new();
        for (search, seek) in identities.seeks.iter().enumerate() {
            for (place, identifier) in seek.chain.iter().enumerate() {
                all.push((
                    identifier.clone(),
                    ((id.clone(), search as u32), place as u32, (seek.order, identities.removes), site),
                ));
            }
        }
        all
    });
    arrange(seeks, "Seeks").join_core(
        arrange(provides, "Provides"),
        |_, (search, place, (order, removes), site), (provider, gone)| {
            let order = if *removes && *gone { SeekOrder::SeekerFirst } else { *order };
            (search.0 != *provider).then(|| (search.clone(), (*place, provider.clone(), order, *site)))
        },
    )
}

/// The logic of the groups by search: the edge that it makes. The nearest identifier that somebody else provides counts, and of those
/// who provide it the first by kind and name.
pub fn nearest((seeker, _): &Search, found: &Group<Found>, output: &mut Updates<(Asked, Ask)>) {
    let first = found.iter().map(|(found, _)| found).min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.in_text(&b.1)));
    output.extend(first.map(|(_, provider, order, site)| {
        let (from, to) = match order {
            SeekOrder::FoundFirst => (provider, seeker),
            SeekOrder::SeekerFirst => (seeker, provider),
        };
        ((Asked::Edge(from.clone(), to.clone()), Ask::Automatic(*order, *site)), 1)
    }));
}
