//! Sequences in brackets, on one line or with one element to a line.

use super::printer::Printer;
use super::types::written;
use crate::syntax::tree::{Arguments, FieldValue, Pair, Param, Params};
use mgmt_values::Span;

/// A pair of brackets around elements.
pub struct Brackets {
    signs: [&'static str; 2],
    /// From bracket to bracket.
    span: Span,
    /// Comments before this place belong inside.
    end: u32,
    /// Whether such a comment spreads the elements over several lines.
    comments_spread: bool,
}

impl Brackets {
    /// Those of a list, map or struct; `span` ends with them.
    pub fn literal(signs: [&'static str; 2], span: Span) -> Brackets {
        Brackets { signs, span, end: span.end - 1, comments_spread: true }
    }
}

impl Printer<'_> {
    /// Elements in brackets: on several lines if the first one stands on a later line than the bracket.
    pub fn sequence<T>(&mut self, brackets: Brackets, elements: &[T], place: impl Fn(&T) -> Span, print: impl Fn(&mut Self, &T)) {
        let Brackets { signs: [open, close], span, end, comments_spread } = brackets;
        let below = elements.first().is_some_and(|e| self.line_of(place(e).start) > self.line_of(span.start));
        let spread = below || comments_spread && self.comment_before(end);
        self.bracket(open, span, false);
        if spread {
            self.open();
            for element in elements {
                self.line(place(element).start);
                print(self, element);
                self.glue(",");
            }
            self.close(end);
        } else {
            for (i, element) in elements.iter().enumerate() {
                if i > 0 {
                    self.glue(", ");
                }
                print(self, element);
            }
        }
        self.bracket(close, span, true);
    }

    /// `key => value`
    pub fn pair(&mut self, pair: &Pair) {
        self.expr(&pair.key);
        self.glue(" => ");
        self.expr(&pair.value);
    }

    /// `name => value`
    pub fn field_value(&mut self, field: &FieldValue) {
        self.name(&field.name);
        self.glue(" => ");
        self.expr(&field.value);
    }

    /// `(a, b)` of a call.
    pub fn arguments(&mut self, args: &Arguments) {
        let brackets = Brackets { comments_spread: false, ..Brackets::literal(["(", ")"], args.span) };
        self.sequence(brackets, &args.values, |e| e.span, |p, e| p.expr(e));
    }

    /// `($a, $b int)`; all comments before `body`, where the body starts, belong among the parameters.
    pub fn params(&mut self, params: &Params, body: u32) {
        let brackets = Brackets { end: body, ..Brackets::literal(["(", ")"], params.span) };
        self.sequence(brackets, &params.params, |p| p.span, Printer::param);
    }

    fn param(&mut self, param: &Param) {
        self.variable(&param.name);
        if let Some(note) = &param.annotation {
            self.glue(" ");
            // A parameter counts as standing on the line where it starts, however many its type takes.
            self.piece(&written(&note.ty), param.name.span);
        }
    }
}
