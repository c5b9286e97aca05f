//! What the tests of the engine share: a kind of resource, and commits written as text.

use mgmt_dataflow::commit::{Commit, EdgeChange, EdgeState, Vertex, VertexChange, VertexId};
use mgmt_values::identity::Identity;
use mgmt_values::key::Site;
use mgmt_values::resource::{Fields, Identities, Link, Meta, ResourceId, SeekOrder};
use mgmt_values::schema::{Field, FieldType, Kind, Literal, Traits};
use mgmt_values::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

const fn field(name: &'static str, ty: FieldType) -> Field {
    Field { name, ty, optional: true, default: Literal::Zero, doc: "" }
}

/// A kind that sends, receives and refreshes.
pub(crate) static T: Kind = Kind {
    name: "t",
    doc: "",
    fields: &[field("version", FieldType::Int(64)), field("text", FieldType::Str), field("small", FieldType::Uint(8))],
    sends: &[field("out", FieldType::Str), field("any", FieldType::Variant)],
    traits: Traits { refreshes: true, receives: true, autoedges: true, unwatched: &["small"], ..Traits::PLAIN },
    constants: &[],
    validate: |_, fields| if fields.int("version") < 0 { Err("version is negative".to_owned()) } else { Ok(()) },
    identities: |_, _| Identities::default(),
};

/// The same, but a notification means nothing to it.
pub(crate) static DEAF: Kind = Kind {
    name: "deaf",
    doc: "",
    fields: &[field("version", FieldType::Int(64))],
    sends: &[],
    traits: Traits { refreshes: false, receives: false, autoedges: false, autogroups: false, ..Traits::PLAIN },
    constants: &[],
    validate: |_, _| Ok(()),
    identities: |_, _| Identities::default(),
};

pub(crate) fn id(name: &str) -> VertexId {
    let kind = if name.starts_with("deaf") { "deaf" } else { "t" };
    VertexId { resource: ResourceId::new(kind, name), variant: Identity(0) }
}

/// A graph that tests edit; it makes the commit that leads from one state to the next.
#[derive(Clone, Default)]
pub(crate) struct Wanted {
    number: u64,
    vertices: BTreeMap<String, Arc<Vertex>>,
    edges: BTreeMap<(String, String), EdgeState>,
    before: Option<Box<Wanted>>,
}

impl Wanted {
    /// Statements such as `a -> b` (an edge), `a => b` (it notifies), `a ~> b` (automatic), `a >> b` (sends `out` to `text`), `a`
    /// (a vertex), separated by `;`. Ends are made.
    pub(crate) fn of(text: &str) -> Wanted {
        let mut wanted = Wanted::default();
        wanted.add(text);
        wanted
    }

    pub(crate) fn add(&mut self, text: &str) -> &mut Wanted {
        for statement in text.split(';').map(str::trim).filter(|s| !s.is_empty()) {
            let words: Vec<&str> = statement.split_whitespace().collect();
            for name in words.iter().step_by(2) {
                if !self.vertices.contains_key(*name) {
                    self.vertex(name, 0, Meta::default());
                }
            }
            for edge in words.windows(3).step_by(2) {
                let state = self.edges.entry((edge[0].to_owned(), edge[2].to_owned())).or_insert(EdgeState {
                    notify: false,
                    automatic: (edge[1] == "~>").then_some(SeekOrder::SeekerFirst),
                    links: Vec::new(),
                    site: Site::default(),
                });
                state.automatic = state.automatic.filter(|_| edge[1] == "~>");
                state.notify |= edge[1] == "=>";
                if edge[1] == ">>" {
                    state.links = vec![Link { send: "out".into(), receive: "text".into() }];
                }
            }
        }
        self
    }

