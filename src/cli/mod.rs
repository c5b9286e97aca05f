//! The command line: what was typed, what is shown, how the process ends. One file per command; nothing outside prints.

pub mod args;
mod check;
pub mod diagnostics;
mod graph;
pub mod log;
mod output;
pub mod picture;
pub mod prefix;
mod program;
mod run;
mod signals;

use crate::events::End;
use clap::Parser;
use std::process::ExitCode;

/// Runs the command line of this process. Usage errors and help end the process at once, the former with status 2.
pub fn main() -> ExitCode {
    let cli = args::Cli::parse();
    let status = match &cli.command {
        args::Command::Run(args) => run::run(args),
        args::Command::Check(args) => check::run(args),
        args::Command::Graph(args) => graph::run(args),
    };
    ExitCode::from(status as u8)
}

/// How the process ends. Usage errors have status 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// What was asked is done: the machine converged, or the user ended it.
    Good = 0,
    /// The program was refused, or an error of it held its graph when it was to end, or it was to end before it was done.
    Refused = 1,
    /// A resource failed for good.
    Failed = 3,
}

impl From<End> for Status {
    fn from(end: End) -> Status {
        match end {
            End::Converged | End::Stopped => Status::Good,
            End::Refused | End::Held | End::Unfinished | End::Broken => Status::Refused,
            End::Failed => Status::Failed,
        }
    }
}
