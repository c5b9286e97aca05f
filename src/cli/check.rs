//! `mgmt check [lang] INPUT`: says what is wrong with a program, and runs nothing.

use super::args::{CheckArgs, Frontend};
use super::{Status, output, program};
use crate::frontend::mcl::Checks;

/// Runs the command. What is wrong and what is not formatted is told together.
pub fn run(args: &CheckArgs) -> Status {
    let Frontend::Lang(input) = &args.frontend;
    let program = program::mcl(input, &args.program, args.program.hostname.clone().unwrap_or_default());
    let checked = program.check(Checks { types: !args.skip_unify, layout: !args.skip_fmt });
    output::show(&checked.diagnostics, args.program.error_format);
    checked.unformatted.iter().for_each(|name| output::err(&format!("not formatted: {name}\n")));
    if checked.diagnostics.is_empty() && checked.unformatted.is_empty() { Status::Good } else { Status::Refused }
}
