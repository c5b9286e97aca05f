//! Real tasks, real files, the real journal; and the programs of the acceptance list as graphs.

mod crash;

use super::*;
use crate::engine::journal::memory::Memory;
use crate::engine::journal::store::Store;
use mgmt_dataflow::commit::{EdgeChange, EdgeState, VertexChange};
use mgmt_resources::{Message as Said, Messages, kinds};
use mgmt_values::identity::Identity;
use mgmt_values::key::Site;
use mgmt_values::resource::{Fields, Meta, ResourceId};
use mgmt_values::value::Value;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

/// A graph under construction: resources with fields, and edges.
#[derive(Default)]
struct Graph {
    commit: Commit,
}

impl Graph {
    fn resource(&mut self, kind: &str, name: &str, fields: &[(&str, Value)]) -> &mut Graph {
        self.with(kind, name, fields, Meta::default())
    }

    fn with(&mut self, kind: &str, name: &str, fields: &[(&str, Value)], meta: Meta) -> &mut Graph {
        let kind = kinds::entry(kind).unwrap().kind;
        let set = fields.iter().map(|(name, value)| (kind.field(name).unwrap().0 as u16, value.clone()));
        let id = vertex_id(kind.name, name);
        let vertex = Vertex { id: id.clone(), meta: Arc::new(meta), fields: Fields::new(kind, set), site: Site::default() };
        self.commit.vertices.push(VertexChange { id, before: None, after: Some(Arc::new(vertex)) });
        self
    }

    fn edge(&mut self, from: (&str, &str), to: (&str, &str), notify: bool) -> &mut Graph {
        let state = EdgeState { notify, automatic: None, links: Vec::new(), site: Site::default() };
        let (from, to) = (vertex_id(from.0, from.1), vertex_id(to.0, to.1));
        self.commit.edges.push(EdgeChange { from, to, before: None, after: Some(state) });
        self
    }
}

fn vertex_id(kind: &str, name: &str) -> VertexId {
    VertexId { resource: ResourceId::new(kind, name), variant: Identity(0) }
}

fn str(text: impl AsRef<str>) -> Value {
    Value::str(text.as_ref())
}

/// A running executor and what it says.
struct Bench {
    engine: Engine,
    commits: UnboundedSender<Commit>,
    verdicts: UnboundedReceiver<Verdict>,
    events: UnboundedReceiver<Report>,
    said: Arc<Mutex<Vec<Said>>>,
    number: u64,
}

impl Bench {
    fn start(dir: &Path, settings: Settings, journal: Box<dyn Journal>) -> Bench {
        let said = Arc::new(Mutex::new(Vec::new()));
        let mut host = Host::new(dir.join("state"), "h");
        let listener = said.clone();
        host.messages = Messages::new(move |message| listener.lock().unwrap().push(message));
        let (commits, commits_out) = unbounded_channel();
        let (verdicts_in, verdicts) = unbounded_channel();
        let (events_in, events) = unbounded_channel();
        let engine = Engine::start(settings, kinds(), host, journal, commits_out, verdicts_in, events_in).unwrap();
        engine.program(true, false);
        Bench { engine, commits, verdicts, events, said, number: 0 }
    }

    async fn commit(&mut self, graph: &mut Graph) -> Result<(), Error> {
        self.number += 1;
        let commit = Commit { number: self.number, ..std::mem::take(&mut graph.commit) };
        self.commits.send(commit).unwrap();
        self.verdicts.recv().await.unwrap().accepted
    }

    /// Everything told until `wanted`, and that.
    async fn until(&mut self, wanted: impl Fn(&Report) -> bool) -> Vec<Report> {
        let mut told = Vec::new();
        loop {
            let next = tokio::time::timeout(Duration::from_secs(30), self.events.recv()).await;
            let report = next.unwrap_or_else(|_| panic!("only {told:?}")).unwrap();
            told.push(report);
            if told.last().is_some_and(&wanted) {
                return told;
            }
        }
    }

    async fn settled(&mut self) -> Vec<Report> {
        self.until(|report| matches!(report, Report::Settled(_))).await
    }

    fn texts(&self) -> Vec<String> {
        self.said.lock().unwrap().iter().map(|said| format!("{}: {}", said.resource, said.text)).collect()
    }

