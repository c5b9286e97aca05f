//! Real processes.

use super::*;
use crate::kinds::testing::{Bench, expect_event, expect_silence, fields, strs};
use crate::resource::Event;
use std::fs;
use std::time::{Duration, Instant};

fn text(name: &'static str, value: &str) -> (&'static str, Value) {
    (name, Value::str(value))
}

/// An `exec` of this shell script, with more fields.
fn script(script: &str, more: &[(&'static str, Value)]) -> Bench {
    Bench::new(&KIND, "e", &[&[text("cmd", script), text("shell", "/bin/sh")], more].concat())
}

fn dir() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap().to_owned();
    (dir, path)
}

fn sent(sent: &Sent) -> [String; 3] {
    ["output", "stdout", "stderr"].map(|name| {
        let value = &sent.iter().find(|(sent, _)| *sent == name).unwrap().1;
        value.as_text().unwrap().to_string()
    })
}

/// What a command has printed.
async fn printed(bench: &Bench) -> String {
    sent(&bench.apply().await.unwrap().sent)[1].clone()
}

async fn message(bench: &Bench) -> String {
    bench.converge().await.unwrap_err().message
}

#[tokio::test]
async fn a_command_is_split_at_white_space_and_nothing_else() {
    let bench = Bench::new(&KIND, "echo  'a b'\tc", &[]);
    assert_eq!(bench.state().await, State::Unknown("run `echo  'a b'\tc`".to_owned()));
    assert_eq!(printed(&bench).await, "'a b' c\n");
    let args = Bench::new(&KIND, "e", &[text("cmd", "/bin/echo"), ("args", strs(&["a b", "$HOME"]))]);
    assert_eq!(printed(&args).await, "a b $HOME\n");
    assert_eq!(printed(&script("echo 'a b'   \"c\"", &[])).await, "a b c\n");
}

#[tokio::test]
async fn the_environment_is_what_is_given() {
    assert_eq!(printed(&Bench::new(&KIND, "/usr/bin/env", &[])).await, "");
    let env = Value::map([("B", "2"), ("A", "1")].map(|(k, v)| (Value::str(k), Value::str(v))));
    assert_eq!(printed(&Bench::new(&KIND, "/usr/bin/env", &[("env", env)])).await, "A=1\nB=2\n");
    let (_dir, path) = dir();
    assert_eq!(printed(&Bench::new(&KIND, "pwd", &[text("cwd", &path)])).await, format!("{path}\n"));
}

#[tokio::test]
async fn what_it_prints_is_sent() {
    let mut bench = script("echo out; echo err >&2", &[]);
    let first = bench.apply().await.unwrap();
    assert_eq!(first.changes, ["ran `echo out; echo err >&2`"]);
    let [output, stdout, stderr] = sent(&first.sent);
    assert_eq!((stdout.as_str(), stderr.as_str()), ("out\n", "err\n"));
    assert_eq!(output.len(), 8);

    // A later process, in which a guard is against running, sends the same.
    bench.fields = fields(&KIND, &[text("creates", "/")]);
    bench.again();
    let later = bench.check().await.unwrap();
    assert_eq!((later.state, sent(&later.sent)), (State::Clean, sent(&first.sent)));
}

#[tokio::test]
async fn nothing_is_sent_as_the_fallback_or_the_empty_string() {
    let bench = script("true", &[text("send_stdout", "fallback")]);
    assert_eq!(sent(&bench.apply().await.unwrap().sent), ["", "fallback", ""]);
    // What an earlier run has printed is not sent again by one that prints nothing.
    let (_dir, path) = dir();
    let once = script(&format!("test -e {path}/f || echo once; echo > {path}/f"), &[]);
    assert_eq!((printed(&once).await, printed(&once).await), ("once\n".to_owned(), String::new()));
}

#[tokio::test]
async fn guards_are_asked_in_a_check() {
    let (_dir, path) = dir();
    let file = format!("{path}/f");
    let clean = async |field, value: &str| {
        let bench = Bench::new(&KIND, "/bin/true", &[text(field, value), text("send_output", "fallback")]);
        let checked = bench.check().await.unwrap();
        assert!(checked.state == State::Clean || checked.sent.is_empty());
        checked.state == State::Clean
    };
    assert!(clean("ifcmd", "/bin/false").await);
    assert!(!clean("ifcmd", "/bin/true").await);
    assert!(clean("nifcmd", "/bin/true").await);
    assert!(!clean("nifcmd", "/bin/false").await);
    assert!(!clean("creates", &file).await);
    std::os::unix::fs::symlink("nowhere", &file).unwrap();
    assert!(!clean("creates", &file).await, "a link that leads nowhere is nothing");
    fs::remove_file(&file).unwrap();
    fs::write(&file, "").unwrap();
    assert!(clean("creates", &file).await);
}

#[tokio::test]
async fn what_ifcmd_prints_can_be_against_it() {
    let clean = async |equals: (&'static str, Value), ifcmd: &str| {
        let set = [text("ifcmd", ifcmd), text("ifshell", "/bin/sh"), equals];
        Bench::new(&KIND, "/bin/true", &set).state().await == State::Clean
    };
    assert!(clean(text("ifequals", "yes\n"), "echo yes").await);
    assert!(!clean(text("ifequals", "yes"), "echo yes").await);
    assert!(!clean(text("ifequals", "yes\n"), "echo yes; echo more >&2").await);
    assert!(clean(text("ifequals_stdout", "yes\n"), "echo yes; echo more >&2").await);
    assert!(clean(text("ifequals", ""), "exit 1").await, "because of the status");
    assert!(clean(text("ifequals", ""), "exit 0").await);
}

#[tokio::test]
async fn a_newer_file_overrules_the_guards() {
    let (_dir, path) = dir();
    let file = format!("{path}/f");
    let bench = Bench::new(&KIND, "/bin/true", &[text("ifcmd", "/bin/false"), ("mtimes", strs(&[&file]))]);
    assert!(message(&bench).await.contains("No such file"), "each has to exist");
    fs::write(&file, "").unwrap();
    assert_eq!(bench.converge().await.unwrap(), ["ran `/bin/true`"]);
    assert_eq!(bench.state().await, State::Clean);
    let later = std::time::SystemTime::now() + Duration::from_secs(10);
    fs::File::options().write(true).open(&file).unwrap().set_modified(later).unwrap();
    assert_eq!(bench.converge().await.unwrap(), ["ran `/bin/true`"]);
    assert_eq!(bench.state().await, State::Clean);
}

#[tokio::test]
async fn a_notification_runs_it_subject_to_its_guards() {
    let mut only = script("echo ran", &[("refresh_only", Value::Bool(true))]);
    assert_eq!(only.state().await, State::Clean);
    only.run.refresh = true;
    assert_eq!(only.converge().await.unwrap(), ["ran `echo ran`"]);
    let mut guarded = script("echo ran", &[text("creates", "/"), ("refresh_only", Value::Bool(true))]);
    guarded.run.refresh = true;
    assert_eq!(guarded.state().await, State::Clean);
}

#[tokio::test]
async fn failures_say_what_happened() {
    assert_eq!(message(&script("echo bad >&2; exit 3", &[])).await, "`echo bad >&2; exit 3` has failed: exit status 3: bad");
    assert_eq!(message(&script("kill -9 $$", &[])).await, "`kill -9 $$` was killed by SIGKILL");
    let guard = [text("ifcmd", "kill -9 $$"), text("ifshell", "/bin/sh")];
    assert_eq!(message(&script("true", &guard)).await, "`kill -9 $$` was killed by SIGKILL", "that is no answer");
    assert!(message(&Bench::new(&KIND, "/no/such/program", &[])).await.starts_with("cannot start `/no/such/program`: No such"));
    assert!(message(&Bench::new(&KIND, "no-such-program", &[])).await.contains("no such program in PATH"));
    assert!(message(&Bench::new(&KIND, "/etc/passwd", &[])).await.contains("ermission denied"));
    assert!(message(&Bench::new(&KIND, "true", &[text("cwd", "/no/such")])).await.contains("No such"));
    assert_eq!(message(&Bench::new(&KIND, " ", &[])).await, "the command is empty");
    let done = [text("donecmd", "exit 4"), text("doneshell", "/bin/sh")];
    assert_eq!(message(&script("true", &done)).await, "`exit 4` has failed: exit status 4");
}

#[tokio::test]
async fn a_child_in_the_background_is_not_waited_for() {
    let start = Instant::now();
    assert_eq!(printed(&script("/bin/sleep 20 & echo done", &[])).await, "done\n");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn much_output_is_taken_in() {
    let bench = script("i=0; while [ $i -lt 2000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done", &[]);
    assert_eq!(printed(&bench).await.len(), 2000 * 41);
}

/// Starts a run, waits until `file` exists, and asks it to stop.
async fn stopped(bench: &Bench, file: &str, stop: impl AsyncFn(&dyn Resource)) -> (String, Duration) {
    let start = Instant::now();
    let stopping = async {
        while fs::metadata(file).is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stop(&*bench.resource).await;
    };
    let (failed, ()) = tokio::join!(bench.apply(), stopping);
    (failed.unwrap_err().message, start.elapsed())
}

#[tokio::test]
async fn a_cancelled_command_gets_its_signal_and_counts_as_failed() {
    let (_dir, path) = dir();
    let file = format!("{path}/f");
    let polite = format!("trap 'echo > {path}/asked; exit 0' TERM; echo > {file}; while true; do /bin/sleep 0.05; done");
    let (message, _) = stopped(&script(&polite, &[]), &file, async |resource| resource.cancel()).await;
    assert!(message.ends_with("was cancelled"), "{message}");
    assert!(fs::metadata(format!("{path}/asked")).is_ok());

    fs::remove_file(&file).unwrap();
    let other = format!("trap 'exit 0' USR1; echo > {file}; while true; do /bin/sleep 0.05; done");
    stopped(&script(&other, &[text("sig", "SIGUSR1")]), &file, async |resource| resource.cancel()).await;
}

#[tokio::test]
async fn an_interrupted_one_is_killed_and_nothing_starts_any_more() {
    let (_dir, path) = dir();
    let file = format!("{path}/f");
    let bench = script(&format!("trap '' TERM; echo > {file}; while true; do /bin/sleep 0.05; done"), &[]);
    let (message, took) = stopped(&bench, &file, async |resource| {
        resource.cancel();
        tokio::time::sleep(Duration::from_millis(100)).await;
        resource.interrupt();
    })
    .await;
    assert!(message.ends_with("was interrupted") && took < Duration::from_secs(10), "{message}");
    assert_eq!(bench.apply().await.unwrap_err().message, "interrupted");
    let guarded = script("true", &[text("ifcmd", "/bin/true")]);
    guarded.resource.cancel();
    assert_eq!(guarded.converge().await.unwrap(), ["ran `true`"], "a cancellation between runs is over");
}

/// Whether any process of this group is alive. Zombies that nobody has reaped yet are not.
fn alive(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

async fn gone(pid: &str) {
    for _ in 0..3000 {
        if !alive(pid) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{pid} is still there");
}

#[tokio::test]
async fn a_dropped_run_is_killed_with_all_its_children() {
    let (_dir, path) = dir();
    let bench = script(&format!("/bin/sleep 60 & echo $! > {path}/child; echo > {path}/f; wait"), &[]);
    tokio::select! {
        _ = bench.apply() => panic!("it goes on for a minute"),
        () = async {
            while fs::metadata(format!("{path}/f")).is_err() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        } => {}
    }
    gone(&fs::read_to_string(format!("{path}/child")).unwrap()).await;
}

#[tokio::test]
async fn commands_run_as_the_user_they_are_told_to() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root runs commands as somebody else");
        return;
    }
    let id = async |set: &[(&'static str, Value)]| printed(&script("/usr/bin/id -u; /usr/bin/id -g; /usr/bin/id -G", set)).await;
    assert_eq!(id(&[text("user", "daemon"), text("group", "1")]).await, "1\n1\n1\n");
    assert_eq!(id(&[text("user", "daemon")]).await, "1\n0\n0\n");
    assert_eq!(id(&[text("group", "daemon")]).await, "0\n1\n1\n");
    let unknown = script("true", &[text("user", "no such user")]);
    assert_eq!(message(&unknown).await, "there is no user `no such user`");
}

#[tokio::test]
async fn watched_files_tell() {
    let (_dir, path) = dir();
    fs::create_dir(format!("{path}/tree")).unwrap();
    let files = strs(&[&format!("{path}/f"), &format!("{path}/tree/")]);
    let bench = script("true", &[("watchfiles", files), text("creates", &format!("{path}/made"))]);
    let (_watch, events) = bench.watch();
    for file in ["f", "made", "tree/x"] {
        fs::write(format!("{path}/{file}"), "").unwrap();
        assert_eq!(expect_event(&events), Event::Changed);
    }
    fs::remove_file(format!("{path}/made")).unwrap();
    assert_eq!(expect_event(&events), Event::Changed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_watch_command_tells_with_each_line() {
    let (_dir, path) = dir();
    let go = format!("{path}/go");
    let watch = format!("echo $$ > {path}/pid; while read line; do echo \"$line\"; done < {go}; exec /bin/sleep 60");
    rustix::fs::mknodat(rustix::fs::CWD, &go, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let bench = script("true", &[text("watchcmd", &watch), text("watchshell", "/bin/sh")]);
    let (guard, events) = bench.watch();
    expect_silence(&events);
    fs::write(&go, "\none\n\n").unwrap();
    assert_eq!(expect_event(&events), Event::Changed);
    expect_silence(&events);
    let pid = fs::read_to_string(format!("{path}/pid")).unwrap();
    assert!(alive(&pid));
    drop(guard);
    gone(&pid).await;
    expect_silence(&events);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_watch_command_that_ends_has_failed() {
    let fails = |watch: &str| {
        let bench = script("true", &[text("watchcmd", watch), text("watchshell", "/bin/sh")]);
        let (_guard, events) = bench.watch();
        loop {
            match events.recv_timeout(Duration::from_secs(30)).unwrap() {
                Event::Changed => {}
                Event::Failed(failure) => return failure.message,
            }
        }
    };
    assert_eq!(fails("echo x"), "the watch command `echo x` failed: it has ended, but a watch command must go on");
    assert!(fails("echo bad >&2; exit 1").ends_with("failed: exit status 1: bad"));
    assert!(fails("i=0; while [ $i -lt 7000 ]; do printf 0123456789; i=$((i+1)); done; /bin/sleep 60").contains("longer than"));
}

#[test]
fn wrong_fields_are_refused() {
    let error = |set: &[(&str, Value)]| validate("a b", &fields(&KIND, set)).unwrap_err();
    let env = |key| ("env", Value::map([(Value::str(key), Value::str("x"))]));
    let args = ("args", strs(&["x"]));
    let cases = [
        (error(std::slice::from_ref(&args)), "`args`"),
        (error(&[args, text("cmd", "x"), text("shell", "sh")]), "`shell`"),
        (error(&[env("1A")]), "variable"),
        (error(&[env("")]), "variable"),
        (error(&[env("A.B")]), "variable"),
        (error(&[text("sig", "term")]), "SIGTERM"),
        (error(&[("watchfiles", strs(&["x"]))]), "`watchfiles`"),
        (error(&[("mtimes", strs(&["x"]))]), "`mtimes`"),
        (error(&[text("creates", "x")]), "`creates`"),
    ];
    for (message, part) in &cases {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(validate("a b", &fields(&KIND, &[env("_A1"), text("sig", "SIGUSR1")])), Ok(()));
}

#[test]
fn it_seeks_its_programs_its_user_and_its_group() {
    let set = [text("cmd", "/bin/x  y"), text("ifcmd", "z"), text("ifshell", "/bin/sh"), text("user", "u"), text("group", "g")];
    let found = identities("e", &fields(&KIND, &set));
    let chains: Vec<String> =
        found.seeks.iter().map(|seek| seek.chain.iter().map(|id| format!("{} {}", id.class, id.name)).collect()).collect();
    assert_eq!(chains, ["pkg:file /bin/x", "file /bin/x", "pkg:file /bin/sh", "file /bin/sh", "user u", "group g"]);
    assert_eq!(found.provides, []);
}
