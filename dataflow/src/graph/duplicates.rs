//! Resources of one name: equal ones are one vertex, others exclude each other. Hidden ones stand beside them, told apart by content
//! and, where one comes again after another, by number.

use super::turn;
use crate::commit::{Vertex, VertexId};
use crate::groups::{Group, anew};
use crate::program::{Claim, Contribution};
use crate::relation::Updates;
use crate::shared::{Fingerprint, Shared};
use mgmt_values::error::{Error, Rank};
use mgmt_values::identity::{Identity, Maker};
use mgmt_values::key::Site;
use mgmt_values::resource::{Fields, Identities, Meta, ResourceId};
use mgmt_values::schema::{Field, Kind};
use mgmt_values::value::Value;
use rustc_hash::{FxHashMap, FxHasher};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// What becomes of the resources of one name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// A vertex.
    Vertex(Shared<Vertex>),
    /// What edges to the name reach.
    Ends(ResourceId, Ends),
    /// What a vertex that takes part in automatic edges offers and seeks.
    Offer(Offer),
    /// They exclude each other.
    Fault(Error),
}

/// The vertices of one name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ends {
    /// Their kind.
    pub kind: KindRef,
    /// Their variants, sorted: the visible one, which is zero, is the first.
    pub variants: Arc<[Identity]>,
}

/// The part of a vertex that automatic edges depend on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offer {
    /// Which vertex.
    pub id: VertexId,
    /// What it offers and seeks.
    pub identities: Arc<Identities>,
    /// Its statement.
    pub site: Site,
}

