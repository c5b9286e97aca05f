//! The grammar of JSON (RFC 8259): where the first value of a text ends, and its parts. Nothing recurses.

use crate::functions::strings::map_characters;

/// Deeper nesting is refused.
const DEEPEST: usize = 10_000;

/// A text and a place in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

/// Why a text is no JSON.
type Refused<T> = Result<T, String>;

impl<'a> Cursor<'a> {
    /// The start of the first value of a text, once that has been found to be well-formed. What follows it is not looked at.
    pub fn checked(text: &'a [u8]) -> Refused<Cursor<'a>> {
        let mut cursor = Cursor { text, at: 0 };
        cursor.blanks();
        if cursor.peek().is_none() {
            return Err("EOF".to_owned());
        }
        let start = cursor;
        cursor.skip()?;
        Ok(start)
    }

    /// The next byte.
    pub fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Whether the next byte is this one, and goes over it then.
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn refused<T>(&self, place: &str) -> Refused<T> {
        match self.text.get(self.at..).and_then(|rest| rest.utf8_chunks().next()) {
            None => Err("unexpected EOF".to_owned()),
            Some(chunk) => {
                let c = chunk.valid().chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
                Err(format!("invalid character {c:?} {place}"))
            }
        }
    }

    /// Goes over one value.
    fn skip(&mut self) -> Refused<()> {
        // The closing bracket of each value that is open.
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                Some(opening @ (b'{' | b'[')) => {
                    self.at += 1;
                    if open.len() >= DEEPEST {
                        return Err("exceeded max depth".to_owned());
                    }
                    // In ASCII both closing brackets stand two places behind the opening ones.
                    open.push(opening + 2);
                    self.blanks();
                    if !self.eat(opening + 2) {
                        if opening == b'{' {
                            self.key()?;
                        }
                        continue;
                    }
                    open.pop();
                }
                Some(b'"') => self.string()?,
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(b't') => self.word("true")?,
                Some(b'f') => self.word("false")?,
                Some(b'n') => self.word("null")?,
                _ => return self.refused("looking for beginning of value"),
            }
            // A value has ended; so may those around it.
            loop {
                let Some(closing) = open.last() else { return Ok(()) };
                self.blanks();
                if self.eat(b',') {
                    if *closing == b'}' {
                        self.blanks();
                        self.key()?;
                    }
                    break;
                }
                if !self.eat(*closing) {
                    return self.refused(if *closing == b'}' { "after object key:value pair" } else { "after array element" });
                }
                open.pop();
            }
        }
    }

    /// Goes over a key and its colon.
    fn key(&mut self) -> Refused<()> {
        if self.peek() != Some(b'"') {
            return self.refused("looking for beginning of object key string");
        }
        self.string()?;
        self.blanks();
        if self.eat(b':') { Ok(()) } else { self.refused("after object key") }
    }

    fn word(&mut self, word: &str) -> Refused<()> {
        for byte in word.bytes() {
            if !self.eat(byte) {
                return self.refused(&format!("in literal {word} (expecting {:?})", char::from(byte)));
            }
        }
        Ok(())
    }

    fn string(&mut self) -> Refused<()> {
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
                        Some(b'u') => {
                            self.at += 1;
                            for _ in 0..4 {
                                if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                                    return self.refused("in \\u hexadecimal character escape");
                                }
                                self.at += 1;
                            }
                        }
                        _ => return self.refused("in string escape code"),
                    }
                }
                Some(0x20..) => self.at += 1,
                _ => return self.refused("in string literal"),
            }
        }
    }

    fn digits(&mut self, place: &str) -> Refused<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { self.refused(place) }
    }

    fn number(&mut self) -> Refused<()> {
        self.eat(b'-');
        // Nothing follows a leading zero, so another digit ends the number.
        if !self.eat(b'0') {
            self.digits("in numeric literal")?;
        }
        if self.eat(b'.') {
            self.digits("after decimal point in numeric literal")?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            self.digits("in exponent of numeric literal")?;
        }
        Ok(())
    }

    /// The text of the value here, which is part of a checked one.
    pub fn raw(self) -> &'a [u8] {
        let mut end = self;
        // It was checked, so it ends.
        let _ = end.skip();
        &self.text[self.at..end.at]
    }

    /// The places of the elements of the array here.
    pub fn elements(mut self) -> Vec<Cursor<'a>> {
        let mut places = Vec::new();
        self.at += 1;
        self.blanks();
        while !self.eat(b']') {
            places.push(self);
            if self.skip().is_err() {
                break;
            }
            self.blanks();
            self.eat(b',');
            self.blanks();
        }
        places
    }

    /// The keys of the object here and the places of their values, in the order of the text.
    pub fn entries(mut self) -> Vec<(Vec<u8>, Cursor<'a>)> {
        let mut entries = Vec::new();
        self.at += 1;
        self.blanks();
        while !self.eat(b'}') {
            let key = unescape(self.raw());
            if self.key().is_err() {
                break;
            }
            self.blanks();
            entries.push((key, self));
            if self.skip().is_err() {
                break;
            }
            self.blanks();
            self.eat(b',');
            self.blanks();
        }
        entries
    }
}

