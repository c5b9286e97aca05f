//! Values: what functions give, and what only the host of the reference knows.

use super::Difference;
use super::graphs::sorted;
use crate::verdict::Verdict;

pub(super) fn literal_in_template(difference: &Difference<'_>) -> bool {
    difference.its_is("stream", "wrong type for value; expected int64; got int")
}

pub(super) fn format_by_bytes(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    // What is not ASCII is garbled, and shown as such or as a code.
    let plain = |lines: &[String]| -> Vec<String> {
        let one = |line: &String| {
            let parts = line.split("\\u");
            let parts = parts.enumerate().map(|(at, part)| if at == 0 { part } else { part.get(4..).unwrap_or_default() });
            parts.collect::<String>().chars().filter(char::is_ascii).collect()
        };
        lines.iter().map(one).collect()
    };
    difference.program.text().contains("printf") && sorted(plain(expected)) == sorted(plain(found))
}

pub(super) fn large_mod(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    let large = |digits: &str| digits.parse::<u64>().is_ok_and(|number| number > 1 << 53);
    only_values(difference) && text.contains("mod(") && text.split(|letter: char| !letter.is_ascii_digit()).any(large)
}

/// Whether the graphs differ in what fields hold alone.
pub(super) fn only_values(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    // A zero is not shown.
    let rest = |lines: &[String]| -> Vec<String> { lines.iter().filter(|line| !line.starts_with("Field:")).cloned().collect() };
    rest(expected) == rest(found)
}

pub(super) fn first_of_network(difference: &Difference<'_>) -> bool {
    only_values(difference) && difference.program.text().contains("cidr_to_first(")
}

pub(super) fn home_in_path(difference: &Difference<'_>) -> bool {
    let later = difference.our().is_none_or(|our| our.phase == "interpret");
    let fails = difference.its_is("stream", "can't expand") && later;
    (only_values(difference) || fails) && difference.program.text().contains("expand_home(")
}

pub(super) fn percent_at_end(difference: &Difference<'_>) -> bool {
    difference.our_is("unify", "%\\\" has an unknown verb") || difference.our_is("unify", "%\" has an unknown verb")
}

pub(super) fn random(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    only_values(difference) && ["random1(", "golang/math/rand"].iter().any(|asks| text.contains(asks))
}

/// Whether the graphs are the same when numbers are read to thirteen digits.
pub(super) fn power(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    let rounded = |lines: &[String]| -> Vec<String> {
        // Numbers may stand in any text.
        let number = |c: char| c.is_ascii_digit() || c == '.';
        let one = |part: &str| match part.parse::<f64>() {
            Ok(value) if part.len() > 13 => format!("{value:.12e}"),
            _ => part.to_owned(),
        };
        let part = |part: &str| {
            let digits = part.trim_end_matches(|c| !number(c));
            one(digits) + &part[digits.len()..]
        };
        lines.iter().map(|line| line.split_inclusive(|c| !number(c)).map(part).collect()).collect()
    };
    difference.program.text().contains("pow(") && rounded(expected) == rounded(found)
}

pub(super) fn early_cosh(difference: &Difference<'_>) -> bool {
    only_values(difference) && difference.program.text().contains("cosh(71")
}

pub(super) fn own_runtime(difference: &Difference<'_>) -> bool {
    const ASKS: [&str; 6] = ["read_trace(", "version(", "num_goroutine(", "stack(", "num_cgo_call(", "cpu_profile("];
    let text = difference.program.text();
    only_values(difference) && text.contains("golang/runtime") && ASKS.iter().any(|asks| text.contains(asks))
}

pub(super) fn no_integer(difference: &Difference<'_>) -> bool {
    let refused =
        difference.our().is_some_and(|our| our.phase == "stream" && our.message.starts_with("can't make an integer of"));
    matches!(difference.reference, Verdict::Graph(_)) && refused
}

pub(super) fn host(difference: &Difference<'_>) -> bool {
    const ASKS: [&str; 7] = [
        "type must be a valid filesystem",
        "client is nil",
        "no such network interface",
        "no such file or directory",
        "systemd is not running",
        "system bus",
        "valid kernel path",
    ];
    difference.its().is_some_and(|its| ASKS.iter().any(|asks| its.message.contains(asks)))
}
