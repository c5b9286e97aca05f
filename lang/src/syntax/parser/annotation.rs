//! What a written type says about the literal that it stands before, as far as that shows without solving anything.

use super::Parser;
use crate::syntax::tree::{Expr, ExprKind, Function, TypeNote};
use mgmt_values::{Span, Type};

impl Parser<'_> {
    /// Notes a literal that contradicts the annotation of its bind. `first` is the place of the value's first token.
    pub(super) fn check_annotation(&mut self, annotation: &TypeNote, value: &Expr, first: Span) {
        let mut literal = value;
        while let ExprKind::Paren(inner) = &literal.kind {
            literal = inner;
        }
        let wanted = &annotation.ty;
        let problem = match &literal.kind {
            ExprKind::Bool(_) => mismatch(wanted, &Type::Bool),
            ExprKind::Int(_) => mismatch(wanted, &Type::Int),
            ExprKind::Float(_) => mismatch(wanted, &Type::Float),
            ExprKind::Str(_) => mismatch(wanted, &Type::Str),
            ExprKind::Map(_) => match wanted {
                Type::Map(kv) if kv.0.hashable() => None,
                Type::Map(kv) => Some(format!("map key type {} is not hashable", kv.0)),
                _ => Some(format!("the bind is annotated `{wanted}`, but its value is a map")),
            },
            ExprKind::Lambda(function) => written_type(function).and_then(|written| mismatch(wanted, &written)),
            _ => None,
        };
        let Some(problem) = problem else { return };
        let parenthesised = matches!(value.kind, ExprKind::Paren(_));
        self.note(if parenthesised { self.last_token() } else { first }, problem);
    }

    /// The place of the token that was consumed last.
    pub(super) fn last_token(&self) -> Span {
        self.span_of(self.tokens[self.at.saturating_sub(1)])
    }

    /// Whether an expression is one for which mistakes behind it are reported at its last token: an if-expression or parentheses.
    pub(super) fn ends_in_place(value: &Expr) -> bool {
        matches!(value.kind, ExprKind::Paren(_) | ExprKind::If(_))
    }
}

fn mismatch(wanted: &Type, found: &Type) -> Option<String> {
    (!wanted.same(found)).then(|| format!("the bind is annotated `{wanted}`, but its value is `{found}`"))
}

/// The type of a literal function whose parameters and result are all annotated.
fn written_type(function: &Function) -> Option<Type> {
    let result = function.result.as_ref()?.ty.clone();
    let args = function.params.params.iter().map(|p| Some((p.name.text.clone(), p.annotation.as_ref()?.ty.clone())));
    Some(Type::func(args.collect::<Option<Vec<_>>>()?, result))
}
