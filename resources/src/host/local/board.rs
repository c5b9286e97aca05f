//! Who is told when what stands under a key changes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Told = Arc<dyn Fn() + Send + Sync>;

/// Listeners by key. Clones share.
#[derive(Clone, Default)]
pub struct Board(Arc<Mutex<Listeners>>);

#[derive(Default)]
struct Listeners {
    next: u64,
    all: BTreeMap<(Box<[u8]>, u64), Told>,
}

/// A watch; dropping it ends it.
#[must_use]
pub struct BoardGuard {
    board: Board,
    key: (Box<[u8]>, u64),
}

impl Board {
    /// Calls `told`, which must not block, after every change under a key.
    pub fn watch(&self, key: &[u8], told: impl Fn() + Send + Sync + 'static) -> BoardGuard {
        let mut listeners = self.lock();
        listeners.next += 1;
        let key = (Box::from(key), listeners.next);
        listeners.all.insert(key.clone(), Arc::new(told));
        drop(listeners);
        BoardGuard { board: self.clone(), key }
    }

    /// Tells of a change.
    pub fn tell(&self, key: &[u8]) {
        let range = (Box::from(key), 0)..=(Box::from(key), u64::MAX);
        let told: Vec<Told> = self.lock().all.range(range).map(|(_, told)| told.clone()).collect();
        told.iter().for_each(|told| told());
    }

    /// How many watches there are.
    pub fn len(&self) -> usize {
        self.lock().all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, Listeners> {
        // Nothing is called under the lock, so the table is whole even after a panic elsewhere.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for BoardGuard {
    fn drop(&mut self) {
        let told = self.board.lock().all.remove(&self.key);
        // Outside the lock: what the callback owns may be guards.
        drop(told);
    }
}
