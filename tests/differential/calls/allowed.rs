//! Where the reference is wrong about a function and a difference from it is right.

use super::super::verdict::{Report, Verdict};
use super::batch::Answer;
use super::call::Call;
use super::compare::close;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// One known defect of the reference.
#[derive(Debug)]
pub struct Rule {
    /// What it is called in the tally.
    pub name: &'static str,
    /// Whether it explains two answers to a call, the reference's first.
    pub explains: fn(&Call, &Answer, &Answer) -> bool,
}

/// The list. A rule is as narrow as what both say allows.
pub const RULES: &[Rule] = &[
    Rule { name: "the keys and the values of a map come in any order", explains: any_order },
    Rule { name: "math.mod computes integers as floats", explains: rounded_remainder },
    Rule { name: "net.cidr_to_first counts from the given address", explains: first_from_address },
    Rule { name: "golang/math.ldexp wraps around", explains: wrapped_exponent },
    Rule { name: "golang/math takes logarithms of subnormal numbers for that of the smallest normal one", explains: logarithm },
    Rule { name: "golang/math.j_1 of a tiny negative number is positive", explains: lost_sign },
    Rule { name: "convert.to_int of what is no integer gives some integer", explains: no_integer },
    Rule { name: "strings.left_pad and right_pad never end with an empty pad", explains: endless_pad },
    Rule { name: "fmt.printf takes its format byte by byte", explains: format_by_bytes },
    Rule { name: "fmt.printf passes over surplus arguments and a last `%`", explains: lenient_format },
];

fn any_order(call: &Call, reference: &Answer, ours: &Answer) -> bool {
    let letters = |answer: &Answer| {
        let mut letters: Vec<char> = answer.as_ref().map(|text| text.chars().collect()).unwrap_or_default();
        letters.sort_unstable();
        letters
    };
    ["map.keys", "map.values"].contains(&call.name) && reference.is_ok() && letters(reference) == letters(ours)
}

fn integers(call: &Call) -> Vec<i64> {
    call.arguments.iter().filter_map(|argument| argument.text.parse().ok()).collect()
}

fn rounded_remainder(call: &Call, _: &Answer, ours: &Answer) -> bool {
    let beyond = |number: &i64| number.unsigned_abs() > 1 << 53;
    call.name == "math.mod"
        && matches!(integers(call)[..], [a, b] if (beyond(&a) || beyond(&b)) && ours == &Ok(format!("\"{}\"", a.wrapping_rem(b))))
}

/// Address and prefix length of the text of a literal.
fn cidr(literal: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = literal.trim_matches('"').split_once('/')?;
    Some((address.parse().ok()?, length.parse().ok()?))
}

fn first_from_address(call: &Call, _: &Answer, ours: &Answer) -> bool {
    let argument = call.arguments.first().filter(|_| call.name == "net.cidr_to_first");
    let Some((address, length)) = argument.and_then(|argument| cidr(&argument.text)) else { return false };
    let (bits, number) = match address {
        IpAddr::V4(address) => (32_u32, u128::from(address.to_bits())),
        IpAddr::V6(address) => (128, address.to_bits()),
    };
    let host = 1_u128.checked_shl(bits.saturating_sub(length)).map_or(u128::MAX, |size| size - 1);
    let first = (number & !host).wrapping_add(1);
    let first = if bits == 32 {
        u32::try_from(first).ok().map(|first| Ipv4Addr::from(first).to_string())
    } else {
        Some(Ipv6Addr::from(first).to_string())
    };
    number & host != 0 && first.is_some_and(|first| ours == &Ok(format!("\"{first}\"")))
}

fn wrapped_exponent(call: &Call, reference: &Answer, ours: &Answer) -> bool {
    let infinite = ours.as_ref().is_ok_and(|text| text.contains("Inf"));
    let zero = reference.as_ref().is_ok_and(|text| ["\"0\"", "\"-0\""].contains(&text.as_str()));
    call.name == "golang/math.ldexp" && integers(call).iter().any(|number| *number > i64::MAX / 2) && infinite && zero
}

/// The arguments that are numbers.
fn numbers(call: &Call) -> Vec<f64> {
    let bare =
        |text: &str| text.strip_prefix("convert.str_to_float(\"").map_or(text, |text| text.trim_end_matches("\")")).parse().ok();
    call.arguments.iter().filter_map(|argument| bare(&argument.text)).collect()
}

fn logarithm(call: &Call, reference: &Answer, ours: &Answer) -> bool {
    let takes = ["golang/math.log", "golang/math.log_10", "golang/math.y_0", "golang/math.yn", "golang/math.pow", "math.pow"];
    takes.contains(&call.name) && numbers(call).iter().any(|x| x.is_subnormal()) && reference.is_ok() && ours.is_ok()
}

fn lost_sign(call: &Call, reference: &Answer, ours: &Answer) -> bool {
    let (Ok(reference), Ok(ours)) = (reference, ours) else { return false };
    let tiny = numbers(call).iter().any(|x| (-1e-7..0.0).contains(x));
    call.name == "golang/math.j_1" && tiny && close(reference, &ours.replacen('-', "", 1))
}

fn no_integer(call: &Call, reference: &Answer, ours: &Answer) -> bool {
    let refused = matches!(ours, Err(Verdict::Refused(reports)) if reports[0].message.contains("can't make an integer of"));
    call.name == "convert.to_int" && reference.is_ok() && refused
}

fn format_by_bytes(call: &Call, reference: &Answer, ours: &Answer) -> bool {
    let format = call.arguments.first().map_or("", |argument| &argument.text);
    call.name == "fmt.printf" && (!format.is_ascii() || format.contains("base64")) && reference.is_ok() && ours.is_ok()
}

fn lenient_format(call: &Call, reference: &Answer, ours: &Answer) -> bool {
    let Err(Verdict::Refused(reports)) = ours else { return false };
    let Report { phase, message, .. } = &reports[0];
    let surplus = phase == "stream" && message.contains("doesn't match format string verb count");
    let last = phase == "unify" && message.contains("has an unknown verb") && call.arguments[0].text.ends_with("%\"");
    call.name == "fmt.printf" && reference.is_ok() && (surplus || last)
}

fn endless_pad(call: &Call, reference: &Answer, ours: &Answer) -> bool {
    let pads = ["strings.left_pad", "strings.right_pad"].contains(&call.name) && call.arguments[1].text == "\"\"";
    pads && matches!(reference, Err(Verdict::Broken(_))) && ours.is_ok()
}
