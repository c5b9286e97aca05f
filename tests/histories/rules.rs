//! The rules of the graph, slowly and obviously, for visible resources without automatic edges.

use crate::oracle::Meaning;
use mgmt_values::Row;
use mgmt_values::resource::{Edge, Fields, Resource, ResourceId};
use std::collections::{BTreeMap, BTreeSet};

/// A graph in words.
#[derive(Debug, Default)]
pub struct Graph {
    pub vertices: BTreeSet<String>,
    pub edges: BTreeSet<String>,
    pub errors: BTreeSet<String>,
}

/// A resource with the fields that are not zero.
pub fn shown(id: &ResourceId, fields: &Fields) -> String {
    let set = fields.set().iter().filter(|(_, value)| !value.is_zero());
    let set = set.map(|(index, value)| format!(" {}={value}", fields.kind().fields[usize::from(*index)].name));
    format!("{id}{}", set.collect::<String>())
}

/// A message without what may be said of one of several culprits or of another.
pub fn gist(message: &str) -> String {
    message.split(" found: ").next().unwrap_or_default().to_owned()
}

/// What the rows of `meaning` come to.
pub fn graph(meaning: &Meaning) -> Graph {
    let mut graph = Graph { errors: meaning.errors.iter().map(|error| gist(&error.message)).collect(), ..Graph::default() };
    let mut resources: BTreeMap<String, &Resource> = BTreeMap::new();
    let mut edges: Vec<&Edge> = Vec::new();
    for row in &meaning.rows {
        match row {
            Row::Edge(edge) => edges.push(edge),
            Row::Resource(resource) => {
                let id = resource.id.to_string();
                if let Some(other) = resources.insert(id.clone(), resource)
                    && shown(&other.id, &other.fields) != shown(&resource.id, &resource.fields)
                {
                    graph.errors.insert(format!("inequivalent duplicate resource `{id}`"));
                }
            }
        }
    }
    graph.vertices = resources.values().map(|resource| shown(&resource.id, &resource.fields)).collect();
    let mut pairs: BTreeMap<String, (bool, BTreeSet<String>)> = BTreeMap::new();
    let mut senders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for edge in edges {
        let missing: Vec<_> =
            [&edge.from, &edge.to].into_iter().filter(|end| !resources.contains_key(&end.to_string())).collect();
        for end in &missing {
            graph.errors.insert(format!("edge cannot find resource kind: {} named: `{}`", end.kind, end.name));
        }
        if !missing.is_empty() {
            continue;
        }
        let pair = pairs.entry(format!("{} -> {}", edge.from, edge.to)).or_default();
        pair.0 |= edge.notify;
        if let Some(link) = &edge.link {
            pair.1.insert(format!(" {}>{}", link.send, link.receive));
            let fed = senders.entry(format!("resource: `{}` has duplicate receive on: `{}` param", edge.to, link.receive));
            fed.or_default().insert(format!("{}.{}", edge.from, link.send));
        }
    }
    graph.errors.extend(senders.into_iter().filter(|(_, senders)| senders.len() > 1).map(|(message, _)| message));
    let arrow = |(pair, (notify, links)): (String, (bool, BTreeSet<String>))| {
        format!("{pair}{}{}", if notify { "!" } else { "" }, links.into_iter().collect::<String>())
    };
    graph.edges = pairs.into_iter().map(arrow).collect();
    graph
}
