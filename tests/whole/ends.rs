//! How a run ends, and with which exit status.

use crate::process::{Place, eventually, mgmt};
use std::fs::{Permissions, create_dir, metadata, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

const FILE: &str = "file \"DIR/file\" {\n\tstate => \"exists\",\n\tcontent => \"x\",\n}\n";
const FAILS: &str = "exec \"bad\" {\n\tcmd => \"/bin/false\",\n}\nnoop \"after\" {\n\tDepend => Exec[\"bad\"],\n}\n";

#[test]
fn once_ends_when_nothing_is_left_to_do() {
    let place = Place::new(FILE);
    let ended = place.once(&[]);
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr);
    assert_eq!(place.read("file"), "x");
    assert!(ended.stderr.contains("converged"), "{}", ended.stderr);
    assert_eq!(ended.stdout, "");
}

#[test]
fn a_resource_that_fails_for_good_is_status_three_and_what_it_blocks_is_named() {
    let place = Place::new(&(FILE.to_owned() + FAILS));
    let ended = place.once(&[]);
    assert_eq!(ended.code(), Some(3), "{}", ended.stderr);
    assert_eq!(place.read("file"), "x");
    assert!(ended.stderr.contains("exec[bad]: failed for good") && ended.stderr.contains("noop[after]"), "{}", ended.stderr);
}

#[test]
fn converged_exit_ends_after_the_timeout() {
    let place = Place::new(FILE);
    let began = Instant::now();
    let (status, timeout) = (place.path("status"), ["--converger-timeout", "1", "--converged-exit"]);
    let status = status.to_str().unwrap();
    let ended = crate::process::end(place.run(&[&timeout[..], &["--converger-status-file", status]].concat()));
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr);
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert_eq!(place.read("status"), "true\n", "who waits for it is told by a file");
    let ended = crate::process::end(Place::new(FAILS).run(&["--converger-timeout", "1", "--converged-exit"]));
    assert_eq!(ended.code(), Some(3), "{}", ended.stderr);
}

#[test]
fn max_runtime_ends_what_is_endless() {
    let place = Place::new(FILE);
    assert_eq!(crate::process::end(place.run(&["--max-runtime", "1"])).code(), Some(0));
    let endless = Place::new("exec \"bad\" {\n\tcmd => \"/bin/false\",\n\tMeta:retry => -1,\n\tMeta:delay => 100,\n}\n");
    let ended = crate::process::end(endless.run(&["--once", "--max-runtime", "1"]));
    assert_eq!(ended.code(), Some(1), "{}", ended.stderr);
}

#[test]
fn an_error_that_holds_the_graph_is_status_one_at_the_end() {
    let place = Place::new(
        r#"
import "os"
file "DIR/file" {
	state => os.readfile("DIR/state") <|> "exists",
}
"#,
    );
    let mut process = place.start(&["--max-runtime", "8"]);
    process.converged();
    place.write("state", "broken");
    let ended = process.end();
    assert_eq!(ended.code(), Some(1), "{}", ended.stderr);
    assert!(ended.stderr.contains("main.mcl:3:1") || ended.stderr.contains("main.mcl:4:"), "{}", ended.stderr);
}

#[test]
fn an_error_of_the_first_evaluation_refuses_the_program() {
    let place =
        Place::new("import \"os\"\nfile \"DIR/file\" {\n\tstate => \"exists\",\n\tcontent => os.readfile(\"DIR/none\"),\n}\n");
    for args in [&["--once"][..], &[]] {
        let ended = crate::process::end(place.run(args));
        assert_eq!(ended.code(), Some(1), "{}", ended.stderr);
        assert!(ended.stderr.contains("no such file") && ended.stderr.contains("main.mcl:4:"), "{}", ended.stderr);
        assert!(!place.path("file").exists());
    }
}

#[test]
fn stopping_is_quick_when_nothing_runs() {
    let place = Place::new(FILE);
    let mut process = place.start(&[]);
    process.converged();
    let began = Instant::now();
    assert_eq!(process.interrupt().code(), Some(0));
    // A tenth of that is usual; the machine may be busy with other tests.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn stopping_waits_for_what_runs_until_it_is_asked_three_times() {
    let place = Place::new(
        "exec \"slow\" {\n\tcmd => \"echo > DIR/started; trap '' TERM INT; sleep 1000 & wait; wait\",\n\tshell => \"/bin/sh\",\n}\nexec \"next\" {\n\tcmd => \"echo > DIR/next\",\n\tshell => \"/bin/sh\",\n\tDepend => Exec[\"slow\"],\n}\n",
    );
    let mut process = place.start(&[]);
    assert!(eventually(|| place.path("started").exists()));
    process.signal(rustix::process::Signal::INT);
    process.says("waiting for exec[slow]");
    assert!(process.is_running());
    // Two signals that come at once count as one, so the last one is repeated; the command would go on for much longer.
    assert!(eventually(|| {
        if process.is_running() {
            process.signal(rustix::process::Signal::INT);
        }
        std::thread::sleep(Duration::from_millis(50));
        !process.is_running()
    }));
    assert_eq!(process.end().code(), Some(0));
    assert!(!place.path("next").exists());
}

#[test]
fn usage_errors_are_status_two() {
    for args in [&["run"][..], &["run", "lang"], &["run", "lang", "x.mcl", "--nonsense"], &["nonsense"], &[]] {
        assert_eq!(mgmt(args).code(), Some(2), "{args:?}");
    }
    assert_eq!(mgmt(&["--help"]).code(), Some(0));
    assert_eq!(mgmt(&["--version"]).stdout.trim(), format!("mgmt {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn two_processes_do_not_share_a_prefix() {
    let place = Place::new(FILE);
    let mut first = place.start(&[]);
    first.converged();
    let second = place.once(&[]);
    assert_eq!(second.code(), Some(1));
    assert!(second.stderr.contains("in use by another process"), "{}", second.stderr);
    first.interrupt();
}

#[test]
fn each_graph_is_drawn() {
    let place = Place::new(FILE);
    create_dir(place.path("bin")).unwrap();
    // Stands in for graphviz: its picture is the text.
    place.write("bin/dot", "#!/bin/sh\n[ \"$1\" = -Tpng ] && cat \"$2\"\n");
    set_permissions(place.path("bin/dot"), Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", place.path("bin").display());
    let graph = place.path("graph");
    let args = ["--once", "--hostname", "here", "--graphviz", graph.to_str().unwrap()];
    let mut command = place.run(&args);
    command.env("PATH", &path);
    let ended = crate::process::end(command);
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr);
    let text = place.read("graph@here");
    assert!(text.contains(&place.text("\"file[DIR/file]\"")), "{text}");
    assert_eq!(place.read("graph@here.png"), text);
    assert_eq!(metadata(place.path("graph@here")).unwrap().permissions().mode() & 0o777, 0o600);
    let mut command = place.run(&[&args[..], &["--graphviz-filter", "neato"]].concat());
    command.env("PATH", place.path("bin"));
    let ended = crate::process::end(command);
    assert_eq!(ended.code(), Some(0), "what cannot be drawn is told, and keeps nothing from running");
    assert!(ended.stderr.contains("can't draw the graph with `neato`: No such file"), "{}", ended.stderr);
    assert!(!place.path("graph@here.png.new").exists());
}
