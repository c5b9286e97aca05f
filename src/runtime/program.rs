//! A running program without an executor: the dataflow, the sources it demands, and the texts its errors belong to.

use crate::events::Event;
use crate::frontend::{Build, Diagnostic, Excerpt, Places};
use crate::sources::{Answer, Said, Sources};
use mgmt_dataflow::commit::Commit;
use mgmt_dataflow::update::{Input, Output};
use mgmt_dataflow::{Config, Dataflow, Stats};
use mgmt_resources::Host;
use mgmt_values::error::Error;
use mgmt_values::key::{Call, Key, Site};
use mgmt_values::outcome::Cell;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::runtime::Handle;

/// What comes from the program's own threads, to be handed back to [`Program::take`] in the order in which it came.
#[derive(Debug)]
pub enum Update {
    /// The dataflow tells.
    Output(Output),
    /// A source has told the dataflow its first answer.
    Answered(Key),
}

/// What the program wants others to know.
#[derive(Debug)]
pub enum Told {
    /// A graph is wanted; it is to be answered with [`Program::verdict`].
    Commit(Commit),
    /// Somebody may want to see this.
    Event(Event),
    /// A wave has closed, or the last open question was answered.
    Idle,
}

/// The running program.
pub struct Program {
    dataflow: Dataflow,
    sources: Sources,
    cells: Vec<Cell>,
    places: Arc<dyn Places>,
    errors: Vec<Error>,
    unanswered: HashMap<Key, Call>,
    /// The last wave left nothing queued, held or outstanding.
    settled: bool,
    outstanding: bool,
    accepted: bool,
    sources_started: u64,
    facts: Arc<AtomicU64>,
}

/// How many cells an edit touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// New or changed ones.
    pub added: usize,
    /// Those that are gone or changed.
    pub removed: usize,
}

/// Before the first program nothing has a place.
struct Nowhere;

impl Places for Nowhere {
    fn turn(&self, _: Site) -> u32 {
        0
    }

    fn excerpt(&self, _: Site) -> Option<Excerpt> {
        None
    }
}

