//! What a cell runs: a compact expression tree without names, types or spans.
//!
//! Places are offsets into the list of places of the *home* that the code stands in: the statement, variable or function that it was
//! written in. Contexts are named by absolute depth, the number of loops around them, so that one body serves callers at any depth.

use crate::functions::golang::template;
use crate::functions::{Each, Fault};
use crate::resolve::program::{Operator, Property};
use mgmt_values::identity::Identity;
use mgmt_values::schema::Kind;
use mgmt_values::{Call, Cell, CellId, Keying, Type, Value};
use std::sync::{Arc, OnceLock};

/// An index into the list of places of the home.
pub type Offset = u32;

/// An expression.
#[derive(Clone, Debug)]
pub enum Node {
    /// Known.
    Const(Value),
    /// A variable that is part of this cell: evaluated once, when first read.
    Slot(u32),
    /// The value cell of a variable, in the context at a depth.
    Read(CellId, u32),
    /// The element of a loop whose body has this depth.
    Element(CellId, u32),
    /// The index or the key of the loop whose body has this depth.
    Step(u32),
    /// An argument of the function that is running.
    Local(u32),
    /// What the lambda that is running has captured.
    Capture(u32),
    /// Joins strings.
    Concat(Box<[Node]>),
    /// A list.
    List(Box<[Node]>),
    /// A map.
    Map(Box<[(Node, Node)]>),
    /// A struct.
    Struct(Box<[(Arc<str>, Node)]>),
    /// A function value.
    Lambda(Box<Lambda>),
    /// A call of a built-in function that depends on its arguments alone.
    Builtin(Box<Builtin>),
    /// A call of a built-in function that calls a function for the elements of a list.
    Each(Each, Box<[Node]>, Offset),
    /// A template.
    Template(Box<Template>),
    /// A call of a source.
    Source(Box<Source>),
    /// A call of a `func` statement.
    Call(Arc<Body>, Box<[Node]>, Offset),
    /// A call of a function value: the function, then its arguments.
    Apply(Box<[Node]>, Offset),
    /// An operator.
    Operate(Operator, Box<[Node]>, Offset),
    /// Whether the first is an element of the second.
    In(Box<[Node; 2]>),
    /// The element of the first at the second.
    Index(Box<[Node; 2]>, Offset),
    /// A field of a struct.
    Field(Box<Node>, Arc<str>),
    /// Both are evaluated; the first is the result.
    Both(Box<[Node; 2]>),
    /// Condition, then, otherwise.
    If(Box<[Node; 3]>),
    /// The second when the first fails.
    Except(Box<[Node; 2]>),
}

/// A lambda where it is written.
#[derive(Clone, Debug)]
pub struct Lambda {
    /// What it runs.
    pub body: Arc<Body>,
    /// What it captures by value: arguments of functions around it.
    pub captures: Box<[Node]>,
    /// The depth of the context it belongs to.
    pub depth: u32,
    /// Whether it is written outside of all functions, so that it is the same function wherever it is looked at in its context.
    pub outermost: bool,
    /// Its type.
    pub signature: Type,
}

/// A call of a built-in function.
#[derive(Clone, Debug)]
pub struct Builtin {
    /// Which one.
    pub id: crate::builtins::BuiltinId,
    /// What it is called with.
    pub args: Box<[Node]>,
    /// The place of the call.
    pub offset: Offset,
    /// The solved type of the function, where the body asks for it.
    pub signature: Option<Type>,
}

/// A call of `golang.template`.
#[derive(Clone, Debug)]
pub struct Template {
    /// The template where its text is known, or what is wrong with it.
    pub parsed: Option<Arc<Result<template::Template, Fault>>>,
    /// The text, and perhaps the data.
    pub args: Box<[Node]>,
    /// The solved type of the data.
    pub data: Type,
    /// The place of the call.
    pub offset: Offset,
}

/// A call of a source.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its full name.
    pub function: Arc<str>,
    /// Whether it has a state of its own per call site.
    pub own: bool,
    /// What it is called with.
    pub args: Box<[Node]>,
    /// The call, once it was made of arguments that are always the same.
    pub known: OnceLock<Call>,
    /// The place of the call.
    pub offset: Offset,
}

/// The body of a function, named by its content and its home.
#[derive(Debug)]
pub struct Body {
    /// The name of the content.
    pub identity: Identity,
    /// Where it is written.
    pub home: CellId,
    /// Whether it is a `func` statement in a loop, which is a value there: what fails in a call of it is placed at that call, and not at
    /// the call of a function around it.
    pub looped: bool,
    /// How many arguments it takes.
    pub params: u32,
    /// The result.
    pub node: Node,
    /// What it reads, for those who call it.
    pub summary: super::Summary,
}

