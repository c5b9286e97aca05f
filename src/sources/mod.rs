//! The host side of demands: what programs read from the machine.
//!
//! In: calls that the dataflow wants watched. Out: facts, the first one as soon as the host can say. Each family is one file; a source
//! is a guard that watches until it is dropped. Always: starting, changing and stopping never block, and a slow source delays no
//! other; facts of a source that was stopped or changed do not go out any more.

use mgmt_resources::Host;
use mgmt_values::error::{Error, Phase, Rank};
use mgmt_values::key::{Call, Key};
use mgmt_values::value::Value;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Handle;

mod clock;
mod deploy;
mod devices;
mod distribution;
mod environment;
mod files;
mod firmware;
mod golang;
mod history;
mod host;
mod local;
mod microphone;
mod network;
mod process;
mod provisioner;
mod random;
mod suite;
mod users;
mod watched;
mod world;

/// What a source has to say: its value, or how it failed. Errors carry no place.
pub type Answer = Result<Value, Error>;

/// Whether a fact answers the question, or is news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing was known of this call before.
    First,
    /// It replaces what was told before.
    News,
}

/// Takes facts. Must not block.
pub type Sink = Arc<dyn Fn(Key, Answer, Said) + Send + Sync>;

/// What looking gives: a value, or one line that says why there is none, which `<|>` catches.
type Look = Result<Value, String>;

/// What answers the calls of a function.
#[derive(Clone, Copy)]
enum Source {
    /// Looked up in place, once: it never waits.
    Now(fn(&Call, &Shared) -> Look),
    /// Looked up once, where it may wait.
    Once(fn(&Call, &Shared) -> Look),
    /// Watched: it tells its facts itself, and answers every call, if only with an error.
    Watch(fn(&Call, Facts, &Shared) -> Running),
}

/// Functions and what answers them.
type Family = &'static [(&'static str, Source)];

/// What sources can do.
const FAMILIES: &[Family] = &[
    clock::FUNCTIONS,
    deploy::FUNCTIONS,
    devices::FUNCTIONS,
    distribution::FUNCTIONS,
    environment::FUNCTIONS,
    files::FUNCTIONS,
    firmware::FUNCTIONS,
    golang::FUNCTIONS,
    history::FUNCTIONS,
    host::FUNCTIONS,
    local::FUNCTIONS,
    microphone::FUNCTIONS,
    network::FUNCTIONS,
    process::FUNCTIONS,
    provisioner::FUNCTIONS,
    random::FUNCTIONS,
    suite::FUNCTIONS,
    users::FUNCTIONS,
    world::FUNCTIONS,
];

fn source(function: &str) -> Option<Source> {
    FAMILIES.iter().flat_map(|family| family.iter()).find(|(name, _)| *name == function).map(|(_, source)| *source)
}

/// A running source; dropping it stops it.
enum Running {
    /// Starts anew when its call changes.
    Guard { _guard: Box<dyn Send> },
    /// Goes on when its call changes.
    Lasting(Box<dyn Lasting>),
}

impl Running {
    /// Nothing runs any more: everything was told.
    fn over() -> Running {
        Running::Guard { _guard: Box::new(()) }
    }

    /// Runs as long as this is not dropped.
    fn guard(guard: impl Send + 'static) -> Running {
        Running::Guard { _guard: Box::new(guard) }
    }
}

/// A source with a memory.
trait Lasting: Send {
    /// Answers another call from now on, and tells its facts elsewhere.
    fn change(&mut self, call: &Call, facts: Facts);
}

