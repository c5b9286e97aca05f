//! Notifications, and the journal that keeps them.
//!
//! A vertex that others are to be told of goes through five steps: its check finds a difference; its intent is put on disk; it is
//! applied; one batch puts on disk whom it has to tell, ends the intent, and ends what it was told itself before it began; only
//! then it is settled and its successors may start. So a crash at any point loses no notification and repeats one at most.

use super::commit::Adopted;
use super::run::Active;
use super::state::{HIDDEN, INTENT};
use super::{Action, Handle, Report, Scheduler};
use crate::engine::graph::EdgeDiff;
use crate::engine::journal::record::Record;
use crate::engine::journal::{Name, Survived};
use mgmt_values::resource::ResourceId;
use petgraph::stable_graph::NodeIndex;
use rustc_hash::FxHashMap;

/// What is pending, and what is on its way to the disk.
#[derive(Debug)]
pub(super) struct Notifications {
    /// By receiver: from whom, and the number of the newest. A number is never used twice.
    pending: FxHashMap<NodeIndex, Vec<(NodeIndex, u64)>>,
    number: u64,
    /// What the journal remembered, until the first graph is in force.
    survived: Option<Survived>,
    /// Batches on their way to the disk, and whose run waits for each.
    writes: FxHashMap<u64, Option<Handle>>,
    token: u64,
}

impl Notifications {
    pub(super) fn new(survived: Survived) -> Notifications {
        Notifications {
            pending: FxHashMap::default(),
            number: survived.newest(),
            survived: Some(survived),
            writes: FxHashMap::default(),
            token: 0,
        }
    }

    /// What is pending for a vertex: from whom, and its number.
    pub(super) fn of(&self, to: NodeIndex) -> Vec<(NodeIndex, u64)> {
        self.pending.get(&to).cloned().unwrap_or_default()
    }

    /// Whether nothing is on its way to the disk.
    pub(super) fn at_rest(&self) -> bool {
        self.writes.is_empty()
    }

    fn raise(&mut self, from: NodeIndex, to: NodeIndex, number: u64) {
        let pending = self.pending.entry(to).or_default();
        match pending.iter_mut().find(|(sender, _)| *sender == from) {
            Some(entry) => entry.1 = number,
            None => pending.push((from, number)),
        }
    }

    /// Takes out the entries that `gone` names.
    fn take(&mut self, to: NodeIndex, mut gone: impl FnMut(&(NodeIndex, u64)) -> bool) -> Vec<(NodeIndex, u64)> {
        let Some(pending) = self.pending.get_mut(&to) else { return Vec::new() };
        let taken = pending.extract_if(.., |entry| gone(entry)).collect();
        if pending.is_empty() {
            self.pending.remove(&to);
        }
        taken
    }
}

fn name(id: &ResourceId) -> Name {
    Name { kind: id.kind.to_string(), name: id.name.as_bytes().to_vec() }
}

impl Scheduler {
    fn name(&self, node: NodeIndex) -> Name {
        name(&self.live.vertex(node).id.resource)
    }

    /// Those that a change of this vertex is to be told to. Hidden ones never act.
    fn receivers(&self, node: NodeIndex) -> Vec<NodeIndex> {
        let notified = self.live.successors(node).filter(|(_, edge)| edge.notify).map(|(to, _)| to);
        notified.filter(|to| !self.state(*to).is(HIDDEN)).collect()
    }

    /// Puts the intent of a run on disk first, if anybody is to be told of what it does. False: there is nothing to wait for.
    pub(super) fn intend(&mut self, handle: Handle, node: NodeIndex) -> bool {
        if self.state(node).is(INTENT) || self.receivers(node).is_empty() {
            return false;
        }
        self.state_mut(node).set(INTENT, true);
        if let Some(run) = self.runs.get_mut(&handle) {
            run.fresh_intent = true;
        }
        self.write(Some(handle), vec![Record::Intent(self.name(node))]);
        true
    }

    /// What a run that has succeeded leaves for the journal: whom it tells, and what it was told. `node` is its vertex in the
    /// graph, whatever the version.
    pub(super) fn outcome(&mut self, node: NodeIndex, run: &Active, changed: bool, current: bool) -> Vec<Record> {
        let mut batch = Vec::new();
        let older = self.state(node).is(INTENT) && !run.fresh_intent;
        if changed || older {
            for to in self.receivers(node) {
                self.notifications.number += 1;
                let number = self.notifications.number;
                self.notifications.raise(node, to, number);
                batch.push(Record::Pending { from: self.name(node), to: self.name(to), number });
            }
        }
        if self.state(node).is(INTENT) {
            self.state_mut(node).set(INTENT, false);
            batch.push(Record::Done(self.name(node)));
        }
        if current {
            // A notification that came after this run began has another number, and stays.
            for (from, number) in self.notifications.take(node, |entry| run.seen.iter().any(|seen| seen.1 == entry.1)) {
                batch.push(Record::Delivered { from: self.name(from), to: self.name(node), number });
            }
        }
        batch
    }

