//! The dialect RE2 of regular expressions, with the Perl extensions that Go's package takes. Nothing recurses.

use super::class;
use regex_syntax::hir::{Class, ClassUnicode, Dot, Hir, Look, Repetition};

/// More open groups are refused.
const DEEPEST: usize = 1000;

/// Counts, and products of nested counts, may not exceed this.
const MOST: u32 = 1000;

/// What is in force at a place. Greed is not, for it decides how much matches, never whether something does.
#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    /// `i`
    fold: bool,
    /// `m`
    lines: bool,
    /// `s`
    dot_all: bool,
}

/// A piece of a pattern, and the largest product of counts in it.
struct Piece {
    hir: Hir,
    count: u32,
}

/// A group whose end has not been seen, or the whole pattern.
#[derive(Default)]
struct Group {
    /// The flags around it.
    outside: Flags,
    /// Branches that have ended.
    branches: Vec<Hir>,
    /// What the branch that is open consists of.
    pieces: Vec<Piece>,
    /// The largest product of counts in the branches that have ended.
    count: u32,
}

impl Group {
    fn end_branch(&mut self) {
        self.count = self.pieces.iter().map(|piece| piece.count).fold(self.count, u32::max);
        self.branches.push(Hir::concat(self.pieces.drain(..).map(|piece| piece.hir).collect()));
    }

    fn finish(mut self) -> Piece {
        self.end_branch();
        Piece { hir: Hir::alternation(self.branches), count: self.count.max(1) }
    }
}

struct Parser<'a> {
    rest: &'a str,
    flags: Flags,
    groups: Vec<Group>,
}

type Parsed<T> = Result<T, String>;

/// A pattern as the engine wants it; the error says what is wrong with it.
pub(super) fn parse(pattern: &str) -> Parsed<Hir> {
    let mut parser = Parser { rest: pattern, flags: Flags::default(), groups: vec![Group::default()] };
    // The repetition operator that ends here.
    let mut operator: Option<&str> = None;
    while let Some(c) = parser.rest.chars().next() {
        let before = parser.rest;
        let mut repeats = None;
        match c {
            '(' => parser.open()?,
            ')' => parser.close()?,
            '|' => {
                parser.rest = &parser.rest[1..];
                parser.top()?.end_branch();
            }
            '*' | '+' | '?' => {
                parser.rest = &parser.rest[1..];
                let bounds = match c {
                    '*' => (0, None),
                    '+' => (1, None),
                    _ => (0, Some(1)),
                };
                repeats = Some(bounds);
            }
            '{' => match parser.bounds()? {
                Some(bounds) => repeats = Some(bounds),
                None => parser.character()?,
            },
            _ => parser.character()?,
        }
        if let Some((least, most)) = repeats {
            // A question mark makes the operator lazy.
            parser.rest = parser.rest.strip_prefix('?').unwrap_or(parser.rest);
            let written = &before[..before.len() - parser.rest.len()];
            if let Some(operator) = operator {
                return Err(format!("invalid nested repetition operator: `{operator}{written}`"));
            }
            parser.repeat(least, most, c == '{', written)?;
            operator = Some(written);
        } else {
            operator = None;
        }
    }
    let whole = parser.groups.pop().filter(|_| parser.groups.is_empty());
    whole.map(|group| group.finish().hir).ok_or_else(|| "missing closing )".to_owned())
}

impl<'a> Parser<'a> {
    /// The innermost open group.
    fn top(&mut self) -> Parsed<&mut Group> {
        self.groups.last_mut().ok_or_else(|| "unexpected )".to_owned())
    }

    fn push(&mut self, hir: Hir) -> Parsed<()> {
        self.top()?.pieces.push(Piece { hir, count: 1 });
        Ok(())
    }

    fn push_class(&mut self, class: ClassUnicode) -> Parsed<()> {
        self.push(Hir::class(Class::Unicode(class)))
    }

    /// A code point that stands for itself.
    fn push_literal(&mut self, code: u32) -> Parsed<()> {
        self.push_class(class::closed(class::of(&[(code, code)]), self.flags.fold, false))
    }

    fn repeat(&mut self, least: u32, most: Option<u32>, counted: bool, written: &str) -> Parsed<()> {
        let piece = self.top()?.pieces.pop().ok_or_else(|| format!("missing argument to repetition operator: `{written}`"))?;
        let factor = if counted { most.unwrap_or(least) } else { 1 };
        let count = match most {
            Some(0) if counted => 1,
            _ => piece.count.saturating_mul(factor.max(1)),
        };
        if counted && factor >= 2 && count > MOST {
            return Err(format!("invalid repeat count: `{written}`"));
        }
        let repetition = Repetition { min: least, max: most, greedy: true, sub: Box::new(piece.hir) };
        self.top()?.pieces.push(Piece { hir: Hir::repetition(repetition), count });
        Ok(())
    }