/// Functions may call one another in a chain of any length: what nobody else holds is taken apart piece by piece, and not by recursion.
impl Drop for Body {
    fn drop(&mut self) {
        let take = |node: &mut Node| std::mem::replace(node, Node::Local(0));
        let mut open = vec![take(&mut self.node)];
        while let Some(mut node) = open.pop() {
            open.extend(node.children_mut().map(take));
            let called = match &mut node {
                Node::Call(body, ..) => Arc::get_mut(body),
                Node::Lambda(lambda) => Arc::get_mut(&mut lambda.body),
                _ => None,
            };
            open.extend(called.map(|body| take(&mut body.node)));
        }
    }
}

/// What a cell does.
#[derive(Debug)]
pub struct CellCode {
    /// The home of its own expressions.
    pub home: CellId,
    /// Variables that are part of this cell: their home and what they are bound to.
    pub slots: Box<[(CellId, Node)]>,
    /// What is to be yielded.
    pub kind: CellKind,
}

/// What a cell yields.
#[derive(Debug)]
pub enum CellKind {
    /// A value.
    Value(Node),
    /// A branch.
    Branch {
        /// Decides.
        condition: Node,
        /// The cells while it is true.
        then: Arc<[Cell]>,
        /// The cells while it is false.
        otherwise: Arc<[Cell]>,
    },
    /// A loop.
    Loop {
        /// A list or a map.
        collection: Node,
        /// How instances of the body are named.
        keying: Keying,
        /// The cells of the body.
        body: Arc<[Cell]>,
    },
    /// Resources of one statement.
    Resource(ResourceCode),
    /// Edges of one statement.
    Edge(Box<[Half]>),
    /// Nothing, or the end of the program.
    Panic(Box<[Node]>, Offset),
}

/// A resource statement.
#[derive(Debug)]
pub struct ResourceCode {
    /// What is made.
    pub kind: &'static Kind,
    /// One name or a list of names.
    pub name: Node,
    /// Whether exported resources are collected.
    pub collect: bool,
    /// The body.
    pub entries: Box<[Entry]>,
    /// The place of the statement.
    pub offset: Offset,
    /// As [`mgmt_values::resource::Resource::turn`].
    pub turn: u32,
}

/// An entry of a resource body.
#[derive(Debug)]
pub struct Entry {
    /// Whether it counts.
    pub condition: Option<Node>,
    /// What it says.
    pub what: What,
    /// Its place.
    pub offset: Offset,
}

/// What an entry of a resource body says.
#[derive(Debug)]
pub enum What {
    /// A field, by index into the kind's table.
    Field(u16, Node),
    /// An edge.
    Edge(Property, Half),
    /// A meta parameter.
    Meta(Arc<str>, Node),
    /// Meta parameters as a struct.
    MetaStruct(Node),
}

/// `Kind["name"].field`
#[derive(Debug)]
pub struct Half {
    /// The kind, in lower case.
    pub kind: Arc<str>,
    /// One name or a list of names.
    pub name: Node,
    /// What is sent or received.
    pub field: Option<Arc<str>>,
    /// Its place.
    pub offset: Offset,
}

type Pairs = [(Node, Node)];
type Named = [(Arc<str>, Node)];

impl Node {
    /// The place of an operation that can fail.
    pub fn offset(&self) -> Option<Offset> {
        match self {
            Node::Builtin(call) => Some(call.offset),
            Node::Template(call) => Some(call.offset),
            Node::Source(call) => Some(call.offset),
            Node::Each(_, _, offset)
            | Node::Call(_, _, offset)
            | Node::Apply(_, offset)
            | Node::Operate(_, _, offset)
            | Node::Index(_, offset) => Some(*offset),
            _ => None,
        }
    }