    /// Pokes those that have something pending from this vertex that their run in flight, if any, did not see.
    pub(super) fn poke_receivers(&mut self, node: NodeIndex) {
        for to in self.receivers(node) {
            let pending = self.notifications.pending.get(&to);
            let Some(entry) = pending.and_then(|pending| pending.iter().find(|(from, _)| *from == node)) else { continue };
            if !self.runs.get(&self.handle(to)).is_some_and(|run| run.seen.contains(entry)) {
                self.mark_dirty(to, true);
            }
        }
    }

    /// Puts a batch on disk; the run of `handle` waits for it.
    pub(super) fn write(&mut self, handle: Option<Handle>, batch: Vec<Record>) {
        self.notifications.token += 1;
        self.notifications.writes.insert(self.notifications.token, handle);
        self.act(Action::Write(self.notifications.token, batch));
    }

    pub(super) fn written(&mut self, token: u64, result: Result<(), String>) {
        let Some(handle) = self.notifications.writes.remove(&token) else { return };
        if let Err(cause) = &result {
            self.report(Report::JournalFailed { cause: cause.clone() });
        }
        if let Some(handle) = handle {
            self.on_disk(handle, result);
        }
    }

    /// Drops what the journal holds for edges that are no longer in the graph, and takes over what it remembered from a former
    /// process.
    pub(super) fn adopt(&mut self, edges: &[EdgeDiff], adopted: &Adopted) {
        let mut batch = Vec::new();
        for diff in edges {
            if diff.before.as_ref().is_some_and(|e| e.notify) && !diff.after.as_ref().is_some_and(|e| e.notify) {
                for (_, number) in self.notifications.take(diff.to, |(from, _)| *from == diff.from) {
                    let (from, to) = (name(adopted.id(self, diff.from)), name(adopted.id(self, diff.to)));
                    batch.push(Record::Delivered { from, to, number });
                }
            }
        }
        for (node, vertex) in &adopted.removed {
            if self.state(*node).is(INTENT) {
                batch.push(Record::Done(name(&vertex.id.resource)));
            }
        }
        if let Some(survived) = self.notifications.survived.take() {
            self.recover(survived, &mut batch);
        }
        if !batch.is_empty() {
            self.write(None, batch);
        }
    }

    fn recover(&mut self, survived: Survived, batch: &mut Vec<Record>) {
        let mut by_name: FxHashMap<Name, NodeIndex> = FxHashMap::default();
        if survived != Survived::default() {
            for node in self.live.nodes() {
                // Where a hidden one shares the name of a visible one, the visible one is meant.
                let known = by_name.entry(self.name(node)).or_insert(node);
                if self.state(*known).is(HIDDEN) {
                    *known = node;
                }
            }
        }
        for intent in survived.intents {
            match by_name.get(&intent) {
                Some(node) if self.live.successors(*node).any(|(_, edge)| edge.notify) => self.state_mut(*node).set(INTENT, true),
                _ => batch.push(Record::Done(intent)),
            }
        }
        for ((from, to), number) in survived.pending {
            let ends = by_name.get(&from).copied().zip(by_name.get(&to).copied());
            match ends.filter(|ends| self.live.edge(ends.0, ends.1).is_some_and(|edge| edge.notify)) {
                Some(ends) => self.notifications.raise(ends.0, ends.1, number),
                None => batch.push(Record::Delivered { from, to, number }),
            }
        }
        if survived.lost {
            let mut nodes: Vec<NodeIndex> = by_name.into_values().collect();
            nodes.sort_unstable();
            for from in nodes {
                for to in self.receivers(from) {
                    self.notifications.number += 1;
                    let number = self.notifications.number;
                    self.notifications.raise(from, to, number);
                    batch.push(Record::Pending { from: self.name(from), to: self.name(to), number });
                }
            }
            batch.push(Record::Found);
        }
    }

    /// Every pending notification, for checks.
    #[cfg(test)]
    pub(super) fn pending(&self) -> impl Iterator<Item = (NodeIndex, NodeIndex)> {
        self.notifications.pending.iter().flat_map(|(to, from)| from.iter().map(|(from, _)| (*from, *to)))
    }
}
