//! The judge: evaluates a program from scratch, slowly and obviously, and applies the rules of the graph to what it says.

use super::host::Host;
use mgmt_values::error::Error;
use mgmt_values::key::{Call, CellId, Context, Instance, Key, Step};
use mgmt_values::outcome::{Cell, Keying, Loop, Outcome, Reading, Reads, Role, Row, Yield};
use mgmt_values::resource::{Edge, Resource, ResourceId, SeekOrder};
use mgmt_values::value::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a program comes to.
#[derive(Debug, Default, PartialEq)]
pub struct Meaning {
    /// `kind[name]=content`
    pub vertices: BTreeSet<String>,
    /// As [`Host::arrows`] shows them.
    pub edges: BTreeSet<String>,
    /// Messages of uncaught errors.
    pub errors: BTreeSet<String>,
    /// Sources that are needed.
    pub demands: BTreeMap<Key, Call>,
    /// Whether a statement waits.
    pub waiting: bool,
    /// The statements that wait.
    pub waits: BTreeSet<CellId>,
}

/// Evaluates one instance at a time, each once, whatever it reads first.
struct World<'a> {
    answers: &'a BTreeMap<String, Result<Value, Error>>,
    instances: RefCell<HashMap<Instance, Cell>>,
    elements: RefCell<HashMap<Key, Value>>,
    values: RefCell<HashMap<Instance, Reading>>,
    demands: RefCell<BTreeMap<Key, Call>>,
}

struct Scope<'a> {
    world: &'a World<'a>,
    /// What the instance asks of its own sources, as far as is known.
    calls: RefCell<BTreeMap<Key, Call>>,
}

impl Reads for Scope<'_> {
    fn read(&self, key: &Key) -> Reading {
        let answer = |call: &Call| match self.world.answers.get(&call.to_string()) {
            Some(Ok(value)) => Reading::Value(value.clone()),
            Some(Err(error)) => Reading::Error(error.clone()),
            None => Reading::Pending,
        };
        match key {
            Key::Cell(cell, context) => self.world.value(&Instance { cell: *cell, context: context.clone() }),
            Key::Element(..) => self.world.elements.borrow().get(key).cloned().map_or(Reading::Pending, Reading::Value),
            Key::Shared(call) => answer(call),
            Key::Own(_) => self.calls.borrow().get(key).map_or(Reading::Pending, answer),
        }
    }
}

impl World<'_> {
    fn run(&self, instance: &Instance, cell: &Cell) -> Outcome {
        let scope = Scope { world: self, calls: RefCell::default() };
        loop {
            // Each turn learns what one more own source is asked.
            let outcome = cell.code.eval(instance, &scope);
            let calls: BTreeMap<Key, Call> =
                outcome.needs.iter().filter_map(|need| Some((need.key.clone(), need.call.clone()?))).collect();
            if calls == *scope.calls.borrow() {
                for need in &outcome.needs {
                    let call = match &need.key {
                        Key::Shared(call) => call.clone(),
                        Key::Own(_) => calls[&need.key].clone(),
                        _ => continue,
                    };
                    self.demands.borrow_mut().insert(need.key.clone(), call);
                }
                return outcome;
            }
            *scope.calls.borrow_mut() = calls;
        }
    }

    fn value(&self, instance: &Instance) -> Reading {
        if let Some(value) = self.values.borrow().get(instance) {
            return value.clone();
        }
        let Some(cell) = self.instances.borrow().get(instance).cloned() else { return Reading::Pending };
        let value = match self.run(instance, &cell).yielded {
            Yield::Value(value) => Reading::Value(value),
            Yield::Error(error) => Reading::Error(error),
            _ => Reading::Pending,
        };
        self.values.borrow_mut().insert(instance.clone(), value.clone());
        value
    }

    fn exist(&self, cells: &[Cell], context: &Context, statements: &mut Vec<Instance>) {
        for cell in cells {
            let instance = Instance { cell: cell.id, context: context.clone() };
            if cell.role == Role::Statement {
                statements.push(instance.clone());
            }
            assert!(self.instances.borrow_mut().insert(instance, cell.clone()).is_none(), "a program is a set of cells");
        }
    }

    fn unroll(&self, cell: CellId, context: &Context, of: &Loop, statements: &mut Vec<Instance>) {
        let list = || of.collection.as_list().unwrap_or_default().iter().cloned();
        let steps: Vec<(Step, Option<Value>)> = match of.keying {
            Keying::Position => list().enumerate().map(|(i, value)| (Step::Index(i as u32), Some(value))).collect(),
            Keying::Occurrence => {
                let all: Vec<Value> = list().collect();
                let nth = |i: usize| all[..i].iter().filter(|value| **value == all[i]).count() as u32;
                (0..all.len()).map(|i| (Step::Value(all[i].clone(), nth(i)), None)).collect()
            }
            Keying::Key => {
                let entries = of.collection.as_map().map(|map| map.entries().to_vec()).unwrap_or_default();
                entries.into_iter().map(|(key, value)| (Step::Key(key), Some(value))).collect()
            }
        };
        for (step, element) in steps {
            let inner = context.enter(step);
            if let Some(element) = element {
                self.elements.borrow_mut().insert(Key::Element(cell, inner.clone()), element);
            }
            self.exist(&of.body, &inner, statements);
        }
    }
}

