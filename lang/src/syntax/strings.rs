//! What a string literal says: escapes and `${name}`.

use std::borrow::Cow;

/// A piece of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment<'a> {
    /// Text with its escapes replaced. Never empty, and never beside another text.
    Text(Cow<'a, str>),
    /// `${name}`: a variable, perhaps with dots.
    Variable(&'a str),
}

/// Why a string cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StringMistake {
    /// What is wrong.
    pub kind: StringMistakeKind,
    /// The byte of the raw text where that starts: a backslash or a dollar sign.
    pub offset: usize,
}

/// What can be wrong in a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StringMistakeKind {
    /// A backslash before a character that needs none.
    UnknownEscape(char),
    /// A backslash with nothing behind it. No string literal ends so.
    LoneBackslash,
    /// `${` without a name and `}`.
    BadVariable,
}

/// Reads the raw text between the quotes. An empty string has no segments.
///
/// # Example
/// ```
/// use mgmt_lang::syntax::strings::{Segment, segments};
/// let text = segments(r"a\t$b ${c.d}").unwrap();
/// assert_eq!(text, [Segment::Text("a\t$b ".into()), Segment::Variable("c.d")]);
/// ```
pub fn segments(raw: &str) -> Result<Vec<Segment<'_>>, StringMistake> {
    let mut out = Vec::new();
    let mut text = Cow::Borrowed("");
    let mut at = 0;
    while let Some(special) = raw[at..].find(['\\', '$']).map(|n| at + n) {
        push(&mut text, &raw[at..special]);
        let mistake = |kind| StringMistake { kind, offset: special };
        let rest = &raw[special + 1..];
        if raw.as_bytes()[special] == b'\\' {
            let escaped = rest.chars().next().ok_or(mistake(StringMistakeKind::LoneBackslash))?;
            text.to_mut().push(unescape(escaped).ok_or(mistake(StringMistakeKind::UnknownEscape(escaped)))?);
            at = special + 1 + escaped.len_utf8();
        } else if let Some(inside) = rest.strip_prefix('{') {
            let name = name(inside).ok_or(mistake(StringMistakeKind::BadVariable))?;
            if !text.is_empty() {
                out.push(Segment::Text(std::mem::take(&mut text)));
            }
            out.push(Segment::Variable(name));
            at = special + "${}".len() + name.len();
        } else {
            text.to_mut().push('$');
            at = special + 1;
        }
    }
    push(&mut text, &raw[at..]);
    if !text.is_empty() {
        out.push(Segment::Text(text));
    }
    Ok(out)
}

/// Appends a piece; the first one is borrowed.
fn push<'a>(text: &mut Cow<'a, str>, piece: &'a str) {
    if text.is_empty() {
        *text = Cow::Borrowed(piece);
    } else if !piece.is_empty() {
        text.to_mut().push_str(piece);
    }
}

/// What `\c` stands for.
fn unescape(c: char) -> Option<char> {
    Some(match c {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' | '"' | '$' => c,
        _ => return None,
    })
}

/// The name before the first `}`: it starts with a letter, and no two dots meet, end it or stand behind an underscore at its end.
fn name(inside: &str) -> Option<&str> {
    let name = &inside[..inside.find('}')?];
    let mut bytes = name.bytes().peekable();
    bytes.next().filter(u8::is_ascii_lowercase)?;
    while let Some(byte) = bytes.next() {
        let word = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_');
        match byte {
            b'.' => bytes.next().filter(|&b| word(b))?,
            byte => Some(byte).filter(|&b| word(b))?,
        };
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(raw: &str) -> String {
        match &segments(raw).unwrap()[..] {
            [] => String::new(),
            [Segment::Text(text)] => text.to_string(),
            other => panic!("{other:?}"),
        }
    }

    fn mistake(raw: &str) -> (StringMistakeKind, usize) {
        let mistake = segments(raw).unwrap_err();
        (mistake.kind, mistake.offset)
    }

    #[test]
    fn escapes() {
        assert_eq!(text(r#"\a\b\f\n\r\t\v\\\"\$"#), "\x07\x08\x0c\n\r\t\x0b\\\"$");
        assert_eq!(text(r"\${x} {x} $x $"), "${x} {x} $x $");
        assert_eq!(mistake(r"ab\0"), (StringMistakeKind::UnknownEscape('0'), 2));
        assert_eq!(mistake("\\\n"), (StringMistakeKind::UnknownEscape('\n'), 0));
        assert_eq!(mistake(r"é\é"), (StringMistakeKind::UnknownEscape('é'), 2));
        assert_eq!(mistake("\\"), (StringMistakeKind::LoneBackslash, 0));
    }

    #[test]
    fn variables_between_texts() {
        let v = Segment::Variable;
        let t = |s: &'static str| Segment::Text(s.into());
        assert_eq!(segments("$$${x}"), Ok(vec![t("$$"), v("x")]));
        assert_eq!(segments(r"${a.b}\n-${c}${d}"), Ok(vec![v("a.b"), t("\n-"), v("c"), v("d")]));
        assert_eq!(segments(""), Ok(vec![]));
    }

    #[test]
    fn names_of_variables() {
        for good in ["a", "a1", "a_b", "a__b", "a_", "a.b.c", "a.1", "a._", "a_.b", "if"] {
            assert_eq!(segments(&format!("${{{good}}}")), Ok(vec![Segment::Variable(good)]));
        }
        for bad in ["", "X", "aX", "f()", "a b", " a", "1", "_a", "a..b", "a.", ".a", "${x}", "é"] {
            assert_eq!(mistake(&format!("x${{{bad}}}")), (StringMistakeKind::BadVariable, 1), "{bad}");
        }
        assert_eq!(mistake("${a"), (StringMistakeKind::BadVariable, 0));
    }
}
