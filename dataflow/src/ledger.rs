//! What the executor has, what it should have, and what stands between: rows of statements that wait, errors, the outstanding commit.
//!
//! A pure state machine. Nothing here grows with the graph: only differences are kept, consolidated per id.

use crate::commit::{Commit, EdgeChange, EdgeState, Vertex, VertexChange, VertexId};
use crate::counts::Counts;
use crate::graph::Part;
use crate::program::{Contribution, Report};
use crate::relation::Updates;
use crate::shared::Shared;
use crate::update::Output;
use differential_dataflow::consolidation::consolidate;
use mgmt_values::error::Error;
use mgmt_values::key::Instance;
use mgmt_values::outcome::Need;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::Arc;

/// The state.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Contributions that the statements make, without those that the graph has.
    unfed: Log<Shared<Contribution>>,
    /// Contributions that the graph has, without those of the last commit. Not kept before one is accepted: until then no wave
    /// closes while a statement waits.
    unaccepted: Log<Shared<Contribution>>,
    /// Those of the outstanding commit, without those of the last accepted one.
    underway: Log<Shared<Contribution>>,
    /// Statements that wait.
    waiting: FxHashSet<Instance>,
    /// Uncaught errors of statements, and broken rules.
    errors: Counts<Error>,
    /// Missing ends of edges. What a statement that waits will come to is known to its code alone, and what exists by it to nobody: so
    /// while one waits, all of these may yet come, and none of them is told or holds a commit.
    missing: Counts<Error>,
    /// What was told last.
    told: FxHashSet<Error>,
    /// The graph, without that of the last commit.
    net: Net,
    /// The outstanding commit.
    outstanding: Option<(u64, Net)>,
    /// Why the executor did not take the last one, until it takes another.
    refused: Option<Error>,
    /// The graph is the one that was refused.
    stale: bool,
    /// Commits so far.
    number: u64,
    /// One was accepted.
    accepted: bool,
}

impl Ledger {
    /// Whether a commit has been accepted: from then on a wave has a deadline.
    pub fn has_accepted(&self) -> bool {
        self.accepted
    }

    /// Takes in what an epoch told; gives the changes of who needs what.
    pub fn hear(&mut self, reports: Updates<Report>) -> Updates<Need> {
        let mut needs = Vec::new();
        for (report, diff) in reports {
            match report {
                Report::Demand(need) => needs.push((need, diff)),
                Report::Row(contribution) => self.unfed.extend([(contribution, diff)]),
                Report::Failed(error) => self.errors.add(Error::clone(&error), diff),
                Report::Pending(instance) if diff > 0 => drop(self.waiting.insert(instance)),
                Report::Pending(instance) => drop(self.waiting.remove(&instance)),
            }
        }
        needs
    }

    /// What the graph is to take in at the close of a wave: what statements contribute, except that those that wait, and what exists by
    /// them, keep what was last accepted of them.
    pub fn feed(&mut self) -> Updates<Shared<Contribution>> {
        let mut fed = self.unfed.take();
        if !self.waiting.is_empty() {
            let waits = |contribution: &Contribution| contribution.lineage().any(|instance| self.waiting.contains(instance));
            let (wait, go) = fed.into_iter().partition(|(contribution, _)| waits(contribution));
            let back = self.unaccepted.iter().filter(|(contribution, _)| waits(contribution));
            let back: Updates<_> = back.map(|(contribution, diff)| (contribution.clone(), -diff)).collect();
            fed = go;
            fed.extend(back.iter().cloned());
            self.unfed.extend(wait);
            self.unfed.extend(back.into_iter().map(|(contribution, diff)| (contribution, -diff)));
        }
        if self.accepted {
            self.unaccepted.extend(fed.iter().cloned());
        }
        fed
    }

    /// Takes in how the graph has changed; of each vertex and edge, what goes comes before what comes instead.
    pub fn change(&mut self, parts: Updates<Part>) {
        self.stale &= parts.is_empty();
        let mut parts = parts.into_iter().peekable();
        while let Some((part, diff)) = parts.next() {
            match part {
                Part::Vertex(vertex) if diff < 0 => {
                    let instead = parts.next_if(|(next, _)| matches!(next, Part::Vertex(next) if next.id == vertex.id));
                    let after = instead.and_then(|(part, _)| if let Part::Vertex(after) = part { Some(after) } else { None });
                    self.net.vertices.replace(vertex.id.clone(), Some(vertex), after);
                }
                Part::Vertex(vertex) => self.net.vertices.replace(vertex.id.clone(), None, Some(vertex)),
                Part::Edge(from, to, state) => self.net.edges.change((from, to), state, diff),
                Part::Fault(error) => self.errors.add(error, diff),
                Part::Missing(error) => self.missing.add(error, diff),
            }
        }
        if self.net.is_empty() && self.outstanding.is_none() {
            self.refused = None;
        }
    }

    /// Takes in the executor's verdict; one on another commit than the outstanding one is ignored.
    pub fn judge(&mut self, number: u64, verdict: Result<(), Error>) {
        let Some((_, net)) = self.outstanding.take_if(|(outstanding, _)| *outstanding == number) else { return };
        let underway = std::mem::take(&mut self.underway);
        match verdict {
            Ok(()) => {
                self.accepted = true;
                self.refused = None;
            }
            Err(error) => {
                // What came since goes on top of what was refused.
                self.stale = self.net.is_empty();
                let since = std::mem::replace(&mut self.net, net);
                self.net.then(since);
                self.unaccepted.extend(underway.updates);
                self.refused = (!self.net.is_empty()).then_some(error);
            }
        }
    }

