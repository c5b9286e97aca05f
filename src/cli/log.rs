//! What happens, told as it happens: one line each with the local time, nothing while nothing is done.

use super::args::ErrorFormat;
use super::diagnostics;
use crate::engine::scheduler::{Report, Standing};
use crate::events::Event;
use crate::frontend::Diagnostic;
use mgmt_dataflow::commit::VertexId;
use std::time::Duration;

/// Turns events into text. It remembers whether anything was told since the last *converged*.
#[derive(Debug)]
pub struct Log {
    format: ErrorFormat,
    /// Convergence is told after a time without changes, not at once.
    timeout: bool,
    started: bool,
    told: bool,
}

impl Log {
    /// A log; `timeout` says whether a time without changes counts as converged.
    pub fn new(format: ErrorFormat, timeout: bool) -> Log {
        Log { format, timeout, started: false, told: true }
    }

    /// What there is to show for an event, with line ends; nothing for most of what is as expected. `time` is the local time to show.
    pub fn render(&mut self, event: &Event, time: &str) -> String {
        let lines = match event {
            Event::Engine(report) => self.report(report),
            Event::Said(message) => message.text.lines().map(|line| format!("{}: {line}", message.resource)).collect(),
            Event::Raised(errors) => return self.diagnostics(errors),
            Event::Cleared { gone, left: 0 } => gone
                .iter()
                .map(|error| format!("no longer: {}", error.message))
                .chain(["the program is fine again".to_owned()])
                .collect(),
            Event::Cleared { gone, .. } => gone.iter().map(|error| format!("no longer: {}", error.message)).collect(),
            Event::Late(calls) => calls.iter().map(|call| format!("{call} has not answered yet; what needs it waits")).collect(),
            Event::Edited { added: 0, removed: 0, .. } => vec!["edit: no change in meaning".to_owned()],
            Event::Edited { added, removed, took } => vec![format!("edit: +{added} -{removed} cells ({})", duration(*took))],
            Event::Refused(errors) => {
                return self.diagnostics(errors) + &stamped(time, "the edit is wrong and changes nothing");
            }
            Event::Wanted(_) => return String::new(),
            Event::Stopping => vec!["stopping".to_owned()],
        };
        self.told |= !lines.is_empty() && !matches!(event, Event::Engine(Report::Settled(_)));
        lines.iter().map(|line| stamped(time, line)).collect()
    }

    fn diagnostics(&mut self, errors: &[Diagnostic]) -> String {
        self.told = true;
        errors.iter().map(|error| diagnostics::render(error, self.format)).collect()
    }

    fn report(&mut self, report: &Report) -> Vec<String> {
        let line = match report {
            Report::Changed { id, changes, took } => format!("{id}: {} ({})", changes.join("; "), duration(*took)),
            Report::WouldChange { id, changes } => format!("{id}: noop: would change: {}", changes.join("; ")),
            Report::Retrying { id, cause, after, left } => {
                let left = left.map_or_else(|| "without end".to_owned(), |left| format!("{left} left"));
                format!("{id}: failed: {cause}; again in {} ({left})", duration(*after))
            }
            Report::Failed { id, cause } => format!("{id}: failed for good: {cause}"),
            Report::Interrupted { id, cause } => format!("{id}: interrupted: {cause}"),
            Report::Blocked { id, by } => format!("{id}: blocked by {}", names(by)),
            Report::Received { from, key, to, field } => format!("{to}: received {field} from {from}.{key}"),
            Report::Limited { id, wait: Some(wait) } => format!("{id}: limited for {}", duration(*wait)),
            Report::Limited { id, wait: None } => format!("{id}: its limit lets nothing through"),
            Report::Restless { id, wait } => format!("{id}: changes again and again; waiting {}", duration(*wait)),
            Report::WaitsForSemaphore { id, semaphore } => format!("{id}: waiting for semaphore `{semaphore}`"),
            Report::Accepted { vertices, .. } if !self.started => {
                self.started = true;
                format!("{vertices} {}", if *vertices == 1 { "resource" } else { "resources" })
            }
            Report::Settled(state) if !self.timeout && self.told => {
                self.told = false;
                standing(state)
            }
            Report::Converged(state) => standing(state),
            Report::Unconverged => "no longer converged".to_owned(),
            Report::Stopping { running } => format!("stopping: waiting for {}", names(running)),
            Report::Quarantined { path, damage } => format!(
                "the journal was damaged ({damage}) and is kept as {}; every notification is taken for pending",
                path.display()
            ),
            Report::JournalFailed { cause } => format!("the journal cannot be written: {cause}"),
            // A refusal comes back as an error of the program.
            Report::Accepted { .. } | Report::Refused { .. } | Report::Settled(_) => return Vec::new(),
        };
        vec![line]
    }
}

fn standing(standing: &Standing) -> String {
    let mut reasons = Vec::new();
    reasons.extend(standing.held.then(|| "errors of the program hold the graph".to_owned()));
    reasons.extend((!standing.failed.is_empty()).then(|| format!("failed: {}", names(&standing.failed))));
    reasons.extend((!standing.blocked.is_empty()).then(|| format!("blocked: {}", names(&standing.blocked))));
    if reasons.is_empty() { "converged".to_owned() } else { format!("not converged: {}", reasons.join("; ")) }
}

