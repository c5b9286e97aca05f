//! The constraints of statements other than resources and edges.

use super::{Collector, Task};
use crate::resolve::program::{DefId, DefKind, ExprKind, Statement, StatementKind};
use crate::types::steps::{Goal, Role};
use crate::types::terms::{Shape, Term};
use mgmt_values::Span;

impl<'a> Collector<'a> {
    /// Sets out to collect a statement.
    pub(super) fn statement(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Resource(resource) => self.resource(statement, resource),
            StatementKind::Edge(halves) => self.edge(statement, halves),
            StatementKind::If { condition, then, otherwise } => {
                let bool = self.make(Shape::Bool);
                let mut tasks = vec![
                    Task::Expr(*condition),
                    Task::JoinAt(bool, *condition, Role::Condition, statement.span),
                    Task::Block(*then),
                ];
                tasks.extend(otherwise.map(Task::Block));
                self.then(tasks);
            }
            StatementKind::For { list, body, .. } => {
                self.then([Task::Expr(*list), Task::Iterated(statement), Task::Block(*body)]);
            }
            StatementKind::ForKv { map, body, .. } => {
                self.then([Task::Expr(*map), Task::Iterated(statement), Task::Block(*body)]);
            }
            StatementKind::Include { arguments, body } => {
                let mut tasks = vec![Task::Block(*body)];
                tasks.extend(arguments.iter().map(|argument| Task::Argument(*argument, statement.span)));
                self.then(tasks);
            }
            StatementKind::Panic(args) => {
                let mut tasks: Vec<Task<'a>> = args.iter().copied().map(Task::Expr).collect();
                tasks.push(Task::Panic(statement));
                self.then(tasks);
            }
        }
    }

    /// The variables of a loop whose list or map has been collected.
    pub(super) fn iterated(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::For { index, element, list, .. } => {
                let (int, item) = (self.make(Shape::Int), self.fresh());
                // Of two variables with one name the second counts: they are two definitions.
                let position = self.fresh();
                self.variable(*index, int, position);
                self.variable(*element, item, item);
                let wanted = self.terms.list(item);
                self.join(wanted, *list, Role::For, statement.span);
            }
            StatementKind::ForKv { key, value, map, .. } => {
                let (k, v) = (self.fresh(), self.fresh());
                self.variable(*key, k, k);
                self.variable(*value, v, v);
                let wanted = self.make(Shape::Map(k, v));
                self.join(wanted, *map, Role::ForKv, statement.span);
            }
            _ => {}
        }
    }

    /// No type of a loop variable is evident, not even that of a position: it counts as open.
    fn variable(&mut self, def: DefId, term: Term, evident: Term) {
        self.out.defs[def.0 as usize] = Some(term);
        self.evident_defs[def.0 as usize] = Some(evident);
    }

    /// The annotation of a class parameter in one include. What is looked up has the type that the body finds there, as in the Go tool,
    /// where it has a type of its own at each use.
    pub(super) fn class_argument(&mut self, def: DefId, include: Span, used: bool) {
        let program = self.program;
        let DefKind::Argument(value, Some(annotation)) = &program[def].kind else { return };
        let wanted = self.annotation(annotation, include);
        let looked_up = self.looked_up[value.0 as usize];
        match self.out.defs[def.0 as usize] {
            Some(parameter) if used && looked_up => {
                self.later(Goal::Declared { annotation: wanted, parameter, argument: *value }, include);
            }
            Some(parameter) if looked_up && matches!(program[*value].kind, ExprKind::Index(..)) => {
                self.join(parameter, *value, Role::ClassArgument(annotation.span), include);
            }
            Some(parameter) if looked_up => {
                self.join(parameter, *value, Role::ClassArgument(annotation.span), include);
                self.join(wanted, *value, Role::ClassArgument(annotation.span), include);
            }
            _ => self.join(wanted, *value, Role::ClassArgument(annotation.span), include),
        }
    }

    /// `panic(x)` takes a bool or a str, `panic(c, m)` both.
    pub(super) fn panic(&mut self, statement: &Statement) {
        let StatementKind::Panic(args) = &statement.kind else { return };
        match args.as_slice() {
            [] => self.refuse(statement.span, "panic takes a bool or a str, or a bool and a str"),
            [reason] => {
                let reason = self.term(*reason);
                self.later(Goal::Panic { reason }, statement.span);
            }
            [condition, message] => {
                let (bool, str) = (self.make(Shape::Bool), self.make(Shape::Str));
                self.join(bool, *condition, Role::Panic, statement.span);
                self.join(str, *message, Role::Panic, statement.span);
            }
            _ => self.error(statement.span, "panic takes a bool or a str, or a bool and a str"),
        }
    }
}
