//! Module `local`: state of this machine that outlives a run.

use super::{Function, shared};

pub(super) const FUNCTIONS: &[Function] = &[
    shared(
        "local.pool",
        "func(namespace str, uid str) int",
        "A number of its own for each name of a namespace, from 1.",
        r#"local.pool("ids", "ann") > 0"#,
    ),
    shared("local.vardir", "func(path str) str", "A private directory, made if need be.", r#"local.vardir("app/cache/") != """#),
];
