//! Resource kinds: what they are, how they are watched, checked and applied.

pub mod resource;

use std::path::PathBuf;

/// What resources share on this host.
#[derive(Clone)]
pub struct Host {
    /// Where a resource may keep private state.
    pub state: PathBuf,
    /// The host's name.
    pub hostname: String,
}
