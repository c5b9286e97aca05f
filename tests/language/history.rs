//! Programs over time: a graph, then changes of what the program reads or of its text, and the graph that comes of each.

use super::{Case, Expected, fits, write};
use mgmt::cli::args::GraphFormat;
use mgmt::cli::picture;
use mgmt::engine::graph::Live;
use mgmt::frontend::Frontend;
use mgmt::frontend::mcl::Mcl;
use mgmt::runtime::{Program, Told, Update};
use mgmt_dataflow::Config;
use mgmt_resources::Host;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long a machine with other work may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What happens, and what comes of it.
#[derive(Debug, Default)]
pub struct Step {
    /// Files that are written, or removed.
    pub files: Vec<(String, Option<Vec<u8>>)>,
    pub expected: Option<Expected>,
}

/// What is wrong with a case that goes on after its first graph.
pub fn judge(case: &Case, directory: &Path) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (sender, updates) = mpsc::unbounded_channel();
        let sink = Arc::new(move |update| drop(sender.send(update)));
        let host = Host::new(directory, "");
        let program = Program::start(host, tokio::runtime::Handle::current(), Config::default(), sink).unwrap();
        let mut run = Run { program, updates, graph: Live::new(), directory };
        run.load();
        let first = Step { files: Vec::new(), expected: case.expected.clone() };
        for (number, step) in std::iter::once(&first).chain(&case.steps).enumerate() {
            for (name, content) in &step.files {
                write(directory, name, content.as_deref());
            }
            if step.files.iter().any(|(name, _)| name.ends_with(".mcl")) {
                run.load();
            }
            if let Some(wrong) = run.until(step.expected.as_ref()?).await {
                return Some(format!("{}, step {number}: {wrong}", case.title));
            }
        }
        None
    })
}

struct Run<'a> {
    program: Program,
    updates: mpsc::UnboundedReceiver<Update>,
    /// What is in force.
    graph: Live,
    directory: &'a Path,
}

impl Run<'_> {
    /// Takes the text as it is now.
    fn load(&mut self) {
        let mcl = Mcl::new(format!("{}/", self.directory.display()), String::new(), None);
        let build = mcl.build().unwrap_or_else(|refusal| panic!("{:?}", refusal.diagnostics));
        self.program.load(build);
    }

    /// Waits for what has to come at last.
    async fn until(&mut self, expected: &Expected) -> Option<String> {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let wrong = self.differs(expected)?;
            match tokio::time::timeout_at(end, self.updates.recv()).await {
                Ok(Some(update)) => self.take(update),
                _ => return Some(wrong),
            }
        }
    }

    fn take(&mut self, update: Update) {
        for told in self.program.take(update) {
            if let Told::Commit(commit) = told {
                let verdict = self.graph.apply(&commit).map(drop);
                self.program.verdict(commit.number, verdict);
            }
        }
    }

    /// How what is differs from what is expected.
    fn differs(&self, expected: &Expected) -> Option<String> {
        let held = self.program.held_by();
        match (expected, held.first()) {
            (Expected::Graph(text), None) => {
                let shown = picture::render(&self.graph, GraphFormat::Text, true);
                fits(&shown, &text.replace("$DIR", self.directory.to_str().unwrap()))
            }
            (Expected::Error(text), Some(first)) => {
                let place = super::place(first);
                let head = text.lines().next().unwrap_or_default();
                (place != head).then(|| format!("expected {head:?}\n  found    {place:?}"))
            }
            (expected, held) => Some(format!("expected {expected:?}\n  found    {held:?}")),
        }
    }
}
