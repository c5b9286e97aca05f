//! What hosts share. This host has no cluster, so nobody else has exported anything.

use super::{Facts, Running, Shared};
use mgmt_values::key::Call;
use mgmt_values::value::Value;

/// What `collect kind name {}` finds: the exports of other hosts under the names it asks for.
pub(super) fn collect(_: &Call, facts: Facts, _: &Shared) -> Running {
    facts.value(Value::list([]));
    Box::new(())
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
}
