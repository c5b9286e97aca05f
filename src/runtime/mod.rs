//! One running program: the only place that knows front end, dataflow, sources and executor at once.
//!
//! In: what the user asked for, and what all of them tell. Out: events, and in the end how it ended. One task takes in everything in
//! order; it never blocks, and holds no state but where things stand.

mod edits;
mod first;
mod program;
mod run;

pub use first::{NoGraph, first_graph};
pub use program::{Edit, Program, Told, Update};

use crate::engine::journal::Journal;
use crate::engine::{Engine, Settings};
use crate::events::{End, Event};
use crate::frontend::{Build, Frontend};
use edits::Edits;
use mgmt_resources::{Host, Messages};
use run::{Ears, Message, Run, State};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Handle, Runtime};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

/// How a run goes and ends.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Say what would be done, and do nothing.
    pub noop: bool,
    /// How many resources may run at once; 0: any number.
    pub sema: u32,
    /// Make no edges of what resources offer and seek.
    pub no_autoedges: bool,
    /// How long nothing must change to count as converged; `None`: it is not told.
    pub converge: Option<Duration>,
    /// End when nothing is left to do.
    pub once: bool,
    /// End when converged.
    pub converged_exit: bool,
    /// Apply saved edits of the program.
    pub watch: bool,
    /// End after this time.
    pub max_runtime: Option<Duration>,
    /// Tell each graph that the program wants.
    pub tell_graphs: bool,
}

/// What was done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counters {
    /// Evaluations of cells.
    pub evaluations: u64,
    /// Epochs of the dataflow.
    pub epochs: u64,
    /// Graphs that were wanted.
    pub commits: u64,
    /// Sources that were started.
    pub sources_started: u64,
    /// Sources that run.
    pub sources_running: usize,
    /// Facts that sources gave.
    pub facts: u64,
    /// Checks of resources.
    pub checks: u64,
    /// Applications of resources.
    pub applies: u64,
}

/// A program at work. Dropping it stops everything at once, as a crash would.
pub struct Running {
    messages: UnboundedSender<Message>,
    task: Option<JoinHandle<(End, Counters)>>,
    tasks: Option<Runtime>,
    handle: Handle,
}

/// Asks a running program to end. Cheap to clone.
#[derive(Clone)]
pub struct Stopper(UnboundedSender<Message>);

impl Stopper {
    /// Lets what runs come to its end; a second call asks it to stop, a third one kills it.
    pub fn stop(&self) {
        // It may have ended already.
        let _ = self.0.send(Message::Stop);
    }
}

impl Running {
    /// Runs what the front end has built, and what it builds later. `events` is told what happens, in order, and must not block.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(
        frontend: Arc<dyn Frontend>,
        build: Build,
        mut host: Host,
        journal: Box<dyn Journal>,
        options: Options,
        events: Arc<dyn Fn(Event) + Send + Sync>,
    ) -> io::Result<Running> {
        let tasks = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let (sender, inbox) = unbounded_channel();
        let messages: Arc<dyn Fn(Message) + Send + Sync> = {
            let sender = sender.clone();
            Arc::new(move |message| {
                // Whatever comes after the end comes too late.
                let _ = sender.send(message);
            })
        };
        let said = events.clone();
        host.messages = Messages::new(move |message| said(Event::Said(message)));
        let _inside = tasks.enter();
        let update = messages.clone();
        let updates = Arc::new(move |told| update(Message::Program(told)));
        let config = mgmt_dataflow::Config { autoedges: !options.no_autoedges, ..mgmt_dataflow::Config::default() };
        let mut program = Program::start(host.clone(), tasks.handle().clone(), config, updates)?;
        let settings = Settings { noop: options.noop, sema: options.sema, converge: options.converge };
        let (commits, wanted) = unbounded_channel();
        let (verdict, verdicts) = unbounded_channel();
        let (report, reports) = unbounded_channel();
        let engine = Engine::start(settings, mgmt_resources::kinds(), host.clone(), journal, wanted, verdict, report);
        let engine = engine.map_err(io::Error::other)?;
        let edits = options.watch.then(|| {
            let saved = messages.clone();
            let mut edits = Edits::new(host.watchers.clone(), Arc::new(move || saved(Message::Saved)));
            edits.follow(&build.files).iter().for_each(|error| tracing::warn!("{error}"));
            edits
        });
        program.load(build);
        let run = Run { frontend, options, program, engine, commits, edits, events, messages, state: State::default() };
        let task = tasks.spawn(run.work(Ears { messages: inbox, verdicts, reports }));
        let handle = tasks.handle().clone();
        Ok(Running { messages: sender, task: Some(task), tasks: Some(tasks), handle })
    }

    /// What asks it to end.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.messages.clone())
    }

    /// Where its tasks run.
    pub fn tasks(&self) -> &Handle {
        &self.handle
    }

    /// What was done so far; `None` after the end. Not to be called from one of its own tasks.
    pub fn counters(&self) -> Option<Counters> {
        let (sender, receiver) = std::sync::mpsc::channel();
        self.messages.send(Message::Count(sender)).ok()?;
        receiver.recv().ok()
    }

    /// Waits for the end. Not to be called from one of its own tasks.
    pub fn wait(mut self) -> (End, Counters) {
        let (Some(tasks), Some(task)) = (self.tasks.take(), self.task.take()) else { return (End::Broken, Counters::default()) };
        let ended = tasks.block_on(task);
        // A read that hangs must not hold up the end.
        tasks.shutdown_timeout(Duration::from_millis(100));
        // The task does not panic; if it does, that was reported.
        ended.unwrap_or((End::Broken, Counters::default()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(tasks) = self.tasks.take() {
            tasks.shutdown_background();
        }
    }
}