    /// Releases the difference to the last commit, if nothing stands against it.
    pub fn release(&mut self, outputs: &mut Vec<Output>) {
        let first = self.number == 0;
        if self.outstanding.is_some() || self.stale || self.is_broken() || (self.net.is_empty() && !first) {
            return;
        }
        self.number += 1;
        let net = std::mem::take(&mut self.net);
        self.underway = std::mem::take(&mut self.unaccepted);
        outputs.push(Output::Commit(net.commit(self.number)));
        self.outstanding = Some((self.number, net));
    }

    /// Tells what uncaught errors have come, and at the close of a wave also which have gone: in between they may be on their way.
    pub fn tell(&mut self, closed: bool, outputs: &mut Vec<Output>) {
        let mut now: FxHashSet<&Error> = self.errors.0.keys().chain(&self.refused).collect();
        if closed && self.waiting.is_empty() {
            now.extend(self.missing.0.keys());
        }
        let mut raised: Vec<Error> =
            now.iter().filter(|error| !self.told.contains(**error)).map(|error| Error::clone(error)).collect();
        let mut cleared: Vec<Error> = Vec::new();
        if closed {
            cleared.extend(self.told.iter().filter(|error| !now.contains(error)).cloned());
        }
        if raised.is_empty() && cleared.is_empty() {
            return;
        }
        raised.sort();
        cleared.sort();
        self.told.extend(raised.iter().cloned());
        self.told.retain(|error| !cleared.contains(error));
        outputs.push(Output::Errors { raised, cleared });
    }

    fn is_broken(&self) -> bool {
        // An edge to what may yet come is waiting, not broken.
        !self.errors.0.is_empty() || (self.waiting.is_empty() && !self.missing.0.is_empty())
    }

    /// Whether the executor has everything: no commit is outstanding or held.
    pub fn is_settled(&self) -> bool {
        self.outstanding.is_none() && self.net.is_empty() && !self.is_broken() && self.refused.is_none()
    }
}

/// Updates in the order of their coming, added up now and then: at most half of them cancel each other.
#[derive(Debug)]
struct Log<D> {
    updates: Updates<D>,
    /// How many there were when they were last added up.
    tidy: usize,
}

impl<D> Default for Log<D> {
    fn default() -> Log<D> {
        Log { updates: Vec::new(), tidy: 0 }
    }
}

impl<D: Ord> Log<D> {
    fn extend(&mut self, updates: impl IntoIterator<Item = (D, isize)>) {
        self.updates.extend(updates);
        if self.updates.len() > 1_000 + 2 * self.tidy {
            consolidate(&mut self.updates);
            self.tidy = self.updates.len();
        }
    }

    fn iter(&mut self) -> impl Iterator<Item = &(D, isize)> {
        consolidate(&mut self.updates);
        self.updates.iter()
    }

    /// The net updates.
    fn take(&mut self) -> Updates<D> {
        consolidate(&mut self.updates);
        self.tidy = 0;
        std::mem::take(&mut self.updates)
    }
}

/// The difference of two graphs.
#[derive(Debug, Default)]
struct Net {
    vertices: Changes<VertexId, Shared<Vertex>>,
    edges: Changes<(VertexId, VertexId), EdgeState>,
}

impl Net {
    fn is_empty(&self) -> bool {
        self.vertices.0.is_empty() && self.edges.0.is_empty()
    }

    /// This difference and then `next`.
    fn then(&mut self, next: Net) {
        self.vertices.then(next.vertices);
        self.edges.then(next.edges);
    }

    /// As it is handed out: sorted by text, because the order can be seen.
    fn commit(&self, number: u64) -> Commit {
        let row = |vertex: &Option<Shared<Vertex>>| vertex.as_ref().map(|vertex| Arc::clone(vertex.row()));
        let vertex = |(id, change): (&VertexId, &Change<Shared<Vertex>>)| VertexChange {
            id: id.clone(),
            before: row(&change.before),
            after: row(&change.after),
        };
        let edge = |((from, to), change): (&(VertexId, VertexId), &Change<EdgeState>)| EdgeChange {
            from: from.clone(),
            to: to.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        };
        let mut vertices: Vec<VertexChange> = self.vertices.0.iter().map(vertex).collect();
        let mut edges: Vec<EdgeChange> = self.edges.0.iter().map(edge).collect();
        vertices.sort_by(|a, b| a.id.in_text(&b.id));
        edges.sort_by(|a, b| a.from.in_text(&b.from).then_with(|| a.to.in_text(&b.to)));
        Commit { number, vertices, edges }
    }
}

/// What changes, by id; what is as before is not kept.
#[derive(Debug)]
struct Changes<K, V>(FxHashMap<K, Change<V>>);

#[derive(Debug)]
struct Change<V> {
    before: Option<V>,
    after: Option<V>,
}

impl<K, V> Default for Changes<K, V> {
    fn default() -> Changes<K, V> {
        Changes(FxHashMap::default())
    }
}

impl<K: Hash + Eq, V: Eq> Changes<K, V> {
    /// Something goes or comes; of one id what goes goes first.
    fn change(&mut self, id: K, of: V, diff: isize) {
        if diff < 0 { self.replace(id, Some(of), None) } else { self.replace(id, None, Some(of)) }
    }

    /// What was `before`, which counts where nothing else is known, is `after` from now on.
    fn replace(&mut self, id: K, before: Option<V>, after: Option<V>) {
        match self.0.entry(id) {
            Entry::Occupied(mut entry) => {
                entry.get_mut().after = after;
                if entry.get().before == entry.get().after {
                    entry.remove();
                }
            }
            Entry::Vacant(entry) if before != after => drop(entry.insert(Change { before, after })),
            Entry::Vacant(_) => {}
        }
    }

    fn then(&mut self, next: Changes<K, V>) {
        for (id, Change { before, after }) in next.0 {
            self.replace(id, before, after);
        }
    }
}
