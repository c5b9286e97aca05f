//! Expressions, by precedence climbing.

use super::{EXPRESSION, Parse, Parser};
use crate::syntax::token::{Token, TokenKind};
use crate::syntax::tree::{
    Binary, Body, Call, Callee, Conditional, Except, Expr, ExprKind, FieldAccess, Function, Index, Operator,
};

/// How tightly operators bind, loosest first. Those of one level associate to the left, comparisons not at all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Except,
    Or,
    And,
    Compare,
    Sum,
    Product,
    Not,
    /// Only `->` and `[` bind as tightly.
    Postfix,
}

impl Level {
    /// What the right operand of an operator of this level may hold without parentheses.
    fn tighter(self) -> Level {
        match self {
            Level::Except => Level::Or,
            Level::Or => Level::And,
            Level::And => Level::Compare,
            Level::Compare => Level::Sum,
            Level::Sum => Level::Product,
            Level::Product => Level::Not,
            Level::Not | Level::Postfix => Level::Postfix,
        }
    }
}

/// The level of an operator between two operands; without [`Operator`] it is `<|>`.
fn operator(kind: TokenKind) -> Option<(Level, Option<Operator>)> {
    Some(match kind {
        TokenKind::Except => (Level::Except, None),
        TokenKind::Or => (Level::Or, Some(Operator::Or)),
        TokenKind::And => (Level::And, Some(Operator::And)),
        TokenKind::Eq => (Level::Compare, Some(Operator::Equal)),
        TokenKind::Neq => (Level::Compare, Some(Operator::NotEqual)),
        TokenKind::Lt => (Level::Compare, Some(Operator::Less)),
        TokenKind::Gt => (Level::Compare, Some(Operator::Greater)),
        TokenKind::Lte => (Level::Compare, Some(Operator::LessEqual)),
        TokenKind::Gte => (Level::Compare, Some(Operator::GreaterEqual)),
        TokenKind::In => (Level::Compare, Some(Operator::In)),
        TokenKind::Plus => (Level::Sum, Some(Operator::Add)),
        TokenKind::Minus => (Level::Sum, Some(Operator::Subtract)),
        TokenKind::Multiply => (Level::Product, Some(Operator::Multiply)),
        TokenKind::Divide => (Level::Product, Some(Operator::Divide)),
        _ => return None,
    })
}

