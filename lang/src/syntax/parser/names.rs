//! Words, and words joined by dots and colons.

use super::{Parse, Parser};
use crate::syntax::token::{Token, TokenKind};
use crate::syntax::tree::Name;

impl Parser<'_> {
    /// A plain name.
    pub(super) fn identifier(&mut self) -> Parse<Name> {
        let token = self.expect(TokenKind::Identifier)?;
        Ok(self.name(token))
    }

    /// A plain name, `map` or `collect`: what variables and parts of dotted names can be called.
    fn word(&mut self, expected: &str) -> Parse<Token> {
        match self.peek() {
            TokenKind::Identifier | TokenKind::Map | TokenKind::Collect => Ok(self.bump()),
            _ => Err(self.unexpected(expected)),
        }
    }

    /// `$name`, where a variable comes into being.
    pub(super) fn variable(&mut self) -> Parse<Name> {
        let dollar = self.expect(TokenKind::Dollar)?;
        let word = self.word("the name of a variable")?;
        Ok(Name { span: self.span_from(dollar), ..self.name(word) })
    }

    /// `a.b.c`
    pub(super) fn dotted(&mut self) -> Parse<Name> {
        let first = self.word("a name")?;
        self.dotted_from(first)
    }

    /// `$a.b.c`
    pub(super) fn dotted_variable(&mut self) -> Parse<Name> {
        let dollar = self.expect(TokenKind::Dollar)?;
        let first = self.word("the name of a variable")?;
        let name = self.dotted_from(first)?;
        Ok(Name { span: self.span_from(dollar), ..name })
    }

    fn dotted_from(&mut self, first: Token) -> Parse<Name> {
        if self.peek() != TokenKind::Dot {
            return Ok(self.name(first));
        }
        let mut text = self.text_of(first).to_string();
        while self.eat(TokenKind::Dot).is_some() {
            let word = self.word("a name behind the dot")?;
            text.push('.');
            text.push_str(self.text_of(word));
        }
        Ok(Name { text: text.into(), span: self.span_from(first) })
    }

    /// `a:b:c`
    pub(super) fn colon_name(&mut self) -> Parse<Name> {
        self.colons(TokenKind::Identifier)
    }

    /// `A:B:C`, which comes in lower case.
    pub(super) fn capitalized_kind(&mut self) -> Parse<Name> {
        self.colons(TokenKind::Capitalized)
    }

    fn colons(&mut self, part: TokenKind) -> Parse<Name> {
        let first = self.expect(part)?;
        let mut name = self.name(first);
        if self.peek() == TokenKind::Colon {
            let mut text = name.text.to_string();
            while self.eat(TokenKind::Colon).is_some() {
                let next = self.expect(part)?;
                text.push(':');
                text.push_str(&self.lower(next));
            }
            name = Name { text: text.into(), span: self.span_from(first) };
        }
        Ok(name)
    }

    /// The name that one token is.
    pub(super) fn name(&self, token: Token) -> Name {
        let text = match token.kind {
            TokenKind::Capitalized => self.lower(token).into(),
            _ => self.text_of(token).into(),
        };
        Name { text, span: self.span_of(token) }
    }

    fn lower(&self, token: Token) -> String {
        self.text_of(token).to_ascii_lowercase()
    }
}
