//! What must survive a crash, and how it is kept.
//!
//! In come batches of records, out comes what they amount to. Always true: when [`Journal::append`] has returned, its batches are
//! on disk, each whole or (had the machine stopped) not at all; what a journal recovers is exactly what the batches up to some
//! point amount to, and no acknowledged batch lies behind that point. A journal that cannot promise this says that it is
//! [`Survived::lost`].

pub mod memory;
pub mod record;
pub mod store;

use record::Record;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// `kind` and `name` as text: identities mean nothing in another process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// As in `kind[name]`.
    pub kind: String,
    /// Any bytes.
    pub name: Vec<u8>,
}

/// What the records so far amount to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survived {
    /// Resources that may have changed something without having told those that they notify.
    pub intents: BTreeSet<Name>,
    /// Notifications that were raised and not yet acted on: from, to, and the number of the last one.
    pub pending: BTreeMap<(Name, Name), u64>,
    /// Records may be missing: every notification must be taken for pending.
    pub lost: bool,
}

impl Survived {
    /// Takes in one more record.
    pub fn apply(&mut self, record: &Record) {
        match record {
            Record::Intent(name) => {
                self.intents.insert(name.clone());
            }
            Record::Done(name) => {
                self.intents.remove(name);
            }
            Record::Pending { from, to, number } => {
                self.pending.insert((from.clone(), to.clone()), *number);
            }
            Record::Delivered { from, to, number } => {
                let ends = (from.clone(), to.clone());
                // A newer notification than the one that was acted on stays.
                if self.pending.get(&ends).is_some_and(|newest| newest <= number) {
                    self.pending.remove(&ends);
                }
            }
            Record::Lost => self.lost = true,
            Record::Found => self.lost = false,
            Record::Checkpoint => *self = Survived::default(),
        }
    }

    /// A batch that amounts to this, whatever came before.
    pub fn checkpoint(&self) -> Vec<Record> {
        let mut batch = vec![Record::Checkpoint];
        batch.extend(self.intents.iter().cloned().map(Record::Intent));
        batch.extend(self.pending.iter().map(|((from, to), number)| Record::Pending {
            from: from.clone(),
            to: to.clone(),
            number: *number,
        }));
        batch.extend(self.lost.then_some(Record::Lost));
        batch
    }

    /// The greatest number of a notification.
    pub fn newest(&self) -> u64 {
        self.pending.values().copied().max().unwrap_or(0)
    }
}

/// Keeps records. Calls block, a disk long; they belong on a thread of their own.
pub trait Journal: Send {
    /// What the records amount to.
    fn survived(&self) -> &Survived;

    /// Adds batches, in order, and returns when they are on disk. After an error nothing is known of them, and each further call
    /// fails.
    fn append(&mut self, batches: &[Vec<Record>]) -> Result<(), JournalError>;

    /// Where a damaged journal was put aside when this one was opened.
    fn quarantined(&self) -> Option<&Quarantine> {
        None
    }
}

/// A damaged journal that was put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantine {
    /// Where it is now.
    pub path: PathBuf,
    /// What was wrong with it.
    pub damage: String,
}

/// Why the journal cannot do its work.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process uses it.
    #[error("the journal in {} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// The operating system refused.
    #[error("journal: {what}: {error}")]
    Io {
        /// What was tried.
        what: String,
        /// The answer.
        error: std::io::Error,
    },
    /// The store refused.
    #[error("journal: {0}")]
    Store(String),
}

#[cfg(test)]
mod tests;
