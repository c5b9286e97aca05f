//! Commands as sources: the last line that a command has printed.

use super::{Abort, Facts, Family, Lasting, Running, Shared, Source, bytes, task};
use crate::system::cause;
use mgmt_resources::Host;
use mgmt_resources::host::Level;
use mgmt_resources::host::guard::Kept;
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

pub(super) const FUNCTIONS: Family = &[("os.system", Source::Watch(system))];

/// The longest line that is taken in, in bytes.
const LONGEST_LINE: usize = 16 << 20;

/// How long facts of one command are apart at least; lines in between are skipped over, all but the first and the last.
const PAUSE: Duration = Duration::from_millis(1);

/// `os.system(cmd)`: runs `sh -c cmd` with the environment and working directory of this process, in a process group of its own. Each line of its
/// standard output is the value until the next; lines of standard error are told to the user; the exit status does not matter.
/// A command that prints nothing never answers. The group is killed when nobody needs the source any more, and when the command is another;
/// until that one prints, the old line stays the value.
fn system(call: &Call, facts: Facts, shared: &Shared) -> Running {
    let mut system = System { shared: shared.clone(), last: Arc::default(), running: None };
    system.change(call, facts);
    Running::Lasting(Box::new(system))
}

struct System {
    shared: Shared,
    /// The last line of any of its commands.
    last: Arc<Mutex<Option<Value>>>,
    running: Option<Abort>,
}

impl Lasting for System {
    fn change(&mut self, call: &Call, facts: Facts) {
        // Stopped first: it may be that both want the same thing for themselves.
        self.running = None;
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        last.into_iter().for_each(|line| facts.value(line));
        match bytes(call, 0) {
            Ok(command) => {
                let command = OsStr::from_bytes(command).to_owned();
                let out = Out { facts, last: self.last.clone() };
                self.running = Some(task(&self.shared, run(command, call.to_string(), self.shared.host.clone(), out)));
            }
            Err(why) => facts.missing(why),
        }
    }
}

/// Where lines go.
struct Out {
    facts: Facts,
    last: Arc<Mutex<Option<Value>>>,
}

impl Out {
    fn line(&self, line: Vec<u8>) {
        let line = Value::str(line);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(line.clone());
        self.facts.value(line);
    }
}

async fn run(command: OsString, name: String, host: Host, out: Out) {
    host.guard.ready();
    let spawned = Command::new("sh")
        .arg("-c")
        .arg(command)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn();
    match spawned {
        Ok(child) => follow(Group::new(child, &host), &out, &host, &name).await,
        Err(error) => out.facts.missing(format!("can't run sh: {}", cause(&error))),
    }
}

/// A child that leads a process group. Dropping it kills the group; the runtime reaps the child.
struct Group {
    child: Child,
    _kept: Option<Kept>,
}

impl Group {
    fn new(child: Child, host: &Host) -> Group {
        let id = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
        Group { child, _kept: id.map(|id| host.guard.keep(id)) }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // The id is there as long as the child was not waited for, and until then belongs to nobody else.
        let id = self.child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
        if let Some(id) = id {
            // Fails only when the group is gone.
            let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
        }
    }
}

async fn follow(mut group: Group, out: &Out, host: &Host, name: &str) {
    // Both were asked for above, and nobody has taken them.
    let (Some(stdout), Some(stderr)) = (group.child.stdout.take(), group.child.stderr.take()) else { return };
    let complaints = async {
        let mut lines = Lines::new(stderr);
        while let Ok(Some(line)) = lines.next().await {
            host.messages.say(name, Level::Notice, String::from_utf8_lossy(&line));
        }
    };
    let ((), ()) = tokio::join!(values(stdout, out), complaints);
    // Only now may the child's id become another's. How it ended does not matter.
    let _ = group.child.wait().await;
}

