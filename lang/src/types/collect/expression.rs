//! The constraints of expressions. Parts first, each followed by what is wanted of it, then what connects them.

use super::{Collector, Task};
use crate::resolve::program::{DefId, DefKind, ExprId, ExprKind, FuncId, Operator};
use crate::types::steps::{Goal, Role, StepKind};
use crate::types::terms::{Shape, Term};
use mgmt_values::Span;
use std::sync::Arc;

impl<'a> Collector<'a> {
    /// Sets out to collect an expression: its parts, then [`Collector::finish`].
    pub(super) fn expr(&mut self, expr: ExprId) {
        if self.out.exprs[expr.0 as usize].is_some() {
            return;
        }
        let program = self.program;
        let span_of = |expr: &ExprId| program[*expr].span;
        let mut tasks: Vec<Task<'a>> = Vec::new();
        match &program[expr].kind {
            ExprKind::Literal(_) => {}
            ExprKind::Variable(def) => tasks.push(Task::Def(*def)),
            ExprKind::Text(part) => tasks.push(Task::Expr(*part)),
            ExprKind::List(elements) => {
                if let Some(first) = elements.first() {
                    let element = self.fresh();
                    for part in elements {
                        tasks.extend([Task::Expr(*part), Task::Join(element, *part, Role::Element(span_of(first)))]);
                    }
                    let list = self.terms.list(element);
                    self.out.exprs[expr.0 as usize] = Some(list);
                }
            }
            ExprKind::Map(entries) => {
                if let Some((first_key, first_value)) = entries.first() {
                    let (key, value) = (self.fresh(), self.fresh());
                    for (k, v) in entries {
                        tasks.extend([Task::Expr(*k), Task::Join(key, *k, Role::Key(span_of(first_key)))]);
                        tasks.extend([Task::Expr(*v), Task::Join(value, *v, Role::Value(span_of(first_value)))]);
                    }
                    let map = self.make(Shape::Map(key, value));
                    self.out.exprs[expr.0 as usize] = Some(map);
                }
            }
            ExprKind::Struct(fields) => tasks.extend(fields.iter().map(|(_, part)| Task::Expr(*part))),
            ExprKind::Lambda(lambda) => tasks.push(Task::Lambda(lambda)),
            ExprKind::Concat(parts) | ExprKind::Builtin(_, parts) | ExprKind::Operator(_, parts) => {
                tasks.extend(parts.iter().copied().map(Task::Expr));
            }
            ExprKind::Call(func, args) => {
                tasks.extend(args.iter().copied().map(Task::Expr));
                tasks.extend([Task::Result(expr), Task::Func(*func)]);
            }
            ExprKind::Apply(callee, args) => {
                tasks.extend(args.iter().copied().map(Task::Expr));
                tasks.extend([Task::Result(expr), Task::Expr(*callee)]);
            }
            ExprKind::In(a, b) | ExprKind::Index(a, b) | ExprKind::FieldOr(a, _, b) => {
                tasks.extend([Task::Expr(*a), Task::Expr(*b)]);
            }
            ExprKind::Field(record, _) => tasks.push(Task::Expr(*record)),
            ExprKind::If(condition, then, otherwise) => {
                let (bool, result) = (self.make(Shape::Bool), self.fresh());
                tasks.extend([Task::Expr(*condition), Task::Join(bool, *condition, Role::Condition)]);
                let role = || Role::Branch(span_of(then));
                tasks.extend([Task::Expr(*then), Task::Join(result, *then, role())]);
                tasks.extend([Task::Expr(*otherwise), Task::Join(result, *otherwise, role())]);
                self.out.exprs[expr.0 as usize] = Some(result);
            }
            ExprKind::Except(left, right) => {
                let result = self.fresh();
                let role = || Role::Fallback(span_of(left));
                tasks.extend([Task::Expr(*left), Task::Join(result, *left, role())]);
                tasks.extend([Task::Expr(*right), Task::Join(result, *right, role())]);
                self.out.exprs[expr.0 as usize] = Some(result);
            }
        }
        tasks.push(Task::Finish(expr));
        self.then(tasks);
    }

