//! The process is killed at every named point of the journal's protocol, really: a test starts itself again as a child that sends
//! itself SIGKILL.

use super::*;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};

/// Where the child works; without it there is no child.
const DIRECTORY: &str = "MGMT_TEST_CRASH_DIRECTORY";

/// Points, and how often each is passed when a file is written and a command is run because of it.
const POINTS: &[(&str, u32)] = &[
    ("journal:before-write", 3),
    ("journal:written", 3),
    ("journal:store-flushed", 3),
    ("journal:intent-flushed", 1),
    ("engine:apply", 2),
    ("file:temp-written", 1),
    ("file:renamed", 1),
    ("engine:applied", 2),
    ("journal:pending-flushed", 1),
    ("journal:before-sync", 1),
    ("journal:delivered-flushed", 1),
];

/// Not a test by itself: the program that is killed.
#[test]
fn child() {
    let Ok(directory) = std::env::var(DIRECTORY) else { return };
    let dir = Path::new(&directory);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut bench = Bench::start(dir, Settings::default(), Box::new(Store::open(dir).unwrap()));
        let (f, log) = (path(dir, "f"), path(dir, "log"));
        let mut graph = Graph::default();
        file(&mut graph, &f, "right");
        let command = str(format!("echo told >> {log}"));
        graph.resource("exec", "e", &[("cmd", command), ("shell", str("/bin/sh")), ("refresh_only", Value::Bool(true))]);
        graph.edge(("file", &f), ("exec", "e"), true);
        bench.commit(&mut graph).await.unwrap();
        bench.settled().await;
        bench.stop().await;
    });
}

fn run(dir: &Path, kill_at: Option<&str>) -> ExitStatus {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["engine::driver::tests::crash::child", "--exact"]).env(DIRECTORY, dir).env_remove("MGMT_KILL_AT");
    command.envs(kill_at.map(|point| ("MGMT_KILL_AT", point)));
    command.output().unwrap().status
}

fn told(dir: &Path) -> usize {
    std::fs::read_to_string(dir.join("log")).unwrap_or_default().lines().count()
}

#[test]
fn a_kill_at_any_point_loses_no_notification_and_repeats_one_at_most() {
    for (point, times) in POINTS {
        for time in 1..=*times {
            let dir = tempfile::tempdir().unwrap();
            let killed = run(dir.path(), Some(&format!("{point}:{time}")));
            assert_eq!(killed.signal(), Some(9), "{point}:{time} is not passed");
            let before = told(dir.path());
            assert!(run(dir.path(), None).success(), "after {point}:{time}");
            assert!((1..=2).contains(&told(dir.path())), "after {point}:{time}: told {before}, then {}", told(dir.path()));
            assert_eq!(std::fs::read_to_string(dir.path().join("f")).unwrap(), "right");
            let after = told(dir.path());
            assert!(run(dir.path(), None).success());
            assert_eq!(told(dir.path()), after, "after {point}:{time} it is told again and again");
        }
    }
}
