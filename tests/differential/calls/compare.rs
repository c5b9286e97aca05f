//! When two answers are the same.

use super::super::verdict::{Verdict, same};
use super::allowed::RULES;
use super::batch::Answer;
use super::call::Call;

/// What a comparison comes to.
#[derive(Clone, Copy, Debug)]
pub enum Judgement {
    /// The same value.
    Value,
    /// The same phase and place of an error.
    Error,
    /// Not the same, for the defect that is named.
    Allowed(&'static str),
    /// The reference gives no answer.
    Skipped,
    Different,
}

/// Functions whose last digits are those of an algorithm.
const INEXACT: &[&str] = &[
    "acos", "acosh", "asin", "asinh", "atan", "atan_2", "atanh", "cbrt", "cos", "cosh", "erf", "erfc", "erfcinv", "erfinv",
    "exp", "exp_2", "expm_1", "gamma", "hypot", "j_0", "j_1", "jn", "log", "log_10", "log_1_p", "log_2", "pow", "pow_10", "sin",
    "sinh", "tan", "tanh", "y_0", "y_1", "yn",
];

/// Whether two numbers differ by at most 1e-14 of their size.
pub fn close(reference: &str, ours: &str) -> bool {
    let number = |text: &str| text.trim_matches('"').parse::<f64>().ok();
    let (Some(expected), Some(found)) = (number(reference), number(ours)) else { return false };
    (expected - found).abs() <= 1e-14 * expected.abs()
}

/// Whether the last digits of a function's results may differ.
pub fn inexact(name: &str) -> bool {
    name.strip_prefix("golang/math.").or(name.strip_prefix("math.")).is_some_and(|name| INEXACT.contains(&name))
}

/// Compares the answers to one call.
pub fn judged(call: &Call, reference: &Answer, ours: &Answer) -> Judgement {
    let agreed = match (reference, ours) {
        (Err(Verdict::Broken(_)), _) => Judgement::Skipped,
        (Ok(reference), Ok(ours)) if reference == ours || inexact(call.name) && close(reference, ours) => Judgement::Value,
        (Err(reference), Err(ours)) if same(reference, ours) => Judgement::Error,
        _ => Judgement::Different,
    };
    match agreed {
        Judgement::Different | Judgement::Skipped => {
            RULES.iter().find(|rule| (rule.explains)(call, reference, ours)).map_or(agreed, |rule| Judgement::Allowed(rule.name))
        }
        agreed => agreed,
    }
}
