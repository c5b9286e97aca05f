//! One resource as data: what a statement contributes to the graph.

use crate::identity::{Identity, Maker};
use crate::key::Site;
use crate::schema::{Kind, Traits};
use crate::text::Text;
use crate::value::Value;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// `kind[name]`. `Ord` goes by the identity of the name and is never to be seen; sort by text before showing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId {
    /// As written, lower case.
    pub kind: Arc<str>,
    /// As given.
    pub name: Text,
}

impl ResourceId {
    /// `kind[name]`
    pub fn new(kind: impl Into<Arc<str>>, name: impl Into<Text>) -> ResourceId {
        ResourceId { kind: kind.into(), name: name.into() }
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.kind, self.name)
    }
}

impl fmt::Debug for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A resource that a statement asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    /// Its name.
    pub id: ResourceId,
    /// The head: how it is run.
    pub meta: Arc<Meta>,
    /// The head: what it offers and seeks.
    pub identities: Arc<Identities>,
    /// The body: what it should be.
    pub fields: Fields,
    /// The statement.
    pub site: Site,
    /// Its turn among the statements that may make hidden resources, in the order of the text; 0 for all others.
    pub turn: u32,
}

/// An edge that a statement asks for: `from` runs before `to`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// Runs first.
    pub from: ResourceId,
    /// Runs after it.
    pub to: ResourceId,
    /// Whether a change of `from` notifies `to`.
    pub notify: bool,
    /// A value that moves along.
    pub link: Option<Link>,
    /// The statement, or the resource whose body says it.
    pub site: Site,
}

/// `from.send -> to.receive`
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link {
    /// What the sender publishes.
    pub send: Arc<str>,
    /// The field that takes it.
    pub receive: Arc<str>,
}

/// The fields that a body sets, each once, in the order of the kind's table. Equality costs the same for any size.
#[derive(Clone)]
pub struct Fields(Arc<FieldsNode>);

struct FieldsNode {
    identity: Identity,
    kind: &'static Kind,
    set: Box<[(u16, Value)]>,
}

impl Fields {
    /// Fields of `kind` by index into its table; a later value for an index replaces an earlier one.
    pub fn new(kind: &'static Kind, set: impl IntoIterator<Item = (u16, Value)>) -> Fields {
        let mut set: Vec<(u16, Value)> = set.into_iter().collect();
        // Stable: the last written of one index stands last, and is the one kept.
        set.sort_by_key(|(index, _)| *index);
        set.reverse();
        set.dedup_by_key(|(index, _)| *index);
        set.reverse();
        let mut maker = Maker::new(b'F');
        maker.bytes(kind.name.as_bytes()).word(set.len() as u64);
        for (index, value) in &set {
            value.add_to(maker.word(u64::from(*index)));
        }
        Fields(Arc::new(FieldsNode { identity: maker.finish(), kind, set: set.into() }))
    }

    /// The kind.
    #[inline]
    pub fn kind(&self) -> &'static Kind {
        self.0.kind
    }

    /// What was set: index into the kind's table, and value.
    #[inline]
    pub fn set(&self) -> &[(u16, Value)] {
        &self.0.set
    }

    /// What was set under a name.
    pub fn given(&self, name: &str) -> Option<&Value> {
        let (index, _) = self.0.kind.field(name)?;
        self.0.set.iter().find(|(i, _)| usize::from(*i) == index).map(|(_, value)| value)
    }

    /// The value under a name: what was set, else the default; `None` where that is the zero value or *not set*.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.given(name).cloned().or_else(|| self.0.kind.field(name)?.1.default.value())
    }

    /// A `str` field, `""` where neither set nor defaulted.
    pub fn text(&self, name: &str) -> String {
        self.get(name).and_then(|v| v.as_text().map(|t| t.to_str().into_owned())).unwrap_or_default()
    }

    /// A `bool` field, `false` where neither set nor defaulted.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(|v| v.as_bool()).unwrap_or_default()
    }

    /// An `int` field, 0 where neither set nor defaulted.
    pub fn int(&self, name: &str) -> i64 {
        self.get(name).and_then(|v| v.as_int()).unwrap_or_default()
    }

    /// A `[]str` field, empty where neither set nor defaulted.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let value = self.get(name);
        let texts = value.as_ref().and_then(|v| v.as_list()).unwrap_or_default();
        texts.iter().filter_map(|v| v.as_text().map(|t| t.to_str().into_owned())).collect()
    }

    /// The same fields with some replaced: how received values enter.
    pub fn with(&self, received: impl IntoIterator<Item = (u16, Value)>) -> Fields {
        Fields::new(self.0.kind, self.0.set.iter().cloned().chain(received))
    }

    /// Whether `other`, of the same kind, sets everything but some fields as this does.
    pub fn same_but(&self, other: &Fields, some: &[&str]) -> bool {
        let counts = |(index, _): &&(u16, Value)| !some.contains(&self.0.kind.fields[usize::from(*index)].name);
        self.0.set.iter().filter(counts).eq(other.0.set.iter().filter(counts))
    }

    /// The name of the content.
    #[inline]
    pub fn identity(&self) -> Identity {
        self.0.identity
    }
}

