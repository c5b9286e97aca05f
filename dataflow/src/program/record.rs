//! The rows that move through the program's dataflow.

use crate::shared::{Fingerprint, Shared};
use mgmt_values::error::Error;
use mgmt_values::key::{Call, CellId, Context, Instance, Key};
use mgmt_values::outcome::{Cell, Loop, Need, Row};
use mgmt_values::value::Value;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// What is evaluated by itself: an instance, one chunk of what a wide instance reads, or the question whether a lazy instance is
/// needed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// The cell.
    pub cell: CellId,
    /// Which part of it.
    pub part: Part,
    /// The loops around it.
    pub context: Context,
}

/// What of an instance a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The instance itself: its inputs are its code and what it reads.
    Whole,
    /// Holds the code of a lazy instance back until somebody needs it.
    Gate,
    /// Gathers a share of what a wide instance reads.
    Chunk(Share),
}

/// One share of the keys of a wide instance: those whose hash, modulo `of`, is `index`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share {
    /// How many shares there are, a power of two.
    pub of: u32,
    /// Which one.
    pub index: u32,
}

impl Node {
    /// A part of the instance of `cell` in `context`.
    pub fn new(cell: CellId, context: Context, part: Part) -> Node {
        Node { cell, part, context }
    }

    /// Another part of the same instance.
    pub fn part(&self, part: Part) -> Node {
        Node { part, ..self.clone() }
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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placed {
    /// The cell.
    pub cell: Cell,
    /// What it exists by.
    pub lineage: Lineage,
}

/// The value of a cell or of a source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It is known.
    Value(Value),
    /// It failed.
    Error(Arc<Error>),
}

/// An answer as it is read. That of an own source says what it answers, because readers may be asking something else by now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// What a node is given. The order puts code first and readings in the order of their keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum In {
    /// Its code.
    Code(Placed),
    /// Somebody needs it.
    Wanted,
    /// The reading of a key that it needs.
    Read(Key, Fact),
    /// The readings that one chunk gathered, sorted by key.
    Bundle(Share, Arc<[(Key, Fact)]>),
}

/// What a node gives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Out {
    /// A key that it reads.
    Need(Need),
    /// A share of the keys that it reads, sorted.
    Needs(Share, Arc<[Need]>),
    /// The code that a gate lets through.
    Open(Placed),
    /// What a chunk gathered.
    Bundle(Share, Arc<[(Key, Fact)]>),
    /// Its value, and its static level.
    Value(u32, Answer),
    /// Instances that exist by it, and its static level.
    Brood(u32, Arc<Brood>),
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
    /// The statement and what it exists by, innermost first.
    pub lineage: Lineage,
    /// The contribution.
    pub row: Row,
}

impl Fingerprint for Contribution {
    fn fingerprint(&self) -> u64 {
        let mut hasher = FxHasher::default();
        self.lineage.iter().next().hash(&mut hasher);
        match &self.row {
            Row::Resource(resource) => {
                resource.id.name.hash(&mut hasher);
                resource.fields.hash(&mut hasher);
                resource.site.hash(&mut hasher);
            }
            Row::Edge(edge) => edge.hash(&mut hasher),
        }
        hasher.finish()
    }
}
