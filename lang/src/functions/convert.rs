//! Module `convert`.

use super::{CallContext, Fault, Function, args, pure};
use mgmt_values::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    pure(
        "convert.format_bool",
        "func(a bool) str",
        format_bool,
        "`true` or `false`.",
        r#"convert.format_bool(1 == 1) == "true""#,
    ),
    pure("convert.int_to_str", "func(a int) str", int_to_str, "Decimal digits.", r#"convert.int_to_str(-7) == "-7""#),
    pure(
        "convert.parse_bool",
        "func(a str) bool",
        parse_bool,
        "The truth value that 1, t, T, TRUE, true, True and their opposites name.",
        r#"convert.parse_bool("T")"#,
    ),
    pure(
        "convert.str_to_float",
        "func(a str) float",
        str_to_float,
        "The float that a text names, in decimal or hexadecimal.",
        r#"convert.str_to_float("1e3") == 1000.0"#,
    ),
    pure(
        "convert.str_to_int",
        "func(a str) int",
        str_to_int,
        "The integer that decimal digits name.",
        r#"convert.str_to_int("+042") == 42"#,
    ),
    pure("convert.to_float", "func(a int) float", to_float, "The nearest float.", "convert.to_float(3) == 3.0"),
    pure("convert.to_int", "func(a float) int", to_int, "The integer, cut towards zero.", "convert.to_int(-2.7) == -2"),
];

fn format_bool(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::str(args::boolean(args, 0)?.to_string()))
}

fn int_to_str(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::str(args::int(args, 0)?.to_string()))
}

fn parse_bool(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    match args::bytes(args, 0)? {
        b"1" | b"t" | b"T" | b"TRUE" | b"true" | b"True" => Ok(Value::Bool(true)),
        b"0" | b"f" | b"F" | b"FALSE" | b"false" | b"False" => Ok(Value::Bool(false)),
        _ => Err(Fault::new(format!("invalid bool: `{}`", args::text(args, 0)?))),
    }
}

fn str_to_int(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let text = args::text(args, 0)?;
    text.parse().map(Value::Int).map_err(|error: std::num::ParseIntError| {
        let why = match error.kind() {
            std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow => "value out of range",
            _ => "invalid syntax",
        };
        Fault::new(format!("can't parse `{text}` as an integer: {why}"))
    })
}

fn str_to_float(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let text = args::text(args, 0)?;
    let refused = |why| Fault::new(format!("can't parse `{text}` as a float: {why}"));
    let value = parse_float(&text, Precision::Double).ok_or_else(|| refused("invalid syntax"))?;
    value.map(Value::Float).ok_or_else(|| refused("value out of range"))
}

fn to_float(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::Float(args::int(args, 0)? as f64))
}

fn to_int(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let float = args::float(args, 0)?;
    // Both bounds are powers of two, hence exact.
    if float >= -(2f64.powi(63)) && float < 2f64.powi(63) {
        Ok(Value::Int(float as i64))
    } else {
        Err(Fault::new(format!("can't make an integer of {}", Value::Float(float))))
    }
}

/// How a float is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precision {
    /// 24 bits.
    Single,
    /// 53 bits.
    Double,
}

/// Reads a float as Go's `strconv.ParseFloat` does: decimal or hexadecimal, `inf`, `infinity` and `nan` in any case, single underscores
/// between digits. `None` for anything else; inside it `None` for what is too large.
pub(super) fn parse_float(text: &str, precision: Precision) -> Option<Option<f64>> {
    let (negative, body) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = body.to_ascii_lowercase();
    let magnitude = match lower.as_str() {
        "inf" | "infinity" => Some(f64::INFINITY),
        "nan" if body.len() == text.len() => return Some(Some(f64::NAN)),
        number => {
            let value = match number.strip_prefix("0x") {
                Some(digits) => parse_hexadecimal(&without_underscores(digits, true)?, precision)?,
                None => parse_decimal(&without_underscores(number, false)?, precision)?,
            };
            Some(value).filter(|value| value.is_finite())
        }
    };
    Some(magnitude.map(|magnitude| if negative { -magnitude } else { magnitude }))
}

/// The text without underscores, each of which must stand between two digits (or the prefix `0x` and a digit).
fn without_underscores(text: &str, hexadecimal: bool) -> Option<String> {
    let bytes = text.as_bytes();
    let digit = |byte: Option<&u8>| byte.is_some_and(|b| if hexadecimal { b.is_ascii_hexdigit() } else { b.is_ascii_digit() });
    for (at, byte) in bytes.iter().enumerate() {
        let before = if at == 0 { hexadecimal } else { digit(bytes.get(at - 1)) };
        if *byte == b'_' && !(before && digit(bytes.get(at + 1))) {
            return None;
        }
    }
    Some(text.replace('_', ""))
}

