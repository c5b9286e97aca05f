//! Goals that can bind variables: what each makes of the type it depends on.

use super::collect::pairs_type;
use super::meta;
use super::report;
use super::solve::Pending;
use super::steps::{Goal, Role};
use super::terms::{Level, Shape, Term, Terms};
use crate::diagnostic::Diagnostic;
use crate::resolve::program::{ExprId, ExprKind, Program};
use mgmt_values::{Phase, Type};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What became of trying a goal.
pub(super) enum Attempt {
    /// It holds.
    Done,
    /// One of these variables must be known first.
    Wait(Vec<Term>),
    /// It cannot hold: the subject is of a kind that has no such thing.
    Failed(Box<Diagnostic>),
    /// The subject is fine, but what is wanted of it has another type.
    Mismatch(Box<Diagnostic>),
}

/// Tries a goal that can bind variables.
pub(super) fn attempt(terms: &mut Terms, program: &Program, pending: &Pending) -> Attempt {
    let span = pending.span;
    let failed = |message: String| Attempt::Failed(Box::new(Diagnostic::new(Phase::Unify, span, message)));
    let subject = pending.goal.subject();
    let shape = terms.shape(subject).clone();
    match (pending.goal, shape) {
        (Goal::Index { index, result, .. }, Shape::List(element)) => {
            let int = terms.make(Shape::Int);
            mismatch(terms, pending, &Role::ListIndex, [(int, index), (element, result)])
        }
        (Goal::Index { index, result, .. }, Shape::Map(key, value)) => {
            mismatch(terms, pending, &Role::MapKey, [(key, index), (value, result)])
        }
        (Goal::Index { container, index, result, .. }, Shape::Var) => match terms.shape(index) {
            Shape::Var => Attempt::Wait(vec![terms.find(container), terms.find(index)]),
            Shape::Int => Attempt::Wait(vec![terms.find(container)]),
            // No list can be indexed by it.
            _ => {
                let map = terms.make(Shape::Map(index, result));
                mismatch(terms, pending, &Role::MapKey, [(map, container)])
            }
        },
        (Goal::Index { index, map, .. }, _) => {
            let message = format!("only a list or a map can be indexed, not {}", report::show(terms, subject));
            // What is no number was taken for the key of a map, which this is not, whatever else is found out.
            let keyed = map && !matches!(terms.shape(index), Shape::Int | Shape::Var);
            let diagnostic = Box::new(Diagnostic::new(Phase::Unify, span, message));
            if keyed { Attempt::Mismatch(diagnostic) } else { Attempt::Failed(diagnostic) }
        }
        (Goal::Field { field, result, .. }, Shape::Struct(fields)) => {
            let name = name_of(program, field);
            match fields.iter().find(|(n, _)| **n == *name) {
                Some((_, ty)) => match terms.unify(*ty, result) {
                    Ok(()) => Attempt::Done,
                    Err(clash) => {
                        let (ty, wanted) = (report::show(terms, *ty), report::show(terms, result));
                        failed(format!("field `{name}` is {ty}, not {wanted}{}", report::detail(terms, clash)))
                    }
                },
                None => failed(format!("there is no field `{name}` in {}", report::show(terms, subject))),
            }
        }
        (Goal::FieldOr { field, result, .. }, Shape::Struct(fields)) => {
            let name = name_of(program, field);
            match fields.iter().find(|(n, _)| **n == *name) {
                Some((_, ty)) => match terms.unify(*ty, result) {
                    Ok(()) => Attempt::Done,
                    Err(clash) => {
                        let (ty, default) = (report::show(terms, *ty), report::show(terms, result));
                        failed(format!("field `{name}` is {ty}, but its default is {default}{}", report::detail(terms, clash)))
                    }
                },
                None => Attempt::Done,
            }
        }
        (Goal::Field { .. } | Goal::FieldOr { .. }, Shape::Var) => Attempt::Wait(vec![terms.find(subject)]),
        (Goal::Field { field, .. } | Goal::FieldOr { field, .. }, _) => {
            let name = name_of(program, field);
            failed(format!("`->{name}` needs a struct, not {}", report::show(terms, subject)))
        }
        (Goal::Same { annotation, value, written }, _) => match terms.unify(annotation, value) {
            Ok(()) => Attempt::Done,
            Err(clash) => {
                let role = if written == span { Role::Text } else { Role::Annotation(written) };
                Attempt::Failed(Box::new(report::conflict(terms, span, &role, (annotation, value), clash)))
            }
        },
        (Goal::Name { .. }, Shape::Str) => Attempt::Done,
        (Goal::Name { collect, .. }, Shape::List(element)) => {
            let shape = terms.shape(element);
            if collect && matches!(shape, Shape::Var) {
                return Attempt::Wait(vec![terms.find(element)]);
            }
            let wanted = names(terms, collect && matches!(shape, Shape::Struct(_)));
            name(terms, pending, wanted)
        }
        (Goal::Name { .. } | Goal::Meta { .. }, Shape::Var) => Attempt::Wait(vec![terms.find(subject)]),
        (Goal::Name { .. }, _) => {
            let wanted = names(terms, false);
            name(terms, pending, wanted)
        }
        (Goal::Meta { .. }, Shape::Struct(fields)) => parameters(terms, pending, &fields),
        (Goal::Meta { .. }, _) => failed(format!("Meta takes a struct of meta parameters, not {}", report::show(terms, subject))),
        // These only judge what is solved.
        _ => Attempt::Wait(Vec::new()),
    }
}

