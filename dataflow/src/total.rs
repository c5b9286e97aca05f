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

/// As [`reduce`](crate::relation::reduce), for time that is nothing but epochs. What a key gave before is worked out again from its
/// former values, so no second index holds it, and a change costs one look at its key.
pub fn reduce_total<'scope, K, V, W, L>(
    input: Index<'scope, u64, K, V>,
    name: &str,
    mut logic: L,
) -> VecCollection<'scope, u64, (K, W), isize>
where
    K: Data,
    V: Data,
    W: Data,
    L: FnMut(&K, &[(&V, isize)], &mut Updates<W>) + 'static,
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
                while let Some(key) = fresh.get_key(&fresh_storage) {
                    known.seek_key(&known_storage, key);
                    let former =
                        if known.get_key(&known_storage) == Some(key) { updates(&mut known, &known_storage) } else { Vec::new() };
                    let news = updates(&mut fresh, &fresh_storage);
                    replay(key, former, news, &mut logic, |row, time, diff| session.give(((key.clone(), row), time, diff)));
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

/// Everything under the cursor's key.
fn updates<'a, C>(cursor: &mut C, storage: &'a C::Storage) -> Vec<(u64, C::Val<'a>, isize)>
where
    C: Cursor<Time = u64, Diff = isize>,
{
    let mut updates = Vec::new();
    while let Some(value) = cursor.get_val(storage) {
        cursor.map_times(storage, |time, diff| updates.push((C::owned_time(time), value, C::owned_diff(diff))));
        cursor.step_val(storage);
    }
    updates
}

/// Emits, for each epoch of `news`, how what the key gives differs from what it gave.
fn replay<K, V: Ord, W: Data>(
    key: &K,
    former: Vec<(u64, &V, isize)>,
    mut news: Vec<(u64, &V, isize)>,
    logic: &mut impl FnMut(&K, &[(&V, isize)], &mut Updates<W>),
    mut emit: impl FnMut(W, u64, isize),
) {
    let mut values: Updates<&V> = former.into_iter().map(|(_, value, diff)| (value, diff)).collect();
    consolidate(&mut values);
    let mut output = Vec::new();
    news.sort_by_key(|(time, ..)| *time);
    for epoch in news.chunk_by(|a, b| a.0 == b.0) {
        if !values.is_empty() {
            logic(key, &values, &mut output);
            output.iter_mut().for_each(|(_, diff)| *diff = -*diff);
        }
        values.extend(epoch.iter().map(|(_, value, diff)| (*value, *diff)));
        consolidate(&mut values);
        if !values.is_empty() {
            logic(key, &values, &mut output);
        }
        consolidate(&mut output);
        output.drain(..).for_each(|(row, diff)| emit(row, epoch[0].0, diff));
    }
}
