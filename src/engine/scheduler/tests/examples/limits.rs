//! Semaphores, rates, and what never comes to rest.

use super::*;

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
