//! Rows under keys, as they are now, and what follows from those of each key.
//!
//! What the stages behind the program's loop gather needs no history: time there is nothing but epochs, and who asks, asks about the last.
//! So this is a table and no arrangement: a change costs one look at its key, and a row is kept once.

use crate::relation::{Updates, by_key};
use differential_dataflow::consolidation::consolidate;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::collections::hash_map::Entry;
use std::hash::Hash;

/// What is there under a key: every row once, sorted, with how often it is there.
pub type Group<V> = [(V, isize)];

/// Rows by key.
#[derive(Debug)]
pub struct Groups<K, V>(FxHashMap<K, SmallVec<[(V, isize); 1]>>);

impl<K, V> Default for Groups<K, V> {
    fn default() -> Groups<K, V> {
        Groups(FxHashMap::default())
    }
}

impl<K: Hash + Ord, V: Ord + Clone> Groups<K, V> {
    /// Takes in changes of one epoch. `logic` is given what was under each key that they touch and what is now, and pushes how what
    /// follows differs, what goes before what comes. Keys come in order.
    pub fn change<W>(
        &mut self,
        changes: Updates<(K, V)>,
        mut logic: impl FnMut(&K, &Group<V>, &Group<V>, &mut Updates<W>),
    ) -> Updates<W> {
        let mut follows = Vec::new();
        by_key(changes, |key, present| match self.0.entry(key) {
            Entry::Occupied(mut entry) => {
                present.extend(entry.get().iter().cloned());
                consolidate(present);
                logic(entry.key(), entry.get(), present, &mut follows);
                if present.is_empty() {
                    entry.remove();
                } else if present.len() == entry.get().len() {
                    entry.get_mut().swap_with_slice(present);
                } else {
                    entry.insert(present.drain(..).collect());
                }
            }
            Entry::Vacant(entry) => {
                logic(entry.key(), &[], present, &mut follows);
                entry.insert(present.drain(..).collect());
            }
        });
        follows
    }
}

/// The logic of [`Groups::change`] for what follows from `logic` of what there is; of nothing follows nothing.
pub fn anew<K, V, W: Ord>(
    mut logic: impl FnMut(&K, &Group<V>, &mut Updates<W>),
) -> impl FnMut(&K, &Group<V>, &Group<V>, &mut Updates<W>) {
    move |key, former, present, output| {
        let mut difference = Vec::new();
        if !former.is_empty() {
            logic(key, former, &mut difference);
            difference.iter_mut().for_each(|(_, diff)| *diff = -*diff);
        }
        if !present.is_empty() {
            logic(key, present, &mut difference);
        }
        consolidate(&mut difference);
        difference.sort_by_key(|(_, diff)| *diff > 0);
        output.append(&mut difference);
    }
}
