//! Integers under verbs.

use super::out::Out;
use super::{Flags, text};
use crate::functions::golang::quote;

/// Writes an integer in a base.
pub(super) fn integer(out: &mut Out, flags: &Flags, value: i64, base: u64, verb: char) {
    let negative = value < 0;
    if flags.precision == Some(0) && value == 0 {
        text::pad(out, &Flags { zero: false, ..*flags }, b"");
        return;
    }
    let least = match flags.precision {
        Some(precision) => precision,
        // The sign takes one of the places.
        None if flags.zero && !flags.minus => {
            let signed = negative || flags.plus || flags.space;
            flags.width.unwrap_or(0).saturating_sub(usize::from(signed))
        }
        None => 0,
    };
    let mut digits = digits(value.unsigned_abs(), base, verb == 'X');
    // The digits stand in reverse.
    if digits.len() < least {
        digits.resize(least, b'0');
    }
    if flags.sharp {
        match base {
            2 => digits.extend(b"b0"),
            8 if digits.last() != Some(&b'0') => digits.push(b'0'),
            16 => digits.extend(if verb == 'X' { b"X0" } else { b"x0" }),
            _ => {}
        }
    }
    if verb == 'O' {
        digits.extend(b"o0");
    }
    if negative {
        digits.push(b'-');
    } else if flags.plus {
        digits.push(b'+');
    } else if flags.space {
        digits.push(b' ');
    }
    digits.reverse();
    text::pad(out, &Flags { zero: false, ..*flags }, &digits);
}

/// The digits of a number, the last first.
fn digits(mut value: u64, base: u64, upper: bool) -> Vec<u8> {
    let letter = if upper { b'A' } else { b'a' };
    let mut digits = Vec::new();
    loop {
        let digit = (value % base) as u8;
        digits.push(if digit < 10 { b'0' + digit } else { letter + digit - 10 });
        value /= base;
        if value == 0 {
            return digits;
        }
    }
}

/// `U+0041`, with the sharp flag `U+0041 'A'`.
pub(super) fn code_point(out: &mut Out, flags: &Flags, value: i64) {
    let least = flags.precision.unwrap_or(4).max(4);
    // Go takes the bits of a negative number for a large one.
    let mut digits = digits(value as u64, 16, true);
    if digits.len() < least {
        digits.resize(least, b'0');
    }
    digits.extend(b"+U");
    digits.reverse();
    if let Some(c) = u32::try_from(value).ok().and_then(char::from_u32).filter(|c| flags.sharp && quote::printable(*c)) {
        digits.extend(format!(" '{c}'").as_bytes());
    }
    text::pad(out, &Flags { zero: false, ..*flags }, &digits);
}
