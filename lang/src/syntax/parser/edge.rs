//! Edges.

use super::{Parse, Parser};
use crate::syntax::token::TokenKind;
use crate::syntax::tree::{Edge, EdgeHalf};

impl Parser<'_> {
    /// `Kind[name] -> Kind[name] -> …`, or `Kind[name].field -> Kind[name].field`.
    pub(super) fn edge(&mut self) -> Parse<Edge> {
        let first = self.next();
        let mut halves = vec![self.half()?];
        if self.peek() == TokenKind::Dot {
            self.sent_field(&mut halves[0])?;
            self.expect(TokenKind::Arrow)?;
            let mut receiver = self.half()?;
            self.sent_field(&mut receiver)?;
            halves.push(receiver);
        } else {
            while self.eat(TokenKind::Arrow).is_some() {
                halves.push(self.half()?);
            }
        }
        Ok(Edge { halves, span: self.span_from(first) })
    }

    /// `Kind[name]`
    pub(super) fn half(&mut self) -> Parse<EdgeHalf> {
        let first = self.next();
        let kind = self.capitalized_kind()?;
        self.expect(TokenKind::OpenBrack)?;
        let name = self.expression()?;
        self.expect_behind(TokenKind::CloseBrack)?;
        Ok(EdgeHalf { kind, name, field: None, span: self.span_from(first) })
    }

    /// The `.field` behind a half.
    fn sent_field(&mut self, half: &mut EdgeHalf) -> Parse<()> {
        self.expect(TokenKind::Dot)?;
        let field = self.identifier()?;
        half.span = half.span.to(field.span);
        half.field = Some(field);
        Ok(())
    }
}
