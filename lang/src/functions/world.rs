//! Modules `world` and `world/collect`: what the hosts of a cluster share.

use super::{Function, shared};

pub(super) const FUNCTIONS: &[Function] = &[
    shared(
        "world.getval",
        "func(key str) struct{value str; exists bool}",
        "A shared text, as it changes.",
        r#"world.getval("motd")->value"#,
    ),
    shared(
        "world.kvlookup",
        "func(namespace str) map{str: str}",
        "What each host has put into a namespace, as it changes.",
        r#"world.kvlookup("state")"#,
    ),
    shared(
        "world.schedule",
        "func(namespace str) []str",
        "The hosts that are scheduled in a namespace, sorted.",
        r#"world.schedule("s")"#,
    ),
    shared(
        "world/collect.res",
        "func(kind str) []struct{name str; host str}",
        "The exported resources of a kind that this host may collect, sorted.",
        r#"collect.res("file")"#,
    ),
];
