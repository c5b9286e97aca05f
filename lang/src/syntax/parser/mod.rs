//! Tokens to tree, by recursive descent.
//!
//! A rule of the grammar is a method. It looks one token ahead, and gives up at the first token with which no program can continue, so
//! that the place of a mistake is the earliest possible one. Giving up ends the statement; its block goes on behind it. A few
//! mistakes are only noted, because they do not keep the rest from being understood.

mod annotation;
mod bracketed;
mod edge;
mod expression;
mod names;
mod resource;
mod statement;
mod types;

use super::lexer;
use super::token::{Token, TokenKind};
use super::tree::{MAX_HEIGHT, Program};
use super::{MAX_MISTAKES, Parsed};
use crate::diagnostic::Diagnostic;
use mgmt_values::{FileId, Phase, Span};

/// See [`super::parse`].
pub fn parse(file: FileId, text: &str) -> Parsed {
    run(file, text, true)
}

/// See [`super::parse_without_places`].
pub fn parse_without_places(text: &str) -> Parsed {
    run(FileId::default(), text, false)
}

fn run(file: FileId, text: &str, places: bool) -> Parsed {
    if u32::try_from(text.len()).is_err() {
        let mistake = Diagnostic::unplaced(Phase::Lexparse, "a source file of more than 4 GiB");
        return Parsed { program: Program::default(), mistakes: vec![mistake] };
    }
    let lexed = lexer::lex(file, text);
    let (noted, stopped) = (Vec::new(), Vec::new());
    let mut parser = Parser { file, text, tokens: &lexed.tokens, places, at: 0, depth: 0, deepest: 0, noted, stopped };
    let statements = parser.statements(TokenKind::End);
    let Parser { mut noted, stopped: mut mistakes, .. } = parser;
    // The last of the noted ones counts, but only if nothing stopped.
    noted.reverse();
    mistakes.append(&mut noted);
    mistakes.truncate(MAX_MISTAKES);
    let program = Program { statements, comments: lexed.comments, span: Span::new(file, 0, text.len()) };
    Parsed { program, mistakes }
}

/// What a rule gives: a node, or the mistake for which its statement is given up.
type Parse<T> = Result<T, Box<Diagnostic>>;

struct Parser<'t> {
    file: FileId,
    text: &'t str,
    /// Ends in [`TokenKind::End`], which is never consumed.
    tokens: &'t [Token],
    /// Whether nodes get spans.
    places: bool,
    at: usize,
    /// How many nodes are open here.
    depth: usize,
    /// The depth of the deepest node of the expression at work.
    deepest: usize,
    noted: Vec<Diagnostic>,
    stopped: Vec<Diagnostic>,
}

impl Parser<'_> {
    /// The next token.
    fn next(&self) -> Token {
        self.tokens[self.at]
    }

    /// What the next token is.
    fn peek(&self) -> TokenKind {
        self.next().kind
    }

    /// Consumes the next token.
    fn bump(&mut self) -> Token {
        let token = self.next();
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    /// Consumes the next token if it is a `kind`.
    fn eat(&mut self, kind: TokenKind) -> Option<Token> {
        (self.peek() == kind).then(|| self.bump())
    }

    /// Consumes a token that has to be a `kind`.
    fn expect(&mut self, kind: TokenKind) -> Parse<Token> {
        self.eat(kind).ok_or_else(|| self.unexpected(kind.spelling()))
    }

    fn skip_newlines(&mut self) {
        while self.eat(TokenKind::Newline).is_some() {}
    }

    fn text_of(&self, token: Token) -> &str {
        &self.text[token.start as usize..token.end as usize]
    }

    fn span_of(&self, token: Token) -> Span {
        self.span(token.start, token.end)
    }

    /// From the first byte of one token to the end of what was consumed last.
    fn span_from(&self, first: Token) -> Span {
        let last = self.tokens[self.at.saturating_sub(1)];
        self.span(first.start, last.end.max(first.start))
    }

    fn span(&self, start: u32, end: u32) -> Span {
        if self.places { Span { file: self.file, start, end } } else { Span::default() }
    }

    /// The mistake that the next token is.
    fn unexpected(&self, expected: &str) -> Box<Diagnostic> {
        let token = self.next();
        let text = self.text_of(token);
        let found = match token.kind {
            TokenKind::Newline if token.start as usize == self.text.len() => TokenKind::End.spelling().to_string(),
            TokenKind::Newline | TokenKind::End => token.kind.spelling().to_string(),
            TokenKind::Str => "string".to_string(),
            _ => format!("`{text}`"),
        };
        let mistake = |message: String| Diagnostic::new(Phase::Lexparse, self.span_of(token), message);
        Box::new(match token.kind {
            TokenKind::Unrecognized => unrecognized(mistake, text),
            TokenKind::CarriageReturn => mistake("carriage return outside of a string or comment".to_string())
                .with_hint("end lines with a line feed alone"),
            TokenKind::OpenString => mistake("string is not closed".to_string()),
            TokenKind::IntOverflow => mistake(format!("integer overflow: `{text}` does not fit into 64 bits")),
            TokenKind::FloatOverflow => mistake("float overflow: the number is too large".to_string()),
            TokenKind::Int if text.starts_with('-') && expected != EXPRESSION => {
                mistake(format!("unexpected {found}, expected {expected}"))
                    .with_hint("a minus sign directly before a digit belongs to the number: put a blank behind it")
            }
            _ => mistake(format!("unexpected {found}, expected {expected}")),
        })
    }

    /// Notes a mistake that does not stop the parser.
    fn note(&mut self, span: Span, message: impl Into<String>) {
        self.noted.push(Diagnostic::new(Phase::Lexparse, span, message));
    }

    /// What follows is one node deeper, until [`Parser::leave`]. Giving up needs no leave: the statement's depth comes back.
    fn enter(&mut self) -> Parse<()> {
        self.depth += 1;
        self.reach(self.depth)
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Notes that the tree reaches down to `depth`.
    fn reach(&mut self, depth: usize) -> Parse<()> {
        self.deepest = self.deepest.max(depth);
        if self.deepest <= MAX_HEIGHT {
            return Ok(());
        }
        let message = format!("nested too deeply: more than {MAX_HEIGHT} levels");
        let mistake = Diagnostic::new(Phase::Lexparse, self.span_of(self.next()), message);
        // What follows is no better: go to the end.
        self.at = self.tokens.len() - 1;
        Err(Box::new(mistake))
    }
}

/// What rules say that they expect where any expression could stand.
const EXPRESSION: &str = "an expression";

/// A character that starts no token, with advice where people often try it.
fn unrecognized(mistake: impl Fn(String) -> Diagnostic, text: &str) -> Diagnostic {
    let hint = match text {
        "!" => "negation is written `not`",
        "|" => "alternatives are written `or`",
        "&" => "conjunctions are written `and`",
        "%" => "the remainder is `math.mod`",
        "^" => "powers are `math.pow`",
        "'" => "strings stand in double quotes",
        "?" => "the sign of a conditional entry is `?:`",
        "_" => "names start with a letter and do not end in an underscore",
        "\u{feff}" => return mistake("unrecognized byte order mark".to_string()),
        "\u{fffd}" => return mistake("unrecognized character, perhaps a byte that is not UTF-8".to_string()),
        _ => return mistake(format!("unrecognized character `{}`", text.escape_debug())),
    };
    mistake(format!("unrecognized character `{text}`")).with_hint(hint)
}

#[cfg(test)]
mod tests;
