//! The dataflow as one object that is stepped: what the worker thread runs, and what tests and benches drive by hand.

use crate::clock::{self, Clock};
use crate::demands::Demands;
use crate::graph::Graph;
use crate::ledger::Ledger;
use crate::program::{Answer, Evaluator, Program};
use crate::stats::Stats;
use crate::update::{Input, Output};
use crate::wave::Wave;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use timely::WorkerConfig;
use timely::communication::Allocator;
use timely::communication::allocator::Thread;
use timely::worker::Worker;

/// What can be set.
#[derive(Clone)]
pub struct Config {
    /// How long a wave may wait for answers once a commit has been accepted.
    pub deadline: Duration,
    /// The time.
    pub clock: Clock,
    /// Whether resources are ordered by what they offer and seek.
    pub autoedges: bool,
    /// Whether evaluations are counted for each cell.
    pub count_cells: bool,
    /// An instance that reads more keys than this gathers them in shares, so that one changed reading does not sort all of them.
    pub wide: usize,
}

impl Default for Config {
    fn default() -> Config {
        Config { deadline: Duration::from_millis(50), clock: clock::system(), autoedges: true, count_cells: false, wide: 256 }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("deadline", &self.deadline).field("count_cells", &self.count_cells).finish_non_exhaustive()
    }
}

/// The dataflow. Not `Send`: it lives where it was made.
pub struct Engine {
    worker: Worker,
    program: Program,
    demands: Demands,
    graph: Graph,
    wave: Wave,
    ledger: Ledger,
    clock: Clock,
    stats: Arc<Stats>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("wave", &self.wave).field("ledger", &self.ledger).finish_non_exhaustive()
    }
}

impl Engine {
    /// An empty dataflow.
    pub fn new(config: Config) -> Engine {
        let mut worker = Worker::new(WorkerConfig::default(), Allocator::Thread(Thread::default()), Some(Instant::now()));
        let stats = Arc::new(Stats::new(config.count_cells));
        Engine {
            program: Program::new(
                &mut worker,
                Evaluator::new(Arc::clone(&config.clock), Arc::clone(&stats), config.wide),
                Arc::clone(&stats),
            ),
            demands: Demands::default(),
            graph: Graph::new(&mut worker, config.autoedges),
            worker,
            wave: Wave::new(config.deadline),
            ledger: Ledger::default(),
            clock: config.clock,
            stats,
        }
    }

    /// What it has done.
    pub fn stats(&self) -> &Arc<Stats> {
        &self.stats
    }

    /// Takes in everything that has come, in order, and does what is to be done now. Nothing coming is a reason to call it too: at
    /// [`Engine::wake`].
    pub fn update(&mut self, inputs: impl IntoIterator<Item = Input>) -> Vec<Output> {
        let mut outputs = Vec::new();
        let mut judged = false;
        for input in inputs {
            match input {
                Input::Program { removed, added } => self.wave.edit(removed, added),
                Input::Fact { key, answer: Ok(value) } => self.wave.fact(key, Answer::Value(value)),
                Input::Fact { key, answer: Err(error) } => self.wave.fact(key, Answer::Error(Arc::new(error))),
                Input::Verdict { number, accepted } => {
                    self.ledger.judge(number, accepted);
                    judged = true;
                }
            }
        }
        let mut closed = false;
        loop {
            if let Some(epoch) = self.wave.admit(self.now()) {
                let reports = self.program.step(&mut self.worker, epoch.cells, epoch.facts);
                let needs = self.ledger.hear(reports);
                let demands = self.demands.change(needs);
                self.wave.demand(demands, self.now(), &mut outputs);
                self.ledger.tell(false, &mut outputs);
            } else if self.wave.close(self.now(), self.ledger.has_accepted(), &mut outputs) {
                let rows = self.ledger.feed();
                let parts = self.graph.step(&mut self.worker, rows);
                self.ledger.change(parts);
                self.ledger.tell(true, &mut outputs);
                self.ledger.release(&mut outputs);
                closed = true;
            } else {
                break;
            }
        }
        if judged && !self.wave.is_open() {
            self.ledger.tell(true, &mut outputs);
            self.ledger.release(&mut outputs);
            closed = true;
        }
        self.wave.name(self.now(), &mut outputs);
        if closed && !self.wave.is_open() {
            outputs.push(Output::Idle { settled: self.wave.is_settled() && self.ledger.is_settled() });
        }
        outputs
    }

    /// When [`Engine::update`] is to be called if nothing comes before.
    pub fn wake(&self) -> Option<Instant> {
        self.wave.wake(self.ledger.has_accepted())
    }

    pub(crate) fn now(&self) -> Instant {
        (self.clock)()
    }
}
