//! Sends what nodes give to where it is taken: the operator right behind the feedback of the loop.
//!
//! It is linear and keeps no state.

use super::brood::{self, Member};
use super::record::{Brood, Fact, In, Name, Node, Out, Part, Report, Share, Told, Wish};
use differential_dataflow::consolidation::consolidate;
use differential_dataflow::{AsCollection, VecCollection};
use std::sync::Arc;
use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::generic::OutputBuilder;
use timely::dataflow::operators::generic::builder_rc::OperatorBuilder;
use timely::order::Product;
use timely::progress::operate::FrontierInterest;

/// Epoch and round.
pub type Time = Product<u64, u64>;

type Update<D> = (D, Time, isize);

/// What comes out of the operator.
pub struct Routed<'scope> {
    /// Values of cells and elements of loops, by key.
    pub facts: VecCollection<'scope, Time, (Name, Fact), isize>,
    /// Who reads which key.
    pub needs: VecCollection<'scope, Time, (Name, Node), isize>,
    /// What nodes are given directly: code, wishes, bundles.
    pub inputs: VecCollection<'scope, Time, (Node, In), isize>,
    /// What the outside hears.
    pub reports: VecCollection<'scope, Time, Report, isize>,
}

/// The first round in which what a cell of this level gives can be seen. The rounds between two levels are more than any chain of
/// lazy cells that start each other has, and empty rounds cost nothing: so an equal value that comes by a longer way is the same
/// value in the same round, and re-runs nobody.
fn round(level: u32) -> u64 {
    (u64::from(level) + 1) << 16
}

fn delayed(time: Time, level: u32) -> Time {
    Product::new(time.outer, time.inner.max(round(level)))
}

/// Builds the operator.
pub fn route<'scope>(outs: VecCollection<'scope, Time, (Node, Out), isize>) -> Routed<'scope> {
    let mut builder = OperatorBuilder::new("Route".to_owned(), outs.inner.scope());
    let mut input = builder.new_input(outs.inner, Pipeline);
    builder.set_notify_for(0, FrontierInterest::Never);
    let (facts, facts_stream) = builder.new_output();
    let (needs, needs_stream) = builder.new_output();
    let (inputs, inputs_stream) = builder.new_output();
    let (reports, reports_stream) = builder.new_output();
    let mut facts = OutputBuilder::from(facts);
    let mut needs = OutputBuilder::from(needs);
    let mut inputs = OutputBuilder::from(inputs);
    let mut reports = OutputBuilder::from(reports);
    builder.build(move |_| {
        move |_frontiers| {
            let (mut facts, mut needs, mut inputs, mut reports) =
                (facts.activate(), needs.activate(), inputs.activate(), reports.activate());
            input.for_each_time(|time, batches| {
                let mut routes = Routes::default();
                for ((node, out), time, diff) in batches.flat_map(|batch| batch.drain(..)) {
                    routes.give(node, out, time, diff);
                }
                routes.pair();
                facts.session(&time).give_container(&mut routes.facts);
                needs.session(&time).give_container(&mut routes.needs);
                inputs.session(&time).give_container(&mut routes.inputs);
                reports.session(&time).give_container(&mut routes.reports);
            });
        }
    });
    Routed {
        facts: facts_stream.as_collection(),
        needs: needs_stream.as_collection(),
        inputs: inputs_stream.as_collection(),
        reports: reports_stream.as_collection(),
    }
}

/// What is on its way out, and what waits to be paired.
#[derive(Default)]
struct Routes {
    facts: Vec<Update<(Name, Fact)>>,
    needs: Vec<Update<(Name, Node)>>,
    inputs: Vec<Update<(Node, In)>>,
    reports: Vec<Update<Report>>,
    compound: Vec<(Time, Node, Compound, isize)>,
}

/// One record that stands for many.
enum Compound {
    Needs(Share, Arc<[Wish]>),
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

impl Routes {
    fn give(&mut self, node: Node, out: Out, time: Time, diff: isize) {
        match out {
            Out::Need(wish) => self.need(wish, node, time, diff),
            Out::Needs(share, needs) => self.compound.push((time, node, Compound::Needs(share, needs), diff)),
            Out::Brood(level, brood) => self.compound.push((delayed(time, level), node, Compound::Brood(brood), diff)),
            Out::Value(level, answer) => {
                let name = Name::Cell(node.cell, node.context);
                self.facts.push(((name, Fact::from(answer)), delayed(time, level), diff));
            }
            Out::Open(placed) => self.inputs.push(((node.part(Part::WHOLE), In::Code(placed)), time, diff)),
            Out::Bundle(share, facts) => self.inputs.push(((node.part(Part::WHOLE), In::Bundle(share, facts)), time, diff)),
            Out::Tell(told) => {
                let report = match told {
                    Told::Row(contribution) => Report::Row(contribution),
                    Told::Failed(error) => Report::Failed(error),
                    Told::Pending => Report::Pending(node.instance()),
                };
                self.reports.push((report, time, diff));
            }
        }
    }

    fn need(&mut self, wish: Wish, node: Node, time: Time, diff: isize) {
        match &wish.name {
            Name::Cell(cell, context) => {
                self.inputs.push(((Node::new(*cell, context.clone(), Part::GATE), In::Wanted), time, diff));
            }
            Name::Element(..) => {}
            Name::Shared(_) | Name::Own(_) => self.reports.push((Report::Demand(wish.clone()), time, diff)),
        }
        self.needs.push(((wish.name, node), time, diff));
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
            self.expand(node, first, second, time, *diff);
        }
    }

    /// Emits `diff` times what `plus` has and `minus` has not, and the reverse negated.
    fn expand(&mut self, node: &Node, plus: &Compound, minus: Option<&Compound>, time: &Time, diff: isize) {
        match (plus, minus) {
            (Compound::Needs(share, plus), minus) => {
                let node = node.part(Part::chunk(*share));
                let minus: &[Wish] = if let Some(Compound::Needs(_, minus)) = minus { minus } else { &[] };
                let mut updates: Vec<(&Wish, isize)> = plus.iter().map(|wish| (wish, diff)).collect();
                updates.extend(minus.iter().map(|wish| (wish, -diff)));
                consolidate(&mut updates);
                for (wish, diff) in updates {
                    self.need(wish.clone(), node.clone(), *time, diff);
                }
            }
            (Compound::Brood(plus), minus) => {
                let minus = if let Some(Compound::Brood(minus)) = minus { Some(&**minus) } else { None };
                brood::difference(node.cell, &node.context, minus, Some(plus), &mut |member, sign| match member {
                    Member::Element(name, fact) => self.facts.push(((name, fact), *time, sign * diff)),
                    Member::Instance(node, code) => self.inputs.push(((node, code), *time, sign * diff)),
                });
            }
        }
    }
}