impl Parser<'_> {
    /// Any expression.
    pub(super) fn expression(&mut self) -> Parse<Expr> {
        self.operators(Level::Except)
    }

    /// An expression whose operators outside of parentheses all bind at least as tightly as `min`.
    fn operators(&mut self, min: Level) -> Parse<Expr> {
        self.nested(|p| {
            let around = std::mem::replace(&mut p.deepest, p.depth);
            let first = p.next();
            let mut left = p.primary()?;
            let mut compared = false;
            loop {
                let kind = p.peek();
                let link = match kind {
                    TokenKind::OpenBrack | TokenKind::Arrow => None,
                    _ => match operator(kind) {
                        Some((level, _)) if level == Level::Compare && compared => {
                            return Err(Box::new(
                                p.unexpected("no second comparison").with_hint("comparisons do not chain: join them with `and`"),
                            ));
                        }
                        Some((level, op)) if level >= min => Some((level, op)),
                        _ => break,
                    },
                };
                // What is on the left goes one deeper, and so does all that is in it.
                p.reach(p.deepest + 1)?;
                let operator = p.bump();
                let kind = match link {
                    None if operator.kind == TokenKind::OpenBrack => p.index(left)?,
                    None => p.field_access(left)?,
                    Some((level, op)) => {
                        compared = level == Level::Compare;
                        let right = p.operators(level.tighter())?;
                        binary(left, op.map(|op| (op, p.span_of(operator))), right)
                    }
                };
                left = Expr { kind, span: p.span_from(first) };
            }
            p.deepest = p.deepest.max(around);
            Ok(left)
        })
    }

    /// What follows the `[` of an index.
    fn index(&mut self, container: Expr) -> Parse<ExprKind> {
        let key = self.expression()?;
        self.expect_behind(TokenKind::CloseBrack)?;
        Ok(ExprKind::Index(Box::new(Index { container, key })))
    }

    /// What follows `->`. A `<|>` right behind the field takes the rest, whatever operator waits on the left.
    fn field_access(&mut self, of: Expr) -> Parse<ExprKind> {
        let field = self.identifier()?;
        let default = match self.eat(TokenKind::Except) {
            Some(_) => Some(self.operators(Level::Or)?),
            None => None,
        };
        Ok(ExprKind::Field(Box::new(FieldAccess { of, field, default })))
    }

    /// An expression without operators outside of brackets, or `not` and its operand.
    fn primary(&mut self) -> Parse<Expr> {
        let first = self.next();
        let kind = match first.kind {
            TokenKind::True | TokenKind::False => {
                self.bump();
                ExprKind::Bool(first.kind == TokenKind::True)
            }
            TokenKind::Str => {
                self.bump();
                let text = self.text_of(first);
                ExprKind::Str(text[1..text.len() - 1].into())
            }
            TokenKind::Int => {
                self.bump();
                // The lexer has tried: a number that does not fit is another kind of token.
                ExprKind::Int(self.text_of(first).parse().unwrap_or_default())
            }
            TokenKind::Float => {
                self.bump();
                ExprKind::Float(self.text_of(first).parse().unwrap_or_default())
            }
            TokenKind::OpenBrack => {
                self.bump();
                ExprKind::List(self.sequence(TokenKind::CloseBrack, |p| p.expression())?)
            }
            TokenKind::OpenCurly => {
                self.bump();
                ExprKind::Map(self.sequence(TokenKind::CloseCurly, |p| p.pair())?)
            }
            TokenKind::Struct => {
                self.bump();
                self.expect(TokenKind::OpenCurly)?;
                ExprKind::Struct(self.sequence(TokenKind::CloseCurly, |p| p.field_value())?)
            }
            TokenKind::OpenParen => {
                self.bump();
                let inner = self.expression()?;
                self.expect_behind(TokenKind::CloseParen)?;
                ExprKind::Paren(Box::new(inner))
            }
            TokenKind::Not => {
                self.bump();
                ExprKind::Not(Box::new(self.operators(Level::Not)?))
            }
            TokenKind::If => {
                self.bump();
                self.conditional()?
            }
            TokenKind::Func => {
                self.bump();
                let function = Box::new(self.function()?);
                match self.peek() {
                    TokenKind::OpenParen => {
                        let callee = Callee::Lambda(function, self.span_from(first));
                        ExprKind::Call(Box::new(Call { callee, args: self.arguments()? }))
                    }
                    _ => ExprKind::Lambda(function),
                }
            }
            TokenKind::Dollar => {
                let name = self.dotted_variable()?;
                match self.peek() {
                    TokenKind::OpenParen => {
                        ExprKind::Call(Box::new(Call { callee: Callee::Variable(name), args: self.arguments()? }))
                    }
                    _ => ExprKind::Variable(name.text),
                }
            }
            TokenKind::Identifier | TokenKind::Map | TokenKind::Collect => {
                let name = self.dotted()?;
                if self.peek() != TokenKind::OpenParen {
                    return Err(self.bare_name(&name.text));
                }
                ExprKind::Call(Box::new(Call { callee: Callee::Name(name), args: self.arguments()? }))
            }
            TokenKind::Minus => {
                return Err(Box::new(self.unexpected(EXPRESSION).with_hint("there is no negation of values: write `0 - …`")));
            }
            _ => return Err(self.unexpected(EXPRESSION)),
        };
        Ok(Expr { kind, span: self.span_from(first) })
    }

    /// A name that is not called.
    fn bare_name(&self, name: &str) -> Box<super::Diagnostic> {
        let mistake = self.unexpected("`(` or `.`");
        let hint = format!("`{name}` alone is no value: a variable is `${name}`, a function is called or wrapped in `func`");
        Box::new(mistake.with_hint(hint))
    }

    /// What follows the `if` of an if-expression.
    fn conditional(&mut self) -> Parse<ExprKind> {
        let condition = self.expression()?;
        let then = self.body()?;
        self.expect(TokenKind::Else)?;
        let otherwise = self.body()?;
        Ok(ExprKind::If(Box::new(Conditional { condition, then, otherwise })))
    }

    /// What follows `func`, or the name in a `func` statement.
    pub(super) fn function(&mut self) -> Parse<Function> {
        let params = self.params()?;
        let result = if self.at_type() { Some(self.type_note()?) } else { None };
        Ok(Function { params, result, body: self.body()? })
    }

    /// `{ value }`
    fn body(&mut self) -> Parse<Body> {
        let open = self.expect_behind(TokenKind::OpenCurly)?;
        self.skip_newlines();
        let value = self.expression()?;
        self.skip_newlines();
        self.expect_behind(TokenKind::CloseCurly)?;
        Ok(Body { value, span: self.span_from(open) })
    }

    /// Consumes a `kind`, which stands where an operator could stand too.
    pub(super) fn expect_behind(&mut self, kind: TokenKind) -> Parse<Token> {
        self.eat(kind).ok_or_else(|| self.unexpected(&format!("an operator or {}", kind.spelling())))
    }
}

/// `left op right`, or `left <|> right`.
fn binary(left: Expr, op: Option<(Operator, mgmt_values::Span)>, right: Expr) -> ExprKind {
    match op {
        Some((op, op_span)) => ExprKind::Binary(Box::new(Binary { op, op_span, left, right })),
        None => ExprKind::Except(Box::new(Except { value: left, fallback: right })),
    }
}
