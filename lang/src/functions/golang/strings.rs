//! Module `golang/strings`: strings are bytes; where characters count, an invalid byte is U+FFFD, one byte wide.

use super::panicked;
use crate::functions::operators::LONGEST_TEXT;
use crate::functions::strings::{characters, contains, find, has_prefix, has_suffix, joined, lower, map_characters};
use crate::functions::strings::{replace_all, replaced, title, to_lower, to_upper, trim_space, upper};
use crate::functions::{CallContext, Fault, Function, args, pure};
use mgmt_values::Value;

pub(in crate::functions) const FUNCTIONS: &[Function] = &[
    pure(
        "golang/strings.clone",
        "func(s str) str",
        |_, a| args::any(a, 0).cloned(),
        "The same text.",
        r#"strings.clone("a") == "a""#,
    ),
    pure(
        "golang/strings.compare",
        "func(a str, b str) int",
        |_, a| Ok(Value::Int(args::bytes(a, 0)?.cmp(args::bytes(a, 1)?) as i64)),
        "-1, 0 or 1, by bytes.",
        r#"strings.compare("a", "b") == -1"#,
    ),
    pure(
        "golang/strings.contains",
        "func(s str, substr str) bool",
        contains,
        "Whether a text is part of another.",
        r#"strings.contains("abc", "bc")"#,
    ),
    pure(
        "golang/strings.contains_any",
        "func(s str, chars str) bool",
        |_, a| Ok(Value::Bool(first_of(args::bytes(a, 0)?, args::bytes(a, 1)?).is_some())),
        "Whether any of some characters is in a text.",
        r#"strings.contains_any("abc", "xc")"#,
    ),
    pure(
        "golang/strings.count",
        "func(s str, substr str) int",
        |_, a| Ok(Value::Int(count(args::bytes(a, 0)?, args::bytes(a, 1)?) as i64)),
        "How often a part occurs without overlap; the empty part once more than there are characters.",
        r#"strings.count("cheese", "e") == 3"#,
    ),
    pure(
        "golang/strings.equal_fold",
        "func(s str, t str) bool",
        equal_fold,
        "Whether two texts are equal but for case.",
        r#"strings.equal_fold("Go", "GO")"#,
    ),
    pure(
        "golang/strings.has_prefix",
        "func(s str, prefix str) bool",
        has_prefix,
        "Whether a text begins with another.",
        r#"strings.has_prefix("ab", "a")"#,
    ),
    pure(
        "golang/strings.has_suffix",
        "func(s str, suffix str) bool",
        has_suffix,
        "Whether a text ends with another.",
        r#"strings.has_suffix("ab", "b")"#,
    ),
    pure(
        "golang/strings.index",
        "func(s str, substr str) int",
        |_, a| Ok(place(find(args::bytes(a, 0)?, args::bytes(a, 1)?))),
        "The byte position of the first occurrence, or -1.",
        r#"strings.index("chicken", "ken") == 4"#,
    ),
    pure(
        "golang/strings.index_any",
        "func(s str, chars str) int",
        |_, a| Ok(place(first_of(args::bytes(a, 0)?, args::bytes(a, 1)?))),
        "The byte position of the first of some characters, or -1.",
        r#"strings.index_any("golang", "ny") == 4"#,
    ),
    pure(
        "golang/strings.join",
        "func(elems []str, sep str) str",
        join,
        "Joins texts with a separator.",
        r#"strings.join(["a", "b"], ", ") == "a, b""#,
    ),
    pure(
        "golang/strings.last_index",
        "func(s str, substr str) int",
        |_, a| Ok(place(memchr::memmem::rfind(args::bytes(a, 0)?, args::bytes(a, 1)?))),
        "The byte position of the last occurrence, or -1.",
        r#"strings.last_index("go gopher", "go") == 3"#,
    ),
    pure(
        "golang/strings.last_index_any",
        "func(s str, chars str) int",
        |_, a| Ok(place(last_of(args::bytes(a, 0)?, args::bytes(a, 1)?))),
        "The byte position of the last of some characters, or -1.",
        r#"strings.last_index_any("golang", "go") == 5"#,
    ),
    pure(
        "golang/strings.repeat",
        "func(s str, count int) str",
        repeat,
        "Some copies of a text.",
        r#"strings.repeat("ab", 2) == "abab""#,
    ),
    pure(
        "golang/strings.replace",
        "func(s str, old str, new str, n int) str",
        replace,
        "Replaces the first n occurrences, or all if n is negative.",
        r#"strings.replace("aaa", "a", "b", 2) == "bba""#,
    ),
    pure(
        "golang/strings.replace_all",
        "func(s str, old str, new str) str",
        replace_all,
        "Replaces every occurrence.",
        r#"strings.replace_all("aXbX", "X", "-") == "a-b-""#,
    ),
    pure(
        "golang/strings.title",
        "func(s str) str",
        title_words,
        "The first letter of each word in title case.",
        r#"strings.title("ab_c d-e") == "Ab_c D-E""#,
    ),
    pure(
        "golang/strings.to_lower",
        "func(s str) str",
        to_lower,
        "Lower case, one character for one.",
        r#"strings.to_lower("ÀB") == "àb""#,
    ),
    pure(
        "golang/strings.to_title",
        "func(s str) str",
        |_, a| Ok(Value::str(map_characters(args::bytes(a, 0)?, title))),
        "Title case, one character for one.",
        r#"strings.to_title("ab") == "AB""#,
    ),
    pure(
        "golang/strings.to_upper",
        "func(s str) str",
        to_upper,
        "Upper case, one character for one.",
        r#"strings.to_upper("ab") == "AB""#,
    ),
    pure(
        "golang/strings.to_valid_utf_8",
        "func(s str, replacement str) str",
        to_valid_utf_8,
        "Replaces each run of bytes that are not UTF-8.",
        r#"strings.to_valid_utf_8("a", "?") == "a""#,
    ),
    pure(
        "golang/strings.trim",
        "func(s str, cutset str) str",
        |_, a| Ok(trimmed(args::bytes(a, 0)?, args::bytes(a, 1)?, true, true)),
        "Without some characters at both ends.",
        r#"strings.trim("xxaxx", "x") == "a""#,
    ),
    pure(
        "golang/strings.trim_left",
        "func(s str, cutset str) str",
        |_, a| Ok(trimmed(args::bytes(a, 0)?, args::bytes(a, 1)?, true, false)),
        "Without some characters at the start.",
        r#"strings.trim_left("xax", "x") == "ax""#,
    ),
    pure(
        "golang/strings.trim_prefix",
        "func(s str, prefix str) str",
        |_, a| {
            let text = args::bytes(a, 0)?;
            Ok(Value::str(text.strip_prefix(args::bytes(a, 1)?).unwrap_or(text).to_vec()))
        },
        "Without a text at the start.",
        r#"strings.trim_prefix("/a", "/") == "a""#,
    ),
    pure(
        "golang/strings.trim_right",
        "func(s str, cutset str) str",
        |_, a| Ok(trimmed(args::bytes(a, 0)?, args::bytes(a, 1)?, false, true)),
        "Without some characters at the end.",
        r#"strings.trim_right("xax", "x") == "xa""#,
    ),
    pure(
        "golang/strings.trim_space",
        "func(s str) str",
        trim_space,
        "Without white space at both ends.",
        r#"strings.trim_space(" a ") == "a""#,
    ),
    pure(
        "golang/strings.trim_suffix",
        "func(s str, suffix str) str",
        |_, a| {
            let text = args::bytes(a, 0)?;
            Ok(Value::str(text.strip_suffix(args::bytes(a, 1)?).unwrap_or(text).to_vec()))
        },
        "Without a text at the end.",
        r#"strings.trim_suffix("a/", "/") == "a""#,
    ),
];

