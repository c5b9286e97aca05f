//! One graph becomes another.

use super::*;

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
fn a_watch_stays_where_it_does_not_depend_on_what_changed() {
    let mut wanted = Wanted::of("a -> b");
    let mut desk = desk(&mut wanted);
    ["a", "b"].iter().for_each(|name| desk.clean(name));
    desk.did();
    desk.commit(wanted.tune("a", 1));
    assert_eq!(desk.did(), "check a", "not even the resource is another one");
    desk.commit(wanted.tune("a", 2));
    assert_eq!(desk.did(), "", "its run is that of the former version");
    desk.clean("a");
    assert_eq!(desk.did(), "stop a; check a");
    desk.clean("a");
    assert_eq!(desk.did(), "settled");
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
