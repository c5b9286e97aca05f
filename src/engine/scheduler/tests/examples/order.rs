//! Who runs when.

use super::*;

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
fn hidden_ones_never_run_and_pass_the_order_on() {
    let mut wanted = Wanted::of("a -> h -> b");
    wanted.vertex("h", 0, Meta { hidden: true, ..Meta::default() });
    let mut desk = desk(&mut wanted);
    assert_eq!(desk.did(), "check a");
    desk.clean("a");
    assert_eq!(desk.did(), "check b");
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
