//! One evaluation: expressions to values, errors or nothing yet.

use super::call::Frame;
use super::code::{Builtin, CellCode, CellKind, Node, Offset, Source};
use crate::builtins;
use crate::functions::{Body as FunctionBody, CallContext, Fault, operators};
use mgmt_values::outcome::{Code, Need, Outcome, Reads, Yield};
use mgmt_values::{Call, CellId, Context, Error, Instance, Key, Loop, Reading, Row, Site, Step, Type, Value};
use rustc_hash::FxHashSet;

/// An evaluation that nests calls and operations deeper than this is an error.
const DEEPEST: u32 = 2_000;

/// An evaluation at work.
pub(super) struct Evaluation<'a> {
    pub(super) code: &'a CellCode,
    pub(super) instance: &'a Instance,
    reads: &'a dyn Reads,
    needs: Vec<Need>,
    listed: FxHashSet<Key>,
    slots: Vec<Option<Reading>>,
    /// Call frames and element indices on the way to what is being evaluated.
    pub(super) path: Vec<u32>,
    depth: u32,
}

impl Code for CellCode {
    fn eval(&self, instance: &Instance, reads: &dyn Reads) -> Outcome {
        let mut evaluation = Evaluation {
            code: self,
            instance,
            reads,
            needs: Vec::new(),
            listed: FxHashSet::default(),
            slots: vec![None; self.slots.len()],
            path: Vec::new(),
            depth: 0,
        };
        let yielded = evaluation.cell();
        Outcome { needs: evaluation.needs, yielded }
    }
}

/// Values of all operands, or what a strict operation over them gives instead.
pub(super) type Operands = Result<Vec<Value>, Reading>;

/// What an operation gives that was given an error: that error, but not as its own.
pub(super) fn handed_on(reading: Reading) -> Reading {
    match reading {
        Reading::Error(error) => Reading::Error(Error { direct: false, ..error }),
        other => other,
    }
}

/// What a strict operation gives over operands that were all evaluated: pending if one is, else the first error.
pub(super) fn strict(readings: impl IntoIterator<Item = Reading>) -> Operands {
    let mut values = Vec::new();
    let mut failed: Option<Error> = None;
    let mut pending = false;
    for reading in readings {
        match reading {
            Reading::Value(value) => values.push(value),
            Reading::Error(error) => failed = failed.or(Some(error)),
            Reading::Pending => pending = true,
        }
    }
    match failed {
        _ if pending => Err(Reading::Pending),
        Some(error) => Err(handed_on(Reading::Error(error))),
        None => Ok(values),
    }
}

/// What a statement yields that could not be evaluated.
pub(super) fn stopped(reading: Reading) -> Yield {
    match reading {
        Reading::Error(error) => Yield::Error(error),
        // A value is no reason to stop; it cannot be one.
        Reading::Pending | Reading::Value(_) => Yield::Pending,
    }
}

impl<'a> Evaluation<'a> {
    fn cell(&mut self) -> Yield {
        let code = self.code;
        let frame = Frame::cell(code.home);
        match &code.kind {
            CellKind::Value(node) => match self.eval(node, &frame) {
                Reading::Value(value) => Yield::Value(value),
                other => stopped(other),
            },
            CellKind::Branch { condition, then, otherwise } => match self.eval(condition, &frame) {
                Reading::Value(Value::Bool(true)) => Yield::Branch(then.clone()),
                Reading::Value(_) => Yield::Branch(otherwise.clone()),
                other => stopped(other),
            },
            CellKind::Loop { collection, keying, body } => match self.eval(collection, &frame) {
                Reading::Value(collection) => Yield::Loop(Loop { collection, keying: *keying, body: body.clone() }),
                other => stopped(other),
            },
            CellKind::Resource(resource) => self.resource(resource, &frame),
            CellKind::Edge(halves) => self.edges(halves, &frame),
            CellKind::Panic(args, offset) => match self.operands(args, &frame) {
                Ok(args) => match crate::functions::core::panics(&args) {
                    Ok(()) => Yield::Rows(Vec::<Row>::new()),
                    Err(fault) => Yield::Error(failure(&fault, frame.site(*offset))),
                },
                Err(reading) => stopped(reading),
            },
        }
    }

