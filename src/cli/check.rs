//! `mgmt check lang INPUT`: says what is wrong with a program, and runs nothing.

use super::args::{CheckArgs, Frontend};
use super::{Status, output, program};
use crate::frontend::Frontend as _;

/// Runs the command.
pub fn run(args: &CheckArgs) -> Status {
    let Frontend::Lang(input) = &args.frontend;
    let frontend = program::mcl(input, &args.program, args.program.hostname.clone().unwrap_or_default());
    match frontend.build() {
        Ok(_) => Status::Good,
        Err(refusal) => {
            output::show(&refusal.diagnostics, args.program.error_format);
            Status::Refused
        }
    }
}
