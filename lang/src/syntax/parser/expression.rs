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

/// What continues an expression.
enum Link {
    /// `[`
    Index,
    /// `->`
    Field,
    /// An operator; none is `<|>`.
    Operator(Level, Option<Operator>),
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
        self.enter()?;
        let around = std::mem::replace(&mut self.deepest, self.depth);
        let first = self.next();
        let mut left = self.primary()?;
        let mut compared = false;
        while let Some(link) = self.link(min, compared)? {
            // What is on the left goes one deeper, and so does all that is in it.
            self.reach(self.deepest + 1)?;
            compared = matches!(link, Link::Operator(Level::Compare, _));
            let kind = self.linked(left, link)?;
            left = Expr { kind, span: self.span_from(first) };
        }
        self.deepest = self.deepest.max(around);
        self.leave();
        Ok(left)
    }

    /// What continues an expression at the next token, if that is allowed behind what may hold operators from `min` on and, if `compared`,
    /// is a comparison.
    fn link(&self, min: Level, compared: bool) -> Parse<Option<Link>> {
        Ok(match self.peek() {
            TokenKind::OpenBrack => Some(Link::Index),
            TokenKind::Arrow => Some(Link::Field),
            kind => match operator(kind) {
                Some((Level::Compare, _)) if compared => {
                    let mistake = self.unexpected("no second comparison");
                    return Err(Box::new(mistake.with_hint("comparisons do not chain: join them with `and`")));
                }
                Some((level, op)) if level >= min => Some(Link::Operator(level, op)),
                _ => None,
            },
        })
    }

    /// The expression that `link`, which is the next token, makes of `left` and what follows.
    fn linked(&mut self, left: Expr, link: Link) -> Parse<ExprKind> {
        let sign = self.bump();
        let (level, op) = match link {
            Link::Index => return self.index(left),
            Link::Field => return self.field_access(left),
            Link::Operator(level, op) => (level, op),
        };
        let right = self.operators(level.tighter())?;
        Ok(match op {
            Some(op) => ExprKind::Binary(Box::new(Binary { op, op_span: self.span_of(sign), left, right })),
            None => ExprKind::Except(Box::new(Except { value: left, fallback: right })),
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
            TokenKind::OpenParen => self.parenthesised(),
            TokenKind::OpenBrack => self.list(),
            TokenKind::OpenCurly => self.map(),
            TokenKind::Struct => self.record(),
            TokenKind::Not => self.negation(),
            TokenKind::If => self.conditional(),
            TokenKind::Func => self.lambda(),
            TokenKind::Dollar => self.variable_or_call(),
            TokenKind::Identifier | TokenKind::Map | TokenKind::Collect => self.call(),
            _ => self.scalar(),
        }?;
        Ok(Expr { kind, span: self.span_from(first) })
    }

    /// A literal of one token.
    fn scalar(&mut self) -> Parse<ExprKind> {
        let token = self.next();
        let text = self.text_of(token);
        let kind = match token.kind {
            TokenKind::True => ExprKind::Bool(true),
            TokenKind::False => ExprKind::Bool(false),
            TokenKind::Str => ExprKind::Str(text[1..text.len() - 1].into()),
            // The lexer has tried: a number that does not fit is another kind of token.
            TokenKind::Int => ExprKind::Int(text.parse().unwrap_or_default()),
            TokenKind::Float => ExprKind::Float(text.parse().unwrap_or_default()),
            TokenKind::Minus => {
                return Err(Box::new(self.unexpected(EXPRESSION).with_hint("there is no negation of values: write `0 - …`")));
            }
            _ => return Err(self.unexpected(EXPRESSION)),
        };
        self.bump();
        Ok(kind)
    }

    fn parenthesised(&mut self) -> Parse<ExprKind> {
        self.bump();
        let inner = self.expression()?;
        self.expect_behind(TokenKind::CloseParen)?;
        Ok(ExprKind::Paren(Box::new(inner)))
    }

    fn list(&mut self) -> Parse<ExprKind> {
        self.bump();
        Ok(ExprKind::List(self.sequence(TokenKind::CloseBrack, |p| p.expression())?))
    }

    fn map(&mut self) -> Parse<ExprKind> {
        self.bump();
        Ok(ExprKind::Map(self.sequence(TokenKind::CloseCurly, |p| p.pair())?))
    }

    fn record(&mut self) -> Parse<ExprKind> {
        self.bump();
        self.expect(TokenKind::OpenCurly)?;
        Ok(ExprKind::Struct(self.sequence(TokenKind::CloseCurly, |p| p.field_value())?))
    }

    fn negation(&mut self) -> Parse<ExprKind> {
        self.bump();
        Ok(ExprKind::Not(Box::new(self.operators(Level::Not)?)))
    }

    /// A literal function, perhaps called on the spot.
    fn lambda(&mut self) -> Parse<ExprKind> {
        let first = self.bump();
        let function = Box::new(self.function()?);
        if self.peek() != TokenKind::OpenParen {
            return Ok(ExprKind::Lambda(function));
        }
        let callee = Callee::Lambda(function, self.span_from(first));
        Ok(ExprKind::Call(Box::new(Call { callee, args: self.arguments()? })))
    }

    fn variable_or_call(&mut self) -> Parse<ExprKind> {
        let name = self.dotted_variable()?;
        if self.peek() != TokenKind::OpenParen {
            return Ok(ExprKind::Variable(name.text));
        }
        Ok(ExprKind::Call(Box::new(Call { callee: Callee::Variable(name), args: self.arguments()? })))
    }

    /// A call of a function by its name.
    fn call(&mut self) -> Parse<ExprKind> {
        let name = self.dotted()?;
        if self.peek() != TokenKind::OpenParen {
            return Err(self.bare_name(&name.text));
        }
        Ok(ExprKind::Call(Box::new(Call { callee: Callee::Name(name), args: self.arguments()? })))
    }

    /// A name that is not called.
    fn bare_name(&self, name: &str) -> Box<super::Diagnostic> {
        let mistake = self.unexpected("`(` or `.`");
        let hint = format!("`{name}` alone is no value: a variable is `${name}`, a function is called or wrapped in `func`");
        Box::new(mistake.with_hint(hint))
    }

    fn conditional(&mut self) -> Parse<ExprKind> {
        self.bump();
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
