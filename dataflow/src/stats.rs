//! Counters, so that tests and benches can see that nothing unrelated was done.

use mgmt_values::key::CellId;
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a dataflow has done since it started. Readable from any thread.
#[derive(Debug, Default)]
pub struct Stats {
    evaluations: AtomicU64,
    epochs: AtomicU64,
    rows: AtomicU64,
    cells: Option<Mutex<FxHashMap<CellId, u64>>>,
}

impl Stats {
    /// Counters at zero; those of each cell are kept only if asked for, because they grow with the program.
    pub fn new(of_cells: bool) -> Stats {
        Stats { cells: of_cells.then(Mutex::default), ..Stats::default() }
    }

    /// Evaluations of code.
    pub fn evaluations(&self) -> u64 {
        self.evaluations.load(Ordering::Relaxed)
    }

    /// Epochs of the program's dataflow.
    pub fn epochs(&self) -> u64 {
        self.epochs.load(Ordering::Relaxed)
    }

    /// Rows that statements added or took back.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// Evaluations of each cell since this was last asked, by id; empty where they are not kept.
    pub fn take_cells(&self) -> Vec<(CellId, u64)> {
        let mut cells: Vec<_> = self.cells().map(|mut cells| cells.drain().collect()).unwrap_or_default();
        cells.sort();
        cells
    }

    pub(crate) fn evaluated(&self, cell: CellId) {
        self.evaluations.fetch_add(1, Ordering::Relaxed);
        if let Some(mut cells) = self.cells() {
            *cells.entry(cell).or_default() += 1;
        }
    }

    pub(crate) fn stepped(&self, rows: usize) {
        self.epochs.fetch_add(1, Ordering::Relaxed);
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
    }

    fn cells(&self) -> Option<MutexGuard<'_, FxHashMap<CellId, u64>>> {
        // A panic elsewhere leaves the counters as they were.
        self.cells.as_ref().map(|cells| cells.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
