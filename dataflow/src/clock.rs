//! The time, as something that tests can replace.

use std::sync::Arc;
use std::time::Instant;

/// Says what time it is.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// The clock of the system: monotonic.
pub fn system() -> Clock {
    Arc::new(Instant::now)
}
