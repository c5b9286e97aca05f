//! Text to tokens.
//!
//! The longest token wins at each place. Blanks separate and vanish, line ends are tokens, comments go to a list of their own. What
//! starts no token becomes a token that says so, which no rule of the grammar accepts: so the first mistake of a text is found by
//! whoever gets there first, lexer or parser.

use super::token::{Token, TokenKind, keyword};
use super::tree::Comment;
use mgmt_values::{FileId, Span};

/// The tokens and comments of a text.
#[derive(Debug, Default)]
pub struct Lexed {
    /// Its tokens, in order. The last is [`TokenKind::End`], and before it stands a [`TokenKind::Newline`], made up where the text has
    /// none, unless there is no other token.
    pub tokens: Vec<Token>,
    /// Its comments, in order.
    pub comments: Vec<Comment>,
}

/// Splits a text of less than 4 GiB.
pub fn lex(file: FileId, text: &str) -> Lexed {
    let mut lexer = Lexer { file, text, bytes: text.as_bytes(), at: 0, out: Lexed::default() };
    lexer.out.tokens.reserve(text.len() / 4);
    lexer.run();
    lexer.out
}

struct Lexer<'t> {
    file: FileId,
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    out: Lexed,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'#' => {
                    let end = self.scan(self.at, |b| b != b'\n');
                    self.out.comments.push(Comment { span: Span::new(self.file, self.at, end) });
                    self.at = end;
                }
                _ => {
                    let (kind, length) = self.token(byte);
                    self.push(kind, length);
                    if kind == TokenKind::OpenString {
                        // All that follows is text of this string.
                        self.at = self.bytes.len();
                    }
                }
            }
        }
        if self.out.tokens.last().is_some_and(|t| t.kind != TokenKind::Newline) {
            self.push(TokenKind::Newline, 0);
        }
        self.push(TokenKind::End, 0);
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        let end = self.at + length;
        self.out.tokens.push(Token { kind, start: self.at as u32, end: end as u32 });
        self.at = end;
    }

    /// The token that starts here with `byte`, and its length in bytes.
    fn token(&self, byte: u8) -> (TokenKind, usize) {
        use TokenKind::*;
        match byte {
            b'\n' => (Newline, 1),
            b'\r' => (CarriageReturn, 1),
            b'"' => self.string(),
            b'0'..=b'9' => self.number(),
            b'a'..=b'z' => {
                let length = self.word();
                (keyword(&self.text[self.at..self.at + length]).unwrap_or(Identifier), length)
            }
            b'A'..=b'Z' => (Capitalized, self.word()),
            b'{' => (OpenCurly, 1),
            b'}' => (CloseCurly, 1),
            b'(' => (OpenParen, 1),
            b')' => (CloseParen, 1),
            b'[' => (OpenBrack, 1),
            b']' => (CloseBrack, 1),
            b',' => (Comma, 1),
            b':' => (Colon, 1),
            b';' => (Semicolon, 1),
            b'.' => (Dot, 1),
            b'$' => (Dollar, 1),
            b'+' => (Plus, 1),
            b'*' => (Multiply, 1),
            b'/' => (Divide, 1),
            b'-' => match self.peek(1) {
                b'0'..=b'9' => self.number(),
                b'>' => (Arrow, 2),
                _ => (Minus, 1),
            },
            b'=' => match self.peek(1) {
                b'>' => (Rocket, 2),
                b'=' => (Eq, 2),
                _ => (Equals, 1),
            },
            b'<' => match (self.peek(1), self.peek(2)) {
                (b'|', b'>') => (Except, 3),
                (b'=', _) => (Lte, 2),
                _ => (Lt, 1),
            },
            b'>' if self.peek(1) == b'=' => (Gte, 2),
            b'>' => (Gt, 1),
            b'!' if self.peek(1) == b'=' => (Neq, 2),
            b'?' if self.peek(1) == b':' => (Elvis, 2),
            _ => (Unrecognized, self.text[self.at..].chars().next().map_or(1, char::len_utf8)),
        }
    }

    /// The byte `ahead` of this one; 0 behind the end.
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// The first place from `from` on whose byte is not `wanted`.
    fn scan(&self, from: usize, wanted: impl Fn(u8) -> bool) -> usize {
        self.bytes[from..].iter().position(|&b| !wanted(b)).map_or(self.bytes.len(), |n| from + n)
    }

    /// The length of a name, which does not end in an underscore.
    fn word(&self) -> usize {
        let end = self.scan(self.at + 1, |b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        let underscores = self.bytes[self.at..end].iter().rev().take_while(|&&b| b == b'_').count();
        end - underscores - self.at
    }

    fn number(&self) -> (TokenKind, usize) {
        let digit = |b: u8| b.is_ascii_digit();
        let mut end = self.scan(self.at + 1, digit);
        let float = self.bytes.get(end) == Some(&b'.') && self.bytes.get(end + 1).copied().is_some_and(digit);
        if float {
            end = self.scan(end + 1, digit);
        }
        let text = &self.text[self.at..end];
        let kind = if float {
            if text.parse::<f64>().is_ok_and(f64::is_finite) { TokenKind::Float } else { TokenKind::FloatOverflow }
        } else if text.parse::<i64>().is_ok() {
            TokenKind::Int
        } else {
            TokenKind::IntOverflow
        };
        (kind, end - self.at)
    }

    /// A string ends at the first quote without a backslash of its own before it.
    fn string(&self) -> (TokenKind, usize) {
        let mut at = self.at + 1;
        loop {
            at = self.scan(at, |b| b != b'"' && b != b'\\');
            match self.bytes.get(at) {
                Some(b'"') => return (TokenKind::Str, at + 1 - self.at),
                Some(_) => at = (at + 2).min(self.bytes.len()),
                None => return (TokenKind::OpenString, 1),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TokenKind::*;
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind> {
        let mut kinds: Vec<_> = lex(FileId(0), text).tokens.iter().map(|t| t.kind).collect();
        assert_eq!(kinds.pop(), Some(End));
        if (!text.ends_with('\n') || kinds.contains(&OpenString)) && kinds.last() == Some(&Newline) {
            kinds.pop();
        }
        kinds
    }

    #[test]
    fn the_longest_token_wins() {
        assert_eq!(kinds("<|> <| <= < =>= == ="), [Except, Lt, Unrecognized, Lte, Lt, Rocket, Equals, Eq, Equals]);
        assert_eq!(kinds("in inn forkv for"), [In, Identifier, ForKv, For]);
        assert_eq!(kinds("?: ? -> - !="), [Elvis, Unrecognized, Arrow, Minus, Neq]);
    }

    #[test]
    fn a_minus_before_a_digit_belongs_to_the_number() {
        assert_eq!(kinds("5-3"), [Int, Int]);
        assert_eq!(kinds("5- 3 -$x"), [Int, Minus, Int, Minus, Dollar, Identifier]);
        assert_eq!(kinds("1.5 1. 1.5.2"), [Float, Int, Dot, Float, Dot, Int]);
    }

    #[test]
    fn numbers_out_of_range_are_mistakes() {
        assert_eq!(kinds("9223372036854775807 -9223372036854775808"), [Int, Int]);
        assert_eq!(kinds("9223372036854775808 -9223372036854775809"), [IntOverflow, IntOverflow]);
        assert_eq!(kinds(&format!("{}.0 0.{}1", "9".repeat(400), "0".repeat(400))), [FloatOverflow, Float]);
    }

    #[test]
    fn names_do_not_end_in_an_underscore() {
        assert_eq!(kinds("a__b"), [Identifier]);
        assert_eq!(kinds("foo_ true_"), [Identifier, Unrecognized, True, Unrecognized]);
        assert_eq!(kinds("FooBar"), [Capitalized, Capitalized]);
    }

    #[test]
    fn a_string_ends_at_the_first_quote_that_is_not_escaped() {
        assert_eq!(kinds(r#""a\\" "b\"c" "\"#), [Str, Str, OpenString]);
        assert_eq!(kinds("\"a\nb\""), [Str]);
        assert_eq!(kinds("$x = \"a\\\"\n$y = 1\n"), [Dollar, Identifier, Equals, OpenString]);
    }

    #[test]
    fn comments_stand_aside() {
        let lexed = lex(FileId(0), "a # \"é\r\n# b");
        assert_eq!(lexed.tokens.iter().map(|t| t.kind).collect::<Vec<_>>(), [Identifier, Newline, End]);
        assert_eq!(lexed.comments.iter().map(|c| (c.span.start, c.span.end)).collect::<Vec<_>>(), [(2, 8), (9, 12)]);
    }

    #[test]
    fn the_end_of_the_text_ends_the_line() {
        let made_up = lex(FileId(0), "a");
        assert_eq!(made_up.tokens[1], Token { kind: Newline, start: 1, end: 1 });
        assert_eq!(kinds(""), []);
        assert_eq!(kinds(" # only a comment"), []);
    }

    #[test]
    fn foreign_characters_are_one_token_each() {
        assert_eq!(kinds("é\u{feff}\r%"), [Unrecognized, Unrecognized, CarriageReturn, Unrecognized]);
    }
}
