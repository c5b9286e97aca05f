//! Names of what can be read: instances of cells, loop elements, calls of sources.

use crate::identity::{Identity, Maker};
use crate::value::Value;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A cell of the program: a stable hash of import and include path, scope, name or kind, and occurrence. Editing one statement, or
/// inserting a line above it, leaves the ids of the others as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId(pub u64);

/// A place inside a cell: an expression, a lambda, a call. A table beside the program maps it to a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// The cell.
    pub cell: CellId,
    /// Index into the cell's own list of places.
    pub offset: u32,
}

/// One loop around an instance: which element it is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The element at a position of a list. Its value is read under [`Key::Element`].
    Index(u32),
    /// The n-th occurrence of a value in a list, where the body reads no index: the value is part of the name.
    Value(Value, u32),
    /// The entry under a key of a map. Its value is read under [`Key::Element`].
    Key(Value),
}

/// The path of loop steps that an instance sits under, outermost first. Clones share; equality costs the same for any depth.
#[derive(Clone, Default)]
pub struct Context(Option<Arc<Frame>>);

struct Frame {
    identity: Identity,
    outer: Context,
    step: Step,
    depth: u32,
}

impl Context {
    /// Outside of all loops.
    pub const ROOT: Context = Context(None);

    /// The context of one element of a loop in this context.
    pub fn enter(&self, step: Step) -> Context {
        let mut maker = Maker::new(b'c');
        maker.part(self.identity());
        match &step {
            Step::Index(index) => {
                maker.word(0).word(u64::from(*index));
            }
            Step::Value(value, occurrence) => value.add_to(maker.word(1).word(u64::from(*occurrence))),
            Step::Key(key) => key.add_to(maker.word(2)),
        }
        Context(Some(Arc::new(Frame { identity: maker.finish(), outer: self.clone(), step, depth: self.depth() + 1 })))
    }

    /// The context `levels` loops further out.
    ///
    /// # Panics
    /// Never: beyond the outermost loop the answer is the root.
    pub fn outer(&self, levels: u32) -> Context {
        let mut context = self;
        for _ in 0..levels {
            match &context.0 {
                Some(frame) => context = &frame.outer,
                None => break,
            }
        }
        context.clone()
    }

    /// The innermost step; `None` at the root.
    #[inline]
    pub fn step(&self) -> Option<&Step> {
        self.0.as_ref().map(|frame| &frame.step)
    }

    /// How many loops it lies in.
    #[inline]
    pub fn depth(&self) -> u32 {
        self.0.as_ref().map_or(0, |frame| frame.depth)
    }

    /// The name of the path.
    #[inline]
    pub fn identity(&self) -> Identity {
        self.0.as_ref().map_or(Identity(0), |frame| frame.identity)
    }
}

impl PartialEq for Context {
    #[inline]
    fn eq(&self, other: &Context) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Context {}

impl PartialOrd for Context {
    #[inline]
    fn partial_cmp(&self, other: &Context) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Context {
    #[inline]
    fn cmp(&self, other: &Context) -> Ordering {
        self.identity().cmp(&other.identity())
    }
}

impl Hash for Context {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.identity().0 as u64);
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("/"),
            Some(frame) => write!(f, "{:?}{:?}/", frame.outer, frame.step),
        }
    }
}

/// A cell in a context.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instance {
    /// The code.
    pub cell: CellId,
    /// The loops around it.
    pub context: Context,
}

/// A call of a source: what the host is asked to watch.
#[derive(Clone)]
pub struct Call(Arc<CallNode>);

struct CallNode {
    identity: Identity,
    function: Arc<str>,
    args: Box<[Value]>,
}

impl Call {
    /// The call `function(args…)`.
    pub fn new(function: impl Into<Arc<str>>, args: impl Into<Box<[Value]>>) -> Call {
        let (function, args) = (function.into(), args.into());
        let mut maker = Maker::new(b'k');
        maker.bytes(function.as_bytes()).word(args.len() as u64);
        args.iter().for_each(|arg| arg.add_to(&mut maker));
        Call(Arc::new(CallNode { identity: maker.finish(), function, args }))
    }

    /// Full name, such as `os.readfile`.
    #[inline]
    pub fn function(&self) -> &str {
        &self.0.function
    }

    /// The values it is called with.
    #[inline]
    pub fn args(&self) -> &[Value] {
        &self.0.args
    }

    /// The name of the call.
    #[inline]
    pub fn identity(&self) -> Identity {
        self.0.identity
    }
}

impl PartialEq for Call {
    #[inline]
    fn eq(&self, other: &Call) -> bool {
        // Clones need no look at what they share.
        Arc::ptr_eq(&self.0, &other.0) || self.0.identity == other.0.identity
    }
}

impl Eq for Call {}

impl PartialOrd for Call {
    #[inline]
    fn partial_cmp(&self, other: &Call) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Call {
    #[inline]
    fn cmp(&self, other: &Call) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.identity.cmp(&other.0.identity) }
    }
}

impl Hash for Call {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.identity.0 as u64);
    }
}

/// `os.readfile("/etc/hosts")`
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.function())?;
        for (i, arg) in self.args().iter().enumerate() {
            write!(f, "{}{arg}", if i > 0 { ", " } else { "" })?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Names anything that a cell can read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The value of an instance.
    Cell(CellId, Context),
    /// The element that a loop binds in the context of its body, where the step does not already say it.
    Element(CellId, Context),
    /// A source whose answer depends on nothing but the call: all its readers share one watch.
    Shared(Call),
    /// A source with a state of its own (`os.system`, `random1`). Its arguments are the payload of the demand.
    Own(Arc<Own>),
}

/// Where a source with a state of its own is read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Own {
    identity: Identity,
    site: Site,
    context: Context,
    path: Box<[u32]>,
}

impl Key {
    /// The key of a source of its own: the call site, its context and the dynamic path inside the evaluation (element indices of
    /// `iter.*`, call frames).
    pub fn own(site: Site, context: Context, path: impl Into<Box<[u32]>>) -> Key {
        let path = path.into();
        let mut maker = Maker::new(b'y');
        maker.word(site.cell.0).word(u64::from(site.offset)).part(context.identity());
        path.iter().for_each(|step| {
            maker.word(u64::from(*step));
        });
        Key::Own(Arc::new(Own { identity: maker.finish(), site, context, path }))
    }

    /// The name of the key. Contexts and calls have identities that nobody can foresee; the cells of one context are told apart by an odd
    /// multiple of their ids, and cells from elements by half of the range, which no two ids are apart: so nothing needs to be hashed.
    #[inline]
    pub fn identity(&self) -> Identity {
        const ODD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        let within = |cell: &CellId, context: &Context| u128::from(cell.0).wrapping_mul(ODD).wrapping_add(context.identity().0);
        match self {
            Key::Cell(cell, context) => Identity(within(cell, context)),
            Key::Element(cell, context) => Identity(within(cell, context).wrapping_add(1 << 127)),
            Key::Shared(call) => call.identity(),
            Key::Own(own) => own.identity,
        }
    }

    /// Whether the host answers it, and not another instance.
    #[inline]
    pub fn is_source(&self) -> bool {
        matches!(self, Key::Shared(_) | Key::Own(_))
    }
}
