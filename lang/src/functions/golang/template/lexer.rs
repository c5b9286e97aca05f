//! The text of a template as tokens, one at a time.

use std::borrow::Cow;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// What is wrong with the text; the last token.
    Error,
    /// The end of the text.
    End,
    /// Text outside of actions.
    Text,
    /// `{{`
    Open,
    /// `}}`
    Close,
    /// White space inside an action.
    Space,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    /// `|`
    Pipe,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// Any other printable ASCII character.
    Character,
    /// `'a'`
    Constant,
    /// A sum of a real and an imaginary number.
    Complex,
    /// A number.
    Number,
    /// `"text"`
    Quoted,
    /// A text in back quotes.
    Raw,
    /// `.name`
    Field,
    /// `$` or `$name`
    Variable,
    /// `true` or `false`
    Bool,
    /// A name.
    Identifier,
    /// A keyword; `.` and `nil` are two.
    Keyword(Keyword),
}

/// Words with a meaning of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Dot,
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

/// A token with its place.
#[derive(Clone, Debug)]
pub(super) struct Item<'t> {
    pub(super) token: Token,
    pub(super) position: u32,
    /// From 1, where it begins.
    pub(super) line: u32,
    /// Its text, or the message of an error.
    pub(super) text: Cow<'t, [u8]>,
}

impl Item<'_> {
    /// As messages show it.
    pub(super) fn shown(&self) -> String {
        let text = String::from_utf8_lossy(&self.text);
        match self.token {
            Token::End => "EOF".to_owned(),
            Token::Error => text.into_owned(),
            Token::Keyword(_) => format!("<{text}>"),
            _ if self.text.len() > 10 => {
                let short: String = text.chars().take(10).collect();
                format!("{}...", mgmt_values::text::quote(short.as_bytes()))
            }
            _ => mgmt_values::text::quote(&self.text),
        }
    }
}

const KEYWORDS: [(&[u8], Keyword); 11] = [
    (b"block", Keyword::Block),
    (b"break", Keyword::Break),
    (b"continue", Keyword::Continue),
    (b"define", Keyword::Define),
    (b"else", Keyword::Else),
    (b"end", Keyword::End),
    (b"if", Keyword::If),
    (b"nil", Keyword::Nil),
    (b"range", Keyword::Range),
    (b"template", Keyword::Template),
    (b"with", Keyword::With),
];

