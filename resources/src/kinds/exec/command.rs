//! One command: how it is put together, started, listened to and ended.

use super::signals;
use super::stop::{Stop, send};
use crate::host::guard::{Guard, Kept};
use crate::kinds::owners;
use crate::resource::Failure;
use rustix::io::Errno;
use rustix::process::{Pid, Signal};
use std::ffi::{OsStr, OsString};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Child;

/// A command to run.
#[derive(Clone, Debug)]
pub struct Command {
    /// As written, for messages.
    pub text: String,
    words: Vec<OsString>,
    cwd: Option<PathBuf>,
}

/// What all commands of one resource share.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The whole environment.
    pub env: Vec<(OsString, OsString)>,
    /// What a command is asked to stop with.
    pub signal: Signal,
    /// A user to run as, by name or number; empty: none.
    pub user: String,
    /// A group to run as, by name or number; empty: none.
    pub group: String,
    /// Makes sure that no command outlives us.
    pub guard: Guard,
}

/// What a command has left behind.
#[derive(Debug)]
pub struct Ended {
    /// The status it has given itself.
    pub code: i32,
    /// Both streams, as they were read.
    pub output: Capture,
    pub stdout: Capture,
    pub stderr: Capture,
}

/// Output, as much of it as is kept.
#[derive(Debug, Default)]
pub struct Capture {
    pub bytes: Vec<u8>,
    /// More came than is kept.
    pub cut: bool,
}

/// As much as is kept of one stream, in bytes.
const KEPT: usize = 16 << 20;

impl Capture {
    fn add(&mut self, bytes: &[u8]) {
        let room = KEPT - self.bytes.len();
        self.cut |= bytes.len() > room;
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

impl Command {
    /// A command as a resource gives it: by `shell`, or split at white space, without any quoting, and followed by `args`.
    pub fn new(text: &[u8], shell: &[u8], args: &[Vec<u8>], cwd: &[u8]) -> Result<Command, Failure> {
        let word = |bytes: &[u8]| OsStr::from_bytes(bytes).to_owned();
        let mut words: Vec<OsString> = if shell.is_empty() {
            text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).map(word).collect()
        } else {
            vec![word(shell), "-c".into(), word(text)]
        };
        words.extend(args.iter().map(|arg| word(arg)));
        if words.is_empty() {
            return Err(Failure::new("the command is empty"));
        }
        let cwd = (!cwd.is_empty()).then(|| word(cwd).into());
        Ok(Command { text: String::from_utf8_lossy(text).into_owned(), words, cwd })
    }

    /// Starts it, in a process group of its own, with nothing to read.
    pub fn spawn(&self, setting: &Setting) -> Result<((Child, Kept), Pid), Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::new(format!("cannot start {}: {error}", self.shown()));
        let program = find(&self.words[0]).ok_or_else(|| failed(&format_args!("there is no such program in PATH")))?;
        let mut command = std::process::Command::new(program);
        std::os::unix::process::CommandExt::arg0(&mut command, &self.words[0]);
        let mut command = tokio::process::Command::from(command);
        command.args(&self.words[1..]).env_clear().envs(setting.env.iter().map(|(k, v)| (k, v))).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(cwd) = &self.cwd {
            command.current_dir(cwd);
        }
        if let Some((uid, gid)) = setting.identity()? {
            command.uid(uid).gid(gid);
        }
        setting.guard.ready();
        let child = command.spawn().map_err(|error| failed(&error))?;
        let pid = child.id().and_then(|id| Pid::from_raw(id as i32)).ok_or_else(|| failed(&"it was gone at once"))?;
        Ok(((child, setting.guard.keep(pid)), pid))
    }

