//! Module `golang/html`: character references of HTML.

use crate::functions::strings::find;
use crate::functions::{CallContext, Fault, Function, args, pure};
use mgmt_values::Value;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

pub(in crate::functions) const FUNCTIONS: &[Function] = &[
    pure(
        "golang/html.escape_string",
        "func(s str) str",
        escape,
        "A text with `<`, `>`, `&` and quotes as character references.",
        r#"html.escape_string("a<b") == "a&lt;b""#,
    ),
    pure(
        "golang/html.unescape_string",
        "func(s str) str",
        unescape,
        "A text with all character references resolved.",
        r#"html.unescape_string("&eacute;&#33;") == "é!""#,
    ),
];

/// The named character references of HTML (WHATWG, "HTML Living Standard", section 13.5): a name, with its semicolon where it needs one, and one
/// or two characters in hexadecimal, by line.
const ENTITIES: &str = include_str!("entities.txt");

static BY_NAME: LazyLock<FxHashMap<&'static [u8], String>> = LazyLock::new(|| {
    let entry = |line: &'static str| {
        let (name, codes) = line.split_once(' ')?;
        let characters = codes.split(' ').filter_map(|code| u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
        Some((name.as_bytes(), characters.collect()))
    };
    ENTITIES.lines().filter_map(entry).collect()
});

/// No name that works without a semicolon is longer.
const LONGEST_BARE: usize = 6;

/// What numbers from 128 to 159 mean: the code page Windows-1252.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn escape(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let mut out = Vec::new();
    for byte in args::bytes(args, 0)? {
        match byte {
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            b'"' => out.extend_from_slice(b"&#34;"),
            byte => out.push(*byte),
        }
    }
    Ok(Value::str(out))
}

fn unescape(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let mut rest = args::bytes(args, 0)?;
    let mut out = Vec::with_capacity(rest.len());
    while let Some(at) = find(rest, b"&") {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let length = if rest.get(1) == Some(&b'#') { numeric(rest, &mut out) } else { named(rest, &mut out) };
        if length == 0 {
            out.push(b'&');
        }
        rest = &rest[length.max(1)..];
    }
    out.extend_from_slice(rest);
    Ok(Value::str(out))
}

/// Writes what the reference at the start means and gives its length; 0 for none.
fn numeric(text: &[u8], out: &mut Vec<u8>) -> usize {
    let hexadecimal = matches!(text.get(2), Some(b'x' | b'X'));
    let start = if hexadecimal { 3 } else { 2 };
    let radix = if hexadecimal { 16 } else { 10 };
    let digits = text[start.min(text.len())..].iter().take_while(|byte| char::from(**byte).is_digit(radix)).count();
    let end = start + digits;
    let closed = text.get(end) == Some(&b';');
    // A single character behind `#` is no reference, except that a lone digit may be closed.
    if end + usize::from(closed) <= 3 {
        return 0;
    }
    // Numbers that are too large wrap around, as they do for Go.
    let fold = |sum: i32, byte: &u8| {
        let digit = char::from(*byte).to_digit(radix).unwrap_or(0);
        sum.wrapping_mul(radix as i32).wrapping_add(digit as i32)
    };
    let code = text[start..end].iter().fold(0, fold);
    let c = match code {
        0 => None,
        0x80..=0x9f => WINDOWS.get(code as usize - 0x80).copied(),
        code => u32::try_from(code).ok().and_then(char::from_u32),
    };
    let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    end + usize::from(closed)
}

/// Writes what the reference at the start means and gives its length; 0 for none.
fn named(text: &[u8], out: &mut Vec<u8>) -> usize {
    let letters = text[1..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let closed = text.get(1 + letters) == Some(&b';');
    let whole = letters + usize::from(closed);
    let candidates = std::iter::once(whole).chain((2..=LONGEST_BARE.min(whole.saturating_sub(1))).rev());
    for length in candidates {
        if let Some(characters) = BY_NAME.get(&text[1..1 + length]) {
            out.extend_from_slice(characters.as_bytes());
            return 1 + length;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use mgmt_values::Type;

    fn unescaped(text: &str) -> String {
        let value = unescape(&mut CallContext { signature: &Type::Str }, &[Value::str(text)]);
        value.ok().and_then(|value| Some(value.as_text()?.to_str().into_owned())).expect("a text")
    }

    #[test]
    fn names_work_as_prefixes_where_they_are_old() {
        assert_eq!(unescaped("&eacute;&lt&notit;&notin;&nope;&;&"), "é<¬it;∉&nope;&;&");
        assert_eq!(unescaped("&amp;lt; &NotEqualTilde; &AMPx"), "&lt; ≂̸ &x");
    }

    #[test]
    fn numbers_that_are_no_characters_are_replaced() {
        assert_eq!(unescaped("&#33;&#x41;&#X41 &#128;&#0;&#xd800;&#x110000;"), "!AA €\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(unescaped("&#;&#x;&#xg;&#1 &#x"), "&#;\u{fffd}&#xg;&#1 &#x");
    }
}