impl Program {
    /// An empty program on this host. `updates` takes what its threads tell and must not block.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(host: Host, tasks: Handle, config: Config, updates: Arc<dyn Fn(Update) + Send + Sync>) -> io::Result<Program> {
        let outputs = updates.clone();
        let dataflow = Dataflow::spawn(config, move |output| outputs(Update::Output(output)))?;
        let inputs = dataflow.inputs().clone();
        let facts = Arc::new(AtomicU64::new(0));
        let counted = facts.clone();
        let sink = move |key: Key, answer: Answer, said: Said| {
            counted.fetch_add(1, Ordering::Relaxed);
            if said == Said::First {
                // In this order: what comes of a fact is told after it.
                updates(Update::Answered(key.clone()));
            }
            inputs.send(Input::Fact { key, answer });
        };
        Ok(Program {
            dataflow,
            sources: Sources::new(host, tasks, Arc::new(sink)),
            cells: Vec::new(),
            places: Arc::new(Nowhere),
            errors: Vec::new(),
            unanswered: HashMap::new(),
            settled: false,
            outstanding: false,
            accepted: false,
            sources_started: 0,
            facts,
        })
    }

    /// Makes another program of the running one: only cells that differ are touched.
    pub fn load(&mut self, build: Build) -> Edit {
        let (removed, added) = mgmt_lang::compile::difference(&self.cells, &build.cells);
        let edit = Edit { added: added.len(), removed: removed.len() };
        self.places = build.places;
        // The first program may be empty, and is a program all the same.
        if edit != (Edit { added: 0, removed: 0 }) || !self.accepted {
            self.settled = false;
            self.dataflow.inputs().send(Input::Program { removed, added });
        }
        self.cells = build.cells;
        edit
    }

    /// Takes in what came from the program's threads.
    pub fn take(&mut self, update: Update) -> Vec<Told> {
        match update {
            Update::Answered(key) => {
                self.unanswered.remove(&key);
                Vec::new()
            }
            Update::Output(output) => self.output(output),
        }
    }

    fn output(&mut self, output: Output) -> Vec<Told> {
        match output {
            Output::Start { key, call } => {
                self.sources_started += 1;
                self.unanswered.insert(key.clone(), call.clone());
                self.sources.start(key, &call);
            }
            Output::Change { key, call } => {
                self.unanswered.insert(key.clone(), call.clone());
                self.sources.change(key, &call);
            }
            Output::Stop { key } => {
                self.unanswered.remove(&key);
                self.sources.stop(&key);
            }
            Output::Commit(commit) => {
                self.outstanding = true;
                return vec![Told::Commit(commit)];
            }
            Output::Errors { raised, cleared } => return self.errors(raised, cleared),
            Output::Late(late) => {
                let mut calls: Vec<Call> = late.into_iter().map(|(_, call)| call).collect();
                calls.sort_by_cached_key(Call::to_string);
                return vec![Told::Event(Event::Late(calls))];
            }
            Output::Idle { settled } => {
                self.settled = settled;
                return vec![Told::Idle];
            }
        }
        Vec::new()
    }

    fn errors(&mut self, raised: Vec<Error>, cleared: Vec<Error>) -> Vec<Told> {
        self.errors.retain(|error| !cleared.contains(error));
        self.errors.extend(raised.iter().cloned());
        let mut told = Vec::new();
        if !cleared.is_empty() {
            told.push(Told::Event(Event::Cleared { gone: self.diagnostics(&cleared), left: self.errors.len() }));
        }
        if !raised.is_empty() {
            told.push(Told::Event(Event::Raised(self.diagnostics(&raised))));
        }
        told
    }

    /// Says what came of a commit.
    pub fn verdict(&mut self, number: u64, accepted: Result<(), Error>) {
        self.outstanding = false;
        self.accepted |= accepted.is_ok();
        self.dataflow.inputs().send(Input::Verdict { number, accepted });
    }

    /// Whether a graph was ever accepted.
    pub fn is_accepted(&self) -> bool {
        self.accepted
    }

    /// Whether errors hold the graph that is in force.
    pub fn is_held(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Whether nothing is under way: everything that was asked is answered, and what could be released is.
    pub fn is_settled(&self) -> bool {
        self.settled || (self.is_held() && self.unanswered.is_empty() && !self.outstanding)
    }

    /// Whether it was refused: errors, and no graph before them or under way.
    pub fn is_refused(&self) -> bool {
        self.is_held() && !self.accepted && !self.outstanding
    }

    /// Calls without an answer, by text.
    pub fn unanswered(&self) -> Vec<Call> {
        let mut calls: Vec<Call> = self.unanswered.values().cloned().collect();
        calls.sort_by_cached_key(Call::to_string);
        calls
    }

    /// The errors that hold the graph, as they are shown.
    pub fn held_by(&self) -> Vec<Diagnostic> {
        self.diagnostics(&self.errors)
    }

    /// What the dataflow has done.
    pub fn stats(&self) -> &Stats {
        self.dataflow.stats()
    }

    /// How many sources were ever started, how many run, and how many facts they gave.
    pub fn source_counts(&self) -> (u64, usize, u64) {
        (self.sources_started, self.sources.len(), self.facts.load(Ordering::Relaxed))
    }

    /// Errors with their places, in the order in which an evaluation from scratch would meet them.
    fn diagnostics(&self, errors: &[Error]) -> Vec<Diagnostic> {
        let mut errors: Vec<&Error> = errors.iter().collect();
        errors.sort_by_cached_key(|error| {
            // What two places have part in is met at the second.
            let turn = error.place.map(|site| self.turn(site)).max(error.other.map(|site| self.turn(site)));
            (error.phase, error.rank, turn, error.message.clone())
        });
        errors.into_iter().map(|error| self.diagnostic(error)).collect()
    }

    /// When an evaluation from scratch comes to a place.
    fn turn(&self, site: Site) -> (u32, u32) {
        (self.places.turn(site), site.offset)
    }

    /// Of two places the one that is met later is the one to blame.
    fn diagnostic(&self, error: &Error) -> Diagnostic {
        let (mut place, mut other) = (error.place, error.other);
        if let (Some(a), Some(b)) = (place, other)
            && self.turn(a) < self.turn(b)
        {
            std::mem::swap(&mut place, &mut other);
        }
        let excerpt = |site: Option<Site>| site.and_then(|site| self.places.excerpt(site));
        let related = excerpt(other).into_iter().map(|other| ("the other one".to_owned(), other)).collect();
        Diagnostic { place: excerpt(place), related, ..Diagnostic::new(error.phase, &*error.message) }
    }
}
