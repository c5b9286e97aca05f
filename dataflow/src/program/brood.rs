//! Which instances and elements exist by a statement, as the difference between what it gave before and what it gives now.
//!
//! Expansion is linear: the difference of two broods is the expansion of one minus that of the other, so any pairing is right, and
//! pairing what a statement took back with what it gives instead makes it cheap.

use super::record::{Answer, Brood, BroodOf, Fact, In, Lineage, Name, Node, Part, Placed};
use crate::shared::Shared;
use mgmt_values::key::{CellId, Context, Key, Step};
use mgmt_values::outcome::{Cell, Keying, Loop, Role};
use mgmt_values::value::Value;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;

/// So many values are looked for one by one.
const FEW: usize = 4;

/// What a brood consists of.
#[derive(Debug)]
pub enum Member {
    /// A fact under a key: an element.
    Element(Name, Fact),
    /// The code of an instance.
    Instance(Node, In),
}

/// Emits what `new` has and `old` has not with 1, and the reverse with -1. Both are of the statement `cell` in `context`.
pub fn difference(
    cell: CellId,
    context: &Context,
    old: Option<&Brood>,
    new: Option<&Brood>,
    emit: &mut impl FnMut(Member, isize),
) {
    let mut births = Births { cell, context, emit };
    match (old, new) {
        (Some(Brood { of: BroodOf::Loop(old), .. }), Some(Brood { of: BroodOf::Loop(new), lineage }))
            if old.keying == new.keying =>
        {
            births.loops(lineage, old, new);
        }
        (Some(Brood { of: BroodOf::Branch(old), .. }), Some(Brood { of: BroodOf::Branch(new), lineage })) => {
            births.bodies(context, &placed(&without(old, new), lineage), -1);
            births.bodies(context, &placed(&without(new, old), lineage), 1);
        }
        (old, new) => {
            for (brood, sign) in [(old, -1), (new, 1)] {
                match brood {
                    Some(Brood { of: BroodOf::Loop(of), lineage }) => {
                        let body = placed(&of.body, lineage);
                        births.elements(of.keying, &of.collection, |births, step, element| {
                            births.member(&body, step, element, sign)
                        });
                    }
                    Some(Brood { of: BroodOf::Branch(of), lineage }) => births.bodies(context, &placed(of, lineage), sign),
                    None => {}
                }
            }
        }
    }
}

/// Cells that exist by the innermost of `lineage`: made once, however many instances they have.
fn placed(cells: &[Cell], lineage: &Lineage) -> Vec<Shared<Placed>> {
    cells.iter().map(|cell| Shared::new(Placed { cell: cell.clone(), lineage: lineage.clone() })).collect()
}

/// The node that takes the code of a cell, and the code.
pub fn instance(placed: Shared<Placed>, context: &Context) -> (Node, In) {
    let node = match placed.cell.role {
        Role::Lazy => Node::gate(placed.cell.id, context.clone()),
        _ => Node::new(placed.cell.id, placed.cell.level, context.clone(), Part::WHOLE),
    };
    (node, In::Code(placed))
}

struct Births<'a, F> {
    cell: CellId,
    context: &'a Context,
    emit: &'a mut F,
}

