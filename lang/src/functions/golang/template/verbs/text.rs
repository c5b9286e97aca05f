//! Strings and characters under verbs.

use super::Flags;
use super::out::Out;
use crate::functions::golang::quote::{self, Escape};

/// Writes a text padded to the width, which counts characters.
pub(super) fn pad(out: &mut Out, flags: &Flags, text: &[u8]) {
    let missing = flags.width.map_or(0, |width| width.saturating_sub(characters(text)));
    // Zeros are for the left only.
    let fill = if flags.zero && !flags.minus { b'0' } else { b' ' };
    if !flags.minus {
        out.repeat(fill, missing);
    }
    out.write(text);
    if flags.minus {
        out.repeat(fill, missing);
    }
}

/// Writes a text.
pub(super) fn write(out: &mut Out, flags: &Flags, text: &[u8]) {
    pad(out, flags, text);
}

/// What the precision leaves of a text: so many characters.
pub(super) fn cut<'a>(flags: &Flags, text: &'a [u8]) -> &'a [u8] {
    let Some(mut left) = flags.precision else { return text };
    let mut at = 0;
    while left > 0 && at < text.len() {
        at += width(&text[at..]);
        left -= 1;
    }
    &text[..at]
}

/// A text as a literal.
pub(super) fn quote(out: &mut Out, flags: &Flags, text: &[u8]) {
    let text = cut(flags, text);
    if flags.sharp && quote::can_backquote(text) {
        pad(out, flags, &[b"`", text, b"`"].concat());
        return;
    }
    pad(out, flags, quote::quote(text, escape(flags)).as_bytes());
}

/// A character as a literal.
pub(super) fn quote_char(out: &mut Out, flags: &Flags, c: char) {
    pad(out, flags, quote::quote_char(c, escape(flags)).as_bytes());
}

fn escape(flags: &Flags) -> Escape {
    if flags.plus { Escape::NonAscii } else { Escape::Unprintable }
}

/// The bytes of a text as hexadecimal digits.
pub(super) fn hexadecimal(out: &mut Out, flags: &Flags, text: &[u8], upper: bool) {
    let text = &text[..flags.precision.map_or(text.len(), |precision| precision.min(text.len()))];
    if text.is_empty() {
        pad(out, flags, b"");
        return;
    }
    let prefix = if upper { "0X" } else { "0x" };
    let mut digits = String::with_capacity(2 * text.len() + 2);
    for (index, byte) in text.iter().enumerate() {
        if index > 0 && flags.space {
            digits.push(' ');
        }
        if flags.sharp && (index == 0 || flags.space) {
            digits.push_str(prefix);
        }
        digits.push_str(&if upper { format!("{byte:02X}") } else { format!("{byte:02x}") });
    }
    pad(out, flags, digits.as_bytes());
}

fn characters(text: &[u8]) -> usize {
    let mut at = 0;
    let mut count = 0;
    while at < text.len() {
        at += width(&text[at..]);
        count += 1;
    }
    count
}

/// The bytes of the first character; an invalid byte is one.
fn width(text: &[u8]) -> usize {
    if text[0].is_ascii() {
        return 1;
    }
    let first = text[..text.len().min(4)].utf8_chunks().next();
    first.and_then(|chunk| chunk.valid().chars().next()).map_or(1, char::len_utf8)
}
