//! What fails, tries again, and recovers.

use super::*;

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
