//! Converged, and the end.

use super::*;

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
