//! The checks of stage `init`.

use super::keys;
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::{
    Arguments, Block, Callee, Entry, Expr, ExprKind, FieldValue, Function, Pair, Params, Program, Resource, Statement,
};
use mgmt_values::{Phase, Span};
use rustc_hash::FxHashMap;

/// What `Property => Kind["name"]` in a resource can be.
const EDGE_PROPERTIES: [&str; 4] = ["before", "depend", "listen", "notify"];

/// What `Meta:parameter` can be.
const META_PARAMETERS: [&str; 18] = [
    "noop",
    "retry",
    "retryreset",
    "delay",
    "timeout",
    "poll",
    "limit",
    "burst",
    "reset",
    "sema",
    "rewatch",
    "realize",
    "dollar",
    "hidden",
    "export",
    "reverse",
    "autoedge",
    "autogroup",
];

/// The mistakes of a tree, in the order of the text.
pub fn check(program: &Program) -> Vec<Diagnostic> {
    let mut walk = Init { mistakes: Vec::new() };
    walk.statements(&program.statements);
    walk.mistakes
}

struct Init {
    mistakes: Vec<Diagnostic>,
}

fn mistake(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Phase::Init, span, message)
}

/// The mistake at `span` of something that stands at `first` and again at `again`.
fn duplicate(span: Span, message: String, first: Span, again: Span) -> Diagnostic {
    mistake(span, message).with_related(first, "first here").with_related(again, "again here")
}

impl Init {
    fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Bind(bind) => self.expr(&bind.value),
            Statement::Panic(panic) => self.args(&panic.args),
            Statement::Resource(resource) => self.resource(resource),
            Statement::Collect(collect) => self.resource(&collect.resource),
            Statement::Edge(edge) => edge.halves.iter().for_each(|half| self.expr(&half.name)),
            Statement::If(s) => {
                self.expr(&s.condition);
                self.statements(&s.then.statements);
                self.statements(s.otherwise.as_ref().map_or(&[], |b| &b.statements));
            }
            Statement::For(s) => self.body_of_loop(&s.over, &s.body, s.span),
            Statement::ForKv(s) => self.body_of_loop(&s.over, &s.body, s.span),
            Statement::Func(s) => self.function(&s.function),
            Statement::Class(s) => self.statements(&s.body.statements),
            Statement::Include(s) => {
                if let Some(args) = &s.args {
                    self.args(args);
                }
            }
            Statement::Import(s) => {
                if s.path.text.is_empty() {
                    self.mistakes.push(mistake(s.path.span, "import of an empty name").placed_at_import());
                }
            }
        }
    }

    fn body_of_loop(&mut self, over: &Expr, body: &Block, span: Span) {
        self.expr(over);
        self.statements(&body.statements);
        let import = body.statements.iter().find(|s| matches!(s, Statement::Import(_)));
        if let Some(import) = import {
            let mistake =
                mistake(span, "an import can't stand directly in the body of a loop").with_related(import.span(), "the import");
            self.mistakes.push(mistake.with_hint("move it out of the loop: it would import the same each time"));
        }
    }

    fn resource(&mut self, resource: &Resource) {
        self.expr(&resource.name);
        let mut fields = FxHashMap::default();
        let mut metas = FxHashMap::default();
        for entry in &resource.body.entries {
            let (seen, name, what) = match entry {
                Entry::Field(e) => (&mut fields, &e.field, "field"),
                Entry::Meta(e) => (&mut metas, &e.parameter, "meta parameter"),
                Entry::MetaStruct(_) | Entry::Edge(_) => {
                    self.entry(entry);
                    continue;
                }
            };
            if let Some(first) = seen.insert(&*name.text, name.span) {
                let message = format!("resource has duplicate {what} `{}`", name.text);
                self.mistakes.push(duplicate(resource.span, message, first, name.span));
            }
            self.entry(entry);
        }
    }

    fn entry(&mut self, entry: &Entry) {
        match entry {
            Entry::Edge(e) if !EDGE_PROPERTIES.contains(&&*e.property.text) => {
                let known = EDGE_PROPERTIES.map(|p| format!("`{}{}`", p[..1].to_uppercase(), &p[1..])).join(", ");
                let mistake = mistake(e.span, format!("unknown edge property `{}`", e.property.text)).placed_at_import();
                self.mistakes.push(mistake.with_hint(format!("the edges of a resource are {known}")));
            }
            Entry::Meta(e) if !META_PARAMETERS.contains(&&*e.parameter.text) => {
                let mistake = mistake(e.span, format!("unknown meta parameter `{}`", e.parameter.text)).placed_at_import();
                self.mistakes.push(mistake.with_hint(format!("the meta parameters are {}", META_PARAMETERS.join(", "))));
            }
            _ => {}
        }
        entry.condition().into_iter().for_each(|c| self.expr(c));
        self.expr(entry.value());
    }

    fn args(&mut self, args: &Arguments) {
        args.values.iter().for_each(|e| self.expr(e));
    }

    fn function(&mut self, function: &Function) {
        self.params(&function.params);
        self.expr(&function.body.value);
    }

    /// Only of functions: of two parameters of a class the last one counts.
    fn params(&mut self, params: &Params) {
        let mut seen = FxHashMap::default();
        for param in &params.params {
            if let Some(first) = seen.insert(&*param.name.text, param.name.span) {
                let mistake = mistake(param.name.span, format!("duplicate parameter `${}`", param.name.text));
                self.mistakes.push(mistake.with_related(first, "first here"));
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Variable(name) => {
                if name.contains("__") {
                    let message = format!("variable name contains multiple underscores: `${name}`");
                    self.mistakes.push(mistake(expr.span, message).placed_at_import());
                }
            }
            ExprKind::Map(pairs) => self.map(pairs, expr.span),
            ExprKind::Struct(fields) => self.record(fields, expr.span),
            ExprKind::Lambda(function) => self.function(function),
            ExprKind::Call(call) => {
                self.args(&call.args);
                if let Callee::Lambda(function, _) = &call.callee {
                    self.function(function);
                }
            }
            _ => expr.each(|inner| self.expr(inner)),
        }
    }

    fn map(&mut self, pairs: &[Pair], span: Span) {
        for pair in pairs {
            self.expr(&pair.key);
            self.expr(&pair.value);
        }
        if let Some(problem) = keys::problem(pairs) {
            self.mistakes.push(Diagnostic { related: problem.places, ..mistake(span, problem.message) });
        }
    }

    fn record(&mut self, fields: &[FieldValue], span: Span) {
        let mut seen = FxHashMap::default();
        for field in fields {
            if let Some(first) = seen.insert(&*field.name.text, field.name.span) {
                let message = format!("duplicate struct field `{}`", field.name.text);
                self.mistakes.push(duplicate(span, message, first, field.name.span));
            }
            self.expr(&field.value);
        }
    }
}
