//! The incremental dataflow: cells and facts in, demands and commits out.
//!
//! [`update`] says what is exchanged, [`commit`] what the graph diff is. [`Dataflow`] runs on a thread of its own; [`Engine`] is the same,
//! stepped by hand.
//!
//! Inside, two small dataflows of fixed shape share one worker, and each is stepped only when it has something to do: `program`
//! evaluates cells, `graph` joins by the rules of the graph's shape. Time is a number that only grows, so what gathers rows by key is a
//! table, of `groups` or of the program: `demands` makes one demand of many needs. Between them stand two state machines without any
//! dataflow: `wave` says what enters when, `ledger` what leaves.

pub mod clock;
pub mod commit;
mod counts;
mod demands;
pub mod engine;
mod graph;
mod groups;
mod ledger;
mod program;
mod relation;
mod shared;
pub mod stats;
pub mod update;
mod wave;

pub use engine::{Config, Engine};
pub use stats::Stats;

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use update::{Input, Output};

/// Where the inputs of a dataflow go. Cheap to clone; what is sent after its end is lost.
#[derive(Clone, Debug)]
pub struct Inputs(Sender<Option<Input>>);

impl Inputs {
    /// Queues an input. Inputs that wait together are taken in together.
    pub fn send(&self, input: Input) {
        // The thread ends before its handle is dropped only if it panicked, which it has reported itself.
        let _ = self.0.send(Some(input));
    }
}

/// A running dataflow. Dropping it ends its thread, without telling anybody.
#[derive(Debug)]
pub struct Dataflow {
    inputs: Inputs,
    stats: Arc<Stats>,
    thread: Option<JoinHandle<()>>,
}

impl Dataflow {
    /// Starts the worker thread. `outputs` is called on it with each output in order, and must not block.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn spawn(config: Config, mut outputs: impl FnMut(Output) + Send + 'static) -> io::Result<Dataflow> {
        let (inputs, queue) = channel();
        let (hand_out, handed) = channel();
        let thread =
            thread::Builder::new().name("dataflow".to_owned()).stack_size(mgmt_values::outcome::STACK).spawn(move || {
                let mut engine = Engine::new(config);
                // Nobody listens only where the start failed.
                let _ = hand_out.send(Arc::clone(engine.stats()));
                while let Some(batch) = drain(&queue, &engine) {
                    engine.update(batch).into_iter().for_each(&mut outputs);
                }
            })?;
        let stats = handed.recv().map_err(io::Error::other)?;
        Ok(Dataflow { inputs: Inputs(inputs), stats, thread: Some(thread) })
    }

    /// Where its inputs go.
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// What it has done.
    pub fn stats(&self) -> &Stats {
        &self.stats
    }
}

impl Drop for Dataflow {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.inputs.0.send(None);
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported by itself.
            let _ = thread.join();
        }
    }
}

/// Waits for input or for the time to do something without; gives everything that is queued, `None` at the end.
fn drain(queue: &Receiver<Option<Input>>, engine: &Engine) -> Option<Vec<Input>> {
    let first = match engine.wake() {
        None => Some(queue.recv().ok()?),
        Some(at) => match queue.recv_timeout(at.saturating_duration_since(engine.now())) {
            Ok(input) => Some(input),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return None,
        },
    };
    first.into_iter().chain(queue.try_iter()).collect()
}
