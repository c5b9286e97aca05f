//! `mgmt fmt`.

use crate::process::{Place, mgmt};
use std::fs;
use std::os::unix::fs::PermissionsExt;

const UGLY: &str = "noop \"a\" { Meta:noop=>true, }\n";

#[test]
fn files_are_formatted_in_place_with_their_mode() {
    let place = Place::new(UGLY);
    let path = place.path("main.mcl");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let test = mgmt(&["fmt", "--test", path.to_str().unwrap()]);
    assert_eq!(test.code(), Some(1));
    assert!(test.stderr.contains("main.mcl"), "{}", test.stderr);
    assert_eq!(place.read("main.mcl"), UGLY);
    assert_eq!(mgmt(&["fmt", path.to_str().unwrap()]).code(), Some(0));
    assert_eq!(place.read("main.mcl"), "noop \"a\" {\n\tMeta:noop => true,\n}\n");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o640);
    assert_eq!(mgmt(&["fmt", "--test", path.to_str().unwrap()]).code(), Some(0));
}

#[test]
fn a_directory_is_walked_and_a_mistake_stops_no_other_file() {
    let place = Place::new(UGLY);
    fs::create_dir(place.path("sub")).unwrap();
    place.write("sub/bad.mcl", "noop {\n");
    place.write("sub/good.mcl", UGLY);
    place.write("sub/other.txt", UGLY);
    let ended = mgmt(&["fmt", &format!("{}/", place.path("").display()).replace("//", "/")]);
    assert_eq!(ended.code(), Some(1));
    assert!(ended.stderr.contains("sub/bad.mcl:2:1"), "{}", ended.stderr);
    assert!(place.read("sub/good.mcl") != UGLY && place.read("main.mcl") != UGLY);
    assert_eq!(place.read("sub/other.txt"), UGLY);
}

#[test]
fn the_examples_are_formatted() {
    let ended = mgmt(&["fmt", "--test", concat!(env!("CARGO_MANIFEST_DIR"), "/examples/")]);
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr);
}
