//! A command that runs for as long as a resource is watched: each line that it prints says *look again*.

use super::command::{Command, Setting, drain, read_some};
use super::stop::send;
use crate::host::guard::Kept;
use crate::resource::{Events, Failure};
use rustix::process::{Pid, Signal};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout};
use tokio::sync::oneshot;

/// The longest line, in bytes.
const LONGEST: u64 = 64 << 10;

/// How long a command that was asked to stop may take to do so before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Starts the command; it is asked to stop when the guard is dropped.
pub fn start(command: Command, setting: Setting, events: Events) -> Result<Box<dyn Send>, Failure> {
    let runtime = tokio::runtime::Handle::try_current()
        .map_err(|_| Failure::new("a watch command can only be started inside a tokio runtime"))?;
    let ((child, kept), pid) = command.spawn(&setting)?;
    let (guard, dropped) = oneshot::channel::<()>();
    let running = Running { child, pid, over: false, _kept: kept };
    runtime.spawn(watch(running, command, setting.signal, events, dropped));
    Ok(Box::new(guard))
}

/// The process, killed with its group when the runtime ends before it.
struct Running {
    child: Child,
    pid: Pid,
    over: bool,
    _kept: Kept,
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.over {
            send(self.pid, Signal::KILL);
        }
    }
}

async fn watch(mut running: Running, command: Command, signal: Signal, events: Events, dropped: oneshot::Receiver<()>) {
    let (out, err) = (running.child.stdout.take(), running.child.stderr.take());
    tokio::select! {
        // Both ends of the guard mean the same: nobody watches any more.
        _ = dropped => {
            send(running.pid, signal);
            running.over = tokio::time::timeout(PATIENCE, running.child.wait()).await.is_ok();
        }
        (why, last) = listen(out, err, &events) => {
            if why.is_some() {
                send(running.pid, signal);
            }
            let status = tokio::time::timeout(PATIENCE, running.child.wait()).await;
            running.over = status.is_ok();
            let why = match (why, status) {
                (Some(why), _) => why,
                (None, Ok(Ok(status))) => match command.code(status) {
                    Ok(0) => "it has ended, but a watch command must go on".to_owned(),
                    Ok(code) => format!("exit status {code}{last}"),
                    Err(failure) => failure.message,
                },
                (None, Ok(Err(error))) => error.to_string(),
                (None, Err(_)) => "it has closed its output".to_owned(),
            };
            events.failed(Failure::new(format!("the watch command {} failed: {why}", command.shown())));
        }
    }
}

/// Reads lines to the end of the stream; gives what was wrong with them, and the last words on the other stream.
async fn listen(out: Option<ChildStdout>, mut err: Option<ChildStderr>, events: &Events) -> (Option<String>, String) {
    let (mut last, mut chunk) = (Vec::new(), [0; 4096]);
    let Some(out) = out else { return (None, String::new()) };
    let mut out = BufReader::new(out);
    // Kept when the other stream has news first: what was read of a line stays in it.
    let mut line = Vec::new();
    let why = loop {
        tokio::select! {
            read = async { (&mut out).take(LONGEST - line.len() as u64).read_until(b'\n', &mut line).await } => {
                let whole = line.last() == Some(&b'\n');
                match read {
                    Err(error) => break Some(error.to_string()),
                    Ok(_) if line.len() as u64 == LONGEST && !whole => {
                        break Some(format!("it has printed a line longer than {LONGEST} bytes"));
                    }
                    Ok(_) => {}
                }
                if !line.trim_ascii().is_empty() {
                    events.changed();
                }
                line.clear();
                if !whole {
                    break None;
                }
            }
            read = read_some(&mut err, &mut chunk), if err.is_some() => match read {
                0 => err = None,
                read => {
                    last.extend_from_slice(&chunk[..read]);
                    last.drain(..last.len().saturating_sub(chunk.len()));
                }
            },
        }
    };
    if let Some(err) = &err {
        drain(err, |bytes| last.extend_from_slice(bytes));
    }
    (why, super::last_words(&last))
}
