//! `mgmt check [lang] INPUT`: says what is wrong with a program, and runs nothing.

use super::args::{CheckArgs, ErrorFormat, Frontend};
use super::{Status, diagnostics, output, program};
use crate::frontend::mcl::Checks;
use std::time::Duration;

/// Runs the command. What is wrong and what is not formatted is told together.
pub fn run(args: &CheckArgs) -> Status {
    let Frontend::Lang(input) = &args.frontend;
    let program = program::mcl(input, &args.program, args.program.hostname.clone().unwrap_or_default());
    let checked = program.check(Checks { types: !args.skip_unify, layout: !args.skip_fmt });
    let format = args.program.error_format;
    output::show(&checked.diagnostics, format);
    checked.unformatted.iter().for_each(|name| output::err(&diagnostics::unformatted(name, format)));
    if let (Some(took), ErrorFormat::Text) = (checked.types, format) {
        output::err(&format!("{}\n", types(checked.diagnostics.is_empty(), took)));
    }
    if checked.diagnostics.is_empty() && checked.unformatted.is_empty() { Status::Good } else { Status::Refused }
}

/// Whether the types are right and how long it took to find out, to the millisecond where that is long.
fn types(good: bool, took: Duration) -> String {
    let took = if took < Duration::from_secs(1) { took } else { Duration::from_millis(took.as_millis() as u64) };
    let how = if good { "succeeded in" } else { "failed after" };
    format!("type unification {how} {took:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_times_are_told_to_the_millisecond() {
        assert_eq!(types(true, Duration::from_nanos(1_234_567)), "type unification succeeded in 1.234567ms");
        assert_eq!(types(false, Duration::from_nanos(1_234_567_890)), "type unification failed after 1.234s");
    }
}
