//! What tests of sources share: a host of their own, one source at a time, and its facts in order.

use super::{Answer, Sources};
use mgmt_resources::Host;
use mgmt_resources::clock::ManualClock;
use mgmt_values::key::{Call, Key};
use mgmt_values::value::Value;
use std::sync::{Arc, mpsc};
use std::time::{Duration, SystemTime};
use tokio::runtime::Runtime;

/// A host with a clock set by hand, and the facts of its sources.
pub struct Bench {
    pub clock: ManualClock,
    pub sources: Sources,
    pub directory: tempfile::TempDir,
    facts: mpsc::Receiver<(Key, Answer)>,
    // Dropped last: it ends the tasks of the others.
    _runtime: Runtime,
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
        let sink = Arc::new(move |key, answer| {
            // The receiver lives as long as the bench.
            let _ = sender.send((key, answer));
        });
        let sources = Sources::new(host, runtime.handle().clone(), sink);
        Bench { clock, sources, directory, facts, _runtime: runtime }
    }

    /// Starts a call as a shared source.
    pub fn start(&mut self, function: &str, args: &[Value]) -> Key {
        let call = Call::new(function, args);
        let key = Key::Shared(call.clone());
        self.sources.start(key.clone(), &call);
        key
    }

    /// The next fact; patient, because machines are slow at times.
    pub fn next(&self) -> Answer {
        self.facts.recv_timeout(Duration::from_secs(10)).expect("a fact within ten seconds").1
    }

    /// The next fact, which is a text.
    pub fn next_text(&self) -> String {
        self.next().unwrap().as_text().unwrap().to_string()
    }

    /// Whether nothing comes for a moment.
    pub fn quiet(&self) -> bool {
        self.facts.recv_timeout(Duration::from_millis(150)).is_err()
    }
}
