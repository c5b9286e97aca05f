//! Floats under verbs.

use super::Flags;
use super::out::Out;
use super::text;

/// No float has more digits than this, before the point or after it; more are zeros.
const MOST_DIGITS: usize = 1100;

/// Writes a float; `precision` is that of the verb where the flags have none, `None` for the shortest that reads back as the same.
pub(super) fn write(out: &mut Out, flags: &Flags, value: f64, verb: char, precision: Option<usize>) {
    let precision = flags.precision.or(precision);
    let mut number = plain(value, verb, precision);
    if !number.starts_with(['+', '-']) {
        number.insert(0, '+');
    }
    if flags.space && number.starts_with('+') && !flags.plus {
        number.replace_range(..1, " ");
    }
    if !value.is_finite() {
        let shown = if value.is_nan() && !flags.space && !flags.plus { "NaN" } else { number.as_str() };
        let shown = if shown == "+Inf" && !flags.plus { "+Inf" } else { shown };
        text::pad(out, &Flags { zero: false, ..*flags }, shown.as_bytes());
        return;
    }
    if flags.sharp && verb != 'b' {
        number = pointed(&number, verb, precision);
    }
    if flags.plus || !number.starts_with('+') {
        // The sign stands before the zeros.
        let missing = flags.width.map_or(0, |width| width.saturating_sub(number.len()));
        if flags.zero && !flags.minus && missing > 0 {
            out.write(&number.as_bytes()[..1]);
            out.repeat(b'0', missing);
            out.write(&number.as_bytes()[1..]);
            return;
        }
        text::pad(out, flags, number.as_bytes());
        return;
    }
    text::pad(out, flags, &number.as_bytes()[1..]);
}

/// With a point in any case, and for `%g` with zeros up to the precision.
fn pointed(number: &str, verb: char, precision: Option<usize>) -> String {
    let general = matches!(verb, 'g' | 'G' | 'x' | 'X');
    let mut missing = if general { precision.unwrap_or(6) as i64 } else { 0 };
    let exponents: &[char] = if matches!(verb, 'x' | 'X') { &['p', 'P'] } else { &['e', 'E', 'p', 'P'] };
    let split = number[1..].find(exponents).map_or(number.len(), |at| at + 1);
    let (digits, tail) = number.split_at(split);
    let mut significant = false;
    for c in digits[1..].chars().filter(|c| *c != '.') {
        significant |= c != '0';
        missing -= i64::from(significant);
    }
    let mut out = digits.to_owned();
    if !digits.contains('.') {
        // A leading zero counts once.
        missing -= i64::from(digits.len() == 2 && digits.ends_with('0'));
        out.push('.');
    }
    out.extend(std::iter::repeat_n('0', missing.max(0) as usize));
    out.push_str(tail);
    out
}

/// The text of a float under a verb, without flags.
fn plain(value: f64, verb: char, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    match verb {
        'b' => binary(value),
        'x' | 'X' => hexadecimal(value, precision, verb == 'X'),
        'f' => fixed(value, precision),
        'e' | 'E' => exponent(value, precision, verb),
        _ => general(value, precision, if verb == 'G' { 'E' } else { 'e' }),
    }
}

fn fixed(value: f64, precision: Option<usize>) -> String {
    let Some(precision) = precision else { return format!("{value}") };
    let mut text = format!("{value:.*}", precision.min(MOST_DIGITS));
    text.extend(std::iter::repeat_n('0', precision.saturating_sub(MOST_DIGITS)));
    text
}

/// Sign, digits without a point, and the exponent of the first.
fn decimal(value: f64, digits: Option<usize>) -> (bool, String, i32) {
    let text = match digits {
        Some(digits) => format!("{:.*e}", digits.saturating_sub(1).min(MOST_DIGITS), value.abs()),
        None => format!("{:e}", value.abs()),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (value.is_sign_negative(), mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

fn exponent(value: f64, precision: Option<usize>, letter: char) -> String {
    let (negative, mut digits, exponent) = decimal(value, precision.map(|precision| precision + 1));
    if let Some(precision) = precision {
        digits.extend(std::iter::repeat_n('0', (precision + 1).saturating_sub(digits.len())));
    }
    scientific(negative, &digits, exponent, letter)
}

fn scientific(negative: bool, digits: &str, exponent: i32, letter: char) -> String {
    let sign = if negative { "-" } else { "" };
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let direction = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{first}{point}{rest}{letter}{direction}{:02}", exponent.unsigned_abs())
}

/// The shorter of the two forms: with an exponent below -4, or from the precision on (6 for the shortest digits).
fn general(value: f64, precision: Option<usize>, letter: char) -> String {
    let wanted = precision.map(|precision| precision.max(1));
    let (negative, digits, exponent) = decimal(value, wanted);
    let digits = match digits.trim_end_matches('0') {
        "" => "0",
        digits => digits,
    };
    let mut most = wanted.unwrap_or(6);
    if most > digits.len() && digits.len() as i64 > i64::from(exponent) {
        most = digits.len();
    }
    if wanted.is_none() {
        most = 6;
    }
    if exponent < -4 || i64::from(exponent) >= most as i64 {
        return scientific(negative, digits, exponent, letter);
    }
    let sign = if negative { "-" } else { "" };
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1));
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        return format!("{sign}{digits}{}", "0".repeat(whole - digits.len()));
    }
    format!("{sign}{}.{}", &digits[..whole], &digits[whole..])
}

/// The bits of the mantissa and the exponent of the last: `4503599627370496p-52`.
fn binary(value: f64) -> String {
    let (mantissa, exponent) = parts(value);
    let sign = if value.is_sign_negative() { "-" } else { "" };
    format!("{sign}{mantissa}p{exponent:+}")
}

fn parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52 & 0x7ff) as i32 {
        0 => (fraction, -1074),
        biased => (fraction | 1 << 52, biased - 1075),
    }
}

/// `0x1.8p+00`
fn hexadecimal(value: f64, precision: Option<usize>, upper: bool) -> String {
    let (mut mantissa, mut exponent) = parts(value);
    exponent = if mantissa == 0 { 0 } else { exponent + 52 };
    // One bit, then 60 more.
    if mantissa != 0 {
        let shift = mantissa.leading_zeros() as i32 - 3;
        mantissa <<= shift;
        exponent -= shift - 8;
    }
    if let Some(precision) = precision.filter(|precision| *precision < 15) {
        let cut = 60 - 4 * precision as u32;
        let rest = mantissa & ((1 << cut) - 1);
        mantissa >>= cut;
        let half = 1 << (cut - 1);
        mantissa += u64::from(rest > half || (rest == half && mantissa & 1 == 1));
        mantissa <<= cut;
        if mantissa >> 61 != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let mut digits = format!("{:015x}", mantissa & ((1 << 60) - 1));
    match precision {
        Some(precision) if precision <= 15 => digits.truncate(precision),
        Some(precision) => digits.extend(std::iter::repeat_n('0', precision - 15)),
        None => digits.truncate(digits.trim_end_matches('0').len()),
    }
    let point = if digits.is_empty() { "" } else { "." };
    let direction = if exponent < 0 { '-' } else { '+' };
    let text = format!("{sign}0x{}{point}{digits}p{direction}{:02}", mantissa >> 60, exponent.unsigned_abs());
    if upper { text.to_uppercase() } else { text }
}
