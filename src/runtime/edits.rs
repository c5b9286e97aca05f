//! Watches the files of a program: says when one of them was saved.

use mgmt_resources::watch::{Change, PathGuard, Reach, WatchError, Watchers};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The watched files.
pub struct Edits {
    watchers: Watchers,
    saved: Arc<dyn Fn() + Send + Sync>,
    watched: BTreeMap<PathBuf, PathGuard>,
}

impl Edits {
    /// None yet; `saved` is called after each change of one of them and must not block.
    pub fn new(watchers: Watchers, saved: Arc<dyn Fn() + Send + Sync>) -> Edits {
        Edits { watchers, saved, watched: BTreeMap::new() }
    }

    /// Watches these files and no others. Those that were watched before go on without a gap. A file that cannot be watched is named; the
    /// others are.
    pub fn follow(&mut self, files: &[PathBuf]) -> Vec<WatchError> {
        self.watched.retain(|path, _| files.contains(path));
        let mut failed = Vec::new();
        for path in files {
            if self.watched.contains_key(path) {
                continue;
            }
            let saved = self.saved.clone();
            let told = move |change| {
                // While somebody writes, the text is not whole.
                if change != Change::Writing {
                    saved();
                }
            };
            match self.watchers.path(path, Reach::Itself, told) {
                Ok(guard) => drop(self.watched.insert(path.clone(), guard)),
                Err(error) => failed.push(error),
            }
        }
        failed
    }
}
