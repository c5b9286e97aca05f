//! Module `regexp`: regular expressions of the dialect RE2, as Go's package of this name takes them.
//!
//! An own parser ([`parse`]) yields the form that the engine of the `regex` crate compiles, so that exactly this dialect is taken.

mod class;
mod parse;

use super::{CallContext, Fault, Function, args, pure};
use mgmt_values::{Identity, Text, Value};
use regex_automata::meta::Regex;
use std::borrow::Cow;
use std::cell::RefCell;

pub(super) const FUNCTIONS: &[Function] = &[pure(
    "regexp.match",
    "func(pattern str, s str) bool",
    matches,
    "Whether a regular expression of the dialect RE2 matches anywhere in a text.",
    r#"regexp.match("^web[0-9]+$", "web12")"#,
)];

/// So many patterns stay compiled.
const KEPT: usize = 64;

/// Patterns that compile to more bytes are refused.
const LARGEST: usize = 1 << 26;

thread_local! {
    /// The patterns that were used last, the latest last. Compiling costs far more than matching.
    static COMPILED: RefCell<Vec<(Identity, Result<Regex, Fault>)>> = const { RefCell::new(Vec::new()) };
}

fn matches(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let pattern = args::any(args, 0)?.as_text().ok_or_else(|| Fault::new("not a pattern"))?;
    let regex = cached(pattern)?;
    let text = args::bytes(args, 1)?;
    // Each invalid byte behaves as U+FFFD.
    let text = match std::str::from_utf8(text) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(super::strings::map_characters(text, |c| c)),
    };
    Ok(Value::Bool(regex.is_match(&*text)))
}

fn cached(pattern: &Text) -> Result<Regex, Fault> {
    COMPILED.with_borrow_mut(|kept| {
        let at = kept.iter().position(|(identity, _)| *identity == pattern.identity());
        let entry = at.map_or_else(|| (pattern.identity(), compile(pattern.as_bytes())), |at| kept.remove(at));
        kept.drain(..(kept.len() + 1).saturating_sub(KEPT));
        let regex = entry.1.clone();
        kept.push(entry);
        regex
    })
}

fn compile(pattern: &[u8]) -> Result<Regex, Fault> {
    let refused = |why: String| Fault::new(format!("pattern did not compile: {why}"));
    let text = std::str::from_utf8(pattern).map_err(|_| refused("invalid UTF-8".to_owned()))?;
    let hir = parse::parse(text).map_err(|why| refused(format!("error parsing regexp: {why}")))?;
    let config = Regex::config().nfa_size_limit(Some(LARGEST));
    Regex::builder().configure(config).build_from_hir(&hir).map_err(|_| refused("expression too large".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, text: impl Into<Text>) -> Option<bool> {
        let args = [Value::str(pattern), Value::Str(text.into())];
        matches(&mut CallContext { signature: &mgmt_values::Type::Str }, &args).ok()?.as_bool()
    }

    #[test]
    fn classes_of_letters_are_ascii() {
        assert_eq!(
            (found("\\d", "٣"), found("\\w", "é"), found("\\s", "\u{b}"), found("^\\W$", "é")),
            (Some(false), Some(false), Some(false), Some(true))
        );
        assert_eq!(
            (found("\\bb", "éb"), found("(?i)k", "\u{212a}"), found("(?i)\\W", "\u{212a}")),
            (Some(true), Some(true), Some(false))
        );
    }

    #[test]
    fn anchors_are_those_of_the_text_unless_told() {
        assert_eq!(
            (found("a$", "a\n"), found("(?m)a$", "a\nb"), found("a.b", "a\nb"), found("(?s)a.b", "a\nb")),
            (Some(false), Some(true), Some(false), Some(true))
        );
        assert_eq!((found("\\Aa\\z", "a"), found("^*a", "ba"), found("", "")), (Some(true), Some(true), Some(true)));
    }

    #[test]
    fn braces_that_count_nothing_are_literal() {
        for (pattern, text) in [("^a{,3}$", "a{,3}"), ("^{$", "{"), ("^a{01}$", "a{01}"), ("^a{2,3}$", "aaa"), ("^x{2$", "x{2")] {
            assert_eq!(found(pattern, text), Some(true), "{pattern}");
        }
    }

    #[test]
    fn classes_do_not_nest() {
        for (pattern, text) in [
            ("^[[a]$", "["),
            ("^[a&&b]$", "&"),
            ("^[]a]$", "]"),
            ("^[a-]$", "-"),
            ("^[[:^alpha:]\\d]$", "1"),
            ("^[^\\PL]$", "é"),
            ("^[[:word:]]$", "_"),
            ("^[a-\\d]$", "x"),
        ] {
            assert_eq!(found(pattern, text), if pattern == "^[a-\\d]$" { None } else { Some(true) }, "{pattern}");
        }
    }

    #[test]
    fn escapes_are_those_of_the_dialect() {
        for (pattern, text) in [
            ("^\\<\\_$", "<_"),
            ("^\\Qa.b\\E.$", "a.bc"),
            ("^\\101\\x41\\x{1F600}$", "AA😀"),
            ("^\\p{^Greek}\\pL\\p{Letter}$", "aaa"),
            ("^(?P<1>a)(?<1>b)$", "ab"),
            ("^(?U)(?-U:a)$", "a"),
            ("^\\08$", "\u{0}8"),
        ] {
            assert_eq!(found(pattern, text), Some(true), "{pattern}");
        }
    }

    #[test]
    fn other_patterns_are_refused() {
        for pattern in [
            "\\Z",
            "\\8",
            "\\1",
            "\\C",
            "\\u0041",
            "[\\b]",
            "a**",
            "a++",
            "a{1}{2}",
            "a{1001}",
            "(a{100}){11}",
            "(?=a)",
            "(?x)a",
            "*",
            "a|*",
            "(",
            ")",
            "[a",
            "\\",
            "[b-a]",
            "\\p{Grek}",
            "\\p{Alphabetic}",
            "a{3,2}",
            "(?P<>a)",
            "(?i-)a",
            "[[:nope:]]",
            "\\x{110000}",
            "(?<a",
            "x{2}{",
        ] {
            let accepted = pattern == "x{2}{";
            assert_eq!(found(pattern, "").is_some(), accepted, "{pattern}");
        }
        assert!(found(&"(".repeat(100_000), "").is_none());
        assert_eq!(found(&format!("{}{}", "(".repeat(900), ")".repeat(900)), ""), Some(true));
    }

    #[test]
    fn invalid_bytes_are_one_character() {
        assert_eq!((found("^.$", vec![0xff]), found("^\u{fffd}{2}$", vec![0xff, 0xfe])), (Some(true), Some(true)));
    }
}
