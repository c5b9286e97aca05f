//! The driver: tasks, clocks, channels and disks around the scheduler. It carries out actions and feeds back what comes of them.

mod tasks;
mod writer;

use super::journal::{Journal, JournalError};
use super::scheduler::{Action, Counts, Handle, Input, Level, Report, Scheduler, Settings, Time};
use mgmt_dataflow::commit::{Commit, Vertex, VertexId};
use mgmt_resources::Host;
use mgmt_resources::resource::{Entry, Failure, Resource, Watch};
use mgmt_values::error::{Error, Rank};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tasks::Signal;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::Instant;
use writer::Writer;

/// As many messages are taken in together at most, so that a flood of events cannot keep anything from starting.
const TOGETHER: usize = 4096;

/// What the executor says of a commit.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Which.
    pub number: u64,
    /// Whether it is in force.
    pub accepted: Result<(), Error>,
}

/// What has been done so far.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// All vertices there ever were.
    pub total: Counts,
    /// Those of the graph in force, by text.
    pub vertices: Vec<(VertexId, Counts)>,
}

/// A running executor. Dropping it lets what runs come to its end, as [`Level::Finish`] does.
pub struct Engine {
    messages: UnboundedSender<Message>,
    counters: Arc<Counters>,
    ended: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Counters {
    checks: AtomicU64,
    applies: AtomicU64,
}

/// What reaches the driver's loop.
enum Message {
    Input(Input),
    /// A watch reports a change. Until it is taken in, further ones are not sent.
    Changed(Arc<Signal>),
    /// A watch is lost.
    Lost(Arc<Signal>, Failure),
    /// A watch is registered, or cannot be.
    Registered(Arc<Signal>, Result<Watch, Failure>),
    Status(oneshot::Sender<Status>),
}

impl Engine {
    /// Starts the executor of an empty graph on the current tokio runtime.
    ///
    /// `kinds` lists what can be run; `journal` is opened, and belongs to the executor from then on. Each of `commits` is answered
    /// in `verdicts`. What happens is told in `events`, which closes when the executor has ended.
    ///
    /// # Errors
    /// The thread that writes the journal cannot be started.
    pub fn start(
        settings: Settings,
        kinds: &'static [Entry],
        host: Host,
        journal: Box<dyn Journal>,
        commits: UnboundedReceiver<Commit>,
        verdicts: UnboundedSender<Verdict>,
        events: UnboundedSender<Report>,
    ) -> Result<Engine, JournalError> {
        let (messages, inbox) = unbounded_channel();
        if let Some(quarantine) = journal.quarantined() {
            // Whoever does not listen does not want to know.
            let _ = events.send(Report::Quarantined { path: quarantine.path.clone(), damage: quarantine.damage.clone() });
        }
        let counters = Arc::new(Counters::default());
        let driver = Driver {
            scheduler: Scheduler::new(settings, journal.survived().clone()),
            writer: Writer::start(journal, host.disks.clone(), messages.clone())?,
            kinds: kinds.iter().map(|entry| (entry.kind.name, entry)).collect(),
            host,
            began: Instant::now(),
            slots: FxHashMap::default(),
            messages: messages.clone(),
            verdicts,
            events,
            counters: counters.clone(),
            finished: false,
        };
        let ended = Some(tokio::spawn(driver.run(inbox, commits)));
        Ok(Engine { messages, counters, ended })
    }

    /// Says how the program stands: whether everything it asked is answered and released, and whether an uncaught error holds the
    /// graph in force. Nothing counts as settled before this was said.
    pub fn program(&self, settled: bool, held: bool) {
        self.send(Message::Input(Input::Program { settled, held }));
    }

    /// Asks it to end; a higher level makes it end faster.
    pub fn stop(&self, level: Level) {
        self.send(Message::Input(Input::Stop(level)));
    }

    /// Checks and applications so far, for all vertices together; costs nothing.
    pub fn counts(&self) -> Counts {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts { checks: load(&self.counters.checks), applies: load(&self.counters.applies) }
    }

