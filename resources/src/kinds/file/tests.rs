//! Real files in a directory of their own.

use super::*;
use crate::kinds::testing::{Bench, expect_event, expect_silence, fields, strs};
use crate::resource::Event;
use mgmt_values::Value;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::PathBuf;

/// A directory to work in.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Place {
        Place(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.0.path().display())
    }

    fn file(&self, name: &str, set: &[(&str, Value)]) -> Bench {
        Bench::new(&KIND, &self.path(name), set)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).unwrap();
    }

    fn mode(&self, name: &str) -> u32 {
        fs::symlink_metadata(self.path(name)).unwrap().mode() & mode::BITS
    }

    fn set_mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), Permissions::from_mode(mode)).unwrap();
    }

    /// What stands in it, by name.
    fn names(&self, dir: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(dir)).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn exists() -> (&'static str, Value) {
    ("state", Value::str("exists"))
}

fn absent() -> (&'static str, Value) {
    ("state", Value::str("absent"))
}

fn text(name: &'static str, value: &str) -> (&'static str, Value) {
    (name, Value::str(value))
}

fn yes(name: &'static str) -> (&'static str, Value) {
    (name, Value::Bool(true))
}

fn differs(lines: &[&str]) -> State {
    State::Differs(lines.iter().map(|line| (*line).to_owned()).collect())
}

fn root() -> bool {
    rustix::process::geteuid().is_root()
}

#[tokio::test]
async fn content_is_created_and_kept() {
    let place = Place::new();
    let bench = place.file("f", &[exists(), text("content", "hello\n")]);
    assert_eq!(bench.state().await, differs(&["missing"]));
    assert_eq!(bench.converge().await.unwrap(), ["created"]);
    assert_eq!(place.read("f"), "hello\n");
    assert_eq!(bench.state().await, State::Clean);

    place.write("f", "Hello\n");
    assert_eq!(bench.state().await, differs(&["content: 6 bytes -> 6 bytes"]));
    assert_eq!(bench.converge().await.unwrap(), ["content: 6 bytes -> 6 bytes"]);
    assert_eq!(place.read("f"), "hello\n");
    assert_eq!(place.names(""), ["f"], "no temporary file is left");
}

#[tokio::test]
async fn a_check_has_no_effect() {
    let place = Place::new();
    place.write("f", "old");
    place.set_mode("f", 0o600);
    let bench = place.file("f", &[exists(), text("content", "new!"), text("mode", "0640"), text("owner", "daemon")]);
    assert_eq!(bench.state().await, differs(&["content: 3 bytes -> 4 bytes", "owner: root -> daemon", "mode: 0600 -> 0640"]));
    assert_eq!((place.read("f"), place.mode("f")), ("old".to_owned(), 0o600));
    assert_eq!(place.names(""), ["f"]);
}

#[tokio::test]
async fn content_without_state_needs_the_file() {
    let place = Place::new();
    let bench = place.file("f", &[text("content", "x")]);
    let failure = bench.check().await.unwrap_err();
    assert!(failure.message.contains("it does not exist, and only with `state` \"exists\" it is created"), "{failure}");
    place.write("f", "y");
    assert_eq!(bench.converge().await.unwrap(), ["content: 1 bytes -> 1 bytes"]);
}

#[tokio::test]
async fn a_file_whose_directory_is_missing_cannot_be_created() {
    let place = Place::new();
    let bench = place.file("d/f", &[exists(), text("content", "x")]);
    assert_eq!(bench.state().await, differs(&["missing"]));
    assert!(bench.converge().await.unwrap_err().message.contains("there is no directory"));
}

#[tokio::test]
async fn existence_alone_makes_an_empty_file_and_leaves_content() {
    let place = Place::new();
    let bench = place.file("f", &[exists(), text("mode", "0600")]);
    assert_eq!(bench.converge().await.unwrap(), ["created"]);
    assert_eq!((place.read("f"), place.mode("f")), (String::new(), 0o600));
    place.write("f", "anything");
    assert_eq!(bench.state().await, State::Clean);
}

