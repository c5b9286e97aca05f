//! What tests of sources share: a host of their own, one source at a time, and its facts in order.

use super::{Answer, Facts, Shared, Sources};
use mgmt_resources::Host;
use mgmt_resources::clock::ManualClock;
use mgmt_values::error::Error;
use mgmt_values::key::{Call, Key};
use mgmt_values::value::Value;
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant, SystemTime};
use tokio::runtime::Runtime;

/// How long anything may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A host with a clock set by hand, and the facts of its sources.
pub struct Bench {
    pub clock: ManualClock,
    pub host: Host,
    pub sources: Sources,
    pub directory: tempfile::TempDir,
    facts: mpsc::Receiver<(Key, Answer)>,
    // Dropped last: it ends the tasks of the others.
    runtime: Runtime,
}

impl Bench {
    pub fn new() -> Bench {
        Bench::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000))
    }

    pub fn at(now: SystemTime) -> Bench {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let directory = tempfile::tempdir().unwrap();
        let clock = ManualClock::new(now);
        let host = Host::with_clock(directory.path(), "h", Arc::new(clock.clone()));
        let (sender, facts) = mpsc::channel();
        let sink = Arc::new(move |key, answer, _| {
            // The receiver lives as long as the bench.
            let _ = sender.send((key, answer));
        });
        let sources = Sources::new(host.clone(), runtime.handle().clone(), sink);
        Bench { clock, host, sources, directory, facts, runtime }
    }

    /// Starts a call as a shared source.
    pub fn start(&mut self, function: &str, args: &[Value]) -> Key {
        let call = Call::new(function, args);
        let key = Key::Shared(call.clone());
        self.sources.start(key.clone(), &call);
        key
    }

    /// The next fact; patient, because machines are slow at times.
    #[track_caller]
    pub fn next(&self) -> Answer {
        self.facts.recv_timeout(PATIENCE).expect("a fact").1
    }

    /// Takes facts until the one that must come at last: what comes before it depends on how the machine is doing.
    #[track_caller]
    pub fn until(&self, wanted: impl Fn(&Answer) -> bool) -> Answer {
        let end = Instant::now() + PATIENCE;
        let mut last = None;
        while let Ok((_, answer)) = self.facts.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if wanted(&answer) {
                return answer;
            }
            last = Some(answer);
        }
        panic!("it never came; the last fact was {last:?}")
    }

    /// As [`Bench::until`], for a text.
    #[track_caller]
    pub fn until_text(&self, wanted: &str) {
        let wanted = Value::str(wanted);
        self.until(|answer| answer.as_ref() == Ok(&wanted)).unwrap();
    }

    /// As [`Bench::until`], for an error whose message has this end.
    #[track_caller]
    pub fn until_error(&self, end: &str) -> Error {
        let answer = self.until(|answer| answer.as_ref().is_err_and(|error| error.message.ends_with(end)));
        answer.expect_err("what was waited for")
    }

    /// The next fact, which is a text.
    #[track_caller]
    pub fn next_text(&self) -> String {
        self.next().unwrap().as_text().unwrap().to_string()
    }

    /// What a source of a shared call is started with, for those that are started in another way.
    pub(super) fn pieces(&self, function: &str) -> (Shared, Facts) {
        let key = Key::Shared(Call::new(function, []));
        (self.sources.shared.clone(), Facts::new(key, self.sources.sink.clone()))
    }

    /// Where the sources run.
    pub fn tasks(&self) -> &Runtime {
        &self.runtime
    }

    /// A fact that is there already.
    pub fn soon(&self) -> Option<Answer> {
        self.facts.try_recv().ok().map(|(_, answer)| answer)
    }

    /// How many paths, timers and topics of the kernel are watched.
    pub fn watches(&self) -> [usize; 3] {
        self.host.watchers.counts()
    }

    /// Whether nothing comes for a moment.
    pub fn quiet(&self) -> bool {
        self.facts.recv_timeout(Duration::from_millis(150)).is_err()
    }
}

/// Waits for a condition; false when it does not come true.
pub fn eventually(mut condition: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if condition() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    condition()
}

/// Puts a file in its place in one step, so that nobody sees it half written.
pub fn put(path: &std::path::Path, content: &str) {
    let new = path.with_extension("put");
    std::fs::write(&new, content).unwrap();
    std::fs::rename(new, path).unwrap();
}

/// Runs an ignored test of this binary in name spaces of its own, made by unshare(1) with this option. Where that is not permitted, it says so.
#[track_caller]
pub fn private(space: &str, test: &str) {
    let permitted = Command::new("unshare").args([space, "true"]).output();
    if !permitted.as_ref().is_ok_and(|made| made.status.success()) {
        eprintln!("skipped: unshare {space} is not permitted here: {permitted:?}");
        return;
    }
    let this = std::env::current_exe().unwrap();
    let ran = Command::new("unshare").arg(space).arg(this).args(["--exact", test, "--ignored", "--nocapture"]).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
}
