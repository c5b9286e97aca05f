//! A new graph: what stops, what starts, what goes on untouched.

use super::limits::Bucket;
use super::state::{DIRTY, FREE, HIDDEN, OK, PROBE, Phase, State, TOLD, WATCH_LOST};
use super::{Action, Handle, Report, Scheduler};
use crate::engine::graph::Changes;
use mgmt_dataflow::commit::{Commit, EdgeState, Vertex, VertexId};
use mgmt_values::error::{Error, Rank};
use mgmt_values::resource::ResourceId;
use petgraph::stable_graph::NodeIndex;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Vertices that a commit took away, whose index still means them while it is being carried out.
pub(super) struct Adopted {
    pub(super) removed: FxHashMap<NodeIndex, Arc<Vertex>>,
}

impl Adopted {
    /// The resource at an index, before and after the commit.
    pub(super) fn id<'a>(&'a self, scheduler: &'a Scheduler, node: NodeIndex) -> &'a ResourceId {
        &self.removed.get(&node).unwrap_or_else(|| scheduler.live.vertex(node)).id.resource
    }
}

impl Scheduler {
    /// Applies a commit as a unit, or refuses it and leaves everything as it is.
    pub(super) fn commit(&mut self, commit: &Commit) {
        if self.stop.is_some() {
            return;
        }
        let verdict = commit.vertices.iter().filter_map(|change| change.after.as_deref()).try_for_each(validate);
        match verdict.and_then(|()| self.live.apply(commit)) {
            Ok(changes) => {
                self.adjust(changes);
                self.converge.accepted();
                self.active();
                self.act(Action::Verdict(commit.number, Ok(())));
                self.report(Report::Accepted { number: commit.number, vertices: self.live.len() });
            }
            Err(error) => {
                self.act(Action::Verdict(commit.number, Err(error.clone())));
                self.report(Report::Refused { number: commit.number, error });
            }
        }
    }

    fn adjust(&mut self, changes: Changes) {
        let Changes { added, replaced, removed, edges } = changes;
        let bound = added.iter().map(|node| node.index() + 1).max().unwrap_or(0).max(self.states.len());
        self.states.resize_with(bound, State::default);
        for diff in &edges {
            let (had, has) = (diff.before.is_some(), diff.after.is_some());
            if had != has && !self.state(diff.from).is(OK) {
                let waiting = &mut self.state_mut(diff.to).waiting;
                *waiting = if has { *waiting + 1 } else { *waiting - 1 };
            }
        }
        let adopted = Adopted { removed: removed.iter().cloned().collect() };
        removed.iter().for_each(|(node, _)| self.withdraw(*node));
        for (node, vertex) in &removed {
            self.dismiss(*node, &vertex.id);
            self.answer(*node, false);
        }
        let (mut replaced, mut carried) = (replaced, Vec::new());
        replaced.retain(|(node, former)| {
            let now = self.live.vertex(*node);
            // A statement that only moved leaves its resource alone.
            let differs = now.fields != former.fields || now.meta != former.meta;
            let carries = differs && self.state(*node).phase() == Phase::Idle && same_watch(former, now);
            carried.extend(carries.then_some(*node));
            differs && !carries
        });
        let replaced: Vec<NodeIndex> = replaced.into_iter().map(|(node, _)| node).collect();
        for node in &replaced {
            self.replace(*node);
        }
        for node in &carried {
            self.withdraw(*node);
            self.restless.remove(node);
        }
        for node in added.iter().chain(&replaced).chain(&carried) {
            self.prepare(*node);
        }
        let hidden = added.iter().chain(&replaced).chain(&carried).copied().chain(edges.iter().map(|diff| diff.to));
        for node in hidden.collect::<Vec<_>>() {
            if self.state(node).is(HIDDEN) {
                self.set_ok(node, self.state(node).waiting == 0);
            }
        }
        self.adopt(&edges, &adopted);
        for (node, _) in &removed {
            let phase = self.state(*node).phase();
            self.states[node.index()].vacate();
            self.busy -= usize::from(phase.busy());
            self.states[node.index()].set_phase(Phase::Vacant);
        }
        for node in added.iter().chain(&replaced) {
            self.launch(*node);
        }
        for node in &carried {
            self.happened(*node);
        }
        for diff in edges.iter().filter(|diff| !adopted.removed.contains_key(&diff.to)) {
            let links = |state: &Option<EdgeState>| state.as_ref().map(|e| e.links.clone()).unwrap_or_default();
            if links(&diff.before) != links(&diff.after) {
                self.mark_dirty(diff.to, true);
            }
            self.enqueue(diff.to);
        }
        self.revive();
    }