impl<F: FnMut(Member, isize)> Births<'_, F> {
    fn bodies(&mut self, context: &Context, body: &[Shared<Placed>], sign: isize) {
        for placed in body {
            let (node, code) = instance(placed.clone(), context);
            (self.emit)(Member::Instance(node, code), sign);
        }
    }

    /// Everything that one element means.
    fn member(&mut self, body: &[Shared<Placed>], step: Step, element: Option<&Value>, sign: isize) {
        let inner = self.context.enter(step);
        self.element(&inner, element, sign);
        self.bodies(&inner, body, sign);
    }

    fn element(&mut self, inner: &Context, element: Option<&Value>, sign: isize) {
        if let Some(value) = element {
            let fact = Fact::from(Answer::Value(value.clone()));
            (self.emit)(Member::Element(Name::from(&Key::Element(self.cell, inner.clone())), fact), sign);
        }
    }

    /// Visits the elements with their steps, and the value to be read where the step does not say it.
    fn elements(&mut self, keying: Keying, collection: &Value, mut visit: impl FnMut(&mut Self, Step, Option<&Value>)) {
        match keying {
            Keying::Position => {
                for (index, value) in list(collection).iter().enumerate() {
                    visit(self, Step::Index(index as u32), Some(value));
                }
            }
            Keying::Occurrence => {
                let mut seen: FxHashMap<&Value, u32> = FxHashMap::default();
                for value in list(collection) {
                    let count = seen.entry(value).or_default();
                    visit(self, Step::Value(value.clone(), *count), None);
                    *count += 1;
                }
            }
            Keying::Key => {
                for (key, value) in entries(collection) {
                    visit(self, Step::Key(key.clone()), Some(value));
                }
            }
        }
    }

    /// One loop becomes another of the same keying.
    fn loops(&mut self, lineage: &Lineage, old: &Loop, new: &Loop) {
        let same = old.body == new.body;
        let gone = placed(&if same { Vec::new() } else { without(&old.body, &new.body) }, lineage);
        let come = placed(&if same { Vec::new() } else { without(&new.body, &old.body) }, lineage);
        let (old_body, new_body) = (placed(&old.body, lineage), placed(&new.body, lineage));
        let both = |births: &mut Self, step: Step, before: Option<&Value>, after: Option<&Value>| {
            if same && before == after {
                return;
            }
            let inner = births.context.enter(step);
            if before != after {
                births.element(&inner, before, -1);
                births.element(&inner, after, 1);
            }
            births.bodies(&inner, &gone, -1);
            births.bodies(&inner, &come, 1);
        };
        match old.keying {
            Keying::Position => {
                let (before, after) = (list(&old.collection), list(&new.collection));
                let common = before.len().min(after.len());
                for index in 0..common {
                    // Compared here first: most are equal, and making a step is dear.
                    if !same || before[index] != after[index] {
                        both(self, Step::Index(index as u32), Some(&before[index]), Some(&after[index]));
                    }
                }
                for (index, value) in before.iter().enumerate().skip(common) {
                    self.member(&old_body, Step::Index(index as u32), Some(value), -1);
                }
                for (index, value) in after.iter().enumerate().skip(common) {
                    self.member(&new_body, Step::Index(index as u32), Some(value), 1);
                }
            }
            Keying::Occurrence => {
                if !same {
                    // Every instance changes, so there is no need to be clever.
                    let (mut kept, counts) = (FxHashMap::default(), occurrences(list(&new.collection)));
                    self.elements(Keying::Occurrence, &old.collection, |births, step, _| {
                        let Step::Value(value, occurrence) = &step else { return };
                        if *occurrence < counts.get(value).copied().unwrap_or_default() {
                            *kept.entry(value.clone()).or_insert(0u32) += 1;
                            both(births, step, None, None);
                        } else {
                            births.member(&old_body, step, None, -1);
                        }
                    });
                    self.elements(Keying::Occurrence, &new.collection, |births, step, _| {
                        let Step::Value(value, occurrence) = &step else { return };
                        if *occurrence >= kept.get(value).copied().unwrap_or_default() {
                            births.member(&new_body, step, None, 1);
                        }
                    });
                    return;
                }
                for (value, before, after) in recounted(list(&old.collection), list(&new.collection)) {
                    for occurrence in after..before {
                        self.member(&old_body, Step::Value(value.clone(), occurrence), None, -1);
                    }
                    for occurrence in before..after {
                        self.member(&new_body, Step::Value(value.clone(), occurrence), None, 1);
                    }
                }
            }
            Keying::Key => {
                let (mut before, mut after) = (entries(&old.collection), entries(&new.collection));
                // Both are sorted by key in the order of the language, NaN keys last.
                loop {
                    let order = match (before.first(), after.first()) {
                        (None, None) => break,
                        (Some(_), None) => Ordering::Less,
                        (None, Some(_)) => Ordering::Greater,
                        (Some((a, _)), Some((b, _))) if a == b => Ordering::Equal,
                        // Equal to the language, but not the same key: 0.0 and -0.0.
                        (Some((a, _)), Some((b, _))) => a.compare(b).then(Ordering::Less),
                    };
                    match order {
                        Ordering::Less => {
                            self.member(&old_body, Step::Key(before[0].0.clone()), Some(&before[0].1), -1);
                            before = &before[1..];
                        }
                        Ordering::Greater => {
                            self.member(&new_body, Step::Key(after[0].0.clone()), Some(&after[0].1), 1);
                            after = &after[1..];
                        }
                        Ordering::Equal => {
                            if !same || before[0].1 != after[0].1 {
                                both(self, Step::Key(before[0].0.clone()), Some(&before[0].1), Some(&after[0].1));
                            }
                            (before, after) = (&before[1..], &after[1..]);
                        }
                    }
                }
            }
        }
    }
}

/// The cells of `these` that `those` does not have.
fn without(these: &[Cell], those: &[Cell]) -> Vec<Cell> {
    let mut those: Vec<&Cell> = those.iter().collect();
    those.sort();
    these.iter().filter(|cell| those.binary_search(cell).is_err()).cloned().collect()
}

fn occurrences(list: &[Value]) -> FxHashMap<&Value, u32> {
    let mut counts = FxHashMap::default();
    for value in list {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

/// Values that are not as often in `new` as in `old`, with how often they are in each.
fn recounted<'a>(old: &'a [Value], new: &'a [Value]) -> Vec<(&'a Value, u32, u32)> {
    // What stands at the same distance from the beginning or, where the length differs, from the end cannot change a count.
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old_rest[..old_rest.len() - end], &new_rest[..new_rest.len() - end]);
    let mut changed: FxHashMap<&Value, i64> = FxHashMap::default();
    if old_rest.len() == new_rest.len() {
        for (a, b) in old_rest.iter().zip(new_rest).filter(|(a, b)| a != b) {
            *changed.entry(a).or_default() -= 1;
            *changed.entry(b).or_default() += 1;
        }
    } else {
        old_rest.iter().for_each(|value| *changed.entry(value).or_default() -= 1);
        new_rest.iter().for_each(|value| *changed.entry(value).or_default() += 1);
    }
    changed.retain(|_, by| *by != 0);
    if changed.is_empty() {
        return Vec::new();
    }
    if changed.len() <= FEW {
        // One look at each element, without hashing.
        let mut few: Vec<(&Value, i64, u32)> = changed.into_iter().map(|(value, by)| (value, by, 0)).collect();
        for value in old {
            few.iter_mut().filter(|(of, ..)| *of == value).for_each(|(.., before)| *before += 1);
        }
        return few.into_iter().map(|(value, by, before)| (value, before, (i64::from(before) + by) as u32)).collect();
    }
    let mut counts: FxHashMap<&Value, u32> = changed.keys().map(|value| (*value, 0)).collect();
    for value in old {
        counts.entry(value).and_modify(|before| *before += 1);
    }
    let counted = |(value, by): (&'a Value, i64)| (value, counts[value], (i64::from(counts[value]) + by) as u32);
    changed.into_iter().map(counted).collect()
}

fn list(collection: &Value) -> &[Value] {
    collection.as_list().unwrap_or_default()
}

fn entries(collection: &Value) -> &[(Value, Value)] {
    collection.as_map().map(|map| map.entries()).unwrap_or_default()
}
