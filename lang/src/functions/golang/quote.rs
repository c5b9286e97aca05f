//! Go string literals: writing and reading them.

use mgmt_values::text;
use std::fmt::Write as _;

/// What is escaped beside quotes, backslashes and control characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// What is not printable.
    Unprintable,
    /// What is not ASCII.
    NonAscii,
    /// What is not printable, except spaces of other scripts.
    Ungraphic,
}

/// A double-quoted literal.
pub(super) fn quote(bytes: &[u8], escape: Escape) -> String {
    if escape == Escape::Unprintable {
        return text::quote(bytes);
    }
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                _ if escape == Escape::Ungraphic && !c.is_ascii() && is_space(c) => out.push(c),
                _ if escape == Escape::NonAscii && !c.is_ascii() => {
                    // Writing to a string cannot fail.
                    let _ = if u32::from(c) < 0x10000 {
                        write!(out, "\\u{:04x}", u32::from(c))
                    } else {
                        write!(out, "\\U{:08x}", u32::from(c))
                    };
                }
                _ => {
                    let quoted = text::quote(c.encode_utf8(&mut [0; 4]).as_bytes());
                    out.push_str(&quoted[1..quoted.len() - 1]);
                }
            }
        }
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out.push('"');
    out
}

/// Whether a text can stand between back quotes: on one line, without control characters except tabs.
pub(super) fn can_backquote(text: &[u8]) -> bool {
    let plain = |c: char| c != '\u{feff}' && c != '`' && c != '\x7f' && (c >= ' ' || c == '\t');
    std::str::from_utf8(text).is_ok_and(|text| text.chars().all(plain))
}

/// Whether a character is printed as it is.
pub(super) fn printable(c: char) -> bool {
    matches!(c, '"' | '\\') || text::quote(c.encode_utf8(&mut [0; 4]).as_bytes()).len() == c.len_utf8() + 2
}

/// A literal of a single character.
pub(super) fn quote_char(c: char, escape: Escape) -> String {
    match c {
        '\'' => "'\\''".to_owned(),
        '"' => "'\"'".to_owned(),
        _ => {
            let quoted = quote(c.encode_utf8(&mut [0; 4]).as_bytes(), escape);
            format!("'{}'", &quoted[1..quoted.len() - 1])
        }
    }
}

/// Category Zs of Unicode, without ASCII's space.
fn is_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// The length of the literal at the start of a text, and what it means; `None` where there is none. Literals are double-quoted, back-quoted or
/// at most a single character in single quotes.
pub(super) fn unquote(literal: &[u8]) -> Option<(usize, Vec<u8>)> {
    let quote = *literal.first()?;
    match quote {
        b'`' => {
            let end = literal[1..].iter().position(|byte| *byte == b'`')? + 1;
            Some((end + 1, literal[1..end].iter().copied().filter(|byte| *byte != b'\r').collect()))
        }
        b'"' | b'\'' => {
            let mut out = Vec::new();
            let mut rest = &literal[1..];
            let mut units = 0;
            while *rest.first()? != quote {
                if quote == b'\'' && units == 1 {
                    return None;
                }
                unit(&mut rest, quote, &mut out)?;
                units += 1;
            }
            Some((literal.len() - rest.len() + 1, out))
        }
        _ => None,
    }
}

/// Reads a character or an escape.
fn unit(rest: &mut &[u8], quote: u8, out: &mut Vec<u8>) -> Option<()> {
    let first = take(rest)?;
    if first == b'\n' {
        return None;
    }
    if first != b'\\' {
        return raw(first, rest, out);
    }
    let simple = match take(rest)? {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        c @ (b'"' | b'\'') => (c == quote).then_some(c)?,
        b'x' => u8::try_from(hexadecimal(rest, 2)?).ok()?,
        c @ (b'u' | b'U') => {
            let c = char::from_u32(hexadecimal(rest, if c == b'u' { 4 } else { 8 })?)?;
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(());
        }
        first @ b'0'..=b'7' => {
            let mut value = u32::from(first - b'0');
            for _ in 0..2 {
                value = value * 8 + char::from(take(rest)?).to_digit(8)?;
            }
            u8::try_from(value).ok()?
        }
        _ => return None,
    };
    out.push(simple);
    Some(())
}

/// A character that stands for itself; an invalid byte becomes U+FFFD.
fn raw(first: u8, rest: &mut &[u8], out: &mut Vec<u8>) -> Option<()> {
    let width = match first {
        0xc0.. => (2..=4).find(|width| {
            let bytes = [&[first], rest.get(..width - 1).unwrap_or_default()].concat();
            bytes.len() == *width && std::str::from_utf8(&bytes).is_ok()
        }),
        0x80.. => None,
        _ => Some(1),
    };
    match width {
        Some(width) => {
            out.push(first);
            out.extend_from_slice(&rest[..width - 1]);
            *rest = &rest[width - 1..];
        }
        None => out.extend_from_slice("\u{fffd}".as_bytes()),
    }
    Some(())
}

fn take(rest: &mut &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    Some(*first)
}

fn hexadecimal(rest: &mut &[u8], digits: usize) -> Option<u32> {
    let mut value = 0;
    for _ in 0..digits {
        value = value << 4 | char::from(take(rest)?).to_digit(16)?;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_escapes_its_own() {
        let text = "a\u{a0}é\u{ad}😀\"".as_bytes();
        assert_eq!(quote(text, Escape::Unprintable), "\"a\\u00a0é\\u00ad😀\\\"\"");
        assert_eq!(quote(text, Escape::Ungraphic), "\"a\u{a0}é\\u00ad😀\\\"\"");
        assert_eq!(quote(text, Escape::NonAscii), "\"a\\u00a0\\u00e9\\u00ad\\U0001f600\\\"\"");
        assert_eq!(quote(b"\xff\x7f", Escape::NonAscii), "\"\\xff\\x7f\"");
    }

    #[test]
    fn literals_are_read_as_go_reads_them() {
        for (literal, text) in [
            ("\"a\\n\\x41\\101\\u00e9\"", "a\nAAé"),
            ("`a\\n\r`", "a\\n"),
            ("'é'", "é"),
            ("'\\''", "'"),
            ("\"'\"", "'"),
            ("\"\"", ""),
            ("''", ""),
        ] {
            assert_eq!(unquote(literal.as_bytes()), Some((literal.len(), text.as_bytes().to_vec())), "{literal}");
        }
        assert_eq!(unquote(b"\"a\"b"), Some((3, b"a".to_vec())));
        assert_eq!(unquote(b"\"\xff\\xff\""), Some((7, b"\xef\xbf\xbd\xff".to_vec())));
        for literal in ["", "a", "\"", "'ab'", "\"\\'\"", "'\\\"'", "\"\n\"", "\"\\400\"", "\"\\ud800\"", "`a", "\"\\8\""] {
            assert_eq!(unquote(literal.as_bytes()), None, "{literal}");
        }
    }
}
