//! Written types.

use super::{Parse, Parser};
use crate::syntax::token::{Token, TokenKind};
use crate::syntax::tree::TypeNote;
use mgmt_values::Type;
use std::sync::Arc;

impl Parser<'_> {
    /// Whether a type starts here.
    pub(super) fn at_type(&self) -> bool {
        use TokenKind::*;
        matches!(self.peek(), BoolType | StrType | IntType | FloatType | Variant | OpenBrack | Map | Struct | Func)
    }

    /// A type and its place.
    pub(super) fn type_note(&mut self) -> Parse<TypeNote> {
        let first = self.next();
        let ty = self.ty()?;
        Ok(TypeNote { ty, span: self.span_from(first) })
    }

    fn ty(&mut self) -> Parse<Type> {
        if !self.at_type() {
            return Err(self.unexpected("a type"));
        }
        self.enter()?;
        let first = self.bump();
        let ty = match first.kind {
            TokenKind::BoolType => Type::Bool,
            TokenKind::StrType => Type::Str,
            TokenKind::IntType => Type::Int,
            TokenKind::FloatType => Type::Float,
            TokenKind::Variant => Type::Variant,
            TokenKind::OpenBrack => {
                self.expect(TokenKind::CloseBrack)?;
                Type::list(self.ty()?)
            }
            TokenKind::Map => self.map_type(first)?,
            TokenKind::Struct => self.struct_type()?,
            _ => self.func_type()?,
        };
        self.leave();
        Ok(ty)
    }

    /// What follows `map`, the token `first`.
    fn map_type(&mut self, first: Token) -> Parse<Type> {
        self.expect(TokenKind::OpenCurly)?;
        let key = self.ty()?;
        self.expect(TokenKind::Colon)?;
        let value = self.ty()?;
        self.expect(TokenKind::CloseCurly)?;
        if !key.hashable() {
            self.note(self.span_from(first), format!("map key type {key} is not hashable"));
        }
        Ok(Type::map(key, value))
    }

    /// What follows `struct`: the one bracketed sequence that stays on a line and is separated by semicolons.
    fn struct_type(&mut self) -> Parse<Type> {
        self.expect(TokenKind::OpenCurly)?;
        let mut fields: Vec<(Arc<str>, Type)> = Vec::new();
        if self.peek() != TokenKind::CloseCurly {
            loop {
                let name = self.identifier()?;
                fields.push((name.text, self.ty()?));
                if self.eat(TokenKind::Semicolon).is_none() {
                    break;
                }
            }
        }
        if self.peek() != TokenKind::CloseCurly {
            return Err(self.unexpected("`;` or `}`"));
        }
        let close = self.bump();
        if let Some(name) = repeated(&fields) {
            self.note(self.span_of(close), format!("duplicate field `{name}` in a struct type"));
        }
        Ok(Type::record(fields))
    }

    /// What follows `func`.
    fn func_type(&mut self) -> Parse<Type> {
        self.expect(TokenKind::OpenParen)?;
        let mut index = 0;
        let args = self.sequence(TokenKind::CloseParen, |p| {
            let name = match p.peek() {
                TokenKind::Dollar => p.variable()?.text,
                _ => index.to_string().into(),
            };
            index += 1;
            Ok((name, p.ty()?))
        })?;
        let behind = self.next();
        let result = self.ty()?;
        if let Some(name) = repeated(&args) {
            self.note(self.span_of(behind), format!("duplicate argument `{name}` in a function type"));
        }
        Ok(Type::func(args, result))
    }
}

/// The first name that occurs a second time.
fn repeated(named: &[(Arc<str>, Type)]) -> Option<&str> {
    let mut seen = rustc_hash::FxHashSet::default();
    named.iter().map(|(name, _)| &**name).find(|&name| !seen.insert(name))
}