/// A byte position, or -1.
fn place(at: Option<usize>) -> Value {
    Value::Int(at.map_or(-1, |at| at as i64))
}

/// The characters of a text with their positions; an invalid byte reads as U+FFFD.
fn positions(text: &[u8]) -> impl Iterator<Item = (usize, char)> {
    let mut at = 0;
    characters(text).map(move |bytes| {
        let start = at;
        at += bytes.len();
        (start, character(bytes))
    })
}

fn character(bytes: &[u8]) -> char {
    std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next()).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn set(chars: &[u8]) -> Vec<char> {
    characters(chars).map(character).collect()
}

fn first_of(text: &[u8], chars: &[u8]) -> Option<usize> {
    let set = set(chars);
    positions(text).find(|(_, c)| set.contains(c)).map(|(at, _)| at)
}

fn last_of(text: &[u8], chars: &[u8]) -> Option<usize> {
    let set = set(chars);
    positions(text).filter(|(_, c)| set.contains(c)).last().map(|(at, _)| at)
}

fn count(text: &[u8], part: &[u8]) -> usize {
    if part.is_empty() {
        return characters(text).count() + 1;
    }
    let mut rest = text;
    let mut found = 0;
    while let Some(at) = find(rest, part) {
        rest = &rest[at + part.len()..];
        found += 1;
    }
    found
}

fn equal_fold(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let folded = |index| args::bytes(args, index).map(|text| characters(text).map(|c| fold(character(c))));
    Ok(Value::Bool(folded(0)?.eq(folded(1)?)))
}

/// One character for all that differ in case only. The Turkish letters stand alone.
fn fold(c: char) -> char {
    match c {
        '\u{130}' | '\u{131}' => c,
        _ => lower(upper(c)),
    }
}

