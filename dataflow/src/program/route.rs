//! Sends what comes from outside and what nodes give to where it is taken: the beginning of the loop, and its feedback.
//!
//! It is linear and keeps no state.

use super::brood::{self, Member};
use super::readings::Party;
use super::record::{Brood, Fact, In, Name, New, Node, Out, Part, Report, Share, Told};
use super::rounds::Rounds;
use crate::relation::{Outlet, Rows, Updates};
use differential_dataflow::AsCollection;
use differential_dataflow::consolidation::consolidate;
use mgmt_values::key::{Context, Key};
use mgmt_values::outcome::Need;
use std::rc::Rc;
use std::sync::Arc;
use timely::dataflow::Scope;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::channels::pushers::{Output, OutputSession};
use timely::dataflow::operators::InputCapability;
use timely::dataflow::operators::generic::builder_rc::OperatorBuilder;
use timely::progress::Antichain;

type Update<D> = (D, u64, isize);

/// Where the operator sends updates.
type Port<D> = Output<u64, Vec<Update<D>>>;

/// The operator, before its inputs are connected.
pub struct Route<'scope> {
    builder: OperatorBuilder<'scope, u64>,
    parties: Port<(Name, Party)>,
    inputs: Port<(Node, In)>,
    rounds: Rc<Rounds>,
}

/// What comes out of the operator.
pub struct Routed<'scope> {
    /// Values of cells, elements of loops and answers of sources, and who reads which.
    pub parties: Rows<'scope, (Name, Party)>,
    /// What nodes are given directly: code, that they are wanted, bundles.
    pub inputs: Rows<'scope, (Node, In)>,
}

impl<'scope> Route<'scope> {
    /// Builds the operator, with nothing to read yet.
    pub fn new(scope: Scope<'scope, u64>, rounds: Rc<Rounds>) -> (Route<'scope>, Routed<'scope>) {
        let mut builder = OperatorBuilder::new("Route".to_owned(), scope);
        let (parties, parties_stream) = builder.new_output();
        let (inputs, inputs_stream) = builder.new_output();
        let routed = Routed { parties: parties_stream.as_collection(), inputs: inputs_stream.as_collection() };
        (Route { builder, parties, inputs, rounds }, routed)
    }

    /// Connects it to what comes from outside, and to what nodes give, which goes around one round later. Gives what the outside hears.
    pub fn connect(mut self, news: Rows<'scope, New>, given: Rows<'scope, (Node, Out)>) -> Outlet<Report> {
        let mut news = self.builder.new_input(news.inner, Pipeline);
        let later = (0..2).map(|port| (port, Antichain::from_elem(1)));
        let mut given = self.builder.new_input_connection(given.inner, Pipeline, later);
        let (mut parties, mut inputs, rounds) = (self.parties, self.inputs, self.rounds);
        let outlet = Outlet::new();
        let reports = outlet.clone();
        self.builder.build(move |_| {
            move |frontiers| {
                let (mut parties, mut inputs) = (parties.activate(), inputs.activate());
                let mut send = |capability: &InputCapability<u64>, mut routes: Routes<'_>| {
                    routes.pair();
                    send(&mut parties, capability, &mut routes.parties);
                    send(&mut inputs, capability, &mut routes.inputs);
                    reports.give(routes.reports);
                };
                news.for_each(|capability, batch| {
                    let mut routes = Routes::new(&rounds);
                    batch.drain(..).for_each(|(new, time, diff)| routes.take(new, time, diff));
                    send(&capability, routes);
                });
                given.for_each(|capability, batch| {
                    let mut routes = Routes::new(&rounds);
                    batch.drain(..).for_each(|((node, out), time, diff)| routes.give(node, out, time + 1, diff));
                    send(&capability, routes);
                });
                reports.advance(frontiers);
            }
        });
        outlet
    }
}

/// Sends updates with a capability for the first of them: nobody has to wait for anything before it.
fn send<D: 'static>(
    port: &mut OutputSession<'_, u64, Vec<Update<D>>>,
    capability: &InputCapability<u64>,
    updates: &mut Vec<Update<D>>,
) {
    if let Some(first) = updates.iter().map(|(_, time, _)| *time).min() {
        let capability = capability.delayed(&first, port.output_index());
        port.give(&capability, updates);
    }
}

/// What is on its way out, and what waits to be paired.
struct Routes<'a> {
    rounds: &'a Rounds,
    parties: Vec<Update<(Name, Party)>>,
    inputs: Vec<Update<(Node, In)>>,
    reports: Updates<Report>,
    compound: Vec<(u64, Node, Compound, isize)>,
}

/// One record that stands for many.
enum Compound {
    Needs(Share, Arc<[Need]>),
    Brood(Arc<Brood>),
}

impl Compound {
    /// Which of a node's compounds this is: what has the same slot replaces it.
    fn slot(&self) -> Option<Share> {
        match self {
            Compound::Needs(share, _) => Some(*share),
            Compound::Brood(_) => None,
        }
    }
}