/// A kind, ordered by name.
#[derive(Clone, Copy, Debug)]
pub struct KindRef(pub &'static Kind);

impl PartialEq for KindRef {
    fn eq(&self, other: &KindRef) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for KindRef {}

impl PartialOrd for KindRef {
    fn partial_cmp(&self, other: &KindRef) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for KindRef {
    fn cmp(&self, other: &KindRef) -> Ordering {
        self.0.name.cmp(other.0.name)
    }
}

impl Hash for KindRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
    }
}

impl Fingerprint for Vertex {
    fn fingerprint(&self) -> u64 {
        let mut hasher = FxHasher::default();
        self.id.hash(&mut hasher);
        self.fields.hash(&mut hasher);
        self.site.hash(&mut hasher);
        hasher.finish()
    }
}

/// The logic of the groups by short hash of the id.
pub fn change(
    short: &u64,
    former: &Group<Shared<Contribution>>,
    present: &Group<Shared<Contribution>>,
    output: &mut Updates<Kept>,
) {
    // Mostly one resource has the name, before and after, and only its fields differ.
    if let ([(before, _)], [(after, _)]) = (former, present)
        && let (Some(before), Some(after)) = (before.claim(), after.claim())
        && let (old, new) = (&before.vertex, &after.vertex)
        && !new.meta.hidden
        && (&old.id, old.site, &old.meta, &before.identities) == (&new.id, new.site, &new.meta, &after.identities)
    {
        output.extend([(Kept::Vertex(old.clone()), -1), (Kept::Vertex(new.clone()), 1)]);
        return;
    }
    anew(by_id)(short, former, present, output);
}

/// Settles each id by itself: several may share a short hash, if hardly ever.
fn by_id(_: &u64, contributions: &Group<Shared<Contribution>>, output: &mut Updates<Kept>) {
    let mut ids: BTreeMap<&ResourceId, Vec<(&Contribution, &Claim)>> = BTreeMap::new();
    for (contribution, _) in contributions {
        if let Some(claim) = contribution.claim() {
            ids.entry(&claim.vertex.id.resource).or_default().push((contribution, claim));
        }
    }
    ids.into_iter().for_each(|(id, claims)| settle(id, &claims, output));
}

/// What becomes of the resources of one id.
fn settle(id: &ResourceId, claims: &[(&Contribution, &Claim)], output: &mut Updates<Kept>) {
    let (hidden, mut visible): (Vec<_>, Vec<_>) = claims.iter().copied().partition(|(_, claim)| claim.vertex.meta.hidden);
    let mut vertices: BTreeMap<Identity, (Shared<Vertex>, &Arc<Identities>)> = BTreeMap::new();
    let mut faults = Vec::new();
    visible.sort_by_cached_key(|(_, claim)| standing(claim));
    if let Some(((_, first), rest)) = visible.split_first() {
        let (fields, differing) = merged(first, rest);
        faults.extend(differing);
        vertices.insert(Identity(0), (with(first, |vertex| vertex.fields = fields), &first.identities));
    }
    for (variant, claim) in in_turn(hidden) {
        vertices.insert(variant, (with(claim, |vertex| vertex.id.variant = variant), &claim.identities));
    }
    faults.extend(exports(id, claims));
    faults.sort();
    faults.dedup();
    output.extend(faults.into_iter().map(|(site, message, other)| {
        let error = Error { other: Some(other), ..Error::interpret(Rank::Duplicate, Some(site), message) };
        (Kept::Fault(error), 1)
    }));
    let Some((_, first)) = claims.first() else { return };
    let ends = Ends { kind: KindRef(first.vertex.fields.kind()), variants: vertices.keys().copied().collect() };
    output.push((Kept::Ends(id.clone(), ends), 1));
    for (vertex, identities) in vertices.into_values() {
        if vertex.meta.autoedge && vertex.fields.kind().traits.autoedges && **identities != Identities::default() {
            let offer = Offer { id: vertex.id.clone(), identities: Arc::clone(identities), site: vertex.site };
            output.push((Kept::Offer(offer), 1));
        }
        output.push((Kept::Vertex(vertex), 1));
    }
}

/// The vertex of a claim with something changed, if it is not so already.
fn with(claim: &Claim, change: impl FnOnce(&mut Vertex)) -> Shared<Vertex> {
    let mut vertex = Vertex::clone(&claim.vertex);
    change(&mut vertex);
    if vertex == *claim.vertex { claim.vertex.clone() } else { Shared::new(vertex) }
}

/// One message each for those that the first excludes, and what satisfies all others.
fn merged(first: &Claim, rest: &[(&Contribution, &Claim)]) -> (Fields, Vec<(Site, String, Site)>) {
    let first = &first.vertex;
    let id = &first.id;
    let mut fields = first.fields.clone();
    let mut faults = Vec::new();
    for (_, Claim { vertex, .. }) in rest {
        let (how, why) = match first.fields.kind().traits.merges {
            Some(merge) => {
                let both = if vertex.fields == fields { Ok(fields.clone()) } else { merge(&fields, &vertex.fields) };
                match both.map(|both| (both, differs_in_meta(first, vertex))) {
                    Ok((both, None)) => {
                        fields = both;
                        continue;
                    }
                    Ok((_, Some(why))) | Err(why) => ("incompatible", why),
                }
            }
            None => match difference(first, vertex) {
                Some(why) => ("inequivalent", why),
                None => continue,
            },
        };
        faults.push((vertex.site, format!("{how} duplicate resource `{id}` found: {why}"), first.site));
    }
    (fields, faults)
}

/// The hidden resources that are kept: each unless it is the same as the one kept before it, in the order of the text. Those of one
/// content are numbered.
fn in_turn<'c>(mut hidden: Vec<(&'c Contribution, &'c Claim)>) -> Vec<(Identity, &'c Claim)> {
    hidden.sort_by(|(a, x), (b, y)| turn::compare((a, x.turn), (b, y.turn)).then_with(|| standing(x).cmp(&standing(y))));
    let mut before: FxHashMap<Identity, u64> = FxHashMap::default();
    let mut last = None;
    let mut kept = Vec::new();
    for (_, claim) in hidden {
        let content = content(&claim.vertex);
        if last == Some(content) {
            continue;
        }
        last = Some(content);
        let count = before.entry(content).or_default();
        kept.push((Maker::new(b'h').part(content).word(*count).finish(), claim));
        *count += 1;
    }
    kept
}

/// Which of equal resources stands for all: lists whose order does not count may differ, and what is shown must not depend on chance.
fn standing(claim: &Claim) -> (Vec<&[u8]>, Site) {
    let meta = &claim.vertex.meta;
    let lists = meta.export.iter().chain(&meta.sema);
    (lists.map(|text| text.as_bytes()).collect(), claim.vertex.site)
}

