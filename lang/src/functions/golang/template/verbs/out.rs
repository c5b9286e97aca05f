//! Where text is written to.

/// A text that is being made. What goes beyond its limit is dropped, and noticed.
#[derive(Debug)]
pub(in super::super) struct Out {
    bytes: Vec<u8>,
    limit: usize,
    full: bool,
}

impl Out {
    /// An empty text of so many bytes at most.
    pub(in super::super) fn new(limit: usize) -> Out {
        Out { bytes: Vec::new(), limit, full: false }
    }

    /// An empty text with the same limit.
    pub(in super::super) fn another(&self) -> Out {
        Out::new(self.limit)
    }

    /// Adds bytes.
    pub(in super::super) fn write(&mut self, bytes: &[u8]) {
        if self.bytes.len() + bytes.len() > self.limit {
            self.full = true;
        } else if !self.full {
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// Adds a byte so many times.
    pub(super) fn repeat(&mut self, byte: u8, count: usize) {
        if self.bytes.len().saturating_add(count) > self.limit {
            self.full = true;
        } else if !self.full {
            self.bytes.resize(self.bytes.len() + count, byte);
        }
    }

    /// Whether something was dropped.
    pub(in super::super) fn full(&self) -> bool {
        self.full
    }

    /// The text.
    pub(in super::super) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}
