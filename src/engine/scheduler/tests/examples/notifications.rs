//! What is told, and what is on disk before.

use super::*;

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
