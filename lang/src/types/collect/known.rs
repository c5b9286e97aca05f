//! Which values are known while compiling: those that the language promises to look at.
//!
//! More could be known, but a program whose format is not known by these rules is accepted, and what is wrong with it can be caught when it
//! runs. So knowing more would refuse programs that mean something.

use super::Collector;
use crate::builtins;
use crate::resolve::program::{Annotation, DefId, ExprId, ExprKind};
use crate::types::terms::{Shape, Term};
use mgmt_values::{Type, Value};

impl Collector<'_> {
    /// The value of an expression that has been collected, where it is known.
    pub(super) fn value(&self, expr: ExprId) -> Option<Value> {
        if self.known[expr.0 as usize] { self.fold.fold(self.program, expr) } else { None }
    }

    /// Finds arguments that are declared to be of one kind and known to be of another. Those of operators, lookups and functions whose
    /// signature depends on the call are looked at before anything is solved.
    pub(super) fn declared_and_known(&mut self, args: &[ExprId]) {
        for arg in args {
            let Some(declared) = self.is_evident(*arg).filter(|_| !self.is_literal(*arg)) else { continue };
            if self.is_function(*arg) && !matches!(self.terms.own_shape(declared), Shape::Func(_) | Shape::Var | Shape::Variant) {
                let declared = self.show(declared);
                self.error(self.program[*arg].span, format!("this is declared {declared}, but it is a function"));
                continue;
            }
            let Some(value) = self.value(*arg) else { continue };
            let agrees = match (self.terms.own_shape(declared), &value) {
                // Nothing more is known of an empty one, nor of a function.
                (Shape::List(_), Value::List(_)) | (Shape::Map(..), Value::Map(_)) | (Shape::Struct(_), Value::Struct(_)) => {
                    self.terms.is_open(declared) || self.value_type(&value).is_none_or(|actual| actual == declared)
                }
                (Shape::Bool, Value::Bool(_))
                | (Shape::Int, Value::Int(_))
                | (Shape::Float, Value::Float(_))
                | (Shape::Str, Value::Str(_))
                | (Shape::Func(_), Value::Func(_))
                | (Shape::Var | Shape::Variant, _) => true,
                _ => false,
            };
            if !agrees {
                let declared = self.show(declared);
                self.error(self.program[*arg].span, format!("this is declared {declared}, but it is {value}"));
            }
        }
    }

    /// Whether an expression that has been collected is a lambda, perhaps by another name.
    fn is_function(&self, expr: ExprId) -> bool {
        match &self.program[expr].kind {
            ExprKind::Lambda(_) => true,
            ExprKind::Text(part) => self.is_function(*part),
            ExprKind::Variable(def) => self.function_defs[def.0 as usize],
            _ => false,
        }
    }

    /// Whether a bind is another name of a lambda. One that contradicts its annotation is refused for that.
    pub(super) fn names_function(&self, def: DefId, value: ExprId, annotation: Option<&Annotation>) -> bool {
        let in_loop = self.program[self.program[def].block].depth > 0;
        !in_loop && annotation.is_none_or(|annotation| matches!(annotation.ty, Type::Func(_))) && self.is_function(value)
    }

    /// Whether a literal is what it is declared to be. If it is not, it has no value, except a map that is declared to be none.
    pub(super) fn fits(&self, value: ExprId, declared: Term) -> bool {
        let same = || self.is_evident(value).is_none_or(|evident| evident == declared);
        match (&self.program[value].kind, self.terms.own_shape(declared)) {
            (ExprKind::List(_), Shape::List(_))
            | (ExprKind::Map(_), Shape::Map(..))
            | (ExprKind::Struct(_), Shape::Struct(_)) => same(),
            (ExprKind::List(_) | ExprKind::Struct(_), _) => false,
            _ => true,
        }
    }

    /// Whether a bind is another name of an empty list or map, which an annotation tells the type of.
    pub(super) fn is_named_empty(&self, def: DefId, value: ExprId) -> bool {
        let empty = match &self.program[value].kind {
            ExprKind::List(parts) => parts.is_empty(),
            ExprKind::Map(entries) => entries.is_empty(),
            _ => false,
        };
        empty && self.program[self.program[def].block].depth == 0
    }

    fn is_literal(&self, expr: ExprId) -> bool {
        matches!(self.program[expr].kind, ExprKind::Literal(_))
    }

    /// Whether the value of an expression is known, given that of its parts.
    pub(super) fn is_known(&self, expr: ExprId) -> bool {
        let known = |expr: &ExprId| self.known[expr.0 as usize];
        let evident = || self.is_evident(expr).is_some();
        match &self.program[expr].kind {
            ExprKind::Literal(_) => true,
            ExprKind::Variable(def) => self.known_defs[def.0 as usize],
            ExprKind::Text(part) => known(part),
            ExprKind::List(parts) => evident() && parts.iter().all(known),
            ExprKind::Map(entries) => evident() && entries.iter().all(|(k, v)| known(k) && known(v)),
            ExprKind::Struct(fields) => evident() && fields.iter().all(|(_, part)| known(part)),
            ExprKind::Operator(_, operands) => operands.iter().all(known),
            ExprKind::Builtin(function, args) => builtins::get(*function).runs_early(args.len()) && args.iter().all(known),
            ExprKind::Field(record, _) => known(record),
            ExprKind::FieldOr(record, name, default) => {
                known(record) && (known(default) || self.evident_field(*record, name).is_some())
            }
            ExprKind::If(condition, then, otherwise) => match self.value(*condition) {
                Some(Value::Bool(true)) => known(then),
                Some(Value::Bool(false)) => known(otherwise),
                _ => false,
            },
            // The right side is for failures of the running program.
            ExprKind::Except(left, _) => known(left),
            ExprKind::Concat(_)
            | ExprKind::Lambda(_)
            | ExprKind::Call(..)
            | ExprKind::Apply(..)
            | ExprKind::In(..)
            | ExprKind::Index(..) => false,
        }
    }
}
