//! News of writers who have not closed what they write.

use super::tree::Tree;
use super::{Change, Told};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Most writers close at once what they write. Who is told only then looks once, at something whole, and keeps nobody from writing.
pub(super) const PATIENCE: Duration = Duration::from_millis(5);

/// Watches that are to be told of a writer unless he closes first.
#[derive(Default)]
pub(super) struct Held {
    writing: FxHashMap<u32, Told>,
    /// When the first of them is to be told; then all are.
    due: Option<Instant>,
}

impl Held {
    /// Keeps back news of writers; gives what is to be told now.
    pub(super) fn sift(&mut self, news: Vec<(u32, Told, Change)>) -> Vec<(Told, Change)> {
        let mut now = Vec::with_capacity(news.len());
        for (sub, told, change) in news {
            if change == Change::Writing {
                self.writing.insert(sub, told);
                self.due.get_or_insert_with(|| Instant::now() + PATIENCE);
            } else {
                self.writing.remove(&sub);
                now.push((told, change));
            }
        }
        if self.writing.is_empty() {
            self.due = None;
        }
        now
    }

    /// How long nobody has to be told; `None` for ever.
    pub(super) fn patience(&self) -> Option<Duration> {
        self.due.map(|due| due.saturating_duration_since(Instant::now()))
    }

    /// Whether somebody is to be told.
    pub(super) fn is_due(&self) -> bool {
        self.patience() == Some(Duration::ZERO)
    }

    /// Gives who is to be told of a writer: all who were kept waiting and still watch, in the order of registration.
    pub(super) fn release(&mut self, tree: &Tree) -> Vec<Told> {
        self.due = None;
        let mut writing: Vec<(u32, Told)> = self.writing.drain().collect();
        writing.sort_unstable_by_key(|(sub, _)| *sub);
        writing.retain(|(sub, told)| tree.told(*sub).is_some_and(|now| Arc::ptr_eq(now, told)));
        writing.into_iter().map(|(_, told)| told).collect()
    }
}
