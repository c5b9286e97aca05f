//! Resources of one name: equal ones are one vertex, others exclude each other. Hidden ones stand beside them, told apart by content
//! and, where one comes again after another, by number.

use super::turn;
use crate::commit::{Vertex, VertexId};
use crate::groups::{Group, anew};
use crate::program::Contribution;
use crate::relation::Updates;
use crate::shared::{Fingerprint, Shared};
use mgmt_values::error::{Error, Rank};
use mgmt_values::identity::{Identity, Maker};
use mgmt_values::key::Site;
use mgmt_values::outcome::Row;
use mgmt_values::resource::{Fields, Identities, Meta, Resource, ResourceId};
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

fn resource(contribution: &Contribution) -> Option<&Resource> {
    if let Row::Resource(resource) = &contribution.row { Some(resource) } else { None }
}

/// A short name of an id: what the groups go by.
pub fn short(id: &ResourceId) -> u64 {
    let mut hasher = FxHasher::default();
    id.hash(&mut hasher);
    hasher.finish()
}

/// The logic of the groups by short name.
pub fn change(
    name: &u64,
    former: &Group<Shared<Contribution>>,
    present: &Group<Shared<Contribution>>,
    output: &mut Updates<Kept>,
) {
    // Mostly one resource has the name, before and after, and only its fields differ.
    if let ([(before, _)], [(after, _)]) = (former, present)
        && let (Row::Resource(old), Row::Resource(new)) = (&before.row, &after.row)
        && let (Some(gone), Some(come)) = (&before.alone, &after.alone)
        && (&old.id, old.site, &old.meta, &old.identities) == (&new.id, new.site, &new.meta, &new.identities)
    {
        output.extend([(Kept::Vertex(gone.clone()), -1), (Kept::Vertex(come.clone()), 1)]);
        return;
    }
    anew(by_id)(name, former, present, output);
}

/// Settles each id by itself: several may share a short name, if hardly ever.
fn by_id(_: &u64, contributions: &Group<Shared<Contribution>>, output: &mut Updates<Kept>) {
    let mut ids: BTreeMap<&ResourceId, Vec<(&Shared<Contribution>, isize)>> = BTreeMap::new();
    for (contribution, count) in contributions {
        if let Some(resource) = resource(contribution) {
            ids.entry(&resource.id).or_default().push((contribution, *count));
        }
    }
    ids.into_iter().for_each(|(id, contributions)| settle(id, &contributions, output));
}

/// What becomes of the resources of one id.
fn settle(id: &ResourceId, contributions: &[(&Shared<Contribution>, isize)], output: &mut Updates<Kept>) {
    let resources: Vec<&Resource> = contributions.iter().filter_map(|(contribution, _)| resource(contribution)).collect();
    let (hidden, mut visible): (Vec<_>, Vec<_>) = resources.iter().copied().partition(|resource| resource.meta.hidden);
    let mut variants: BTreeMap<Identity, Resource> = BTreeMap::new();
    let mut faults = Vec::new();
    visible.sort_by_cached_key(|resource| standing(resource));
    if let Some((first, rest)) = visible.split_first() {
        let (fields, differing) = merged(first, rest);
        faults.extend(differing);
        variants.insert(Identity(0), Resource { fields, ..(*first).clone() });
    }
    if !hidden.is_empty() {
        variants.extend(in_turn(contributions));
    }
    faults.extend(exports(id, &resources));
    faults.sort();
    faults.dedup();
    output.extend(faults.into_iter().map(|(site, message, other)| {
        let error = Error { other: Some(other), ..Error::interpret(Rank::Duplicate, Some(site), message) };
        (Kept::Fault(error), 1)
    }));
    let Some(first) = resources.first() else { return };
    let ends = Ends { kind: KindRef(first.fields.kind()), variants: variants.keys().copied().collect() };
    output.push((Kept::Ends(id.clone(), ends), 1));
    for (variant, resource) in variants {
        let Resource { meta, identities, fields, site, .. } = resource;
        let id = VertexId { resource: id.clone(), variant };
        if meta.autoedge && fields.kind().traits.autoedges && *identities != Identities::default() {
            output.push((Kept::Offer(Offer { id: id.clone(), identities, site }), 1));
        }
        let vertex = Vertex { id, meta, fields, site };
        output.push((Kept::Vertex(Shared::new(vertex)), 1));
    }
}

