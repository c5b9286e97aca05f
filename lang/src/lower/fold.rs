//! What is known before anything runs: pure operations over known values.
//!
//! An operation that fails is not folded: its error belongs to the running program, which may catch it.

use crate::builtins::{self, Rule};
use crate::eval::code::{Node, Offset};
use crate::functions::golang::template::{self, Template};
use crate::functions::{Body, CallContext, operators};
use crate::resolve::program::{DefId, DefKind, ExprId, ExprKind, Program};
use crate::types::Fold;
use mgmt_values::{Type, Value};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::sync::Arc;

/// Results that are longer than this stay unfolded, so that a short program cannot become a huge one.
const LONGEST: usize = 1 << 16;

/// Whether a folded result is short enough to stand in the program.
pub(super) fn small(value: &Value) -> bool {
    match value {
        Value::Str(text) => text.as_bytes().len() <= LONGEST,
        Value::List(list) => list.as_slice().len() <= LONGEST,
        Value::Map(map) => map.entries().len() <= LONGEST,
        _ => true,
    }
}

/// The values of nodes that are all known.
pub(super) fn known(nodes: &[Node]) -> Option<Vec<Value>> {
    nodes.iter().map(|node| if let Node::Const(value) = node { Some(value.clone()) } else { None }).collect()
}

/// A node whose operands are known and whose operation is pure and succeeds becomes its value.
pub(super) fn simplify(node: Node) -> Node {
    if !node.children().all(|child| matches!(child, Node::Const(_))) {
        return node;
    }
    let operands: Vec<Value> =
        node.children().filter_map(|child| if let Node::Const(v) = child { Some(v.clone()) } else { None }).collect();
    let result = match &node {
        Node::Concat(_) => operators::join(&operands).ok(),
        Node::List(_) => Some(Value::list(operands)),
        Node::Map(_) => {
            let mut pairs = operands.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone()));
            Some(Value::map(pairs.by_ref()))
        }
        Node::Struct(fields) => Some(Value::record(fields.iter().map(|(name, _)| name.clone()).zip(operands))),
        Node::Operate(operator, ..) => operators::operate(*operator, &operands).ok(),
        Node::In(_) => Some(Value::Bool(operators::contains(&operands[0], operands[1].as_list().unwrap_or_default()))),
        Node::Index(..) => operators::index(&operands[0], &operands[1]).ok(),
        Node::Field(_, name) => operators::field(&operands[0], name).ok(),
        Node::Both(_) => operands.into_iter().next(),
        _ => None,
    };
    match result.filter(small) {
        Some(value) => Node::Const(value),
        None => node,
    }
}

/// A call of `golang.template`: parsed where the text is known, and a text where everything is. A mistake is one of the running program.
pub(super) fn template(args: Box<[Node]>, data: Type, offset: Offset) -> Node {
    let parsed = match &args[..] {
        [Node::Const(Value::Str(text)), ..] => Some(Arc::new(Template::parse(text.as_bytes()))),
        _ => None,
    };
    if let (Some(Ok(template)), Some(values)) = (parsed.as_deref(), known(&args)) {
        let data = values.get(1).map(|value| (value, &data));
        if let Ok(text) = template.render(data, &mut template::Nobody, template::Limits::COMPILING) {
            return Node::Const(Value::str(text));
        }
    }
    Node::Template(Box::new(crate::eval::code::Template { parsed, args, data, offset }))
}

/// Values of expressions of a program that has no types yet: literals, what is composed of them, operators, and a few functions.
#[derive(Debug, Default)]
pub struct Folder {
    /// Of each variable that was asked for, as it is found.
    known: RefCell<FxHashMap<DefId, Option<Value>>>,
}

/// Chains of variables and expressions deeper than this are not worth the work.
const DEEPEST: u32 = 2_000;

impl Fold for Folder {
    fn fold(&self, program: &Program, expr: ExprId) -> Option<Value> {
        self.expr(program, expr, 0).filter(small)
    }
}

impl Folder {
    fn expr(&self, program: &Program, expr: ExprId, depth: u32) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        let one = |expr: &ExprId| self.expr(program, *expr, depth + 1).map(Node::Const);
        let all = |exprs: &[ExprId]| exprs.iter().map(one).collect::<Option<Box<[Node]>>>();
        let node = match &program[expr].kind {
            ExprKind::Literal(value) => return Some(value.clone()),
            ExprKind::Variable(def) => return self.variable(program, *def, depth),
            ExprKind::Text(inner) => return self.expr(program, *inner, depth + 1),
            ExprKind::Builtin(id, args) if builtins::get(*id).runs_early(args.len()) => {
                let args = known(&all(args)?)?;
                let Body::Pure(body) = builtins::body(*id) else { return None };
                let signature = match (builtins::get(*id).rule, &args[..]) {
                    (Rule::Json, [_, Value::Str(text)]) => Type::func::<Arc<str>>([], Type::parse(&text.to_str())?),
                    _ => Type::Variant,
                };
                return body(&mut CallContext { signature: &signature }, &args).ok().filter(small);
            }
            ExprKind::If(condition, then, otherwise) => {
                let taken = if self.expr(program, *condition, depth + 1)?.as_bool()? { then } else { otherwise };
                return self.expr(program, *taken, depth + 1);
            }
            ExprKind::Except(first, _) => return self.expr(program, *first, depth + 1),
            ExprKind::List(parts) => Node::List(all(parts)?),
            ExprKind::Map(entries) => {
                Node::Map(entries.iter().map(|(key, value)| Some((one(key)?, one(value)?))).collect::<Option<_>>()?)
            }
            ExprKind::Struct(fields) => {
                Node::Struct(fields.iter().map(|(name, value)| Some((name.clone(), one(value)?))).collect::<Option<_>>()?)
            }
            ExprKind::Operator(operator, args) => Node::Operate(*operator, all(args)?, 0),
            ExprKind::Field(record, name) => Node::Field(Box::new(one(record)?), name.clone()),
            ExprKind::FieldOr(record, name, default) => {
                let record = self.expr(program, *record, depth + 1)?;
                match record.as_record()?.get(name) {
                    Some(value) => return Some(value.clone()),
                    None => one(default)?,
                }
            }
            _ => return None,
        };
        match simplify(node) {
            Node::Const(value) => Some(value),
            _ => None,
        }
    }

    fn variable(&self, program: &Program, def: DefId, depth: u32) -> Option<Value> {
        match &program[def].kind {
            DefKind::Constant(value, _) => Some(value.clone()),
            DefKind::Bind(expr, _) | DefKind::Argument(expr, _) => {
                if let Some(known) = self.known.borrow().get(&def) {
                    return known.clone();
                }
                let value = self.expr(program, *expr, depth + 1).filter(small);
                self.known.borrow_mut().insert(def, value.clone());
                value
            }
            DefKind::Parameter(_) | DefKind::Index | DefKind::Key | DefKind::Element => None,
        }
    }
}
