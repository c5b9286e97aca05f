//! Resources and their entries.

use super::{Parse, Parser};
use crate::diagnostic::Diagnostic;
use crate::syntax::token::{Token, TokenKind};
use crate::syntax::tree::{EdgeEntry, EdgeHalf, Entries, Entry, Expr, FieldEntry, MetaEntry, MetaStructEntry, Name, Resource};
use mgmt_values::Phase;

/// What stands behind the `=>` of an entry: its condition and its value.
enum Value {
    Expr(Expr),
    Half(EdgeHalf),
}

impl Parser<'_> {
    /// `kind name { entries }`
    pub(super) fn resource(&mut self) -> Parse<Resource> {
        let first = self.next();
        let kind = self.colon_name()?;
        let name = self.expression()?;
        let open = self.expect_behind(TokenKind::OpenCurly)?;
        let mut entries = Vec::new();
        loop {
            match self.peek() {
                TokenKind::Newline => self.skip_newlines(),
                TokenKind::CloseCurly => break,
                TokenKind::Identifier => entries.push(self.field_entry()?),
                TokenKind::Capitalized => entries.extend(self.capitalized_entry()?),
                _ => return Err(self.unexpected("an entry or `}`")),
            }
        }
        self.bump();
        let body = Entries { entries, span: self.span_from(open) };
        Ok(Resource { kind, name, body, span: self.span_from(first) })
    }

    /// `field => condition ?: value,`
    fn field_entry(&mut self) -> Parse<Entry> {
        let first = self.next();
        let field = self.identifier()?;
        self.expect(TokenKind::Rocket)?;
        let start = self.next();
        let value = self.expression()?;
        let (condition, value) = match self.eat(TokenKind::Elvis) {
            Some(_) => (Some(value), self.expression()?),
            None if matches!(self.peek(), TokenKind::Newline | TokenKind::CloseCurly) => {
                return Err(Box::new(self.missing_comma(start, &value)));
            }
            None => (None, value),
        };
        self.entry_end()?;
        Ok(Entry::Field(FieldEntry { field, condition, value, span: self.span_from(first) }))
    }

    /// A line or a body ends where the comma of a plain field is missing.
    fn missing_comma(&self, start: Token, value: &Expr) -> Diagnostic {
        let span = if Parser::ends_in_place(value) { self.last_token() } else { self.span_of(start) };
        Diagnostic::new(Phase::Lexparse, span, "expecting trailing comma behind the value of a field")
            .with_hint("each entry of a resource ends in a comma, the last one too")
    }

    /// The comma of an entry.
    fn entry_end(&mut self) -> Parse<Token> {
        self.expect_behind(TokenKind::Comma)
    }

    /// An edge, a meta parameter or a struct of them; nothing if it is none of these, which is noted.
    fn capitalized_entry(&mut self) -> Parse<Option<Entry>> {
        let first = self.bump();
        let name = self.name(first);
        let parameter = match self.eat(TokenKind::Colon) {
            Some(_) => Some(self.identifier()?),
            None => None,
        };
        if self.eat(TokenKind::Rocket).is_none() {
            return Err(self.unexpected(if parameter.is_some() { "`=>`" } else { "`=>` or `:`" }));
        }
        let (condition, value) = self.edge_or_value(parameter.is_none())?;
        let comma = match value {
            Value::Half(_) => self.expect(TokenKind::Comma)?,
            Value::Expr(_) => self.entry_end()?,
        };
        let span = self.span_from(first);
        Ok(match (value, parameter) {
            (Value::Half(half), _) => Some(Entry::Edge(EdgeEntry { property: name, condition, half, span })),
            (Value::Expr(value), Some(parameter)) if &*name.text == "meta" => {
                Some(Entry::Meta(MetaEntry { parameter, condition, value, span }))
            }
            (Value::Expr(value), None) if &*name.text == "meta" => {
                Some(Entry::MetaStruct(MetaStructEntry { name, condition, value, span }))
            }
            _ => {
                self.unknown_entry(&name, first, comma);
                None
            }
        })
    }

    /// `condition ?: value`; the value is an edge or an expression if `half` allows it.
    fn edge_or_value(&mut self, half: bool) -> Parse<(Option<Expr>, Value)> {
        if half && self.peek() == TokenKind::Capitalized {
            return Ok((None, Value::Half(self.half()?)));
        }
        let first = self.expression()?;
        if self.eat(TokenKind::Elvis).is_none() {
            return Ok((None, Value::Expr(first)));
        }
        if half && self.peek() == TokenKind::Capitalized {
            return Ok((Some(first), Value::Half(self.half()?)));
        }
        Ok((Some(first), Value::Expr(self.expression()?)))
    }

    fn unknown_entry(&mut self, name: &Name, first: Token, comma: Token) {
        let message = format!("can't use unknown resource field `{}`", self.text_of(first));
        let hint = match &*name.text {
            "before" | "depend" | "notify" | "listen" => "an edge needs a kind and a name: `Kind[\"name\"]`",
            _ => "a capitalized entry is `Meta`, `Meta:parameter` or an edge",
        };
        let mistake = Diagnostic::new(Phase::Lexparse, self.span_of(comma), message).with_hint(hint);
        self.noted.push(mistake);
    }
}
