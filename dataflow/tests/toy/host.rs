//! A host for tests: keeps what it was told, answers what it is asked, and accepts every commit unless told otherwise.

use mgmt_dataflow::commit::{Commit, EdgeState, Vertex};
use mgmt_dataflow::update::{Input, Output};
use mgmt_dataflow::{Config, Engine};
use mgmt_values::error::Error;
use mgmt_values::key::{Call, Key};
use mgmt_values::outcome::Cell;
use mgmt_values::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A clock that stands until it is moved.
#[derive(Clone)]
pub struct Hands(Arc<Mutex<Instant>>);

impl Hands {
    pub fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

pub struct Host {
    pub engine: Engine,
    pub hands: Hands,
    /// The world: what each call answers, by its text. A call that is not here gets no answer.
    pub world: BTreeMap<String, Result<Value, Error>>,
    /// What is watched.
    pub sources: BTreeMap<Key, Call>,
    /// The accepted graph: content by `kind[name]`, and edges.
    pub graph: BTreeMap<String, Arc<Vertex>>,
    pub edges: BTreeMap<(String, String), EdgeState>,
    pub errors: BTreeSet<Error>,
    pub late: Vec<String>,
    pub started: Vec<String>,
    pub changed: Vec<String>,
    pub stopped: usize,
    pub commits: u64,
    pub settled: bool,
    /// Commits are kept here instead of being accepted.
    pub hold: Option<Vec<Commit>>,
    /// Answers are not given by themselves.
    pub mute: bool,
}

impl Host {
    pub fn new() -> Host {
        Host::with(Config::default())
    }

    /// Its clock and what it counts are the host's own.
    pub fn with(config: Config) -> Host {
        let start = Instant::now();
        let hands = Hands(Arc::new(Mutex::new(start)));
        let shared = hands.clone();
        let clock: mgmt_dataflow::clock::Clock = Arc::new(move || *shared.0.lock().unwrap());
        Host {
            engine: Engine::new(Config { clock, count_cells: true, ..config }),
            hands,
            world: BTreeMap::new(),
            sources: BTreeMap::new(),
            graph: BTreeMap::new(),
            edges: BTreeMap::new(),
            errors: BTreeSet::new(),
            late: Vec::new(),
            started: Vec::new(),
            changed: Vec::new(),
            stopped: 0,
            commits: 0,
            settled: false,
            hold: None,
            mute: false,
        }
    }

    pub fn now(&self) -> Instant {
        *self.hands.0.lock().unwrap()
    }

    /// Sets what a call answers, and tells it to whoever asked.
    pub fn set(&mut self, call: &str, answer: Result<Value, Error>) {
        self.put(call, answer);
        self.tell(call);
    }

    pub fn say(&mut self, call: &str, text: &str) {
        self.set(call, Ok(Value::str(text)));
    }

    /// Sets what a call answers, quietly.
    pub fn put(&mut self, call: &str, answer: Result<Value, Error>) {
        self.world.insert(call.to_owned(), answer);
    }

    pub fn tell(&mut self, call: &str) {
        let inputs = self.facts(call);
        self.run(inputs);
    }

    pub fn facts(&self, call: &str) -> Vec<Input> {
        let Some(answer) = self.world.get(call) else { return Vec::new() };
        let keys = self.sources.iter().filter(|(_, c)| c.to_string() == call);
        keys.map(|(key, _)| Input::Fact { key: key.clone(), answer: answer.clone() }).collect()
    }

    pub fn program(&mut self, removed: Vec<Cell>, added: Vec<Cell>) {
        self.run(vec![Input::Program { removed, added }]);
    }

    /// Gives inputs, and answers what comes of them until nothing does.
    pub fn run(&mut self, mut inputs: Vec<Input>) {
        loop {
            let outputs = self.engine.update(inputs);
            inputs = self.take(outputs);
            if inputs.is_empty() {
                return;
            }
        }
    }

