//! Collecting: walks the statements in the order of the text and writes down what must hold, in the order in which mistakes win.
//!
//! What is found wrong on the way needs no solving and wins over everything that does. A definition is collected where it is first
//! used, a `func` statement into a unit of its own where it is first called. The walk keeps its own stack, so that no chain of
//! definitions and no nesting can exhaust that of the process.

mod builtin;
mod expression;
mod known;
mod resource;
mod sendrecv;
mod statement;

pub(super) use builtin::unhashable_key;
pub(super) use resource::pairs_type;

use super::fold::Fold;
use super::steps::{Goal, Role, Step, StepKind, Unit, UnitId};
use super::terms::{FuncShape, Level, Shape, Term, Terms};
use crate::builtins::BuiltinId;
use crate::diagnostic::Diagnostic;
use crate::resolve::program::{Annotation, BlockId, DefId, DefKind, ExprId, FuncId, Half, Lambda, Program, Resource, Statement};
use mgmt_values::schema::Kinds;
use mgmt_values::{Phase, Span, Type, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The constraints of a program.
pub(super) struct Collected {
    /// The first is the program's.
    pub units: Vec<Unit>,
    /// Whose each unit is.
    pub funcs: Vec<Option<FuncId>>,
    /// Of what was reached.
    pub exprs: Vec<Option<Term>>,
    /// Of what was reached.
    pub defs: Vec<Option<Term>>,
    /// What is wrong whatever the types turn out to be, in order.
    pub errors: Vec<Diagnostic>,
}

/// What is left to do, the next on top.
enum Task<'a> {
    Statement(&'a Statement),
    Block(BlockId),
    Expr(ExprId),
    /// The arguments of a call have been collected, and what is called has not.
    Result(ExprId),
    /// Its parts have been collected.
    Finish(ExprId),
    Def(DefId),
    /// Its value has been collected.
    FinishDef(DefId, Level),
    Func(FuncId),
    /// Its body has been collected; what was going on before.
    FinishFunc(FuncId, UnitId, Level),
    /// The expression, collected, has this type; mistakes are placed at it.
    Join(Term, ExprId, Role),
    /// The same, placed elsewhere.
    JoinAt(Term, ExprId, Role, Span),
    /// The element of a loop.
    Iterated(&'a Statement),
    /// The value of an entry.
    Entry(&'a Resource, usize),
    /// The name of a resource.
    Name(&'a Resource),
    /// The name of an edge half.
    HalfName(&'a Half),
    /// The argument of a class, when the body has been collected, and where the include is.
    Argument(DefId, Span),
    /// The annotation of an argument that has been collected, where the include is, and whether the body uses it.
    ClassArgument(DefId, Span, bool),
    Panic(&'a Statement),
    Lambda(&'a Lambda),
}

struct Collector<'a> {
    program: &'a Program,
    kinds: &'a Kinds,
    fold: &'a dyn Fold,
    terms: &'a mut Terms,
    tasks: Vec<Task<'a>>,
    /// What mistakes of the current tasks are added to.
    unit: UnitId,
    level: Level,
    out: Collected,
    /// Types that are plain before anything is solved.
    evident: Vec<Option<Term>>,
    evident_defs: Vec<Option<Term>>,
    /// Values that are known here; see [`known`].
    known: Vec<bool>,
    known_defs: Vec<bool>,
    /// What lookups give whose type is not evident, perhaps by another name or from a function.
    looked_up: Vec<bool>,
    looked_up_defs: Vec<bool>,
    /// Binds that are names of lambdas.
    function_defs: Vec<bool>,
    funcs: FxHashMap<FuncId, UnitId>,
    signatures: FxHashMap<BuiltinId, Option<Type>>,
}

/// Collects the constraints of a program.
pub(super) fn collect(program: &Program, kinds: &Kinds, fold: &dyn Fold, terms: &mut Terms) -> Collected {
    let mut collector = Collector {
        program,
        kinds,
        fold,
        terms,
        tasks: Vec::new(),
        unit: 0,
        level: Level::Program,
        out: Collected {
            units: vec![Unit::default()],
            funcs: vec![None],
            exprs: vec![None; program.exprs.len()],
            defs: vec![None; program.defs.len()],
            errors: Vec::new(),
        },
        evident: vec![None; program.exprs.len()],
        evident_defs: vec![None; program.defs.len()],
        known: vec![false; program.exprs.len()],
        known_defs: vec![false; program.defs.len()],
        looked_up: vec![false; program.exprs.len()],
        looked_up_defs: vec![false; program.defs.len()],
        function_defs: vec![false; program.defs.len()],
        funcs: FxHashMap::default(),
        signatures: FxHashMap::default(),
    };
    if !program.blocks.is_empty() {
        collector.tasks.push(Task::Block(BlockId(0)));
    }
    while let Some(task) = collector.tasks.pop() {
        collector.perform(task);
    }
    collector.out
}

impl<'a> Collector<'a> {
    fn perform(&mut self, task: Task<'a>) {
        match task {
            Task::Statement(statement) => self.statement(statement),
            Task::Block(block) => {
                let statements = &self.program[block].statements;
                self.tasks.extend(statements.iter().rev().map(Task::Statement));
            }
            Task::Expr(expr) => self.expr(expr),
            Task::Result(call) => self.result(call),
            Task::Finish(expr) => self.finish(expr),
            Task::Def(def) => self.def(def),
            Task::FinishDef(def, level) => self.finish_def(def, level),
            Task::Func(func) => self.func(func),
            Task::FinishFunc(func, unit, level) => self.finish_func(func, unit, level),
            Task::Join(expected, expr, role) => self.join(expected, expr, role, self.program[expr].span),
            Task::JoinAt(expected, expr, role, span) => self.join(expected, expr, role, span),
            Task::Iterated(statement) => self.iterated(statement),
            Task::Entry(resource, index) => self.entry(resource, index),
            Task::Name(resource) => self.resource_name(resource),
            Task::HalfName(half) => self.half_name(half),
            Task::Argument(def, span) => {
                let used = self.out.defs[def.0 as usize].is_some();
                self.then([Task::Def(def), Task::ClassArgument(def, span, used)]);
            }
            Task::ClassArgument(def, span, used) => self.class_argument(def, span, used),
            Task::Panic(statement) => self.panic(statement),
            Task::Lambda(lambda) => self.lambda(lambda),
        }
    }

    /// Puts tasks on the stack so that they are done in this order.
    fn then(&mut self, tasks: impl IntoIterator<Item = Task<'a>, IntoIter: DoubleEndedIterator>) {
        self.tasks.extend(tasks.into_iter().rev());
    }

    fn step(&mut self, span: Span, kind: StepKind) {
        self.out.units[self.unit].steps.push(Step { span, kind });
    }

    fn unify(&mut self, expected: Term, actual: Term, role: Role, span: Span) {
        if expected != actual {
            self.step(span, StepKind::Unify { expected, actual, role });
        }
    }

    fn later(&mut self, goal: Goal, span: Span) {
        self.step(span, StepKind::Later(goal));
    }

    fn refuse(&mut self, span: Span, message: impl Into<String>) {
        self.step(span, StepKind::Refuse { message: message.into() });
    }

    fn error(&mut self, span: Span, message: impl Into<String>) {
        self.out.errors.push(Diagnostic::new(Phase::Unify, span, message));
    }

    fn fresh(&mut self) -> Term {
        self.terms.var(self.level)
    }

    fn make(&mut self, shape: Shape) -> Term {
        self.terms.make(shape)
    }

    /// The type of an expression that has been collected.
    fn term(&mut self, expr: ExprId) -> Term {
        match self.out.exprs[expr.0 as usize] {
            Some(term) => term,
            None => self.fresh(),
        }
    }

    fn is_evident(&self, expr: ExprId) -> Option<Term> {
        self.evident[expr.0 as usize]
    }

    fn join(&mut self, expected: Term, expr: ExprId, role: Role, span: Span) {
        let actual = self.term(expr);
        self.unify(expected, actual, role, span);
    }

    fn intern(&mut self, ty: &Type) -> Term {
        self.terms.intern(ty, &mut FxHashMap::default(), self.level)
    }

    /// The type of a value; `None` for an empty list or map, and for what contains one or a function.
    fn value_type(&mut self, value: &Value) -> Option<Term> {
        Some(match value {
            Value::Bool(_) => self.make(Shape::Bool),
            Value::Int(_) => self.make(Shape::Int),
            Value::Float(_) => self.make(Shape::Float),
            Value::Str(_) => self.make(Shape::Str),
            Value::List(list) => {
                let element = self.value_type(list.as_slice().first()?)?;
                self.terms.list(element)
            }
            Value::Map(map) => {
                let (key, value) = map.entries().first()?;
                let shape = Shape::Map(self.value_type(key)?, self.value_type(value)?);
                self.make(shape)
            }
            Value::Struct(record) => {
                let fields: Option<Arc<[_]>> =
                    record.fields().iter().map(|(name, v)| Some((name.clone(), self.value_type(v)?))).collect();
                self.make(Shape::Struct(fields?))
            }
            Value::Func(function) => self.intern(&function.signature().clone()),
        })
    }

    fn def(&mut self, def: DefId) {
        if self.out.defs[def.0 as usize].is_some() {
            return;
        }
        match &self.program[def].kind {
            DefKind::Bind(value, _) | DefKind::Argument(value, _) => {
                let before = std::mem::replace(&mut self.level, Level::Program);
                self.then([Task::Expr(*value), Task::FinishDef(def, before)]);
            }
            // Set by the function or loop that declares them, which is collected before its body.
            DefKind::Parameter(_) | DefKind::Element | DefKind::Key => {
                let term = self.fresh();
                self.out.defs[def.0 as usize] = Some(term);
            }
            DefKind::Index => {
                let int = self.make(Shape::Int);
                self.out.defs[def.0 as usize] = Some(int);
            }
            DefKind::Constant(_, ty) => {
                let term = self.intern(ty);
                self.out.defs[def.0 as usize] = Some(term);
                self.evident_defs[def.0 as usize] = Some(term);
                self.known_defs[def.0 as usize] = true;
            }
        }
    }

    fn finish_def(&mut self, def: DefId, before: Level) {
        let program = self.program;
        match &program[def].kind {
            DefKind::Bind(value, annotation) => {
                self.bound(def, *value);
                self.function_defs[def.0 as usize] = self.names_function(def, *value, annotation.as_ref());
                if let Some(annotation) = annotation {
                    let written = self.annotation(annotation, program[*value].span);
                    self.evident_defs[def.0 as usize] = Some(written);
                    let known = self.known_defs[def.0 as usize] || self.is_named_empty(def, *value);
                    self.known_defs[def.0 as usize] = known && self.fits(*value, written);
                    self.annotated(*value, written, annotation.span);
                }
            }
            DefKind::Argument(value, annotation) => {
                self.bound(def, *value);
                if annotation.is_some() && self.looked_up[value.0 as usize] {
                    let own = self.fresh();
                    self.out.defs[def.0 as usize] = Some(own);
                }
            }
            _ => {}
        }
        self.level = before;
    }

    /// A variable is what its value is.
    fn bound(&mut self, def: DefId, value: ExprId) {
        let index = def.0 as usize;
        self.out.defs[index] = Some(self.term(value));
        self.evident_defs[index] = self.is_evident(value);
        let in_loop = self.program[self.program[def].block].depth > 0;
        self.known_defs[index] = self.known[value.0 as usize] && !in_loop;
        self.looked_up_defs[index] = self.looked_up[value.0 as usize];
    }

    /// The annotation of a bind: compared at the end where the value is a plain variable.
    fn annotated(&mut self, value: ExprId, annotation: Term, written: Span) {
        use crate::resolve::program::ExprKind::{Text, Variable};
        let actual = self.term(value);
        let expr = &self.program[value];
        match expr.kind {
            Variable(_) | Text(_) => self.later(Goal::Same { annotation, value: actual, written }, expr.span),
            _ => self.unify(annotation, actual, Role::Annotation(written), expr.span),
        }
    }

    /// The term of a written type; `variant` is of no use in one.
    fn annotation(&mut self, annotation: &Annotation, at: Span) -> Term {
        if mentions_variant(&annotation.ty) {
            self.refuse(at, "type `variant` is for fields of resources; no value has it");
        }
        self.intern(&annotation.ty)
    }

    fn func(&mut self, func: FuncId) {
        if self.funcs.contains_key(&func) {
            return;
        }
        let unit = self.out.units.len();
        self.out.units.push(Unit::default());
        self.out.funcs.push(Some(func));
        self.funcs.insert(func, unit);
        let before = std::mem::replace(&mut self.unit, unit);
        let level = std::mem::replace(&mut self.level, Level::Body);
        self.then([Task::Lambda(&self.program[func].lambda), Task::FinishFunc(func, before, level)]);
    }

    fn finish_func(&mut self, func: FuncId, before: UnitId, level: Level) {
        let signature = self.signature(&self.program[func].lambda);
        self.out.units[self.unit].signature = Some(signature);
        self.unit = before;
        self.level = level;
    }

    /// Parameters and body of a function or lambda.
    fn lambda(&mut self, lambda: &'a Lambda) {
        for param in &lambda.params {
            let def = &self.program[*param];
            let term = match &def.kind {
                DefKind::Parameter(Some(annotation)) => self.annotation(annotation, def.span),
                _ => self.fresh(),
            };
            self.out.defs[param.0 as usize] = Some(term);
            self.evident_defs[param.0 as usize] = Some(term);
            self.step(def.span, StepKind::OpenParameter(*param));
        }
        match &lambda.result {
            Some(annotation) => {
                let result = self.annotation(annotation, self.program[lambda.body].span);
                self.then([Task::Expr(lambda.body), Task::Join(result, lambda.body, Role::Result(annotation.span))]);
            }
            None => self.then([Task::Expr(lambda.body)]),
        }
    }

    /// The type of a function or lambda that has been collected.
    fn signature(&mut self, lambda: &Lambda) -> Term {
        let args = self.parameters(lambda);
        let result = match &lambda.result {
            Some(annotation) => self.intern(&annotation.ty),
            None => self.term(lambda.body),
        };
        self.terms.func(args, result)
    }

    fn parameters(&mut self, lambda: &Lambda) -> Vec<(Arc<str>, Term)> {
        let mut args = Vec::with_capacity(lambda.params.len());
        for param in &lambda.params {
            let term = match self.out.defs[param.0 as usize] {
                Some(term) => term,
                None => self.fresh(),
            };
            args.push((self.program[*param].name.clone(), term));
        }
        args
    }

    /// The type of a lambda that is evident: all parameters annotated, and the result annotated or evident.
    fn evident_lambda(&mut self, lambda: &Lambda) -> Option<Term> {
        let annotated = |param: &DefId| matches!(self.program[*param].kind, DefKind::Parameter(Some(_)));
        if !lambda.params.iter().all(annotated) {
            return None;
        }
        let result = match &lambda.result {
            Some(annotation) => self.intern(&annotation.ty),
            None => self.is_evident(lambda.body)?,
        };
        let args = self.parameters(lambda);
        Some(self.make(Shape::Func(Arc::new(FuncShape { args, result }))))
    }
}

fn mentions_variant(ty: &Type) -> bool {
    match ty {
        Type::Variant => true,
        Type::List(element) => mentions_variant(element),
        Type::Map(kv) => mentions_variant(&kv.0) || mentions_variant(&kv.1),
        Type::Struct(fields) => fields.iter().any(|(_, t)| mentions_variant(t)),
        Type::Func(s) => mentions_variant(&s.result) || s.args.iter().any(|(_, t)| mentions_variant(t)),
        _ => false,
    }
}
