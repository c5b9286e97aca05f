//! Many calls are one program; when it gives no graph, its halves are asked, until the single call is found that is to blame.

use super::super::verdict::{Program, Verdict};
use super::call::{Call, program};
use std::collections::BTreeMap;

/// What one of the two makes of a call: the text of its value as a graph shows it, or why there is none.
pub type Answer = Result<String, Verdict>;

/// The answers to calls, in their order.
pub fn answers(calls: &[Call], caught: bool, ask: &dyn Fn(&Program) -> Verdict) -> Vec<Answer> {
    let program = program(calls, caught);
    let mut verdict = ask(&program);
    if calls.len() == 1 && matches!(verdict, Verdict::Broken(_)) {
        // A busy machine makes the reference late.
        verdict = ask(&program);
    }
    match verdict {
        Verdict::Graph(lines) => {
            let values: BTreeMap<usize, &str> = lines.iter().filter_map(|line| value(line)).collect();
            (0..calls.len()).map(|number| Ok(values.get(&number).map_or("\"\"", |text| text).to_owned())).collect()
        }
        verdict if calls.len() == 1 => vec![Err(verdict)],
        _ => {
            let (first, second) = calls.split_at(calls.len() / 2);
            [answers(first, caught, ask), answers(second, caught, ask)].concat()
        }
    }
}

/// Which calls give a value, as far as ours knows; all its errors can be caught, so one program tells.
pub fn succeed(calls: &[Call], ask: &dyn Fn(&Program) -> Verdict) -> Vec<bool> {
    answers(calls, true, ask).into_iter().map(|answer| answer.is_ok_and(|text| text != "\"caught\"")).collect()
}

/// Number and value of the call that a line shows.
fn value(line: &str) -> Option<(usize, &str)> {
    let (number, text) = line.strip_prefix("Field: print[c")?.split_once("].msg = ")?;
    Some((number.parse().ok()?, text))
}
