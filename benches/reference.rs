//! A whole run, side by side with the Go tool of the same name: N managed files, one of them fed by a watched source.
//!
//! `cargo bench --bench reference` measures ours; with `MGMT_REFERENCE=/path/to/mgmt` the other one runs the same programs too. Further
//! arguments are the sizes (default 10, 1000, 5000). Per size: cold start until every file is there, source edited (the moment its
//! writer closes it) until the file shows it, a managed file spoilt until it is right again, resident memory, and SIGINT until the process is gone.
//!
//! ext4 passes over inodes that were freed in the last one to five minutes, one by one: creating 5,000 files takes seconds right after
//! 5,000 were removed. So nothing is removed before everything was measured; let minutes pass between two runs, or set `TMPDIR`.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify;
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Edits and drifts that are measured per size; fewer, but three, where they take long.
const ROUNDS: usize = 40;
/// Long enough for one kind of rounds.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longer than this and a measurement counts as failed.
const LIMIT: Duration = Duration::from_secs(120);

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![10, 1000, 5000] } else { sizes };
    let theirs = std::env::var_os("MGMT_REFERENCE").map(PathBuf::from);
    if theirs.is_none() {
        println!("MGMT_REFERENCE is not set: measuring ours alone");
    }
    let all = tempfile::tempdir().expect("a temporary directory");
    let (edits, drifts) = ("source->file p50/p99/max", "drift->right p50/p99/max");
    println!("{:<10} {:>6} {:>9} {edits:>28} {drifts:>28} {:>9} {:>8}", "", "N", "cold", "resident", "stop");
    for size in sizes {
        measure("ours", size, all.path(), |program, prefix| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_mgmt"));
            command.args(["run", "--prefix"]).arg(prefix).arg("lang").arg(program);
            command
        });
        if let Some(binary) = &theirs {
            measure("reference", size, all.path(), |program, _| {
                let mut command = Command::new(binary);
                command.args(["run", "--tmp-prefix", "--no-pgp", "lang"]).arg(program);
                command
            });
        }
    }
}