    /// Gives an expression its type once its parts have theirs.
    pub(super) fn finish(&mut self, expr: ExprId) {
        let program = self.program;
        let span = program[expr].span;
        let mut evident = None;
        let term = match &program[expr].kind {
            ExprKind::Literal(value) => {
                evident = self.value_type(value);
                evident
            }
            ExprKind::Variable(def) => {
                evident = self.evident_defs[def.0 as usize];
                self.out.defs[def.0 as usize]
            }
            ExprKind::Text(part) => {
                let str = self.make(Shape::Str);
                evident = Some(str);
                let value = self.term(*part);
                self.later(Goal::Same { annotation: str, value, written: span }, span);
                Some(value)
            }
            ExprKind::Concat(parts) => {
                let str = self.make(Shape::Str);
                for part in parts {
                    self.join(str, *part, Role::Text, span);
                }
                evident = Some(str);
                evident
            }
            ExprKind::List(elements) => {
                evident = self.evident_all(elements.iter()).map(|element| self.terms.list(element));
                match self.out.exprs[expr.0 as usize] {
                    Some(list) => Some(list),
                    None => {
                        let element = self.fresh();
                        Some(self.terms.list(element))
                    }
                }
            }
            ExprKind::Map(entries) => {
                let key = self.evident_all(entries.iter().map(|(k, _)| k));
                let value = self.evident_all(entries.iter().map(|(_, v)| v));
                evident = key.zip(value).map(|(k, v)| self.make(Shape::Map(k, v)));
                let map = match self.out.exprs[expr.0 as usize] {
                    Some(map) => map,
                    None => {
                        let shape = Shape::Map(self.fresh(), self.fresh());
                        self.make(shape)
                    }
                };
                if let Shape::Map(key, _) = *self.terms.own_shape(map) {
                    self.later(Goal::Hashable { key }, span);
                }
                Some(map)
            }
            ExprKind::Struct(fields) => {
                let plain: Option<Arc<[_]>> =
                    fields.iter().map(|(name, part)| Some((name.clone(), self.is_evident(*part)?))).collect();
                evident = plain.map(|fields| self.make(Shape::Struct(fields)));
                let fields = fields.iter().map(|(name, part)| (name.clone(), self.term(*part))).collect();
                Some(self.make(Shape::Struct(fields)))
            }
            ExprKind::Lambda(lambda) => {
                evident = self.evident_lambda(lambda);
                Some(self.signature(lambda))
            }
            ExprKind::Builtin(function, args) => Some(self.builtin(expr, *function, args)),
            ExprKind::Call(func, args) => Some(self.call(expr, *func, args)),
            ExprKind::Apply(callee, args) => {
                if let ExprKind::Lambda(_) = &program[*callee].kind
                    && let Some(Shape::Func(func)) = self.is_evident(*callee).map(|term| self.terms.own_shape(term).clone())
                {
                    evident = Some(func.result);
                }
                Some(self.apply(expr, *callee, args))
            }
            ExprKind::Operator(operator, operands) => Some(self.operator(*operator, operands, span)),
            ExprKind::In(needle, haystack) => {
                let needle = self.term(*needle);
                let list = self.terms.list(needle);
                self.join(list, *haystack, Role::In, span);
                Some(self.make(Shape::Bool))
            }
            ExprKind::Index(container, index) => {
                let (result, late) = self.index(*container, *index, span);
                self.looked_up[expr.0 as usize] = late;
                Some(result)
            }
            ExprKind::Field(record, name) => {
                self.declared_and_known(&[*record]);
                match self.evident_field(*record, name) {
                    Some((whole, field)) => {
                        self.join(whole, *record, Role::Record, span);
                        Some(field)
                    }
                    None => {
                        let (record, result) = (self.term(*record), self.fresh());
                        self.later(Goal::Field { record, field: expr, result }, span);
                        self.looked_up[expr.0 as usize] = true;
                        Some(result)
                    }
                }
            }
            ExprKind::FieldOr(record, name, default) => {
                self.declared_and_known(&[*record, *default]);
                let result = self.term(*default);
                if let Some((whole, field)) = self.evident_field(*record, name) {
                    self.join(whole, *record, Role::Record, span);
                    self.unify(field, result, Role::Default, span);
                } else {
                    let record = self.term(*record);
                    self.later(Goal::FieldOr { record, field: expr, result }, span);
                }
                Some(result)
            }
            ExprKind::If(_, one, other) | ExprKind::Except(one, other) => {
                evident = match (self.is_evident(*one), self.is_evident(*other)) {
                    (Some(one), Some(other)) => (one == other).then_some(one),
                    (one, other) => one.or(other),
                };
                self.out.exprs[expr.0 as usize]
            }
        };
        let term = match term {
            Some(term) => term,
            None => self.fresh(),
        };
        self.out.exprs[expr.0 as usize] = Some(term);
        self.evident[expr.0 as usize] = evident;
        self.known[expr.0 as usize] = self.is_known(expr);
        self.looked_up[expr.0 as usize] |= match &program[expr].kind {
            ExprKind::Variable(def) => self.looked_up_defs[def.0 as usize],
            ExprKind::Text(part) => self.looked_up[part.0 as usize],
            ExprKind::Call(func, _) => self.looked_up[program[*func].lambda.body.0 as usize],
            _ => false,
        };
        if !matches!(program[expr].kind, ExprKind::Call(..) | ExprKind::Apply(..)) {
            self.step(span, StepKind::Open(expr));
        }
    }

