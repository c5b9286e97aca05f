//! What somebody changes by hand comes back.

use crate::machine::Machine;
use crate::process::{Place, eventually};
use mgmt::engine::scheduler::Report;
use mgmt::events::Event;
use std::fs;
use std::os::unix::fs::PermissionsExt;

const ONE_FILE: &str = r#"
file "DIR/file" {
	state => $const.res.file.state.exists,
	content => "right\n",
	mode => "0640",
}
"#;

#[test]
fn an_edited_or_deleted_file_is_restored() {
    let place = Place::new(ONE_FILE);
    let mut process = place.start(&[]);
    place.wait("file", "right\n");
    process.converged();
    place.write("file", "wrong\n");
    place.wait("file", "right\n");
    fs::remove_file(place.path("file")).unwrap();
    place.wait("file", "right\n");
    let mode = || fs::metadata(place.path("file")).map_or(0, |found| found.permissions().mode() & 0o7777);
    fs::set_permissions(place.path("file"), fs::Permissions::from_mode(0o666)).unwrap();
    assert!(eventually(|| mode() == 0o640));
    let ended = process.interrupt();
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr);
}

#[test]
fn a_directory_in_the_place_of_a_file_is_an_error_that_loses_nothing() {
    let place = Place::new(ONE_FILE);
    let mut process = place.start(&[]);
    place.wait("file", "right\n");
    process.converged();
    // In one step, so that the file is not restored in between.
    fs::create_dir(place.path("other")).unwrap();
    place.write("other/precious", "data");
    rustix::fs::renameat_with(
        rustix::fs::CWD,
        place.path("other"),
        rustix::fs::CWD,
        place.path("file"),
        rustix::fs::RenameFlags::EXCHANGE,
    )
    .unwrap();
    process.says("failed for good");
    let name = format!("file[{}]", place.path("file").display());
    let line = process.log().lines().find(|line| line.contains("failed for good")).unwrap().to_owned();
    assert!(line.contains(&name) && line.contains("directory"), "{line}");
    assert_eq!(place.read("file/precious"), "data");
    assert_eq!(process.interrupt().code(), Some(0));
}

#[test]
fn a_second_run_changes_nothing_and_writes_no_record() {
    let place = Place::new(
        r#"
file "DIR/out" {
	state => "exists",
	content => "x",
	Notify => Exec["told"],
}
exec "told" {
	cmd => "echo told >> DIR/told",
	shell => "/bin/sh",
	refresh_only => true,
}
"#,
    );
    let first = place.once(&[]);
    assert_eq!(first.code(), Some(0), "{}", first.stderr);
    assert_eq!((place.read("out"), place.read("told")), ("x".to_owned(), "told\n".to_owned()));
    let before = tree(&place, "");
    let records = journal(&place);
    let second = place.once(&[]);
    assert_eq!(second.code(), Some(0), "{}", second.stderr);
    assert!(!second.stderr.contains("out]") && !second.stderr.contains("told]"), "{}", second.stderr);
    assert_eq!(place.read("told"), "told\n");
    assert_eq!(tree(&place, ""), before);
    assert_eq!(journal(&place), records);
}

/// Everything outside of the prefix: path, time of change and size.
fn tree(place: &Place, below: &str) -> Vec<(String, std::time::SystemTime, u64)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(place.path(below)).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}/{}", entry.file_name().to_str().unwrap()).trim_start_matches('/').to_owned();
        let data = entry.metadata().unwrap();
        if name == "prefix" {
            continue;
        }
        if data.is_dir() {
            found.extend(tree(place, &name));
        }
        found.push((name, data.modified().unwrap(), data.len()));
    }
    found.sort();
    found
}

/// The number of the last record.
fn journal(place: &Place) -> u64 {
    mgmt::engine::journal::store::Store::open(&place.path("prefix")).unwrap().sequence()
}

#[test]
fn two_prerequisites_that_notify_are_both_heard() {
    let machine = Machine::new(
        r#"
file "DIR/a" {
	state => "exists",
	content => "aa",
	Notify => Print["p"],
}
file "DIR/b" {
	state => "exists",
	content => "bbb",
	Notify => Print["p"],
}
print "p" {
	msg => "told",
	refresh_only => true,
}
"#,
    );
    let told = |event: &Event| matches!(event, Event::Said(message) if message.text.contains("told")).then_some(());
    machine.wait("message", told);
    machine.settled();
    for name in ["b", "a", "b"] {
        machine.mark();
        machine.place.write(name, "spoilt");
        machine.wait("message", told);
        machine.settled();
    }
}

#[test]
fn noop_says_what_it_would_do_and_does_nothing() {
    let place = Place::new(ONE_FILE);
    let ended = place.once(&["--noop"]);
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("would change"), "{}", ended.stderr);
    assert!(!place.path("file").exists());
}

#[test]
fn a_drifting_file_is_told_of_with_what_was_wrong() {
    let machine = Machine::new(ONE_FILE);
    machine.settled();
    machine.mark();
    machine.place.write("file", "wrong\n");
    let changes = machine.wait("repair", |event| match event {
        Event::Engine(Report::Changed { changes, .. }) => Some(changes.clone()),
        _ => None,
    });
    assert!(changes.iter().any(|change| change.contains("content")), "{changes:?}");
}