    /// Evaluates every node, whatever the others give.
    pub(super) fn operands(&mut self, nodes: &[Node], frame: &Frame<'_>) -> Operands {
        let readings: Vec<Reading> = nodes.iter().map(|node| self.eval(node, frame)).collect();
        strict(readings)
    }

    /// Evaluates a node.
    pub(super) fn eval(&mut self, node: &Node, frame: &Frame<'_>) -> Reading {
        match node {
            Node::Const(value) => Reading::Value(value.clone()),
            Node::Slot(slot) => self.slot(*slot as usize),
            Node::Read(cell, depth) => self.read(Key::Cell(*cell, self.context(*depth))),
            Node::Element(cell, depth) => {
                let context = self.context(*depth);
                match context.step() {
                    Some(Step::Value(value, _)) => Reading::Value(value.clone()),
                    _ => self.read(Key::Element(*cell, context)),
                }
            }
            Node::Step(depth) => match self.context(*depth).step() {
                Some(Step::Index(index)) => Reading::Value(Value::Int(i64::from(*index))),
                Some(Step::Key(key)) => Reading::Value(key.clone()),
                // A body that reads its index is not keyed by value.
                Some(Step::Value(..)) | None => Reading::Pending,
            },
            Node::Local(index) => frame.local(*index),
            Node::Capture(index) => frame.capture(*index),
            _ => self.nested(node, frame),
        }
    }

    /// Evaluates a node that has others below it.
    fn nested(&mut self, node: &Node, frame: &Frame<'_>) -> Reading {
        if self.depth >= DEEPEST {
            let site = frame.site(0);
            return Reading::Error(Error::catchable(site, format!("evaluation nests deeper than {DEEPEST} levels")));
        }
        self.depth += 1;
        let reading = self.operation(node, frame);
        self.depth -= 1;
        reading
    }

    fn operation(&mut self, node: &Node, frame: &Frame<'_>) -> Reading {
        match node {
            Node::If(nodes) => handed_on(match self.eval(&nodes[0], frame) {
                Reading::Value(Value::Bool(true)) => self.eval(&nodes[1], frame),
                Reading::Value(_) => self.eval(&nodes[2], frame),
                other => other,
            }),
            Node::Except(nodes) => handed_on(match self.eval(&nodes[0], frame) {
                Reading::Error(error) if error.catchable => self.eval(&nodes[1], frame),
                other => other,
            }),
            Node::Call(body, args, offset) => self.call(body, args, frame, *offset),
            Node::Apply(nodes, offset) => self.apply(nodes, frame, *offset),
            Node::Each(each, nodes, offset) => self.each(*each, nodes, frame, *offset),
            Node::Lambda(lambda) => self.close(lambda, frame),
            Node::Source(source) => self.source(source, frame),
            Node::Builtin(call) => self.builtin(call, frame),
            Node::Template(call) => self.template(call, frame),
            _ => self.plain(node, frame),
        }
    }

    /// Operations that are strict, pure and alike: all operands, then the result.
    fn plain(&mut self, node: &Node, frame: &Frame<'_>) -> Reading {
        let readings: Vec<Reading> = node.children().map(|child| self.eval(child, frame)).collect();
        let values = match strict(readings) {
            Ok(values) => values,
            Err(reading) => return reading,
        };
        let (result, offset) = match node {
            Node::Concat(_) => (operators::join(&values), 0),
            Node::List(_) => (Ok(Value::list(values)), 0),
            Node::Map(_) => {
                let mut entries = Vec::with_capacity(values.len() / 2);
                let mut values = values.into_iter();
                while let (Some(key), Some(value)) = (values.next(), values.next()) {
                    entries.push((key, value));
                }
                (Ok(Value::map(entries)), 0)
            }
            Node::Struct(fields) => (Ok(Value::record(fields.iter().map(|(name, _)| name.clone()).zip(values))), 0),
            Node::Operate(operator, _, offset) => (operators::operate(*operator, &values), *offset),
            Node::In(_) => (Ok(Value::Bool(operators::contains(&values[0], values[1].as_list().unwrap_or_default()))), 0),
            Node::Index(_, offset) => (operators::index(&values[0], &values[1]), *offset),
            Node::Field(_, name) => (operators::field(&values[0], name), 0),
            // The first of both; nothing else is left.
            _ => (values.into_iter().next().ok_or_else(|| Fault::new("no value")), 0),
        };
        settled(result, frame, offset)
    }