/// What an open goal is decided to be when nothing else says: what must be unified with what.
pub(super) fn default(terms: &mut Terms, goal: &Goal) -> Option<(Term, Term)> {
    match goal {
        Goal::Name { name, collect } => Some((*name, names(terms, *collect))),
        Goal::Index { container, index, result, map: true } => {
            let map = terms.make(Shape::Map(*index, *result));
            terms.is_open(*container).then_some((*container, map))
        }
        Goal::Meta { value } => Some((*value, terms.intern(&meta::full(), &mut FxHashMap::default(), Level::Program))),
        _ => None,
    }
}

fn names(terms: &mut Terms, pairs: bool) -> Term {
    let ty = if pairs { pairs_type() } else { Type::list(Type::Str) };
    terms.intern(&ty, &mut FxHashMap::default(), Level::Program)
}

fn name(terms: &mut Terms, pending: &Pending, wanted: Term) -> Attempt {
    let subject = pending.goal.subject();
    match terms.unify(wanted, subject) {
        Ok(()) => Attempt::Done,
        Err(clash) => Attempt::Failed(Box::new(report::conflict(terms, pending.span, &Role::Name, (wanted, subject), clash))),
    }
}

fn mismatch<const N: usize>(terms: &mut Terms, pending: &Pending, role: &Role, pairs: [(Term, Term); N]) -> Attempt {
    for (expected, actual) in pairs {
        if let Err(clash) = terms.unify(expected, actual) {
            let conflict = report::conflict(terms, pending.span, role, (expected, actual), clash);
            return Attempt::Mismatch(Box::new(conflict));
        }
    }
    Attempt::Done
}

fn parameters(terms: &mut Terms, pending: &Pending, fields: &[(Arc<str>, Term)]) -> Attempt {
    for (name, value) in fields {
        let Some(ty) = meta::parameter(name).filter(|_| name.bytes().all(|b| b.is_ascii_lowercase())) else {
            let message = format!("there is no meta parameter `{name}`");
            return Attempt::Failed(Box::new(Diagnostic::new(Phase::Unify, pending.span, message)));
        };
        let wanted = terms.intern(&ty, &mut FxHashMap::default(), Level::Program);
        if let Err(clash) = terms.unify(wanted, *value) {
            let role = Role::Meta(name.clone());
            let conflict = report::conflict(terms, pending.span, &role, (wanted, *value), clash);
            return Attempt::Failed(Box::new(conflict));
        }
    }
    Attempt::Done
}

fn name_of(program: &Program, field: ExprId) -> Arc<str> {
    match &program[field].kind {
        ExprKind::Field(_, name) | ExprKind::FieldOr(_, name, _) => name.clone(),
        _ => "".into(),
    }
}
