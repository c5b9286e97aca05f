//! Shell patterns as `path.Match` of Go knows them: `*`, `?`, classes and escapes.

use crate::functions::strings::characters;

/// A piece of a pattern.
#[derive(Debug)]
pub(super) enum Token {
    /// Any text without a slash.
    Star,
    /// Any character but a slash.
    Any,
    /// This byte.
    Byte(u8),
    /// A character in these ranges, or in none of them.
    Class { ranges: Vec<(char, char)>, negated: bool },
}

/// The pieces of a pattern; the error is those before a malformed one.
pub(super) fn parse(pattern: &[u8]) -> Result<Vec<Token>, Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while !rest.is_empty() {
        match token(&mut rest) {
            Some(token) => tokens.push(token),
            None => return Err(tokens),
        }
    }
    Ok(tokens)
}

fn token(rest: &mut &[u8]) -> Option<Token> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    Some(match first {
        b'*' => Token::Star,
        b'?' => Token::Any,
        b'[' => class(rest)?,
        b'\\' => {
            let (byte, after) = rest.split_first()?;
            *rest = after;
            Token::Byte(*byte)
        }
        byte => Token::Byte(*byte),
    })
}

/// What stands behind `[`, up to its `]`.
fn class(rest: &mut &[u8]) -> Option<Token> {
    let negated = rest.first() == Some(&b'^');
    if negated {
        *rest = &rest[1..];
    }
    let mut ranges = Vec::new();
    loop {
        if !ranges.is_empty() && rest.first() == Some(&b']') {
            *rest = &rest[1..];
            return Some(Token::Class { ranges, negated });
        }
        let low = bound(rest)?;
        let high = if rest.first() == Some(&b'-') {
            *rest = &rest[1..];
            bound(rest)?
        } else {
            low
        };
        ranges.push((low, high));
    }
}

/// A bound of a range. The class must go on behind it.
fn bound(rest: &mut &[u8]) -> Option<char> {
    match rest.first()? {
        b'-' | b']' => return None,
        b'\\' => *rest = &rest[1..],
        _ => {}
    }
    let (c, width) = character(rest)?;
    *rest = &rest[width..];
    let broken = c == char::REPLACEMENT_CHARACTER && width == 1;
    (!broken && !rest.is_empty()).then_some(c)
}

/// The first character and its width; an invalid byte reads as U+FFFD.
fn character(text: &[u8]) -> Option<(char, usize)> {
    let bytes = characters(&text[..text.len().min(4)]).next()?;
    let c = std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next());
    Some((c.unwrap_or(char::REPLACEMENT_CHARACTER), bytes.len()))
}

/// Whether the whole name matches.
pub(super) fn matches(tokens: &[Token], name: &[u8]) -> bool {
    run(tokens, name, false)
}

/// Whether the start of a name matches.
pub(super) fn matches_start(tokens: &[Token], name: &[u8]) -> bool {
    run(tokens, name, true)
}

/// Only the last star that was met gives way, so the time is at most the product of both lengths.
fn run(tokens: &[Token], name: &[u8], open: bool) -> bool {
    let (mut token, mut at) = (0, 0);
    // Where the last star stands and up to where it reaches.
    let mut star: Option<(usize, usize)> = None;
    loop {
        let width = match tokens.get(token) {
            Some(Token::Star) => {
                star = Some((token, at));
                token += 1;
                continue;
            }
            Some(piece) => width(piece, &name[at..]),
            None if open || at == name.len() => return true,
            None => None,
        };
        match (width, star) {
            (Some(width), _) => {
                token += 1;
                at += width;
            }
            (None, Some((place, reach))) if name.get(reach).is_some_and(|byte| *byte != b'/') => {
                star = Some((place, reach + 1));
                token = place + 1;
                at = reach + 1;
            }
            _ => return false,
        }
    }
}

/// How many bytes of the name a piece takes; `None` where it does not match.
fn width(piece: &Token, name: &[u8]) -> Option<usize> {
    let (c, width) = character(name)?;
    match piece {
        Token::Star => Some(0),
        Token::Any => (name[0] != b'/').then_some(width),
        Token::Byte(byte) => (name[0] == *byte).then_some(1),
        Token::Class { ranges, negated } => {
            (ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated).then_some(width)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, expected) in [
            ("*.go", "m.go", true),
            ("*", "a/b", false),
            ("*/?", "a/b", true),
            ("a*b*c", "a-b-bc", true),
            ("[a-c]?", "bz", true),
            ("[^a-c]", "é", true),
            ("\\*", "x", false),
            ("?", "é", true),
            ("", "", true),
            ("*x", "xxy", false),
            ("a*", "a", true),
        ] {
            let tokens = parse(pattern.as_bytes()).expect("a pattern");
            assert_eq!(matches(&tokens, name.as_bytes()), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn malformed_patterns_are_refused() {
        for pattern in ["[", "[]a]", "[-a]", "[a-]", "x[", "\\", "[a", "[\\", "[^"] {
            assert!(parse(pattern.as_bytes()).is_err(), "{pattern}");
        }
    }

    #[test]
    fn many_stars_take_little_time() {
        let tokens = parse("*a".repeat(50).as_bytes()).expect("a pattern");
        assert!(!matches(&tokens, "a".repeat(49).as_bytes()));
        assert!(matches(&tokens, "a".repeat(5000).as_bytes()));
    }
}
