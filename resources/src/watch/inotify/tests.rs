//! Real files, real events.

use super::*;
use std::fs;
use std::os::unix::fs::symlink;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// A directory to work in, and the watchers.
struct Place {
    dir: tempfile::TempDir,
    files: Files,
}

impl Files {
    /// Waits until everything that has happened was told.
    #[track_caller]
    pub(super) fn drained(&self) {
        let (done, drained) = channel();
        self.drain(Box::new(move || done.send(()).unwrap()));
        drained.recv_timeout(Duration::from_secs(30)).unwrap();
    }
}

/// A watched path under test.
struct Seen {
    files: Files,
    _guard: PathGuard,
    rx: Receiver<Change>,
}

impl Place {
    fn new() -> Place {
        Place { dir: tempfile::tempdir().unwrap(), files: Files::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn watch(&self, name: &str) -> Seen {
        self.watch_as(name, Reach::Itself)
    }

    fn watch_as(&self, name: &str, reach: Reach) -> Seen {
        let (tx, rx) = channel();
        let told = Arc::new(move |change| {
            // A test that has ended listens no longer.
            let _ = tx.send(change);
        });
        Seen { files: self.files.clone(), _guard: self.files.watch(&self.path(name), reach, told).unwrap(), rx }
    }

    fn tree<T>(&self, look: impl FnOnce(&Tree) -> T) -> T {
        look(&self.files.0.get().unwrap().as_ref().unwrap().shared.lock())
    }
}

impl Seen {
    /// The last news of what has happened until now; there has to be some.
    #[track_caller]
    fn news(&self) -> Change {
        self.files.drained();
        self.rx.try_iter().last().expect("news")
    }

    /// Nothing of what has happened until now is news.
    #[track_caller]
    fn nothing(&self) {
        self.files.drained();
        assert_eq!(self.rx.try_iter().last(), None);
    }
}

#[test]
fn a_file_is_followed_through_its_life() {
    let place = Place::new();
    let (file, other) = (place.watch("f"), place.watch("other"));
    fs::write(place.path("f"), "made").unwrap();
    assert_eq!(file.news(), Change::Settled);
    fs::write(place.path("f"), "written").unwrap();
    assert_eq!(file.news(), Change::Settled);
    fs::write(place.path("new"), "replaced").unwrap();
    fs::rename(place.path("new"), place.path("f")).unwrap();
    assert_eq!(file.news(), Change::Settled);
    fs::remove_file(place.path("f")).unwrap();
    assert_eq!(file.news(), Change::Settled);
    fs::create_dir(place.path("f")).unwrap();
    assert_eq!(file.news(), Change::Settled);
    fs::write(place.path("f/inside"), "").unwrap();
    assert_eq!(file.news(), Change::Settled);
    other.nothing();
}

#[test]
fn an_open_file_is_being_written() {
    use std::io::Write;
    let place = Place::new();
    let file = place.watch("f");
    let mut open = fs::File::create(place.path("f")).unwrap();
    open.write_all(b"half").unwrap();
    assert_eq!(file.news(), Change::Writing);
    drop(open);
    assert_eq!(file.news(), Change::Settled);
}

#[test]
fn what_does_not_exist_yet_is_awaited_at_any_depth() {
    let place = Place::new();
    let file = place.watch("a/b/c/f");
    fs::create_dir_all(place.path("a/b")).unwrap();
    file.news();
    fs::create_dir(place.path("a/b/c")).unwrap();
    file.news();
    fs::write(place.path("a/b/c/f"), "here").unwrap();
    file.news();
    fs::write(place.path("a/b/c/f"), "changed").unwrap();
    file.news();
}

#[test]
fn directories_above_may_be_replaced() {
    let place = Place::new();
    fs::create_dir_all(place.path("a/b")).unwrap();
    fs::write(place.path("a/b/f"), "one").unwrap();
    let file = place.watch("a/b/f");
    fs::rename(place.path("a"), place.path("old")).unwrap();
    file.news();
    fs::write(place.path("old/b/f"), "elsewhere").unwrap();
    file.nothing();
    fs::create_dir_all(place.path("a/b")).unwrap();
    file.news();
    fs::write(place.path("a/b/f"), "two").unwrap();
    file.news();
    fs::remove_dir_all(place.path("a")).unwrap();
    file.news();
    fs::rename(place.path("old"), place.path("a")).unwrap();
    file.news();
    fs::write(place.path("a/b/f"), "three").unwrap();
    file.news();
}

#[test]
fn links_are_followed_and_so_is_their_replacement() {
    let place = Place::new();
    for dir in ["one", "two"] {
        fs::create_dir(place.path(dir)).unwrap();
        fs::write(place.path(dir).join("f"), dir).unwrap();
    }
    symlink("one", place.path("current")).unwrap();
    symlink(place.path("current/f"), place.path("link")).unwrap();
    let seen = place.watch("link");
    fs::write(place.path("one/f"), "written").unwrap();
    seen.news();
    symlink("two", place.path("next")).unwrap();
    fs::rename(place.path("next"), place.path("current")).unwrap();
    seen.news();
    fs::write(place.path("two/f"), "written").unwrap();
    seen.news();
    fs::write(place.path("one/f"), "nobody looks here any longer").unwrap();
    seen.nothing();
    fs::remove_file(place.path("link")).unwrap();
    seen.news();
    symlink("dangling", place.path("link")).unwrap();
    seen.news();
    fs::write(place.path("dangling"), "here").unwrap();
    seen.news();
}

#[test]
fn circles_of_links_end() {
    let place = Place::new();
    symlink("b", place.path("a")).unwrap();
    symlink("a", place.path("b")).unwrap();
    let (a, _b) = (place.watch("a"), place.watch("b"));
    fs::remove_file(place.path("b")).unwrap();
    a.news();
    fs::write(place.path("b"), "").unwrap();
    a.news();
    symlink("self", place.path("self")).unwrap();
    let own = place.watch("self");
    fs::remove_file(place.path("self")).unwrap();
    own.news();
}

#[test]
fn a_directory_sees_its_entries_and_a_tree_everything_below() {
    let place = Place::new();
    fs::create_dir_all(place.path("d/sub/deep")).unwrap();
    let (dir, tree) = (place.watch("d"), place.watch_as("d", Reach::Tree));
    fs::write(place.path("d/f"), "").unwrap();
    dir.news();
    tree.news();
    fs::write(place.path("d/sub/deep/f"), "").unwrap();
    tree.news();
    dir.nothing();
    // A tree that comes in one piece and one that grows are watched at once.
    fs::create_dir_all(place.path("elsewhere/x/y")).unwrap();
    fs::rename(place.path("elsewhere"), place.path("d/moved")).unwrap();
    tree.news();
    fs::write(place.path("d/moved/x/y/f"), "").unwrap();
    tree.news();
    fs::create_dir_all(place.path("d/1/2/3/4")).unwrap();
    tree.news();
    fs::write(place.path("d/1/2/3/4/f"), "").unwrap();
    tree.news();
    fs::remove_dir_all(place.path("d/1")).unwrap();
    tree.news();
    drop(tree);
    dir.news();
    assert_eq!(place.tree(|tree| tree.child(0, OsStr::new("tmp")).is_some()), place.dir.path().starts_with("/tmp"));
    drop(dir);
    assert_eq!(place.tree(|tree| (tree.size(), tree.descriptors())), (1, 1), "nothing but the root is left");
}

#[test]
fn what_stands_in_a_directory_can_be_left_out() {
    let place = Place::new();
    fs::create_dir(place.path("d")).unwrap();
    let before = {
        let _one = place.watch_as("f", Reach::Alone);
        place.tree(|tree| tree.descriptors())
    };
    let alone = place.watch_as("d", Reach::Alone);
    assert_eq!(place.tree(|tree| tree.descriptors()), before, "what is above it tells all");
    fs::write(place.path("d/f"), "").unwrap();
    alone.nothing();
    fs::set_permissions(place.path("d"), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    alone.news();
    let inside = place.watch_as("d/f", Reach::Alone);
    fs::write(place.path("d/f"), "").unwrap();
    inside.news();
    alone.nothing();
    fs::rename(place.path("d"), place.path("e")).unwrap();
    alone.news();
    inside.news();
    fs::create_dir(place.path("d")).unwrap();
    alone.news();
}

#[test]
fn a_thousand_files_in_one_directory_share_a_descriptor() {
    let place = Place::new();
    let before = {
        let _one = place.watch("f");
        place.tree(|tree| tree.descriptors())
    };
    let seen: Vec<Seen> = (0..1000).map(|i| place.watch(&format!("f{i}"))).collect();
    assert_eq!(place.tree(|tree| tree.descriptors()), before);
    fs::write(place.path("f500"), "").unwrap();
    seen[500].news();
    seen[501].nothing();
}

#[test]
fn a_dropped_guard_hears_nothing() {
    let place = Place::new();
    let Seen { _guard: guard, rx, .. } = place.watch("f");
    drop(guard);
    fs::write(place.path("f"), "").unwrap();
    place.files.drained();
    assert!(rx.try_recv().is_err());
}

#[test]
fn relative_paths_are_refused() {
    let place = Place::new();
    let told = Arc::new(|_| {});
    assert!(matches!(place.files.watch(Path::new("x/y"), Reach::Itself, told), Err(WatchError::NotAbsolute(_))));
}

#[test]
fn an_overflow_tells_everybody() {
    let place = Place::new();
    let (a, b) = (place.watch("a"), place.watch("x/y"));
    let told = place.files.0.get().unwrap().as_ref().unwrap().shared.clone();
    let told = {
        let mut tree = told.lock();
        let mut batch = dispatch::Batch::default();
        tree.overflow(&mut batch);
        tree.finish(batch)
    };
    told.into_iter().for_each(|(_, told, change)| told(change));
    a.news();
    b.news();
    fs::write(place.path("a"), "").unwrap();
    a.news();
}

#[test]
fn a_file_in_a_directory_that_cannot_be_read_is_watched_itself() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root can make a directory that others cannot read, and look at it as one of them");
        return;
    }
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let place = Place::new();
    fs::create_dir(place.path("closed")).unwrap();
    fs::write(place.path("closed/f"), "").unwrap();
    let copy = place.path("test-binary");
    fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
    for (path, mode) in [(place.path(""), 0o755), (place.path("closed"), 0o711), (place.path("closed/f"), 0o666)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let status = std::process::Command::new(copy)
        .args(["--exact", "watch::inotify::tests::as_ordinary_user", "--ignored", "--nocapture"])
        .env("MGMT_TEST_PLACE", place.dir.path())
        .uid(1)
        .gid(1)
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
#[ignore = "the test above runs it, as an ordinary user"]
fn as_ordinary_user() {
    let Some(dir) = std::env::var_os("MGMT_TEST_PLACE").map(PathBuf::from) else { return };
    let files = Files::default();
    let (tx, rx) = channel();
    let told = Arc::new(move |change| {
        // A test that has ended listens no longer.
        let _ = tx.send(change);
    });
    let _guard = files.watch(&dir.join("closed/f"), Reach::Alone, told.clone()).unwrap();
    fs::write(dir.join("closed/f"), "written").unwrap();
    rx.recv_timeout(Duration::from_secs(30)).unwrap();
    let missing = files.watch(&dir.join("closed/missing"), Reach::Alone, told).map(drop).unwrap_err();
    assert!(missing.to_string().contains("permission denied"), "nobody would notice it coming: {missing}");
}

/// The way from a rename to a callback: the median of 200.
#[test]
fn news_travel_fast() {
    let place = Place::new();
    let seen = place.watch_as("f", Reach::Alone);
    let mut times: Vec<Duration> = (0..200)
        .map(|i| {
            fs::write(place.path("t"), i.to_string()).unwrap();
            let start = Instant::now();
            fs::rename(place.path("t"), place.path("f")).unwrap();
            seen.rx.recv_timeout(Duration::from_secs(30)).unwrap();
            let time = start.elapsed();
            std::thread::sleep(Duration::from_millis(1));
            while seen.rx.try_recv().is_ok() {}
            time
        })
        .collect();
    times.sort_unstable();
    // Far above what it takes, because test machines are shared.
    assert!(times[100] < Duration::from_millis(200), "from rename to callback: p50 {:?}, p99 {:?}", times[100], times[198]);
}

#[test]
fn a_drain_comes_after_everything_that_has_happened() {
    let place = Place::new();
    place.files.drained();
    let seen: Vec<Seen> = (0..50).map(|i| place.watch(&format!("f{i}"))).collect();
    for round in 0..20 {
        for i in 0..50 {
            fs::write(place.path(&format!("f{i}")), format!("{round}")).unwrap();
        }
        place.files.drained();
        for one in &seen {
            assert!(one.rx.try_iter().count() > 0, "round {round}");
        }
    }
}

#[test]
fn a_writer_who_closes_soon_is_told_of_once() {
    use std::io::Write;
    let place = Place::new();
    let file = place.watch("f");
    // On a busy machine some writers take longer than they should, and are told of by right.
    let (mut soon, end) = (0, Instant::now() + Duration::from_secs(30));
    while soon < 10 {
        assert!(Instant::now() < end, "too slow a machine");
        let start = Instant::now();
        let mut open = fs::File::create(place.path("f")).unwrap();
        open.write_all(b"content").unwrap();
        // Long enough for the watcher to see the write by itself.
        std::thread::sleep(Duration::from_millis(2));
        drop(open);
        let closed = start.elapsed() < held::PATIENCE;
        let told = file.rx.recv_timeout(Duration::from_secs(30)).unwrap();
        if closed {
            assert_eq!(told, Change::Settled);
            soon += 1;
        }
        file.files.drained();
        while file.rx.try_recv().is_ok() {}
    }
}
