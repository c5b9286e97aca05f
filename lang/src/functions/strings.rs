//! Module `strings`: strings are bytes, and positions count bytes.

use super::operators::LONGEST_TEXT;
use super::{CallContext, Fault, Function, args, list, pure};
use mgmt_values::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    pure(
        "strings.contains",
        "func(s str, substr str) bool",
        contains,
        "Whether a text is part of another.",
        r#"strings.contains("abc", "bc")"#,
    ),
    pure(
        "strings.has_prefix",
        "func(s str, prefix str) bool",
        has_prefix,
        "Whether a text begins with another.",
        r#"strings.has_prefix("abc", "ab")"#,
    ),
    pure(
        "strings.has_suffix",
        "func(s str, suffix str) bool",
        has_suffix,
        "Whether a text ends with another.",
        r#"strings.has_suffix("abc", "bc")"#,
    ),
    pure(
        "strings.join_nonempty",
        "func(s []str, sep str) str",
        join_nonempty,
        "Joins what is not empty.",
        r#"strings.join_nonempty(["a", "", "b"], "-") == "a-b""#,
    ),
    pure(
        "strings.left_pad",
        "func(s str, pad str, len int) str",
        left_pad,
        "Puts padding before a text until it is long enough.",
        r#"strings.left_pad("7", "0", 3) == "007""#,
    ),
    pure(
        "strings.replace_all",
        "func(s str, old str, new str) str",
        replace_all,
        "Replaces every occurrence.",
        r#"strings.replace_all("aXbX", "X", "-") == "a-b-""#,
    ),
    pure(
        "strings.right_pad",
        "func(s str, pad str, len int) str",
        right_pad,
        "Puts padding behind a text until it is long enough.",
        r#"strings.right_pad("7", "0", 3) == "700""#,
    ),
    pure(
        "strings.split",
        "func(a str, b str) []str",
        split,
        "The parts between separators.",
        r#"strings.split("a,,b", ",") == ["a", "", "b"]"#,
    ),
    pure(
        "strings.substr",
        "func(s str, low int, high int) str",
        substr,
        "The bytes from low up to but not including high.",
        r#"strings.substr("reactive", 2, 5) == "act""#,
    ),
    pure(
        "strings.to_lower",
        "func(a str) str",
        to_lower,
        "Lower case, one character for one.",
        r#"strings.to_lower("ÀB") == "àb""#,
    ),
    pure(
        "strings.to_upper",
        "func(a str) str",
        to_upper,
        "Upper case, one character for one.",
        r#"strings.to_upper("ab") == "AB""#,
    ),
    pure(
        "strings.trim_space",
        "func(a str) str",
        trim_space,
        "Without white space at both ends.",
        r#"strings.trim_space(" a\n") == "a""#,
    ),
];

/// The byte position of the first occurrence, in time that grows with the text alone.
pub(super) fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, part)
}

/// The characters of a text as bytes; an invalid byte is a character of its own.
pub(super) fn characters(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.utf8_chunks().flat_map(|chunk| {
        let valid = chunk.valid();
        let ends = valid.char_indices().map(|(at, c)| &valid.as_bytes()[at..at + c.len_utf8()]);
        ends.chain(chunk.invalid().chunks(1))
    })
}

/// Maps a text character by character; each invalid byte becomes U+FFFD.
pub(super) fn map_characters(text: &[u8], map: impl Fn(char) -> char) -> String {
    let mut out = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        out.extend(chunk.valid().chars().map(&map));
        out.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    out
}

/// The single lower-case character for one character.
pub(super) fn lower(c: char) -> char {
    match c {
        // The only character whose full mapping is longer than its simple one.
        '\u{130}' => 'i',
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// The single upper-case character for one character. Of those that become several, Greek vowels with a subscript have a single one, too;
/// the others stay.
pub(super) fn upper(c: char) -> char {
    let subscript = match c {
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => 8,
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => 9,
        _ => 0,
    };
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(single), None) => single,
        _ => char::from_u32(u32::from(c) + subscript).unwrap_or(c),
    }
}

