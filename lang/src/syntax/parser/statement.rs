//! Statements and blocks.

use super::{Diagnostic, MAX_MISTAKES, Parse, Parser};
use crate::syntax::token::TokenKind;
use crate::syntax::tree::{
    Alias, Bind, Block, Class, Collect, Expr, For, ForKv, Func, If, Import, ImportPath, Include, Name, Panic, Statement,
};
use mgmt_values::Phase;

impl Parser<'_> {
    /// The statements up to `end`, which is not consumed, or to where the text ends. One that cannot be understood is left out and
    /// its mistake kept.
    pub(super) fn statements(&mut self, end: TokenKind) -> Vec<Statement> {
        let mut statements = Vec::new();
        loop {
            self.skip_newlines();
            if matches!(self.peek(), TokenKind::End) || self.peek() == end {
                return statements;
            }
            let (start, depth) = (self.at, self.depth);
            match self.line() {
                Ok(statement) => statements.push(statement),
                Err(mistake) => {
                    self.depth = depth;
                    self.give_up(start, *mistake, end);
                }
            }
        }
    }

    /// A statement and the end of its line.
    fn line(&mut self) -> Parse<Statement> {
        self.deepest = self.depth;
        let statement = self.statement()?;
        match self.eat(TokenKind::Newline) {
            Some(_) => Ok(statement),
            None => Err(self.unexpected("the end of the line")),
        }
    }

    /// Keeps the mistake for which the statement that starts at token `start` was given up, and goes to the line behind it.
    fn give_up(&mut self, start: usize, mistake: Diagnostic, end: TokenKind) {
        // What is missing at the end of the text is missing because of the mistake before it.
        if self.stopped.is_empty() || self.peek() != TokenKind::End {
            self.stopped.push(mistake);
        }
        if self.stopped.len() >= MAX_MISTAKES {
            self.at = self.tokens.len() - 1;
            return;
        }
        if self.peek() == TokenKind::End {
            return;
        }
        let column = self.column(start);
        let mut open: i32 = self.tokens[start..self.at].iter().map(|t| bracket(t.kind)).sum();
        loop {
            match self.peek() {
                TokenKind::End => return,
                TokenKind::Newline if open <= 0 || self.outdented(column) => return,
                kind if kind == end && open <= 0 => return,
                kind => open += bracket(kind),
            }
            self.bump();
        }
    }

    /// Whether what follows this line's end starts no further to the right than `column`, and so most likely a statement of its own.
    fn outdented(&self, column: usize) -> bool {
        let next = self.at + self.tokens[self.at..].iter().take_while(|t| t.kind == TokenKind::Newline).count();
        bracket(self.tokens[next].kind) >= 0 && self.column(next) <= column
    }

    /// How many bytes stand before a token on its line.
    fn column(&self, token: usize) -> usize {
        let before = &self.text.as_bytes()[..self.tokens[token].start as usize];
        before.iter().rev().take_while(|&&b| b != b'\n').count()
    }

    fn statement(&mut self) -> Parse<Statement> {
        match self.peek() {
            TokenKind::Dollar => self.one(Self::bind, Statement::Bind),
            TokenKind::Identifier => self.one(Self::resource, Statement::Resource),
            TokenKind::Capitalized => self.one(Self::edge, Statement::Edge),
            TokenKind::Panic => self.one(Self::panic, Statement::Panic),
            TokenKind::Collect => self.one(Self::collect, Statement::Collect),
            TokenKind::If => self.one(Self::if_statement, Statement::If),
            TokenKind::For => self.one(Self::for_list, Statement::For),
            TokenKind::ForKv => self.one(Self::for_map, Statement::ForKv),
            TokenKind::Func => self.one(Self::func, Statement::Func),
            TokenKind::Class => self.one(Self::class, Statement::Class),
            TokenKind::Include => self.one(Self::include, Statement::Include),
            TokenKind::Import => self.one(Self::import, Statement::Import),
            TokenKind::Else => {
                Err(Box::new(self.unexpected("a statement").with_hint("`else` stands on the line of the closing brace")))
            }
            _ => Err(self.unexpected("a statement")),
        }
    }

    /// What a rule gives, as a statement. A function of its own for each: so blocks in blocks need little stack.
    fn one<T>(&mut self, rule: fn(&mut Self) -> Parse<T>, wrap: fn(T) -> Statement) -> Parse<Statement> {
        rule(self).map(wrap)
    }

    fn panic(&mut self) -> Parse<Panic> {
        let first = self.bump();
        Ok(Panic { args: self.arguments()?, span: self.span_from(first) })
    }

    fn collect(&mut self) -> Parse<Collect> {
        let first = self.bump();
        Ok(Collect { resource: self.resource()?, span: self.span_from(first) })
    }

    fn func(&mut self) -> Parse<Func> {
        let first = self.bump();
        let name = self.identifier()?;
        Ok(Func { name, function: self.function()?, span: self.span_from(first) })
    }

    fn for_list(&mut self) -> Parse<For> {
        let first = self.bump();
        let (index, value, over, body) = self.loop_parts()?;
        Ok(For { index, value, over, body, span: self.span_from(first) })
    }

    fn for_map(&mut self) -> Parse<ForKv> {
        let first = self.bump();
        let (key, value, over, body) = self.loop_parts()?;
        Ok(ForKv { key, value, over, body, span: self.span_from(first) })
    }

    /// `$name type = value`
    fn bind(&mut self) -> Parse<Bind> {
        let first = self.next();
        let name = self.variable()?;
        if self.peek() == TokenKind::Eq {
            let word = self.last_token();
            return Err(Box::new(
                Diagnostic::new(Phase::Lexparse, word, "additional equals in bind statement").with_hint("bind with a single `=`"),
            ));
        }
        let annotation = if self.at_type() { Some(self.type_note()?) } else { None };
        if self.eat(TokenKind::Equals).is_none() {
            return Err(self.unexpected(if annotation.is_some() { "`=`" } else { "`=` or a type" }));
        }
        let start = self.span_of(self.next());
        let value = self.expression()?;
        if let Some(annotation) = &annotation {
            self.check_annotation(annotation, &value, start);
        }
        Ok(Bind { name, annotation, value, span: self.span_from(first) })
    }

    /// `{ statements }`
    fn block(&mut self) -> Parse<Block> {
        let open = self.bump();
        self.enter()?;
        let statements = self.statements(TokenKind::CloseCurly);
        self.leave();
        self.expect(TokenKind::CloseCurly)?;
        Ok(Block { statements, span: self.span_from(open) })
    }

    /// A block behind an expression.
    fn block_behind(&mut self) -> Parse<Block> {
        match self.peek() {
            TokenKind::OpenCurly => self.block(),
            _ => Err(self.unexpected("an operator or `{`")),
        }
    }

    fn if_statement(&mut self) -> Parse<If> {
        let first = self.bump();
        let condition = self.expression()?;
        let then = self.block_behind()?;
        let otherwise = match self.eat(TokenKind::Else) {
            None => None,
            Some(_) if self.peek() == TokenKind::OpenCurly => Some(self.block()?),
            Some(_) => {
                let mistake = self.unexpected("`{`");
                let hint = "there is no `else if`: put another `if` into the block of `else`";
                return Err(if self.peek() == TokenKind::If { Box::new(mistake.with_hint(hint)) } else { mistake });
            }
        };
        Ok(If { condition, then, otherwise, span: self.span_from(first) })
    }

    /// What follows `for` and `forkv`.
    fn loop_parts(&mut self) -> Parse<(Name, Name, Expr, Block)> {
        let first = self.variable()?;
        self.expect(TokenKind::Comma)?;
        let second = self.variable()?;
        self.expect(TokenKind::In)?;
        let over = self.expression()?;
        Ok((first, second, over, self.block_behind()?))
    }

    fn class(&mut self) -> Parse<Class> {
        let first = self.bump();
        let name = self.colon_name()?;
        let params = match self.peek() {
            TokenKind::OpenParen => Some(self.params()?),
            TokenKind::OpenCurly => None,
            _ => return Err(self.unexpected("`(`, `{` or `:`")),
        };
        if self.peek() != TokenKind::OpenCurly {
            return Err(self.unexpected("`{`"));
        }
        // A class with colons moves as deep as it has colons.
        let colons = name.text.bytes().filter(|&b| b == b':').count();
        self.depth += colons;
        let body = self.block()?;
        self.depth -= colons;
        Ok(Class { name, params, body, span: self.span_from(first) })
    }

    fn include(&mut self) -> Parse<Include> {
        let first = self.bump();
        let class = self.dotted()?;
        let args = if self.peek() == TokenKind::OpenParen { Some(self.arguments()?) } else { None };
        let alias = match self.eat(TokenKind::As) {
            Some(_) => Some(self.identifier()?),
            None => None,
        };
        Ok(Include { class, args, alias, span: self.span_from(first) })
    }

    fn import(&mut self) -> Parse<Import> {
        let first = self.bump();
        let token = self.expect(TokenKind::Str)?;
        let text = self.text_of(token);
        let path = ImportPath { text: text[1..text.len() - 1].into(), span: self.span_of(token) };
        let alias = match self.eat(TokenKind::As) {
            None => None,
            Some(_) => Some(match self.peek() {
                TokenKind::Multiply => {
                    let star = self.bump();
                    Alias::Star(self.span_of(star))
                }
                TokenKind::Identifier => Alias::Name(self.identifier()?),
                _ => return Err(self.unexpected("a name or `*`")),
            }),
        };
        Ok(Import { path, alias, span: self.span_from(first) })
    }
}

/// What a token adds to the number of open brackets.
fn bracket(kind: TokenKind) -> i32 {
    match kind {
        TokenKind::OpenCurly | TokenKind::OpenParen | TokenKind::OpenBrack => 1,
        TokenKind::CloseCurly | TokenKind::CloseParen | TokenKind::CloseBrack => -1,
        _ => 0,
    }
}
