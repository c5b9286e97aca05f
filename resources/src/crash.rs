//! Points at which a crash test can kill the process.
//!
//! This exists for tests of crash safety alone. With `MGMT_KILL_AT=name` or `MGMT_KILL_AT=name:n` in the environment when the process
//! first asks, the process sends SIGKILL to itself when it passes the point of that name for the first (or n-th) time. Without it a
//! point costs one relaxed load.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// Whether points matter: not asked yet, no, or yes.
static ARMED: AtomicU8 = AtomicU8::new(UNKNOWN);
const UNKNOWN: u8 = 0;
const OFF: u8 = 1;
const ON: u8 = 2;

/// A point to be killed at, and how many passes are left.
struct Target {
    name: String,
    left: AtomicU64,
}

static TARGET: OnceLock<Option<Target>> = OnceLock::new();

/// A named point in a protocol that must survive a crash. See the module.
#[inline]
pub fn kill_point(name: &'static str) {
    if ARMED.load(Ordering::Relaxed) != OFF {
        pass(name);
    }
}

#[cold]
fn pass(name: &str) {
    let target = TARGET.get_or_init(|| std::env::var("MGMT_KILL_AT").ok().and_then(|text| parse(&text)));
    ARMED.store(if target.is_some() { ON } else { OFF }, Ordering::Relaxed);
    if target.as_ref().is_some_and(|target| target.name == name && target.left.fetch_sub(1, Ordering::Relaxed) == 1) {
        // The signal cannot be caught, so nothing after this line runs; should sending it fail, there is nothing better than to abort.
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        std::process::abort();
    }
}

/// `name` or `name:n` with n ≥ 1; names may hold colons themselves.
fn parse(text: &str) -> Option<Target> {
    let (name, count) = match text.rsplit_once(':') {
        Some((name, count)) if count.bytes().all(|b| b.is_ascii_digit()) => (name, count.parse().ok().filter(|n| *n > 0)?),
        _ => (text, 1),
    };
    (!name.is_empty()).then(|| Target { name: name.to_owned(), left: AtomicU64::new(count) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_name_and_a_count() {
        let parsed = |text| parse(text).map(|t| (t.name.clone(), t.left.load(Ordering::Relaxed)));
        assert_eq!(parsed("file:renamed"), Some(("file:renamed".to_owned(), 1)));
        assert_eq!(parsed("file:renamed:3"), Some(("file:renamed".to_owned(), 3)));
        assert_eq!(parsed("journal"), Some(("journal".to_owned(), 1)));
        assert_eq!(parsed("journal:0"), None);
        assert_eq!(parsed(""), None);
    }
}
