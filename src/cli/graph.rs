//! `mgmt graph INPUT`: prints the first complete graph of a program, after automatic edges.

use super::args::GraphArgs;
use super::{Status, output, picture, prefix, program};
use crate::frontend::{Diagnostic, Frontend as _};
use crate::runtime::{NoGraph, first_graph};
use mgmt_resources::Host;
use mgmt_resources::host::guard::Guard;
use mgmt_values::error::Phase;
use std::path::PathBuf;

/// Runs the command.
pub fn run(args: &GraphArgs) -> Status {
    let format = args.program.error_format;
    let hostname = args.program.hostname.clone().unwrap_or_default();
    let build = match program::mcl(&args.input, &args.program, hostname.clone()).build() {
        Ok(build) => build,
        Err(refusal) => {
            output::show(&refusal.diagnostics, format);
            return Status::Refused;
        }
    };
    let tasks = match tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build() {
        Ok(tasks) => tasks,
        Err(error) => {
            output::fail(format!("can't start: {error}"));
            return Status::Refused;
        }
    };
    // What functions such as `local.pool` keep is kept for as long as this takes; no resource is made.
    let prefix = match Temporary::new() {
        Ok(prefix) => prefix,
        Err(error) => {
            output::fail(error.to_string());
            return Status::Refused;
        }
    };
    let mut host = Host::new(&prefix.0, hostname);
    host.guard = Guard::new(super::GUARDIAN);
    let graph = tasks.block_on(first_graph(build, host, args.timeout));
    // A read that hangs must not hold up the end.
    tasks.shutdown_background();
    let diagnostics = match graph {
        Ok(graph) => match output::out(&picture::render(&graph, args.format, args.fields)) {
            Ok(()) => return Status::Good,
            Err(error) => {
                output::fail(format!("can't write the graph: {error}"));
                return Status::Refused;
            }
        },
        Err(NoGraph::Refused(diagnostics)) => diagnostics,
        Err(NoGraph::Unanswered(calls)) => {
            let within = args.timeout.as_secs_f64();
            let one = |call| Diagnostic::new(Phase::Stream, format!("`{call}` has given no answer within {within} s"));
            calls.into_iter().map(one).collect()
        }
        Err(NoGraph::System(error)) => {
            output::fail(format!("can't start: {error}"));
            return Status::Refused;
        }
    };
    output::show(&diagnostics, format);
    Status::Refused
}

/// A directory that goes when this is dropped.
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> Result<Temporary, prefix::PrefixError> {
        Ok(Temporary(prefix::temporary("graph", &std::env::temp_dir())?.path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What is left is in the system's hands.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