fn join(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let parts: Vec<&[u8]> = args::list(args, 0)?.iter().filter_map(|part| part.as_text()).map(|part| part.as_bytes()).collect();
    joined(&parts, args::bytes(args, 1)?)
}

fn repeat(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let text = args::bytes(args, 0)?;
    let count = usize::try_from(args::int(args, 1)?).map_err(|_| panicked("strings: negative Repeat count"))?;
    match text.len().checked_mul(count) {
        Some(0) => Ok(Value::str("")),
        Some(length) if length <= LONGEST_TEXT => Ok(Value::str(text.repeat(count))),
        _ => Err(panicked("strings: Repeat output length overflow")),
    }
}

fn replace(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    replaced(args, usize::try_from(args::int(args, 3)?).unwrap_or(usize::MAX))
}

fn title_words(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let mut before = ' ';
    let map = |(_, c)| {
        let first = separates(before);
        before = c;
        if first { title(c) } else { c }
    };
    Ok(Value::str(positions(args::bytes(args, 0)?).map(map).collect::<String>()))
}

/// Whether a word ends before this character: at any ASCII character but letters, digits and `_`, and at white space.
fn separates(c: char) -> bool {
    if c.is_ascii() { !c.is_ascii_alphanumeric() && c != '_' } else { c.is_whitespace() }
}

fn to_valid_utf_8(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (text, replacement) = (args::bytes(args, 0)?, args::bytes(args, 1)?);
    let mut out = Vec::with_capacity(text.len());
    let mut broken = false;
    for chunk in text.utf8_chunks() {
        out.extend_from_slice(chunk.valid().as_bytes());
        broken &= chunk.valid().is_empty();
        if !chunk.invalid().is_empty() && !broken {
            out.extend_from_slice(replacement);
            broken = true;
        }
    }
    Ok(Value::str(out))
}

fn trimmed(text: &[u8], cutset: &[u8], left: bool, right: bool) -> Value {
    let set = set(cutset);
    let all: Vec<&[u8]> = characters(text).collect();
    let cut = |c: &&&[u8]| set.contains(&character(c));
    let start = if left { all.iter().take_while(cut).count() } else { 0 };
    let end = if right { all[start..].iter().rev().take_while(cut).count() } else { 0 };
    Value::str(all[start..all.len() - end].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mgmt_values::Type;

    fn call(body: fn(&mut CallContext<'_>, &[Value]) -> Result<Value, Fault>, args: &[Value]) -> Result<String, Fault> {
        body(&mut CallContext { signature: &Type::Str }, args).map(|value| value.to_string())
    }

    #[test]
    fn case_folding_knows_all_forms_of_a_letter() {
        let same = |a: &str, b: &str| call(equal_fold, &[Value::str(a), Value::str(b)]) == Ok("true".to_owned());
        assert!(same("Kelvin K ſ", "kELVIN k S") && same("ΣΣ", "σς") && same("ǅ", "ǆ"));
        assert!(!same("ß", "SS") && !same("ı", "I") && !same("İ", "i"));
    }

    #[test]
    fn the_empty_part_is_at_every_border_of_characters() {
        let replaced = |n| call(replace, &[Value::str("né"), Value::str(""), Value::str("-"), Value::Int(n)]);
        assert_eq!(replaced(-1).as_deref(), Ok("\"-n-é-\""));
        assert_eq!(replaced(2).as_deref(), Ok("\"-n-é\""));
        assert_eq!(replaced(0).as_deref(), Ok("\"né\""));
        assert_eq!((count(b"n\xff", b""), memchr::memmem::rfind(b"aaa", b"")), (3, Some(3)));
    }

    #[test]
    fn invalid_bytes_are_all_one_character() {
        assert_eq!(trimmed(b"\xffa\xfe", "\u{fffd}".as_bytes(), true, true), Value::str("a"));
        assert_eq!(first_of("a\u{fffd}".as_bytes(), b"\x80"), Some(1));
        let valid = call(to_valid_utf_8, &[Value::str(b"a\xff\xfeb\xe2\x82".to_vec()), Value::str("?")]);
        assert_eq!(valid.as_deref(), Ok("\"a?b?\""));
    }

    #[test]
    fn a_word_ends_at_an_apostrophe() {
        assert_eq!(call(title_words, &[Value::str("don't ab_c ǆ éa")]).as_deref(), Ok("\"Don'T Ab_c ǅ Éa\""));
    }

    #[test]
    fn repeating_has_limits() {
        assert!(call(repeat, &[Value::str("a"), Value::Int(-1)]).is_err());
        assert!(call(repeat, &[Value::str("ab"), Value::Int(i64::MAX)]).is_err());
        assert_eq!(call(repeat, &[Value::str(""), Value::Int(i64::MAX)]).as_deref(), Ok("\"\""));
    }
}