fn measure(label: &str, size: usize, all: &Path, command: impl Fn(&Path, &Path) -> Command) {
    let dir = all.join(format!("{label}-{size}"));
    fs::create_dir(&dir).expect("a directory");
    let world = World::new(&dir, size);
    let started = Instant::now();
    let mut child = command(&world.program, &dir.join("prefix"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let cold = wait(started, || (0..size).rev().all(|i| world.out(i).exists()) && world.shows("first\n"));
    std::thread::sleep(Duration::from_millis(500));
    world.listen();
    let edits = rounds(|round| {
        let text = format!("edit {round}\n");
        let mut source = fs::File::create(&world.source).expect("the source is writable");
        source.write_all(text.as_bytes()).expect("the source is writable");
        // Who reads before the writer has closed the file may read half of it, so the edit is there from here on.
        let started = Instant::now();
        drop(source);
        world.wait(started, || world.shows(&text))
    });
    let drifts = rounds(|round| {
        let victim = 1 + round * 7919 % (size - 1);
        let right = fs::read(world.out(victim)).expect("a managed file");
        let started = Instant::now();
        fs::write(world.out(victim), "spoilt").expect("a managed file is writable");
        world.wait(started, || fs::read(world.out(victim)).is_ok_and(|now| now == right))
    });
    let resident = resident(&child);
    let stop = stop(&mut child);
    let (edits, drifts) = (spread(edits), spread(drifts));
    println!("{label:<10} {size:>6} {:>9} {edits:>28} {drifts:>28} {resident:>5} MiB {:>8}", show(cold), show(stop));
}

/// The program and its files.
struct World {
    program: PathBuf,
    source: PathBuf,
    outs: PathBuf,
    /// Tells when something happens among the managed files: asking all the time would take a core from who is measured.
    changes: OwnedFd,
}

impl World {
    fn new(dir: &Path, size: usize) -> World {
        let outs = dir.join("out");
        fs::create_dir(&outs).expect("a directory");
        let changes = inotify::init(inotify::CreateFlags::NONBLOCK).expect("an inotify instance");
        let world = World { program: dir.join("main.mcl"), source: dir.join("source"), outs, changes };
        fs::write(&world.source, "first\n").expect("the source");
        let mut text = format!("import \"os\"\n\n$source = os.readfile(\"{}\")\n\n", world.source.display());
        for i in 0..size {
            let content = if i == 0 { "$source".to_owned() } else { format!("\"content of file {i}\\n\"") };
            let path = world.out(i);
            text += &format!("file \"{}\" {{\n\tstate => \"exists\",\n\tcontent => {content},\n}}\n", path.display());
        }
        fs::write(&world.program, text).expect("the program");
        world
    }

    fn out(&self, i: usize) -> PathBuf {
        self.outs.join(format!("f{i}"))
    }

    fn shows(&self, text: &str) -> bool {
        fs::read_to_string(self.out(0)).is_ok_and(|now| now == text)
    }

    fn listen(&self) {
        let what = inotify::WatchFlags::MOVED_TO | inotify::WatchFlags::CLOSE_WRITE | inotify::WatchFlags::DELETE;
        inotify::add_watch(&self.changes, &self.outs, what).expect("the directory can be watched");
    }

    /// Looks whenever something has happened to a managed file.
    fn wait(&self, started: Instant, mut done: impl FnMut() -> bool) -> Option<Duration> {
        let mut events = [0; 4096];
        while started.elapsed() < LIMIT {
            if done() {
                return Some(started.elapsed());
            }
            let second = Timespec { tv_sec: 1, tv_nsec: 0 };
            poll(&mut [PollFd::new(&self.changes, PollFlags::IN)], Some(&second)).expect("an inotify instance can be waited for");
            // Which file it was does not matter.
            while rustix::io::read(&self.changes, &mut events).is_ok() {}
        }
        None
    }
}

/// Polls without much pause at first, so that microseconds can be seen, then gently.
fn wait(started: Instant, mut done: impl FnMut() -> bool) -> Option<Duration> {
    loop {
        if done() {
            return Some(started.elapsed());
        }
        match started.elapsed() {
            late if late > LIMIT => return None,
            late if late > Duration::from_millis(50) => std::thread::sleep(Duration::from_millis(1)),
            _ => std::thread::sleep(Duration::from_micros(20)),
        }
    }
}

fn rounds(mut one: impl FnMut(usize) -> Option<Duration>) -> Vec<Option<Duration>> {
    let (mut times, began) = (Vec::new(), Instant::now());
    while times.len() < 3 || (times.len() < ROUNDS && began.elapsed() < PATIENCE) {
        std::thread::sleep(Duration::from_millis(20));
        times.push(one(times.len()));
        if times.last() == Some(&None) {
            break;
        }
    }
    times
}

fn resident(child: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() / 1024
}

fn stop(child: &mut Child) -> Option<Duration> {
    let started = Instant::now();
    kill_process(Pid::from_child(child), Signal::INT).expect("the program still runs");
    let stopped = wait(started, || child.try_wait().is_ok_and(|status| status.is_some()));
    if stopped.is_none() {
        child.kill().expect("the program can be killed");
        child.wait().expect("the program can be reaped");
    }
    stopped
}

fn show(time: Option<Duration>) -> String {
    match time {
        None => "never".to_owned(),
        Some(time) if time < Duration::from_millis(100) => format!("{:.2}ms", time.as_secs_f64() * 1e3),
        Some(time) => format!("{:.2}s", time.as_secs_f64()),
    }
}

fn spread(mut times: Vec<Option<Duration>>) -> String {
    // What never came is slower than everything that did.
    times.sort_by_key(|time| time.unwrap_or(Duration::MAX));
    let at = |part: usize| show(times[(times.len() - 1) * part / 100]);
    format!("{} / {} / {}", at(50), at(99), at(100))
}
