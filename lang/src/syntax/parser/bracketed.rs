//! Sequences in brackets, which all come in two layouts: on one line, without a trailing comma; or one element to a line, each with a
//! comma, the first one on a line after the bracket's.

use super::{Parse, Parser};
use crate::syntax::token::TokenKind;
use crate::syntax::tree::{Arguments, FieldValue, Pair, Param, Params};

impl Parser<'_> {
    /// What follows an opening bracket, up to and with the closing one.
    pub(super) fn sequence<T>(&mut self, close: TokenKind, mut element: impl FnMut(&mut Self) -> Parse<T>) -> Parse<Vec<T>> {
        let mut elements = Vec::new();
        if self.peek() == TokenKind::Newline {
            loop {
                self.skip_newlines();
                if self.eat(close).is_some() {
                    return Ok(elements);
                }
                elements.push(element(self)?);
                self.expect(TokenKind::Comma)?;
                if self.peek() != TokenKind::Newline {
                    return Err(self.unexpected("a new line, as behind the opening bracket"));
                }
            }
        }
        if self.eat(close).is_some() {
            return Ok(elements);
        }
        loop {
            elements.push(element(self)?);
            if self.eat(close).is_some() {
                return Ok(elements);
            }
            if self.eat(TokenKind::Comma).is_none() {
                return Err(self.unexpected(&format!("`,` or {}", close.spelling())));
            }
            if self.peek() == close {
                return Err(Box::new(
                    self.unexpected("another element").with_hint("only lists over several lines have a comma at the end"),
                ));
            }
        }
    }

    /// `(a, b)`
    pub(super) fn arguments(&mut self) -> Parse<Arguments> {
        let open = self.expect(TokenKind::OpenParen)?;
        let values = self.sequence(TokenKind::CloseParen, |p| p.expression())?;
        Ok(Arguments { values, span: self.span_from(open) })
    }

    /// `($a, $b int)`
    pub(super) fn params(&mut self) -> Parse<Params> {
        let open = self.expect(TokenKind::OpenParen)?;
        let params = self.sequence(TokenKind::CloseParen, |p| p.param())?;
        Ok(Params { params, span: self.span_from(open) })
    }

    fn param(&mut self) -> Parse<Param> {
        let first = self.next();
        let name = self.variable()?;
        let annotation = if self.at_type() { Some(self.type_note()?) } else { None };
        Ok(Param { name, annotation, span: self.span_from(first) })
    }

    /// `key => value`
    pub(super) fn pair(&mut self) -> Parse<Pair> {
        let first = self.next();
        let key = self.expression()?;
        self.expect(TokenKind::Rocket)?;
        let value = self.expression()?;
        Ok(Pair { key, value, span: self.span_from(first) })
    }

    /// `name => value`
    pub(super) fn field_value(&mut self) -> Parse<FieldValue> {
        let first = self.next();
        let name = self.identifier()?;
        self.expect(TokenKind::Rocket)?;
        let value = self.expression()?;
        Ok(FieldValue { name, value, span: self.span_from(first) })
    }
}
