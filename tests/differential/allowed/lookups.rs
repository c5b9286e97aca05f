//! Lookups, `a[b]` and `a->b`: in the reference what one gives has no type of its own, and neither has what is named after it.

use crate::repair::{self, Node, holds};
use crate::verdict::Program;
use mgmt_lang::syntax::tree::{Call, Callee, Entry, Expr, ExprKind, Params, Statement};
use mgmt_values::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The names of a program that stand for what a lookup gives: variables and functions, parameters and loop variables. Or for what some
/// variables hold.
#[derive(Debug, Default)]
struct Names(BTreeSet<String>, Only);

/// Where names come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Only {
    #[default]
    Lookups,
    Variables,
}

impl Names {
    fn of(program: &Program) -> Self {
        Self::default().followed(program)
    }

    /// With the names of what these names stand for.
    fn followed(self, program: &Program) -> Self {
        let params = parameters(program);
        let mut names = self;
        loop {
            let before = names.0.len();
            for text in texts(program) {
                repair::walk(text, &mut |node| names.take(node, &params));
            }
            if names.0.len() == before {
                return names;
            }
        }
    }

    fn take(&mut self, node: &Node<'_>, params: &BTreeMap<String, Vec<String>>) {
        match node {
            Node::Statement(Statement::Bind(s)) if self.holds(&s.value) => self.add(&s.name.text),
            Node::Statement(Statement::Func(s)) if self.holds(&s.function.body.value) => self.add(&s.name.text),
            Node::Statement(Statement::For(s)) if self.holds(&s.over) => self.add(&s.value.text),
            Node::Statement(Statement::ForKv(s)) if self.holds(&s.over) => {
                self.add(&s.key.text);
                self.add(&s.value.text);
            }
            Node::Statement(Statement::Include(s)) => {
                let args = s.args.iter().flat_map(|args| &args.values);
                self.pass(args, params.get(last(&s.class.text)));
            }
            Node::Expr(Expr { kind: ExprKind::Call(call), .. }) => match &call.callee {
                Callee::Name(name) | Callee::Variable(name) => self.pass(&call.args.values, params.get(last(&name.text))),
                Callee::Lambda(function, _) => self.pass(&call.args.values, Some(&named(&function.params))),
            },
            _ => {}
        }
    }

    fn add(&mut self, name: &str) {
        self.0.insert(last(name).to_owned());
    }

    /// What is given to a parameter.
    fn pass<'e>(&mut self, args: impl IntoIterator<Item = &'e Expr>, params: Option<&Vec<String>>) {
        for (arg, param) in args.into_iter().zip(params.into_iter().flatten()) {
            if self.holds(arg) {
                self.add(param);
            }
        }
    }

    /// Whether there is a lookup in an expression, or a name of one.
    fn holds(&self, expr: &Expr) -> bool {
        let known = |name: &str| self.0.contains(last(name));
        let own = match &expr.kind {
            ExprKind::Index(_) | ExprKind::Field(_) if self.1 == Only::Lookups => true,
            ExprKind::Variable(name) => known(name),
            ExprKind::Str(text) => text.split("${").skip(1).any(|part| known(part.split('}').next().unwrap_or_default())),
            ExprKind::Call(call) => {
                matches!(&**call, Call { callee: Callee::Name(name) | Callee::Variable(name), .. } if known(&name.text))
            }
            _ => false,
        };
        let mut held = own;
        expr.each(|part| held |= self.holds(part));
        held
    }
}

fn texts(program: &Program) -> impl Iterator<Item = &str> {
    program.sources().map(|(_, text)| text.as_str())
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn named(params: &Params) -> Vec<String> {
    params.params.iter().map(|param| param.name.text.to_string()).collect()
}

/// The parameters of functions and classes, and of lambdas that are bound.
fn parameters(program: &Program) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for text in texts(program) {
        repair::walk(text, &mut |node| match node {
            Node::Statement(Statement::Func(s)) => drop(all.insert(s.name.text.to_string(), named(&s.function.params))),
            Node::Statement(Statement::Class(s)) => {
                drop(all.insert(s.name.text.to_string(), s.params.as_ref().map(named).unwrap_or_default()));
            }
            Node::Statement(Statement::Bind(s)) => {
                if let ExprKind::Lambda(function) = &s.value.kind {
                    all.insert(s.name.text.to_string(), named(&function.params));
                }
            }
            _ => {}
        });
    }
    all
}

/// Whether a place is in the value of a variable that a lookup looks into, perhaps by another name.
pub(super) fn into(program: &Program, place: &str) -> bool {
    let Some((file, at)) = program.offset(place) else { return false };
    let mut names = BTreeSet::new();
    let mut found = false;
    loop {
        let before = names.len();
        for (name, text) in program.sources() {
            repair::walk(text, &mut |node| match node {
                Node::Expr(Expr { kind: ExprKind::Index(index), .. }) => variables(&index.container, &mut names),
                Node::Expr(Expr { kind: ExprKind::Field(access), .. }) => variables(&access.of, &mut names),
                Node::Statement(Statement::Bind(bind)) if names.contains(&*bind.name.text) => {
                    found |= name == file && holds(bind.value.span, at);
                    variables(&bind.value, &mut names);
                }
                _ => {}
            });
        }
        if names.len() == before {
            return found;
        }
    }
}

