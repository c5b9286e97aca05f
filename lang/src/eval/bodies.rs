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

/// The body of a lambda as the table knows it, for as long as somebody holds it: the one that is there already where two programs, or two
/// versions of one, have the same lambda. Each of them keeps it alive for both, whoever ends first.
pub fn intern(body: Body) -> Arc<Body> {
    let mut bodies = BODIES.write().unwrap_or_else(PoisonError::into_inner);
    let name = site(&body).cell.0;
    if let Some(known) = bodies.get(&name).and_then(Weak::upgrade) {
        return known;
    }
    if bodies.len() == bodies.capacity() {
        bodies.retain(|_, body| body.strong_count() > 0);
    }
    let body = Arc::new(body);
    bodies.insert(name, Arc::downgrade(&body));
    body
}

/// The body that a function value names; `None` when no cell holds its lambda any more.
pub fn find(site: Site) -> Option<Arc<Body>> {
    BODIES.read().unwrap_or_else(PoisonError::into_inner).get(&site.cell.0)?.upgrade()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::code::Node;
    use mgmt_values::identity::Identity;

    fn body() -> Body {
        Body {
            identity: Identity(7),
            home: CellId(1),
            looped: false,
            params: 1,
            node: Node::Local(0),
            summary: Default::default(),
        }
    }

    #[test]
    fn a_lambda_of_two_programs_outlives_either_of_them() {
        let (first, second) = (intern(body()), intern(body()));
        let site = site(&first);
        drop(second);
        assert!(find(site).is_some(), "the later program ended");
        let third = intern(body());
        drop(first);
        assert!(find(site).is_some(), "the earlier program ended");
        drop(third);
        assert!(find(site).is_none(), "nobody holds it");
    }
}
