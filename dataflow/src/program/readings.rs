//! Where what is known meets who reads it.
//!
//! Like the nodes behind it, a table: a key is found by one look however many there are, so that a change costs the same in a program of
//! ten statements and in one of a hundred thousand.

use super::record::{Fact, In, Name, Node};
use super::rounds::Rounds;
use crate::relation::{Rows, Updates, in_order};
use differential_dataflow::consolidation::consolidate;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::collections::hash_map::Entry;
use std::rc::Rc;

/// What comes together under the name of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// It is known.
    Fact(Fact),
    /// Somebody reads it.
    Reader(Node),
}

/// The operator: readings, for each reader when its level is settled.
pub fn read<'scope>(parties: Rows<'scope, (Name, Party)>, rounds: Rc<Rounds>) -> Rows<'scope, (Node, In)> {
    let mut meetings: FxHashMap<Name, Meeting> = FxHashMap::default();
    in_order(parties, "Read", move |time, mut changes: Updates<(Name, Party)>, readings| {
        // What comes and goes at once is no change.
        consolidate(&mut changes);
        let mut changes = changes.into_iter().peekable();
        while let Some(&((name, _), _)) = changes.peek() {
            let group = std::iter::from_fn(|| changes.next_if(|((next, _), _)| *next == name));
            let group = group.map(|((_, party), diff)| (party, diff));
            let emit = |node: &Node, fact: &Fact, diff| {
                readings.push(((node.clone(), In::Read(name, fact.clone())), rounds.settled(node.level, time), diff));
            };
            match meetings.entry(name) {
                Entry::Occupied(mut entry) => {
                    entry.get_mut().change(group, emit);
                    if entry.get().is_over() {
                        entry.remove();
                    }
                }
                Entry::Vacant(entry) => entry.insert(Meeting::default()).change(group, emit),
            }
        }
    })
}

/// Everything under one name.
#[derive(Default)]
struct Meeting {
    /// One, as a rule; none before the first.
    facts: SmallVec<[(Fact, isize); 1]>,
    readers: Readers,
}

impl Meeting {
    /// Takes in changes, and emits those of each pair.
    fn change(&mut self, changes: impl Iterator<Item = (Party, isize)>, mut emit: impl FnMut(&Node, &Fact, isize)) {
        let mut news: SmallVec<[(Fact, isize); 2]> = SmallVec::new();
        for (party, diff) in changes {
            match party {
                Party::Fact(fact) => news.push((fact, diff)),
                Party::Reader(node) => {
                    // Of the facts of before: the new ones are told to all readers below.
                    self.facts.iter().for_each(|(fact, times)| emit(&node, fact, times * diff));
                    self.readers.add(node, diff);
                }
            }
        }
        self.readers.each(|node, times| news.iter().for_each(|(fact, diff)| emit(node, fact, times * diff)));
        for (fact, diff) in news {
            match self.facts.iter().position(|(known, _)| *known == fact) {
                Some(at) => {
                    self.facts[at].1 += diff;
                    if self.facts[at].1 == 0 {
                        self.facts.swap_remove(at);
                    }
                }
                None => self.facts.push((fact, diff)),
            }
        }
    }

    fn is_over(&self) -> bool {
        self.facts.is_empty() && self.readers.is_empty()
    }
}

/// Who reads a key, and how often: mostly one, sometimes everybody.
enum Readers {
    One(Node, isize),
    Many(FxHashMap<Node, isize>),
}

impl Default for Readers {
    fn default() -> Readers {
        Readers::Many(FxHashMap::default())
    }
}

impl Readers {
    fn add(&mut self, node: Node, diff: isize) {
        match self {
            Readers::One(one, times) if *one == node => {
                *times += diff;
                if *times == 0 {
                    *self = Readers::default();
                }
            }
            Readers::One(..) => {
                if let Readers::One(one, times) = std::mem::take(self) {
                    *self = Readers::Many([(one, times), (node, diff)].into_iter().collect());
                }
            }
            Readers::Many(readers) if readers.is_empty() => *self = Readers::One(node, diff),
            Readers::Many(readers) => match readers.entry(node) {
                Entry::Occupied(mut entry) => {
                    *entry.get_mut() += diff;
                    if *entry.get() == 0 {
                        entry.remove();
                    }
                }
                Entry::Vacant(entry) => {
                    entry.insert(diff);
                }
            },
        }
    }

    fn each(&self, mut visit: impl FnMut(&Node, isize)) {
        match self {
            Readers::One(node, times) => visit(node, *times),
            Readers::Many(readers) => readers.iter().for_each(|(node, times)| visit(node, *times)),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Readers::Many(readers) if readers.is_empty())
    }
}
