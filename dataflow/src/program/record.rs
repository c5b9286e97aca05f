//! The rows that move through the program's dataflow.

use crate::commit::{Vertex, VertexId};
use crate::shared::{Fingerprint, Shared};
use mgmt_values::error::Error;
use mgmt_values::identity::Identity;
use mgmt_values::key::{Call, CellId, Context, Instance, Key};
use mgmt_values::outcome::{Cell, Loop, Need, Row};
use mgmt_values::resource::{Edge, Identities, Resource};
use mgmt_values::value::Value;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// What is evaluated by itself: an instance, one chunk of what a wide instance reads, or the question whether a lazy instance is
/// needed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// A hash of the rest: nodes are mostly compared without looking at it.
    short: u32,
    /// The level of the cell, when it is evaluated; 0 for what has nothing to wait for.
    pub level: u32,
    /// The cell.
    pub cell: CellId,
    /// Which part of it.
    pub part: Part,
    /// The loops around it.
    pub context: Context,
}

/// What of an instance a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part(Share);

impl Part {
    /// The instance itself: its inputs are its code and what it reads.
    pub const WHOLE: Part = Part(Share { of: 0, index: 0 });
    /// Holds the code of a lazy instance back until somebody needs it.
    pub const GATE: Part = Part(Share { of: 0, index: 1 });

    /// Gathers a share of what a wide instance reads.
    pub fn chunk(share: Share) -> Part {
        Part(share)
    }

    /// Which share it gathers, if it does.
    pub fn share(self) -> Option<Share> {
        Some(self.0).filter(|share| share.of > 0)
    }
}

/// One share of the keys of a wide instance: those whose hash, modulo `of`, is `index`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share {
    /// How many shares there are, a power of two.
    pub of: u32,
    /// Which one.
    pub index: u32,
}

/// The name of a key: its identity, in words, because a `u128` would leave gaps in every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name([u64; 2]);

impl From<&Key> for Name {
    fn from(key: &Key) -> Name {
        let Identity(identity) = key.identity();
        Name([(identity >> 64) as u64, identity as u64])
    }
}

impl Hash for Node {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(self.short);
    }
}

impl Node {
    /// The instance of a cell of this level in `context`, or a part of it that waits for the same.
    pub fn new(cell: CellId, level: u32, context: Context, part: Part) -> Node {
        let mut hasher = FxHasher::default();
        (cell, part, &context).hash(&mut hasher);
        // The upper bits are the well mixed ones.
        Node { short: (hasher.finish() >> 32) as u32, level, cell, part, context }
    }

    /// Another part of the same instance, which waits for the same.
    pub fn part(&self, part: Part) -> Node {
        Node::new(self.cell, self.level, self.context.clone(), part)
    }

    /// What holds a lazy instance back.
    pub fn gate(cell: CellId, context: Context) -> Node {
        Node::new(cell, 0, context, Part::GATE)
    }

    /// The instance.
    pub fn instance(&self) -> Instance {
        Instance { cell: self.cell, context: self.context.clone() }
    }
}

/// The loops and branches that an instance exists by, innermost first.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lineage(Option<Arc<(Instance, Lineage)>>);

impl Lineage {
    /// The lineage of what `instance`, itself of this lineage, brings into being.
    pub fn below(&self, instance: Instance) -> Lineage {
        Lineage(Some(Arc::new((instance, self.clone()))))
    }

    /// The instances, innermost first.
    pub fn iter(&self) -> impl Iterator<Item = &Instance> {
        let mut next = &self.0;
        std::iter::from_fn(move || {
            let (instance, outer) = &**next.as_ref()?;
            next = &outer.0;
            Some(instance)
        })
    }
}

/// A cell with where it came from.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placed {
    /// The cell.
    pub cell: Cell,
    /// What it exists by.
    pub lineage: Lineage,
}

/// The value of a cell or of a source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// It is known.
    Value(Value),
    /// It failed.
    Error(Arc<Error>),
}

/// An answer as it is read. That of an own source says what it answers, because readers may be asking something else by now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact {
    /// The answer.
    pub answer: Answer,
    /// The call that it answers; `None` where the key says it.
    pub call: Option<Call>,
}

impl From<Answer> for Fact {
    fn from(answer: Answer) -> Fact {
        Fact { answer, call: None }
    }
}

/// What comes from outside of the loop.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum New {
    /// A cell of the program.
    Cell(Shared<Placed>),
    /// What is known under a key.
    Fact(Name, Fact),
}

