//! The examples run as they are, below a directory of the test's own.

use crate::process::Place;
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// The example of this name, with `/tmp/mgmt-…` in it moved below the test's directory.
fn example(name: &str) -> Place {
    let path = format!("{}/examples/{name}.mcl", env!("CARGO_MANIFEST_DIR"));
    Place::new(&fs::read_to_string(path).unwrap().replace("/tmp/mgmt-", "DIR/"))
}

#[test]
fn hello() {
    let place = example("hello");
    let ended = place.once(&[]);
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr);
    assert_eq!(place.read("hello"), "hello, world\n");
}

#[test]
fn readonly_friday() {
    let place = example("readonly-friday");
    let ended = place.once(&[]);
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr);
    let mode = fs::metadata(place.path("files")).unwrap().permissions().mode() & 0o7777;
    assert!([0o550, 0o770].contains(&mode), "{mode:o}");
}

#[test]
fn template() {
    let place = example("template");
    let mut process = place.start(&[]);
    place.wait("template/greeting", "nobody sends greetings from nowhere\n");
    place.wait("template/sent", "nobody sends greetings from nowhere\n");
    place.write("template/name", "Ann\n");
    place.wait("template/greeting", "Ann sends greetings from nowhere\n");
    place.wait("template/sent", "nobody sends greetings from nowhere\nAnn sends greetings from nowhere\n");
    place.write("template/place", "Oslo\n");
    place.wait("template/greeting", "Ann sends greetings from Oslo\n");
    assert_eq!(process.interrupt().code(), Some(0));
}

#[test]
fn users() {
    let place = example("users");
    let mut process = place.start(&[]);
    place.wait("users/alice.txt", "this is alice's\n");
    place.wait("users/bob.txt", "this is bob's\n");
    place.write("users/list", "alice\ncarol\n");
    place.wait("users/carol.txt", "this is carol's\n");
    assert_eq!(place.read("users/bob.txt"), "this is bob's\n");
    assert_eq!(process.interrupt().code(), Some(0));
}

#[test]
fn every_example_has_a_test() {
    let mut names: Vec<String> = fs::read_dir(format!("{}/examples", env!("CARGO_MANIFEST_DIR")))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["hello.mcl", "readonly-friday.mcl", "template.mcl", "users.mcl"]);
}
