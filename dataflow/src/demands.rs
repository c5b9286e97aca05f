//! Which sources the program needs, each once, however many readers it has.

use crate::program::Wish;
use crate::relation::{Outlet, Updates, arrange};
use crate::total::{anew, reduce_total};
use differential_dataflow::input::InputSession;
use mgmt_values::key::{Call, Key};
use timely::dataflow::ProbeHandle;
use timely::worker::Worker;

/// What the outside must watch.
pub struct Demands {
    needs: InputSession<u64, (Key, Option<Call>), isize>,
    demands: Outlet<(Key, Call)>,
    probe: ProbeHandle<u64>,
}

impl Demands {
    /// Builds the dataflow, empty.
    pub fn new(worker: &mut Worker) -> Demands {
        let mut needs = InputSession::new();
        let probe = ProbeHandle::new();
        let demands = worker.dataflow_named("Demands", |scope| {
            let needs = arrange(needs.to_collection(scope), "Needs");
            let distinct = anew(|key: &Key, calls, output| {
                let call = match key {
                    Key::Shared(call) => Some(call.clone()),
                    // One instance reads an own source, so there is one call; of several the first is as good as any.
                    _ => calls.iter().find_map(|(call, _): &(&Option<Call>, isize)| Option::clone(call)),
                };
                output.extend(call.map(|call| ((key.clone(), call), 1)));
            });
            Outlet::new(reduce_total(needs, "Distinct", distinct), &probe)
        });
        Demands { needs, demands, probe }
    }

    /// Takes in changes of who needs what, and gives the net changes of what is to be watched, sorted by key.
    pub fn step(&mut self, worker: &mut Worker, wishes: Updates<Wish>) -> Updates<(Key, Call)> {
        if wishes.is_empty() {
            return Vec::new();
        }
        for (Wish { name, call }, diff) in wishes {
            self.needs.update((name.into(), call), diff);
        }
        let next = self.needs.time() + 1;
        self.needs.advance_to(next);
        self.needs.flush();
        while self.probe.less_than(&next) {
            worker.step();
        }
        self.demands.drain()
    }
}
