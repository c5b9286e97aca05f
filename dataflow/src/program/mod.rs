//! The program as data: cells and facts in; demands, rows and errors out.
//!
//! One loop with one keyed evaluation runs every program. The key is a [`record::Node`]: an instance, with its code and the readings of
//! the keys that it needs as inputs. What it gives goes around: needs meet facts and values in one join, values become readings of others, the
//! elements and instances of loops and branches come into being. What does not change costs nothing, however large the program is.

mod brood;
mod eval;
mod readings;
mod record;
mod rounds;
mod route;
mod table;

pub use eval::Evaluator;
pub use record::{Answer, Claim, Contributed, Contribution, Fact, Name, Report};

use crate::relation::{Inlet, Outlet, Updates};
use crate::shared::Shared;
use crate::stats::Stats;
use mgmt_values::outcome::Cell;
use record::{Lineage, New, Placed};
use rounds::Rounds;
use route::Route;
use std::rc::Rc;
use std::sync::Arc;
use timely::worker::Worker;

/// The program's dataflow.
pub struct Program {
    news: Inlet<New>,
    reports: Outlet<Report>,
    rounds: Rc<Rounds>,
    stats: Arc<Stats>,
}

impl Program {
    /// Builds it, empty.
    pub fn new(worker: &mut Worker, evaluator: Evaluator, stats: Arc<Stats>) -> Program {
        let rounds = Rc::new(Rounds::default());
        let (news, reports) = worker.dataflow_named("Program", |scope| {
            let (inlet, news) = Inlet::new(scope);
            let (route, routed) = Route::new(scope, Rc::clone(&rounds));
            let read = readings::read(routed.parties, Rc::clone(&rounds));
            (inlet, route.connect(news, table::evaluate(read.concat(routed.inputs), evaluator)))
        });
        Program { news, reports, rounds, stats }
    }

    /// Takes in changes of cells and of facts as one epoch, and gives the net changes of what follows, sorted.
    pub fn step(&mut self, worker: &mut Worker, cells: Updates<Cell>, facts: Updates<(Name, Fact)>) -> Updates<Report> {
        let placed = |cell| New::Cell(Shared::new(Placed { cell, lineage: Lineage::default() }));
        let cells = cells.into_iter().map(|(cell, diff)| (placed(cell), diff));
        let facts = facts.into_iter().map(|((name, fact), diff)| (New::Fact(name, fact), diff));
        self.news.give(cells.chain(facts));
        loop {
            let end = self.rounds.end();
            self.news.advance(end);
            while !self.reports.reached(end) {
                worker.step();
            }
            if self.rounds.is_over(end) {
                self.rounds.begin(end);
                break;
            }
        }
        let reports = self.reports.drain();
        let rows = reports.iter().filter(|(report, _)| matches!(report, Report::Row(_))).count();
        self.stats.stepped(rows);
        reports
    }
}
