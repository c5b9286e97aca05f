//! Constants of a template.

use crate::functions::convert::{Precision, parse_float};
use crate::functions::golang::{number, quote};

/// A number or a character: what it is for each type that an argument may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    /// As an integer.
    pub(super) int: Option<i64>,
    /// As a float.
    pub(super) float: Option<f64>,
    /// What it is where nothing else is wanted.
    pub(super) ideal: Ideal,
}

/// What a number is by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ideal {
    /// An integer.
    Int(i64),
    /// It has a point or an exponent.
    Float(f64),
    /// Its real and its imaginary part.
    Complex(f64, f64),
    /// An integer that only an unsigned type holds.
    Overflow,
}

/// Reads a quoted string.
pub(super) fn text(literal: &[u8]) -> Result<Vec<u8>, String> {
    match quote::unquote(literal) {
        Some((length, value)) if length == literal.len() => Ok(value),
        _ => Err("invalid syntax".to_owned()),
    }
}

/// Reads a character, which is the number of its code point.
pub(super) fn character(literal: &[u8]) -> Result<Number, String> {
    let Some((length, value)) = quote::unquote(literal) else {
        // One character, then more before the end.
        return Err(match literal {
            b"''" => "invalid syntax".to_owned(),
            _ => format!("malformed character constant: {}", String::from_utf8_lossy(literal)),
        });
    };
    if length != literal.len() || value.is_empty() {
        return Err("invalid syntax".to_owned());
    }
    let code = match std::str::from_utf8(&value).ok().and_then(|text| text.chars().next()) {
        Some(c) => i64::from(u32::from(c)),
        // An escaped byte.
        None => i64::from(value[0]),
    };
    Ok(Number { int: Some(code), float: Some(code as f64), ideal: Ideal::Int(code) })
}

/// Reads a sum of a real and an imaginary number.
pub(super) fn complex(text: &str) -> Result<Number, String> {
    let refused = || format!("illegal number syntax: {text:?}");
    // The last sign that is not part of an exponent divides the two.
    let bytes = text.as_bytes();
    let divides = |at: &usize| matches!(bytes[*at], b'+' | b'-') && !matches!(bytes[at - 1], b'e' | b'E' | b'p' | b'P');
    let at = (1..bytes.len()).rev().find(divides).ok_or_else(refused)?;
    let part = |text: &str| parse_float(text, Precision::Double).flatten().ok_or_else(refused);
    let (real, imaginary) = (part(&text[..at])?, part(text[at..].trim_end_matches('i'))?);
    let mut number = Number { int: None, float: None, ideal: Ideal::Complex(real, imaginary) };
    if imaginary == 0.0 {
        number.float = Some(real);
        number.int = whole(real);
    }
    Ok(number)
}

/// Reads any other number: an integer of any base with an optional prefix, a float, or an imaginary number.
pub(super) fn number(text: &str) -> Result<Number, String> {
    if let Some(imaginary) = text.strip_suffix('i')
        && let Some(Some(value)) = parse_float(imaginary, Precision::Double)
    {
        let zero = (value == 0.0).then_some(0.0);
        return Ok(Number { int: zero.map(|_| 0), float: zero, ideal: Ideal::Complex(0.0, value) });
    }
    if let Ok(value) = number::parse("ParseInt", text.as_bytes(), 0, 64) {
        return Ok(Number { int: Some(value), float: Some(value as f64), ideal: Ideal::Int(value) });
    }
    if let Some(value) = unsigned(text) {
        return Ok(Number { int: None, float: Some(value as f64), ideal: Ideal::Overflow });
    }
    match parse_float(text, Precision::Double).flatten() {
        Some(_) if !text.contains(['.', 'e', 'E', 'p', 'P']) => Err(format!("integer overflow: {text:?}")),
        Some(value) => Ok(Number { int: whole(value), float: Some(value), ideal: Ideal::Float(value) }),
        None => Err(format!("illegal number syntax: {text:?}")),
    }
}

/// An integer of 64 bits that has no room for a sign.
fn unsigned(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    let (radix, digits) = match digits.get(..2) {
        Some("0x" | "0X") => (16, &digits[2..]),
        Some("0b" | "0B") => (2, &digits[2..]),
        Some("0o" | "0O") => (8, &digits[2..]),
        _ if digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits.as_str()),
    };
    let number = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
    u64::from_str_radix(digits, radix).ok().filter(|value| number && *value > i64::MAX as u64)
}

/// A float that is an integer.
fn whole(value: f64) -> Option<i64> {
    let limit = 2f64.powi(63);
    (value.fract() == 0.0 && value >= -limit && value < limit).then_some(value as i64)
}