    /// Stops a version of a vertex; one whose run is in flight ends with that run.
    fn dismiss(&mut self, node: NodeIndex, id: &VertexId) {
        let (handle, phase) = (self.handle(node), self.state(node).phase());
        self.leave_queue(node);
        self.withdraw(node);
        if phase.in_flight() {
            self.busy += 1;
            self.leaving.insert(id.clone(), handle);
        } else if !matches!(phase, Phase::AwaitOld | Phase::Failed | Phase::Vacant) && !self.state(node).is(HIDDEN) {
            self.act(Action::Stop(handle));
        }
        self.failed.remove(&node);
        self.restless.remove(&node);
    }

    fn replace(&mut self, node: NodeIndex) {
        let id = self.id(node);
        self.dismiss(node, &id);
        self.state_mut(node).version += 1;
        self.set_phase(node, Phase::Idle);
    }

    /// What a new version starts with: everything to do, a full budget, and what belongs to its identity.
    fn prepare(&mut self, node: NodeIndex) {
        let meta = self.live.vertex(node).meta.clone();
        let semaphores = self.semaphores.of(&meta, self.settings.sema);
        let now = self.now;
        self.set_ok(node, false);
        let state = self.state_mut(node);
        state.set(HIDDEN, meta.hidden);
        state.set(DIRTY, !meta.hidden);
        state.set(PROBE | FREE | TOLD | WATCH_LOST, false);
        (state.retry, state.watch_retry) = (meta.retry, meta.retry);
        if state.extra.is_some() || !semaphores.is_empty() || meta.limit.0 < f64::INFINITY {
            let extra = state.extra();
            extra.semaphores = semaphores;
            match (&mut extra.bucket, Bucket::of(&meta, now)) {
                (Some(bucket), Some(_)) => bucket.adjust(&meta),
                (bucket, fresh) => *bucket = fresh,
            }
        }
        self.answer(node, true);
    }

    /// Makes the resource of a vertex and begins to watch it, once no former version of its id runs any more.
    fn launch(&mut self, node: NodeIndex) {
        let vertex = self.live.vertex(node).clone();
        if self.leaving.contains_key(&vertex.id) {
            self.set_phase(node, Phase::AwaitOld);
        } else if self.state(node).is(HIDDEN) {
            self.set_phase(node, Phase::Idle);
        } else {
            self.act(Action::Make(self.handle(node), vertex));
            self.watch(node);
        }
    }

    /// The run of a former version has ended: what waits for it starts.
    pub(super) fn left(&mut self, handle: Handle, id: &VertexId) {
        self.act(Action::Stop(handle));
        if self.leaving.get(id) == Some(&handle) {
            self.leaving.remove(id);
            self.busy -= 1;
            if let Some(node) = self.live.find(id).filter(|node| self.state(*node).phase() == Phase::AwaitOld) {
                self.launch(node);
            }
        }
    }

    /// With each graph, what failed for good tries again where the program says so.
    fn revive(&mut self) {
        for node in self.failed.clone() {
            let meta = self.live.vertex(node).meta.clone();
            if meta.rewatch {
                self.failed.remove(&node);
                let state = self.state_mut(node);
                state.version += 1;
                state.watch_retry = meta.retry;
                if meta.reset {
                    state.retry = meta.retry;
                }
                self.launch(node);
            }
        }
    }
}

/// Whether the resource of `former` can go on as that of `now`, with its watch.
fn same_watch(former: &Vertex, now: &Vertex) -> bool {
    now.meta == former.meta && now.fields.same_but(&former.fields, now.fields.kind().traits.unwatched)
}

/// What no graph may hold.
fn validate(vertex: &Vertex) -> Result<(), Error> {
    let refuse = |why: String| {
        let message = format!("{} did not validate: {why}", vertex.id);
        Err(Error::interpret(Rank::Build, Some(vertex.site), message))
    };
    if vertex.meta.burst == 0 && vertex.meta.limit.0 < f64::INFINITY {
        return refuse("permanently limited (rate != Inf, burst = 0)".to_owned());
    }
    if vertex.meta.hidden {
        return Ok(());
    }
    vertex.fields.kind().check(&vertex.id.resource.name.to_str(), vertex.meta.poll, &vertex.fields).or_else(refuse)
}