/// One message each for those that the first excludes, and what satisfies all others.
fn merged(first: &Resource, rest: &[&Resource]) -> (Fields, Vec<(Site, String, Site)>) {
    let id = &first.id;
    let mut fields = first.fields.clone();
    let mut faults = Vec::new();
    for resource in rest {
        let (how, why) = match first.fields.kind().traits.merges {
            Some(merge) => {
                let both = if resource.fields == fields { Ok(fields.clone()) } else { merge(&fields, &resource.fields) };
                match both.map(|both| (both, differs_in_meta(first, resource))) {
                    Ok((both, None)) => {
                        fields = both;
                        continue;
                    }
                    Ok((_, Some(why))) | Err(why) => ("incompatible", why),
                }
            }
            None => match difference(first, resource) {
                Some(why) => ("inequivalent", why),
                None => continue,
            },
        };
        faults.push((resource.site, format!("{how} duplicate resource `{id}` found: {why}"), first.site));
    }
    (fields, faults)
}

/// The hidden resources that are kept: each unless it is the same as the one kept before it, in the order of the text. Those of one
/// content are numbered.
fn in_turn(contributions: &[(&Shared<Contribution>, isize)]) -> Vec<(Identity, Resource)> {
    let mut hidden: Vec<(&Contribution, &Resource)> = contributions
        .iter()
        .filter_map(|(contribution, _)| Some((&***contribution, resource(contribution)?)))
        .filter(|(_, resource)| resource.meta.hidden)
        .collect();
    hidden.sort_by(|(a, x), (b, y)| turn::compare((a, x.turn), (b, y.turn)).then_with(|| standing(x).cmp(&standing(y))));
    let mut before: FxHashMap<Identity, u64> = FxHashMap::default();
    let mut last = None;
    let mut kept: Vec<(Identity, Resource)> = Vec::new();
    for (_, resource) in hidden {
        let content = content(resource);
        if last == Some(content) {
            continue;
        }
        last = Some(content);
        let count = before.entry(content).or_default();
        kept.push((Maker::new(b'h').part(content).word(*count).finish(), resource.clone()));
        *count += 1;
    }
    kept
}

/// Which of equal resources stands for all: lists whose order does not count may differ, and what is shown must not depend on chance.
fn standing(resource: &Resource) -> (Vec<&[u8]>, Site) {
    let lists = resource.meta.export.iter().chain(&resource.meta.sema);
    (lists.map(|text| text.as_bytes()).collect(), resource.site)
}

/// A host may get one resource of a name only.
fn exports(id: &ResourceId, resources: &[&Resource]) -> Vec<(Site, String, Site)> {
    let mut hosts: BTreeMap<String, &Resource> = BTreeMap::new();
    let mut faults = Vec::new();
    for resource in resources {
        for host in &resource.meta.export {
            let host = host.to_str().into_owned();
            let first = *hosts.entry(host.clone()).or_insert(resource);
            if first.meta.hidden != resource.meta.hidden || difference(first, resource).is_some() {
                faults.push((resource.site, format!("inequivalent duplicate export: {id} to {host}"), first.site));
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
fn effect(resource: &Resource) -> Fields {
    match resource.fields.kind().traits.effect {
        Some(effect) => effect(&resource.id.name.to_str(), &resource.fields),
        None => resource.fields.clone(),
    }
}

/// The first thing in which two resources of one kind differ, in words; `None` where they are equal.
fn difference(a: &Resource, b: &Resource) -> Option<String> {
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

fn differs_in_meta(a: &Resource, b: &Resource) -> Option<String> {
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
fn content(resource: &Resource) -> Identity {
    let fields = effect(resource);
    let mut maker = Maker::new(b'h');
    for (index, field) in fields.kind().fields.iter().enumerate() {
        if let Some(value) = effective(&fields, index, field) {
            value.add_to(maker.word(index as u64));
        }
    }
    // The debug form shows every parameter.
    maker.bytes(format!("{:?}", comparable(&resource.meta)).as_bytes()).finish()
}
