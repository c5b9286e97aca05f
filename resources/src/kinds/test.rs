//! `test`: a harmless resource with a field of every type.

use super::table::{BOOL, INT, STR, STRS, defaulted, field, no_identities, optional};
use crate::host::{Host, Level};
use crate::resource::{Applied, Checked, Events, Failure, Resource, Run, Sent, Task, Watch};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Field, FieldType, Kind, Literal, Traits};
use mgmt_values::value::Value;
use std::time::Duration;
use tokio::sync::Notify;

/// The declaration.
pub static KIND: Kind = Kind {
    name: "test",
    doc: "Has a field of every type, touches nothing, and is always as it should be unless it is told to fail. For tests of programs.",
    fields: &[
        field("bool", BOOL, "A `bool`."),
        field("str", STR, "A `str`."),
        field("int", INT, "An `int`."),
        field("int8", FieldType::Int(8), "An `int` of 8 bits."),
        field("int16", FieldType::Int(16), "An `int` of 16 bits."),
        field("int32", FieldType::Int(32), "An `int` of 32 bits."),
        field("int64", FieldType::Int(64), "An `int` of 64 bits."),
        field("uint", FieldType::Uint(64), "An `int` without sign."),
        field("uint8", FieldType::Uint(8), "An `int` of 8 bits without sign."),
        field("uint16", FieldType::Uint(16), "An `int` of 16 bits without sign."),
        field("uint32", FieldType::Uint(32), "An `int` of 32 bits without sign."),
        field("uint64", FieldType::Uint(64), "An `int` of 64 bits without sign."),
        field("byte", FieldType::Uint(8), "A byte."),
        field("rune", FieldType::Int(32), "A character, by number."),
        field("float32", FieldType::Float(32), "A `float` of 32 bits."),
        field("float64", FieldType::Float(64), "A `float` of 64 bits."),
        optional("boolptr", BOOL, "A `bool` that may be missing."),
        optional("stringptr", STR, "A `str` that may be missing."),
        optional("int64ptr", FieldType::Int(64), "An `int` that may be missing."),
        optional("int8ptr", FieldType::Int(8), "An `int` of 8 bits that may be missing."),
        optional("uint8ptr", FieldType::Uint(8), "An `int` of 8 bits without sign that may be missing."),
        optional("int8ptrptrptr", FieldType::Int(8), "An `int` of 8 bits that may be missing."),
        field("slicestring", STRS, "A list."),
        field("mapintfloat", FieldType::Map(&INT, &FieldType::Float(64)), "A map."),
        field(
            "mixedstruct",
            FieldType::Struct(&[
                ("somebool", FieldType::Bool),
                ("somestr", FieldType::Str),
                ("someint", FieldType::Int(64)),
                ("somefloat", FieldType::Float(64)),
            ]),
            "A struct.",
        ),
        field("interface", FieldType::Variant, "A value of any type."),
        field("anotherstr", STR, "Another `str`."),
        field("func1", FieldType::Func("func(0 int) str"), "A function. It is never called."),
        field("validatebool", BOOL, "Makes the resource invalid."),
        field("validateerror", STR, "Makes the resource invalid, with this message."),
        field("alwaysgroup", BOOL, "Lets others be grouped into it."),
        field("comparefail", BOOL, "Makes it differ from every other one."),
        field("sendvalue", STR, "What it sends as `hello`."),
        optional("expectrecv", STRS, "Fails unless it receives as many fields as this names."),
        field("onlyshow", STRS, "The fields that it says when it is checked first; all where none is named."),
        field("waitforerror", INT, "Fails after this many milliseconds, where not 0."),
        field("comment", STR, "Text for the reader of the program; ignored."),
    ],
    sends: &[HELLO, ANSWER],
    traits: Traits {
        refreshes: true,
        receives: true,
        autoedges: false,
        autogroups: true,
        unlike: Some(|fields| fields.flag("comparefail").then_some("`comparefail` is set")),
        ..Traits::PLAIN
    },
    constants: &[],
    validate,
    identities: no_identities,
};

const HELLO: Field = field("hello", STR, "What `sendvalue` says.");
const ANSWER: Field = defaulted("answer", INT, Literal::Int(-1), "Always 42.");

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    if fields.flag("validatebool") {
        return Err("the validate param was set to true".to_owned());
    }
    match fields.text("validateerror") {
        error if error.is_empty() => Ok(()),
        error => Err(format!("the validate error param was set to: {error}")),
    }
}