impl<'a> Routes<'a> {
    fn new(rounds: &'a Rounds) -> Routes<'a> {
        Routes { rounds, parties: Vec::new(), inputs: Vec::new(), reports: Vec::new(), compound: Vec::new() }
    }

    /// Routes what comes from outside.
    fn take(&mut self, new: New, time: u64, diff: isize) {
        match new {
            New::Cell(placed) => self.code(brood::instance(placed, &Context::ROOT), time, diff),
            New::Fact(name, fact) => self.fact(name, fact, self.rounds.settled(0, time), diff),
        }
    }

    /// Routes what a node gives. A value leaves its cell when its level is settled, so that an equal value that comes by a longer way is
    /// the same value at the same time, and re-runs nobody.
    fn give(&mut self, node: Node, out: Out, time: u64, diff: isize) {
        let time = self.rounds.settled(0, time);
        match out {
            Out::Need(need) => self.need(need, node, time, diff),
            Out::Needs(share, needs) => self.compound.push((time, node, Compound::Needs(share, needs), diff)),
            Out::Brood(brood) => {
                let time = self.rounds.settled(node.level + 1, time);
                self.compound.push((time, node, Compound::Brood(brood), diff));
            }
            Out::Value(answer) => {
                let time = self.rounds.settled(node.level + 1, time);
                let name = Name::from(&Key::Cell(node.cell, node.context));
                self.fact(name, Fact::from(answer), time, diff);
            }
            Out::Open(placed) => {
                let whole = Node::new(node.cell, placed.cell.level, node.context, Part::WHOLE);
                self.code((whole, In::Code(placed)), time, diff);
            }
            Out::Bundle(share, facts) => {
                self.inputs.push(((node.part(Part::WHOLE), In::Bundle(share, facts)), time, diff));
            }
            Out::Tell(told) => {
                let report = match told {
                    Told::Row(contribution) => Report::Row(contribution),
                    Told::Failed(error) => Report::Failed(error),
                    Told::Pending => Report::Pending(node.instance()),
                };
                self.reports.push((report, diff));
            }
        }
    }

    fn fact(&mut self, name: Name, fact: Fact, time: u64, diff: isize) {
        self.parties.push(((name, Party::Fact(fact)), time, diff));
    }

    fn code(&mut self, (node, code): (Node, In), time: u64, diff: isize) {
        let time = self.rounds.settled(node.level, time);
        self.inputs.push(((node, code), time, diff));
    }

    fn need(&mut self, need: Need, node: Node, time: u64, diff: isize) {
        self.parties.push(((Name::from(&need.key), Party::Reader(node)), time, diff));
        match need.key {
            Key::Cell(cell, context) => self.inputs.push(((Node::gate(cell, context), In::Wanted), time, diff)),
            Key::Element(..) => {}
            Key::Shared(_) | Key::Own(_) => self.reports.push((Report::Demand(need), diff)),
        }
    }

    /// Expands compounds, each against the one that it replaces where both are here.
    fn pair(&mut self) {
        let mut compound = std::mem::take(&mut self.compound);
        compound.sort_by(|a, b| (&a.0, &a.1, a.2.slot()).cmp(&(&b.0, &b.1, b.2.slot())));
        let mut rest = &compound[..];
        while let [(time, node, first, diff), behind @ ..] = rest {
            rest = behind;
            let mut second = None;
            if let [(next_time, next_node, next, next_diff), behind @ ..] = rest
                && (next_time, next_node, next.slot(), *next_diff) == (time, node, first.slot(), -diff)
            {
                second = Some(next);
                rest = behind;
            }
            self.expand(node, first, second, *time, *diff);
        }
    }

    /// Emits `diff` times what `plus` has and `minus` has not, and the reverse negated.
    fn expand(&mut self, node: &Node, plus: &Compound, minus: Option<&Compound>, time: u64, diff: isize) {
        match (plus, minus) {
            (Compound::Needs(share, plus), minus) => {
                let node = node.part(Part::chunk(*share));
                let minus: &[Need] = if let Some(Compound::Needs(_, minus)) = minus { minus } else { &[] };
                let mut updates: Vec<(&Need, isize)> = plus.iter().map(|need| (need, diff)).collect();
                updates.extend(minus.iter().map(|need| (need, -diff)));
                consolidate(&mut updates);
                for (need, diff) in updates {
                    self.need(need.clone(), node.clone(), time, diff);
                }
            }
            (Compound::Brood(plus), minus) => {
                let minus = if let Some(Compound::Brood(minus)) = minus { Some(&**minus) } else { None };
                brood::difference(node.cell, &node.context, minus, Some(plus), &mut |member, sign| match member {
                    Member::Element(name, fact) => self.fact(name, fact, time, sign * diff),
                    Member::Instance(node, code) => self.code((node, code), time, sign * diff),
                });
            }
        }
    }
}
