//! The task that takes in everything in order.

use super::edits::Edits;
use super::program::{Program, Told, Update};
use super::{Counters, Options};
use crate::engine::{Engine, Level, Report, Standing, Verdict};
use crate::events::{End, Event};
use crate::frontend::{Build, Frontend, Refusal};
use mgmt_dataflow::commit::Commit;
use mgmt_values::error::Phase;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

/// How long a file of the program may be away while it is saved.
const BETWEEN_TEXTS: Duration = Duration::from_millis(50);

/// What the task is told.
pub(super) enum Message {
    /// The program's threads tell.
    Program(Update),
    /// A file of the program was saved.
    Saved,
    /// What became of the saved text, and how long that took.
    Built(Result<Build, Refusal>, Duration),
    /// Somebody wants the end, or wants it sooner.
    Stop,
    /// The time is over.
    TimeOver,
    /// Somebody wants to see the counters.
    Count(Sender<Counters>),
}

/// Where things stand.
pub(super) struct Run {
    pub frontend: Arc<dyn Frontend>,
    pub options: Options,
    pub program: Program,
    pub engine: Engine,
    pub commits: UnboundedSender<Commit>,
    pub edits: Option<Edits>,
    pub events: Arc<dyn Fn(Event) + Send + Sync>,
    /// Sends to the task itself.
    pub messages: Arc<dyn Fn(Message) + Send + Sync>,
    pub state: State,
}

/// What the task remembers.
#[derive(Default)]
pub(super) struct State {
    commits: u64,
    /// A text is being made into a program; whether another was saved since.
    building: Option<bool>,
    /// How it stood when nothing was left to do; `None` while something is.
    standing: Option<Standing>,
    end: Option<End>,
    stop: Option<Level>,
}

/// Where the task is told from.
pub(super) struct Ears {
    pub messages: UnboundedReceiver<Message>,
    pub verdicts: UnboundedReceiver<Verdict>,
    /// Closes when the executor has ended.
    pub reports: UnboundedReceiver<Report>,
}

impl Run {
    /// Works until the executor has come to its end.
    pub(super) async fn work(mut self, mut ears: Ears) -> (End, Counters) {
        if let Some(after) = self.options.max_runtime {
            let over = self.messages.clone();
            // It ends with the runtime, at the latest.
            drop(tokio::spawn(async move {
                tokio::time::sleep(after).await;
                over(Message::TimeOver);
            }));
        }
        loop {
            tokio::select! {
                // The task holds a sender itself, so this channel is never closed.
                Some(message) = ears.messages.recv() => self.take(message),
                Some(verdict) = ears.verdicts.recv() => {
                    self.program.verdict(verdict.number, verdict.accepted);
                    self.stand();
                }
                report = ears.reports.recv() => match report {
                    Some(report) => self.report(report),
                    None => break,
                },
            }
        }
        (self.state.end.unwrap_or(End::Broken), self.counters())
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Program(update) => {
                for told in self.program.take(update) {
                    self.told(told);
                }
            }
            Message::Saved => self.rebuild(),
            Message::Built(built, took) => self.built(built, took),
            Message::Stop => self.stop(),
            Message::TimeOver => self.end(self.how_it_stands()),
            // Whoever asked may have gone.
            Message::Count(to) => drop(to.send(self.counters())),
        }
    }

    fn told(&mut self, told: Told) {
        match told {
            Told::Commit(commit) => {
                self.state.commits += 1;
                if self.options.tell_graphs {
                    (self.events)(Event::Wanted(Arc::new(commit.clone())));
                }
                self.stand();
                // It may have ended already.
                let _ = self.commits.send(commit);
            }
            Told::Event(event) => {
                (self.events)(event);
                self.stand();
            }
            Told::Idle => {
                self.stand();
                if self.program.is_refused() {
                    self.end(End::Refused);
                }
            }
        }
    }

    /// Tells the executor how the program stands.
    fn stand(&mut self) {
        self.engine.program(self.program.is_settled(), self.program.is_held());
    }

    fn report(&mut self, report: Report) {
        let once = self.options.once;
        let over = match &report {
            Report::Settled(standing) => {
                self.state.standing = Some(standing.clone());
                once
            }
            Report::Converged(standing) => {
                self.state.standing = Some(standing.clone());
                self.options.converged_exit
            }
            Report::Unconverged | Report::Changed { .. } | Report::Retrying { .. } => {
                self.state.standing = None;
                false
            }
            _ => false,
        };
        (self.events)(Event::Engine(report));
        if over {
            self.end(self.how_it_stands());
        }
    }

    /// How it would end if it ended now.
    fn how_it_stands(&self) -> End {
        match &self.state.standing {
            _ if self.program.is_held() => End::Held,
            Some(standing) if !standing.failed.is_empty() => End::Failed,
            Some(_) => End::Converged,
            None => End::Unfinished,
        }
    }

    /// Ends for a reason; the first one counts.
    fn end(&mut self, end: End) {
        if self.state.end.is_none() {
            self.state.end = Some(end);
            self.climb(Level::Finish);
        }
    }

    /// Somebody asks for the end: each time more urgently.
    fn stop(&mut self) {
        let next = match self.state.stop {
            None => Level::Finish,
            Some(Level::Finish) => Level::Interrupt,
            Some(Level::Interrupt | Level::Kill) => Level::Kill,
        };
        if self.state.end.is_none() {
            (self.events)(Event::Stopping);
            self.state.end = Some(End::Stopped);
        }
        self.climb(next);
    }

    fn climb(&mut self, level: Level) {
        self.state.stop = Some(level);
        self.engine.stop(level);
    }

    /// Makes a program of the saved text, on a thread of its own; one at a time.
    fn rebuild(&mut self) {
        if self.state.building.is_some() {
            self.state.building = Some(true);
            return;
        }
        self.state.building = Some(false);
        let (frontend, messages) = (self.frontend.clone(), self.messages.clone());
        // What comes of it is sent as a message.
        drop(tokio::task::spawn_blocking(move || {
            let began = Instant::now();
            let mut built = frontend.build();
            if matches!(&built, Err(refusal) if refusal.diagnostics.first().is_some_and(|first| first.phase == Phase::Input)) {
                // Some editors move the old text away before they write the new one.
                std::thread::sleep(BETWEEN_TEXTS);
                built = frontend.build();
            }
            messages(Message::Built(built, began.elapsed()));
        }));
    }

    fn built(&mut self, built: Result<Build, Refusal>, took: Duration) {
        let again = self.state.building.take() == Some(true);
        let files = match &built {
            Ok(build) => &build.files,
            Err(refusal) => &refusal.files,
        };
        if let Some(edits) = &mut self.edits {
            edits.follow(files).iter().for_each(|error| tracing::warn!("{error}"));
        }
        match built {
            // While it ends nothing new begins.
            _ if self.state.stop.is_some() => {}
            Ok(build) => {
                let edit = self.program.load(build);
                (self.events)(Event::Edited { added: edit.added, removed: edit.removed, took });
                self.stand();
            }
            Err(refusal) => (self.events)(Event::Refused(refusal.diagnostics)),
        }
        if again {
            self.rebuild();
        }
    }

    fn counters(&self) -> Counters {
        let stats = self.program.stats();
        let (sources_started, sources_running, facts) = self.program.source_counts();
        let counts = self.engine.counts();
        Counters {
            evaluations: stats.evaluations(),
            epochs: stats.epochs(),
            commits: self.state.commits,
            sources_started,
            sources_running,
            facts,
            checks: counts.checks,
            applies: counts.applies,
        }
    }
}
