//! What tests of programs share: two small kinds of resources, files in memory, and a world that answers by call.

use crate::oracle::{self, Meaning};
use mgmt_lang::compile::{Compiled, Options, Refused, compile};
use mgmt_lang::modules::Memory;
use mgmt_values::resource::Identities;
use mgmt_values::schema::{Field, FieldType, Kind, Kinds, Literal, Traits};
use mgmt_values::{Call, Cell, Error, Key, Reading, Row, Site, Value};
use std::cell::RefCell;
use std::collections::BTreeMap;

const fn field(name: &'static str, ty: FieldType) -> Field {
    Field { name, ty, optional: false, default: Literal::Zero, doc: "A field." }
}

static NOOP: Kind = Kind {
    name: "noop",
    doc: "Nothing.",
    fields: &[],
    sends: &[],
    traits: Traits { refreshes: true, receives: false, autoedges: false, autogroups: false, ..Traits::PLAIN },
    constants: &[],
    validate: |_, _| Ok(()),
    identities: |_, _| Identities::default(),
};

static TEST: Kind = Kind {
    name: "test",
    doc: "A field of each sort.",
    fields: &[
        field("text", FieldType::Str),
        field("number", FieldType::Int(64)),
        field("small", FieldType::Int(8)),
        field("single", FieldType::Float(32)),
        field("flag", FieldType::Bool),
        field("any", FieldType::Variant),
        field("wrong", FieldType::Str),
    ],
    sends: &[field("out", FieldType::Str)],
    traits: Traits { refreshes: true, receives: true, autoedges: false, autogroups: false, ..Traits::PLAIN },
    constants: &[],
    validate: |_, fields| if fields.text("wrong").is_empty() { Ok(()) } else { Err(fields.text("wrong")) },
    identities: |_, _| Identities::default(),
};

/// Compiles a program.
pub fn attempt(text: &str) -> Result<Compiled, Box<Refused>> {
    let kinds: Kinds = [&NOOP, &TEST].into_iter().collect();
    compile("/main.mcl", &Memory::of([("/main.mcl", text)]), &kinds, &Options::default())
}

/// Compiles a program that is right.
pub fn compiled(text: &str) -> Compiled {
    attempt(text).unwrap_or_else(|refused| panic!("{:#?}", refused.diagnostics))
}

/// The cells of a program that is right.
pub fn cells(text: &str) -> Vec<Cell> {
    compiled(text).cells
}

/// What the host answers, by the text of the call; everything else is not known yet.
#[derive(Default)]
pub struct World {
    answers: BTreeMap<String, Result<Value, String>>,
    /// Answers of one call are numbered where this is set: each key has its own.
    numbered: RefCell<BTreeMap<Key, i64>>,
}

impl World {
    /// The call has this value.
    pub fn value(mut self, call: &str, value: Value) -> World {
        self.answers.insert(call.to_owned(), Ok(value));
        self
    }

    /// The call fails.
    pub fn error(mut self, call: &str, message: &str) -> World {
        self.answers.insert(call.to_owned(), Err(message.to_owned()));
        self
    }

    /// What `text` means in this world.
    pub fn meaning(&self, text: &str) -> Meaning {
        oracle::meaning(&cells(text), &|key, call| self.answer(key, call))
    }

    fn answer(&self, key: &Key, call: &Call) -> Reading {
        if call.function() == "random1" {
            let mut numbered = self.numbered.borrow_mut();
            let next = numbered.len() as i64;
            return Reading::Value(Value::str(format!("random{}", numbered.entry(key.clone()).or_insert(next))));
        }
        match self.answers.get(&call.to_string()) {
            Some(Ok(value)) => Reading::Value(value.clone()),
            Some(Err(message)) => {
                let error = Error::catchable(Site::default(), message.as_str());
                Reading::Error(Error { place: None, ..error })
            }
            None => Reading::Pending,
        }
    }
}

/// Resources as `kind[name] field=value …` and edges as `a -> b`, sorted.
pub fn shown(meaning: &Meaning) -> Vec<String> {
    let mut lines: Vec<String> = meaning.rows.iter().map(line).collect();
    lines.sort();
    lines
}

fn line(row: &Row) -> String {
    match row {
        Row::Resource(resource) => {
            let fields = resource.fields.set().iter().map(|(index, value)| {
                let name = resource.fields.kind().fields[usize::from(*index)].name;
                format!(" {name}={value}")
            });
            format!("{}{}", resource.id, fields.collect::<String>())
        }
        Row::Edge(edge) => {
            let arrow = if edge.notify { "=>" } else { "->" };
            let link = edge.link.as_ref().map(|link| format!(" {}.{}", link.send, link.receive)).unwrap_or_default();
            format!("{} {arrow} {}{link}", edge.from, edge.to)
        }
    }
}

/// The lines of a program that reads nothing from outside and has no errors.
pub fn graph(text: &str) -> Vec<String> {
    let meaning = World::default().meaning(text);
    assert!(meaning.errors.is_empty() && meaning.pending == 0, "{meaning:?}");
    shown(&meaning)
}

/// The calls that are asked for, sorted.
pub fn asked(meaning: &Meaning) -> Vec<String> {
    let mut calls: Vec<String> = meaning.demands.iter().map(|(_, call)| call.to_string()).collect();
    calls.sort();
    calls
}