    /// Runs it to its end. Its end is that of the process started; what a descendant in the background still writes is not waited for.
    /// Dropping the future kills the process group. A command that is stopped, cannot be started or is killed by a signal is a failure.
    pub async fn run(&self, setting: &Setting, stop: &Stop) -> Result<Ended, Failure> {
        let ((mut child, _kept), pid) = stop.start(setting.signal, || self.spawn(setting))?;
        let mut group = Group { pid, stop, over: false };
        let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
        let (mut output, mut stdout, mut stderr) = (Capture::default(), Capture::default(), Capture::default());
        let (mut from_out, mut from_err) = ([0; 8192], [0; 8192]);
        let status = loop {
            tokio::select! {
                read = read_some(&mut out, &mut from_out), if out.is_some() => match read {
                    0 => out = None,
                    read => {
                        stdout.add(&from_out[..read]);
                        output.add(&from_out[..read]);
                    }
                },
                read = read_some(&mut err, &mut from_err), if err.is_some() => match read {
                    0 => err = None,
                    read => {
                        stderr.add(&from_err[..read]);
                        output.add(&from_err[..read]);
                    }
                },
                status = child.wait() => break status,
            }
        };
        group.over = true;
        let stopped = stop.ended();
        let status = status.map_err(|error| Failure::new(format!("cannot wait for {}: {error}", self.shown())))?;
        stopped.map_err(|why| Failure::new(format!("{} was {why}", self.shown())))?;
        let mut rest = |stream: &dyn AsFd, capture: &mut Capture| {
            drain(stream, |bytes| {
                capture.add(bytes);
                output.add(bytes);
            });
        };
        out.iter().for_each(|out| rest(out, &mut stdout));
        err.iter().for_each(|err| rest(err, &mut stderr));
        let code = self.code(status)?;
        Ok(Ended { code, output, stdout, stderr })
    }

    /// The status that a process has given itself; one that was killed has not.
    pub fn code(&self, status: ExitStatus) -> Result<i32, Failure> {
        match (status.code(), status.signal()) {
            (Some(code), _) => Ok(code),
            (None, signal) => {
                let signal = signals::name(signal.unwrap_or_default());
                Err(Failure::new(format!("{} was killed by {signal}", self.shown())))
            }
        }
    }

    /// The command in a message.
    pub fn shown(&self) -> String {
        const MUCH: usize = 100;
        let line = self.text.lines().next().unwrap_or_default();
        let short: String = line.chars().take(MUCH).collect();
        let more = if short.len() < self.text.trim_end().len() { " …" } else { "" };
        format!("`{short}{more}`")
    }
}

impl Setting {
    /// User and group to run as, unless they are ours.
    fn identity(&self) -> Result<Option<(u32, u32)>, Failure> {
        if self.user.is_empty() && self.group.is_empty() {
            return Ok(None);
        }
        let ours = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
        let uid = if self.user.is_empty() { ours.0 } else { owners::user(&self.user)? };
        let gid = if self.group.is_empty() { ours.1 } else { owners::group(&self.group)? };
        Ok(Some((uid, gid)).filter(|wanted| *wanted != ours))
    }
}

/// Kills the group when the run is given up before its end.
struct Group<'a> {
    pid: Pid,
    stop: &'a Stop,
    over: bool,
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        if !self.over {
            send(self.pid, Signal::KILL);
            // Whether it was stopped before does not matter any more. The runtime reaps it.
            let _ = self.stop.ended();
        }
    }
}

/// What a stream has to give next; 0 at its end, errors included.
pub async fn read_some(stream: &mut Option<impl AsyncRead + Unpin>, buffer: &mut [u8]) -> usize {
    match stream {
        Some(stream) => stream.read(buffer).await.unwrap_or(0),
        None => 0,
    }
}

/// Takes what a pipe holds right now, past the runtime, which may not have noticed yet that it does.
pub fn drain(stream: &dyn AsFd, mut take: impl FnMut(&[u8])) {
    let mut buffer = [0; 8192];
    let mut left = KEPT;
    while left > 0 {
        match rustix::io::read(stream.as_fd(), &mut buffer) {
            Ok(0) | Err(Errno::AGAIN) => return,
            Ok(read) => {
                take(&buffer[..read]);
                left = left.saturating_sub(read);
            }
            Err(Errno::INTR) => {}
            Err(_) => return,
        }
    }
}

/// The program of a name: itself if it has a slash, else what our own PATH has.
fn find(name: &OsStr) -> Option<PathBuf> {
    if name.as_bytes().contains(&b'/') {
        return Some(name.into());
    }
    let path = std::env::var_os("PATH")?;
    let runs = |path: &Path| path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok();
    // What stands in a relative directory is never meant.
    std::env::split_paths(&path).filter(|dir| dir.is_absolute()).map(|dir| dir.join(name)).find(|path| runs(path))
}
