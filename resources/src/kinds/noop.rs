//! `noop`: does nothing.

use super::table::{STR, always_valid, field, no_identities};
use crate::host::Host;
use crate::resource::{Applied, Checked, Events, Failure, Resource, Run, Task, Watch};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "noop",
    doc: "Does nothing and is always as it should be. Useful as a point that others are ordered around.",
    fields: &[field("comment", STR, "Text for the reader of the program; ignored.")],
    sends: &[],
    traits: Traits { refreshes: true, receives: false, autoedges: false, autogroups: true, ..Traits::PLAIN },
    constants: &[],
    validate: always_valid,
    identities: no_identities,
};

struct Noop;

/// Makes one.
pub fn make(_: &str, _: &Host) -> Box<dyn Resource> {
    Box::new(Noop)
}

impl Resource for Noop {
    fn watch(&self, _: &Fields, _: Events) -> Result<Watch, Failure> {
        Ok(Watch::none())
    }

    fn check<'a>(&'a self, _: &'a Fields, _: &'a Run) -> Task<'a, Checked> {
        Box::pin(async { Ok(Checked::clean()) })
    }

    fn apply<'a>(&'a self, _: &'a Fields, _: &'a Run) -> Task<'a, Applied> {
        Box::pin(async { Ok(Applied::changed(Vec::new())) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Bench;
    use super::*;
    use crate::resource::State;

    #[tokio::test]
    async fn is_clean_even_when_notified() {
        let mut bench = Bench::new(&KIND, "n", &[]);
        assert_eq!(bench.state().await, State::Clean);
        bench.run.refresh = true;
        assert_eq!(bench.state().await, State::Clean);
    }
}
