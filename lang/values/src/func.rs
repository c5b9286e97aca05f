//! Function values: plain data that names code and what it captured.

use crate::identity::{Identity, Maker};
use crate::key::{Context, Key, Site};
use crate::types::Type;
use crate::value::Value;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A closure: the site of its lambda, the context and dynamic path it was made in, and what it captured. It holds no code.
///
/// Two closures are the same when they were made by the same lambda in the same instance; captured *values* that change make another
/// closure only where they were captured by value (arguments of enclosing calls), never where they are read by key.
#[derive(Clone)]
pub struct Function(Arc<Node>);

struct Node {
    identity: Identity,
    site: Site,
    context: Context,
    path: Box<[u32]>,
    captures: Box<[Capture]>,
    signature: Type,
}

/// One captured name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capture {
    /// An argument of an enclosing call, by value.
    Value(Value),
    /// A cell or loop element, read when the body runs.
    Key(Key),
}

impl Function {
    /// The closure that the lambda at `site` gives in `context`, at the dynamic `path` of calls and element indices.
    pub fn new(
        site: Site,
        context: Context,
        path: impl Into<Box<[u32]>>,
        captures: impl Into<Box<[Capture]>>,
        signature: Type,
    ) -> Function {
        let (path, captures) = (path.into(), captures.into());
        let mut maker = Maker::new(b'f');
        maker.word(site.cell.0).word(u64::from(site.offset)).part(context.identity()).word(path.len() as u64);
        path.iter().for_each(|step| {
            maker.word(u64::from(*step));
        });
        for capture in &captures {
            match capture {
                Capture::Value(value) => value.add_to(maker.word(0)),
                Capture::Key(key) => {
                    maker.word(1).part(key.identity());
                }
            }
        }
        Function(Arc::new(Node { identity: maker.finish(), site, context, path, captures, signature }))
    }

    /// The lambda.
    pub fn site(&self) -> Site {
        self.0.site
    }

    /// The loops around the lambda when it was evaluated.
    pub fn context(&self) -> &Context {
        &self.0.context
    }

    /// The dynamic path of calls and element indices inside that evaluation.
    pub fn path(&self) -> &[u32] {
        &self.0.path
    }

    /// What it captured, in the order of the lambda's own list of free names.
    pub fn captures(&self) -> &[Capture] {
        &self.0.captures
    }

    /// Its type.
    pub fn signature(&self) -> &Type {
        &self.0.signature
    }

    /// The name of the closure.
    #[inline]
    pub fn identity(&self) -> Identity {
        self.0.identity
    }
}

impl PartialEq for Function {
    #[inline]
    fn eq(&self, other: &Function) -> bool {
        self.0.identity == other.0.identity
    }
}

impl Eq for Function {}

impl PartialOrd for Function {
    #[inline]
    fn partial_cmp(&self, other: &Function) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Function {
    #[inline]
    fn cmp(&self, other: &Function) -> Ordering {
        self.0.identity.cmp(&other.0.identity)
    }
}

impl Hash for Function {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.identity.0 as u64);
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "func({})", self.0.signature)
    }
}