    /// The nodes directly below.
    pub fn children(&self) -> impl Iterator<Item = &Node> {
        let (many, pairs, fields): (&[Node], &Pairs, &Named) = match self {
            Node::Const(_)
            | Node::Slot(_)
            | Node::Read(..)
            | Node::Element(..)
            | Node::Step(_)
            | Node::Local(_)
            | Node::Capture(_) => (&[], &[], &[]),
            Node::Concat(nodes)
            | Node::List(nodes)
            | Node::Each(_, nodes, _)
            | Node::Call(_, nodes, _)
            | Node::Apply(nodes, _)
            | Node::Operate(_, nodes, _) => (nodes, &[], &[]),
            Node::In(nodes) | Node::Index(nodes, _) | Node::Both(nodes) | Node::Except(nodes) => (&nodes[..], &[], &[]),
            Node::If(nodes) => (&nodes[..], &[], &[]),
            Node::Map(pairs) => (&[], pairs, &[]),
            Node::Struct(fields) => (&[], &[], fields),
            Node::Lambda(lambda) => (&lambda.captures, &[], &[]),
            Node::Builtin(call) => (&call.args, &[], &[]),
            Node::Template(call) => (&call.args, &[], &[]),
            Node::Source(call) => (&call.args, &[], &[]),
            Node::Field(record, _) => (std::slice::from_ref(record), &[], &[]),
        };
        many.iter().chain(pairs.iter().flat_map(|(k, v)| [k, v])).chain(fields.iter().map(|(_, v)| v))
    }

    /// The nodes directly below, to be changed.
    pub fn children_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        let (many, pairs, fields): (&mut [Node], &mut Pairs, &mut Named) = match self {
            Node::Const(_)
            | Node::Slot(_)
            | Node::Read(..)
            | Node::Element(..)
            | Node::Step(_)
            | Node::Local(_)
            | Node::Capture(_) => (&mut [], &mut [], &mut []),
            Node::Concat(nodes)
            | Node::List(nodes)
            | Node::Each(_, nodes, _)
            | Node::Call(_, nodes, _)
            | Node::Apply(nodes, _)
            | Node::Operate(_, nodes, _) => (nodes, &mut [], &mut []),
            Node::In(nodes) | Node::Index(nodes, _) | Node::Both(nodes) | Node::Except(nodes) => {
                (&mut nodes[..], &mut [], &mut [])
            }
            Node::If(nodes) => (&mut nodes[..], &mut [], &mut []),
            Node::Map(pairs) => (&mut [], pairs, &mut []),
            Node::Struct(fields) => (&mut [], &mut [], fields),
            Node::Lambda(lambda) => (&mut lambda.captures, &mut [], &mut []),
            Node::Builtin(call) => (&mut call.args, &mut [], &mut []),
            Node::Template(call) => (&mut call.args, &mut [], &mut []),
            Node::Source(call) => (&mut call.args, &mut [], &mut []),
            Node::Field(record, _) => (std::slice::from_mut(record), &mut [], &mut []),
        };
        many.iter_mut().chain(pairs.iter_mut().flat_map(|(k, v)| [k, v])).chain(fields.iter_mut().map(|(_, v)| v))
    }
}

impl CellKind {
    /// The expressions, in the order in which they are evaluated.
    pub fn nodes(&self) -> Vec<&Node> {
        match self {
            CellKind::Value(node) => vec![node],
            CellKind::Branch { condition, .. } => vec![condition],
            CellKind::Loop { collection, .. } => vec![collection],
            CellKind::Resource(resource) => {
                let entries = resource.entries.iter().flat_map(|entry| entry.condition.iter().chain([entry.what.node()]));
                std::iter::once(&resource.name).chain(entries).collect()
            }
            CellKind::Edge(halves) => halves.iter().map(|half| &half.name).collect(),
            CellKind::Panic(args, _) => args.iter().collect(),
        }
    }

    /// The expressions, to be changed.
    pub fn nodes_mut(&mut self) -> Vec<&mut Node> {
        match self {
            CellKind::Value(node) => vec![node],
            CellKind::Branch { condition, .. } => vec![condition],
            CellKind::Loop { collection, .. } => vec![collection],
            CellKind::Resource(resource) => {
                let entries =
                    resource.entries.iter_mut().flat_map(|entry| entry.condition.iter_mut().chain([entry.what.node_mut()]));
                std::iter::once(&mut resource.name).chain(entries).collect()
            }
            CellKind::Edge(halves) => halves.iter_mut().map(|half| &mut half.name).collect(),
            CellKind::Panic(args, _) => args.iter_mut().collect(),
        }
    }
}

impl What {
    /// The expression: a value, or the name that an edge leads to.
    pub fn node(&self) -> &Node {
        match self {
            What::Field(_, node) | What::Meta(_, node) | What::MetaStruct(node) => node,
            What::Edge(_, half) => &half.name,
        }
    }

    fn node_mut(&mut self) -> &mut Node {
        match self {
            What::Field(_, node) | What::Meta(_, node) | What::MetaStruct(node) => node,
            What::Edge(_, half) => &mut half.name,
        }
    }
}