    /// `{n}`, `{n,}` or `{n,m}`; `None` for a brace that counts nothing, which stays.
    fn bounds(&mut self) -> Parsed<Option<(u32, Option<u32>)>> {
        let Some((inside, after)) = self.rest[1..].split_once('}') else { return Ok(None) };
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let plain = digits && (text == "0" || !text.starts_with('0'));
            plain.then(|| text.parse().unwrap_or(u32::MAX))
        };
        let (least, most) = match inside.split_once(',') {
            None => (number(inside), number(inside).map(Some)),
            Some((least, "")) => (number(least), Some(None)),
            Some((least, most)) => (number(least), number(most).map(Some)),
        };
        let (Some(least), Some(most)) = (least, most) else { return Ok(None) };
        if least > MOST || most.is_some_and(|most| most > MOST || most < least) {
            return Err(format!("invalid repeat count: `{{{inside}}}`"));
        }
        self.rest = after;
        Ok(Some((least, most)))
    }

    /// What begins with `(`: a group, or flags for the rest of the one around.
    fn open(&mut self) -> Parsed<()> {
        let outside = self.flags;
        let after = if let Some(special) = self.rest.strip_prefix("(?") {
            if let Some(name) = special.strip_prefix("P<").or_else(|| special.strip_prefix('<')) {
                let (name, after) = name.split_once('>').ok_or("invalid named capture")?;
                if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                    return Err(format!("invalid named capture: `{name}`"));
                }
                after
            } else {
                let (flags, group, after) = flags(special, outside)?;
                self.flags = flags;
                if !group {
                    self.rest = after;
                    return Ok(());
                }
                after
            }
        } else {
            &self.rest[1..]
        };
        if self.groups.len() > DEEPEST {
            return Err("expression nests too deeply".to_owned());
        }
        self.groups.push(Group { outside, ..Group::default() });
        self.rest = after;
        Ok(())
    }

    fn close(&mut self) -> Parsed<()> {
        self.rest = &self.rest[1..];
        let group = self.groups.pop().filter(|_| !self.groups.is_empty()).ok_or("unexpected )")?;
        self.flags = group.outside;
        let Piece { hir, count } = group.finish();
        // Nobody asks for what a group captured.
        self.top()?.pieces.push(Piece { hir, count });
        Ok(())
    }

    /// One character, class, anchor or escape.
    fn character(&mut self) -> Parsed<()> {
        let mut chars = self.rest.chars();
        let Some(c) = chars.next() else { return Ok(()) };
        let after = chars.as_str();
        match c {
            '\\' => return self.backslash(),
            '[' => {
                let class = self.class()?;
                return self.push_class(class);
            }
            _ => self.rest = after,
        }
        match c {
            '^' => self.push(Hir::look(if self.flags.lines { Look::StartLF } else { Look::Start })),
            '$' => self.push(Hir::look(if self.flags.lines { Look::EndLF } else { Look::End })),
            '.' => self.push(Hir::dot(if self.flags.dot_all { Dot::AnyChar } else { Dot::AnyCharExceptLF })),
            c => self.push_literal(u32::from(c)),
        }
    }

    fn backslash(&mut self) -> Parsed<()> {
        if let Some(quoted) = self.rest.strip_prefix("\\Q") {
            let (text, after) = quoted.split_once("\\E").unwrap_or((quoted, ""));
            self.rest = after;
            return text.chars().try_for_each(|c| self.push_literal(u32::from(c)));
        }
        let look = match self.rest.as_bytes().get(1) {
            Some(b'A') => Look::Start,
            Some(b'z') => Look::End,
            Some(b'b') => Look::WordAscii,
            Some(b'B') => Look::WordAsciiNegate,
            _ => {
                if let Some(class) = self.escaped_class()? {
                    return self.push_class(class);
                }
                let code = self.escape()?;
                return self.push_literal(code);
            }
        };
        self.rest = &self.rest[2..];
        self.push(Hir::look(look))
    }

    /// `\d` and its kin, `\pL` and `\p{Greek}`; `None` for another escape.
    fn escaped_class(&mut self) -> Parsed<Option<ClassUnicode>> {
        let fold = self.flags.fold;
        let Some(letter) = self.rest.as_bytes().get(1).copied() else { return Ok(None) };
        let negated = letter.is_ascii_uppercase();
        if let Some(class) = class::perl(letter.to_ascii_lowercase()) {
            self.rest = &self.rest[2..];
            return Ok(Some(class::closed(class, fold, negated)));
        }
        if !matches!(letter, b'p' | b'P') {
            return Ok(None);
        }
        let text = &self.rest[2..];
        let end = text.chars().next().map_or(0, char::len_utf8);
        let (name, after) = match text.strip_prefix('{') {
            Some(inside) => inside.split_once('}').ok_or_else(|| format!("invalid character class range: `{}`", self.rest))?,
            None => text.split_at(end),
        };
        let (name, outside) = name.strip_prefix('^').map_or((name, false), |name| (name, true));
        let class = class::unicode(name).ok_or_else(|| format!("invalid character class range: `\\p{{{name}}}`"))?;
        self.rest = after;
        Ok(Some(class::closed(class, fold, negated != outside)))
    }

    /// The code point that an escape means.
    fn escape(&mut self) -> Parsed<u32> {
        let start = self.rest;
        let mut chars = self.rest[1..].chars();
        let c = chars.next().ok_or("trailing backslash at end of expression")?;
        let invalid = |end: &str| format!("invalid escape sequence: `{}`", &start[..start.len() - end.len()]);
        let after = chars.as_str();
        self.rest = after;
        let octal = |byte: &u8| matches!(byte, b'0'..=b'7');
        Ok(match c {
            'a' => 7,
            'f' => 12,
            't' => 9,
            'n' => 10,
            'r' => 13,
            'v' => 11,
            // A lone digit would be a reference to a group.
            '1'..='7' if !after.as_bytes().first().is_some_and(octal) => return Err(invalid(after)),
            '0'..='7' => {
                let more = after.bytes().take(2).take_while(octal).count();
                self.rest = &after[more..];
                after[..more].bytes().fold(u32::from(c) - 48, |sum, byte| sum * 8 + u32::from(byte - b'0'))
            }
            'x' => {
                let (digits, rest) = match after.strip_prefix('{') {
                    Some(inside) => inside.split_once('}').ok_or_else(|| invalid(""))?,
                    None => (after.get(..2).ok_or_else(|| invalid(""))?, after.get(2..).unwrap_or_default()),
                };
                self.rest = rest;
                let fine = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                let code = if fine { u32::from_str_radix(digits, 16).ok() } else { None };
                code.filter(|code| *code <= 0x10_ffff).ok_or_else(|| invalid(rest))?
            }
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => u32::from(c),
            _ => return Err(invalid(after)),
        })
    }

    /// What begins with `[`.
    fn class(&mut self) -> Parsed<ClassUnicode> {
        let start = self.rest;
        let missing = || format!("missing closing ]: `{start}`");
        self.rest = &self.rest[1..];
        let negated = self.rest.starts_with('^');
        self.rest = self.rest.strip_prefix('^').unwrap_or(self.rest);
        let mut class = ClassUnicode::empty();
        let mut first = true;
        loop {
            let c = self.rest.chars().next().ok_or_else(missing)?;
            if c == ']' && !first {
                self.rest = &self.rest[1..];
                return Ok(class::closed(class, false, negated));
            }
            first = false;
            if let Some((name, after)) = self.rest.strip_prefix("[:").and_then(|inside| inside.split_once(":]")) {
                let (plain, outside) = name.strip_prefix('^').map_or((name, false), |name| (name, true));
                let named = class::posix(plain).ok_or_else(|| format!("invalid character class range: `[:{name}:]`"))?;
                class.union(&class::closed(named, self.flags.fold, outside));
                self.rest = after;
                continue;
            }
            if c == '\\'
                && let Some(escaped) = self.escaped_class()?
            {
                class.union(&escaped);
                continue;
            }
            let from = self.rest;
            let low = self.bound(missing)?;
            let mut high = low;
            if self.rest.starts_with('-') && self.rest.len() > 1 && !self.rest.starts_with("-]") {
                self.rest = &self.rest[1..];
                high = self.bound(missing)?;
            }
            if high < low {
                return Err(format!("invalid character class range: `{}`", &from[..from.len() - self.rest.len()]));
            }
            class.union(&class::closed(class::of(&[(low, high)]), self.flags.fold, false));
        }
    }

    /// One end of a range.
    fn bound(&mut self, missing: impl Fn() -> String) -> Parsed<u32> {
        let c = self.rest.chars().next().ok_or_else(missing)?;
        if c == '\\' {
            return self.escape();
        }
        self.rest = &self.rest[c.len_utf8()..];
        Ok(u32::from(c))
    }
}

/// The flags behind `(?`, whether a group begins with them, and what follows.
fn flags(text: &str, around: Flags) -> Parsed<(Flags, bool, &str)> {
    let mut flags = around;
    let mut on = true;
    let mut seen = false;
    for (at, c) in text.char_indices() {
        match c {
            'i' => flags.fold = on,
            'm' => flags.lines = on,
            's' => flags.dot_all = on,
            // Lazy and greedy change places.
            'U' => {}
            '-' if on => {
                on = false;
                seen = false;
                continue;
            }
            ':' | ')' if on || seen => return Ok((flags, c == ':', &text[at + 1..])),
            _ => return Err(format!("invalid or unsupported Perl syntax: `(?{}`", &text[..at + c.len_utf8()])),
        }
        seen = true;
    }
    Err("missing argument to Perl syntax: `(?`".to_owned())
}
