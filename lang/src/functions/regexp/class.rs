//! Sets of characters.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange, HirKind};

/// A set from ranges of code points. Surrogates, which no text holds, fall out.
pub(super) fn of(ranges: &[(u32, u32)]) -> ClassUnicode {
    let mut class = ClassUnicode::empty();
    for (low, high) in ranges {
        for (low, high) in [(*low, (*high).min(0xd7ff)), ((*low).max(0xe000), *high)] {
            if let (Some(low), Some(high)) = (char::from_u32(low), char::from_u32(high))
                && low <= high
            {
                class.push(ClassUnicodeRange::new(low, high));
            }
        }
    }
    class
}

/// The set with all that differs in case only, if so wanted, or what is not in that.
pub(super) fn closed(mut class: ClassUnicode, fold: bool, negated: bool) -> ClassUnicode {
    if fold {
        // It fails only without the tables of case folding, which are compiled in.
        let _ = class.try_case_fold_simple();
    }
    if negated {
        class.negate();
    }
    class
}

/// `\d`, `\s`, `\w` by their letter.
pub(super) fn perl(letter: u8) -> Option<ClassUnicode> {
    Some(of(match letter {
        b'd' => DIGIT,
        b's' => &[(9, 10), (12, 13), (32, 32)],
        b'w' => WORD,
        _ => return None,
    }))
}

const DIGIT: &[(u32, u32)] = &[(0x30, 0x39)];
const WORD: &[(u32, u32)] = &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)];

/// `[:alpha:]` and the like by their name.
pub(super) fn posix(name: &str) -> Option<ClassUnicode> {
    Some(of(match name {
        "alnum" => &[(0x30, 0x39), (0x41, 0x5a), (0x61, 0x7a)],
        "alpha" => &[(0x41, 0x5a), (0x61, 0x7a)],
        "ascii" => &[(0, 0x7f)],
        "blank" => &[(9, 9), (32, 32)],
        "cntrl" => &[(0, 0x1f), (0x7f, 0x7f)],
        "digit" => DIGIT,
        "graph" => &[(0x21, 0x7e)],
        "lower" => &[(0x61, 0x7a)],
        "print" => &[(0x20, 0x7e)],
        "punct" => &[(0x21, 0x2f), (0x3a, 0x40), (0x5b, 0x60), (0x7b, 0x7e)],
        "space" => &[(9, 13), (32, 32)],
        "upper" => &[(0x41, 0x5a)],
        "word" => WORD,
        "xdigit" => &[(0x30, 0x39), (0x41, 0x46), (0x61, 0x66)],
        _ => return None,
    }))
}

/// A general category or a script of Unicode by its name, in any case, without regard to blanks, hyphens and underscores. Scripts have no short names.
pub(super) fn unicode(name: &str) -> Option<ClassUnicode> {
    /// Names of scripts that are as long as the short names of others.
    const FOUR: [&str; 5] = ["cham", "kawi", "lisu", "thai", "toto"];
    let plain: String = name.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).map(|c| c.to_ascii_lowercase()).collect();
    if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let property = |property: &str| {
        let hir = ParserBuilder::new().build().parse(&format!("\\p{{{property}={plain}}}")).ok()?;
        match hir.into_kind() {
            HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => Some(class),
            HirKind::Literal(literal) => {
                let c = std::str::from_utf8(&literal.0).ok()?.chars().next()?;
                Some(of(&[(u32::from(c), u32::from(c))]))
            }
            _ => None,
        }
    };
    property("gc").or_else(|| if plain.len() != 4 || FOUR.contains(&plain.as_str()) { property("sc") } else { None })
}
