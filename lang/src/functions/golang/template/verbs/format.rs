//! Reads a format and writes its operands.

use super::super::datum::Datum;
use super::out::Out;
use super::{Flags, value};

/// Numbers in a format beyond this are no widths, precisions or indices.
const LARGEST: usize = 1_000_000;

/// A format at work.
struct Printf<'a> {
    format: &'a [u8],
    at: usize,
    args: &'a [Datum],
    /// The operand that is next.
    next: usize,
    /// Whether an index chose an operand somewhere, and whether it did just before.
    reordered: bool,
    chosen: bool,
    /// Whether the choice was a good one.
    good: bool,
}

/// Writes a text with values in the place of its verbs.
pub(in super::super) fn printf(out: &mut Out, format: &[u8], args: &[Datum]) {
    Printf { format, at: 0, args, next: 0, reordered: false, chosen: false, good: true }.run(out);
}

impl Printf<'_> {
    fn run(&mut self, out: &mut Out) {
        while self.at < self.format.len() && !out.full() {
            let rest = &self.format[self.at..];
            let text = memchr::memchr(b'%', rest).unwrap_or(rest.len());
            out.write(&rest[..text]);
            self.at += text;
            if self.at < self.format.len() {
                self.at += 1;
                self.verb(out);
            }
        }
        if self.reordered || self.next >= self.args.len() {
            return;
        }
        out.write(b"%!(EXTRA ");
        for (index, arg) in self.args[self.next..].iter().enumerate() {
            if index > 0 {
                out.write(b", ");
            }
            if !matches!(arg, Datum::Nil) {
                out.write(arg.type_name().as_bytes());
                out.write(b"=");
            }
            value::write(out, &Flags::default(), arg, 'v');
        }
        out.write(b")");
    }

    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    /// What stands behind a percent sign.
    fn verb(&mut self, out: &mut Out) {
        (self.good, self.chosen) = (true, false);
        let mut flags = self.flags();
        self.choose();
        self.width(&mut flags, out);
        if self.peek() == Some(b'.') {
            self.precision(&mut flags, out);
        }
        if !self.chosen {
            self.choose();
        }
        let Some(verb) = self.take_char() else {
            out.write(b"%!(NOVERB)");
            return;
        };
        let marked = |out: &mut Out, mark: &str| out.write(format!("%!{verb}({mark})").as_bytes());
        match self.args.get(self.next) {
            _ if verb == '%' => out.write(b"%"),
            _ if !self.good => marked(out, "BADINDEX"),
            None => marked(out, "MISSING"),
            Some(arg) => {
                if verb == 'v' {
                    (flags.syntax, flags.sharp) = (flags.sharp, false);
                    (flags.named, flags.plus) = (flags.plus, false);
                }
                value::write(out, &flags, arg, verb);
                self.next += 1;
            }
        }
    }

    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        while let Some(byte) = self.peek() {
            match byte {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => break,
            }
            self.at += 1;
        }
        flags
    }

    fn width(&mut self, flags: &mut Flags, out: &mut Out) {
        if self.peek() == Some(b'*') {
            self.at += 1;
            match self.operand() {
                Some(width) => {
                    if width < 0 {
                        (flags.minus, flags.zero) = (true, false);
                    }
                    flags.width = Some(width.unsigned_abs() as usize);
                }
                None => out.write(b"%!(BADWIDTH)"),
            }
            self.chosen = false;
        } else {
            flags.width = self.number();
            if self.chosen && flags.width.is_some() {
                self.good = false;
            }
        }
    }

    fn precision(&mut self, flags: &mut Flags, out: &mut Out) {
        self.at += 1;
        if self.chosen {
            self.good = false;
        }
        self.choose();
        if self.peek() == Some(b'*') {
            self.at += 1;
            match self.operand() {
                Some(precision) if precision >= 0 => flags.precision = Some(precision as usize),
                _ => out.write(b"%!(BADPREC)"),
            }
            self.chosen = false;
        } else {
            flags.precision = Some(self.number().unwrap_or(0));
        }
    }

    /// Digits as a number. One that is too large swallows the rest of the format.
    fn number(&mut self) -> Option<usize> {
        let (number, length) = digits(&self.format[self.at..])?;
        self.at = if number > LARGEST { self.format.len() } else { self.at + length };
        (number <= LARGEST).then_some(number)
    }

    /// The next operand as a width or a precision.
    fn operand(&mut self) -> Option<i64> {
        let arg = self.args.get(self.next)?;
        self.next += 1;
        match arg {
            Datum::Int(value, _) if value.unsigned_abs() <= LARGEST as u64 => Some(*value),
            _ => None,
        }
    }

    /// An index in brackets chooses the next operand.
    fn choose(&mut self) {
        self.chosen = false;
        if self.peek() != Some(b'[') {
            return;
        }
        self.reordered = true;
        let rest = &self.format[self.at..];
        let Some(end) = rest.iter().position(|byte| *byte == b']').filter(|_| rest.len() >= 3) else {
            self.at += 1;
            self.good = false;
            return;
        };
        self.at += end + 1;
        let index = digits(&rest[1..end]).filter(|(number, length)| *number <= LARGEST && *length == end - 1);
        match index {
            Some((number, _)) if (1..=self.args.len()).contains(&number) => {
                self.next = number - 1;
                self.chosen = true;
            }
            Some(_) => {
                self.good = false;
                self.chosen = true;
            }
            None => self.good = false,
        }
    }

    fn take_char(&mut self) -> Option<char> {
        let rest = self.format.get(self.at..).filter(|rest| !rest.is_empty())?;
        let chunk = rest[..rest.len().min(4)].utf8_chunks().next()?;
        let c = chunk.valid().chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
        self.at += if chunk.valid().is_empty() { 1 } else { c.len_utf8() };
        Some(c)
    }
}

/// The number at the beginning of a text, and how many bytes it takes; beyond the largest its value does not matter.
fn digits(text: &[u8]) -> Option<(usize, usize)> {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let fold = |number: usize, byte: &u8| (number * 10 + usize::from(byte - b'0')).min(LARGEST + 1);
    (length > 0).then(|| (text[..length].iter().fold(0, fold), length))
}
