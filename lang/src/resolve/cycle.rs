//! Sorting the statements of a block so that each stands behind what it depends on, and naming the loop where that cannot be.

use super::code::{Body, Item};
use crate::diagnostic::Diagnostic;
use mgmt_values::{Phase, Span};

/// A loop of statements that need each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cycle {
    /// Decides which of several loops is reported: the least.
    pub label: (u8, String),
    /// The places of the uses that make it up, in the order of the text.
    pub places: Vec<Span>,
}

impl Cycle {
    /// What to tell about it: the first use is the place.
    pub fn diagnostic(&self) -> Diagnostic {
        let message = if self.places.len() == 1 { "this refers to itself" } else { "these refer to each other in a circle" };
        let first = self.places.first().copied().unwrap_or_default();
        let diagnostic = Diagnostic::new(Phase::Setscope, first, format!("recursion is not possible: {message}"));
        self.places[1..].iter().fold(diagnostic, |diagnostic, &place| diagnostic.with_related(place, "and here"))
    }
}

/// An order in which every index stands behind those that it depends on, otherwise as they come; and whether that was possible.
pub(super) fn sort(before: &[Vec<(usize, Span)>]) -> (Vec<usize>, bool) {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut state = vec![State::New; before.len()];
    let mut order = Vec::with_capacity(before.len());
    let mut acyclic = true;
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for root in 0..before.len() {
        if state[root] != State::New {
            continue;
        }
        stack.push((root, 0));
        state[root] = State::Open;
        while let Some((index, next)) = stack.last_mut() {
            match before[*index].get(*next) {
                Some(&(dependency, _)) => {
                    *next += 1;
                    match state[dependency] {
                        State::New => {
                            state[dependency] = State::Open;
                            stack.push((dependency, 0));
                        }
                        State::Open => acyclic = false,
                        State::Done => {}
                    }
                }
                None => {
                    state[*index] = State::Done;
                    order.push(*index);
                    stack.pop();
                }
            }
        }
    }
    (order, acyclic)
}

/// The loop to report: a shortest one through the statement with the least label of all that lie in loops.
pub(super) fn find(body: &Body<'_>, before: &[Vec<(usize, Span)>]) -> Option<Cycle> {
    let mut starts: Vec<usize> = core(before);
    starts.sort_by_cached_key(|&index| label(&body.items[index]));
    starts.into_iter().find_map(|start| {
        let mut places = through(start, before)?;
        places.sort_unstable();
        places.dedup();
        Some(Cycle { label: label(&body.items[start]), places })
    })
}

/// What is left when everything is removed, again and again, that depends on nothing or that nothing depends on.
fn core(before: &[Vec<(usize, Span)>]) -> Vec<usize> {
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); before.len()];
    for (index, dependencies) in before.iter().enumerate() {
        dependencies.iter().for_each(|&(dependency, _)| after[dependency].push(index));
    }
    let mut needs: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut needed: Vec<usize> = after.iter().map(Vec::len).collect();
    let mut gone = vec![false; before.len()];
    let mut queue: Vec<usize> = (0..before.len()).filter(|&i| needs[i] == 0 || needed[i] == 0).collect();
    while let Some(index) = queue.pop() {
        if std::mem::replace(&mut gone[index], true) {
            continue;
        }
        for &user in &after[index] {
            needs[user] -= 1;
            if needs[user] == 0 {
                queue.push(user);
            }
        }
        for &(dependency, _) in &before[index] {
            needed[dependency] -= 1;
            if needed[dependency] == 0 {
                queue.push(dependency);
            }
        }
    }
    (0..before.len()).filter(|&i| !gone[i]).collect()
}

/// The uses along a shortest loop through a statement.
fn through(start: usize, before: &[Vec<(usize, Span)>]) -> Option<Vec<Span>> {
    let mut from: Vec<Option<(usize, Span)>> = vec![None; before.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(index) = queue.pop_front() {
        for &(dependency, span) in &before[index] {
            if dependency == start {
                let mut places = vec![span];
                let mut at = index;
                while at != start {
                    let (user, span) = from[at]?;
                    places.push(span);
                    at = user;
                }
                return Some(places);
            }
            if from[dependency].is_none() {
                from[dependency] = Some((index, span));
                queue.push_back(dependency);
            }
        }
    }
    None
}

/// Binds go first, by name, then functions, classes and includes.
fn label(item: &Item<'_>) -> (u8, String) {
    match item {
        Item::Bind(s) => (0, s.name.text.to_string()),
        Item::Func(s) => (1, s.name.text.to_string()),
        Item::Class(class) => (2, class.name.to_owned()),
        Item::Include(s) => (3, s.class.text.to_string()),
        _ => (4, String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(edges: &[&[usize]]) -> Vec<Vec<(usize, Span)>> {
        edges.iter().map(|list| list.iter().map(|&i| (i, Span::default())).collect()).collect()
    }

    #[test]
    fn what_is_needed_goes_first() {
        assert_eq!(sort(&before(&[&[2], &[], &[1]])), (vec![1, 2, 0], true));
        assert!(!sort(&before(&[&[1], &[0]])).1);
        assert!(!sort(&before(&[&[0]])).1);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let n = 100_000;
        let chain: Vec<_> = (0..n).map(|i| if i + 1 < n { vec![(i + 1, Span::default())] } else { Vec::new() }).collect();
        assert_eq!(sort(&chain).0.first(), Some(&(n - 1)));
        assert!(core(&chain).is_empty());
    }

    #[test]
    fn loops_are_found_behind_what_leads_to_them() {
        let graph = before(&[&[1], &[2], &[1, 3], &[]]);
        assert_eq!(core(&graph), [1, 2]);
        assert!(through(1, &graph).is_some() && through(0, &graph).is_none());
    }
}
