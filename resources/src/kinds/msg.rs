//! `msg`: a message with a priority.

use super::table::{BOOL, STR, STR_MAP, field, no_identities};
use crate::host::{Host, Level};
use crate::resource::{Applied, Checked, Events, Failure, Resource, Run, State, Task, Watch};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};
use std::os::unix::net::UnixDatagram;
use std::sync::atomic::{AtomicBool, Ordering};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "msg",
    doc: "Says a message of some priority, once at the start and again on each notification; optionally to the systemd journal too.\n\n\
          Saying it counts as a change.",
    fields: &[
        field("body", STR, "The text."),
        field(
            "priority",
            STR,
            "How urgent it is: `Emerg`, `Alert`, `Crit`, `Err`, `Warning`, `Notice`, `Info` or `Debug`. It has to be given.",
        ),
        field(
            "fields",
            STR_MAP,
            "More fields for the journal. Names consist of letters, digits and `_`, and do not begin with `_`.",
        ),
        field("journal", BOOL, "Send it to the systemd journal too."),
        field("syslog", BOOL, "Send it to syslog too. Not available yet."),
    ],
    sends: &[],
    traits: Traits { refreshes: true, receives: false, autoedges: false, autogroups: false, ..Traits::PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

const PRIORITIES: [(&str, Level); 8] = [
    ("Emerg", Level::Emergency),
    ("Alert", Level::Alert),
    ("Crit", Level::Critical),
    ("Err", Level::Error),
    ("Warning", Level::Warning),
    ("Notice", Level::Notice),
    ("Info", Level::Info),
    ("Debug", Level::Debug),
];

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    if level(fields).is_none() {
        let known = PRIORITIES.map(|(name, _)| name).join(", ");
        return Err(format!("invalid priority `{}`; it has to be one of: {known}", fields.text("priority")));
    }
    for (name, _) in journal_fields(fields) {
        let allowed = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !allowed || name.starts_with('_') {
            return Err(format!("invalid field name `{name}`: only letters, digits and `_` inside are possible"));
        }
    }
    Ok(())
}

/// Fields that do not work yet.
pub fn unsupported(fields: &Fields) -> Option<String> {
    fields.flag("syslog").then(|| "`syslog` cannot be used yet; `journal` can".to_owned())
}

fn level(fields: &Fields) -> Option<Level> {
    let wanted = fields.text("priority");
    PRIORITIES.iter().find(|(name, _)| *name == wanted).map(|(_, level)| *level)
}

fn journal_fields(fields: &Fields) -> Vec<(String, Vec<u8>)> {
    let value = fields.get("fields");
    let entries = value.as_ref().and_then(|map| map.as_map()).map(|map| map.entries()).unwrap_or_default();
    let pair = |(k, v): &(mgmt_values::Value, mgmt_values::Value)| {
        Some((k.as_text()?.to_str().into_owned(), v.as_text()?.as_bytes().to_vec()))
    };
    entries.iter().filter_map(pair).collect()
}

struct Msg {
    name: String,
    host: Host,
    said: AtomicBool,
}

/// Makes one.
pub fn make(name: &str, host: &Host) -> Box<dyn Resource> {
    Box::new(Msg { name: name.to_owned(), host: host.clone(), said: AtomicBool::new(false) })
}

impl Resource for Msg {
    fn watch(&self, _: &Fields, _: Events) -> Result<Watch, Failure> {
        Ok(Watch::none())
    }

    fn check<'a>(&'a self, fields: &'a Fields, run: &'a Run) -> Task<'a, Checked> {
        Box::pin(async move {
            if self.said.load(Ordering::Relaxed) && !run.refresh {
                return Ok(Checked::clean());
            }
            Ok(Checked::found(State::Unknown(format!("say {}", mgmt_values::text::quote(fields.text("body").as_bytes())))))
        })
    }

    fn apply<'a>(&'a self, fields: &'a Fields, _: &'a Run) -> Task<'a, Applied> {
        Box::pin(async move {
            // Validated: the priority is one of the list.
            let level = level(fields).unwrap_or(Level::Info);
            let body = fields.text("body");
            if fields.flag("journal") {
                send_to_journal(&entry(level, &body, &journal_fields(fields)))?;
            }
            self.host.messages.say(format_args!("msg[{}]", self.name), level, body);
            self.said.store(true, Ordering::Relaxed);
            Ok(Applied::changed(vec!["said".to_owned()]))
        })
    }
}

/// One datagram of the journal's native protocol (systemd, "Native Journal Protocol"): `NAME=value` lines; a value with a newline is
/// written as the name, a newline, its length as 64 bits little-endian, and the value.
fn entry(level: Level, body: &str, fields: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = format!("PRIORITY={}\n", level as u8).into_bytes();
    let message = ("MESSAGE".to_owned(), body.as_bytes().to_vec());
    for (name, value) in std::iter::once(&message).chain(fields) {
        out.extend(name.as_bytes());
        if value.contains(&b'\n') {
            out.push(b'\n');
            out.extend((value.len() as u64).to_le_bytes());
        } else {
            out.push(b'=');
        }
        out.extend(value);
        out.push(b'\n');
    }
    out
}

fn send_to_journal(entry: &[u8]) -> Result<(), Failure> {
    let sent = UnixDatagram::unbound().and_then(|socket| {
        // A journal that does not keep up must not hold this thread.
        socket.set_nonblocking(true)?;
        socket.send_to(entry, "/run/systemd/journal/socket")
    });
    sent.map(drop).map_err(|error| Failure::new(format!("cannot send to the systemd journal: {error}")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, fields};
    use super::*;
    use mgmt_values::Value;

    fn set(priority: &str) -> [(&str, Value); 2] {
        [("body", Value::str("careful")), ("priority", Value::str(priority))]
    }

    #[tokio::test]
    async fn is_said_once_and_again_when_notified() {
        let mut bench = Bench::new(&KIND, "m", &set("Warning"));
        assert_eq!(bench.state().await, State::Unknown("say \"careful\"".to_owned()));
        assert_eq!(bench.converge().await.unwrap(), ["said"]);
        assert_eq!(bench.state().await, State::Clean);
        bench.run.refresh = true;
        assert_eq!(bench.converge().await.unwrap(), ["said"]);
        assert_eq!(bench.said(), ["careful", "careful"]);
    }

    #[test]
    fn wrong_fields_are_refused() {
        assert_eq!(validate("m", &fields(&KIND, &set("Info"))), Ok(()));
        assert!(validate("m", &fields(&KIND, &set("info"))).is_err());
        assert!(validate("m", &fields(&KIND, &[])).is_err());
        let entry = |name| Value::map([(Value::str(name), Value::str("x"))]);
        let with = |name| fields(&KIND, &[set("Info").to_vec(), vec![("fields", entry(name))]].concat());
        assert_eq!(validate("m", &with("CODE_1")), Ok(()));
        assert!(validate("m", &with("_CODE")).is_err());
        assert!(validate("m", &with("a b")).is_err());
        assert!(unsupported(&fields(&KIND, &[("syslog", Value::Bool(true))])).is_some());
    }

    #[test]
    fn a_journal_entry_is_as_the_protocol_says() {
        let plain = entry(Level::Notice, "one line", &[("CODE".to_owned(), b"7".to_vec())]);
        assert_eq!(plain, b"PRIORITY=5\nMESSAGE=one line\nCODE=7\n");
        let multi = entry(Level::Info, "a\nb", &[]);
        assert_eq!(multi, b"PRIORITY=6\nMESSAGE\n\x03\0\0\0\0\0\0\0a\nb\n");
    }
}
