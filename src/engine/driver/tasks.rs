//! What runs beside the loop: registrations, checks, applications. Each answers once, even if it panics.

use super::super::scheduler::{Handle, Input};
use super::{Message, Slot};
use mgmt_resources::resource::{Event, Events, Failure, Resource, Run, Task};
use mgmt_resources::{Host, kill_point};
use mgmt_values::resource::Fields;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;
use tokio::time::Instant;

/// One registration of a watch, and whether a change that it reported waits to be taken in: a flood costs one message.
pub(super) struct Signal {
    pub(super) handle: Handle,
    waiting: AtomicBool,
}

impl Signal {
    pub(super) fn new(handle: Handle) -> Arc<Signal> {
        Arc::new(Signal { handle, waiting: AtomicBool::new(false) })
    }

    /// From now on a change is a new one.
    pub(super) fn taken(&self) {
        self.waiting.store(false, Ordering::Release);
    }
}

/// Answers that the work panicked, unless it answered itself.
struct Answer<F: FnOnce(Failure) -> Message> {
    messages: UnboundedSender<Message>,
    panicked: Option<F>,
}

impl<F: FnOnce(Failure) -> Message> Answer<F> {
    fn new(messages: UnboundedSender<Message>, panicked: F) -> Answer<F> {
        Answer { messages, panicked: Some(panicked) }
    }

    fn with(mut self, message: Message) {
        self.panicked = None;
        // After the end nobody listens.
        let _ = self.messages.send(message);
    }
}

impl<F: FnOnce(Failure) -> Message> Drop for Answer<F> {
    fn drop(&mut self) {
        if let Some(panicked) = self.panicked.take() {
            let _ = self.messages.send(panicked(Failure::new("the resource panicked")));
        }
    }
}

pub(super) fn watch(resource: Arc<dyn Resource>, fields: Fields, signal: Arc<Signal>, messages: UnboundedSender<Message>) {
    tokio::spawn(async move {
        let lost = signal.clone();
        let answer = Answer::new(messages.clone(), move |failure| Message::Registered(lost, Err(failure)));
        let source = signal.clone();
        let events = Events::new(move |event| {
            let message = match event {
                Event::Changed if source.waiting.swap(true, Ordering::AcqRel) => return,
                Event::Changed => Message::Changed(source.clone()),
                Event::Failed(failure) => Message::Lost(source.clone(), failure),
            };
            let _ = messages.send(message);
        });
        let result = resource.watch(&fields, events);
        answer.with(Message::Registered(signal, result));
    });
}

pub(super) fn check(
    handle: Handle,
    slot: &Slot,
    fields: Fields,
    run: Run,
    deadline: Option<Instant>,
    messages: UnboundedSender<Message>,
) -> AbortHandle {
    let (resource, timeout) = (slot.resource.clone(), slot.timeout);
    let work = tokio::spawn(async move {
        let answer = Answer::new(messages, move |failure| Message::Input(Input::Checked(handle, Err(failure))));
        let result = within(&*resource, resource.check(&fields, &run), deadline, timeout).await;
        answer.with(Message::Input(Input::Checked(handle, result)));
    });
    work.abort_handle()
}

pub(super) fn apply(
    handle: Handle,
    slot: &Slot,
    fields: Fields,
    run: Run,
    deadline: Option<Instant>,
    messages: UnboundedSender<Message>,
) -> AbortHandle {
    let (resource, timeout) = (slot.resource.clone(), slot.timeout);
    let work = tokio::spawn(async move {
        let answer = Answer::new(messages, move |failure| Message::Input(Input::Applied(handle, Err(failure))));
        kill_point("engine:apply");
        let result = within(&*resource, resource.apply(&fields, &run), deadline, timeout).await;
        kill_point("engine:applied");
        answer.with(Message::Input(Input::Applied(handle, result)));
    });
    work.abort_handle()
}

/// Asks a run to stop when its time is over, and waits for it: it is never abandoned. A success stands.
async fn within<T>(
    resource: &dyn Resource,
    mut work: Task<'_, T>,
    deadline: Option<Instant>,
    timeout: u64,
) -> Result<T, Failure> {
    let Some(deadline) = deadline else { return work.await };
    tokio::select! {
        result = &mut work => return result,
        () = tokio::time::sleep_until(deadline) => resource.cancel(),
    }
    let seconds = Duration::from_millis(timeout).as_secs_f64();
    work.await.map_err(|failure| Failure::new(format!("timeout after {seconds:.3} seconds: {}", failure.message)))
}

/// Answers when the watchers have reported everything that had happened before.
pub(super) fn drain(host: &Host, round: u64, messages: UnboundedSender<Message>) {
    host.watchers.drain(move || {
        let _ = messages.send(Message::Input(Input::Drained(round)));
    });
}
