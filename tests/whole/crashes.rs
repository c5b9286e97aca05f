//! A process that dies between a change and the notification it causes: the next start makes up for it. Real kills of the real binary.

use crate::process::{Place, eventually};

/// A file whose change makes a command run.
const PROGRAM: &str = r#"
file "DIR/conf" {
	state => "exists",
	content => "new",
	Notify => Exec["reload"],
}
exec "reload" {
	cmd => "cat DIR/conf >> DIR/reloaded; echo >> DIR/reloaded",
	shell => "/bin/sh",
	refresh_only => true,
}
"#;

/// Every named point between finding the file wrong and having told the command.
const POINTS: &[&str] = &[
    "journal:before-write",
    "journal:store-flushed",
    "journal:before-sync",
    "journal:written",
    "journal:intent-flushed",
    "engine:apply",
    "file:temp-written",
    "file:renamed",
    "engine:applied",
    "journal:before-write:2",
    "journal:store-flushed:2",
    "journal:written:2",
    "journal:pending-flushed",
    "journal:delivered-flushed",
];

/// The command has to have run for the new content, and at most once more than needed.
#[track_caller]
fn made_up(place: &Place, point: &str) {
    let ended = place.once(&[]);
    assert_eq!(ended.code(), Some(0), "{point}: {}", ended.stderr);
    assert_eq!(place.read("conf"), "new", "{point}");
    let reloads = place.read("reloaded").lines().filter(|line| *line == "new").count();
    assert!((1..=2).contains(&reloads), "{point}: {:?}", place.read("reloaded"));
    // And it is over: another start tells nobody.
    let before = place.read("reloaded");
    assert_eq!(place.once(&[]).code(), Some(0));
    assert_eq!(place.read("reloaded"), before, "{point}");
}

#[test]
fn a_kill_at_any_point_loses_no_notification() {
    for point in POINTS {
        let place = Place::new(PROGRAM);
        place.write("conf", "old");
        let mut command = place.run(&["--once"]);
        command.env("MGMT_KILL_AT", point);
        let ended = crate::process::end(command);
        assert!(ended.killed(), "{point} was never reached: {}", ended.stderr);
        made_up(&place, point);
    }
}

/// The same while another prerequisite holds the command back.
const HELD_BACK: &str = r#"
file "DIR/conf" {
	state => "exists",
	content => "new",
	Notify => Exec["reload"],
}
exec "slow" {
	cmd => "echo >> DIR/slow; while test -e DIR/wait; do sleep 0.02; done",
	shell => "/bin/sh",
}
exec "reload" {
	cmd => "cat DIR/conf >> DIR/reloaded; echo >> DIR/reloaded",
	shell => "/bin/sh",
	refresh_only => true,
	Depend => Exec["slow"],
}
"#;

#[test]
fn what_was_pending_when_it_was_killed_is_done_in_the_order_of_the_next_start() {
    let place = Place::new(HELD_BACK);
    place.write("wait", "");
    let mut process = place.start(&[]);
    place.wait("conf", "new");
    assert!(eventually(|| place.path("slow").exists()));
    // The change is told once it is on record.
    process.says("file[");
    assert!(process.kill().killed());
    std::fs::remove_file(place.path("wait")).unwrap();
    made_up(&place, "kill -9");
}

#[test]
fn what_was_pending_at_the_end_is_done_at_the_next_start() {
    let place = Place::new(HELD_BACK);
    place.write("wait", "");
    let mut process = place.start(&[]);
    place.wait("conf", "new");
    process.says("file[");
    assert!(eventually(|| place.path("slow").exists()));
    process.signal(rustix::process::Signal::INT);
    process.says("waiting for exec[slow]");
    std::fs::remove_file(place.path("wait")).unwrap();
    assert_eq!(process.end().code(), Some(0));
    assert_eq!(place.read("reloaded"), "", "nothing starts after ^C");
    made_up(&place, "^C");
}

/// A command that a program reads, and one that a resource runs; both have children.
const COMMANDS: &str = r#"
import "os"
file "DIR/out" {
	state => "exists",
	content => os.system("sleep 1000 & echo $! > DIR/read.new; mv DIR/read.new DIR/read; echo x; wait"),
}
exec "slow" {
	cmd => "sleep 1000 & echo $! > DIR/ran.new; mv DIR/ran.new DIR/ran; wait",
	shell => "/bin/sh",
}
"#;

#[test]
fn commands_do_not_outlive_a_kill() {
    let place = Place::new(COMMANDS);
    let mut process = place.start(&[]);
    assert!(eventually(|| place.path("read").exists() && place.path("ran").exists()));
    let children = ["read", "ran"].map(|name| place.read(name).trim().to_owned());
    let runs = |pid: &String| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // A lazy init may leave it unreaped.
        !stat.is_empty() && !stat.contains(") Z ")
    };
    assert!(children.iter().all(runs));
    assert!(process.kill().killed());
    assert!(eventually(|| !children.iter().any(runs)), "{children:?} still run");
}
