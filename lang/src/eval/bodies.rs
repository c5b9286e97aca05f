//! Where the bodies of function values are found: a function value names its lambda and holds no code.
//!
//! The table is shared by all programs of the process, for a function value may be called by a cell that an edit has left as it was while
//! the lambda came with the edit. It is an interner: names are hashes of content, home and place, so nobody can see who put a body in. It
//! keeps no body alive; the cells that hold the lambdas do.

use super::code::Body;
use mgmt_values::{CellId, Site};
use rustc_hash::FxHashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock, Weak};

static BODIES: LazyLock<RwLock<FxHashMap<u64, Weak<Body>>>> = LazyLock::new(RwLock::default);

/// The site that function values of this lambda carry.
pub fn site(body: &Body) -> Site {
    Site { cell: CellId(body.identity.0 as u64), offset: 0 }
}

/// Makes the body of a lambda known for as long as it lives.
pub fn register(body: &Arc<Body>) {
    let mut bodies = BODIES.write().unwrap_or_else(PoisonError::into_inner);
    if bodies.len() == bodies.capacity() {
        bodies.retain(|_, body| body.strong_count() > 0);
    }
    bodies.insert(site(body).cell.0, Arc::downgrade(body));
}

/// The body that a function value names; `None` when no cell holds its lambda any more.
pub fn find(site: Site) -> Option<Arc<Body>> {
    BODIES.read().unwrap_or_else(PoisonError::into_inner).get(&site.cell.0)?.upgrade()
}
