//! The program as data: cells and facts in; demands, rows and errors out.
//!
//! One `iterate` with one keyed `reduce` runs every program. The key is a [`Node`]: an instance, with its code and the readings of the
//! keys that it needs as inputs. What it gives goes around: needs meet facts and values in one join, values become readings of others, the
//! elements and instances of loops and branches come into being. What does not change costs nothing, however large the program is.

mod brood;
mod eval;
mod record;
mod route;

pub use record::{Answer, Contribution, Fact, Report, Wish};

use crate::clock::Clock;
use crate::relation::{Outlet, Updates, arrange, reduce};
use crate::shared::Shared;
use crate::stats::Stats;
use differential_dataflow::input::InputSession;
use differential_dataflow::operators::iterate::Variable;
use eval::Evaluator;
use mgmt_values::key::{Context, Key};
use mgmt_values::outcome::Cell;
pub use record::Lineage;
use record::{In, Name, Node, Placed};
use std::sync::Arc;
use timely::dataflow::ProbeHandle;
use timely::order::Product;
use timely::worker::Worker;

/// The program's dataflow.
pub struct Program {
    cells: InputSession<u64, (Node, In), isize>,
    facts: InputSession<u64, (Name, Fact), isize>,
    reports: Outlet<Report>,
    probe: ProbeHandle<u64>,
    stats: Arc<Stats>,
}

impl Program {
    /// Builds it, empty.
    pub fn new(worker: &mut Worker, clock: Clock, stats: Arc<Stats>) -> Program {
        let (mut cells, mut facts) = (InputSession::new(), InputSession::new());
        let probe = ProbeHandle::new();
        let evaluator = Evaluator::new(clock, Arc::clone(&stats));
        let reports = worker.dataflow_named("Program", |scope| {
            let cells = cells.to_collection(scope);
            let facts = facts.to_collection(scope);
            let reports = scope.iterative::<u64, _, _>(|inner| {
                let (variable, given) = Variable::new(inner, Product::new(Default::default(), 1));
                let routed = route::route(given);
                let known = arrange(routed.facts.concat(facts.enter(inner)), "Facts");
                let needed = arrange(routed.needs, "Needs");
                let read = known.join_core(needed, |name, fact, node| Some((node.clone(), In::Read(name.clone(), fact.clone()))));
                let inputs = arrange(read.concatenate([cells.enter(inner), routed.inputs]), "Inputs");
                let given = reduce(inputs, "Evaluate", move |node, inputs, output| evaluator.node(node, inputs, output));
                variable.set(given.as_collection(|node, out| (node.clone(), out.clone())));
                routed.reports.leave(scope)
            });
            Outlet::new(reports, &probe)
        });
        Program { cells, facts, reports, probe, stats }
    }

    /// Takes in changes of cells and of facts as one epoch, and gives the net changes of what follows, sorted.
    pub fn step(&mut self, worker: &mut Worker, cells: Updates<Cell>, facts: Updates<(Key, Fact)>) -> Updates<Report> {
        for (cell, diff) in cells {
            let placed = Shared::new(Placed { cell, lineage: Lineage::default() });
            self.cells.update(brood::instance(placed, &Context::ROOT), diff);
        }
        for ((key, fact), diff) in facts {
            self.facts.update((key.into(), fact), diff);
        }
        let next = self.cells.time() + 1;
        // Every input advances in every epoch: one that stays behind would keep all history alive.
        self.cells.advance_to(next);
        self.cells.flush();
        self.facts.advance_to(next);
        self.facts.flush();
        while self.probe.less_than(&next) {
            worker.step();
        }
        let reports = self.reports.drain();
        let rows = reports.iter().filter(|(report, _)| matches!(report, Report::Row(_))).count();
        self.stats.stepped(rows);
        reports
    }
}