/// The single title-case character for one character: the upper-case one, except for letters that are two in one, and for Georgian, which
/// has none.
pub(super) fn title(c: char) -> char {
    match c {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => c,
        _ => upper(c),
    }
}

pub(super) fn contains(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::Bool(find(args::bytes(args, 0)?, args::bytes(args, 1)?).is_some()))
}

pub(super) fn has_prefix(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::Bool(args::bytes(args, 0)?.starts_with(args::bytes(args, 1)?)))
}

pub(super) fn has_suffix(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::Bool(args::bytes(args, 0)?.ends_with(args::bytes(args, 1)?)))
}

fn join_nonempty(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let parts = args::list(args, 0)?.iter().filter_map(|part| part.as_text()).map(|part| part.as_bytes());
    let parts: Vec<&[u8]> = parts.filter(|part| !part.is_empty()).collect();
    joined(&parts, args::bytes(args, 1)?)
}

fn left_pad(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let text = args::bytes(args, 0)?;
    Ok(Value::str([&padding(args, text.len())?, text].concat()))
}

fn right_pad(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let text = args::bytes(args, 0)?;
    Ok(Value::str([text, &padding(args, text.len())?].concat()))
}

/// Whole copies of the padding (argument 1) that make `length` bytes as long as argument 2 says.
fn padding(args: &[Value], length: usize) -> Result<Vec<u8>, Fault> {
    let pad = args::bytes(args, 1)?;
    let missing = usize::try_from(args::int(args, 2)?).unwrap_or(0).saturating_sub(length);
    if pad.is_empty() {
        return Ok(Vec::new());
    }
    if missing > LONGEST_TEXT {
        return Err(too_long());
    }
    Ok(pad.repeat(missing.div_ceil(pad.len())))
}

pub(super) fn replace_all(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    replaced(args, usize::MAX)
}

/// Argument 0 with argument 2 in place of argument 1, so many times at most; the empty text is at every border of characters.
pub(super) fn replaced(args: &[Value], most: usize) -> Result<Value, Fault> {
    let (text, old, new) = (args::bytes(args, 0)?, args::bytes(args, 1)?, args::bytes(args, 2)?);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    let mut left = most;
    let mut put = |out: &mut Vec<u8>, before: &[u8]| {
        left = left.checked_sub(1)?;
        out.extend_from_slice(before);
        out.extend_from_slice(new);
        Some(if out.len() > LONGEST_TEXT { Err(too_long()) } else { Ok(()) })
    };
    if old.is_empty() {
        for character in characters(text) {
            let Some(fits) = put(&mut out, b"") else { break };
            fits?;
            out.extend_from_slice(character);
            rest = &rest[character.len()..];
        }
        if rest.is_empty() {
            put(&mut out, b"").unwrap_or(Ok(()))?;
        }
    } else {
        while let Some(at) = find(rest, old) {
            let Some(fits) = put(&mut out, &rest[..at]) else { break };
            fits?;
            rest = &rest[at + old.len()..];
        }
    }
    out.extend_from_slice(rest);
    Ok(Value::str(out))
}

/// Parts with a separator between them.
pub(super) fn joined(parts: &[&[u8]], separator: &[u8]) -> Result<Value, Fault> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let between = separator.len().saturating_mul(parts.len().saturating_sub(1));
    if length.saturating_add(between) > LONGEST_TEXT { Err(too_long()) } else { Ok(Value::str(parts.join(separator))) }
}

fn too_long() -> Fault {
    Fault::new(format!("text of more than {LONGEST_TEXT} bytes"))
}

