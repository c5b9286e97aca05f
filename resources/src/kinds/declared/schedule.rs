//! `schedule`: candidates for work in the cluster.

use crate::kinds::table::{BOOL, INT, PLAIN, STR, ensure, field, no_identities, one_of, optional, with_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "schedule",
    doc: "Makes this host a candidate in a pool, from which the cluster elects some.",
    fields: &[
        field("namespace", STR, "The pool; the name of the resource where not given."),
        optional("strategy", STR, "How to elect: `rr` (in turn, the default) or `alpha` (by name)."),
        optional("max", INT, "How many are elected; 1 where not given."),
        field("persist", BOOL, "Stay a candidate after this host has left."),
        optional("ttl", INT, "Seconds after which a host that has vanished is a candidate no longer; 10 where not given."),
        field("withdraw", BOOL, "Leave the pool."),
    ],
    sends: &[],
    traits: Traits { effect: Some(|name, fields| with_name(fields, "namespace", name)), ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    one_of(fields, "strategy", &["rr", "alpha", ""])?;
    let persists = fields.flag("persist");
    ensure(!(persists && fields.int("ttl") > 0), || "`persist` and `ttl` exclude each other".to_owned())?;
    let more = persists || ["strategy", "max", "ttl"].iter().any(|field| fields.given(field).is_some());
    ensure(!(fields.flag("withdraw") && more), || "`withdraw` excludes `strategy`, `max`, `persist` and `ttl`".to_owned())
}
