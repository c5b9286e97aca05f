//! Reading and writing integers in any base.

use crate::functions::Fault;

/// Why a text is not a number.
pub(super) fn refused(function: &str, text: &[u8], why: &str) -> Fault {
    Fault::new(format!("strconv.{function}: parsing {}: {why}", mgmt_values::text::quote(text)))
}

const SYNTAX: &str = "invalid syntax";
const RANGE: &str = "value out of range";

/// Reads an integer of a base from 2 to 36, or of the base that its prefix says for 0, which also takes underscores between digits. It must fit into
/// so many bits, 0 for 64.
pub(super) fn parse(function: &str, text: &[u8], base: i64, bits: i64) -> Result<i64, Fault> {
    let refused = |why: &str| refused(function, text, why);
    if text.is_empty() {
        return Err(refused(SYNTAX));
    }
    let (negative, digits) = match text[0] {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, body) = match base {
        2..=36 => (base as u32, digits),
        0 => prefixed(digits),
        _ => return Err(refused(&format!("invalid base {base}"))),
    };
    let bits = match bits {
        0 => 64,
        1..=64 => bits,
        _ => return Err(refused(&format!("invalid bit size {bits}"))),
    };
    let mut magnitude: u128 = 0;
    // Only a lone zero may have lost its digit to the prefix.
    if body.is_empty() && digits != b"0" {
        return Err(refused(SYNTAX));
    }
    for byte in body {
        if *byte == b'_' && base == 0 {
            continue;
        }
        let digit = char::from(*byte).to_digit(radix).ok_or_else(|| refused(SYNTAX))?;
        magnitude = magnitude * u128::from(radix) + u128::from(digit);
        if magnitude >> bits != 0 {
            // Go cuts off before it looks at the sign, and of a single bit the rest is in range.
            return if negative && bits == 1 { Ok(-1) } else { Err(refused(RANGE)) };
        }
    }
    if base == 0 && !underscores_fit(digits) {
        return Err(refused(SYNTAX));
    }
    let limit = 1u128 << (bits - 1);
    match negative {
        false if magnitude < limit => Ok(magnitude as i64),
        true if magnitude <= limit => Ok((magnitude as i64).wrapping_neg()),
        _ => Err(refused(RANGE)),
    }
}

/// The base that a prefix says, and what stands behind it.
fn prefixed(digits: &[u8]) -> (u32, &[u8]) {
    match digits {
        [b'0', b'x' | b'X', rest @ ..] if !rest.is_empty() => (16, rest),
        [b'0', b'b' | b'B', rest @ ..] if !rest.is_empty() => (2, rest),
        [b'0', b'o' | b'O', rest @ ..] if !rest.is_empty() => (8, rest),
        [b'0', rest @ ..] => (8, rest),
        _ => (10, digits),
    }
}

/// Whether each underscore stands between two digits, or between a prefix and a digit.
fn underscores_fit(digits: &[u8]) -> bool {
    let letter = digits.len() >= 2 && digits[0] == b'0' && digits[1].is_ascii_alphabetic();
    let body = if letter { &digits[2..] } else { digits };
    let mut before = letter;
    for (at, byte) in body.iter().enumerate() {
        if *byte == b'_' && !(before && body.get(at + 1).is_some_and(|next| *next != b'_')) {
            return false;
        }
        before = *byte != b'_';
    }
    true
}

/// The digits of an integer; `None` for a base that is not from 2 to 36.
pub(super) fn format(value: i64, base: i64) -> Option<String> {
    let base = u32::try_from(base).ok().filter(|base| (2..=36).contains(base))?;
    let mut rest = value.unsigned_abs();
    let mut digits = Vec::new();
    loop {
        digits.extend(char::from_digit((rest % u64::from(base)) as u32, base));
        rest /= u64::from(base);
        if rest == 0 {
            break;
        }
    }
    digits.extend((value < 0).then_some('-'));
    Some(digits.iter().rev().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, base: i64, bits: i64) -> Option<i64> {
        parse("ParseInt", text.as_bytes(), base, bits).ok()
    }

    #[test]
    fn prefixes_count_for_base_0_only() {
        for (text, value) in [
            ("0x1f", 31),
            ("-0b101", -5),
            ("0o17", 15),
            ("017", 15),
            ("1_000", 1000),
            ("0x_1", 1),
            ("0_7", 7),
            ("0", 0),
            ("-0", 0),
        ] {
            assert_eq!(read(text, 0, 64), Some(value), "{text}");
        }
        for text in ["", "-", "0x", "08", "1__0", "_1", "1_", "0x1_", "0_", "1.0", " 1"] {
            assert_eq!(read(text, 0, 64), None, "{text}");
        }
        assert_eq!((read("0x1f", 16, 64), read("1_0", 10, 64), read("zZ", 36, 64)), (None, None, Some(35 * 36 + 35)));
    }

    #[test]
    fn bits_limit_the_range() {
        assert_eq!(
            (read("127", 10, 8), read("128", 10, 8), read("-128", 10, 8), read("-129", 10, 8)),
            (Some(127), None, Some(-128), None)
        );
        assert_eq!((read("0", 10, 65), read("0", 1, 64), read("-1", 10, 1), read("1", 10, 1)), (None, None, Some(-1), None));
        assert_eq!((read("-7x", 10, 1), read("999x", 10, 8)), (Some(-1), None));
        assert_eq!((read("-9223372036854775808", 10, 0), read("9223372036854775808", 10, 0)), (Some(i64::MIN), None));
    }

    #[test]
    fn digits_are_those_of_the_base() {
        assert_eq!(format(-255, 16).as_deref(), Some("-ff"));
        assert_eq!(format(i64::MIN, 2).map(|text| text.len()), Some(65));
        assert_eq!((format(0, 36).as_deref(), format(1, 1), format(1, 37)), (Some("0"), None, None));
    }
}
