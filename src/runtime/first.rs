//! The first complete graph of a program, without applying it: what `mgmt graph` prints.

use super::program::{Program, Told, Update};
use crate::engine::graph::Live;
use crate::frontend::{Build, Diagnostic};
use mgmt_dataflow::Config;
use mgmt_resources::Host;
use mgmt_values::key::Call;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// Why there is no graph.
#[derive(Debug)]
pub enum NoGraph {
    /// Errors of the program.
    Refused(Vec<Diagnostic>),
    /// These calls have not answered in time.
    Unanswered(Vec<Call>),
    /// The system gives no thread.
    System(io::Error),
}

/// Evaluates a program until its first graph is complete, waiting for sources no longer than `timeout`.
pub async fn first_graph(build: Build, host: Host, timeout: Duration) -> Result<Live, NoGraph> {
    let (sender, mut updates) = mpsc::unbounded_channel();
    let sink = Arc::new(move |update| {
        // The receiver outlives the program.
        let _ = sender.send(update);
    });
    let mut program = Program::start(host, Handle::current(), Config::default(), sink).map_err(NoGraph::System)?;
    program.load(build);
    match tokio::time::timeout(timeout, follow(&mut program, &mut updates)).await {
        Ok(graph) => graph,
        Err(_) if program.is_held() => Err(NoGraph::Refused(program.held_by())),
        Err(_) => Err(NoGraph::Unanswered(program.unanswered())),
    }
}

async fn follow(program: &mut Program, updates: &mut mpsc::UnboundedReceiver<Update>) -> Result<Live, NoGraph> {
    let mut live = Live::new();
    loop {
        // The program holds a sender, so there is always another update or none yet.
        let Some(update) = updates.recv().await else { return Ok(live) };
        for told in program.take(update) {
            match told {
                Told::Commit(commit) => match live.apply(&commit) {
                    Ok(_) => return Ok(live),
                    Err(error) => program.verdict(commit.number, Err(error)),
                },
                Told::Idle if program.is_refused() => return Err(NoGraph::Refused(program.held_by())),
                Told::Idle | Told::Event(_) => {}
            }
        }
    }
}
