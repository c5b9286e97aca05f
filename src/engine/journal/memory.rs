//! A journal that nothing survives but this process: for tests, and for runs that are to leave no trace.

use super::record::{Record, decode, encode};
use super::{Journal, JournalError, Survived};

/// Keeps encoded entries, as the store does, in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    entries: Vec<Vec<u8>>,
    survived: Survived,
}

impl Memory {
    /// An empty journal.
    pub fn new() -> Memory {
        Memory::default()
    }

    /// How many batches it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What a crash leaves that let the first `batches` batches reach the disk.
    pub fn crashed(&self, batches: usize) -> Memory {
        let mut left = Memory { entries: self.entries[..batches.min(self.len())].to_vec(), survived: Survived::default() };
        for (number, entry) in (1..).zip(&left.entries) {
            decode(number, entry).into_iter().flatten().for_each(|record| left.survived.apply(&record));
        }
        left
    }
}

impl Journal for Memory {
    fn survived(&self) -> &Survived {
        &self.survived
    }

    fn append(&mut self, batches: &[Vec<Record>]) -> Result<(), JournalError> {
        for batch in batches {
            batch.iter().for_each(|record| self.survived.apply(record));
            self.entries.push(encode(self.entries.len() as u64 + 1, batch));
        }
        Ok(())
    }
}