#[tokio::test]
async fn what_is_not_managed_stays_as_it_is() {
    let place = Place::new();
    place.write("f", "old");
    place.set_mode("f", 0o4711);
    rustix::fs::setxattr(place.path("f"), "user.note", b"mine", rustix::fs::XattrFlags::empty()).unwrap();
    let bench = place.file("f", &[exists(), text("content", "new")]);
    bench.converge().await.unwrap();
    let mut note = [0; 4];
    assert_eq!(rustix::fs::getxattr(place.path("f"), "user.note", &mut note), Ok(4));
    assert_eq!((place.read("f").as_str(), place.mode("f"), &note), ("new", 0o4711, b"mine"));
}

#[tokio::test]
async fn modes_settle_at_once() {
    let place = Place::new();
    for (name, mode, bits) in
        [("f", "4755", 0o4755), ("d/", "0750", 0o750), ("e/", "u=rwx,g=rx,o=", 0o750), ("t/", "1777", 0o1777)]
    {
        let bench = place.file(name, &[exists(), text("mode", mode)]);
        assert_eq!(bench.converge().await.unwrap(), ["created"]);
        assert_eq!((place.mode(name), bench.state().await), (bits, State::Clean));
        place.set_mode(name, 0o700);
        assert_eq!(bench.converge().await.unwrap(), [format!("mode: 0700 -> {bits:04o}")]);
        assert_eq!((place.mode(name), bench.state().await), (bits, State::Clean));
    }
}

#[tokio::test]
async fn owner_and_group_are_names_or_numbers() {
    if !root() {
        eprintln!("skipped: only root gives files away");
        return;
    }
    let place = Place::new();
    let bench =
        place.file("f", &[exists(), text("owner", "daemon"), text("group", "1"), text("mode", "2750"), text("content", "")]);
    bench.converge().await.unwrap();
    let owner = |name: &str| fs::metadata(place.path(name)).map(|meta| (meta.uid(), meta.gid())).unwrap();
    assert_eq!((owner("f"), place.mode("f")), ((1, 1), 0o2750));
    std::os::unix::fs::chown(place.path("f"), Some(0), Some(0)).unwrap();
    assert_eq!(bench.converge().await.unwrap(), ["owner: root -> daemon", "group: root -> daemon", "mode: 0750 -> 2750"]);
    assert_eq!((owner("f"), place.mode("f")), ((1, 1), 0o2750));

    let unknown = place.file("g", &[exists(), text("owner", "no such user")]);
    assert_eq!(unknown.check().await.unwrap_err().message, "there is no user `no such user`");
    assert_eq!(place.names(""), ["f"]);
}

#[tokio::test]
async fn a_directory_in_the_way_is_an_error_and_loses_nothing() {
    let place = Place::new();
    let set = [exists(), text("content", "x")];
    fs::create_dir_all(place.path("f/inner")).unwrap();
    place.write("f/inner/precious", "1");
    let bench = place.file("f", &set);
    let message = bench.check().await.unwrap_err().message;
    assert!(message.contains("a directory is in the way") && message.contains("force"), "{message}");
    assert!(bench.apply().await.is_err());
    assert_eq!(place.read("f/inner/precious"), "1");

    let forced = place.file("f", &[&set[..], &[yes("force")]].concat());
    assert_eq!(forced.state().await, differs(&["a directory is in the way"]));
    forced.converge().await.unwrap();
    assert_eq!(place.read("f"), "x");
}

#[tokio::test]
async fn a_file_in_the_way_of_a_directory_is_an_error_too() {
    let place = Place::new();
    place.write("d", "precious");
    let bench = place.file("d/", &[exists()]);
    assert!(bench.check().await.unwrap_err().message.contains("something else is in the way"));
    assert_eq!(place.read("d"), "precious");
    let forced = place.file("d/", &[exists(), yes("force")]);
    forced.converge().await.unwrap();
    assert_eq!(place.names("d"), [""; 0]);
}

