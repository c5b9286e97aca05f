//! What hosts share. This host has no cluster, so nobody else has exported anything.

use super::{Facts, Family, Look, Running, Shared, Source, bytes, record, text};
use mgmt_values::key::Call;
use mgmt_values::value::Value;

pub(super) const FUNCTIONS: Family = &[
    ("_collect", Source::Now(collect)),
    ("world.getval", Source::Now(getval)),
    ("world.kvlookup", Source::Now(kvlookup)),
    ("world.schedule", Source::Watch(schedule)),
    ("world/collect.res", Source::Now(exported)),
];

/// What `collect kind name {}` finds: the exports of other hosts under the names it asks for.
fn collect(_: &Call, _: &Shared) -> Look {
    Ok(Value::list([]))
}

/// `world.getval(key)`: a shared text, and whether there is one.
fn getval(call: &Call, _: &Shared) -> Look {
    given(call, "key")?;
    Ok(record([("value", Value::str("")), ("exists", Value::Bool(false))]))
}

/// `world.kvlookup(namespace)`: what each host has put there.
fn kvlookup(call: &Call, _: &Shared) -> Look {
    given(call, "namespace")?;
    Ok(Value::map([]))
}

/// `world.schedule(namespace)`: the hosts that are scheduled.
fn schedule(call: &Call, facts: Facts, _: &Shared) -> Running {
    match given(call, "namespace") {
        Ok(namespace) if namespace.contains(&b'/') => facts.failed("namespace is invalid"),
        given => facts.look(given.map(|_| Value::list([]))),
    }
    Running::over()
}

/// `collect.res(kind)`: exported resources of a kind.
fn exported(call: &Call, _: &Shared) -> Look {
    let kind = text(call, 0)?;
    if kind.is_empty() {
        return Err("resource kind is empty".to_owned());
    }
    match mgmt_resources::kinds::declarations().any(|known| known.name == kind) {
        true => Ok(Value::list([])),
        false => Err(format!("invalid resource kind: {kind}")),
    }
}

/// Argument 0, which must not be empty.
fn given<'a>(call: &'a Call, what: &str) -> Result<&'a [u8], String> {
    match bytes(call, 0)? {
        [] => Err(format!("can't use an empty {what}")),
        given => Ok(given),
    }
}

#[cfg(test)]
mod tests {
    use crate::sources::testing::Bench;
    use mgmt_values::value::Value;

    #[test]
    fn a_host_alone_collects_nothing() {
        let mut bench = Bench::new();
        bench.start("_collect", &[Value::str("noop"), Value::str("a")]);
        assert_eq!(bench.next(), Ok(Value::list([])));
    }

    #[test]
    fn in_an_empty_world_nothing_is_shared() {
        let mut bench = Bench::new();
        let mut answer = |function: &str, arg: &str| {
            bench.start(function, &[Value::str(arg)]);
            bench.next().map(|value| value.to_string()).map_err(|error| error.message.to_string())
        };
        assert_eq!(answer("world.getval", "k").as_deref(), Ok("struct{value: \"\"; exists: false}"));
        assert_eq!(answer("world.kvlookup", "n").as_deref(), Ok("{}"));
        assert_eq!(answer("world.schedule", "n").as_deref(), Ok("[]"));
        assert_eq!(answer("world/collect.res", "file").as_deref(), Ok("[]"));
        assert_eq!(answer("world.getval", "").unwrap_err(), "can't use an empty key");
        assert_eq!(answer("world.kvlookup", "").unwrap_err(), "can't use an empty namespace");
        assert_eq!(answer("world.schedule", "").unwrap_err(), "can't use an empty namespace");
        assert_eq!(answer("world.schedule", "a/b").unwrap_err(), "namespace is invalid");
        assert_eq!(answer("world/collect.res", "nope").unwrap_err(), "invalid resource kind: nope");
        assert_eq!(answer("world/collect.res", "").unwrap_err(), "resource kind is empty");
    }
}
