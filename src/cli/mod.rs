//! The command line: what was typed, what is shown, how the process ends. One file per command; nothing outside prints.

pub mod args;
mod check;
pub mod diagnostics;
mod docs;
mod drawing;
mod fmt;
mod graph;
pub mod log;
mod output;
pub mod picture;
pub mod prefix;
mod program;
mod run;
mod signals;
mod status;
mod typed;

use crate::events::End;
use clap::{CommandFactory, Parser};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// The command that makes a process the guardian of commands.
pub const GUARDIAN: &str = "guardian";

/// Runs the command line of this process. Usage errors and help end the process at once, the former with status 2.
pub fn main() -> ExitCode {
    let cli = args::Cli::parse_from(typed::tidy(std::env::args_os(), &args::Cli::command()));
    trace();
    let status = match &cli.command {
        args::Command::Run(args) => run::run(args),
        args::Command::Check(args) => check::run(args),
        args::Command::Graph(args) => graph::run(args),
        args::Command::Fmt(args) => fmt::run(args),
        args::Command::Docs(args) => docs::run(args),
        args::Command::Guardian => {
            mgmt_resources::host::guard::watch(std::io::stdin().lock());
            Status::Good
        }
    };
    ExitCode::from(status as u8)
}

/// Shows what the parts have to say to their developers, as far as `MGMT_LOG` asks for it; warnings unless it does.
fn trace() {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::WARN.into()).with_env_var("MGMT_LOG").from_env_lossy();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
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
