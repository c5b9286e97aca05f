//! What every stage does with collections: arranging, keeping state, and moving updates in and out.
//!
//! One worker thread owns all data, so nothing is exchanged and no type needs to be serialisable. Time is a number.

use differential_dataflow::consolidation::consolidate;
use differential_dataflow::operators::arrange::arrangement::arrange_core;
use differential_dataflow::operators::arrange::{Arranged, TraceAgent};
use differential_dataflow::trace::implementations::{ContainerChunker, ValBatcher, ValBuilder, ValSpine};
use differential_dataflow::{AsCollection, Data, VecCollection};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use timely::container::CapacityContainerBuilder;
use timely::dataflow::Scope;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::Capability;
use timely::dataflow::operators::core::input::Handle;
use timely::dataflow::operators::generic::builder_rc::OperatorBuilder;
use timely::dataflow::operators::generic::operator::Operator;
use timely::progress::frontier::MutableAntichain;
use timely::progress::operate::FrontierInterest;

/// What is added (positive) and taken away (negative), in no order.
pub type Updates<D> = Vec<(D, isize)>;

/// A collection.
pub type Rows<'scope, D> = VecCollection<'scope, u64, D, isize>;

/// A collection indexed by key.
pub type Index<'scope, K, V> = Arranged<'scope, TraceAgent<ValSpine<K, V, u64, isize>>>;

/// Indexes a collection by its key.
pub fn arrange<'scope, K: Data, V: Data>(collection: Rows<'scope, (K, V)>, name: &str) -> Index<'scope, K, V> {
    arrange_core::<
        _,
        _,
        ContainerChunker<Vec<((K, V), u64, isize)>>,
        ValBatcher<K, V, u64, isize>,
        ValBuilder<K, V, u64, isize>,
        ValSpine<K, V, u64, isize>,
    >(collection.inner, Pipeline, name)
}

/// What `logic` makes of the changes of each time, when all of them are there, one time after the other. What it gives is of that time
/// or a later one.
pub fn in_order<'scope, D: Data, E: Data>(
    rows: Rows<'scope, D>,
    name: &str,
    mut logic: impl FnMut(u64, Updates<D>, &mut Vec<(E, u64, isize)>) + 'static,
) -> Rows<'scope, E> {
    let mut builder = OperatorBuilder::new(name.to_owned(), rows.inner.scope());
    let mut input = builder.new_input(rows.inner, Pipeline);
    builder.set_notify_for(0, FrontierInterest::IfCapability);
    let (mut output, given) = builder.new_output();
    builder.build(move |_| {
        // What is to be taken in, by when, and the right to speak then.
        let mut due: BTreeMap<u64, (Capability<u64>, Updates<D>)> = BTreeMap::new();
        move |frontiers| {
            input.for_each(|capability, batch| {
                for (row, time, diff) in batch.drain(..) {
                    let (_, changes) = due.entry(time).or_insert_with(|| (capability.delayed(&time, 0), Vec::new()));
                    changes.push((row, diff));
                }
            });
            let mut output = output.activate();
            while let Some(next) = due.first_entry().filter(|next| !frontiers[0].less_equal(next.key())) {
                let (time, (capability, changes)) = next.remove_entry();
                let mut given = Vec::new();
                logic(time, changes, &mut given);
                output.give(&capability, &mut given);
            }
        }
    });
    given.as_collection()
}

/// Hands over the net changes under each key, in the order of keys: what comes and goes at once is no change.
pub fn by_key<K: Ord, V: Ord>(mut changes: Updates<(K, V)>, mut visit: impl FnMut(K, &mut Updates<V>)) {
    consolidate(&mut changes);
    let mut rows = Vec::new();
    let mut changes = changes.into_iter().peekable();
    while let Some(((key, row), diff)) = changes.next() {
        rows.push((row, diff));
        while let Some(((_, row), diff)) = changes.next_if(|((next, _), _)| *next == key) {
            rows.push((row, diff));
        }
        visit(key, &mut rows);
        rows.clear();
    }
}

/// Where a dataflow is given what changes, by the thread that steps it.
#[derive(Debug)]
pub struct Inlet<D: Data>(Handle<u64, Buffer<D>>);

type Buffer<D> = CapacityContainerBuilder<Vec<(D, u64, isize)>>;

impl<D: Data> Inlet<D> {
    /// An inlet, and the collection that it feeds.
    pub fn new<'scope>(scope: Scope<'scope, u64>) -> (Inlet<D>, Rows<'scope, D>) {
        let mut handle = Handle::new();
        let rows = handle.to_stream(scope).as_collection();
        (Inlet(handle), rows)
    }

    /// Gives everything that changes at once, in a buffer of just that size: most changes are small.
    pub fn give(&mut self, updates: impl IntoIterator<Item = (D, isize)>) {
        let time = *self.0.time();
        self.0.send_batch(&mut updates.into_iter().map(|(data, diff)| (data, time, diff)).collect());
    }

    /// Nothing more comes before `time`.
    pub fn advance(&mut self, time: u64) {
        self.0.advance_to(time);
    }

    /// The time of what is given now.
    pub fn time(&self) -> u64 {
        *self.0.time()
    }
}

/// Where a dataflow leaves what it found, for the thread that steps it.
#[derive(Clone, Debug)]
pub struct Outlet<D> {
    updates: Rc<RefCell<Updates<D>>>,
    /// Nothing more comes of before this time.
    frontier: Rc<Cell<u64>>,
}

impl<D: Data> Outlet<D> {
    /// An outlet that an operator fills.
    pub fn new() -> Outlet<D> {
        Outlet { updates: Rc::default(), frontier: Rc::default() }
    }

    /// Collects `collection`.
    pub fn of(collection: Rows<'_, D>) -> Outlet<D> {
        let outlet = Outlet::new();
        let inlet = outlet.clone();
        collection.inner.sink(Pipeline, "Outlet", move |(input, frontier)| {
            input.for_each(|_, batch| inlet.give(batch.drain(..).map(|(data, _, diff)| (data, diff))));
            inlet.advance([frontier]);
        });
        outlet
    }

    /// Adds updates.
    pub fn give(&self, updates: impl IntoIterator<Item = (D, isize)>) {
        self.updates.borrow_mut().extend(updates);
    }

    /// Takes in how far the inputs of the operator that fills it have come.
    pub fn advance<'a>(&self, frontiers: impl IntoIterator<Item = &'a MutableAntichain<u64>>) {
        let next = frontiers.into_iter().filter_map(|frontier| frontier.frontier().iter().min().copied()).min();
        self.frontier.set(next.unwrap_or(u64::MAX));
    }

    /// Whether everything of before `time` is there.
    pub fn reached(&self, time: u64) -> bool {
        self.frontier.get() >= time
    }

    /// The net updates since it was last asked, sorted.
    pub fn drain(&self) -> Updates<D>
    where
        D: Ord,
    {
        let mut updates = std::mem::take(&mut *self.updates.borrow_mut());
        consolidate(&mut updates);
        updates
    }
}
