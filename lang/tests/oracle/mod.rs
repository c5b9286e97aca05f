//! The oracle: a slow and obvious interpreter of cells, from scratch every time.
//!
//! It knows nothing of increments, levels or strictness: it evaluates a value cell when somebody reads it, and every statement that exists.
//! Whatever an incremental engine does over a history of inputs has to agree with it at every epoch.

use mgmt_values::outcome::Role;
use mgmt_values::{Call, Cell, CellId, Context, Error, Instance, Key, Keying, Reading, Reads, Row, Step, Value, Yield};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What a program comes to over one state of the world.
#[derive(Debug, Default)]
pub struct Meaning {
    /// Resources and edges of all statements that could be evaluated, sorted by their text.
    pub rows: Vec<Row>,
    /// Uncaught errors.
    pub errors: Vec<Error>,
    /// The sources that are asked, and what they are to do.
    pub demands: BTreeSet<(Key, Call)>,
    /// How many statements wait for a source.
    pub pending: usize,
    /// How many instances of value cells were evaluated.
    pub values: usize,
}

/// What a program means; `world` answers sources.
pub fn meaning(cells: &[Cell], world: &dyn Fn(&Key, &Call) -> Reading) -> Meaning {
    let oracle = Oracle { world, state: RefCell::default() };
    oracle.enter(cells, &Context::ROOT);
    let state = oracle.state.into_inner();
    let mut meaning = state.meaning;
    meaning.rows.sort_by_key(|row| format!("{row:?}"));
    meaning.values = state.values.len();
    meaning
}

struct Oracle<'w> {
    world: &'w dyn Fn(&Key, &Call) -> Reading,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    cells: BTreeMap<(CellId, Context), Cell>,
    elements: BTreeMap<(CellId, Context), Value>,
    values: BTreeMap<(CellId, Context), Reading>,
    meaning: Meaning,
}

impl Oracle<'_> {
    /// Brings cells into being in a context: first all values, then all statements.
    fn enter(&self, cells: &[Cell], context: &Context) {
        for cell in cells.iter().filter(|cell| cell.role != Role::Statement) {
            self.state.borrow_mut().cells.insert((cell.id, context.clone()), cell.clone());
        }
        for cell in cells.iter().filter(|cell| cell.role == Role::Statement) {
            match self.run(cell, context) {
                Yield::Pending => self.state.borrow_mut().meaning.pending += 1,
                Yield::Error(error) => self.state.borrow_mut().meaning.errors.push(error),
                Yield::Rows(rows) => self.state.borrow_mut().meaning.rows.extend(rows),
                Yield::Branch(cells) => self.enter(&cells, context),
                Yield::Loop(each) => self.each(cell.id, &each, context),
                Yield::Value(value) => panic!("a statement yields {value}"),
            }
        }
    }

    fn each(&self, cell: CellId, each: &mgmt_values::Loop, context: &Context) {
        let list = each.collection.as_list().unwrap_or_default();
        for (index, element) in list.iter().enumerate() {
            let earlier = list[..index].iter().filter(|other| *other == element).count();
            let inner = context.enter(match each.keying {
                Keying::Occurrence => Step::Value(element.clone(), earlier as u32),
                _ => Step::Index(index as u32),
            });
            self.state.borrow_mut().elements.insert((cell, inner.clone()), element.clone());
            self.enter(&each.body, &inner);
        }
        for (key, value) in each.collection.as_map().map(|map| map.entries()).unwrap_or_default() {
            let inner = context.enter(Step::Key(key.clone()));
            self.state.borrow_mut().elements.insert((cell, inner.clone()), value.clone());
            self.enter(&each.body, &inner);
        }
    }

    fn run(&self, cell: &Cell, context: &Context) -> Yield {
        let asking = Asking { oracle: self, level: cell.level };
        let outcome = cell.code.eval(&Instance { cell: cell.id, context: context.clone() }, &asking);
        // Own sources say what they are to do beside the key, so they are asked once the needs are there, and the cell runs again.
        let mut known = BTreeMap::new();
        let mut outcome = outcome;
        loop {
            let mut fresh = false;
            for need in &outcome.needs {
                let call = match &need.key {
                    Key::Shared(call) => Some(call),
                    _ => need.call.as_ref(),
                };
                let Some(call) = call else { continue };
                self.state.borrow_mut().meaning.demands.insert((need.key.clone(), call.clone()));
                if !known.contains_key(&need.key) {
                    known.insert(need.key.clone(), (self.world)(&need.key, call));
                    fresh = true;
                }
            }
            if !fresh {
                return outcome.yielded;
            }
            outcome =
                cell.code.eval(&Instance { cell: cell.id, context: context.clone() }, &Known { asking: &asking, known: &known });
        }
    }
}

struct Asking<'o, 'w> {
    oracle: &'o Oracle<'w>,
    level: u32,
}

impl Reads for Asking<'_, '_> {
    fn read(&self, key: &Key) -> Reading {
        let state = &self.oracle.state;
        match key {
            Key::Element(cell, context) => {
                let element = state.borrow().elements.get(&(*cell, context.clone())).cloned();
                element.map_or(Reading::Pending, Reading::Value)
            }
            Key::Cell(id, context) => {
                let at = (*id, context.clone());
                if let Some(known) = state.borrow().values.get(&at) {
                    return known.clone();
                }
                let cell = state.borrow().cells.get(&at).cloned();
                let cell = cell.unwrap_or_else(|| panic!("{id:?} does not exist in {context:?}"));
                assert!(cell.level < self.level, "{id:?} is read at its own level or below");
                let reading = match self.oracle.run(&cell, context) {
                    Yield::Value(value) => Reading::Value(value),
                    Yield::Error(error) => Reading::Error(error),
                    Yield::Pending => Reading::Pending,
                    other => panic!("a value cell yields {other:?}"),
                };
                state.borrow_mut().values.insert(at, reading.clone());
                reading
            }
            Key::Shared(_) | Key::Own(_) => Reading::Pending,
        }
    }
}

struct Known<'k, 'o, 'w> {
    asking: &'k Asking<'o, 'w>,
    known: &'k BTreeMap<Key, Reading>,
}

impl Reads for Known<'_, '_, '_> {
    fn read(&self, key: &Key) -> Reading {
        self.known.get(key).cloned().unwrap_or_else(|| self.asking.read(key))
    }
}
