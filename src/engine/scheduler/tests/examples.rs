use super::super::*;
use crate::engine::testing::{Wanted, id};
use mgmt_resources::resource::State as Found;
use mgmt_values::resource::{Meta, Rate};
use mgmt_values::value::Value;
use std::collections::BTreeMap;

/// A scheduler whose tasks wait until the test lets them answer.
struct Desk {
    scheduler: Scheduler,
    now: Time,
    handles: BTreeMap<String, Handle>,
    tokens: VecDeque<u64>,
    /// What has been done since the last look.
    lines: Vec<String>,
}

fn desk(wanted: &mut Wanted) -> Desk {
    desk_with(Settings::default(), Survived::default(), wanted)
}

fn desk_with(settings: Settings, survived: Survived, wanted: &mut Wanted) -> Desk {
    let mut desk = Desk {
        scheduler: Scheduler::new(settings, survived),
        now: Time(0),
        handles: BTreeMap::new(),
        tokens: VecDeque::new(),
        lines: Vec::new(),
    };
    desk.feed(Input::Program { settled: true, held: false });
    desk.feed(Input::Commit(wanted.commit()));
    desk
}

impl Desk {
    fn feed(&mut self, input: Input) {
        self.feed_all(vec![input]);
    }

    fn feed_all(&mut self, inputs: Vec<Input>) {
        let actions = self.scheduler.step(self.now, inputs);
        let mut next = Vec::new();
        for action in actions {
            let line = match action {
                Action::Make(handle, vertex) => {
                    self.handles.insert(vertex.id.resource.name.to_string(), handle);
                    format!("make {}", vertex.id.resource.name)
                }
                Action::Watch(handle, _) => {
                    next.push(Input::Watching(handle, Ok(())));
                    continue;
                }
                Action::Stop(handle) => format!("stop {}", self.name(handle)),
                Action::Check(handle, fields, run, _) => {
                    let text = fields.given("text").map(|text| format!(" text={text}")).unwrap_or_default();
                    format!("check {}{}{text}", self.name(handle), if run.refresh { " refresh" } else { "" })
                }
                Action::Apply(handle, ..) => format!("apply {}", self.name(handle)),
                Action::Interrupt(handle) => format!("interrupt {}", self.name(handle)),
                Action::Write(token, batch) => {
                    self.tokens.push_back(token);
                    format!("write {}", batch.iter().map(record).collect::<Vec<_>>().join(", "))
                }
                Action::Verdict(..) => continue,
                Action::Drain(round) => {
                    next.push(Input::Drained(round));
                    continue;
                }
                Action::Report(report) => match told(&report) {
                    Some(line) => line,
                    None => continue,
                },
                Action::Finished => "finished".to_owned(),
            };
            self.lines.push(line);
        }
        if !next.is_empty() {
            self.feed_all(next);
        }
    }

    fn name(&self, handle: Handle) -> &str {
        self.handles.iter().find(|(_, known)| **known == handle).map_or("old", |(name, _)| name)
    }

    /// What was done since the last look; what was made is left out.
    fn did(&mut self) -> String {
        let lines = std::mem::take(&mut self.lines);
        lines.into_iter().filter(|line| !line.starts_with("make ")).collect::<Vec<_>>().join("; ")
    }

    fn clean(&mut self, name: &str) {
        let checked = Checked { state: Found::Clean, sent: sent(name) };
        self.feed(Input::Checked(self.handles[name], Ok(checked)));
    }

    fn differs(&mut self, name: &str) {
        let checked = Checked { state: Found::Differs(vec!["it".to_owned()]), sent: Vec::new() };
        self.feed(Input::Checked(self.handles[name], Ok(checked)));
    }

    fn check_fails(&mut self, name: &str) {
        self.feed(Input::Checked(self.handles[name], Err(Failure::new("broken"))));
    }

    fn applied(&mut self, name: &str) {
        let applied = Applied { changes: vec!["it".to_owned()], sent: sent(name) };
        self.feed(Input::Applied(self.handles[name], Ok(applied)));
    }

    /// Checked, differs, applied.
    fn changes(&mut self, name: &str) {
        self.differs(name);
        while self.written() {}
        self.applied(name);
        while self.written() {}
    }

    fn event(&mut self, name: &str) {
        self.feed(Input::Event(self.handles[name], Event::Changed));
    }

