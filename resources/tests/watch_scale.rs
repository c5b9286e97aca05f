//! What 100,000 watched files cost while nothing happens: memory, and one descriptor for each directory.
//!
//! A binary of its own, because it measures the memory of its process.

use mgmt_resources::clock::SystemClock;
use mgmt_resources::watch::{Reach, Watchers};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const DIRECTORIES: usize = 100;
const FILES: usize = 1000;

/// Resident memory of this process, in bytes.
fn resident() -> Option<usize> {
    let statm = fs::read_to_string("/proc/self/statm").ok()?;
    Some(statm.split(' ').nth(1)?.parse::<usize>().ok()? * rustix::param::page_size())
}

/// How many threads there are, and how often the watcher's was scheduled.
fn threads() -> std::io::Result<(usize, u64)> {
    let switches = |status: String| -> u64 {
        status
            .lines()
            .filter(|line| line.contains("ctxt_switches"))
            .filter_map(|line| line.split('\t').nth(1)?.parse::<u64>().ok())
            .sum()
    };
    let tasks: Vec<_> = fs::read_dir("/proc/self/task")?.flatten().collect();
    let watcher =
        tasks.iter().filter(|task| fs::read_to_string(task.path().join("comm")).unwrap_or_default().trim() == "inotify");
    let woken = watcher.map(|task| switches(fs::read_to_string(task.path().join("status")).unwrap_or_default())).sum();
    Ok((tasks.len(), woken))
}

#[test]
fn a_hundred_thousand_watched_files_cost_memory_only() {
    // Not in /tmp, where others make files: what happens in a directory above wakes the watcher, who then finds it concerns nobody.
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = |d: usize, f: usize| dir.path().join(format!("directory-{d:03}/file-{f:04}"));
    for d in 0..DIRECTORIES {
        fs::create_dir(path(d, 0).parent().unwrap()).unwrap();
    }
    // The others do not exist yet, which costs the watcher the same and the test less.
    (0..FILES).for_each(|f| fs::write(path(50, f), "").unwrap());
    let watchers = Watchers::new(Arc::new(SystemClock));
    let heard = Arc::new(AtomicUsize::new(0));
    let (before, start) = (resident().unwrap(), Instant::now());
    let mut guards = Vec::with_capacity(DIRECTORIES * FILES);
    for d in 0..DIRECTORIES {
        for f in 0..FILES {
            let heard = heard.clone();
            let told = move |_| {
                heard.fetch_add(1, Ordering::Relaxed);
            };
            guards.push(watchers.path(path(d, f), Reach::Itself, told).unwrap());
        }
    }
    let (took, each) = (start.elapsed(), (resident().unwrap() - before) / guards.len());
    eprintln!("{} watches: {each} bytes each, {took:?} to register", guards.len());
    assert!(each < 1024, "{each} bytes per watch");

    let (count, mut woken) = threads().unwrap();
    assert!(count <= 3, "{count} threads: the tests' own two and the watcher's");
    // On a busy machine it still has work from the registrations, which ends.
    let quiet = (0..150).any(|_| {
        std::thread::sleep(Duration::from_millis(200));
        let before = std::mem::replace(&mut woken, threads().unwrap().1);
        before == woken
    });
    assert!(quiet, "nobody wakes up while nothing happens");

    fs::write(path(50, 500), "changed").unwrap();
    let start = Instant::now();
    while heard.load(Ordering::Relaxed) == 0 && start.elapsed() < Duration::from_secs(5) {
        std::thread::yield_now();
    }
    std::thread::sleep(Duration::from_millis(50));
    assert!((1..=3).contains(&heard.load(Ordering::Relaxed)), "one watch alone heard of it");

    let start = Instant::now();
    drop(guards);
    eprintln!("dropped in {:?}", start.elapsed());
}
