//! What every stage does with collections: arranging, joining, and moving updates in and out.
//!
//! One worker thread owns all data, so nothing is exchanged and no type needs to be serialisable. Time is a number.

use differential_dataflow::consolidation::{ConsolidatingContainerBuilder, consolidate};
use differential_dataflow::operators::arrange::arrangement::arrange_core;
use differential_dataflow::operators::arrange::{Arranged, TraceAgent};
use differential_dataflow::operators::join::join_traces;
use differential_dataflow::trace::implementations::{ContainerChunker, ValBatcher, ValBuilder, ValSpine};
use differential_dataflow::{AsCollection, Data, VecCollection};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use timely::container::PushInto;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::generic::operator::Operator;
use timely::progress::frontier::MutableAntichain;

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

/// What `logic` makes of each two values of one key, and when: at the time given, when the later of them is there, or after it.
pub fn join<'scope, K: Data, V: Data, W: Data, D: Data>(
    left: Index<'scope, K, V>,
    right: Index<'scope, K, W>,
    mut logic: impl FnMut(&K, &V, &W, u64) -> (D, u64) + 'static,
) -> Rows<'scope, D> {
    join_traces::<_, _, _, _, ConsolidatingContainerBuilder<Vec<(D, u64, isize)>>>(
        left,
        right,
        move |key, left, right, time, left_diff, right_diff, output| {
            let (row, time) = logic(key, left, right, time);
            output.push_into((row, time, left_diff * right_diff));
        },
    )
    .as_collection()
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
