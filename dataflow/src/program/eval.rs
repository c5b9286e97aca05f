//! What one node gives for what it is given.

use super::record::{Answer, Brood, BroodOf, Contribution, Fact, In, Name, Node, Out, Part, Placed, Share, Told};
use crate::clock::Clock;
use crate::groups::Group;
use crate::relation::Updates;
use crate::shared::Shared;
use crate::stats::Stats;
use mgmt_values::error::Error;
use mgmt_values::key::{Instance, Key, Site};
use mgmt_values::outcome::{Need, Outcome, Reading, Reads, Role, Yield};
use mgmt_values::value::Value;
use rustc_hash::{FxBuildHasher, FxHashSet};
use std::cell::Cell;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::time::Duration;

/// A list or map of more elements is an error.
const MAX_ELEMENTS: usize = 1_000_000;
/// An evaluation that takes longer is logged.
const SLOW: Duration = Duration::from_millis(50);

/// In how many shares an instance gathers what it reads: none, or a power of two, so many that each holds a quarter of `wide` keys or less.
/// Once there are some there are never none again: who reads much or little by what it reads would else be without it at each change, which
/// takes two rounds, and never come to rest.
pub type Shares = u32;

/// Evaluates nodes, counting and timing.
pub struct Evaluator {
    clock: Clock,
    stats: Arc<Stats>,
    wide: usize,
}

impl Evaluator {
    /// Evaluates with this clock, counting in `stats`, with shares for those who read more than `wide` keys.
    pub fn new(clock: Clock, stats: Arc<Stats>, wide: usize) -> Evaluator {
        Evaluator { clock, stats, wide }
    }

    /// `inputs` are sorted; `output` takes what the node gives.
    pub fn node(&self, node: &Node, inputs: &Group<In>, shares: &mut Shares, output: &mut Updates<Out>) {
        if let Some(share) = node.part.share() {
            let gathered = inputs.iter().filter_map(|(input, _)| match input {
                In::Read(name, fact) => Some((*name, fact.clone())),
                _ => None,
            });
            output.push((Out::Bundle(share, gathered.collect()), 1));
        } else if node.part == Part::GATE {
            if let [(In::Code(placed), _), .., (In::Wanted, _)] = inputs {
                output.push((Out::Open(placed.clone()), 1));
            }
        } else if let Some((In::Code(placed), _)) = inputs.first() {
            self.whole(node, placed, &inputs[1..], shares, output);
        }
    }

    fn whole(&self, node: &Node, placed: &Placed, inputs: &Group<In>, shares: &mut Shares, output: &mut Updates<Out>) {
        let instance = node.instance();
        let cell = &placed.cell;
        let lookup = Lookup::new(inputs);
        let before = (self.clock)();
        let (needs, outcome) = self.settle(&instance, placed, lookup);
        self.list(needs, shares, output);
        let took = (self.clock)().saturating_duration_since(before);
        if took > SLOW {
            tracing::warn!(cell = cell.id.0, context = ?instance.context, ms = took.as_millis() as u64, "a cell ran long");
        }
        let statement = cell.role == Role::Statement;
        let lineage = || placed.lineage.below(instance.clone());
        match outcome {
            Yield::Pending if statement => output.push((Out::Tell(Told::Pending), 1)),
            Yield::Pending => {}
            Yield::Error(error) if statement => output.push((Out::Tell(Told::Failed(Arc::new(error))), 1)),
            Yield::Error(error) => output.push((Out::Value(Answer::Error(Arc::new(error))), 1)),
            Yield::Value(value) => output.push((Out::Value(Answer::Value(value)), 1)),
            Yield::Loop(of) => output.push((Out::Brood(Arc::new(Brood { lineage: lineage(), of: BroodOf::Loop(of) })), 1)),
            Yield::Branch(of) => output.push((Out::Brood(Arc::new(Brood { lineage: lineage(), of: BroodOf::Branch(of) })), 1)),
            Yield::Rows(rows) => {
                let contribution = |row| Shared::new(Contribution::new(instance.clone(), placed.lineage.clone(), row));
                output.extend(rows.into_iter().map(|row| (Out::Tell(Told::Row(contribution(row))), 1)));
            }
        }
    }

    /// Evaluates until what was read of own sources answers what is asked of them now.
    fn settle(&self, instance: &Instance, placed: &Placed, mut lookup: Lookup<'_>) -> (Vec<Need>, Yield) {
        loop {
            self.stats.evaluated(instance.cell);
            lookup.pending.set(false);
            let Outcome { needs, yielded } = placed.cell.code.eval(instance, &lookup);
            // An answer to former arguments is no answer: what follows from it would be seen for a moment only. Each turn
            // hides one more key, so this ends.
            if needs.iter().any(|need| lookup.outdated(need)) {
                let outdated: Vec<Key> = needs.iter().filter(|need| lookup.outdated(need)).map(|need| need.key.clone()).collect();
                lookup.hidden.extend(outdated);
                continue;
            }
            let outcome = match yielded {
                _ if lookup.pending.get() => Yield::Pending,
                Yield::Value(value) => bounded(instance, &value).map_or_else(Yield::Error, |()| Yield::Value(value)),
                Yield::Loop(of) => bounded(instance, &of.collection).map_or_else(Yield::Error, |()| Yield::Loop(of)),
                other => other,
            };
            return (needs, outcome);
        }
    }

