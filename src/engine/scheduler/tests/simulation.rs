//! Whole histories from a seed: graphs are edited, hosts drift, checks and applications fail, watches are lost, the process is
//! killed. After every step what must always hold is checked, and at the end of each history everything must have come right. The
//! judge keeps its own books: it believes the scheduler nothing that it can know itself.
//!
//! `MGMT_SEED=n` replays one history; a failing one prints its seed. `MGMT_SEEDS=n` runs so many.

use super::super::state::{DIRTY, HIDDEN, OK, Phase};
use super::super::*;
use crate::engine::journal::Journal;
use crate::engine::journal::memory::Memory;
use crate::engine::testing::{Wanted, id};
use mgmt_resources::resource::State as Found;
use mgmt_values::resource::{Meta, Rate};
use mgmt_values::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        if of.is_empty() { None } else { Some(of[self.below(of.len())].clone()) }
    }
}

/// Work that the driver would have given to a task.
struct Task {
    handle: Handle,
    id: VertexId,
    what: What,
    fields: Fields,
    run: Run,
    began: u64,
    /// An application's effect on the host has taken place; its result has not been told yet.
    effect: Option<bool>,
    /// It had none, and will fail.
    doomed: bool,
    /// Who was to be told when it began.
    receivers: BTreeSet<VertexId>,
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Watch,
    Check,
    Apply,
}

struct World {
    chance: Chance,
    calm: bool,
    step: u64,
    now: Time,
    scheduler: Scheduler,
    wanted: Wanted,
    verdict: Option<(u64, Wanted)>,
    journal: Memory,
    writes: Vec<(u64, Vec<Record>)>,
    tasks: Vec<Task>,
    /// What each resource really is.
    host: BTreeMap<VertexId, i64>,
    /// Resources that were made and not stopped, and whether their watch is registered.
    made: BTreeMap<Handle, (VertexId, bool)>,
    /// Notifications that must still be acted on, and since when.
    owed: BTreeMap<(VertexId, VertexId), u64>,
    /// Not known to have succeeded since something happened to them.
    unsure: BTreeSet<VertexId>,
    /// Whether there was a reason for a run since the last one began.
    reason: BTreeSet<VertexId>,
    kills: u32,
    runs: u32,
}

impl World {
    fn new(seed: u64) -> World {
        World {
            chance: Chance(seed),
            calm: false,
            step: 0,
            now: Time(0),
            scheduler: Scheduler::new(settings(), Survived::default()),
            wanted: Wanted::default(),
            verdict: None,
            journal: Memory::new(),
            writes: Vec::new(),
            tasks: Vec::new(),
            host: BTreeMap::new(),
            made: BTreeMap::new(),
            owed: BTreeMap::new(),
            unsure: BTreeSet::new(),
            reason: BTreeSet::new(),
            kills: 0,
            runs: 0,
        }
    }

    fn receivers(&self, from: &VertexId) -> BTreeSet<VertexId> {
        let live = &self.scheduler.live;
        let node = live.find(from);
        let to = node.into_iter().flat_map(|node| live.successors(node)).filter(|(_, edge)| edge.notify);
        to.map(|(to, _)| live.vertex(to))
            .filter(|v| !v.meta.hidden && v.fields.kind().traits.refreshes)
            .map(|v| v.id.clone())
            .collect()
    }

