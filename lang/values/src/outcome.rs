//! The contract between the language and the dataflow.
//!
//! A program is a set of [`Cell`]s. The dataflow runs each cell in each [context](crate::Context) that it exists in, over what it
//! reads, and takes its [`Outcome`]: the keys that it needs, *always listed, present or not*, and what it yields. Evaluation is a
//! pure function of the instance and of what it reads; the dataflow may repeat it, and runs it again only when something that it
//! listed has changed.
//!
//! * A strict operation with a pending operand is pending, even beside an error; of several errors the first in argument order wins.
//! * An instance emits values, children and rows only when nothing that it read is pending, so every key gets its value once per
//!   epoch and nothing transient leaks.
//! * A value cell that fails has its error as its value: readers decide. A statement that fails is an uncaught error.

use crate::error::Error;
use crate::identity::Identity;
use crate::key::{Call, CellId, Instance, Key};
use crate::resource::{Edge, Resource};
use crate::value::Value;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The unit of recomputation: a shared value, a loop, a branch, a resource statement, an edge statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Stable over edits of other statements.
    pub id: CellId,
    /// What it is for.
    pub role: Role,
    /// Its static level: more than that of every cell that it may read, 0 where it reads none. It is evaluated when all of a lower level
    /// is known, so that it sees no mixture of old and new, and an equal value that comes by a longer way does not re-run its readers.
    pub level: u32,
    /// What it does.
    pub code: CodeRef,
}

/// Whether a cell runs by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A loop, branch, resource or edge statement: runs wherever it exists.
    Statement,
    /// A value that a live statement always reads: runs wherever it exists, without waiting to be needed.
    Strict,
    /// A value that runs only while some instance needs its key.
    Lazy,
}

/// The bytes of stack that one evaluation may take: what runs cells has to have that many.
pub const STACK: usize = 64 << 20;

/// What a cell does. Implemented by the language.
pub trait Code: Send + Sync + fmt::Debug {
    /// Evaluates the code as `instance` over what it reads. Must not panic, block, depend on anything
    /// else, or take more than [`STACK`].
    fn eval(&self, instance: &Instance, reads: &dyn Reads) -> Outcome;
}

/// What an instance can read now.
pub trait Reads {
    /// The present state of `key`.
    fn read(&self, key: &Key) -> Reading;
}

/// The state of one key.
#[derive(Clone, Debug)]
pub enum Reading {
    /// Not known yet; it will come once the key is listed as needed.
    Pending,
    /// A value.
    Value(Value),
    /// Its evaluation failed, or the source failed. Errors of sources have no place: the reader puts its own.
    Error(Error),
}

/// What one evaluation gives.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Every key that was read, present or not, each once.
    pub needs: Vec<Need>,
    /// What came of it.
    pub yielded: Yield,
}

/// A key that an instance reads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Need {
    /// The key.
    pub key: Key,
    /// What an own source is to do. `None` for every other key: a shared source's call is its key.
    pub call: Option<Call>,
}

/// What came of an evaluation.
#[derive(Clone, Debug)]
pub enum Yield {
    /// Something that was read is not known yet.
    Pending,
    /// It failed.
    Error(Error),
    /// The value of a value cell.
    Value(Value),
    /// A loop statement: its body exists once per element.
    Loop(Loop),
    /// An `if` statement: the cells of the taken branch exist in the same context.
    Branch(Arc<[Cell]>),
    /// A resource or edge statement.
    Rows(Vec<Row>),
}

/// A loop over the elements of a list or the entries of a map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Loop {
    /// A list or a map.
    pub collection: Value,
    /// How instances are named.
    pub keying: Keying,
    /// The cells of the body; each exists once per element.
    pub body: Arc<[Cell]>,
}

/// How the instances of a loop body are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keying {
    /// [`Step::Index`](crate::Step::Index): by position; the element is a fact under [`Key::Element`].
    Position,
    /// [`Step::Value`](crate::Step::Value): by value and occurrence; nothing else to read.
    Occurrence,
    /// [`Step::Key`](crate::Step::Key): by the key of the map; the entry's value is a fact under [`Key::Element`].
    Key,
}

/// A contribution to the resource graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Row {
    /// A resource.
    Resource(Resource),
    /// An edge.
    Edge(Edge),
}

/// Shared code with the identity of its content: equal text gives equal code, wherever it stands.
#[derive(Clone)]
pub struct CodeRef {
    identity: Identity,
    code: Arc<dyn Code>,
}

impl CodeRef {
    /// Names `code` by the identity of its content; the caller answers for `identity` covering all that `eval` depends on.
    pub fn new(identity: Identity, code: Arc<dyn Code>) -> CodeRef {
        CodeRef { identity, code }
    }

    /// The name of the content.
    #[inline]
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// See [`Code::eval`].
    #[inline]
    pub fn eval(&self, instance: &Instance, reads: &dyn Reads) -> Outcome {
        self.code.eval(instance, reads)
    }
}

impl PartialEq for CodeRef {
    #[inline]
    fn eq(&self, other: &CodeRef) -> bool {
        self.identity == other.identity
    }
}

impl Eq for CodeRef {}

impl PartialOrd for CodeRef {
    #[inline]
    fn partial_cmp(&self, other: &CodeRef) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for CodeRef {
    #[inline]
    fn cmp(&self, other: &CodeRef) -> Ordering {
        self.identity.cmp(&other.identity)
    }
}

impl Hash for CodeRef {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.identity.0 as u64);
    }
}

impl fmt::Debug for CodeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.code.fmt(f)
    }
}
