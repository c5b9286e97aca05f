//! Which sources the program needs, each once, however many readers it has.

use crate::groups::{Group, Groups, anew};
use crate::relation::Updates;
use mgmt_values::key::{Call, Key};
use mgmt_values::outcome::Need;

/// What the outside must watch, by who needs it.
#[derive(Debug, Default)]
pub struct Demands(Groups<Key, Option<Call>>);

impl Demands {
    /// Takes in changes of who needs what, and gives the net changes of what is to be watched, sorted by key.
    pub fn change(&mut self, needs: Updates<Need>) -> Updates<(Key, Call)> {
        let calls = needs.into_iter().map(|(Need { key, call }, diff)| ((key, call), diff)).collect();
        self.0.change(calls, anew(demanded))
    }
}

fn demanded(key: &Key, calls: &Group<Option<Call>>, output: &mut Updates<(Key, Call)>) {
    let call = match key {
        Key::Shared(call) => Some(call.clone()),
        // One instance reads an own source, so there is one call; of several the first is as good as any.
        _ => calls.iter().find_map(|(call, _)| call.clone()),
    };
    output.extend(call.map(|call| ((key.clone(), call), 1)));
}