impl PartialEq for Fields {
    #[inline]
    fn eq(&self, other: &Fields) -> bool {
        self.0.identity == other.0.identity
    }
}

impl Eq for Fields {}

impl PartialOrd for Fields {
    #[inline]
    fn partial_cmp(&self, other: &Fields) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fields {
    #[inline]
    fn cmp(&self, other: &Fields) -> Ordering {
        self.0.identity.cmp(&other.0.identity)
    }
}

impl Hash for Fields {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.identity.0 as u64);
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.set().iter().map(|(i, v)| (self.kind().fields[usize::from(*i)].name, v))).finish()
    }
}

/// How a resource is run, whatever its kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Meta {
    /// Check, never apply.
    pub noop: bool,
    /// Attempts after a failure; negative: without end.
    pub retry: i16,
    /// A success gives the full budget of retries back.
    pub retryreset: bool,
    /// Milliseconds between attempts.
    pub delay: u64,
    /// Milliseconds that one run may take; 0: any.
    pub timeout: u64,
    /// Seconds between checks that replace watching; 0: watch; negative: once.
    pub poll: i32,
    /// Events a second.
    pub limit: Rate,
    /// Events that may come at once.
    pub burst: i64,
    /// A new version starts with a full budget of retries.
    pub reset: bool,
    /// Semaphores held while running.
    pub sema: Vec<Text>,
    /// A graph swap revives it after its watch has failed for good.
    pub rewatch: bool,
    /// It must succeed once before it may be replaced.
    pub realize: bool,
    /// Its name may start with `$`.
    pub dollar: bool,
    /// It is not run here.
    pub hidden: bool,
    /// The hosts that may collect it.
    pub export: Vec<Text>,
    /// It is undone when it leaves the graph.
    pub reverse: bool,
    /// It takes part in automatic edges.
    pub autoedge: bool,
    /// It takes part in automatic grouping.
    pub autogroup: bool,
}

impl Default for Meta {
    fn default() -> Meta {
        Meta {
            noop: false,
            retry: 0,
            retryreset: false,
            delay: 0,
            timeout: 0,
            poll: 0,
            limit: Rate(f64::INFINITY),
            burst: 0,
            reset: false,
            sema: Vec::new(),
            rewatch: false,
            realize: false,
            dollar: false,
            hidden: false,
            export: Vec::new(),
            reverse: false,
            autoedge: true,
            autogroup: true,
        }
    }
}

impl Meta {
    /// The same without what means nothing to a kind with these traits.
    pub fn meant_for(self, traits: Traits) -> Meta {
        Meta {
            autoedge: self.autoedge || !traits.autoedges,
            autogroup: self.autogroup || !traits.autogroups,
            reverse: self.reverse && traits.reverses.is_some(),
            ..self
        }
    }
}

/// Events a second; infinite: no limit. Compared by bits.
#[derive(Clone, Copy, Debug)]
pub struct Rate(pub f64);

impl PartialEq for Rate {
    #[inline]
    fn eq(&self, other: &Rate) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Rate {}

impl PartialOrd for Rate {
    #[inline]
    fn partial_cmp(&self, other: &Rate) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rate {
    #[inline]
    fn cmp(&self, other: &Rate) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Hash for Rate {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// What a resource offers to and seeks in others for automatic edges.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identities {
    /// What it is or makes.
    pub provides: Vec<Identifier>,
    /// What it wants to be ordered with.
    pub seeks: Vec<Seek>,
    /// It takes away what it provides: between two such resources a search that would put the one found first puts it last.
    pub removes: bool,
}

/// One search: the identifiers are asked in order until one is found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seek {
    /// Nearest first.
    pub chain: Vec<Identifier>,
    /// Who runs first.
    pub order: SeekOrder,
}

/// Who runs first when a search has found something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeekOrder {
    /// What was found.
    FoundFirst,
    /// Who was looking.
    SeekerFirst,
}

/// A name under which a resource can be found, such as a path or a user: a class that keeps sorts of names apart, and the name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    /// `file`, `user`, `group:gid`, …
    pub class: &'static str,
    /// The exact name.
    pub name: Text,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meta_parameters_mean_something_to_some_kinds_only() {
        let meta = Meta { autoedge: false, autogroup: false, reverse: true, noop: true, ..Meta::default() };
        assert_eq!(meta.clone().meant_for(Traits::default()), Meta { noop: true, ..Meta::default() });
        let all = Traits { autoedges: true, autogroups: true, reverses: Some(|_, _| Ok(())), ..Traits::default() };
        assert_eq!(meta.clone().meant_for(all), meta);
    }
}