fn parse_decimal(text: &str, precision: Precision) -> Option<f64> {
    // Rust also takes words here; they were dealt with before.
    let plain = text.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    match precision {
        _ if !plain => None,
        Precision::Single => text.parse().map(|value: f32| f64::from(value)).ok(),
        Precision::Double => text.parse().ok(),
    }
}

/// What stands behind `0x`: hexadecimal digits, perhaps a point, and an exponent of two that must be there.
fn parse_hexadecimal(text: &str, precision: Precision) -> Option<f64> {
    let (digits, exponent) = text.split_once('p')?;
    let exponent = exponent.parse::<i64>().ok().or_else(|| overflowing(exponent))?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut mantissa: u128 = 0;
    let mut sticky = false;
    let mut scale: i64 = 0;
    for (at, digit) in whole.chars().chain(fraction.chars()).enumerate() {
        let value = digit.to_digit(16)?;
        // 25 digits hold more than any float; what is cut off can only break a tie.
        if mantissa >> 100 == 0 {
            mantissa = mantissa << 4 | u128::from(value);
            scale -= if at >= whole.len() { 4 } else { 0 };
        } else {
            sticky |= value != 0;
            scale += if at < whole.len() { 4 } else { 0 };
        }
    }
    Some(scaled(mantissa << 1 | u128::from(sticky), scale.saturating_add(exponent).saturating_sub(1), precision))
}

/// An exponent of digits too many for an integer.
fn overflowing(exponent: &str) -> Option<i64> {
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    number.then_some(if exponent.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 })
}

/// `mantissa * 2^exponent`, rounded once to the nearest float, ties to even.
fn scaled(mantissa: u128, exponent: i64, precision: Precision) -> f64 {
    // Bits of a normal float, exponent of the smallest float, and that of the first power of two that is too large.
    let (width, smallest, end) = match precision {
        Precision::Single => (24, -149, 128),
        Precision::Double => (53, -1074, 1024),
    };
    if mantissa == 0 {
        return 0.0;
    }
    let bits = 128 - i64::from(mantissa.leading_zeros());
    // The exponent of the last bit that is kept: all bits, fewer below the normal range.
    let last = bits.saturating_add(exponent).saturating_sub(width).max(smallest);
    if bits.saturating_add(exponent) > end + 1 {
        return f64::INFINITY;
    }
    let shift = last.saturating_sub(exponent);
    let kept = if shift <= 0 {
        mantissa << -shift
    } else if shift > 127 {
        0
    } else {
        let half = 1u128 << (shift - 1);
        let rest = mantissa & ((half << 1) - 1);
        let kept = mantissa >> shift;
        kept + u128::from(rest > half || (rest == half && kept & 1 == 1))
    };
    // Two steps, for a power below the normal range is no float itself; the product is exact.
    let first = last.max(-1000);
    let value = kept as f64 * 2f64.powi(first as i32) * 2f64.powi((last - first) as i32);
    if precision == Precision::Single && value >= 2f64.powi(128) { f64::INFINITY } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_read_as_go_reads_them() {
        for (text, value) in [
            ("1e3", 1000.0),
            ("-.5", -0.5),
            ("1.", 1.0),
            ("1_000.5", 1000.5),
            ("0x1p-2", 0.25),
            ("0x.8p1", 1.0),
            ("0x1.fffffffffffffp1023", f64::MAX),
            ("0x1p-1074", 5e-324),
            ("0x1p-1075", 0.0),
            ("0x1.8p-1074", 1e-323),
            ("-Infinity", f64::NEG_INFINITY),
        ] {
            assert_eq!(parse_float(text, Precision::Double), Some(Some(value)), "{text}");
        }
        for text in ["", " 1", "1__0", "_1", "1_", "0x1", "+nan", "-", ".", "1e", "infinit", "0xp1"] {
            assert_eq!(parse_float(text, Precision::Double), None, "{text}");
        }
    }

    #[test]
    fn single_precision_rounds_once() {
        for (text, value) in [("0.1", f64::from(0.1f32)), ("0x1.000001p0", 1.0), ("0x1.0000011p0", f64::from(1.0f32.next_up()))] {
            assert_eq!(parse_float(text, Precision::Single), Some(Some(value)), "{text}");
        }
        for text in ["1e39", "0x1.ffffffp127", "-1e400"] {
            assert_eq!(parse_float(text, Precision::Single), Some(None), "{text}");
        }
    }

    #[test]
    fn only_what_is_an_integer_is_one() {
        let read = |text: &str| str_to_int(&mut CallContext { signature: &mgmt_values::Type::Int }, &[Value::str(text)]);
        assert_eq!(read("-9223372036854775808"), Ok(Value::Int(i64::MIN)));
        for text in ["", "1_0", "0x1", " 1", "9223372036854775808", "--1"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
