//! `_panic`: what the statement `panic(…)` is rewritten to.

use super::table::{always_valid, no_identities};
use crate::host::Host;
use crate::resource::{Applied, Checked, Events, Failure, Resource, Run, Task, Watch};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "_panic",
    doc: "Stands for a `panic` statement whose condition did not fail; always as it should be. Programs cannot name it.",
    fields: &[],
    sends: &[],
    traits: Traits { refreshes: false, receives: false, autoedges: false, autogroups: false, ..Traits::PLAIN },
    constants: &[],
    validate: always_valid,
    identities: no_identities,
};

struct Panic;

/// Makes one.
pub fn make(_: &str, _: &Host) -> Box<dyn Resource> {
    Box::new(Panic)
}

impl Resource for Panic {
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