/// What a node is given. The order puts code first and readings in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum In {
    /// Its code.
    Code(Shared<Placed>),
    /// Somebody needs it.
    Wanted,
    /// The reading of a key that it needs.
    Read(Name, Fact),
    /// The readings that one chunk gathered, sorted by name.
    Bundle(Share, Arc<[(Name, Fact)]>),
}

/// What a node gives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Out {
    /// A key that it reads.
    Need(Need),
    /// A share of the keys that it reads, sorted.
    Needs(Share, Arc<[Need]>),
    /// The code that a gate lets through.
    Open(Shared<Placed>),
    /// What a chunk gathered.
    Bundle(Share, Arc<[(Name, Fact)]>),
    /// Its value.
    Value(Answer),
    /// Instances that exist by it.
    Brood(Arc<Brood>),
    /// What the world outside of the loop hears.
    Tell(Told),
}

/// Instances that a statement brings into being.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Brood {
    /// What they exist by, the statement included.
    pub lineage: Lineage,
    /// Which they are.
    pub of: BroodOf,
}

/// What kind of statement it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BroodOf {
    /// One set per element.
    Loop(Loop),
    /// One set.
    Branch(Arc<[Cell]>),
}

/// What a statement says to the outside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// A contribution to the graph.
    Row(Shared<Contribution>),
    /// An error that nothing catches.
    Failed(Arc<Error>),
    /// Something that it reads is not known yet.
    Pending,
}

/// What leaves the loop.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Report {
    /// A source is needed, once per reader.
    Demand(Need),
    /// A contribution to the graph.
    Row(Shared<Contribution>),
    /// An error that nothing catches.
    Failed(Arc<Error>),
    /// A statement waits.
    Pending(Instance),
}

/// A contribution to the graph and the statement that it is from.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contribution {
    statement: Instance,
    /// What the statement exists by.
    outer: Lineage,
    /// The contribution.
    pub of: Contributed,
}

/// What a statement contributes. Small: of what changes, the former is looked at as well as the new, and no cache holds it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contributed {
    /// A resource.
    Resource(Claim),
    /// An edge.
    Edge(Box<Edge>),
}

/// A resource that a statement asks for.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    /// A hash of its id: what claims are gathered by.
    pub short: u64,
    /// The vertex that it is, if it is visible and nothing else has its name.
    pub vertex: Shared<Vertex>,
    /// What it offers and seeks.
    pub identities: Arc<Identities>,
    /// Its turn among the statements that may make hidden resources, in the order of the text.
    pub turn: u32,
}

impl Contribution {
    /// What a statement contributes that exists by `outer`.
    pub fn new(statement: Instance, outer: Lineage, row: Row) -> Contribution {
        let of = match row {
            Row::Resource(resource) => Contributed::Resource(Claim::from(resource)),
            Row::Edge(edge) => Contributed::Edge(Box::new(edge)),
        };
        Contribution { statement, outer, of }
    }

    /// The statement and what it exists by, innermost first.
    pub fn lineage(&self) -> impl Iterator<Item = &Instance> {
        std::iter::once(&self.statement).chain(self.outer.iter())
    }

    /// The resource, if it is one.
    pub fn claim(&self) -> Option<&Claim> {
        if let Contributed::Resource(claim) = &self.of { Some(claim) } else { None }
    }
}

impl From<Resource> for Claim {
    fn from(Resource { id, meta, identities, fields, site, turn }: Resource) -> Claim {
        let mut hasher = FxHasher::default();
        id.hash(&mut hasher);
        let id = VertexId { resource: id, variant: Identity(0) };
        Claim { short: hasher.finish(), vertex: Shared::new(Vertex { id, meta, fields, site }), identities, turn }
    }
}

impl Fingerprint for Placed {
    fn fingerprint(&self) -> u64 {
        // The upper half of the identity of code: cells of equal code are told apart by the rest.
        self.cell.id.0 ^ (self.cell.code.identity().0 >> 64) as u64
    }
}

impl Fingerprint for Contribution {
    fn fingerprint(&self) -> u64 {
        let mut hasher = FxHasher::default();
        self.statement.hash(&mut hasher);
        match &self.of {
            Contributed::Resource(claim) => claim.vertex.hash(&mut hasher),
            Contributed::Edge(edge) => edge.hash(&mut hasher),
        }
        hasher.finish()
    }
}