    /// The same by vertex; nothing after the end.
    pub async fn status(&self) -> Status {
        let (answer, status) = oneshot::channel();
        self.send(Message::Status(answer));
        status.await.unwrap_or_default()
    }

    /// Waits until it has ended.
    pub async fn ended(mut self) {
        if let Some(ended) = self.ended.take() {
            // It does not panic by itself, and nobody aborts it.
            let _ = ended.await;
        }
    }

    fn send(&self, message: Message) {
        // After the end nobody listens.
        let _ = self.messages.send(message);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stop(Level::Finish);
    }
}

/// A resource that was made.
struct Slot {
    timeout: u64,
    resource: Arc<dyn Resource>,
    /// The registration in force, or under way.
    signal: Option<Arc<Signal>>,
    watch: Option<Watch>,
    /// The run in flight.
    run: Option<AbortHandle>,
}

struct Driver {
    scheduler: Scheduler,
    writer: Writer,
    kinds: FxHashMap<&'static str, &'static Entry>,
    host: Host,
    began: Instant,
    slots: FxHashMap<Handle, Slot>,
    messages: UnboundedSender<Message>,
    verdicts: UnboundedSender<Verdict>,
    events: UnboundedSender<Report>,
    counters: Arc<Counters>,
    finished: bool,
}

impl Driver {
    async fn run(mut self, mut inbox: UnboundedReceiver<Message>, mut commits: UnboundedReceiver<Commit>) {
        let mut inputs = Vec::new();
        let mut program = true;
        while !self.finished {
            let due = self.scheduler.due().map(|due| self.instant(due));
            tokio::select! {
                message = inbox.recv() => inputs.extend(message.and_then(|message| self.take(message))),
                commit = commits.recv(), if program => match commit {
                    Some(commit) => inputs.extend(self.admit(commit)),
                    None => program = false,
                },
                () = until(due) => {}
            }
            // What has come together is taken in before anything starts.
            while inputs.len() < TOGETHER
                && let Ok(message) = inbox.try_recv()
            {
                inputs.extend(self.take(message));
            }
            let actions = self.scheduler.step(self.now(), inputs.drain(..));
            for action in actions {
                self.act(action);
            }
            let total = self.scheduler.total();
            self.counters.checks.store(total.checks, Ordering::Relaxed);
            self.counters.applies.store(total.applies, Ordering::Relaxed);
        }
        self.writer.end().await;
    }

    fn now(&self) -> Time {
        Time::default().after(self.began.elapsed())
    }

    fn instant(&self, time: Time) -> Instant {
        self.began + time.since(Time::default())
    }

    fn take(&mut self, message: Message) -> Option<Input> {
        match message {
            Message::Input(input) => {
                if let Input::Checked(handle, _) | Input::Applied(handle, _) = &input
                    && let Some(slot) = self.slots.get_mut(handle)
                {
                    slot.run = None;
                }
                Some(input)
            }
            Message::Changed(signal) => {
                signal.taken();
                self.heard(&signal).then(|| Input::Event(signal.handle, mgmt_resources::resource::Event::Changed))
            }
            Message::Lost(signal, failure) => {
                self.heard(&signal).then(|| Input::Event(signal.handle, mgmt_resources::resource::Event::Failed(failure)))
            }
            Message::Registered(signal, result) => {
                if !self.heard(&signal) {
                    return None;
                }
                let slot = self.slots.get_mut(&signal.handle)?;
                let result = result.map(|watch| {
                    // The former registration ends only now, so that nothing is missed in between.
                    slot.watch = Some(watch);
                });
                Some(Input::Watching(signal.handle, result))
            }
            Message::Status(answer) => {
                let mut vertices: Vec<_> = self.scheduler.counts().map(|(id, counts)| (id.clone(), counts)).collect();
                vertices.sort_by(|a, b| super::graph::by_text(&a.0.resource, &b.0.resource));
                // Whoever asked may have gone.
                let _ = answer.send(Status { total: self.scheduler.total(), vertices });
                None
            }
        }
    }

