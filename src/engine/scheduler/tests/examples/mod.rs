//! Each rule as an example: inputs go in, and the actions that come out are written as lines.

mod commits;
mod ends;
mod failures;
mod limits;
mod notifications;
mod order;

use super::super::*;
use crate::engine::testing::{Wanted, id};
use mgmt_resources::resource::State as Found;
use mgmt_values::resource::{Meta, Rate};
use mgmt_values::value::Value;
use std::collections::BTreeMap;

/// A scheduler whose tasks wait until the test lets them answer.
struct Desk {
    scheduler: Scheduler,
    now: Time,
    handles: BTreeMap<String, Handle>,
    tokens: VecDeque<u64>,
    /// What has been done since the last look.
    lines: Vec<String>,
}

fn desk(wanted: &mut Wanted) -> Desk {
    desk_with(Settings::default(), Survived::default(), wanted)
}

fn desk_with(settings: Settings, survived: Survived, wanted: &mut Wanted) -> Desk {
    let mut desk = Desk {
        scheduler: Scheduler::new(settings, survived),
        now: Time(0),
        handles: BTreeMap::new(),
        tokens: VecDeque::new(),
        lines: Vec::new(),
    };
    desk.feed(Input::Program { settled: true, held: false });
    desk.feed(Input::Commit(wanted.commit()));
    desk
}

impl Desk {
    fn feed(&mut self, input: Input) {
        self.feed_all(vec![input]);
    }

    fn feed_all(&mut self, inputs: Vec<Input>) {
        let actions = self.scheduler.step(self.now, inputs);
        let mut next = Vec::new();
        for action in actions {
            let line = match action {
                Action::Make(handle, vertex) => {
                    self.handles.insert(vertex.id.resource.name.to_string(), handle);
                    format!("make {}", vertex.id.resource.name)
                }
                Action::Watch(handle, _) => {
                    next.push(Input::Watching(handle, Ok(())));
                    continue;
                }
                Action::Stop(handle) => format!("stop {}", self.name(handle)),
                Action::Check(handle, fields, run, _) => {
                    let text = fields.given("text").map(|text| format!(" text={text}")).unwrap_or_default();
                    format!("check {}{}{text}", self.name(handle), if run.refresh { " refresh" } else { "" })
                }
                Action::Apply(handle, ..) => format!("apply {}", self.name(handle)),
                Action::Interrupt(handle) => format!("interrupt {}", self.name(handle)),
                Action::Write(token, batch) => {
                    self.tokens.push_back(token);
                    format!("write {}", batch.iter().map(record).collect::<Vec<_>>().join(", "))
                }
                Action::Verdict(..) => continue,
                Action::Drain(round) => {
                    next.push(Input::Drained(round));
                    continue;
                }
                Action::Report(report) => match told(&report) {
                    Some(line) => line,
                    None => continue,
                },
                Action::Finished => "finished".to_owned(),
            };
            self.lines.push(line);
        }
        if !next.is_empty() {
            self.feed_all(next);
        }
    }

    fn name(&self, handle: Handle) -> &str {
        self.handles.iter().find(|(_, known)| **known == handle).map_or("old", |(name, _)| name)
    }

    /// What was done since the last look; what was made is left out.
    fn did(&mut self) -> String {
        let lines = std::mem::take(&mut self.lines);
        lines.into_iter().filter(|line| !line.starts_with("make ")).collect::<Vec<_>>().join("; ")
    }

    fn clean(&mut self, name: &str) {
        let checked = Checked { state: Found::Clean, sent: sent(name) };
        self.feed(Input::Checked(self.handles[name], Ok(checked)));
    }

    fn differs(&mut self, name: &str) {
        let checked = Checked { state: Found::Differs(vec!["it".to_owned()]), sent: Vec::new() };
        self.feed(Input::Checked(self.handles[name], Ok(checked)));
    }

    fn check_fails(&mut self, name: &str) {
        self.feed(Input::Checked(self.handles[name], Err(Failure::new("broken"))));
    }

    fn applied(&mut self, name: &str) {
        let applied = Applied { changes: vec!["it".to_owned()], sent: sent(name) };
        self.feed(Input::Applied(self.handles[name], Ok(applied)));
    }

    /// Checked, differs, applied.
    fn changes(&mut self, name: &str) {
        self.differs(name);
        while self.written() {}
        self.applied(name);
        while self.written() {}
    }

    fn event(&mut self, name: &str) {
        self.feed(Input::Event(self.handles[name], Event::Changed));
    }

    /// The oldest batch is on disk.
    fn written(&mut self) -> bool {
        let token = self.tokens.pop_front();
        token.map(|token| self.feed(Input::Written(token, Ok(())))).is_some()
    }

    fn pass(&mut self, millis: u64) {
        self.now = self.now.after(Duration::from_millis(millis));
        self.feed_all(Vec::new());
    }

    fn commit(&mut self, wanted: &mut Wanted) {
        self.feed(Input::Commit(wanted.commit()));
    }
}

fn sent(name: &str) -> Vec<(&'static str, Value)> {
    vec![("out", Value::str(name))]
}

fn record(record: &Record) -> String {
    let text = |name: &crate::engine::journal::Name| String::from_utf8_lossy(&name.name).into_owned();
    match record {
        Record::Intent(name) => format!("intent({})", text(name)),
        Record::Done(name) => format!("done({})", text(name)),
        Record::Pending { from, to, .. } => format!("pending({}->{})", text(from), text(to)),
        Record::Delivered { from, to, .. } => format!("delivered({}->{})", text(from), text(to)),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn told(report: &Report) -> Option<String> {
    let name = |id: &VertexId| id.resource.name.to_string();
    Some(match report {
        Report::WouldChange { id, .. } => format!("would change {}", name(id)),
        Report::Retrying { id, after, left, .. } => format!("retry {} after {after:?} left {left:?}", name(id)),
        Report::Failed { id, cause } => format!("failed {}: {cause}", name(id)),
        Report::Blocked { id, .. } => format!("blocked {}", name(id)),
        Report::Limited { id, wait } => format!("limited {} {wait:?}", name(id)),
        Report::Refused { error, .. } => format!("refused: {}", error.message),
        Report::Converged(_) => "converged".to_owned(),
        Report::Unconverged => "unconverged".to_owned(),
        Report::Settled(_) => "settled".to_owned(),
        Report::WaitsForSemaphore { id, semaphore } => format!("{} waits for {semaphore}", name(id)),
        Report::Stopping { running } => format!("still running: {}", running.iter().map(name).collect::<Vec<_>>().join(" ")),
        _ => return None,
    })
}

/// A wish of one vertex with these meta parameters.
fn one(meta: Meta) -> Wanted {
    let mut wanted = Wanted::default();
    wanted.vertex("a", 0, meta);
    wanted
}
