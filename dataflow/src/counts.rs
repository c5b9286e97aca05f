//! How often things are there.

use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

/// How often each thing is there; what is there no times is not kept.
#[derive(Debug)]
pub struct Counts<D>(pub FxHashMap<D, isize>);

impl<D> Default for Counts<D> {
    fn default() -> Counts<D> {
        Counts(FxHashMap::default())
    }
}

impl<D: Hash + Eq> Counts<D> {
    /// Adds something so many times.
    pub fn add(&mut self, of: D, diff: isize) {
        match self.0.entry(of) {
            Entry::Occupied(mut entry) => {
                *entry.get_mut() += diff;
                if *entry.get() == 0 {
                    entry.remove();
                }
            }
            Entry::Vacant(entry) if diff != 0 => drop(entry.insert(diff)),
            Entry::Vacant(_) => {}
        }
    }
}
