//! The names that expressions use, parameters of the functions around them excepted.

use super::order::{Space, Used};
use crate::syntax::strings::{Segment, segments};
use crate::syntax::tree::{Callee, Expr, ExprKind, Function, Resource};
use std::borrow::Cow;

/// Collects names while it walks.
#[derive(Default)]
pub(super) struct Uses<'t> {
    /// What has been found.
    pub found: Used<'t>,
    /// The parameters around the walk.
    bound: Vec<&'t str>,
}

impl<'t> Uses<'t> {
    /// A name as written, perhaps with dots: the first part counts then.
    pub fn named(&mut self, space: Space, name: impl Into<Cow<'t, str>>) {
        let name = name.into();
        let key = match (name.find('.'), name) {
            (Some(dot), Cow::Borrowed(name)) => (Space::Scoped, Cow::Borrowed(&name[..dot])),
            (Some(dot), Cow::Owned(mut name)) => {
                name.truncate(dot);
                (Space::Scoped, Cow::Owned(name))
            }
            (None, name) if space == Space::Variable && self.bound.contains(&&*name) => return,
            (None, name) => (space, name),
        };
        self.found.insert(key);
    }

    /// What a nested block uses, but for the variables that it is given.
    pub fn nested(&mut self, free: &Used<'t>, given: &[&str]) {
        let seen = free.iter().filter(|(space, name)| *space != Space::Variable || !given.contains(&&**name));
        self.found.extend(seen.cloned());
    }

    /// All of them.
    pub fn exprs(&mut self, exprs: &'t [Expr]) {
        exprs.iter().for_each(|expr| self.expr(expr));
    }

    /// The name and all entries.
    pub fn resource(&mut self, resource: &'t Resource) {
        self.expr(&resource.name);
        for entry in &resource.body.entries {
            self.expr(entry.value());
            entry.condition().into_iter().for_each(|condition| self.expr(condition));
        }
    }

    /// The body, in which the parameters are no outer names.
    pub fn function(&mut self, function: &'t Function) {
        let outer = self.bound.len();
        self.bound.extend(function.params.params.iter().map(|param| &*param.name.text));
        self.expr(&function.body.value);
        self.bound.truncate(outer);
    }

    /// An expression and all in it.
    pub fn expr(&mut self, expr: &'t Expr) {
        match &expr.kind {
            ExprKind::Str(raw) => {
                if !raw.contains('$') {
                    return;
                }
                for segment in segments(raw).unwrap_or_default() {
                    if let Segment::Variable(name) = segment {
                        self.named(Space::Variable, name);
                    }
                }
            }
            ExprKind::Variable(name) => self.named(Space::Variable, &**name),
            ExprKind::Lambda(function) => self.function(function),
            ExprKind::Call(call) => {
                self.exprs(&call.args.values);
                match &call.callee {
                    Callee::Name(name) => self.named(Space::Function, &*name.text),
                    Callee::Variable(name) => self.named(Space::Variable, &*name.text),
                    Callee::Lambda(function, _) => self.function(function),
                }
            }
            _ => expr.each(|inner| self.expr(inner)),
        }
    }
}