    fn builtin(&mut self, call: &Builtin, frame: &Frame<'_>) -> Reading {
        let args = match self.operands(&call.args, frame) {
            Ok(args) => args,
            Err(reading) => return reading,
        };
        let FunctionBody::Pure(body) = builtins::body(call.id) else { return Reading::Pending };
        let signature = call.signature.as_ref().unwrap_or(&Type::Variant);
        let reading = settled(body(&mut CallContext { signature }, &args), frame, call.offset);
        if builtins::apart(call.id) { handed_on(reading) } else { reading }
    }

    fn source(&mut self, source: &Source, frame: &Frame<'_>) -> Reading {
        let call = match source.known.get() {
            Some(call) => call.clone(),
            None => {
                let args = match self.operands(&source.args, frame) {
                    Ok(args) => args,
                    Err(reading) => return reading,
                };
                let call = Call::new(source.function.clone(), args);
                if source.args.iter().all(|arg| matches!(arg, Node::Const(_))) {
                    source.known.get_or_init(|| call.clone());
                }
                call
            }
        };
        let site = frame.site(source.offset);
        let reading = if source.own {
            let key = Key::own(site, self.instance.context.clone(), self.path.as_slice());
            self.ask(key, Some(call))
        } else {
            self.ask(Key::Shared(call), None)
        };
        match reading {
            // Errors of sources have no place; the caller's is theirs, and stays so when the call is all that a function gives. What is of the
            // library of Go is an operation like any other.
            Reading::Error(error) if error.place.is_none() => {
                let direct = source.function.starts_with("golang/");
                Reading::Error(Error { place: Some(site), direct, ..error })
            }
            other => other,
        }
    }

    /// A shared source that a statement asks by itself.
    pub(super) fn ask_shared(&mut self, function: &str, args: Vec<Value>) -> Reading {
        self.ask(Key::Shared(Call::new(function, args)), None)
    }

    fn slot(&mut self, slot: usize) -> Reading {
        if let Some(Some(known)) = self.slots.get(slot) {
            return known.clone();
        }
        let code = self.code;
        let Some((home, node)) = code.slots.get(slot) else { return Reading::Pending };
        let reading = self.eval(node, &Frame::cell(*home));
        self.slots[slot] = Some(reading.clone());
        reading
    }

    /// The context at an absolute depth, which is around this one.
    pub(super) fn context(&self, depth: u32) -> Context {
        let context = &self.instance.context;
        context.outer(context.depth().saturating_sub(depth))
    }

    fn read(&mut self, key: Key) -> Reading {
        self.ask(key, None)
    }

    pub(super) fn ask(&mut self, key: Key, call: Option<Call>) -> Reading {
        let reading = self.reads.read(&key);
        if self.listed.insert(key.clone()) {
            self.needs.push(Need { key, call });
        }
        reading
    }
}

/// The result of an operation at a place of the frame.
pub(super) fn settled(result: Result<Value, Fault>, frame: &Frame<'_>, offset: Offset) -> Reading {
    match result {
        Ok(value) => Reading::Value(value),
        Err(fault) => Reading::Error(failure(&fault, frame.site(offset))),
    }
}

/// A fault at its place.
pub(super) fn failure(fault: &Fault, site: Site) -> Error {
    let message = fault.message.as_str();
    if fault.catchable { Error::catchable(site, message) } else { Error::fatal(site, message) }
}

impl Frame<'_> {
    /// The place `offset` of the home.
    pub(super) fn site(&self, offset: Offset) -> Site {
        Site { cell: self.home, offset }
    }
}

/// The home of a frame outside of all functions.
impl<'a> Frame<'a> {
    pub(super) fn cell(home: CellId) -> Frame<'a> {
        Frame { home, args: &[], captures: &[] }
    }
}