    /// The oldest batch is on disk.
    fn written(&mut self) -> bool {
        let token = self.tokens.pop_front();
        token.map(|token| self.feed(Input::Written(token, Ok(())))).is_some()
    }

    fn pass(&mut self, millis: u64) {
        self.now = self.now.after(Duration::from_millis(millis));
        self.feed_all(Vec::new());
    }

    fn commit(&mut self, wanted: &mut Wanted) {
        self.feed(Input::Commit(wanted.commit()));
    }
}

fn sent(name: &str) -> Vec<(&'static str, Value)> {
    vec![("out", Value::str(name))]
}

fn record(record: &Record) -> String {
    let text = |name: &crate::engine::journal::Name| String::from_utf8_lossy(&name.name).into_owned();
    match record {
        Record::Intent(name) => format!("intent({})", text(name)),
        Record::Done(name) => format!("done({})", text(name)),
        Record::Pending { from, to, .. } => format!("pending({}->{})", text(from), text(to)),
        Record::Delivered { from, to, .. } => format!("delivered({}->{})", text(from), text(to)),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn told(report: &Report) -> Option<String> {
    let name = |id: &VertexId| id.resource.name.to_string();
    Some(match report {
        Report::WouldChange { id, .. } => format!("would change {}", name(id)),
        Report::Retrying { id, after, left, .. } => format!("retry {} after {after:?} left {left:?}", name(id)),
        Report::Failed { id, cause } => format!("failed {}: {cause}", name(id)),
        Report::Blocked { id, .. } => format!("blocked {}", name(id)),
        Report::Limited { id, wait } => format!("limited {} {wait:?}", name(id)),
        Report::Refused { error, .. } => format!("refused: {}", error.message),
        Report::Converged(_) => "converged".to_owned(),
        Report::Unconverged => "unconverged".to_owned(),
        Report::Settled(_) => "settled".to_owned(),
        Report::WaitsForSemaphore { id, semaphore } => format!("{} waits for {semaphore}", name(id)),
        Report::Stopping { running } => format!("still running: {}", running.iter().map(name).collect::<Vec<_>>().join(" ")),
        _ => return None,
    })
}

/// A wish of one vertex with these meta parameters.
fn one(meta: Meta) -> Wanted {
    let mut wanted = Wanted::default();
    wanted.vertex("a", 0, meta);
    wanted
}

#[test]
fn prerequisites_come_first_and_what_is_free_runs_at_once() {
    let mut desk = desk(&mut Wanted::of("a -> b -> c; x"));
    assert_eq!(desk.did(), "check a; check x");
    desk.clean("a");
    assert_eq!(desk.did(), "check b");
    desk.changes("b");
    assert_eq!(desk.did(), "apply b; check c");
    desk.clean("c");
    desk.clean("x");
    assert_eq!(desk.did(), "settled");
}

#[test]
fn what_drifts_together_is_repaired_in_order() {
    let mut desk = desk(&mut Wanted::of("root -> mid -> leaf"));
    ["root", "mid", "leaf"].iter().for_each(|name| desk.clean(name));
    desk.did();
    desk.event("leaf");
    assert_eq!(desk.did(), "check leaf", "a clean prerequisite is left alone");
    desk.clean("leaf");
    desk.did();
    let events = ["leaf", "mid"].map(|name| Input::Event(desk.handles[name], Event::Changed));
    desk.feed_all(events.into());
    assert_eq!(desk.did(), "check mid");
    desk.changes("mid");
    assert_eq!(desk.did(), "apply mid; check leaf");
}

#[test]
fn an_event_during_a_run_leads_to_another_run() {
    let mut desk = desk(&mut Wanted::of("a -> b"));
    desk.event("a");
    desk.event("a");
    assert_eq!(desk.did(), "check a");
    desk.clean("a");
    assert_eq!(desk.did(), "check a; check b", "it has succeeded since it became dirty");
}

#[test]
fn a_change_notifies_and_is_on_disk_before_anybody_is_told() {
    let mut desk = desk(&mut Wanted::of("a => r"));
    desk.differs("a");
    assert_eq!(desk.did(), "check a; write intent(a)");
    desk.written();
    assert_eq!(desk.did(), "apply a");
    desk.applied("a");
    assert_eq!(desk.did(), "write pending(a->r), done(a)");
    desk.written();
    assert_eq!(desk.did(), "check r refresh");
    desk.differs("r");
    desk.applied("r");
    assert_eq!(desk.did(), "apply r; write delivered(a->r)");
    desk.written();
    assert_eq!(desk.did(), "settled");
}

#[test]
fn nothing_is_written_when_there_is_nothing_to_tell() {
    let mut desk = desk(&mut Wanted::of("a => r"));
    desk.clean("a");
    desk.clean("r");
    assert_eq!(desk.did(), "check a; check r; settled");
}

#[test]
fn each_of_two_prerequisites_notifies_by_itself() {
    let mut desk = desk(&mut Wanted::of("a => r; b => r"));
    ["a", "b", "r"].iter().for_each(|name| desk.clean(name));
    desk.did();
    for name in ["b", "a"] {
        desk.event(name);
        desk.changes(name);
        assert!(desk.did().ends_with("check r refresh"), "{name}");
        desk.clean("r");
        desk.written();
        desk.did();
    }
}

#[test]
fn a_notification_that_comes_during_the_refresh_is_not_lost() {
    let mut desk = desk(&mut Wanted::of("a => r"));
    desk.changes("a");
    desk.event("a");
    desk.differs("r");
    desk.changes("a");
    desk.did();
    desk.applied("r");
    assert_eq!(desk.did(), "check r refresh", "what it saw has been overtaken: the newer one stays");
    desk.clean("r");
    assert_eq!(desk.did(), "write delivered(a->r)");
}

#[test]
fn a_failed_receiver_keeps_its_notification() {
    let mut wanted = Wanted::of("a => r");
    wanted.vertex("r", 0, Meta { retry: 1, delay: 200, ..Meta::default() });
    let mut desk = desk(&mut wanted);
    desk.changes("a");
    desk.did();
    desk.check_fails("r");
    desk.clean("a");
    assert_eq!(desk.did(), "check a; retry r after 200ms left Some(0)", "its prerequisite is asked first");
    desk.pass(200);
    assert_eq!(desk.did(), "check r refresh");
}

#[test]
fn an_intent_found_at_the_start_notifies_even_when_all_is_in_order() {
    let name = crate::engine::journal::Name { kind: "t".to_owned(), name: b"a".to_vec() };
    let survived = Survived { intents: [name].into(), ..Survived::default() };
    let mut desk = desk_with(Settings::default(), survived, &mut Wanted::of("a => r"));
    desk.clean("a");
    assert_eq!(desk.did(), "check a; write pending(a->r), done(a)");
    desk.written();
    assert_eq!(desk.did(), "check r refresh");
}

#[test]
fn what_the_journal_remembers_of_edges_that_are_gone_is_dropped() {
    let name = |name: &str| crate::engine::journal::Name { kind: "t".to_owned(), name: name.as_bytes().to_vec() };
    let survived = Survived {
        intents: [name("gone")].into(),
        pending: [((name("a"), name("r")), 3), ((name("a"), name("s")), 4)].into(),
        lost: false,
    };
    let mut desk = desk_with(Settings::default(), survived, &mut Wanted::of("a => r; a -> s"));
    assert_eq!(desk.did(), "write done(gone), delivered(a->s); check a");
    desk.clean("a");
    assert_eq!(desk.did(), "check s; check r refresh");
}

#[test]
fn a_lost_journal_makes_every_notification_pending() {
    let survived = Survived { lost: true, ..Survived::default() };
    let mut desk = desk_with(Settings::default(), survived, &mut Wanted::of("a => r; b => r; c -> r"));
    assert_eq!(desk.did(), "write pending(a->r), pending(b->r), found; check a; check b; check c");
}

#[test]
fn a_kind_that_does_not_refresh_settles_its_notification_with_a_clean_check() {
    let mut desk = desk(&mut Wanted::of("a => deaf"));
    desk.changes("a");
    assert!(desk.did().ends_with("check deaf"));
    desk.clean("deaf");
    assert_eq!(desk.did(), "write delivered(a->deaf)");
}

#[test]
fn a_value_moves_at_the_start_of_the_receivers_step() {
    let mut wanted = Wanted::of("a >> r");
    let mut desk = desk(&mut wanted);
    desk.clean("a");
    assert_eq!(desk.did(), "check a; check r text=\"a\"");
    desk.clean("r");
    desk.did();
    desk.event("a");
    desk.clean("a");
    assert_eq!(desk.did(), "check a", "the same value is no news");
    desk.event("a");
    let news = Checked { state: Found::Clean, sent: sent("other") };
    desk.feed(Input::Checked(desk.handles["a"], Ok(news)));
    assert_eq!(desk.did(), "check a; check r text=\"other\"");
}

#[test]
fn a_missing_value_fails_and_names_both_sides() {
    let mut desk = desk(&mut Wanted::of("a >> r"));
    desk.feed(Input::Checked(desk.handles["a"], Ok(Checked::clean())));
    assert_eq!(desk.did(), "check a; stop r; failed r: t[a].out -> t[r].text: nothing was sent; settled");
}

#[test]
fn a_value_of_another_type_is_told_with_both_types() {
    let mut desk = desk(&mut Wanted::of("a >> r"));
    let wrong = Checked { state: Found::Clean, sent: vec![("out", Value::Int(7))] };
    desk.feed(Input::Checked(desk.handles["a"], Ok(wrong)));
    assert!(desk.did().contains("failed r: t[a].out -> t[r].text: a value of type int was sent to a field of type str"));
}

#[test]
fn retries_wait_and_end() {
    let mut desk = desk(&mut one(Meta { retry: 2, delay: 400, ..Meta::default() }));
    desk.check_fails("a");
    desk.pass(399);
    assert_eq!(desk.did(), "check a; retry a after 400ms left Some(1)");
    desk.pass(1);
    desk.check_fails("a");
    desk.pass(400);
    desk.check_fails("a");
    assert_eq!(desk.did(), "check a; retry a after 400ms left Some(0); check a; stop a; failed a: broken; settled");
    desk.event("a");
    assert_eq!(desk.did(), "");
}

#[test]
fn a_new_version_starts_with_a_full_budget_and_an_unchanged_one_stays_dead() {
    let mut wanted = one(Meta::default());
    let mut desk = desk(&mut wanted);
    desk.check_fails("a");
    desk.did();
    desk.commit(wanted.add("b"));
    assert_eq!(desk.did(), "check b");
    desk.commit(wanted.vertex("a", 1, Meta::default()));
    assert_eq!(desk.did(), "check a");
}

#[test]
fn with_rewatch_each_graph_revives_a_failed_one_for_one_attempt() {
    let mut wanted = one(Meta { rewatch: true, ..Meta::default() });
    let mut desk = desk(&mut wanted);
    desk.check_fails("a");
    desk.did();
    desk.commit(wanted.add("b"));
    assert_eq!(desk.did(), "check b; check a");
}

#[test]
fn a_success_restores_the_budget_only_with_retryreset() {
    for (retryreset, expected) in [(true, "retry a after 0ns left Some(0)"), (false, "stop a; failed a: broken")] {
        let mut desk = desk(&mut one(Meta { retry: 1, retryreset, ..Meta::default() }));
        desk.check_fails("a");
        desk.pass(0);
        desk.clean("a");
        desk.event("a");
        desk.did();
        desk.check_fails("a");
        assert!(desk.did().starts_with(expected));
    }
}

#[test]
fn after_a_failure_the_prerequisites_are_asked_and_repaired_free_of_charge() {
    let mut desk = desk(&mut Wanted::of("a -> b -> c"));
    desk.clean("a");
    desk.clean("b");
    desk.did();
    desk.check_fails("c");
    assert_eq!(desk.did(), "check b; check a");
    desk.clean("b");
    desk.differs("a");
    assert_eq!(desk.did(), "check a", "what was found is repaired by an ordinary run");
    desk.changes("a");
    assert_eq!(desk.did(), "apply a; check b", "and what lies between is looked at again");
    desk.clean("b");
    assert_eq!(desk.did(), "check c", "no attempt was spent");
    desk.check_fails("c");
    assert_eq!(desk.did(), "stop c; failed c: broken; settled", "once per attempt");
}

#[test]
fn a_failure_blocks_what_comes_after_it_and_only_that() {
    let mut desk = desk(&mut Wanted::of("a -> b -> c; x"));
    desk.clean("x");
    desk.check_fails("a");
    assert_eq!(desk.did(), "check a; check x; stop a; failed a: broken; blocked b; blocked c; settled");
    desk.event("x");
    assert_eq!(desk.did(), "check x");
}

#[test]
fn a_lost_watch_is_registered_again_before_anything_runs() {
    let mut desk = desk(&mut one(Meta { retry: 1, delay: 100, ..Meta::default() }));
    desk.clean("a");
    desk.did();
    desk.feed(Input::Event(desk.handles["a"], Event::Failed(Failure::new("gone"))));
    desk.event("a");
    assert_eq!(desk.did(), "retry a after 100ms left Some(0)");
    desk.pass(100);
    assert_eq!(desk.did(), "check a");
    desk.feed(Input::Event(desk.handles["a"], Event::Failed(Failure::new("gone"))));
    desk.clean("a");
    assert_eq!(desk.did(), "stop a; failed a: watch failed: gone; settled");
}

#[test]
fn semaphores_let_so_many_run_in_the_order_of_asking() {
    let mut wanted = Wanted::default();
    for name in ["a", "b", "c", "d"] {
        wanted.vertex(name, 0, Meta { sema: vec!["k:2".into(), "k:2".into()], ..Meta::default() });
    }
    let mut desk = desk(&mut wanted);
    assert_eq!(desk.did(), "check a; check b");
    desk.clean("b");
    assert_eq!(desk.did(), "check c");
    desk.check_fails("a");
    assert_eq!(desk.did(), "stop a; failed a: broken; check d");
}

#[test]
fn the_global_semaphore_counts_all_and_a_long_wait_is_told() {
    let settings = Settings { sema: 1, ..Settings::default() };
    let mut desk = desk_with(settings, Survived::default(), &mut Wanted::of("a; b"));
    desk.pass(10_000);
    assert_eq!(desk.did(), "check a; b waits for :1");
    desk.clean("a");
    assert_eq!(desk.did(), "check b");
}

#[test]
fn who_becomes_blocked_in_the_queue_gives_back_what_it_holds() {
    let mut wanted = Wanted::of("p -> b");
    for (name, sema) in [("a", "y"), ("c", "x"), ("b", "x")] {
        let sema = if name == "b" { vec!["x".into(), "y".into()] } else { vec![sema.into()] };
        wanted.vertex(name, 0, Meta { sema, ..Meta::default() });
    }
    let mut desk = desk(&mut wanted);
    desk.clean("c");
    desk.clean("p");
    assert_eq!(desk.did(), "check a; check c; check p", "b holds x and waits for y");
    desk.event("p");
    desk.event("c");
    desk.clean("a");
    assert_eq!(desk.did(), "check p; check c", "b does not run before p");
    desk.clean("p");
    desk.clean("c");
    assert_eq!(desk.did(), "check b");
}

#[test]
fn a_rate_lets_a_burst_through_and_then_one_run_for_all() {
    let mut desk = desk(&mut one(Meta { limit: Rate(1.0), burst: 2, ..Meta::default() }));
    desk.clean("a");
    desk.event("a");
    desk.clean("a");
    assert_eq!(desk.did(), "check a; settled; check a");
    for _ in 0..4 {
        desk.pass(100);
        desk.event("a");
    }
    assert_eq!(desk.did(), "limited a Some(900ms)");
    desk.pass(599);
    assert_eq!(desk.did(), "");
    desk.pass(1);
    assert_eq!(desk.did(), "check a");
}

#[test]
fn a_notification_does_not_wait_for_the_rate() {
    let mut wanted = Wanted::of("a => r");
    wanted.vertex("r", 0, Meta { limit: Rate(0.0), burst: 1, ..Meta::default() });
    let mut desk = desk(&mut wanted);
    desk.clean("a");
    desk.clean("r");
    desk.event("r");
    assert_eq!(desk.did(), "check a; check r; settled; limited r None");
    desk.event("a");
    desk.changes("a");
    assert!(desk.did().ends_with("check r refresh"));
}

#[test]
fn a_rate_without_a_burst_is_refused() {
    let mut desk = desk(&mut one(Meta { limit: Rate(1.0), ..Meta::default() }));
    assert_eq!(desk.did(), "refused: t[a] did not validate: permanently limited (rate != Inf, burst = 0)");
}

#[test]
fn a_poll_checks_at_once_and_then_at_its_pace() {
    let mut desk = desk(&mut one(Meta { poll: 2, ..Meta::default() }));
    desk.clean("a");
    assert_eq!(desk.did(), "check a; settled");
    desk.pass(1999);
    assert_eq!(desk.did(), "");
    desk.pass(1);
    desk.clean("a");
    assert_eq!(desk.did(), "check a", "nothing has changed since it was settled");
}

#[test]
fn a_negative_poll_checks_once() {
    let mut desk = desk(&mut one(Meta { poll: -1, ..Meta::default() }));
    desk.clean("a");
    desk.pass(100_000);
    assert_eq!((desk.did().as_str(), desk.scheduler.due()), ("check a; settled", None));
}

#[test]
fn noop_says_what_it_would_do_tells_nobody_and_keeps_what_it_was_told() {
    let mut wanted = Wanted::of("a => n => b");
    wanted.vertex("n", 0, Meta { noop: true, ..Meta::default() });
    let mut desk = desk(&mut wanted);
    desk.changes("a");
    desk.did();
    desk.differs("n");
    assert_eq!(desk.did(), "would change n; check b", "it does not hold back what comes after it");
    desk.clean("b");
    assert_eq!(desk.did(), "settled");
    assert_eq!(desk.scheduler.pending().count(), 1);
}

#[test]
fn hidden_ones_never_run_and_pass_the_order_on() {
    let mut wanted = Wanted::of("a -> h -> b");
    wanted.vertex("h", 0, Meta { hidden: true, ..Meta::default() });
    let mut desk = desk(&mut wanted);
    assert_eq!(desk.did(), "check a");
    desk.clean("a");
    assert_eq!(desk.did(), "check b");
}

#[test]
fn a_commit_touches_only_what_differs() {
    let mut wanted = Wanted::of("a -> b; c");
    let mut desk = desk(&mut wanted);
    ["a", "b", "c"].iter().for_each(|name| desk.clean(name));
    desk.did();
    desk.commit(wanted.vertex("b", 1, Meta::default()).remove("c").add("a -> d"));
    assert_eq!(desk.did(), "stop c; stop b; check d; check b");
}

#[test]
fn a_changed_vertex_waits_for_the_run_of_its_former_version() {
    let mut wanted = Wanted::of("a => r");
    let mut desk = desk(&mut wanted);
    desk.differs("a");
    desk.written();
    desk.did();
    let old = desk.handles["a"];
    desk.commit(wanted.vertex("a", 1, Meta::default()));
    assert_eq!(desk.did(), "", "it is being applied");
    desk.feed(Input::Applied(old, Ok(Applied::changed(vec!["it".to_owned()]))));
    assert_eq!(desk.did(), "write pending(a->r), done(a)", "what it notified counts");
    desk.written();
    assert_eq!(desk.did(), "stop a; check a", "its success settles nothing");
    desk.clean("a");
    assert_eq!(desk.did(), "check r refresh");
}

#[test]
fn a_former_version_is_not_applied_any_more() {
    let mut wanted = Wanted::of("a");
    let mut desk = desk(&mut wanted);
    let old = desk.handles["a"];
    desk.commit(wanted.vertex("a", 1, Meta::default()));
    desk.did();
    desk.feed(Input::Checked(old, Ok(Checked::found(Found::Differs(Vec::new())))));
    assert_eq!(desk.did(), "stop a; check a");
}

#[test]
fn what_was_removed_and_added_again_in_flight_starts_after_its_end() {
    let mut wanted = Wanted::of("a");
    let mut desk = desk(&mut wanted);
    let old = desk.handles["a"];
    desk.commit(wanted.remove("a"));
    desk.commit(wanted.add("a"));
    assert_eq!(desk.did(), "check a");
    desk.feed(Input::Checked(old, Ok(Checked::clean())));
    assert_eq!(desk.did(), "stop a; check a");
}

#[test]
fn a_refused_graph_disturbs_nothing() {
    let mut wanted = Wanted::of("a -> b");
    let mut desk = desk(&mut wanted);
    desk.clean("a");
    desk.did();
    desk.commit(wanted.add("b -> a").vertex("b", 5, Meta::default()));
    assert_eq!(desk.did(), "refused: resource graph has cycles: not a dag: t[a] -> t[b] -> t[a]");
    desk.clean("b");
    assert_eq!(desk.did(), "settled");
}

#[test]
fn converged_is_said_after_the_time_without_a_change() {
    let settings = Settings { converge: Some(Duration::from_secs(5)), ..Settings::default() };
    let mut desk = desk_with(settings, Survived::default(), &mut Wanted::of("a"));
    desk.pass(1000);
    desk.changes("a");
    desk.pass(4999);
    assert_eq!(desk.did(), "check a; apply a; settled");
    desk.pass(1);
    assert_eq!(desk.did(), "converged");
    desk.event("a");
    desk.clean("a");
    assert_eq!(desk.did(), "check a", "looking is no activity");
    desk.event("a");
    desk.changes("a");
    assert_eq!(desk.did(), "check a; apply a; unconverged; settled");
}

#[test]
fn an_error_of_the_program_keeps_it_from_being_converged() {
    let settings = Settings { converge: Some(Duration::from_secs(5)), ..Settings::default() };
    let mut desk = desk_with(settings, Survived::default(), &mut Wanted::of("a"));
    desk.feed(Input::Program { settled: true, held: true });
    desk.clean("a");
    desk.pass(10_000);
    assert_eq!(desk.did(), "check a; settled");
    desk.feed(Input::Program { settled: true, held: false });
    assert_eq!(desk.did(), "settled; converged");
}

#[test]
fn the_end_waits_for_what_runs_and_starts_nothing() {
    let mut desk = desk(&mut Wanted::of("a -> b; c => d"));
    desk.did();
    desk.feed(Input::Stop(Level::Finish));
    desk.clean("a");
    assert_eq!(desk.did(), "", "b never starts");
    desk.pass(1000);
    assert_eq!(desk.did(), "still running: c");
    desk.differs("c");
    assert_eq!(desk.did(), "finished", "work that has not begun never does");
}

#[test]
fn the_end_keeps_what_is_pending_on_disk() {
    let mut desk = desk(&mut Wanted::of("a => r"));
    desk.differs("a");
    desk.written();
    desk.did();
    desk.feed(Input::Stop(Level::Finish));
    desk.applied("a");
    assert_eq!(desk.did(), "write pending(a->r), done(a)");
    desk.written();
    assert_eq!(desk.did(), "finished");
}

#[test]
fn a_second_signal_interrupts_and_a_third_ends_at_once() {
    let mut desk = desk(&mut Wanted::of("a"));
    desk.did();
    desk.feed(Input::Stop(Level::Finish));
    desk.feed(Input::Stop(Level::Interrupt));
    assert_eq!(desk.did(), "interrupt a");
    desk.feed(Input::Stop(Level::Kill));
    assert_eq!(desk.did(), "finished");
}

#[test]
fn what_never_comes_to_rest_is_held_back() {
    let mut desk = desk(&mut Wanted::of("a"));
    let mut pauses = 0;
    for _ in 0..3000 {
        desk.changes("a");
        desk.event("a");
        if !desk.did().contains("check a") {
            pauses += 1;
            desk.pass(1000);
            assert!(desk.did().contains("check a"));
        }
    }
    assert!(pauses > 100, "{pauses}");
}

#[test]
fn idle_vertices_cost_little_and_no_timer() {
    let names: Vec<String> = (0..30_000).map(|i| format!("n{i}")).collect();
    let mut wanted = Wanted::default();
    wanted.add(&names.join(";"));
    wanted.add(&names.windows(2).step_by(2).map(|pair| format!("{} -> {}", pair[0], pair[1])).collect::<Vec<_>>().join(";"));
    let mut desk = desk(&mut wanted);
    let handles: Vec<Handle> = names.iter().map(|name| desk.handles[name]).collect();
    let clean = |handle: Handle| Input::Checked(handle, Ok(Checked::clean()));
    for half in 0..2 {
        desk.scheduler.step(desk.now, handles.iter().skip(half).step_by(2).map(|handle| clean(*handle)));
    }
    assert_eq!((desk.scheduler.busy, desk.scheduler.due()), (0, None));
    assert!(size_of::<state::State>() <= 48);
    let start = std::time::Instant::now();
    for handle in handles.iter().step_by(10) {
        let begun = desk.scheduler.step(desk.now, [Input::Event(*handle, Event::Changed)]);
        assert!(matches!(begun[..], [Action::Check(..)]));
        desk.scheduler.step(desk.now, [clean(*handle)]);
    }
    // 6,000 steps; were one proportional to the graph, this would take minutes.
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

#[test]
fn a_step_with_nothing_to_do_does_nothing() {
    let mut desk = desk(&mut Wanted::of("a"));
    desk.clean("a");
    desk.did();
    desk.clean("a");
    desk.feed(Input::Watching(desk.handles["a"], Ok(())));
    desk.feed(Input::Written(99, Ok(())));
    assert_eq!(desk.did(), "", "answers to nothing are ignored");
    assert!(desk.scheduler.live().find(&id("a")).is_some());
}