    /// Makes or replaces a vertex.
    pub(crate) fn vertex(&mut self, name: &str, version: i64, meta: Meta) -> &mut Wanted {
        let kind = if name.starts_with("deaf") { &DEAF } else { &T };
        let fields = Fields::new(kind, [(0, Value::Int(version))]);
        let vertex = Vertex { id: id(name), meta: Arc::new(meta), fields, site: Site::default() };
        self.vertices.insert(name.to_owned(), Arc::new(vertex));
        self
    }

    /// Sets the field that the watch does not depend on, where there is such a vertex.
    pub(crate) fn tune(&mut self, name: &str, small: i64) -> &mut Wanted {
        if let Some(vertex) = self.vertices.get_mut(name) {
            let fields = vertex.fields.with([(2, Value::Int(small))]);
            *vertex = Arc::new(Vertex { fields, ..Vertex::clone(vertex) });
        }
        self
    }

    /// Who has other fields than in `former`.
    pub(crate) fn retuned(&self, former: &Wanted) -> Vec<VertexId> {
        let differs =
            |(name, vertex): &(&String, &Arc<Vertex>)| former.vertices.get(*name).is_some_and(|was| was.fields != vertex.fields);
        self.vertices.iter().filter(differs).map(|(_, vertex)| vertex.id.clone()).collect()
    }

    pub(crate) fn remove(&mut self, name: &str) -> &mut Wanted {
        self.vertices.remove(name);
        self.edges.retain(|(from, to), _| from != name && to != name);
        self
    }

    pub(crate) fn cut(&mut self, from: &str, to: &str) -> &mut Wanted {
        self.edges.remove(&(from.to_owned(), to.to_owned()));
        self
    }

    /// Those who receive values.
    pub(crate) fn receivers(&self) -> impl Iterator<Item = VertexId> {
        self.edges.iter().filter(|(_, edge)| !edge.links.is_empty()).map(|((_, to), _)| id(to))
    }

    /// Takes away what keeps a vertex from coming to rest, or from coming right.
    pub(crate) fn calm(&mut self, name: &str) {
        if let Some(vertex) = self.vertices.get_mut(name)
            && (vertex.meta.poll > 0 || vertex.meta.retry == 0 || vertex.meta.hidden)
        {
            let meta = Meta { poll: 0, retry: -1, hidden: false, ..(*vertex.meta).clone() };
            *vertex = Arc::new(Vertex { meta: Arc::new(meta), ..(**vertex).clone() });
        }
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.vertices.keys().cloned().collect()
    }

    /// The difference to what was last taken; from then on this is the former state.
    pub(crate) fn commit(&mut self) -> Commit {
        let before = self.before.take().unwrap_or_default();
        let mut commit = Commit { number: self.number + 1, ..Commit::default() };
        let names: std::collections::BTreeSet<&String> = before.vertices.keys().chain(self.vertices.keys()).collect();
        for name in names {
            let (was, is) = (before.vertices.get(name), self.vertices.get(name));
            if was != is {
                commit.vertices.push(VertexChange { id: id(name), before: was.cloned(), after: is.cloned() });
            }
        }
        let pairs: std::collections::BTreeSet<_> = before.edges.keys().chain(self.edges.keys()).collect();
        for pair in pairs {
            let (was, is) = (before.edges.get(pair), self.edges.get(pair));
            if was != is {
                let (from, to) = (id(&pair.0), id(&pair.1));
                commit.edges.push(EdgeChange { from, to, before: was.cloned(), after: is.cloned() });
            }
        }
        self.number += 1;
        self.accepted();
        commit
    }

    fn accepted(&mut self) {
        let former = Wanted { before: None, ..self.clone() };
        self.before = Some(Box::new(former));
    }

    /// The same wish without a past: its next commit is whole.
    pub(crate) fn forget(mut self) -> Wanted {
        self.before = None;
        self
    }

    /// Goes back to the last state but one, as after a refusal.
    pub(crate) fn refused(&mut self, former: &Wanted) {
        let number = self.number;
        *self = former.clone();
        self.number = number;
    }
}
