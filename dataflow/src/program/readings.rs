//! Where what is known meets who reads it.
//!
//! Like the nodes behind it, a table: a key is found by one look however many there are, so that a change costs the same in a program of
//! ten statements and in one of a hundred thousand.

use super::record::{Fact, In, Name, Node};
use super::rounds::Rounds;
use crate::counts::Counts;
use crate::relation::{Rows, Updates, by_key, in_order};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::collections::hash_map::Entry;
use std::hash::Hash;
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
    in_order(parties, "Read", move |time, changes, readings| {
        by_key(changes, |name, changes| {
            let emit = |node: &Node, fact: &Fact, diff| {
                readings.push(((node.clone(), In::Read(name, fact.clone())), rounds.settled(node.level, time), diff));
            };
            match meetings.entry(name) {
                Entry::Occupied(mut entry) => {
                    entry.get_mut().change(changes, emit);
                    if entry.get().is_over() {
                        entry.remove();
                    }
                }
                Entry::Vacant(entry) => entry.insert(Meeting::default()).change(changes, emit),
            }
        });
    })
}

/// Everything under one name.
#[derive(Default)]
struct Meeting {
    /// One, as a rule; none before the first.
    facts: Bag<Fact>,
    /// Mostly one, sometimes everybody.
    readers: Bag<Node>,
}

impl Meeting {
    /// Takes in changes, and emits those of each pair.
    fn change(&mut self, changes: &mut Updates<Party>, mut emit: impl FnMut(&Node, &Fact, isize)) {
        let mut news: SmallVec<[(Fact, isize); 2]> = SmallVec::new();
        for (party, diff) in changes.drain(..) {
            match party {
                Party::Fact(fact) => news.push((fact, diff)),
                Party::Reader(node) => {
                    // Of the facts of before: the new ones are told to all readers below.
                    self.facts.each(|fact, times| emit(&node, fact, times * diff));
                    self.readers.add(node, diff);
                }
            }
        }
        self.readers.each(|node, times| news.iter().for_each(|(fact, diff)| emit(node, fact, times * diff)));
        // What goes goes first, so that there is one at a time.
        news.sort_by_key(|(_, diff)| *diff);
        news.into_iter().for_each(|(fact, diff)| self.facts.add(fact, diff));
    }

    fn is_over(&self) -> bool {
        matches!((&self.facts, &self.readers), (Bag::Empty, Bag::Empty))
    }
}

/// Things with how often each is there: mostly one thing, once.
#[derive(Default)]
enum Bag<T> {
    #[default]
    Empty,
    One(T),
    Many(Box<Counts<T>>),
}

impl<T: Hash + Eq> Bag<T> {
    fn add(&mut self, thing: T, diff: isize) {
        match self {
            Bag::Empty if diff == 1 => *self = Bag::One(thing),
            Bag::One(one) if diff == -1 && *one == thing => *self = Bag::Empty,
            Bag::Many(many) => {
                many.add(thing, diff);
                if many.0.is_empty() {
                    *self = Bag::Empty;
                }
            }
            _ => {
                let mut many = Counts::default();
                if let Bag::One(one) = std::mem::take(self) {
                    many.add(one, 1);
                }
                many.add(thing, diff);
                *self = Bag::Many(Box::new(many));
            }
        }
    }

    fn each(&self, mut visit: impl FnMut(&T, isize)) {
        match self {
            Bag::Empty => {}
            Bag::One(one) => visit(one, 1),
            Bag::Many(many) => many.0.iter().for_each(|(thing, times)| visit(thing, *times)),
        }
    }
}