/// A host may get one resource of a name only.
fn exports(id: &ResourceId, claims: &[(&Contribution, &Claim)]) -> Vec<(Site, String, Site)> {
    let mut hosts: BTreeMap<String, &Vertex> = BTreeMap::new();
    let mut faults = Vec::new();
    for (_, Claim { vertex, .. }) in claims {
        for host in &vertex.meta.export {
            let host = host.to_str().into_owned();
            let first = *hosts.entry(host.clone()).or_insert(vertex);
            if first.meta.hidden != vertex.meta.hidden || difference(first, vertex).is_some() {
                faults.push((vertex.site, format!("inequivalent duplicate export: {id} to {host}"), first.site));
            }
        }
    }
    faults
}

/// What a field of the resource built is: default and zero count as given, except that an optional field may be *not set*.
fn effective(fields: &Fields, index: usize, field: &Field) -> Option<Value> {
    let given = fields.set().iter().find(|(at, _)| usize::from(*at) == index).map(|(_, value)| value.clone());
    given.or_else(|| field.default.value()).filter(|value| field.optional || !value.is_zero())
}

/// What a resource is compared by.
fn effect(vertex: &Vertex) -> Fields {
    match vertex.fields.kind().traits.effect {
        Some(effect) => effect(&vertex.id.resource.name.to_str(), &vertex.fields),
        None => vertex.fields.clone(),
    }
}

/// The first thing in which two resources of one kind differ, in words; `None` where they are equal.
fn difference(a: &Vertex, b: &Vertex) -> Option<String> {
    let unlike = a.fields.kind().traits.unlike;
    if let Some(why) = unlike.and_then(|unlike| unlike(&a.fields).or_else(|| unlike(&b.fields))) {
        return Some(why.to_owned());
    }
    if a.fields != b.fields {
        let (left, right) = (effect(a), effect(b));
        for (index, field) in a.fields.kind().fields.iter().enumerate() {
            if effective(&left, index, field) != effective(&right, index, field) {
                return Some(format!("the field `{}` differs", field.name));
            }
        }
    }
    differs_in_meta(a, b)
}

fn differs_in_meta(a: &Vertex, b: &Vertex) -> Option<String> {
    if a.meta == b.meta {
        return None;
    }
    let (a, b) = (comparable(&a.meta), comparable(&b.meta));
    let differs = [
        ("noop", a.noop != b.noop),
        ("retry", a.retry != b.retry),
        ("retryreset", a.retryreset != b.retryreset),
        ("delay", a.delay != b.delay),
        ("timeout", a.timeout != b.timeout),
        ("poll", a.poll != b.poll),
        ("limit", a.limit != b.limit),
        ("burst", a.burst != b.burst),
        ("reset", a.reset != b.reset),
        ("sema", a.sema != b.sema),
        ("rewatch", a.rewatch != b.rewatch),
        ("realize", a.realize != b.realize),
        ("dollar", a.dollar != b.dollar),
        ("hidden", a.hidden != b.hidden),
        ("export", a.export != b.export),
        ("reverse", a.reverse != b.reverse),
        ("autoedge", a.autoedge != b.autoedge),
        ("autogroup", a.autogroup != b.autogroup),
    ];
    differs.iter().find(|(_, differs)| *differs).map(|(name, _)| format!("the meta parameter `{name}` differs"))
}

/// The meta parameters without what does not count: the order of lists.
fn comparable(meta: &Meta) -> Meta {
    let mut meta = meta.clone();
    meta.sema.sort();
    meta.export.sort();
    meta
}

/// The name of what a hidden resource is; resources without a [`difference`] have the same one.
fn content(vertex: &Vertex) -> Identity {
    let fields = effect(vertex);
    let mut maker = Maker::new(b'h');
    for (index, field) in fields.kind().fields.iter().enumerate() {
        if let Some(value) = effective(&fields, index, field) {
            value.add_to(maker.word(index as u64));
        }
    }
    // The debug form shows every parameter.
    maker.bytes(format!("{:?}", comparable(&vertex.meta)).as_bytes()).finish()
}
