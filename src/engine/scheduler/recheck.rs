//! After a failure the prerequisites are asked: if one of them is no longer right, it is repaired first and the attempt was free.

use super::Scheduler;
use super::state::{DIRTY, FREE, HIDDEN, OK, PROBE, Phase};
use petgraph::stable_graph::NodeIndex;
use rustc_hash::{FxHashMap, FxHashSet};
use std::time::Duration;

/// Who asks whom.
#[derive(Debug, Default)]
pub(super) struct Asking {
    askers: FxHashMap<NodeIndex, Question>,
    /// By the one that is asked.
    asked: FxHashMap<NodeIndex, Vec<(NodeIndex, u64)>>,
    number: u64,
}

#[derive(Debug)]
struct Question {
    /// Tells the question of one failure from that of another.
    number: u64,
    prerequisites: FxHashSet<NodeIndex>,
    /// Answers to come.
    open: usize,
    /// What is not right.
    found: Vec<NodeIndex>,
    cause: String,
}

impl Scheduler {
    /// Asks all prerequisites of a vertex that has failed, direct and indirect ones. False: there is nothing to ask, or it has been
    /// done for this attempt.
    pub(super) fn ask(&mut self, node: NodeIndex, cause: &str) -> bool {
        if self.stop.is_some() || self.state(node).is(FREE) || !self.live.has_predecessors(node) {
            return false;
        }
        let prerequisites = self.prerequisites(node);
        let (mut found, mut ask) = (Vec::new(), Vec::new());
        for other in &prerequisites {
            let state = self.state(*other);
            if state.is(HIDDEN) || self.noop(*other) {
                continue;
            }
            if state.is(OK) && !state.is(DIRTY) && state.phase() == Phase::Idle {
                ask.push(*other);
            } else {
                found.push(*other);
            }
        }
        if ask.is_empty() && found.is_empty() {
            return false;
        }
        self.asking.number += 1;
        let number = self.asking.number;
        let open = ask.len();
        let prerequisites = prerequisites.into_iter().collect();
        let question = Question { number, prerequisites, open, found, cause: cause.to_owned() };
        self.asking.askers.insert(node, question);
        self.set_phase(node, Phase::Asking);
        for other in ask {
            self.asking.asked.entry(other).or_default().push((node, number));
            self.state_mut(other).set(PROBE, true);
            self.enqueue(other);
        }
        if open == 0 {
            self.conclude(node);
        }
        true
    }

    /// Everything that runs before a vertex, nearest first.
    fn prerequisites(&self, node: NodeIndex) -> Vec<NodeIndex> {
        let mut seen = FxHashSet::from_iter([node]);
        let (mut all, mut next) = (vec![node], 0);
        while let Some(node) = all.get(next).copied() {
            next += 1;
            all.extend(self.live.predecessors(node).map(|(before, _)| before).filter(|before| seen.insert(*before)));
        }
        all.remove(0);
        all
    }

    /// Tells those who asked a vertex whether it was not right.
    pub(super) fn answer(&mut self, node: NodeIndex, found: bool) {
        for (asker, number) in self.asking.asked.remove(&node).unwrap_or_default() {
            let Some(question) = self.asking.askers.get_mut(&asker).filter(|q| q.number == number) else { continue };
            question.open -= 1;
            if found {
                question.found.push(node);
            }
            if question.open == 0 {
                self.conclude(asker);
            }
        }
    }

    fn conclude(&mut self, node: NodeIndex) {
        let Some(question) = self.asking.askers.remove(&node) else { return };
        self.set_phase(node, Phase::Idle);
        if question.found.is_empty() {
            return self.spend(node, question.cause, Duration::ZERO);
        }
        // What lies between is looked at again in order, so that the failed one waits for all of it.
        let mut open = question.found;
        let mut seen: FxHashSet<NodeIndex> = open.iter().copied().collect();
        while let Some(found) = open.pop() {
            let after = self.live.successors(found).map(|(next, _)| next);
            let between: Vec<NodeIndex> =
                after.filter(|next| question.prerequisites.contains(next) && seen.insert(*next)).collect();
            for next in between {
                self.mark_dirty(next, false);
                open.push(next);
            }
        }
        self.state_mut(node).set(FREE, true);
        self.enqueue(node);
    }

    /// A vertex that asked does so no more.
    pub(super) fn withdraw(&mut self, node: NodeIndex) {
        self.asking.askers.remove(&node);
    }
}