async fn values(stdout: ChildStdout, out: &Out) {
    let mut lines = Lines::new(stdout);
    // The first line answers, however many stand behind it.
    let mut answered = false;
    loop {
        match lines.next().await {
            Ok(Some(mut line)) => {
                while std::mem::replace(&mut answered, true)
                    && let Some(newer) = lines.buffered()
                {
                    line = newer;
                }
                out.line(line);
            }
            Ok(None) => return,
            Err(error) => return out.facts.failed(format!("can't read what the command prints: {error}")),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Lines without their ends, `\n` or `\r\n`. The last one needs none.
struct Lines<R> {
    reader: BufReader<R>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    fn new(stream: R) -> Lines<R> {
        Lines { reader: BufReader::with_capacity(64 << 10, stream) }
    }

    /// The next line; `None` at the end.
    async fn next(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        (&mut self.reader).take(LONGEST_LINE as u64 + 1).read_until(b'\n', &mut line).await?;
        if line.len() > LONGEST_LINE {
            return Err(std::io::Error::other("a line is longer than 16 MiB"));
        }
        Ok((!line.is_empty()).then(|| without_end(line)))
    }

    /// The next line, if all of it is here already.
    fn buffered(&mut self) -> Option<Vec<u8>> {
        let buffer = self.reader.buffer();
        let end = buffer.iter().position(|byte| *byte == b'\n')? + 1;
        let line = buffer[..end].to_vec();
        self.reader.consume(end);
        Some(without_end(line))
    }
}

fn without_end(mut line: Vec<u8>) -> Vec<u8> {
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use crate::sources::testing::{Bench, eventually};
    use mgmt_values::key::Call;
    use mgmt_values::value::Value;

    #[test]
    fn each_line_is_a_value() {
        let mut bench = Bench::new();
        let directory = bench.directory.path().to_owned();
        let wait = |name: &str| format!("while ! test -e {}/{name}; do sleep 0.01; done", directory.display());
        let command = format!("echo one; {}; printf 'two\\r\\n'; {}; printf three; exit 3", wait("a"), wait("b"));
        bench.start("os.system", &[Value::str(command)]);
        assert_eq!(bench.next_text(), "one");
        std::fs::write(directory.join("a"), "").unwrap();
        assert_eq!(bench.next_text(), "two");
        std::fs::write(directory.join("b"), "").unwrap();
        assert_eq!(bench.next_text(), "three");
    }

    #[test]
    fn a_flood_is_skipped_over_but_its_last_line_arrives() {
        let mut bench = Bench::new();
        bench.start("os.system", &[Value::str("seq 1 200000")]);
        let mut facts = 1;
        while bench.next_text() != "200000" {
            facts += 1;
        }
        assert!(facts < 20_000, "{facts} facts");
    }

    #[test]
    fn a_command_that_says_nothing_gives_nothing() {
        let mut bench = Bench::new();
        bench.start("os.system", &[Value::str("echo oops >&2")]);
        assert!(bench.quiet());
    }

    #[test]
    fn another_command_replaces_the_one_that_runs() {
        let mut bench = Bench::new();
        let key = bench.start("os.system", &[Value::str("echo one; sleep 1000")]);
        assert_eq!(bench.next_text(), "one");
        bench.sources.change(key, &Call::new("os.system", [Value::str("echo two; sleep 1000")]));
        // Until it prints, the old line stays.
        assert_eq!([bench.next_text(), bench.next_text()], ["one", "two"]);
        assert_eq!(bench.sources.len(), 1);
    }

    #[test]
    fn stopping_kills_the_whole_group_and_reaps_it() {
        let mut bench = Bench::new();
        // A child of the shell and the shell itself.
        let key = bench.start("os.system", &[Value::str("sleep 1000 & echo $$ $!; wait")]);
        let line = bench.next_text();
        let pids: Vec<&str> = line.split(' ').collect();
        assert!(pids.iter().all(|pid| std::fs::exists(format!("/proc/{pid}")).unwrap()), "{pids:?}");
        bench.sources.stop(&key);
        let gone = |pid: &&str| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
            // The orphan may wait as a zombie for a lazy init; the shell is ours to reap.
            stat.map_or(true, |stat| **pid != *pids[0] && stat.contains(") Z "))
        };
        assert!(eventually(|| pids.iter().all(gone)), "{pids:?} still run");
    }
}
