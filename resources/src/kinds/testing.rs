//! What the tests of kinds share: a resource with its host, fields by name, and a run as the engine does it.

use crate::host::{Host, Message, Messages};
use crate::resource::{Applied, Checked, Event, Events, Failure, Resource, Run, State, Watch};
use mgmt_values::resource::Fields;
use mgmt_values::schema::Kind;
use mgmt_values::value::Value;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Fields by name.
pub fn fields(kind: &'static Kind, set: &[(&str, Value)]) -> Fields {
    Fields::new(kind, set.iter().map(|(name, value)| (kind.field(name).expect("a field of the kind").0 as u16, value.clone())))
}

/// A list of strings.
pub fn strs(items: &[&str]) -> Value {
    Value::list(items.iter().map(|item| Value::str(*item)).collect::<Vec<_>>())
}

/// A resource under test.
pub struct Bench {
    pub host: Host,
    pub name: String,
    pub fields: Fields,
    pub resource: Box<dyn Resource>,
    pub run: Run,
    said: Arc<Mutex<Vec<Message>>>,
    _state: tempfile::TempDir,
}

impl Bench {
    pub fn new(kind: &'static Kind, name: &str, set: &[(&str, Value)]) -> Bench {
        let state = tempfile::tempdir().unwrap();
        let mut host = Host::new(state.path(), "testhost");
        let said = Arc::new(Mutex::new(Vec::new()));
        let sink = said.clone();
        host.messages = Messages::new(move |message| sink.lock().unwrap().push(message));
        let fields = fields(kind, set);
        (kind.validate)(name, &fields).expect("valid fields");
        let make = super::entry(kind.name).expect("a listed kind").runnable(&fields).expect("supported fields");
        let resource = make(name, &host);
        Bench { host, name: name.to_owned(), fields, resource, run: Run::default(), said, _state: state }
    }

    /// The same resource as a later process would make it.
    pub fn again(&mut self) {
        let make = super::entry(self.fields.kind().name).unwrap().runnable(&self.fields).unwrap();
        self.resource = make(&self.name, &self.host);
    }

    pub async fn check(&self) -> Result<Checked, Failure> {
        self.resource.check(&self.fields, &self.run).await
    }

    pub async fn state(&self) -> State {
        self.check().await.unwrap().state
    }

    pub async fn apply(&self) -> Result<Applied, Failure> {
        self.resource.apply(&self.fields, &self.run).await
    }

    /// Check and, if that is called for, apply: what changed.
    pub async fn converge(&self) -> Result<Vec<String>, Failure> {
        match self.check().await?.state {
            State::Clean => Ok(Vec::new()),
            _ => Ok(self.apply().await?.changes),
        }
    }

    /// Watches; events arrive at the receiver.
    pub fn watch(&self) -> (Watch, Receiver<Event>) {
        let (tx, rx) = channel();
        let events = Events::new(move |event| {
            let _ = tx.send(event);
        });
        (self.resource.watch(&self.fields, events).unwrap(), rx)
    }

    /// The texts said so far.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().iter().map(|message| message.text.clone()).collect()
    }
}

/// Waits for an event that has to come, and takes all that come with it.
pub fn expect_event(events: &Receiver<Event>) -> Event {
    let first = events.recv_timeout(Duration::from_secs(30)).expect("an event");
    while events.recv_timeout(Duration::from_millis(100)).is_ok() {}
    first
}

/// Makes sure that no event comes for a while.
pub fn expect_silence(events: &Receiver<Event>) {
    assert_eq!(events.recv_timeout(Duration::from_millis(100)).ok(), None);
}
