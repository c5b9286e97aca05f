//! The leaf of a statement that sorts first, in the textual form that decides about the order of visits.

use super::code::{Body, Item};
use super::order::{Space, defined};
use crate::syntax::strings::{Segment, segments};
use crate::syntax::tree::{Callee, Entry, Expr, ExprKind, Resource};
use mgmt_values::Value;
use mgmt_values::text::quote;
use rustc_hash::FxHashSet;

/// Finds the least leaf while it walks. A use of something that a block around it defines is no leaf: it waits for that.
#[derive(Default)]
pub(super) struct Leaves {
    /// The least so far, and which leaf of the walk it is: of equal ones the first.
    pub least: Option<(String, usize)>,
    count: usize,
    defined: Vec<FxHashSet<(Space, String)>>,
}

impl Leaves {
    fn leaf(&mut self, text: String) {
        self.count += 1;
        if self.least.as_ref().is_none_or(|(least, _)| text < *least) {
            self.least = Some((text, self.count));
        }
    }

    /// A leaf that is a use.
    fn uses(&mut self, space: Space, name: &str, text: String) {
        let key = match name.split_once('.') {
            Some((prefix, _)) => (Space::Scoped, prefix.to_owned()),
            None => (space, name.to_owned()),
        };
        if !self.defined.iter().any(|names| names.contains(&key)) {
            self.leaf(text);
        }
    }

    /// A statement of a block.
    pub fn item(&mut self, body: &Body<'_>, item: &Item<'_>) {
        self.defined.push(defined(body));
        match item {
            Item::Bind(s) => self.expr(&s.value),
            Item::Panic(s) => {
                self.exprs(&s.args.values);
                self.leaf("str(\"panic\")".to_owned());
            }
            Item::Resource(s) => self.resource(s),
            Item::Collect(s) => {
                self.resource(&s.resource);
                self.leaf(format!("str({})", quote(s.resource.kind.text.as_bytes())));
            }
            Item::Edge(s) => s.halves.iter().for_each(|half| self.expr(&half.name)),
            Item::If(s, then, otherwise) => {
                self.expr(&s.condition);
                self.body(then);
                otherwise.iter().for_each(|body| self.body(body));
            }
            Item::Loop(s) => {
                self.expr(s.over);
                self.body(&s.body);
            }
            Item::Func(s) => self.expr(&s.function.body.value),
            Item::Class(class) => self.body(&class.body),
            Item::Include(s) => match s.args.as_ref().map_or(&[][..], |args| &args.values) {
                [] => self.uses(Space::Class, &s.class.text, format!("include({})", s.class.text)),
                args => self.exprs(args),
            },
            Item::Import(s) => self.leaf(format!("import({})", s.path.text)),
        }
        self.defined.pop();
    }

    fn body(&mut self, body: &Body<'_>) {
        body.items.iter().for_each(|item| self.item(body, item));
    }

    fn resource(&mut self, resource: &Resource) {
        self.expr(&resource.name);
        for entry in &resource.body.entries {
            match entry {
                Entry::Field(e) => self.expr(&e.value),
                Entry::Edge(e) => self.expr(&e.half.name),
                Entry::Meta(e) => self.expr(&e.value),
                Entry::MetaStruct(e) => self.expr(&e.value),
            }
            entry.condition().into_iter().for_each(|condition| self.expr(condition));
        }
    }

    fn exprs(&mut self, exprs: &[Expr]) {
        exprs.iter().for_each(|expr| self.expr(expr));
    }

    fn text(&mut self, text: &str) {
        self.leaf(format!("str({})", quote(text.as_bytes())));
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Bool(value) => self.leaf(format!("bool({value})")),
            ExprKind::Int(value) => self.leaf(format!("int({value})")),
            ExprKind::Float(value) => self.leaf(format!("float({})", Value::Float(*value))),
            ExprKind::Str(raw) => self.string(raw),
            ExprKind::Variable(name) => self.uses(Space::Variable, name, format!("var({name})")),
            ExprKind::List(elements) if elements.is_empty() => self.leaf("list()".to_owned()),
            ExprKind::List(elements) => self.exprs(elements),
            ExprKind::Map(pairs) if pairs.is_empty() => self.leaf("map()".to_owned()),
            ExprKind::Map(pairs) => pairs.iter().for_each(|pair| {
                self.expr(&pair.key);
                self.expr(&pair.value);
            }),
            ExprKind::Struct(fields) if fields.is_empty() => self.leaf("struct()".to_owned()),
            ExprKind::Struct(fields) => fields.iter().for_each(|field| self.expr(&field.value)),
            ExprKind::Lambda(function) => self.expr(&function.body.value),
            ExprKind::Call(call) => {
                self.exprs(&call.args.values);
                match &call.callee {
                    Callee::Lambda(function, _) => self.expr(&function.body.value),
                    Callee::Name(name) if call.args.values.is_empty() => {
                        self.uses(Space::Function, &name.text, format!("call:{}()", name.text));
                    }
                    Callee::Variable(name) if call.args.values.is_empty() => {
                        self.uses(Space::Variable, &name.text, format!("call:{}()", name.text));
                    }
                    Callee::Name(_) | Callee::Variable(_) => {}
                }
            }
            ExprKind::If(e) => {
                self.expr(&e.condition);
                self.expr(&e.then.value);
                self.expr(&e.otherwise.value);
            }
            ExprKind::Paren(inner) => self.expr(inner),
            ExprKind::Not(inner) => {
                self.text("not");
                self.expr(inner);
            }
            ExprKind::Binary(e) => {
                if e.op != crate::syntax::tree::Operator::In {
                    self.text(e.op.symbol());
                }
                self.expr(&e.left);
                self.expr(&e.right);
            }
            ExprKind::Index(e) => {
                self.expr(&e.container);
                self.expr(&e.key);
            }
            ExprKind::Field(e) => {
                self.text(&e.field.text);
                self.expr(&e.of);
                e.default.iter().for_each(|default| self.expr(default));
            }
            ExprKind::Except(e) => {
                self.expr(&e.value);
                self.expr(&e.fallback);
            }
        }
    }

    fn string(&mut self, raw: &str) {
        let parts = segments(raw).unwrap_or_default();
        if parts.is_empty() {
            self.text("");
        }
        for part in &parts {
            match part {
                Segment::Text(text) => self.text(text),
                Segment::Variable(name) => self.uses(Space::Variable, name, format!("var({name})")),
            }
        }
    }
}