/// Evaluates `cells` where calls answer as in `answers`.
pub fn meaning(cells: &[Cell], answers: &BTreeMap<String, Result<Value, Error>>) -> Meaning {
    let world = World {
        answers,
        instances: RefCell::default(),
        elements: RefCell::default(),
        values: RefCell::default(),
        demands: RefCell::default(),
    };
    let mut meaning = Meaning::default();
    let mut rows = Vec::new();
    let mut statements = Vec::new();
    world.exist(cells, &Context::ROOT, &mut statements);
    while let Some(instance) = statements.pop() {
        let cell = world.instances.borrow()[&instance].clone();
        match world.run(&instance, &cell).yielded {
            Yield::Rows(new) => rows.extend(new),
            Yield::Loop(of) => world.unroll(instance.cell, &instance.context, &of, &mut statements),
            Yield::Branch(cells) => world.exist(&cells, &instance.context, &mut statements),
            Yield::Error(error) => drop(meaning.errors.insert(error.message.to_string())),
            Yield::Pending => {
                meaning.waiting = true;
                meaning.waits.insert(instance.cell);
            }
            Yield::Value(_) => {}
        }
    }
    let strict: Vec<Instance> =
        world.instances.borrow().iter().filter(|(_, cell)| cell.role == Role::Strict).map(|(i, _)| i.clone()).collect();
    for instance in strict {
        world.value(&instance);
    }
    meaning.demands = world.demands.take();
    rules(rows, &mut meaning);
    meaning
}

/// The rules, for visible resources of one kind.
fn rules(rows: Vec<Row>, meaning: &mut Meaning) {
    let resources: Vec<&Resource> =
        rows.iter().filter_map(|row| if let Row::Resource(r) = row { Some(r) } else { None }).collect();
    let edges: Vec<&Edge> = rows.iter().filter_map(|row| if let Row::Edge(e) = row { Some(e) } else { None }).collect();
    let mut sorted = resources.clone();
    sorted.sort_by(|a, b| a.id.name.compare(&b.id.name).then(a.site.cmp(&b.site)));
    for pair in sorted.windows(2) {
        if pair[0].id == pair[1].id && pair[0].fields.text("content") != pair[1].fields.text("content") {
            meaning.errors.insert(format!("inequivalent duplicate resource `{}` found: the field `content` differs", pair[0].id));
        }
    }
    sorted.dedup_by(|b, a| a.id == b.id);
    meaning.vertices = sorted.iter().map(|r| format!("{}={}", r.id, r.fields.text("content"))).collect();
    let exists = |id: &ResourceId| sorted.iter().any(|r| r.id == *id);
    let mut explicit: BTreeMap<String, (bool, BTreeSet<String>)> = BTreeMap::new();
    let mut senders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for edge in edges {
        for end in [&edge.from, &edge.to] {
            if !exists(end) && !meaning.waiting {
                meaning.errors.insert(format!("edge cannot find resource kind: {} named: `{}`", end.kind, end.name));
            }
        }
        if exists(&edge.from) && exists(&edge.to) {
            let state = explicit.entry(format!("{} -> {}", edge.from, edge.to)).or_default();
            state.0 |= edge.notify;
            if let Some(link) = &edge.link {
                state.1.insert(format!(" {}>{}", link.send, link.receive));
                let fed = format!("resource: `{}` has duplicate receive on: `{}` param", edge.to, link.receive);
                senders.entry(fed).or_default().insert(format!("{}.{}", edge.from, link.send));
            }
        }
    }
    meaning.errors.extend(senders.into_iter().filter(|(_, senders)| senders.len() > 1).map(|(message, _)| message));
    let arrow = |(edge, (notify, links)): (&String, &(bool, BTreeSet<String>))| {
        format!("{edge}{}{}", if *notify { "!" } else { "" }, links.iter().map(String::as_str).collect::<String>())
    };
    meaning.edges = explicit.iter().map(arrow).collect();
    for seeker in &sorted {
        for seek in &seeker.identities.seeks {
            let found = seek.chain.iter().find_map(|wanted| {
                sorted.iter().find(|other| other.id != seeker.id && other.identities.provides.contains(wanted))
            });
            let Some(found) = found else { continue };
            let (from, to) = if seek.order == SeekOrder::FoundFirst { (found, seeker) } else { (seeker, found) };
            let edge = format!("{} -> {}", from.id, to.id);
            if !explicit.contains_key(&edge) {
                meaning.edges.insert(format!("{edge}~"));
            }
        }
    }
}

impl Host {
    /// What the dataflow has made of the program, in the form of the judge.
    pub fn meaning(&self) -> Meaning {
        Meaning {
            vertices: self.shown().into_iter().collect(),
            edges: self.arrows().into_iter().collect(),
            errors: self.messages().into_iter().collect(),
            demands: self.sources.clone(),
            waiting: false,
            waits: BTreeSet::new(),
        }
    }
}