/// What sources share.
#[derive(Clone)]
struct Shared {
    host: Host,
    tasks: Handle,
    /// The functions for test suites that may be called once in a process, as far as they were.
    greeted: Arc<Mutex<BTreeSet<String>>>,
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
        Sources { shared: Shared { host, tasks, greeted: Arc::default() }, sink, running: HashMap::new() }
    }

    /// Watches a call. A key that runs already is started anew.
    pub fn start(&mut self, key: Key, call: &Call) {
        self.stop(&key);
        let facts = Facts::new(key.clone(), self.sink.clone());
        let running = match source(call.function()) {
            Some(Source::Now(look)) => {
                facts.look(look(call, &self.shared));
                Running::over()
            }
            Some(Source::Once(look)) => {
                let (call, shared, facts) = (call.clone(), self.shared.clone(), facts.clone());
                // It cannot be stopped while it waits; it is not listened to then.
                drop(self.shared.tasks.spawn_blocking(move || facts.look(look(&call, &shared))));
                Running::over()
            }
            Some(Source::Watch(start)) => start(call, facts.clone(), &self.shared),
            None => {
                facts.failed(format!("`{}` cannot be asked on this host: no such source", call.function()));
                Running::over()
            }
        };
        self.running.insert(key, (facts, running));
    }

    /// Watches another call for the same key from now on.
    pub fn change(&mut self, key: Key, call: &Call) {
        match self.running.get_mut(&key) {
            Some((facts, Running::Lasting(source))) => {
                facts.silence();
                *facts = Facts::new(key, self.sink.clone());
                source.change(call, facts.clone());
            }
            _ => self.start(key, call),
        }
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

    /// Tells what looking gave.
    fn look(&self, look: Look) {
        match look {
            Ok(value) => self.value(value),
            Err(why) => self.missing(why),
        }
    }

    /// Tells of a failure of the call, which `<|>` catches: a file that is not there, an argument that makes no sense.
    fn missing(&self, message: impl Into<Arc<str>>) {
        self.tell(Err(failure(message, true)));
    }

    /// Tells that there will be no more news, which nothing catches.
    fn failed(&self, message: impl Into<Arc<str>>) {
        self.tell(Err(failure(message, false)));
    }

    fn tell(&self, answer: Answer) {
        let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        let said = match &*told {
            Told::Silenced => return,
            Told::Answer(last) if *last == answer => return,
            Told::Answer(_) => Said::News,
            Told::Nothing => Said::First,
        };
        *told = Told::Answer(answer.clone());
        // Under the lock, so that facts go out in the order in which they were told.
        (self.0.sink)(self.0.key.clone(), answer, said);
    }

    /// Nothing goes out from here on.
    fn silence(&self) {
        *self.0.told.lock().unwrap_or_else(PoisonError::into_inner) = Told::Silenced;
    }
}

fn failure(message: impl Into<Arc<str>>, catchable: bool) -> Error {
    Error { phase: Phase::Stream, rank: Rank::Build, place: None, other: None, message: message.into(), catchable, direct: true }
}

/// Argument `index` as text; bytes that are not UTF-8 are replaced.
fn text(call: &Call, index: usize) -> Result<String, String> {
    bytes(call, index).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

/// The bytes of the text that is argument `index`. A call that lacks it was made by a wrong program and fails as such.
fn bytes(call: &Call, index: usize) -> Result<&[u8], String> {
    let text = call.args().get(index).and_then(Value::as_text);
    text.map(|text| text.as_bytes()).ok_or_else(|| format!("`{}` takes a str", call.function()))
}

/// Argument `index` as a number.
fn int(call: &Call, index: usize) -> Result<i64, String> {
    call.args().get(index).and_then(Value::as_int).ok_or_else(|| format!("`{}` takes an int", call.function()))
}

/// A struct.
fn record<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::record(fields.map(|(name, value)| (name.into(), value)))
}

/// Runs a task until the guard is dropped.
fn task(shared: &Shared, work: impl Future<Output = ()> + Send + 'static) -> Abort {
    Abort(shared.tasks.spawn(work))
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

    /// Functions that are answered elsewhere.
    const ELSEWHERE: &[(&str, &str)] = &[("golang.template", "computed from what it asks for by key")];

    #[test]
    fn every_function_that_only_the_host_can_answer_is_answered() {
        let mut wanted: Vec<&str> = mgmt_lang::builtins::all()
            .filter(|(id, _)| matches!(mgmt_lang::builtins::body(*id), mgmt_lang::functions::Body::Source))
            .map(|(_, builtin)| builtin.name)
            .filter(|name| ELSEWHERE.iter().all(|(elsewhere, _)| elsewhere != name))
            .collect();
        // What syntax alone reaches.
        wanted.extend(["_collect", "datetime._hour_now"]);
        wanted.sort_unstable();
        wanted.dedup();
        let mut answered: Vec<&str> = super::FAMILIES.iter().flat_map(|family| family.iter()).map(|(name, _)| *name).collect();
        answered.sort_unstable();
        assert_eq!(answered, wanted);
        for family in super::FAMILIES {
            assert!(family.is_sorted_by(|a, b| a.0 < b.0), "{}", family[0].0);
        }
    }
}
