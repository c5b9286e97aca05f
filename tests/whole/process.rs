//! The real binary in a directory of its own.

use std::fs;
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long anything may take on a slow machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for a condition; false when it does not come true.
pub fn eventually(mut condition: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if condition() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    condition()
}

/// A directory with a program; `DIR` in its text stands for the directory.
pub struct Place {
    directory: tempfile::TempDir,
}

/// What came of a process that has ended.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    pub fn killed(&self) -> bool {
        self.status.signal() == Some(9)
    }
}

impl Place {
    pub fn new(program: &str) -> Place {
        let place = Place { directory: tempfile::tempdir().unwrap() };
        place.program(program);
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes the program as an editor does: whole, by rename.
    pub fn program(&self, text: &str) {
        self.write("main.mcl", &self.text(text));
    }

    /// With `DIR` replaced.
    pub fn text(&self, text: &str) -> String {
        text.replace("DIR", self.directory.path().to_str().unwrap())
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Puts a file in its place in one step: whoever watches it never sees it half written.
    pub fn write(&self, name: &str, content: &str) {
        let new = self.path(&format!("{name}.new"));
        fs::write(&new, content).unwrap();
        fs::rename(new, self.path(name)).unwrap();
    }

    /// Waits for the content of a file.
    #[track_caller]
    pub fn wait(&self, name: &str, content: &str) {
        if !eventually(|| self.read(name) == content) {
            panic!("{name} is {:?}, not {content:?}", self.read(name));
        }
    }

    /// `mgmt run lang main.mcl` with these arguments and a prefix in the directory.
    pub fn run(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mgmt"));
        command.args(["run", "lang"]).arg(self.path("main.mcl")).arg("--prefix").arg(self.path("prefix")).args(args);
        command.stdin(Stdio::null());
        command
    }

    /// Runs until nothing is left to do.
    pub fn once(&self, args: &[&str]) -> Ended {
        end(self.run(&[&["--once"], args].concat()))
    }

    /// Starts a run that goes on.
    pub fn start(&self, args: &[&str]) -> Process {
        Process::start(self.run(args))
    }
}

/// Runs a command to its end.
pub fn end(command: Command) -> Ended {
    let mut process = Process::start(command);
    process.end()
}

/// `mgmt` with these arguments, to its end.
pub fn mgmt(args: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mgmt"));
    command.args(args).stdin(Stdio::null());
    end(command)
}

/// A running process; killed with its whole group when it is dropped.
pub struct Process {
    child: Child,
    streams: [Stream; 2],
}

impl Process {
    pub fn start(mut command: Command) -> Process {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).spawn().unwrap();
        let stdout = collect(child.stdout.take().unwrap());
        let stderr = collect(child.stderr.take().unwrap());
        Process { child, streams: [stdout, stderr] }
    }

    fn stream(&self, index: usize) -> String {
        String::from_utf8_lossy(&self.streams[index].bytes.lock().unwrap()).into_owned()
    }

    /// What it has said so far.
    pub fn log(&self) -> String {
        self.stream(1)
    }

    /// Waits for words in its log.
    #[track_caller]
    pub fn says(&self, words: &str) {
        if !eventually(|| self.log().contains(words)) {
            panic!("it never said {words:?} but:\n{}", self.log());
        }
    }

    /// Waits until the log has gone on and its last line is that it is converged.
    #[track_caller]
    pub fn converged(&self) {
        self.says("converged");
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).unwrap();
    }

    /// ^C, and waits for the end.
    pub fn interrupt(&mut self) -> Ended {
        self.signal(rustix::process::Signal::INT);
        self.end()
    }

    pub fn kill(&mut self) -> Ended {
        self.signal(rustix::process::Signal::KILL);
        self.end()
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    #[track_caller]
    pub fn end(&mut self) -> Ended {
        if !eventually(|| self.child.try_wait().unwrap().is_some()) {
            panic!("it does not end; it said:\n{}", self.log());
        }
        let status = self.child.wait().unwrap();
        // Children that it left behind may hold its streams open; what came so far is enough then.
        eventually_ended(&self.streams);
        Ended { status, stdout: self.stream(0), stderr: self.stream(1) }
    }
}

fn eventually_ended(streams: &[Stream]) {
    let end = Instant::now() + Duration::from_secs(1);
    while Instant::now() < end && streams.iter().any(|stream| !stream.reader.is_finished()) {
        std::thread::sleep(Duration::from_millis(2));
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let id = rustix::process::Pid::from_child(&self.child);
            let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

/// What came out of a pipe so far, and the thread that reads the rest.
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

fn collect(mut pipe: impl Read + Send + 'static) -> Stream {
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let ours = bytes.clone();
    let reader = std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count) = pipe.read(&mut buffer) {
            if count == 0 {
                return;
            }
            ours.lock().unwrap().extend_from_slice(&buffer[..count]);
        }
    });
    Stream { bytes, reader }
}
