//! `print`: says something to the user.

use super::table::{BOOL, STR, always_valid, field, no_identities};
use crate::host::{Host, Level};
use crate::resource::{Applied, Checked, Events, Failure, Resource, Run, State, Task, Watch};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};
use mgmt_values::text::Text;
use std::sync::{Mutex, PoisonError};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "print",
    doc: "Prints a message, once for each text it is given.\n\nPrinting counts as a change, so whoever is notified by a `print` is told \
          each time. With `refresh_only` it prints when it is notified and at no other time.",
    fields: &[
        field("msg", STR, "The text. An empty one is printed as `<empty>`."),
        field("refresh_only", BOOL, "Print on a notification alone. Such a resource is never grouped."),
    ],
    sends: &[],
    traits: Traits { refreshes: true, receives: true, autoedges: false, autogroups: true, ..Traits::PLAIN },
    constants: &[],
    validate: always_valid,
    identities: no_identities,
};

struct Print {
    name: String,
    host: Host,
    printed: Mutex<Option<Text>>,
}

/// Makes one.
pub fn make(name: &str, host: &Host) -> Box<dyn Resource> {
    Box::new(Print { name: name.to_owned(), host: host.clone(), printed: Mutex::new(None) })
}

fn text(fields: &Fields) -> Text {
    fields.get("msg").and_then(|msg| msg.as_text().cloned()).unwrap_or_else(|| "".into())
}

impl Print {
    fn due(&self, fields: &Fields, run: &Run) -> bool {
        if fields.flag("refresh_only") {
            return run.refresh;
        }
        self.printed.lock().unwrap_or_else(PoisonError::into_inner).as_ref() != Some(&text(fields))
    }
}

impl Resource for Print {
    fn watch(&self, _: &Fields, _: Events) -> Result<Watch, Failure> {
        Ok(Watch::none())
    }

    fn check<'a>(&'a self, fields: &'a Fields, run: &'a Run) -> Task<'a, Checked> {
        Box::pin(async move {
            let due = self.due(fields, run);
            let state = if due { State::Unknown(format!("print {}", text(fields).quoted())) } else { State::Clean };
            Ok(Checked::found(state))
        })
    }

    fn apply<'a>(&'a self, fields: &'a Fields, run: &'a Run) -> Task<'a, Applied> {
        Box::pin(async move {
            if !self.due(fields, run) {
                return Ok(Applied::changed(Vec::new()));
            }
            let text = text(fields);
            let shown = if text.as_bytes().is_empty() { "<empty>".into() } else { text.to_str() };
            self.host.messages.say(format_args!("print[{}]", self.name), Level::Info, shown);
            *self.printed.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
            Ok(Applied::changed(vec!["printed".to_owned()]))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, fields};
    use super::*;
    use mgmt_values::value::Value;

    #[tokio::test]
    async fn each_text_is_printed_once() {
        let mut bench = Bench::new(&KIND, "p", &[("msg", Value::str("hello"))]);
        assert_eq!(bench.state().await, State::Unknown("print \"hello\"".to_owned()));
        assert_eq!(bench.converge().await.unwrap(), ["printed"]);
        assert_eq!(bench.converge().await.unwrap(), [""; 0]);

        bench.fields = fields(&KIND, &[("msg", Value::str(""))]);
        assert_eq!(bench.converge().await.unwrap(), ["printed"]);
        assert_eq!(bench.said(), ["hello", "<empty>"]);
    }

    #[tokio::test]
    async fn a_notification_prints_only_with_refresh_only() {
        let mut plain = Bench::new(&KIND, "p", &[("msg", Value::str("hello"))]);
        plain.converge().await.unwrap();
        plain.run.refresh = true;
        assert_eq!(plain.state().await, State::Clean);

        let set = [("msg", Value::str("again")), ("refresh_only", Value::Bool(true))];
        let mut only = Bench::new(&KIND, "p", &set);
        assert_eq!(only.state().await, State::Clean);
        only.run.refresh = true;
        assert_eq!(only.converge().await.unwrap(), ["printed"]);
        assert_eq!(only.converge().await.unwrap(), ["printed"]);
        assert_eq!(only.said(), ["again", "again"]);
    }
}