    /// Lists few needs one by one, many in shares that keep most of them as they are when some change.
    fn list(&self, mut needs: Vec<Need>, shares: &mut Shares, output: &mut Updates<Out>) {
        if needs.len() > self.wide {
            let enough = (4 * needs.len() / self.wide).next_power_of_two() as u32;
            *shares = enough.max(*shares);
        }
        let of = *shares;
        if of == 0 {
            output.extend(needs.into_iter().map(|need| (Out::Need(need), 1)));
            return;
        }
        needs.sort_by_cached_key(|need| Share::holding(&need.key, of).index);
        for share in needs.chunk_by_mut(|a, b| Share::holding(&a.key, of) == Share::holding(&b.key, of)) {
            share.sort();
            output.push((Out::Needs(Share::holding(&share[0].key, of), Arc::from(&*share)), 1));
        }
    }
}

fn bounded(instance: &Instance, value: &Value) -> Result<(), Error> {
    let elements = match value {
        Value::List(list) => list.as_slice().len(),
        Value::Map(map) => map.entries().len(),
        _ => 0,
    };
    if elements <= MAX_ELEMENTS {
        return Ok(());
    }
    let site = Site { cell: instance.cell, offset: 0 };
    Err(Error::fatal(site, format!("{elements} elements are too many: at most {MAX_ELEMENTS} are allowed")))
}

impl Share {
    /// The share, one of `of`, that holds `key`.
    fn holding(key: &Key, of: u32) -> Share {
        // The upper bits are the well mixed ones.
        Share { of, index: (FxBuildHasher.hash_one(key) >> 32) as u32 & (of - 1) }
    }
}

/// What an instance can read, in the inputs of its node.
struct Lookup<'a> {
    /// Readings by themselves, sorted by name.
    single: &'a Group<In>,
    /// Gathered readings, sorted by share.
    bundles: &'a Group<In>,
    /// Keys whose answer is outdated.
    hidden: FxHashSet<Key>,
    /// Whether something that was read is not known.
    pending: Cell<bool>,
}

impl<'a> Lookup<'a> {
    fn new(inputs: &'a Group<In>) -> Lookup<'a> {
        let first = inputs.partition_point(|(input, _)| matches!(input, In::Code(_) | In::Wanted));
        let end = inputs.partition_point(|(input, _)| !matches!(input, In::Bundle(..)));
        Lookup { single: &inputs[first..end], bundles: &inputs[end..], hidden: FxHashSet::default(), pending: Cell::new(false) }
    }

    fn fact(&self, key: &Key) -> Option<&'a Fact> {
        if !self.hidden.is_empty() && self.hidden.contains(key) {
            return None;
        }
        let name = Name::from(key);
        let single = self.single.binary_search_by(|(input, _)| match input {
            In::Read(at, _) => at.cmp(&name),
            _ => std::cmp::Ordering::Less,
        });
        match single {
            Ok(at) => match &self.single[at].0 {
                In::Read(_, fact) => Some(fact),
                _ => None,
            },
            Err(_) => self.gathered(key, name),
        }
    }

    fn gathered(&self, key: &Key, name: Name) -> Option<&'a Fact> {
        let mut rest = self.bundles;
        // Mostly one generation of shares; two while their number changes.
        while let Some((In::Bundle(Share { of, .. }, _), _)) = rest.first() {
            let generation = &rest[..rest.partition_point(|(input, _)| matches!(input, In::Bundle(share, _) if share.of <= *of))];
            rest = &rest[generation.len()..];
            let share = Share::holding(key, *of);
            let found = generation.binary_search_by(|(input, _)| match input {
                In::Bundle(at, _) => at.cmp(&share),
                _ => std::cmp::Ordering::Less,
            });
            let Some((In::Bundle(_, facts), _)) = found.ok().map(|at| &generation[at]) else { continue };
            if let Ok(at) = facts.binary_search_by_key(&name, |(at, _)| *at) {
                return Some(&facts[at].1);
            }
        }
        None
    }

    fn outdated(&self, need: &Need) -> bool {
        need.call.is_some() && self.fact(&need.key).is_some_and(|fact| fact.call != need.call)
    }
}

impl Reads for Lookup<'_> {
    fn read(&self, key: &Key) -> Reading {
        match self.fact(key).map(|fact| &fact.answer) {
            None => {
                self.pending.set(true);
                Reading::Pending
            }
            Some(Answer::Value(value)) => Reading::Value(value.clone()),
            Some(Answer::Error(error)) => Reading::Error(Error::clone(error)),
        }
    }
}
