//! Remote modules: repositories that `git` clones, from this host.

use crate::process::{Ended, Place, mgmt};
use std::fs;
use std::process::Command;

/// A program that imports a module from a repository beside it, or `None` where there is no git.
struct World {
    place: Place,
}

impl World {
    fn new() -> Option<World> {
        if !Command::new("git").arg("--version").output().is_ok_and(|git| git.status.success()) {
            eprintln!("skipped: there is no git here");
            return None;
        }
        let place = Place::new("import \"file://DIR/mgmt-web/\"\nnoop \"${web.name}\" {}\n");
        let world = World { place };
        fs::create_dir(world.place.path("mgmt-web")).unwrap();
        fs::create_dir(world.place.path("modules")).unwrap();
        world.place.write("mgmt-web/metadata.yaml", "main: start.mcl\n");
        world.git(&["init", "-q", "-b", "main"]);
        world.commit("one");
        Some(world)
    }

    fn git(&self, args: &[&str]) {
        let mut git = Command::new("git");
        git.current_dir(self.place.path("mgmt-web")).args(["-c", "user.name=test", "-c", "user.email=test@localhost"]).args(args);
        let output = git.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The module says this name from now on.
    fn commit(&self, name: &str) {
        self.place.write("mgmt-web/start.mcl", &format!("$name = \"{name}\"\n"));
        self.git(&["add", "."]);
        self.git(&["commit", "-q", "-m", name]);
    }

    fn mgmt(&self, words: &[&str]) -> Ended {
        let directory = self.place.text("DIR/");
        let words: Vec<&str> = words.iter().map(|word| if *word == "HERE" { &*directory } else { *word }).collect();
        mgmt(&words)
    }

    #[track_caller]
    fn gives(&self, words: &[&str], graph: &str) {
        let ended = self.mgmt(words);
        assert_eq!((ended.code(), &*ended.stdout), (Some(0), graph), "{}", ended.stderr);
    }
}

#[test]
fn a_module_is_downloaded_when_that_is_asked_for() {
    let Some(world) = World::new() else { return };
    let refused = world.mgmt(&["graph", "HERE"]);
    assert_eq!(refused.code(), Some(1));
    assert!(refused.stderr.contains("it has not been downloaded to"), "{}", refused.stderr);
    assert!(refused.stderr.contains("main.mcl:1:1"), "{}", refused.stderr);
    assert_eq!(world.mgmt(&["check", "HERE"]).code(), Some(1));
    assert_eq!(fs::read_dir(world.place.path("modules")).unwrap().count(), 0, "nobody asked for a download");
    world.gives(&["graph", "--download", "HERE"], "Vertex: noop[one]\n");
    world.gives(&["graph", "HERE"], "Vertex: noop[one]\n");
    world.gives(&["check", "lang", "HERE"], "");
}

#[test]
fn what_is_there_stays_unless_an_update_is_asked_for() {
    let Some(world) = World::new() else { return };
    world.gives(&["run", "lang", "--only-download", "--download", "HERE"], "");
    world.commit("two");
    world.gives(&["graph", "--download", "HERE"], "Vertex: noop[one]\n");
    world.gives(&["graph", "--update", "HERE"], "Vertex: noop[one]\n");
    world.gives(&["graph", "--download", "--update", "HERE"], "Vertex: noop[two]\n");
}

#[test]
fn a_download_that_fails_leaves_nothing_behind() {
    let Some(world) = World::new() else { return };
    world.place.program("import \"file://DIR/nowhere/\"\n");
    let refused = world.mgmt(&["check", "--download", "HERE"]);
    assert_eq!(refused.code(), Some(1));
    assert!(refused.stderr.contains("the download failed: `git` failed: "), "{}", refused.stderr);
    assert!(refused.stderr.contains("main.mcl:1:1"), "{}", refused.stderr);
    let mut left = vec![world.place.path("modules")];
    while let Some(directory) = left.pop() {
        for entry in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap()) {
            assert!(!entry.file_name().to_string_lossy().contains("download"), "{entry:?}");
            left.extend(entry.file_type().unwrap().is_dir().then(|| entry.path()));
        }
    }
}

#[test]
fn modules_are_searched_where_the_command_line_says() {
    let Some(world) = World::new() else { return };
    fs::create_dir(world.place.path("other")).unwrap();
    let other = world.place.text("DIR/other/");
    world.gives(&["graph", "--download", "--module-path", &other, "HERE"], "Vertex: noop[one]\n");
    assert_eq!(fs::read_dir(world.place.path("modules")).unwrap().count(), 0);
    assert_eq!(world.mgmt(&["graph", "HERE"]).code(), Some(1), "it is not below `modules/`");
    let missing = world.place.text("DIR/missing/");
    let refused = world.mgmt(&["graph", "--download", "--module-path", &missing, "HERE"]);
    assert!(refused.stderr.contains("there is no directory of modules"), "{}", refused.stderr);
}
