//! Which sources the program needs, each once, however many readers it has.

use crate::relation::{Outlet, Updates, arrange, reduce};
use differential_dataflow::input::InputSession;
use mgmt_values::key::{Call, Key};
use mgmt_values::outcome::Need;
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
            let demands = reduce(needs, "Distinct", |key, calls, output| {
                let call = match key {
                    Key::Shared(call) => Some(call.clone()),
                    // One instance reads an own source, so there is one call; of several the first is as good as any.
                    _ => calls.iter().find_map(|(call, _)| Option::clone(call)),
                };
                output.extend(call.map(|call| (call, 1)));
            });
            Outlet::new(demands.as_collection(|key, call| (key.clone(), call.clone())), &probe)
        });
        Demands { needs, demands, probe }
    }

    /// Takes in changes of who needs what, and gives the net changes of what is to be watched, sorted by key.
    pub fn step(&mut self, worker: &mut Worker, needs: impl IntoIterator<Item = (Need, isize)>) -> Updates<(Key, Call)> {
        let mut any = false;
        for (Need { key, call }, diff) in needs {
            any = true;
            self.needs.update((key, call), diff);
        }
        if !any {
            return Vec::new();
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