    async fn stop(self) {
        self.engine.stop(Level::Finish);
        tokio::time::timeout(Duration::from_secs(30), self.engine.ended()).await.unwrap();
    }
}

fn memory() -> Box<dyn Journal> {
    Box::new(Memory::new())
}

fn path(dir: &Path, name: &str) -> String {
    dir.join(name).to_str().unwrap().to_owned()
}

fn file(graph: &mut Graph, path: &str, content: &str) {
    graph.resource("file", path, &[("state", str("exists")), ("content", str(content))]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_made_and_kept_right() {
    let dir = tempfile::tempdir().unwrap();
    let f = path(dir.path(), "f");
    let mut bench = Bench::start(dir.path(), Settings::default(), memory());
    let mut graph = Graph::default();
    file(&mut graph, &f, "right");
    bench.commit(&mut graph).await.unwrap();
    bench.settled().await;
    assert_eq!(std::fs::read_to_string(&f).unwrap(), "right");

    std::fs::write(&f, "wrong").unwrap();
    bench.until(|report| matches!(report, Report::Changed { .. })).await;
    assert_eq!(std::fs::read_to_string(&f).unwrap(), "right");
    std::fs::remove_file(&f).unwrap();
    bench.until(|report| matches!(report, Report::Changed { .. })).await;
    assert_eq!(std::fs::read_to_string(&f).unwrap(), "right");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_two_prerequisites_notifies_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (path(dir.path(), "a"), path(dir.path(), "b"));
    let mut bench = Bench::start(dir.path(), Settings::default(), memory());
    let mut graph = Graph::default();
    file(&mut graph, &a, "aa");
    file(&mut graph, &b, "bbb");
    graph.resource("print", "p", &[("msg", str("told")), ("refresh_only", Value::Bool(true))]);
    graph.edge(("file", &a), ("print", "p"), true).edge(("file", &b), ("print", "p"), true);
    bench.commit(&mut graph).await.unwrap();
    bench.settled().await;
    let first = bench.texts().len();
    assert!(first > 0, "it is told of the first writing");
    for changed in [&b, &a, &b] {
        let before = bench.texts().len();
        std::fs::write(changed, "spoilt").unwrap();
        bench.until(|report| matches!(report, Report::Changed { id, .. } if id.resource.kind.as_ref() == "print")).await;
        assert!(bench.texts().len() > before, "told of {changed}");
    }
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_run_on_a_converged_machine_writes_no_record() {
    let dir = tempfile::tempdir().unwrap();
    let f = path(dir.path(), "f");
    let mut sequences = Vec::new();
    for round in 0..3 {
        let mut bench = Bench::start(dir.path(), Settings::default(), Box::new(Store::open(dir.path()).unwrap()));
        let mut graph = Graph::default();
        file(&mut graph, &f, "x");
        graph.resource("exec", "e", &[("cmd", str("/bin/true")), ("refresh_only", Value::Bool(true))]);
        graph.edge(("file", &f), ("exec", "e"), true);
        bench.commit(&mut graph).await.unwrap();
        let told = bench.settled().await;
        let changed = told.iter().filter(|report| matches!(report, Report::Changed { .. })).count();
        assert_eq!(changed, if round == 0 { 2 } else { 0 }, "{told:?}");
        bench.stop().await;
        sequences.push(Store::open(dir.path()).unwrap().sequence());
    }
    assert!(sequences[0] > 0);
    assert_eq!(sequences[0], sequences[1]);
    assert_eq!(sequences[1], sequences[2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notification_survives_a_stop_before_its_receiver_ran() {
    let dir = tempfile::tempdir().unwrap();
    let a = path(dir.path(), "a");
    let go = path(dir.path(), "go");
    let graph = || {
        let mut graph = Graph::default();
        file(&mut graph, &a, "x");
        graph.resource(
            "exec",
            "slow",
            &[("cmd", str(format!("while ! test -e {go}; do /bin/sleep 0.01; done"))), ("shell", str("/bin/sh"))],
        );
        graph.resource("print", "p", &[("msg", str("refreshed")), ("refresh_only", Value::Bool(true))]);
        graph.edge(("file", &a), ("print", "p"), true).edge(("exec", "slow"), ("print", "p"), false);
        graph
    };
    let mut bench = Bench::start(dir.path(), Settings::default(), Box::new(Store::open(dir.path()).unwrap()));
    bench.commit(&mut graph()).await.unwrap();
    bench.until(|report| matches!(report, Report::Changed { .. })).await;
    bench.engine.stop(Level::Finish);
    // What the end waits for is over only now.
    std::fs::write(&go, "").unwrap();
    let said = bench.said.clone();
    tokio::time::timeout(Duration::from_secs(30), bench.engine.ended()).await.unwrap();
    assert!(said.lock().unwrap().is_empty());

    let mut bench = Bench::start(dir.path(), Settings::default(), Box::new(Store::open(dir.path()).unwrap()));
    bench.commit(&mut graph()).await.unwrap();
    bench.settled().await;
    assert!(bench.texts().iter().any(|text| text.contains("refreshed")), "{:?}", bench.texts());
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_blocks_what_comes_after_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(dir.path(), Settings::default(), memory());
    let mut graph = Graph::default();
    graph.resource("exec", "bad", &[("cmd", str("/bin/false"))]);
    graph.resource("noop", "after", &[]).resource("noop", "other", &[]);
    graph.edge(("exec", "bad"), ("noop", "after"), false);
    bench.commit(&mut graph).await.unwrap();
    let told = bench.settled().await;
    assert!(told.iter().any(|report| matches!(report, Report::Failed { id, .. } if id.to_string() == "exec[bad]")), "{told:?}");
    let Some(Report::Settled(standing)) = told.last() else { panic!("{told:?}") };
    assert_eq!((standing.failed.len(), standing.blocked.len()), (1, 1));
    assert_eq!(standing.blocked[0].to_string(), "noop[after]");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_takes_too_long_fails() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(dir.path(), Settings::default(), memory());
    let mut graph = Graph::default();
    graph.with("exec", "slow", &[("cmd", str("/bin/sleep 30"))], Meta { timeout: 200, ..Meta::default() });
    bench.commit(&mut graph).await.unwrap();
    let told = bench.settled().await;
    let cause = told.iter().find_map(|report| match report {
        Report::Failed { cause, .. } => Some(cause.clone()),
        _ => None,
    });
    assert!(cause.as_ref().is_some_and(|cause| cause.starts_with("timeout after 0.200 seconds")), "{cause:?}");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_third_signal_kills() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(dir.path(), Settings::default(), memory());
    let mut graph = Graph::default();
    let stubborn = "trap '' TERM; sleep 30; sleep 30";
    graph.resource("exec", "slow", &[("cmd", str(stubborn)), ("shell", str("/bin/sh"))]);
    bench.commit(&mut graph).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let start = Instant::now();
    for level in [Level::Finish, Level::Interrupt] {
        bench.engine.stop(level);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    bench.engine.stop(Level::Kill);
    // The command would go on for a minute.
    tokio::time::timeout(Duration::from_secs(20), bench.engine.ended()).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_run_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(dir.path(), Settings::default(), memory());
    let mut graph = Graph::default();
    graph.resource("exec", "e", &[("cmd", str("/bin/true"))]).edge(("exec", "e"), ("exec", "e"), false);
    let error = bench.commit(&mut graph).await.unwrap_err();
    assert!(error.message.starts_with("resource graph has cycles: not a dag"), "{error}");
    assert_eq!(bench.engine.counts(), Counts::default());
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_files_are_made_quickly_and_an_end_is_quick() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::start(dir.path(), Settings::default(), memory());
    let mut graph = Graph::default();
    for i in 0..2000 {
        file(&mut graph, &path(dir.path(), &format!("f{i}")), "x");
    }
    let start = Instant::now();
    bench.commit(&mut graph).await.unwrap();
    bench.settled().await;
    let made = start.elapsed();
    let start = Instant::now();
    bench.stop().await;
    // Generous: the machine that tests may be busy with others.
    assert!(made < Duration::from_secs(30) && start.elapsed() < Duration::from_secs(10), "{made:?}, {:?}", start.elapsed());
}
