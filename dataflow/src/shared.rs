//! Large rows as small ones: shared, and compared by a fingerprint before anything else.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// A short hash of a row's content, by which most different rows can be told apart.
pub trait Fingerprint {
    /// Equal rows have equal ones.
    fn fingerprint(&self) -> u64;
}

/// A shared row. Its order is by fingerprint and so is never to be seen.
pub struct Shared<T> {
    fingerprint: u64,
    row: Arc<T>,
}

impl<T: Fingerprint> Shared<T> {
    /// Shares a row.
    pub fn new(row: T) -> Shared<T> {
        Shared { fingerprint: row.fingerprint(), row: Arc::new(row) }
    }
}

impl<T> Shared<T> {
    /// The row.
    pub fn row(&self) -> &Arc<T> {
        &self.row
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.row
    }
}

impl<T> Clone for Shared<T> {
    #[inline]
    fn clone(&self) -> Shared<T> {
        Shared { fingerprint: self.fingerprint, row: Arc::clone(&self.row) }
    }
}

impl<T: Ord> PartialEq for Shared<T> {
    #[inline]
    fn eq(&self, other: &Shared<T>) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T: Ord> Eq for Shared<T> {}

impl<T: Ord> PartialOrd for Shared<T> {
    #[inline]
    fn partial_cmp(&self, other: &Shared<T>) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Ord> Ord for Shared<T> {
    #[inline]
    fn cmp(&self, other: &Shared<T>) -> Ordering {
        self.fingerprint
            .cmp(&other.fingerprint)
            .then_with(|| if Arc::ptr_eq(&self.row, &other.row) { Ordering::Equal } else { self.row.cmp(&other.row) })
    }
}

impl<T> Hash for Shared<T> {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.fingerprint);
    }
}

impl<T: fmt::Debug> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.row.fmt(f)
    }
}