fn stamped(time: &str, line: &str) -> String {
    format!("{time} {line}\n")
}

/// Names, the first few of many.
fn names(ids: &[VertexId]) -> String {
    const MOST: usize = 10;
    let shown: Vec<String> = ids.iter().take(MOST).map(VertexId::to_string).collect();
    let more = ids.len().saturating_sub(MOST);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

/// A duration with about three digits: `350 µs`, `1.2 ms`, `12.0 s`.
fn duration(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    match micros {
        _ if micros < 1e3 => format!("{micros:.0} µs"),
        _ if micros < 1e6 => format!("{:.1} ms", micros / 1e3),
        _ => format!("{:.1} s", micros / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mgmt_resources::host::{Level, Message};
    use mgmt_values::error::Phase;
    use mgmt_values::identity::Identity;
    use mgmt_values::key::Call;
    use mgmt_values::resource::ResourceId;
    use mgmt_values::value::Value;

    fn id(kind: &str, name: &str) -> VertexId {
        VertexId { resource: ResourceId::new(kind, name), variant: Identity(0) }
    }

    fn shown(timeout: bool, events: &[Event]) -> String {
        let mut log = Log::new(ErrorFormat::Text, timeout);
        events.iter().map(|event| log.render(event, "12:00:00")).collect()
    }

    fn changed() -> Event {
        let changes = vec!["content: 3 -> 6 bytes".to_owned(), "mode: 0644 -> 0600".to_owned()];
        Event::Engine(Report::Changed { id: id("file", "/tmp/x"), changes, took: Duration::from_micros(1234) })
    }

    fn settled() -> Event {
        Event::Engine(Report::Settled(Standing::default()))
    }

    #[test]
    fn a_run() {
        let accepted = |number| Event::Engine(Report::Accepted { number, vertices: 3 });
        let standing = Standing { failed: vec![id("exec", "bad")], blocked: vec![id("noop", "after")], held: false };
        let retrying = Report::Retrying {
            id: id("exec", "bad"),
            cause: "exit status 1".to_owned(),
            after: Duration::from_millis(400),
            left: Some(1),
        };
        insta::assert_snapshot!(shown(false, &[
            accepted(1),
            changed(),
            settled(),
            accepted(2),
            settled(),
            Event::Said(Message { resource: "print[hi]".to_owned(), level: Level::Info, text: "one\ntwo".to_owned() }),
            Event::Engine(retrying),
            Event::Engine(Report::Failed { id: id("exec", "bad"), cause: "exit status 1".to_owned() }),
            Event::Engine(Report::Blocked { id: id("noop", "after"), by: vec![id("exec", "bad")] }),
            Event::Engine(Report::Settled(standing)),
            Event::Late(vec![Call::new("os.system", [Value::str("sleep 1000")])]),
            Event::Stopping,
        ]), @r#"
        12:00:00 3 resources
        12:00:00 file[/tmp/x]: content: 3 -> 6 bytes; mode: 0644 -> 0600 (1.2 ms)
        12:00:00 converged
        12:00:00 print[hi]: one
        12:00:00 print[hi]: two
        12:00:00 exec[bad]: failed: exit status 1; again in 400.0 ms (1 left)
        12:00:00 exec[bad]: failed for good: exit status 1
        12:00:00 noop[after]: blocked by exec[bad]
        12:00:00 not converged: failed: exec[bad]; blocked: noop[after]
        12:00:00 os.system("sleep 1000") has not answered yet; what needs it waits
        12:00:00 stopping
        "#);
    }

    #[test]
    fn with_a_timeout_convergence_is_told_when_it_is_over() {
        let converged = Event::Engine(Report::Converged(Standing::default()));
        let events = [changed(), settled(), converged, Event::Engine(Report::Unconverged)];
        insta::assert_snapshot!(shown(true, &events), @"
        12:00:00 file[/tmp/x]: content: 3 -> 6 bytes; mode: 0644 -> 0600 (1.2 ms)
        12:00:00 converged
        12:00:00 no longer converged
        ");
    }

    #[test]
    fn edits_and_errors_of_the_program() {
        let wrong = vec![Diagnostic::new(Phase::Stream, "no such key")];
        let took = Duration::from_micros(900);
        insta::assert_snapshot!(shown(false, &[
            Event::Edited { added: 2, removed: 1, took },
            Event::Edited { added: 0, removed: 0, took },
            Event::Refused(wrong.clone()),
            Event::Raised(wrong.clone()),
            Event::Cleared { gone: wrong, left: 0 },
        ]), @"
        12:00:00 edit: +2 -1 cells (900 µs)
        12:00:00 edit: no change in meaning
        error: no such key
        12:00:00 the edit is wrong and changes nothing
        error: no such key
        12:00:00 no longer: no such key
        12:00:00 the program is fine again
        ");
    }
}