    fn feed(&mut self, inputs: Vec<Input>) {
        let actions = self.scheduler.step(self.now, inputs);
        for action in actions {
            self.act(action);
        }
        self.check_books();
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Make(handle, vertex) => {
                assert!(!self.made.values().any(|(id, _)| *id == vertex.id), "{} is made twice", vertex.id);
                assert!(self.made.insert(handle, (vertex.id.clone(), vertex.meta.poll != 0)).is_none());
                self.unsure.insert(vertex.id.clone());
                self.reason.insert(vertex.id.clone());
            }
            Action::Watch(handle, fields) => {
                self.made.get_mut(&handle).unwrap().1 = false;
                self.task(handle, What::Watch, fields, Run::default());
            }
            Action::Stop(handle) => {
                assert!(self.made.remove(&handle).is_some(), "stopped, but not made");
                assert!(!self.tasks.iter().any(|t| t.handle == handle && t.what != What::Watch), "stopped in its run");
                self.tasks.retain(|t| t.handle != handle);
            }
            Action::Check(handle, fields, run, _) => {
                let vertex = self.made.get(&handle).unwrap().0.clone();
                self.judge_check(handle, &vertex);
                self.runs += 1;
                self.task(handle, What::Check, fields, run);
            }
            Action::Apply(handle, fields, run, _) => {
                self.task(handle, What::Apply, fields, run);
            }
            Action::Interrupt(_) => {}
            Action::Write(token, batch) => {
                assert!(!batch.is_empty());
                self.writes.push((token, batch));
            }
            Action::Verdict(number, result) => {
                let (expected, former) = self.verdict.take().expect("a verdict without a commit");
                assert_eq!(number, expected);
                match result {
                    Ok(()) => self.accepted(&former),
                    Err(_) => self.wanted.refused(&former),
                }
            }
            Action::Drain(round) => self.feed(vec![Input::Drained(round)]),
            Action::Report(_) => {}
            Action::Finished => panic!("nobody asked for an end"),
        }
    }

    fn task(&mut self, handle: Handle, what: What, fields: Fields, run: Run) {
        let id = self.made.get(&handle).expect("a task for what was not made").0.clone();
        if what != What::Watch {
            let others = self.tasks.iter().filter(|t| t.id == id && t.what != What::Watch).count();
            assert_eq!(others, 0, "two runs of {id}");
            assert!(self.made[&handle].1, "{id} is checked without a watch");
        }
        let receivers = self.receivers(&id);
        let began = self.step;
        self.tasks.push(Task { handle, id, what, fields, run, began, effect: None, doomed: false, receivers });
    }

    /// Order, and a reason for each run.
    fn judge_check(&mut self, handle: Handle, id: &VertexId) {
        let node = self.scheduler.current(handle).expect("a former version begins a run");
        let probe = self.scheduler.runs[&handle].is_probe();
        if probe {
            return;
        }
        assert!(self.reason.remove(id), "{id} runs without a reason");
        let mut open: Vec<NodeIndex> = self.scheduler.live.predecessors(node).map(|(p, _)| p).collect();
        while let Some(before) = open.pop() {
            let vertex = self.scheduler.live.vertex(before);
            if vertex.meta.hidden {
                open.extend(self.scheduler.live.predecessors(before).map(|(p, _)| p));
            } else {
                assert!(!self.unsure.contains(&vertex.id), "{id} runs before {}", vertex.id);
            }
        }
    }

    /// A graph is in force: what it no longer has is owed to nobody, and whoever's fields are others has to be looked at.
    fn accepted(&mut self, former: &Wanted) {
        for id in self.wanted.retuned(former) {
            self.unsure.insert(id.clone());
            self.reason.insert(id);
        }
        let owed: Vec<_> = self.owed.keys().cloned().collect();
        for (from, to) in owed {
            if !self.receivers(&from).contains(&to) {
                self.owed.remove(&(from, to));
            }
        }
    }

    fn commit(&mut self) {
        if self.verdict.is_some() {
            return;
        }
        let former = self.wanted.clone();
        let names: Vec<char> = ('a'..='i').collect();
        for _ in 0..=self.chance.below(4) {
            let (a, b) = (names[self.chance.below(9)], names[self.chance.below(9)]);
            let a_name = a.to_string();
            match self.chance.below(13) {
                0..3 => self.wanted.add(&format!("{} => {}", a.min(b), a.max(b))),
                3..5 => self.wanted.add(&format!("{} -> {}", a.min(b), a.max(b))),
                // A field has one sender.
                5 if self.wanted.receivers().all(|to| to != id(&a.max(b).to_string())) => {
                    self.wanted.add(&format!("{} >> {}", a.min(b), a.max(b)))
                }
                6 => self.wanted.add(&format!("{a} ~> {b}")),
                12 => {
                    let small = self.chance.below(4) as i64;
                    self.wanted.tune(&a_name, small)
                }
                7 => self.wanted.cut(&a.min(b).to_string(), &a.max(b).to_string()),
                8 => self.wanted.remove(&a_name),
                9 => self.wanted.add(&format!("{a} -> {b}")),
                _ => {
                    let meta = self.meta();
                    let version = self.chance.below(4) as i64;
                    self.wanted.vertex(&a_name, version, meta)
                }
            };
        }
        // Links that come or go are a reason to receive anew.
        self.reason.extend(self.wanted.receivers().chain(former.receivers()));
        let commit = self.wanted.commit();
        self.verdict = Some((commit.number, former));
        self.feed(vec![Input::Commit(commit)]);
    }

    fn meta(&mut self) -> Meta {
        let pick = self.chance.below(14);
        Meta {
            retry: -1,
            delay: if self.chance.one_in(3) { 5 } else { 0 },
            noop: pick == 0,
            hidden: pick == 1,
            poll: if pick == 2 { 1 } else { 0 },
            sema: match pick {
                3..6 => vec!["x".into(), "y:2".into()],
                6..8 => vec!["y:2".into()],
                _ => Vec::new(),
            },
            limit: Rate(if pick == 8 { 50.0 } else { f64::INFINITY }),
            burst: i64::from(pick == 8),
            ..Meta::default()
        }
    }

    fn drift(&mut self) {
        let all: Vec<_> = self.made.iter().map(|(h, (id, watched))| (*h, id.clone(), *watched)).collect();
        let Some((handle, id, watched)) = self.chance.pick(&all) else { return };
        let by = self.chance.below(3) as i64 + 10;
        self.host.insert(id.clone(), by);
        if watched {
            self.told(handle, &id);
            self.feed(vec![Input::Event(handle, Event::Changed)]);
        }
    }

    /// An event goes to the scheduler.
    fn told(&mut self, handle: Handle, id: &VertexId) {
        self.reason.insert(id.clone());
        let running = self.scheduler.runs.contains_key(&handle);
        if !running && self.scheduler.current(handle).is_some() {
            self.unsure.insert(id.clone());
        }
    }

    fn lose_watch(&mut self) {
        let all: Vec<_> = self.made.iter().filter(|(_, (_, watched))| *watched).map(|(h, (id, _))| (*h, id.clone())).collect();
        let Some((handle, id)) = self.chance.pick(&all) else { return };
        let polled = self.scheduler.current(handle).is_none_or(|node| self.scheduler.live.vertex(node).meta.poll != 0);
        if !polled {
            self.told(handle, &id);
            self.feed(vec![Input::Event(handle, Event::Failed(Failure::new("lost")))]);
        }
    }

    /// Lets one task get on.
    fn work(&mut self) {
        if self.tasks.is_empty() {
            return;
        }
        let at = self.chance.below(self.tasks.len());
        let fails = !self.calm && self.chance.one_in(6);
        let task = &mut self.tasks[at];
        let wanted = task.fields.int("version");
        if task.what == What::Apply && task.effect.is_none() {
            // A failing application may have had its effect, or not.
            if fails && self.chance.one_in(2) {
                (task.effect, task.doomed) = (Some(false), true);
                return;
            }
            let changed = self.host.insert(task.id.clone(), wanted) != Some(wanted);
            task.effect = Some(changed || task.run.refresh);
            let (from, receivers) = (task.id.clone(), task.receivers.clone());
            if changed || task.run.refresh {
                for to in self.receivers(&from).intersection(&receivers) {
                    self.owed.insert((from.clone(), to.clone()), self.step);
                }
            }
            return;
        }
        let task = self.tasks.swap_remove(at);
        let fails = fails || task.doomed;
        let current = self.scheduler.current(task.handle).is_some();
        let input = match task.what {
            What::Watch if fails => Input::Watching(task.handle, Err(Failure::new("no watch"))),
            What::Watch => {
                if let Some(made) = self.made.get_mut(&task.handle) {
                    made.1 = true;
                }
                Input::Watching(task.handle, Ok(()))
            }
            _ if fails => {
                self.reason.insert(task.id.clone());
                if current {
                    self.unsure.insert(task.id.clone());
                    // The prerequisites may be asked, and whatever lies between is looked at again.
                    self.suspect(task.handle);
                }
                match task.what {
                    What::Check => Input::Checked(task.handle, Err(Failure::new("check"))),
                    _ => Input::Applied(task.handle, Err(Failure::new("apply"))),
                }
            }
            What::Check => {
                let clean = self.host.get(&task.id) == Some(&wanted) && !task.run.refresh;
                let state = if clean { Found::Clean } else { Found::Differs(vec!["version".to_owned()]) };
                let noop = self.scheduler.current(task.handle).is_some_and(|node| self.scheduler.noop(node));
                if self.scheduler.runs.get(&task.handle).is_some_and(|run| run.is_probe()) {
                    self.suspect(task.handle);
                    self.reason.insert(task.id.clone());
                } else if current && (clean || noop) {
                    self.succeeded(&task);
                }
                Input::Checked(task.handle, Ok(Checked { state, sent: sent(wanted) }))
            }
            What::Apply => {
                let changed = task.effect == Some(true);
                if current {
                    self.succeeded(&task);
                } else {
                    // What a former version notified counts.
                    self.reason.extend(self.receivers(&task.id));
                }
                if task.run.refresh && current {
                    self.owed.retain(|(_, to), since| *to != task.id || *since > task.began);
                }
                let changes = if changed { vec!["version".to_owned()] } else { Vec::new() };
                Input::Applied(task.handle, Ok(Applied { changes, sent: sent(wanted) }))
            }
        };
        self.feed(vec![input]);
    }

    fn succeeded(&mut self, task: &Task) {
        self.unsure.remove(&task.id);
        // It may have news for those after it.
        if let Some(node) = self.scheduler.current(task.handle) {
            let live = &self.scheduler.live;
            let told = live.successors(node).filter(|(_, edge)| edge.notify || !edge.links.is_empty());
            self.reason.extend(told.map(|(to, _)| live.vertex(to).id.clone()));
        }
    }

    /// After a failure prerequisites may run again.
    fn suspect(&mut self, handle: Handle) {
        let live = &self.scheduler.live;
        let Some(node) = self.scheduler.current(handle) else { return };
        let all: Vec<VertexId> = live.nodes().filter(|n| *n != node).map(|n| live.vertex(n).id.clone()).collect();
        self.reason.extend(all);
    }

    fn write(&mut self) {
        if !self.writes.is_empty() {
            let (token, batch) = self.writes.remove(0);
            for record in &batch {
                if let Record::Pending { to, .. } = record {
                    self.reason.insert(id(&String::from_utf8_lossy(&to.name)));
                }
            }
            self.journal.append(&[batch]).unwrap();
            self.feed(vec![Input::Written(token, Ok(()))]);
        }
    }

    fn pass_time(&mut self) {
        let due = self.scheduler.due().filter(|due| *due < Time::NEVER);
        self.now = due.unwrap_or(self.now).max(self.now).after(Duration::from_micros(self.chance.below(100) as u64));
        for (id, _) in self.made.values() {
            let polled = self.scheduler.live.find(id).is_some_and(|node| self.scheduler.live.vertex(node).meta.poll != 0);
            if polled {
                self.reason.insert(id.clone());
            }
        }
        self.feed(Vec::new());
    }

    /// The process is killed, and started again with the same program. Some of what was on its way to the disk may have got there.
    fn kill(&mut self) {
        self.kills += 1;
        let arrived = self.chance.below(self.writes.len() + 1);
        for (_, batch) in self.writes.drain(..).take(arrived) {
            self.journal.append(&[batch]).unwrap();
        }
        self.journal = self.journal.crashed(self.journal.len());
        for task in self.tasks.drain(..) {
            // An application may have had its effect without anybody having heard of it.
            if task.what == What::Apply && task.effect.is_none() && self.chance.one_in(2) {
                let wanted = task.fields.int("version");
                if self.host.insert(task.id.clone(), wanted) != Some(wanted) {
                    for to in task.receivers {
                        self.owed.insert((task.id.clone(), to), self.step);
                    }
                }
            }
        }
        self.made.clear();
        self.unsure.clear();
        self.reason.clear();
        if let Some((_, former)) = self.verdict.take() {
            self.wanted.refused(&former);
        }
        self.scheduler = Scheduler::new(settings(), self.journal.survived().clone());
        let commit = {
            self.wanted = self.wanted.clone().forget();
            self.wanted.commit()
        };
        self.verdict = Some((commit.number, self.wanted.clone()));
        // Whom an effect of the last moments is owed to is known only by the graph that was in force.
        self.feed(vec![Input::Program { settled: true, held: false }, Input::Commit(commit)]);
    }

    fn random_step(&mut self) {
        self.step += 1;
        match self.chance.below(40) {
            0..2 => self.commit(),
            2..5 => self.drift(),
            5 => self.lose_watch(),
            6 if self.chance.one_in(4) => self.kill(),
            7..12 => self.write(),
            12..16 => self.pass_time(),
            _ => self.work(),
        }
    }

    /// What the scheduler remembers agrees with itself.
    fn check_books(&self) {
        let s = &self.scheduler;
        let mut busy = s.leaving.len();
        let mut held: BTreeMap<u32, u32> = BTreeMap::new();
        for node in s.live.nodes() {
            let state = s.state(node);
            busy += usize::from(state.phase().busy());
            let waiting = s.live.predecessors(node).filter(|(p, _)| !s.state(*p).is(OK)).count();
            assert_eq!(state.waiting as usize, waiting, "{}", s.live.vertex(node).id);
            if state.is(HIDDEN) {
                assert_eq!(state.is(OK), waiting == 0);
            }
            if state.phase() == Phase::Idle && state.is(DIRTY) {
                assert!(waiting > 0, "{} could run", s.live.vertex(node).id);
            }
            if state.phase() == Phase::Queued {
                let extra = state.extra.as_ref().unwrap();
                extra.semaphores[..extra.held].iter().for_each(|i| *held.entry(*i).or_default() += 1);
            }
        }
        assert_eq!(s.busy, busy);
        for run in s.runs.values() {
            run.semaphores().iter().for_each(|i| *held.entry(*i).or_default() += 1);
        }
        for (index, (name, used, size)) in s.semaphores.usage().enumerate() {
            assert!(used <= size, "{name}");
            assert_eq!(used, held.get(&(index as u32)).copied().unwrap_or(0), "{name}");
        }
    }

    /// No more trouble: everything must come right.
    fn come_to_rest(&mut self) {
        self.calm = true;
        // Without polls there is an end.
        for name in self.wanted.names() {
            self.wanted.calm(&name);
        }
        while self.verdict.is_some() {
            self.pass_time();
        }
        let commit = self.wanted.commit();
        self.verdict = Some((commit.number, self.wanted.clone()));
        self.feed(vec![Input::Program { settled: true, held: false }, Input::Commit(commit)]);
        for _ in 0..20_000 {
            self.step += 1;
            if self.tasks.is_empty() && self.writes.is_empty() {
                if self.scheduler.busy == 0 {
                    break;
                }
                self.pass_time();
            } else if self.chance.one_in(3) {
                self.write();
            } else {
                self.work();
            }
        }
        assert_eq!(self.scheduler.busy, 0, "it never came to rest");
        let live = &self.scheduler.live;
        for node in live.nodes() {
            let vertex = live.vertex(node);
            let state = self.scheduler.state(node);
            assert!(state.is(OK) && (state.is(HIDDEN) || !state.is(DIRTY)), "{} is left over", vertex.id);
            if !vertex.meta.noop && !vertex.meta.hidden {
                assert_eq!(self.host.get(&vertex.id), Some(&vertex.fields.int("version")), "{}", vertex.id);
            }
        }
        let noop = |id: &VertexId| live.find(id).is_none_or(|node| live.vertex(node).meta.noop);
        let lost: Vec<_> = self.owed.keys().filter(|(from, to)| !noop(from) && !noop(to)).collect();
        assert!(lost.is_empty(), "never told: {lost:?}");
        for (from, to) in self.scheduler.pending() {
            assert!(live.vertex(to).meta.noop, "{} -> {} is still pending", live.vertex(from).id, live.vertex(to).id);
        }
        let survived = self.journal.survived();
        for intent in &survived.intents {
            let vertex = live.find(&id(&String::from_utf8_lossy(&intent.name)));
            assert!(vertex.is_some_and(|node| live.vertex(node).meta.noop), "an intent is left over: {intent:?}");
        }
    }
}