#[tokio::test]
async fn nothing_is_read_from_what_is_no_file() {
    let place = Place::new();
    rustix::fs::mknodat(rustix::fs::CWD, place.path("f"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let bench = place.file("f", &[exists(), text("content", "x")]);
    assert!(bench.check().await.unwrap_err().message.contains("not a regular file"));
    let source = place.file("g", &[exists(), text("source", &place.path("f"))]);
    assert!(source.check().await.unwrap_err().message.contains("not a regular file"));
}

#[tokio::test]
async fn directories_are_made_with_parents_where_recurse_says_so() {
    let place = Place::new();
    let alone = place.file("a/b/c/", &[exists()]);
    assert_eq!(alone.state().await, differs(&["missing"]));
    assert!(alone.converge().await.is_err());
    let with_parents = place.file("a/b/c/", &[exists(), yes("recurse")]);
    assert_eq!(with_parents.converge().await.unwrap(), ["created"]);
    assert_eq!(alone.state().await, State::Clean);
}

#[tokio::test]
async fn absent_removes_files_links_and_with_recurse_trees() {
    let place = Place::new();
    place.write("f", "x");
    symlink("nowhere", place.path("dangling")).unwrap();
    for name in ["f", "dangling"] {
        // The mode of what is to go does not matter.
        let bench = place.file(name, &[absent(), text("mode", "0600")]);
        assert_eq!(bench.state().await, differs(&["present"]));
        assert_eq!(bench.converge().await.unwrap(), ["removed"]);
        assert_eq!(bench.state().await, State::Clean);
    }
    fs::create_dir_all(place.path("d/sub")).unwrap();
    let careful = place.file("d/", &[absent()]);
    assert!(careful.converge().await.unwrap_err().message.contains("it is not empty"));
    let thorough = place.file("d/", &[absent(), yes("recurse")]);
    assert_eq!(thorough.converge().await.unwrap(), ["removed"]);
    assert_eq!(place.names(""), [""; 0]);
    let missing_parent = place.file("no/such/f", &[absent()]);
    assert_eq!(missing_parent.state().await, State::Clean);
}

#[tokio::test]
async fn the_target_of_a_link_is_managed_and_the_link_stays() {
    let place = Place::new();
    fs::create_dir(place.path("real")).unwrap();
    symlink("real/f", place.path("f")).unwrap();
    let bench = place.file("f", &[exists(), text("content", "x"), text("mode", "0640")]);
    bench.converge().await.unwrap();
    assert_eq!((place.read("real/f").as_str(), place.mode("real/f")), ("x", 0o640));
    assert_eq!(fs::read_link(place.path("f")).unwrap(), PathBuf::from("real/f"));
}

#[tokio::test]
async fn links_of_others_in_directories_for_all_are_not_followed() {
    if !root() {
        eprintln!("skipped: only root can make a link that belongs to somebody else");
        return;
    }
    let place = Place::new();
    fs::create_dir(place.path("tmp")).unwrap();
    place.set_mode("tmp", 0o1777);
    place.write("victim", "precious");
    symlink(place.path("victim"), place.path("tmp/f")).unwrap();
    std::os::unix::fs::lchown(place.path("tmp/f"), Some(1), Some(1)).unwrap();
    let bench = place.file("tmp/f", &[exists(), text("content", "x")]);
    assert!(bench.check().await.unwrap_err().message.contains("belongs to somebody else"));
    assert_eq!(place.read("victim"), "precious");
}

#[tokio::test]
async fn symbolic_links_are_made_changed_and_removed() {
    let place = Place::new();
    let link = |set: &[(&str, Value)]| place.file("l", &[set, &[yes("symlink")]].concat());
    let one = link(&[exists(), text("source", "one")]);
    assert_eq!(one.state().await, differs(&["missing"]));
    one.converge().await.unwrap();
    assert_eq!(one.state().await, State::Clean);
    let two = link(&[exists(), text("source", "two")]);
    assert_eq!(two.converge().await.unwrap(), ["link: one -> two"]);
    assert_eq!(fs::read_link(place.path("l")).unwrap(), PathBuf::from("two"));
    let gone = link(&[absent()]);
    assert_eq!(gone.converge().await.unwrap(), ["present"]);
    assert_eq!(place.names(""), [""; 0]);

    place.write("l", "precious");
    assert!(one.check().await.unwrap_err().message.contains("something else is in the way"));
    assert_eq!(place.read("l"), "precious");
    link(&[exists(), text("source", "one"), yes("force")]).converge().await.unwrap();
    assert_eq!(fs::read_link(place.path("l")).unwrap(), PathBuf::from("one"));
}

#[tokio::test]
async fn a_source_file_brings_its_mode() {
    let place = Place::new();
    place.write("source", "#!/bin/sh\n");
    place.set_mode("source", 0o741);
    let bench = place.file("f", &[exists(), text("source", &place.path("source"))]);
    bench.converge().await.unwrap();
    assert_eq!((place.read("f"), place.mode("f")), (place.read("source"), 0o741));
    place.write("source", "#!/bin/bash\n");
    assert_eq!(bench.converge().await.unwrap(), ["content: 10 bytes -> 12 bytes"]);

    let missing = place.file("g", &[exists(), text("source", &place.path("nothing"))]);
    assert!(missing.check().await.is_err());
    assert!(!place.names("").contains(&"g".to_owned()), "no empty file is left behind");
}

#[tokio::test]
async fn fragments_are_put_together_in_order() {
    let place = Place::new();
    fs::create_dir_all(place.path("parts/inner")).unwrap();
    place.write("parts/b", "2");
    place.write("parts/a", "1");
    place.write("last", "3");
    let bench = place.file("f", &[exists(), ("fragments", strs(&[&place.path("parts/"), &place.path("last")]))]);
    bench.converge().await.unwrap();
    assert_eq!(place.read("f"), "123");
}

#[tokio::test]
async fn a_directory_follows_its_source() {
    let place = Place::new();
    fs::create_dir_all(place.path("src/sub/deep")).unwrap();
    place.write("src/f", "f");
    place.set_mode("src/f", 0o640);
    place.write("src/sub/g", "g");
    symlink("f", place.path("src/link")).unwrap();
    let bench = place.file("dst/", &[exists(), text("source", &place.path("src/")), yes("recurse")]);
    assert_eq!(bench.state().await, differs(&["missing"]));
    let changes = bench.converge().await.unwrap();
    assert_eq!(changes, ["created", "f: created", "link: created", "sub/: created", "sub/deep/: created", "sub/g: created"]);
    assert_eq!((place.read("dst/sub/g").as_str(), place.mode("dst/f")), ("g", 0o640));
    assert!(fs::symlink_metadata(place.path("dst/link")).unwrap().is_file(), "links are copied as what they lead to");
    assert_eq!(bench.state().await, State::Clean);

    fs::create_dir(place.path("dst/stray")).unwrap();
    place.write("dst/stray/x", "");
    place.write("dst/sub/g", "spoilt");
    let lines = ["stray: not in the source", "sub/g: 6 bytes -> 1 bytes"];
    let State::Differs(mut found) = bench.state().await else { panic!("it differs") };
    found.sort();
    assert_eq!(found, lines);
    bench.converge().await.unwrap();
    assert_eq!((place.names("dst"), bench.state().await), (place.names("src"), State::Clean));

    fs::rename(place.path("src"), place.path("gone")).unwrap();
    assert!(bench.check().await.is_err(), "a source that is gone does not empty the destination");
    assert_eq!(place.read("dst/f"), "f");
}

#[tokio::test]
async fn nothing_outside_a_synchronised_directory_is_touched() {
    let place = Place::new();
    fs::create_dir_all(place.path("src/sub")).unwrap();
    place.write("src/f", "new");
    place.write("src/sub/g", "new");
    fs::create_dir_all(place.path("outside")).unwrap();
    place.write("outside/precious", "1");
    fs::create_dir(place.path("dst")).unwrap();
    symlink(place.path("outside/precious"), place.path("dst/f")).unwrap();
    symlink(place.path("outside"), place.path("dst/stray")).unwrap();
    let set = [exists(), text("source", &place.path("src/")), yes("recurse")];
    place.file("dst/", &set).converge().await.unwrap();
    assert_eq!((place.read("outside/precious").as_str(), place.names("dst")), ("1", vec!["f".to_owned(), "sub".to_owned()]));

    fs::remove_dir_all(place.path("dst/sub")).unwrap();
    symlink(place.path("outside"), place.path("dst/sub")).unwrap();
    assert!(place.file("dst/", &set).converge().await.is_err(), "a link is no directory");
    assert_eq!(place.names("outside"), ["precious"]);
}

#[tokio::test]
async fn a_stale_temporary_file_is_cleared_away_and_a_live_one_respected() {
    let place = Place::new();
    place.write(".f.mgmt", "left by a crash");
    place.file("f", &[exists(), text("content", "x")]).converge().await.unwrap();
    assert_eq!(place.names(""), ["f"]);

    let live = fs::File::create(place.path(".f.mgmt")).unwrap();
    rustix::fs::flock(&live, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let failure = place.file("f", &[exists(), text("content", "y")]).converge().await.unwrap_err();
    assert!(failure.message.contains("another process is writing it"), "{failure}");
    assert_eq!(place.read("f"), "x");
}

/// What a reader sees while a file changes is always one whole content.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_never_see_a_part() {
    let place = Place::new();
    let contents = ["a".repeat(300_000), "b".repeat(300_000)];
    let benches: Vec<Bench> = contents.iter().map(|content| place.file("f", &[exists(), text("content", content)])).collect();
    benches[0].converge().await.unwrap();
    let path = place.path("f");
    let reader = std::thread::spawn(move || {
        for _ in 0..200 {
            let read = fs::read(&path).unwrap();
            assert!(read.len() == 300_000 && read.iter().all(|byte| *byte == read[0]));
        }
    });
    while !reader.is_finished() {
        for bench in &benches {
            bench.converge().await.unwrap();
        }
    }
    reader.join().unwrap();
}

#[tokio::test]
async fn drift_is_noticed() {
    let place = Place::new();
    let bench = place.file("f", &[exists(), text("content", "x")]);
    let (watch, events) = bench.watch();
    bench.converge().await.unwrap();
    assert_eq!(expect_event(&events), Event::Changed);
    fs::remove_file(place.path("f")).unwrap();
    assert_eq!(expect_event(&events), Event::Changed);
    bench.converge().await.unwrap();
    expect_event(&events);
    place.write("other", "");
    expect_silence(&events);
    place.set_mode("f", 0o600);
    assert_eq!(expect_event(&events), Event::Changed);
    drop(watch);
    place.write("f", "");
    expect_silence(&events);
}

#[tokio::test]
async fn a_directory_does_not_care_for_what_stands_in_it() {
    let place = Place::new();
    let bench = place.file("d/", &[exists(), text("mode", "0755")]);
    bench.converge().await.unwrap();
    let (_watch, events) = bench.watch();
    place.write("d/f", "");
    expect_silence(&events);
    place.set_mode("d", 0o700);
    assert_eq!(expect_event(&events), Event::Changed);
}

#[tokio::test]
async fn sources_and_fragments_are_watched() {
    let place = Place::new();
    fs::create_dir(place.path("parts")).unwrap();
    let bench = place.file("f", &[exists(), ("fragments", strs(&[&place.path("parts/")]))]);
    let (_watch, events) = bench.watch();
    place.write("parts/new", "1");
    assert_eq!(expect_event(&events), Event::Changed);
}

#[test]
fn an_ordinary_user_manages_what_is_theirs() {
    // The whole test runs as another user: in a child, because a process has one.
    if !root() {
        eprintln!("skipped: it is run by an ordinary user anyway");
        return;
    }
    let place = Place::new();
    place.set_mode("", 0o777);
    place.write("of-root", "precious");
    let exe = std::env::current_exe().unwrap();
    let copy = place.path("test-binary");
    fs::copy(exe, &copy).unwrap();
    use std::os::unix::process::CommandExt;
    let status = std::process::Command::new(copy)
        .args(["--exact", "kinds::file::tests::as_ordinary_user", "--ignored", "--nocapture"])
        .env("MGMT_TEST_PLACE", place.0.path())
        .uid(1)
        .gid(1)
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!((place.read("mine").as_str(), place.read("of-root").as_str()), ("changed", "precious"));
}

#[tokio::test]
#[ignore = "the test above runs it, as an ordinary user"]
async fn as_ordinary_user() {
    let Some(dir) = std::env::var_os("MGMT_TEST_PLACE").map(PathBuf::from) else { return };
    let at = |name: &str, set: &[(&str, Value)]| Bench::new(&KIND, dir.join(name).to_str().unwrap(), set);
    for content in ["made", "changed"] {
        at("mine", &[exists(), text("content", content), text("mode", "0644")]).converge().await.unwrap();
    }
    // The directory is open to all, so the file could be replaced; but then it would not be root's any longer.
    let failure = at("of-root", &[exists(), text("content", "x")]).converge().await.unwrap_err();
    assert!(failure.message.contains("ermission denied"), "{failure}");
    let failure = at("mine", &[text("owner", "root")]).converge().await.unwrap_err();
    assert!(failure.message.contains("cannot set the owner of"), "{failure}");
}

#[test]
fn wrong_fields_are_refused() {
    let error = |name: &str, set: &[(&str, Value)]| validate(name, &fields(&KIND, set)).unwrap_err();
    let source = |path| text("source", path);
    let cases = [
        (error("x", &[exists()]), "absolute"),
        (error("/x", &[text("dirname", "/y")]), "`dirname`"),
        (error("/x", &[text("basename", "/y")]), "`basename`"),
        (error("/x", &[text("state", "broken")]), "`state`"),
        (error("/x", &[text("content", ""), source("/y")]), "only one of"),
        (error("/x", &[exists(), yes("symlink")]), "needs a `source`"),
        (error("/x", &[absent(), text("content", "")]), "absent"),
        (error("/x", &[absent(), text("selinux", "")]), "selinux"),
        (error("/x/", &[source("/y")]), "slash"),
        (error("/x/", &[text("content", "")]), "a directory has no"),
        (error("/x/", &[source("/y/")]), "`recurse` has to be set"),
        (error("/x/", &[yes("purge")]), "`purge` needs"),
        (error("/x", &[source("/y"), yes("recurse")]), "single file"),
        (error("/x", &[("fragments", strs(&["y"]))]), "absolute"),
        (error("/x/y", &[("fragments", strs(&["/x/"]))]), "inside"),
        (error("/x", &[text("mode", "u+x")]), "symbolic mode"),
        (error("/x", &[source("/y"), yes("symlink"), yes("recurse")]), "symbolic link"),
    ];
    for (message, part) in &cases {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(validate("/x", &fields(&KIND, &[absent(), text("mode", "0600")])), Ok(()));
    assert_eq!(validate("/x/y", &fields(&KIND, &[("fragments", strs(&["/x/yy"]))])), Ok(()));
}

#[test]
fn it_provides_its_path_and_seeks_what_stands_above() {
    let found = identities("/a/b/c", &fields(&KIND, &[("fragments", strs(&["/f/1", "/f/2"]))]));
    assert_eq!(found.provides, [identifier("file", "/a/b/c")]);
    let above = ["/a/b/", "/a/", "/"].map(|path| identifier("file", path));
    assert_eq!(
        found.seeks,
        [after(vec![identifier("file", "/f/1")]), after(vec![identifier("file", "/f/2")]), after(above.to_vec())]
    );
    assert_eq!(identities("/", &fields(&KIND, &[])).seeks, []);
}

/// Each point of the write at which a crash is interesting: the file is whole, old or new, and the next run ends with the new one.
#[test]
fn killed_at_any_point_of_a_write_the_file_is_whole() {
    for (point, after_crash) in [("file:temp-written", "old"), ("file:renamed", "new")] {
        let place = Place::new();
        place.write("f", "old");
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kinds::file::tests::write_and_be_killed", "--ignored"])
            .env("MGMT_TEST_PLACE", place.0.path())
            .env("MGMT_KILL_AT", point)
            .status()
            .unwrap();
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9), "{point}");
        assert_eq!(place.read("f"), after_crash);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let bench = place.file("f", &[exists(), text("content", "new")]);
        runtime.block_on(bench.converge()).unwrap();
        assert_eq!(place.read("f"), "new");
    }
}

#[tokio::test]
#[ignore = "the test above runs it, and it does not come back"]
async fn write_and_be_killed() {
    let Some(dir) = std::env::var_os("MGMT_TEST_PLACE").map(PathBuf::from) else { return };
    let bench = Bench::new(&KIND, dir.join("f").to_str().unwrap(), &[exists(), text("content", "new")]);
    bench.converge().await.unwrap();
    panic!("it should have been killed");
}
