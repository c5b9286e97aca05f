//! Reducing where time is nothing but epochs.
//!
//! The operator is built as differential dataflow's own `threshold_total`: it reads the trace of its input up to the new batch.

use crate::relation::{Index, Updates};
use differential_dataflow::consolidation::consolidate;
use differential_dataflow::trace::cursor::cursor_list;
use differential_dataflow::trace::{BatchReader, Cursor, TraceReader};
use differential_dataflow::{AsCollection, Data, VecCollection};
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::generic::operator::Operator;
use timely::progress::Antichain;

/// What is there under a key at one time: every value once, with how often it is there.
pub type Group<'a, V> = [(&'a V, isize)];

/// As [`reduce`](crate::relation::reduce), for time that is nothing but epochs: `logic` is given what was under a key and what is now,
/// and pushes how what follows differs, what goes before what comes. No second index holds what followed, and a change costs one look
/// at its key.
pub fn reduce_total<'scope, K, V, W, L>(
    input: Index<'scope, u64, K, V>,
    name: &str,
    mut logic: L,
) -> VecCollection<'scope, u64, W, isize>
where
    K: Data,
    V: Data,
    W: Data,
    L: FnMut(&K, &Group<'_, V>, &Group<'_, V>, &mut Updates<W>) + 'static,
{
    let mut trace = input.trace;
    let stream = input.stream.unary_frontier(Pipeline, name, move |_, _| {
        let mut upper = Antichain::from_elem(0);
        move |(input, _), output| {
            let lower = upper.clone();
            let mut capability = None;
            let mut batches = Vec::new();
            input.for_each(|time, arrived| {
                capability.get_or_insert_with(|| time.retain(0));
                for batch in arrived.drain(..) {
                    upper.clone_from(batch.upper());
                    batches.push(batch);
                }
            });
            if let Some(capability) = capability {
                let mut session = output.session(&capability);
                let (mut fresh, fresh_storage) = cursor_list(batches);
                // Batches arrive in order and without gaps, so the trace can be read up to where they begin.
                let (mut known, known_storage) = trace.cursor_through(lower.borrow()).expect("a trace as old as its batches");
                let (mut values, mut news, mut rows) = (Vec::new(), Vec::new(), Vec::new());
                while let Some(key) = fresh.get_key(&fresh_storage) {
                    known.seek_key(&known_storage, key);
                    if known.get_key(&known_storage) == Some(key) {
                        each(&mut known, &known_storage, |value, _, diff| values.push((value, diff)));
                        consolidate(&mut values);
                    }
                    each(&mut fresh, &fresh_storage, |value, time, diff| news.push((time, value, diff)));
                    news.sort_by_key(|(time, ..)| *time);
                    for epoch in news.chunk_by(|a, b| a.0 == b.0) {
                        let former = values.clone();
                        values.extend(epoch.iter().map(|(_, value, diff)| (*value, *diff)));
                        consolidate(&mut values);
                        logic(key, &former, &values, &mut rows);
                        rows.drain(..).for_each(|(row, diff)| session.give((row, epoch[0].0, diff)));
                    }
                    values.clear();
                    news.clear();
                    fresh.step_key(&fresh_storage);
                }
            }
            trace.advance_upper(&mut upper);
            trace.set_logical_compaction(upper.borrow());
            trace.set_physical_compaction(upper.borrow());
        }
    });
    stream.as_collection()
}

/// Visits everything under the cursor's key.
fn each<'a, C>(cursor: &mut C, storage: &'a C::Storage, mut visit: impl FnMut(C::Val<'a>, u64, isize))
where
    C: Cursor<Time = u64, Diff = isize>,
{
    while let Some(value) = cursor.get_val(storage) {
        cursor.map_times(storage, |time, diff| visit(value, C::owned_time(time), C::owned_diff(diff)));
        cursor.step_val(storage);
    }
}

/// The logic of [`reduce_total`] for what follows from `logic` of what there is; of nothing follows nothing.
pub fn anew<K, V, W: Ord>(
    mut logic: impl FnMut(&K, &Group<'_, V>, &mut Updates<W>),
) -> impl FnMut(&K, &Group<'_, V>, &Group<'_, V>, &mut Updates<W>) {
    move |key, former, present, output| {
        if !former.is_empty() {
            logic(key, former, output);
            output.iter_mut().for_each(|(_, diff)| *diff = -*diff);
        }
        if !present.is_empty() {
            logic(key, present, output);
        }
        consolidate(output);
        output.sort_by_key(|(_, diff)| *diff > 0);
    }
}
