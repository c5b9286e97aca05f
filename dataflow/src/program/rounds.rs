//! The rounds of an epoch: when the program's loop evaluates what.
//!
//! Time is one number that goes on over all epochs. An epoch begins where the one before it was quiet, so the loop goes on from where it came
//! to rest instead of from nothing. It comes to the same rest: what a program is depends on levels, one after the other, and never on itself.
//! A cell is evaluated when everything of a lower level is known, once.

use std::cell::Cell;

/// Rounds between two levels: more than chains of lazy cells that start each other have. Empty rounds cost nothing; in a longer chain cells
/// are evaluated more than once.
const STRIDE: u64 = 1 << 12;

/// Where the epoch under way began and how far it reaches.
#[derive(Debug, Default)]
pub struct Rounds {
    start: Cell<u64>,
    /// The last time at which something is to happen.
    last: Cell<u64>,
    /// The highest level so far.
    top: Cell<u32>,
}

impl Rounds {
    /// The first time from `time` on at which everything below `level` is known.
    pub fn settled(&self, level: u32, time: u64) -> u64 {
        self.top.set(self.top.get().max(level));
        let time = time.max(self.start.get() + u64::from(level) * STRIDE);
        self.last.set(self.last.get().max(time));
        time
    }

    /// Where the epoch under way will end, as far as is known: work brings more work.
    pub fn end(&self) -> u64 {
        let levels = u64::from(self.top.get()) + 2;
        (self.start.get() + levels * STRIDE).max(self.last.get() + STRIDE)
    }

    /// Whether everything happened before `end`, what comes of the last thing included.
    pub fn is_over(&self, end: u64) -> bool {
        self.last.get() + 1 < end
    }

    /// The next epoch begins.
    pub fn begin(&self, start: u64) {
        self.start.set(start);
    }
}