struct Test {
    name: String,
    host: Host,
    cancelled: Notify,
}

/// Makes one.
pub fn make(name: &str, host: &Host) -> Box<dyn Resource> {
    Box::new(Test { name: name.to_owned(), host: host.clone(), cancelled: Notify::new() })
}

impl Test {
    fn say(&self, text: impl Into<String>) {
        self.host.messages.say(format_args!("test[{}]", self.name), Level::Debug, text);
    }
}

fn sent(fields: &Fields) -> Sent {
    vec![(HELLO.name, Value::str(fields.text("sendvalue"))), (ANSWER.name, Value::Int(42))]
}

impl Resource for Test {
    fn watch(&self, _: &Fields, _: Events) -> Result<Watch, Failure> {
        Ok(Watch::none())
    }

    fn check<'a>(&'a self, fields: &'a Fields, run: &'a Run) -> Task<'a, Checked> {
        Box::pin(async move {
            for (field, changed) in &run.received {
                self.say(format!("received `{field}`{}", if *changed { ", changed" } else { "" }));
            }
            if run.refresh {
                self.say("received a notification");
            }
            let expected = fields.get("expectrecv");
            if let Some(expected) = expected.as_ref().and_then(Value::as_list)
                && expected.len() != run.received.len()
            {
                let got: Vec<&str> = run.received.iter().map(|(field, _)| field.as_str()).collect();
                return Err(Failure::new(format!("the received keys differ from expected, got: [{}]", got.join(", "))));
            }
            let wait = Duration::from_millis(fields.int("waitforerror").try_into().unwrap_or(0));
            if !wait.is_zero() {
                tokio::select! {
                    () = self.host.watchers.sleep(wait) => {}
                    () = self.cancelled.notified() => return Err(Failure::new("cancelled")),
                }
                return Err(Failure::new(format!("waitforerror after {} ms", wait.as_millis())));
            }
            let shown = fields.texts("onlyshow");
            for (index, value) in fields.set() {
                let name = KIND.fields[usize::from(*index)].name;
                if shown.is_empty() || shown.iter().any(|shown| shown.eq_ignore_ascii_case(name)) {
                    self.say(format!("{name}: {value}"));
                }
            }
            Ok(Checked { sent: sent(fields), ..Checked::clean() })
        })
    }

    fn apply<'a>(&'a self, fields: &'a Fields, _: &'a Run) -> Task<'a, Applied> {
        Box::pin(async move { Ok(Applied { changes: Vec::new(), sent: sent(fields) }) })
    }

    fn cancel(&self) {
        self.cancelled.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, fields, strs};
    use super::*;
    use crate::resource::State;

    #[tokio::test]
    async fn sends_what_it_is_told_to() {
        let bench = Bench::new(&KIND, "t", &[("sendvalue", Value::str("hi")), ("int8", Value::Int(7))]);
        let checked = bench.check().await.unwrap();
        assert_eq!(checked.state, State::Clean);
        assert_eq!(checked.sent, [("hello", Value::str("hi")), ("answer", Value::Int(42))]);
        assert_eq!(bench.said(), ["int8: 7", "sendvalue: \"hi\""]);
    }

    #[tokio::test]
    async fn counts_what_it_receives() {
        let mut bench = Bench::new(&KIND, "t", &[("expectrecv", strs(&["str", "int"]))]);
        let failure = bench.check().await.unwrap_err();
        assert_eq!(failure.message, "the received keys differ from expected, got: []");
        bench.run.received = vec![("str".to_owned(), true), ("int".to_owned(), false)];
        assert_eq!(bench.state().await, State::Clean);
    }

    #[tokio::test]
    async fn fails_after_a_while_or_when_cancelled() {
        let bench = Bench::new(&KIND, "t", &[("waitforerror", Value::Int(10))]);
        assert_eq!(bench.check().await.unwrap_err().message, "waitforerror after 10 ms");
        let bench = Bench::new(&KIND, "t", &[("waitforerror", Value::Int(3_600_000))]);
        let (failed, ()) = tokio::join!(bench.check(), async { bench.resource.cancel() });
        assert_eq!(failed.unwrap_err().message, "cancelled");
    }

    #[test]
    fn can_be_made_invalid() {
        let error = |name, value| validate("t", &fields(&KIND, &[(name, value)])).unwrap_err();
        assert_eq!(error("validatebool", Value::Bool(true)), "the validate param was set to true");
        assert_eq!(error("validateerror", Value::str("no")), "the validate error param was set to: no");
    }
}
