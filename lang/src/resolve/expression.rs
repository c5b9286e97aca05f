//! Expressions: names become ids, and sugar disappears.

use super::block::annotation;
use super::code::mix;
use super::order::Space;
use super::program::{DefId, DefKind, ExprId, ExprKind, Lambda, Operator};
use super::resolver::{Here, Resolver};
use super::scope::Found;
use crate::builtins;
use crate::syntax::strings::{Segment, segments};
use crate::syntax::tree::{self, Callee, Expr};
use mgmt_values::{CellId, Span, Value};

impl<'t> Resolver<'t, '_> {
    /// All of them, in order.
    pub fn expressions(&mut self, exprs: &'t [Expr], here: &Here) -> Vec<ExprId> {
        exprs.iter().map(|expr| self.expression(expr, here)).collect()
    }

    /// Resolves an expression. Operands are visited in the order of the text, but the arguments of a call before what is called and
    /// the branches of an `if` before its condition: so the first mistake found is the one to report first.
    pub fn expression(&mut self, expr: &'t Expr, here: &Here) -> ExprId {
        let span = expr.span;
        let kind = match &expr.kind {
            tree::ExprKind::Bool(value) => ExprKind::Literal(Value::Bool(*value)),
            tree::ExprKind::Int(value) => ExprKind::Literal(Value::Int(*value)),
            tree::ExprKind::Float(value) => ExprKind::Literal(Value::Float(*value)),
            tree::ExprKind::Str(raw) => return self.string(raw, span, here),
            tree::ExprKind::Paren(inner) => return self.expression(inner, here),
            tree::ExprKind::Variable(name) => match self.variable(name, span, here) {
                Some(def) => ExprKind::Variable(def),
                None => return self.broken(span),
            },
            tree::ExprKind::List(elements) => ExprKind::List(self.expressions(elements, here)),
            tree::ExprKind::Map(pairs) => {
                let pair = |pair: &'t tree::Pair| (self.expression(&pair.key, here), self.expression(&pair.value, here));
                ExprKind::Map(pairs.iter().map(pair).collect())
            }
            tree::ExprKind::Struct(fields) => {
                let field = |field: &'t tree::FieldValue| (field.name.text.clone(), self.expression(&field.value, here));
                ExprKind::Struct(fields.iter().map(field).collect())
            }
            tree::ExprKind::Lambda(function) => ExprKind::Lambda(self.function(function, self.place(span, here), here)),
            tree::ExprKind::Call(call) => return self.call(call, span, here),
            tree::ExprKind::If(e) => {
                let then = self.expression(&e.then.value, here);
                let otherwise = self.expression(&e.otherwise.value, here);
                let condition = self.expression(&e.condition, here);
                ExprKind::If(condition, then, otherwise)
            }
            tree::ExprKind::Not(inner) => ExprKind::Operator(Operator::Not, vec![self.expression(inner, here)]),
            tree::ExprKind::Binary(e) => {
                let left = self.expression(&e.left, here);
                let right = self.expression(&e.right, here);
                match operator(e.op) {
                    Some(operator) => ExprKind::Operator(operator, vec![left, right]),
                    None => ExprKind::In(left, right),
                }
            }
            tree::ExprKind::Index(e) => {
                let container = self.expression(&e.container, here);
                ExprKind::Index(container, self.expression(&e.key, here))
            }
            tree::ExprKind::Field(e) => {
                let of = self.expression(&e.of, here);
                match &e.default {
                    Some(default) => ExprKind::FieldOr(of, e.field.text.clone(), self.expression(default, here)),
                    None => ExprKind::Field(of, e.field.text.clone()),
                }
            }
            tree::ExprKind::Except(e) => {
                let value = self.expression(&e.value, here);
                ExprKind::Except(value, self.expression(&e.fallback, here))
            }
        };
        self.expr(span, kind)
    }

    /// A name for what has none of its own: the parameters of a lambda are never cells.
    fn place(&self, span: Span, here: &Here) -> CellId {
        CellId(mix(here.path, ("lambda", span.start)))
    }

    fn variable(&mut self, name: &str, span: Span, here: &Here) -> Option<DefId> {
        match self.find(here, Space::Variable, name, span)? {
            Found::Variable(def) => Some(def),
            Found::Native(index) => Some(self.native(index)),
            // Other things are not found where variables are looked for.
            _ => None,
        }
    }

    fn call(&mut self, call: &'t tree::Call, span: Span, here: &Here) -> ExprId {
        let args = self.expressions(&call.args.values, here);
        let kind = match &call.callee {
            Callee::Name(name) => match self.find(here, Space::Function, &name.text, span) {
                Some(Found::Function(func)) => ExprKind::Call(func, args),
                Some(Found::Builtin(builtin)) => {
                    let call = self.expr(span, ExprKind::Builtin(builtin, args));
                    if builtins::located(builtin) {
                        self.program.located.insert(call, here.module.base.as_str().into());
                    }
                    return call;
                }
                _ => return self.broken(span),
            },
            Callee::Variable(name) => match self.variable_called(name, span, here) {
                Some(def) => ExprKind::Apply(self.expr(name.span, ExprKind::Variable(def)), args),
                None => return self.broken(span),
            },
            Callee::Lambda(function, place) => {
                let lambda = self.function(function, self.place(*place, here), here);
                ExprKind::Apply(self.expr(*place, ExprKind::Lambda(lambda)), args)
            }
        };
        self.expr(span, kind)
    }

    fn variable_called(&mut self, name: &tree::Name, span: Span, here: &Here) -> Option<DefId> {
        self.variable(&name.text, span, here)
    }

    /// Parameters and body of a function.
    pub fn function(&mut self, function: &'t tree::Function, id: CellId, here: &Here) -> Lambda {
        let layer = self.scopes.inside(here.layer);
        let inner = Here { layer, ..here.clone() };
        let mut params = Vec::with_capacity(function.params.params.len());
        for (index, param) in function.params.params.iter().enumerate() {
            let kind = DefKind::Parameter(annotation(param.annotation.as_ref()));
            params.push(self.given(&param.name, id, index, kind, &inner));
        }
        let body = self.expression(&function.body.value, &inner);
        Lambda { params, result: annotation(function.result.as_ref()), body }
    }

    fn string(&mut self, raw: &'t str, span: Span, here: &Here) -> ExprId {
        let literal = |text: &str| ExprKind::Literal(Value::str(text));
        if !raw.contains(['$', '\\']) {
            return self.expr(span, literal(raw));
        }
        // What cannot be read has been refused before.
        let parts = segments(raw).unwrap_or_default();
        if let [Segment::Text(text)] = &parts[..] {
            return self.expr(span, literal(text));
        }
        let mut exprs = Vec::with_capacity(parts.len());
        for part in &parts {
            exprs.push(match part {
                Segment::Text(text) => self.expr(span, literal(text)),
                Segment::Variable(name) => match self.variable(name, span, here) {
                    Some(def) => self.expr(span, ExprKind::Variable(def)),
                    None => self.broken(span),
                },
            });
        }
        match exprs[..] {
            [only] => self.expr(span, ExprKind::Text(only)),
            _ => self.expr(span, ExprKind::Concat(exprs)),
        }
    }
}

/// `None` for `in`.
fn operator(op: tree::Operator) -> Option<Operator> {
    Some(match op {
        tree::Operator::Add => Operator::Add,
        tree::Operator::Subtract => Operator::Subtract,
        tree::Operator::Multiply => Operator::Multiply,
        tree::Operator::Divide => Operator::Divide,
        tree::Operator::Equal => Operator::Equal,
        tree::Operator::NotEqual => Operator::NotEqual,
        tree::Operator::Less => Operator::Less,
        tree::Operator::Greater => Operator::Greater,
        tree::Operator::LessEqual => Operator::LessEqual,
        tree::Operator::GreaterEqual => Operator::GreaterEqual,
        tree::Operator::And => Operator::And,
        tree::Operator::Or => Operator::Or,
        tree::Operator::In => return None,
    })
}