    /// Takes in outputs; gives what the host says to them.
    pub fn take(&mut self, outputs: Vec<Output>) -> Vec<Input> {
        let mut replies = Vec::new();
        for output in outputs {
            match output {
                Output::Start { key, call } => {
                    self.started.push(call.to_string());
                    assert!(self.sources.insert(key.clone(), call.clone()).is_none(), "{call} started twice");
                    replies.extend(self.answer(key, &call));
                }
                Output::Change { key, call } => {
                    self.changed.push(call.to_string());
                    assert!(self.sources.insert(key.clone(), call.clone()).is_some(), "{call} changed, but it does not run");
                    replies.extend(self.answer(key, &call));
                }
                Output::Stop { key } => {
                    self.stopped += 1;
                    assert!(self.sources.remove(&key).is_some(), "stopped what does not run");
                }
                Output::Commit(commit) => match &mut self.hold {
                    Some(held) => held.push(commit),
                    None => {
                        replies.push(Input::Verdict { number: commit.number, accepted: Ok(()) });
                        self.accept(commit);
                    }
                },
                Output::Errors { raised, cleared } => {
                    for error in raised {
                        assert!(self.errors.insert(error.clone()), "raised twice: {error}");
                    }
                    for error in cleared {
                        assert!(self.errors.remove(&error), "cleared, but never raised: {error}");
                    }
                }
                Output::Late(late) => self.late.extend(late.iter().map(|(_, call)| call.to_string())),
                Output::Idle { settled } => self.settled = settled,
            }
        }
        replies
    }

    fn answer(&self, key: Key, call: &Call) -> Option<Input> {
        let answer = self.world.get(&call.to_string()).filter(|_| !self.mute)?;
        Some(Input::Fact { key, answer: answer.clone() })
    }

    pub fn accept(&mut self, commit: Commit) {
        self.commits += 1;
        let name = |id: &mgmt_dataflow::commit::VertexId| {
            if id.variant.0 == 0 { id.to_string() } else { format!("{id}~{:x}", id.variant.0) }
        };
        for change in commit.vertices {
            let before = match change.after {
                Some(after) => self.graph.insert(name(&change.id), after),
                None => self.graph.remove(&name(&change.id)),
            };
            assert_eq!(before, change.before, "{} before", change.id);
        }
        for change in commit.edges {
            let key = (name(&change.from), name(&change.to));
            let before = match change.after {
                Some(after) => self.edges.insert(key, after),
                None => self.edges.remove(&key),
            };
            assert_eq!(before, change.before, "{} -> {} before", change.from, change.to);
        }
    }

    /// The vertices as `kind[name]=content`.
    pub fn shown(&self) -> Vec<String> {
        self.graph.values().map(|vertex| format!("{}={}", vertex.id, vertex.fields.text("content"))).collect()
    }

    /// The edges as `from -> to`, with `!` where they notify and `~` where they are automatic.
    pub fn arrows(&self) -> Vec<String> {
        let mark = |state: &EdgeState| {
            let links: String = state.links.iter().map(|link| format!(" {}>{}", link.send, link.receive)).collect();
            format!("{}{}{links}", if state.notify { "!" } else { "" }, if state.automatic.is_some() { "~" } else { "" })
        };
        self.edges.iter().map(|((from, to), state)| format!("{from} -> {to}{}", mark(state))).collect()
    }

    pub fn messages(&self) -> Vec<String> {
        self.errors.iter().map(|error| error.message.to_string()).collect()
    }

    /// Which cells were evaluated since this was last asked.
    pub fn evaluated(&self) -> Vec<u64> {
        self.evaluations().into_iter().map(|(cell, _)| cell).collect()
    }

    /// The same, and how often each.
    pub fn evaluations(&self) -> Vec<(u64, u64)> {
        self.engine.stats().take_cells().into_iter().map(|(cell, times)| (cell.0, times)).collect()
    }
}
