//! What every stage does with collections: arranging, reducing, and moving updates in and out.
//!
//! One worker thread owns all data, so nothing is exchanged and no type needs to be serialisable.

use differential_dataflow::consolidation::consolidate;
use differential_dataflow::lattice::Lattice;
use differential_dataflow::operators::arrange::arrangement::arrange_core;
use differential_dataflow::operators::arrange::{Arranged, TraceAgent};
use differential_dataflow::trace::implementations::{ContainerChunker, ValBatcher, ValBuilder, ValSpine};
use differential_dataflow::{Data, VecCollection};
use std::cell::RefCell;
use std::rc::Rc;
use timely::dataflow::ProbeHandle;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::generic::operator::Operator;
use timely::dataflow::operators::probe::Probe;
use timely::progress::Timestamp;

/// What is added (positive) and taken away (negative), in no order.
pub type Updates<D> = Vec<(D, isize)>;

/// A collection indexed by key.
pub type Index<'scope, T, K, V> = Arranged<'scope, TraceAgent<ValSpine<K, V, T, isize>>>;

/// Indexes a collection by its key.
pub fn arrange<'scope, T, K, V>(collection: VecCollection<'scope, T, (K, V), isize>, name: &str) -> Index<'scope, T, K, V>
where
    T: Timestamp + Lattice,
    K: Data,
    V: Data,
{
    arrange_core::<
        _,
        _,
        ContainerChunker<Vec<((K, V), T, isize)>>,
        ValBatcher<K, V, T, isize>,
        ValBuilder<K, V, T, isize>,
        ValSpine<K, V, T, isize>,
    >(collection.inner, Pipeline, name)
}

/// Applies `logic` to each key and its values, every value once with how often it is there; what `logic` pushes is the output of the
/// key. Keys without values have no output.
pub fn reduce<'scope, T, K, V, W, L>(input: Index<'scope, T, K, V>, name: &str, mut logic: L) -> Index<'scope, T, K, W>
where
    T: Timestamp + Lattice,
    K: Data,
    V: Data,
    W: Data,
    L: FnMut(&K, &[(&V, isize)], &mut Updates<W>) + 'static,
{
    input.reduce_abelian::<_, ValBuilder<K, W, T, isize>, ValSpine<K, W, T, isize>, _, _>(
        name,
        move |key, values, output| logic(key, values, output),
        |batch, key, updates| {
            batch.clear();
            batch.extend(updates.drain(..).map(|(value, time, diff)| ((key.clone(), value), time, diff)));
        },
    )
}

/// Where a dataflow leaves what it found, for the thread that steps it.
#[derive(Debug)]
pub struct Outlet<D>(Rc<RefCell<Updates<D>>>);

impl<D: Data> Outlet<D> {
    /// Collects `collection`; `probe` tells when an epoch is complete.
    pub fn new<'scope, T>(collection: VecCollection<'scope, T, D, isize>, probe: &ProbeHandle<T>) -> Outlet<D>
    where
        T: Timestamp + Lattice,
    {
        let updates = Rc::new(RefCell::new(Vec::new()));
        let inlet = Rc::clone(&updates);
        collection.inner.probe_with(probe).sink(Pipeline, "Outlet", move |(input, _)| {
            input.for_each(|_, batch| inlet.borrow_mut().extend(batch.drain(..).map(|(data, _, diff)| (data, diff))));
        });
        Outlet(updates)
    }

    /// The net updates since it was last asked, sorted.
    pub fn drain(&self) -> Updates<D>
    where
        D: Ord,
    {
        let mut updates = self.take();
        consolidate(&mut updates);
        updates
    }

    /// The updates since it was last asked, as they came.
    pub fn take(&self) -> Updates<D> {
        std::mem::take(&mut *self.0.borrow_mut())
    }
}
