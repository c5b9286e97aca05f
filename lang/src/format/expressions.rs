//! Expressions.

use super::bracketed::Brackets;
use super::printer::Printer;
use super::types::written;
use crate::syntax::tree::{Body, Callee, Expr, ExprKind, Function, TypeNote};

impl Printer<'_> {
    /// An expression; it starts on the line at work.
    pub fn expr(&mut self, expr: &Expr) {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Bool(value) => self.piece(if *value { "true" } else { "false" }, span),
            ExprKind::Int(value) => self.piece(&value.to_string(), span),
            ExprKind::Float(value) => self.piece(&float(*value), span),
            ExprKind::Str(_) => self.verbatim(span),
            ExprKind::Variable(name) => {
                self.glue("$");
                self.piece(name, span);
            }
            ExprKind::List(elements) => {
                self.sequence(Brackets::literal(["[", "]"], span), elements, |e| e.span, |p, e| p.expr(e));
            }
            ExprKind::Map(pairs) => self.sequence(Brackets::literal(["{", "}"], span), pairs, |p| p.span, Printer::pair),
            ExprKind::Struct(fields) => {
                self.glue("struct");
                self.sequence(Brackets::literal(["{", "}"], span), fields, |f| f.span, Printer::field_value);
            }
            ExprKind::Lambda(function) => {
                self.glue("func");
                self.function(function);
            }
            ExprKind::Call(call) => {
                match &call.callee {
                    Callee::Name(name) => self.name(name),
                    Callee::Variable(name) => self.variable(name),
                    Callee::Lambda(function, _) => {
                        self.glue("func");
                        self.function(function);
                    }
                }
                self.arguments(&call.args);
            }
            ExprKind::If(e) => {
                self.glue("if ");
                self.expr(&e.condition);
                self.glue(" ");
                let multi =
                    self.line_of(e.then.value.span.start) > self.line_of(e.then.span.start) || self.comment_before(span.end);
                self.body(&e.then, multi);
                self.glue(" else ");
                self.body(&e.otherwise, multi);
            }
            ExprKind::Paren(inner) => {
                self.glue("(");
                self.expr(inner);
                self.bracket(")", span, true);
            }
            ExprKind::Not(inner) => {
                self.glue("not ");
                self.expr(inner);
            }
            ExprKind::Binary(e) => {
                self.expr(&e.left);
                self.glue(" ");
                self.piece(e.op.symbol(), e.op_span);
                self.glue(" ");
                self.expr(&e.right);
            }
            ExprKind::Index(e) => {
                self.expr(&e.container);
                self.glue("[");
                self.expr(&e.key);
                self.bracket("]", span, true);
            }
            ExprKind::Field(e) => {
                self.expr(&e.of);
                self.glue("->");
                self.name(&e.field);
                if let Some(default) = &e.default {
                    self.glue(" <|> ");
                    self.expr(default);
                }
            }
            ExprKind::Except(e) => {
                self.expr(&e.value);
                self.glue(" <|> ");
                self.expr(&e.fallback);
            }
        }
    }

    /// Parameters, result and body.
    pub fn function(&mut self, function: &Function) {
        let body = &function.body;
        self.params(&function.params, body.span.start);
        self.annotation(function.result.as_ref());
        self.glue(" ");
        let multi = self.line_of(body.value.span.start) > self.line_of(body.span.start) || self.comment_before(body.span.end - 1);
        self.body(body, multi);
    }

    /// `{ value }`
    fn body(&mut self, body: &Body, multi: bool) {
        self.bracket("{", body.span, false);
        if multi {
            self.open();
            self.line(body.value.span.start);
            self.expr(&body.value);
            self.close(body.span.end - 1);
        } else {
            self.glue(" ");
            self.expr(&body.value);
            self.glue(" ");
        }
        self.bracket("}", body.span, true);
    }

    /// A blank and a written type, if there is one.
    pub fn annotation(&mut self, note: Option<&TypeNote>) {
        if let Some(note) = note {
            self.glue(" ");
            self.piece(&written(&note.ty), note.span);
        }
    }
}

/// The shortest decimal that means `value`, with a dot and without an exponent.
fn float(value: f64) -> String {
    let text = value.to_string();
    if text.contains('.') { text } else { text + ".0" }
}