fn settings() -> Settings {
    Settings { noop: false, sema: 0, converge: Some(Duration::from_secs(3)) }
}

fn sent(version: i64) -> Vec<(&'static str, Value)> {
    vec![("out", Value::str(format!("v{version}")))]
}

fn history(seed: u64) -> (u32, u32) {
    let mut world = World::new(seed);
    world.feed(vec![Input::Program { settled: true, held: false }]);
    let steps = 100 + world.chance.below(400);
    for _ in 0..steps {
        world.random_step();
    }
    world.come_to_rest();
    (world.kills, world.runs)
}

#[test]
fn random_histories_keep_every_promise() {
    let asked = |name: &str| std::env::var(name).ok().and_then(|number| number.parse::<u64>().ok());
    let seeds = match asked("MGMT_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..asked("MGMT_SEEDS").unwrap_or(1500),
    };
    let one = seeds.end - seeds.start == 1;
    let (mut kills, mut runs) = (0, 0);
    for seed in seeds {
        let outcome = std::panic::catch_unwind(|| history(seed));
        let (k, r) = outcome.unwrap_or_else(|cause| {
            eprintln!("replay with MGMT_SEED={seed}");
            std::panic::resume_unwind(cause);
        });
        kills += k;
        runs += r;
    }
    assert!(one || (kills > 1000 && runs > 50_000), "too tame: {kills} kills, {runs} runs");
}
