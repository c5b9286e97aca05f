//! The host side of demands: what programs read from the machine.
//!
//! In: calls that the dataflow wants watched. Out: facts, the first one as soon as the host can say. Each family is one file; a source
//! is a guard that watches until it is dropped. Always: starting, changing and stopping never block, and a slow source delays no
//! other; facts of a source that was stopped or changed do not go out any more.

use mgmt_resources::Host;
use mgmt_values::error::{Error, Phase, Rank};
use mgmt_values::key::{Call, Key};
use mgmt_values::value::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Handle;

mod clock;
mod files;
mod host;
mod process;
mod random;
mod world;

/// What a source has to say: its value, or how it failed. Errors carry no place.
pub type Answer = Result<Value, Error>;

/// Takes facts. Must not block.
pub type Sink = Arc<dyn Fn(Key, Answer) + Send + Sync>;

/// A running source; dropping it stops it.
type Running = Box<dyn Send>;

/// Starts a source: what it is to do, where its facts go, and what it may use. It answers every call, if only with an error.
type Start = fn(&Call, Facts, &Shared) -> Running;

/// What sources can do, by function: one line each.
const FUNCTIONS: &[(&str, Start)] = &[
    ("_collect", world::collect),
    ("datetime._hour_now", clock::hour),
    ("datetime.now", clock::now),
    ("datetime.str_now", clock::str_now),
    ("datetime.weekday_fast", clock::weekday),
    ("os.readfile", files::readfile),
    ("os.system", process::system),
    ("random1", random::random1),
    ("sys.hostname", host::hostname),
];

/// What sources share.
struct Shared {
    host: Host,
    tasks: Handle,
}

/// All running sources.
pub struct Sources {
    shared: Shared,
    sink: Sink,
    running: HashMap<Key, (Facts, Running)>,
}

impl Sources {
    /// None yet; `tasks` is where they run.
    pub fn new(host: Host, tasks: Handle, sink: Sink) -> Sources {
        Sources { shared: Shared { host, tasks }, sink, running: HashMap::new() }
    }

    /// Watches a call. A key that runs already is started anew.
    pub fn start(&mut self, key: Key, call: &Call) {
        self.stop(&key);
        let facts = Facts::new(key.clone(), self.sink.clone());
        let start = FUNCTIONS.iter().find(|(name, _)| *name == call.function());
        let running = match start {
            Some((_, start)) => start(call, facts.clone(), &self.shared),
            None => {
                facts.failed(format!("`{}` cannot be asked on this host: no such source", call.function()));
                Box::new(())
            }
        };
        self.running.insert(key, (facts, running));
    }

    /// Watches another call for the same key from now on.
    pub fn change(&mut self, key: Key, call: &Call) {
        self.start(key, call);
    }

    /// Ends a watch.
    pub fn stop(&mut self, key: &Key) {
        if let Some((facts, running)) = self.running.remove(key) {
            facts.silence();
            drop(running);
        }
    }

    /// How many are running.
    pub fn len(&self) -> usize {
        self.running.len()
    }

    /// Whether none is running.
    pub fn is_empty(&self) -> bool {
        self.running.is_empty()
    }
}

/// Where one source tells its facts. Cheap to clone. An answer equal to the one before is told once.
#[derive(Clone)]
struct Facts(Arc<FactsNode>);

struct FactsNode {
    key: Key,
    sink: Sink,
    told: Mutex<Told>,
}

enum Told {
    Nothing,
    Answer(Answer),
    Silenced,
}

impl Facts {
    fn new(key: Key, sink: Sink) -> Facts {
        Facts(Arc::new(FactsNode { key, sink, told: Mutex::new(Told::Nothing) }))
    }

    /// Tells a value.
    fn value(&self, value: Value) {
        self.tell(Ok(value));
    }

    /// Tells of a failure that `<|>` catches: an answer a program can expect, such as a file that is not there.
    fn missing(&self, message: impl Into<Arc<str>>) {
        self.tell(Err(failure(message, true)));
    }

    /// Tells of a failure that nothing catches.
    fn failed(&self, message: impl Into<Arc<str>>) {
        self.tell(Err(failure(message, false)));
    }

    fn tell(&self, answer: Answer) {
        let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        match &*told {
            Told::Silenced => return,
            Told::Answer(last) if *last == answer => return,
            Told::Answer(_) | Told::Nothing => {}
        }
        *told = Told::Answer(answer.clone());
        // Under the lock, so that facts go out in the order in which they were told.
        (self.0.sink)(self.0.key.clone(), answer);
    }

    /// Nothing goes out from here on.
    fn silence(&self) {
        *self.0.told.lock().unwrap_or_else(PoisonError::into_inner) = Told::Silenced;
    }
}

fn failure(message: impl Into<Arc<str>>, catchable: bool) -> Error {
    Error { phase: Phase::Stream, rank: Rank::Build, place: None, other: None, message: message.into(), catchable, direct: true }
}

/// Argument `index` as text; a call that lacks it was made by a wrong program and fails as such.
fn text(call: &Call, index: usize, facts: &Facts) -> Option<String> {
    let text = call.args().get(index).and_then(Value::as_text).map(|text| text.to_str().into_owned());
    if text.is_none() {
        facts.failed(format!("`{}` takes a str", call.function()));
    }
    text
}

/// Runs a task until the guard is dropped.
fn task(shared: &Shared, work: impl Future<Output = ()> + Send + 'static) -> Running {
    Box::new(Abort(shared.tasks.spawn(work)))
}

struct Abort(tokio::task::JoinHandle<()>);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod testing;

#[cfg(test)]
mod tests {
    use super::testing::Bench;

    #[test]
    fn an_unknown_function_is_an_error_that_names_it() {
        let mut bench = Bench::new();
        bench.start("world.nothing", &[]);
        let error = bench.next().unwrap_err();
        assert!(error.message.contains("`world.nothing`"), "{error}");
        assert!(!error.catchable);
    }

    #[test]
    fn the_table_is_sorted_and_without_doubles() {
        assert!(super::FUNCTIONS.is_sorted_by(|a, b| a.0 < b.0));
    }
}