    /// Whether a registration is still the one in force.
    fn heard(&self, signal: &Arc<Signal>) -> bool {
        let slot = self.slots.get(&signal.handle);
        slot.is_some_and(|slot| slot.signal.as_ref().is_some_and(|current| Arc::ptr_eq(current, signal)))
    }

    /// Lets a commit through of which every resource can be run here.
    fn admit(&mut self, commit: Commit) -> Option<Input> {
        let refused = commit.vertices.iter().filter_map(|change| change.after.as_deref()).find_map(|vertex| self.unfit(vertex));
        match refused {
            None => Some(Input::Commit(commit)),
            Some(error) => {
                let number = commit.number;
                self.act(Action::Verdict(number, Err(error.clone())));
                self.act(Action::Report(Report::Refused { number, error }));
                None
            }
        }
    }

    fn unfit(&self, vertex: &Vertex) -> Option<Error> {
        if vertex.meta.hidden {
            return None;
        }
        let why = match self.kinds.get(vertex.fields.kind().name) {
            Some(entry) => entry.runnable(&vertex.fields).err()?,
            None => format!("resources of kind `{}` are unknown", vertex.fields.kind().name),
        };
        Some(Error::interpret(Rank::Build, Some(vertex.site), format!("{}: {why}", vertex.id)))
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Make(handle, vertex) => self.make(handle, &vertex),
            Action::Watch(handle, fields) => {
                if let Some(slot) = self.slots.get_mut(&handle) {
                    let signal = Signal::new(handle);
                    slot.signal = Some(signal.clone());
                    tasks::watch(slot.resource.clone(), fields, signal, self.messages.clone());
                }
            }
            Action::Stop(handle) => drop(self.slots.remove(&handle)),
            Action::Check(handle, fields, run, deadline) => {
                let deadline = deadline.map(|deadline| self.instant(deadline));
                if let Some(slot) = self.slots.get_mut(&handle) {
                    slot.run = Some(tasks::check(handle, slot, fields, run, deadline, self.messages.clone()));
                }
            }
            Action::Apply(handle, fields, run, deadline) => {
                let deadline = deadline.map(|deadline| self.instant(deadline));
                if let Some(slot) = self.slots.get_mut(&handle) {
                    slot.run = Some(tasks::apply(handle, slot, fields, run, deadline, self.messages.clone()));
                }
            }
            Action::Interrupt(handle) => {
                if let Some(slot) = self.slots.get(&handle) {
                    slot.resource.cancel();
                }
            }
            Action::Write(token, batch) => self.writer.write(token, batch),
            Action::Verdict(number, accepted) => {
                // The program may be gone, as may those who listen.
                let _ = self.verdicts.send(Verdict { number, accepted });
            }
            Action::Drain(round) => tasks::drain(&self.host, round, self.messages.clone()),
            Action::Report(report) => {
                let _ = self.events.send(report);
            }
            Action::Finished => self.finish(),
        }
    }

    fn make(&mut self, handle: Handle, vertex: &Vertex) {
        // A commit is let in only when each of its resources can be made.
        let entry = self.kinds.get(vertex.fields.kind().name);
        let Some(make) = entry.and_then(|entry| entry.runnable(&vertex.fields).ok()) else { return };
        let resource = make(&vertex.id.resource.name.to_str(), &self.host).into();
        let timeout = vertex.meta.timeout;
        self.slots.insert(handle, Slot { timeout, resource, signal: None, watch: None, run: None });
    }

    /// Nothing is to happen any more. What still runs is killed.
    fn finish(&mut self) {
        self.finished = true;
        for slot in self.slots.values_mut() {
            if let Some(run) = slot.run.take() {
                slot.resource.interrupt();
                run.abort();
            }
        }
        self.slots.clear();
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