/// A lexer at work.
#[derive(Debug)]
pub(super) struct Lexer<'t> {
    text: &'t [u8],
    at: usize,
    start: usize,
    /// The line of `start`.
    line: u32,
    inside: bool,
    parens: u32,
    done: bool,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t [u8]) -> Lexer<'t> {
        Lexer { text, at: 0, start: 0, line: 1, inside: false, parens: 0, done: false }
    }

    /// The next token; after an error or the end, the end for ever.
    pub(super) fn next(&mut self) -> Item<'t> {
        if self.done {
            return self.item(Token::End);
        }
        let item = loop {
            let found = if self.inside { Some(self.action()) } else { self.outside() };
            if let Some(item) = found {
                break item;
            }
        };
        self.done = matches!(item.token, Token::Error | Token::End);
        item
    }

    /// What was read since `start` as a token.
    fn item(&mut self, token: Token) -> Item<'t> {
        let item =
            Item { token, position: self.start as u32, line: self.line, text: Cow::Borrowed(&self.text[self.start..self.at]) };
        self.ignore();
        item
    }

    /// Goes on behind what was read.
    fn ignore(&mut self) {
        self.line += memchr::memchr_iter(b'\n', &self.text[self.start..self.at]).count() as u32;
        self.start = self.at;
    }

    fn error(&self, message: impl Into<String>) -> Item<'t> {
        Item { token: Token::Error, position: self.start as u32, line: self.line, text: Cow::Owned(message.into().into_bytes()) }
    }

    /// An error of a token that spans lines is placed at its end.
    fn error_at_end(&mut self, message: &str) -> Item<'t> {
        self.ignore();
        self.error(message)
    }

    fn rest(&self) -> &'t [u8] {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        decode(self.rest()).map(|(c, _)| c)
    }

    fn take(&mut self) -> Option<char> {
        let (c, length) = decode(self.rest())?;
        self.at += length;
        Some(c)
    }

    fn accept(&mut self, set: &[u8]) -> bool {
        let found = self.rest().first().is_some_and(|byte| set.contains(byte));
        self.at += usize::from(found);
        found
    }

    fn accept_all(&mut self, set: &[u8]) {
        while self.accept(set) {}
    }

    /// Text, a comment, or the beginning of an action; `None` where a comment or nothing was skipped.
    fn outside(&mut self) -> Option<Item<'t>> {
        let Some(ahead) = memchr::memmem::find(self.rest(), b"{{") else {
            self.at = self.text.len();
            return Some(self.item(if self.start < self.at { Token::Text } else { Token::End }));
        };
        let open = self.at + ahead;
        let trims = trims_left(&self.text[open + 2..]);
        if ahead > 0 {
            let text = &self.text[self.start..open];
            let kept = if trims { trimmed(text) } else { text };
            self.at = self.start + kept.len();
            let item = self.item(Token::Text);
            self.at = open;
            self.ignore();
            if !item.text.is_empty() {
                return Some(item);
            }
        }
        let behind = 2 + if trims { 2 } else { 0 };
        if self.rest()[behind..].starts_with(b"/*") {
            self.at += behind;
            return self.comment().err();
        }
        self.at += 2;
        let item = self.item(Token::Open);
        self.inside = true;
        self.parens = 0;
        self.at += behind - 2;
        self.ignore();
        Some(item)
    }

    fn comment(&mut self) -> Result<(), Item<'t>> {
        self.ignore();
        let Some(end) = memchr::memmem::find(self.rest(), b"*/") else {
            return Err(self.error("unclosed comment"));
        };
        self.at += end + 2;
        match self.closing() {
            None => Err(self.error("comment ends before closing delimiter")),
            Some(trims) => {
                self.close(trims);
                Ok(())
            }
        }
    }

    /// Whether the action ends here, and whether it trims then.
    fn closing(&self) -> Option<bool> {
        let rest = self.rest();
        match rest {
            [blank, b'-', b'}', b'}', ..] if is_blank(*blank) => Some(true),
            [b'}', b'}', ..] => Some(false),
            _ => None,
        }
    }

    /// Reads the end of an action.
    fn close(&mut self, trims: bool) -> Item<'t> {
        if trims {
            self.at += 2;
            self.ignore();
        }
        self.at += 2;
        let item = self.item(Token::Close);
        if trims {
            self.at += self.rest().iter().take_while(|byte| is_blank(**byte)).count();
            self.ignore();
        }
        self.inside = false;
        item
    }

    /// A token inside an action.
    fn action(&mut self) -> Item<'t> {
        if let Some(trims) = self.closing() {
            return if self.parens == 0 { self.close(trims) } else { self.error("unclosed left paren") };
        }
        let Some(c) = self.take() else { return self.error("unclosed action") };
        match c {
            ' ' | '\t' | '\r' | '\n' => self.space(),
            '=' => self.item(Token::Assign),
            ':' => match self.take() {
                Some('=') => self.item(Token::Declare),
                _ => self.error("expected :="),
            },
            '|' => self.item(Token::Pipe),
            '"' => self.quoted(),
            '`' => self.raw(),
            '\'' => self.constant(),
            '$' => self.name(Token::Variable),
            '.' if self.rest().first().is_some_and(|byte| !byte.is_ascii_digit()) => self.name(Token::Field),
            '.' | '+' | '-' | '0'..='9' => {
                self.at -= 1;
                self.number()
            }
            '(' => {
                self.parens += 1;
                self.item(Token::LeftParen)
            }
            ')' if self.parens == 0 => self.error("unexpected right paren"),
            ')' => {
                self.parens -= 1;
                self.item(Token::RightParen)
            }
            c if is_alphanumeric(c) => self.identifier(),
            ' '..='~' => self.item(Token::Character),
            c => self.error(format!("unrecognized character in action: {}", shown(c))),
        }
    }

    fn space(&mut self) -> Item<'t> {
        self.at -= 1;
        // The last blank may belong to a trimming end.
        while self.rest().first().is_some_and(|byte| is_blank(*byte)) && self.closing().is_none() {
            self.at += 1;
        }
        self.item(Token::Space)
    }

    fn quoted(&mut self) -> Item<'t> {
        loop {
            match self.take() {
                Some('\\') if !matches!(self.peek(), None | Some('\n')) => {
                    self.take();
                }
                None | Some('\\' | '\n') => return self.error("unterminated quoted string"),
                Some('"') => return self.item(Token::Quoted),
                Some(_) => {}
            }
        }
    }

    fn raw(&mut self) -> Item<'t> {
        match memchr::memchr(b'`', self.rest()) {
            Some(end) => {
                self.at += end + 1;
                self.item(Token::Raw)
            }
            None => self.error_at_end("unterminated raw quoted string"),
        }
    }

    fn constant(&mut self) -> Item<'t> {
        loop {
            match self.take() {
                Some('\\') if !matches!(self.peek(), None | Some('\n')) => {
                    self.take();
                }
                None | Some('\\' | '\n') => return self.error("unterminated character constant"),
                Some('\'') => return self.item(Token::Constant),
                Some(_) => {}
            }
        }
    }

    /// A field or a variable, behind its first character.
    fn name(&mut self, token: Token) -> Item<'t> {
        if self.ends() {
            return self.item(if token == Token::Variable { token } else { Token::Keyword(Keyword::Dot) });
        }
        self.alphanumerics();
        if !self.ends() {
            return self.bad_character();
        }
        self.item(token)
    }

    fn identifier(&mut self) -> Item<'t> {
        self.alphanumerics();
        if !self.ends() {
            return self.bad_character();
        }
        let word = &self.text[self.start..self.at];
        let keyword = KEYWORDS.iter().find(|(name, _)| *name == word);
        self.item(match keyword {
            Some((_, keyword)) => Token::Keyword(*keyword),
            None if word == b"true" || word == b"false" => Token::Bool,
            None => Token::Identifier,
        })
    }

    fn alphanumerics(&mut self) {
        while self.peek().is_some_and(is_alphanumeric) {
            self.take();
        }
    }

    fn bad_character(&self) -> Item<'t> {
        self.error(format!("bad character {}", self.peek().map(shown).unwrap_or_default()))
    }

    /// Whether a name may end here.
    fn ends(&self) -> bool {
        match self.rest() {
            [] | [b' ' | b'\t' | b'\r' | b'\n' | b'.' | b',' | b'|' | b':' | b')' | b'(', ..] => true,
            rest => rest.starts_with(b"}}"),
        }
    }

    fn number(&mut self) -> Item<'t> {
        let refused = |lexer: &Lexer<'t>| {
            let text = mgmt_values::text::quote(&lexer.text[lexer.start..lexer.at]);
            lexer.error(format!("bad number syntax: {text}"))
        };
        if !self.digits() {
            return refused(self);
        }
        if !matches!(self.rest().first(), Some(b'+' | b'-')) {
            return self.item(Token::Number);
        }
        if !self.digits() || self.text[self.at - 1] != b'i' {
            return refused(self);
        }
        self.item(Token::Complex)
    }

    /// Reads what looks like a number; whether nothing follows that belongs to a word.
    fn digits(&mut self) -> bool {
        self.accept(b"+-");
        let mut digits: &[u8] = b"0123456789_";
        if self.accept(b"0") {
            if self.accept(b"xX") {
                digits = b"0123456789abcdefABCDEF_";
            } else if self.accept(b"oO") {
                digits = b"01234567_";
            } else if self.accept(b"bB") {
                digits = b"01_";
            }
        }
        self.accept_all(digits);
        if self.accept(b".") {
            self.accept_all(digits);
        }
        let exponent: &[u8] = match digits.len() {
            11 => b"eE",
            23 => b"pP",
            _ => b"",
        };
        if self.accept(exponent) {
            self.accept(b"+-");
            self.accept_all(b"0123456789_");
        }
        self.accept(b"i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.take();
            return false;
        }
        true
    }
}

fn decode(text: &[u8]) -> Option<(char, usize)> {
    let first = *text.first()?;
    if first.is_ascii() {
        return Some((char::from(first), 1));
    }
    let head = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    Some(valid.chars().next().map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, c.len_utf8())))
}

/// `U+20AC '€'`
fn shown(c: char) -> String {
    let escaped = mgmt_values::text::quote(c.encode_utf8(&mut [0; 4]).as_bytes());
    let code = u32::from(c);
    if escaped.len() == c.len_utf8() + 2 { format!("U+{code:04X} '{c}'") } else { format!("U+{code:04X}") }
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphabetic() || c.is_numeric()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Whether an action begins with a dash that trims, given what follows its braces.
fn trims_left(rest: &[u8]) -> bool {
    matches!(rest, [b'-', blank, ..] if is_blank(*blank))
}

/// A text without the blanks at its end.
fn trimmed(text: &[u8]) -> &[u8] {
    let blanks = text.iter().rev().take_while(|byte| is_blank(**byte)).count();
    &text[..text.len() - blanks]
}