fn split(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (text, separator) = (args::bytes(args, 0)?, args::bytes(args, 1)?);
    let mut parts: Vec<Value> = Vec::new();
    if separator.is_empty() {
        parts.extend(characters(text).map(|character| Value::str(character.to_vec())));
    } else {
        let mut rest = text;
        while let Some(at) = find(rest, separator) {
            parts.push(Value::str(rest[..at].to_vec()));
            rest = &rest[at + separator.len()..];
        }
        parts.push(Value::str(rest.to_vec()));
    }
    list::bounded(parts)
}

fn substr(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let text = args::bytes(args, 0)?;
    let low = usize::try_from(args::int(args, 1)?);
    let high = usize::try_from(args::int(args, 2)?);
    let part = low.ok().zip(high.ok()).and_then(|(low, high)| text.get(low..high));
    part.map(|part| Value::str(part.to_vec())).ok_or_else(|| Fault::new("low/high out of range"))
}

pub(super) fn to_lower(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::str(map_characters(args::bytes(args, 0)?, lower)))
}

pub(super) fn to_upper(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::str(map_characters(args::bytes(args, 0)?, upper)))
}

pub(super) fn trim_space(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let text = args::bytes(args, 0)?;
    let all: Vec<&[u8]> = characters(text).collect();
    let white = |character: &&[u8]| std::str::from_utf8(character).is_ok_and(|c| c.chars().all(char::is_whitespace));
    let start = all.iter().take_while(|c| white(c)).count();
    let end = all[start..].iter().rev().take_while(|c| white(c)).count();
    Ok(Value::str(all[start..all.len() - end].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mgmt_values::Type;

    fn call(body: fn(&mut CallContext<'_>, &[Value]) -> Result<Value, Fault>, args: &[Value]) -> Result<String, Fault> {
        body(&mut CallContext { signature: &Type::Str }, args).map(|value| value.to_string())
    }

    #[test]
    fn an_empty_separator_is_between_all_characters() {
        let text = Value::str(vec![b'a', 0xff, 0xc3, 0xa9]);
        assert_eq!(call(split, &[text.clone(), Value::str("")]).as_deref(), Ok("[\"a\", \"\\xff\", \"é\"]"));
        assert_eq!(call(replace_all, &[text, Value::str(""), Value::str("-")]).as_deref(), Ok("\"-a-\\xff-é-\""));
        assert_eq!(call(split, &[Value::str(""), Value::str(",")]).as_deref(), Ok("[\"\"]"));
        assert_eq!(call(split, &[Value::str(""), Value::str("")]).as_deref(), Ok("[]"));
    }

    #[test]
    fn searching_takes_little_time_whatever_the_text() {
        let part = ["a".repeat(500_000).as_bytes(), b"b"].concat();
        assert_eq!(find("a".repeat(1_000_000).as_bytes(), &part), None);
    }

    #[test]
    fn padding_may_overshoot_and_ends_without_padding() {
        assert_eq!(call(left_pad, &[Value::str("7"), Value::str("ab"), Value::Int(4)]).as_deref(), Ok("\"abab7\""));
        assert_eq!(call(right_pad, &[Value::str("7"), Value::str(""), Value::Int(4)]).as_deref(), Ok("\"7\""));
        assert_eq!(call(left_pad, &[Value::str("7"), Value::str("0"), Value::Int(-4)]).as_deref(), Ok("\"7\""));
    }

    #[test]
    fn case_maps_one_character_to_one() {
        assert_eq!(call(to_upper, &[Value::str("ßŉàᾳᾀ")]).as_deref(), Ok("\"ßŉÀᾼᾈ\""));
        assert_eq!(call(to_lower, &[Value::str("ΣİÀ")]).as_deref(), Ok("\"σià\""));
    }

    #[test]
    fn a_part_lies_inside_the_text() {
        assert_eq!(call(substr, &[Value::str("abc"), Value::Int(3), Value::Int(3)]).as_deref(), Ok("\"\""));
        for (low, high) in [(-1, 2), (2, 1), (0, 4)] {
            assert!(call(substr, &[Value::str("abc"), Value::Int(low), Value::Int(high)]).is_err());
        }
    }
}