/// What a string with its quotes means: bytes that are not UTF-8 and lone surrogates become U+FFFD.
pub(super) fn unescape(literal: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(literal.len());
    let mut rest = literal.get(1..literal.len().saturating_sub(1)).unwrap_or_default();
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        out.extend_from_slice(map_characters(&rest[..at], |c| c).as_bytes());
        let simple = match rest.get(at + 1) {
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                let (c, length) = unicode(&rest[at..]);
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                rest = rest.get(at + length..).unwrap_or_default();
                continue;
            }
            Some(byte) => *byte,
            None => return out,
        };
        out.push(simple);
        rest = &rest[at + 2..];
    }
    out.extend_from_slice(map_characters(rest, |c| c).as_bytes());
    out
}

/// The character of `\uXXXX` or of two of them, and their length.
fn unicode(text: &[u8]) -> (char, usize) {
    let unit = |text: &[u8]| {
        let digits = text.strip_prefix(b"\\u").and_then(|rest| rest.get(..4))?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let first = unit(text).unwrap_or(0xfffd);
    let second = text.get(6..).and_then(unit);
    if let Some(Ok(c)) = second.and_then(|second| char::decode_utf16([first, second]).next())
        && u32::from(c) > 0xffff
    {
        return (c, 12);
    }
    (char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER), 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_value_counts() {
        for (text, value) in [
            ("1x", "1"),
            ("01", "0"),
            (" [1, {\"a\": []}] ,", "[1, {\"a\": []}]"),
            ("truefalse", "true"),
            ("-0.5e+1}", "-0.5e+1"),
        ] {
            assert_eq!(Cursor::checked(text.as_bytes()).map(Cursor::raw), Ok(value.as_bytes()), "{text}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (text, why) in [
            ("", "EOF"),
            ("{\"a\": 1", "unexpected EOF"),
            ("[\"a\",]", "invalid character ']' looking for beginning of value"),
            ("\"a\tb\"", "invalid character '\\t' in string literal"),
            ("{a}", "invalid character 'a' looking for beginning of object key string"),
            ("[1 2]", "invalid character '2' after array element"),
            ("tru ", "invalid character ' ' in literal true (expecting 'e')"),
            ("1.x", "invalid character 'x' after decimal point in numeric literal"),
            ("\"\\x\"", "invalid character 'x' in string escape code"),
        ] {
            assert_eq!(Cursor::checked(text.as_bytes()).map(Cursor::raw), Err(why.to_owned()), "{text}");
        }
        assert!(Cursor::checked("[".repeat(1_000_000).as_bytes()).is_err());
    }

    #[test]
    fn surrogates_need_each_other() {
        let meaning = |text: &str| String::from_utf8(unescape(text.as_bytes()));
        assert_eq!(meaning("\"\\ud83d\\ude00 \\u00e9\\/\"").as_deref(), Ok("😀 é/"));
        assert_eq!(meaning("\"\\ud83d\\u0041\\ude00\"").as_deref(), Ok("\u{fffd}A\u{fffd}"));
    }
}