/// Whether a place is in an alternative to something with a lookup.
pub(super) fn instead(program: &Program, place: &str) -> bool {
    let Some((file, at)) = program.offset(place) else { return false };
    let mut found = false;
    repair::walk(&program.files[file], &mut |node| {
        if let Node::Expr(Expr { kind: ExprKind::Except(either), .. }) = node {
            found |= holds(either.fallback.span, at) && looks_up(&either.value);
        }
    });
    found
}

/// Whether a place is in the value of a variable that stands in one expression with a lookup.
pub(super) fn beside(program: &Program, place: &str) -> bool {
    let Some((file, at)) = program.offset(place) else { return false };
    let mut bound = BTreeSet::new();
    repair::walk(&program.files[file], &mut |node| match node {
        Node::Statement(Statement::Bind(bind)) if holds(bind.value.span, at) => drop(bound.insert(bind.name.text.to_string())),
        _ => {}
    });
    let mut found = false;
    for text in texts(program) {
        repair::walk(text, &mut |node| {
            let Node::Expr(expr) = node else { return };
            let mut names = BTreeSet::new();
            variables(expr, &mut names);
            found |= looks_up(expr) && !bound.is_disjoint(&names);
        });
    }
    found
}

fn looks_up(expr: &Expr) -> bool {
    let mut found = matches!(expr.kind, ExprKind::Index(_) | ExprKind::Field(_));
    expr.each(|part| found |= looks_up(part));
    found
}

/// The variables in an expression.
fn variables(expr: &Expr, names: &mut BTreeSet<String>) {
    if let ExprKind::Variable(name) = &expr.kind {
        names.insert(last(name).to_owned());
    }
    expr.each(|part| variables(part, names));
}

/// Whether what stands at a place is, holds, or is part of what a lookup gives: an expression, a parameter, the name of a resource or edge
/// half, an entry, or what a statement asks.
pub(super) fn at(program: &Program, place: &str) -> bool {
    named_at(program, place, &Names::of(program))
}

/// The same for what is bound in a loop.
pub(super) fn bound_in_loop(program: &Program, place: &str) -> bool {
    let mut bound = BTreeSet::new();
    for text in texts(program) {
        let (mut loops, mut classes, mut binds) = (Vec::new(), Vec::new(), Vec::new());
        repair::walk(text, &mut |node| match node {
            Node::Statement(Statement::For(s)) => loops.push(s.body.span),
            Node::Statement(Statement::ForKv(s)) => loops.push(s.body.span),
            Node::Statement(Statement::Class(s)) => classes.push(s.body.span),
            Node::Statement(Statement::Bind(s)) => binds.push((s.span.start as usize, s.name.text.to_string())),
            _ => {}
        });
        // A class may be included in a loop.
        if !loops.is_empty() {
            loops.append(&mut classes);
        }
        let inside = |at: usize| loops.iter().any(|span| holds(*span, at));
        bound.extend(binds.into_iter().filter(|(at, _)| inside(*at)).map(|(_, name)| name));
    }
    named_at(program, place, &Names(bound, Only::Variables).followed(program))
}

fn named_at(program: &Program, place: &str, names: &Names) -> bool {
    let Some((file, at)) = program.offset(place) else { return false };
    let starts = |span: Span| span.start as usize == at;
    let param = |params: &Params| params.params.iter().any(|p| starts(p.span) && names.0.contains(&*p.name.text));
    let mut found = false;
    repair::walk(&program.files[file], &mut |node| {
        found |= match node {
            Node::Expr(expr) => {
                let inside = holds(expr.span, at);
                let lookup = names.1 == Only::Lookups && matches!(expr.kind, ExprKind::Index(_) | ExprKind::Field(_));
                let params = match &expr.kind {
                    ExprKind::Lambda(function) => param(&function.params),
                    _ => false,
                };
                inside && lookup || starts(expr.span) && names.holds(expr) || params
            }
            Node::Resource(resource) => {
                let entry = |entry: &Entry| {
                    starts(entry.span()) && entry.condition().into_iter().chain([entry.value()]).any(|expr| names.holds(expr))
                };
                starts(resource.span) && names.holds(&resource.name) || resource.body.entries.iter().any(entry)
            }
            Node::Statement(Statement::Func(s)) => param(&s.function.params),
            Node::Statement(Statement::If(s)) => starts(s.span) && names.holds(&s.condition),
            Node::Statement(Statement::For(s)) => starts(s.span) && names.holds(&s.over),
            Node::Statement(Statement::ForKv(s)) => starts(s.span) && names.holds(&s.over),
            Node::Statement(Statement::Edge(s)) => s.halves.iter().any(|half| starts(half.span) && names.holds(&half.name)),
            Node::Statement(Statement::Include(s)) => {
                starts(s.span) && s.args.iter().flat_map(|args| &args.values).any(|arg| names.holds(arg))
            }
            _ => false,
        };
    });
    found
}