    /// The result of a call: when it is open, the call is named and not what is in the function.
    pub(super) fn result(&mut self, call: ExprId) {
        let result = self.fresh();
        self.out.exprs[call.0 as usize] = Some(result);
        self.step(self.program[call].span, StepKind::Open(call));
    }

    /// The evident type that all parts share.
    fn evident_all<'p>(&self, parts: impl Iterator<Item = &'p ExprId>) -> Option<Term> {
        let mut common = None;
        for part in parts {
            let term = self.is_evident(*part)?;
            if *common.get_or_insert(term) != term {
                return None;
            }
        }
        common
    }

    /// The type of an expression that is evidently a struct with this field, and that of the field.
    pub(super) fn evident_field(&self, record: ExprId, name: &str) -> Option<(Term, Term)> {
        let whole = self.is_evident(record)?;
        let Shape::Struct(fields) = self.terms.own_shape(whole) else { return None };
        fields.iter().find(|(n, _)| **n == *name).map(|(_, field)| (whole, *field))
    }

    fn call(&mut self, expr: ExprId, func: FuncId, args: &[ExprId]) -> Term {
        let result = self.term(expr);
        let wanted = self.wanted(args, result);
        if let Some(unit) = self.funcs.get(&func).copied() {
            let level = self.level;
            self.step(self.program[expr].span, StepKind::Call { func, unit, call: expr, wanted, level });
        }
        result
    }

    /// The call of a value. What disagrees is the value: mistakes are placed where it is defined.
    fn apply(&mut self, call: ExprId, callee: ExprId, args: &[ExprId]) -> Term {
        let result = self.term(call);
        let wanted = self.wanted(args, result);
        let place = match &self.program[callee].kind {
            ExprKind::Variable(def) => self.defined_at(*def),
            _ => self.program[callee].span,
        };
        let actual = self.term(callee);
        self.unify(wanted, actual, Role::Apply(self.program[call].span), place);
        result
    }

    fn defined_at(&self, def: DefId) -> Span {
        match &self.program[def].kind {
            DefKind::Bind(value, _) | DefKind::Argument(value, _) => self.program[*value].span,
            _ => self.program[def].span,
        }
    }

    /// The type that a call wants its function to have.
    fn wanted(&mut self, args: &[ExprId], result: Term) -> Term {
        let args = args.iter().enumerate().map(|(i, arg)| (Arc::from(i.to_string()), self.term(*arg))).collect();
        self.terms.func(args, result)
    }

    fn operator(&mut self, operator: Operator, operands: &[ExprId], span: Span) -> Term {
        self.declared_and_known(operands);
        let bool = self.make(Shape::Bool);
        if matches!(operator, Operator::And | Operator::Or | Operator::Not) {
            for operand in operands {
                self.join(bool, *operand, Role::Operand(operator), span);
            }
            return bool;
        }
        let Some(first) = operands.first() else { return bool };
        let operand = self.term(*first);
        for other in &operands[1..] {
            self.join(operand, *other, Role::Operands(operator), span);
        }
        self.later(Goal::Operand { operator, operand }, span);
        match operator {
            Operator::Add | Operator::Subtract | Operator::Multiply => operand,
            Operator::Divide => self.make(Shape::Float),
            _ => bool,
        }
    }

    /// What an index gives, and whether it depends on types that are solved later.
    fn index(&mut self, container: ExprId, index: ExprId, span: Span) -> (Term, bool) {
        self.declared_and_known(&[container, index]);
        let int = self.make(Shape::Int);
        let result = self.fresh();
        let index_evident = self.is_evident(index);
        let evident = self.is_evident(container).map(|term| self.terms.own_shape(term).clone());
        let map = match evident {
            Some(Shape::List(_)) => {
                let list = self.terms.list(result);
                self.join(list, container, Role::ListIndex, span);
                self.join(int, index, Role::ListIndex, span);
                return (result, false);
            }
            Some(Shape::Map(..)) => true,
            // No list can be indexed by it.
            _ => index_evident.is_some_and(|term| term != int && !self.terms.is_open(term)),
        };
        let (container_term, index_term) = (self.term(container), self.term(index));
        if map {
            let map = self.make(Shape::Map(index_term, result));
            self.unify(map, container_term, Role::MapKey, span);
        } else {
            let lambda = matches!(self.program[container].kind, ExprKind::Lambda(_));
            let other = lambda || evident.is_some_and(|shape| shape != Shape::Var);
            let map = other || index_evident.is_some_and(|term| self.terms.is_open(term));
            self.later(Goal::Index { container: container_term, index: index_term, result, map }, span);
        }
        (result, !map)
    }
}
