//! `--graphviz`: the graph in force as a file, drawn anew whenever it changes.

use super::args::{Filter, GraphFormat};
use super::{output, picture};
use crate::engine::Report;
use crate::engine::graph::Live;
use crate::events::Event;
use mgmt_dataflow::commit::Commit;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, fchown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A picture that takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who draws, and where.
#[derive(Clone, Debug)]
pub struct Place {
    /// The text of the graph; the picture has `.png` behind it.
    file: PathBuf,
    filter: Filter,
    /// Whom the file belongs to, and who draws: the user behind `sudo`.
    owner: Option<(u32, u32)>,
}

impl Place {
    /// `FILE@HOSTNAME`, for the user that `SUDO_UID` and `SUDO_GID` name, if they do.
    pub fn new(file: &Path, hostname: &str, filter: Filter) -> Place {
        let mut name = file.as_os_str().to_owned();
        name.push(format!("@{hostname}"));
        let id = |name| std::env::var(name).ok()?.parse().ok();
        Place { file: name.into(), filter, owner: id("SUDO_UID").zip(id("SUDO_GID")) }
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name: OsString = self.file.clone().into();
        name.push(ending);
        name.into()
    }

    /// Writes the text and has it drawn. Who looks at either sees the former one or the new one.
    fn draw(&self, text: &str) -> Result<(), String> {
        let new = self.beside(".new");
        let written = self.create(&new).and_then(|mut file| file.write_all(text.as_bytes()));
        written.and_then(|()| fs::rename(&new, &self.file)).map_err(|error| cannot(&self.file, &error))?;
        let (program, picture, drawn) = (self.filter.program(), self.beside(".png"), self.beside(".png.new"));
        // It is given the open file and no name, which would be a way to have another file written.
        let output = self.create(&drawn).map_err(|error| cannot(&drawn, &error))?;
        let mut command = Command::new(&program);
        command.arg("-Tpng").arg(&self.file).stdin(Stdio::null()).stdout(output).stderr(Stdio::piped());
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        match command.spawn().map_err(|error| error.to_string()).and_then(end) {
            Ok(()) => fs::rename(&drawn, &picture).map_err(|error| cannot(&picture, &error)),
            Err(why) => {
                // Half a picture is none. If it stays, the next one replaces it.
                let _ = fs::remove_file(&drawn);
                Err(format!("can't draw the graph with `{program}`: {why}"))
            }
        }
    }

    /// A new file for the owner alone.
    fn create(&self, path: &Path) -> io::Result<File> {
        // One that is there was left by a run that was killed, or is somebody's trap.
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        if let Some((user, group)) = self.owner {
            fchown(&file, Some(user), Some(group))?;
        }
        Ok(file)
    }
}

fn cannot(path: &Path, error: &io::Error) -> String {
    format!("can't write `{}`: {error}", path.display())
}

/// Waits for the end of a child, but not for ever.
fn end(mut child: Child) -> Result<(), String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => {
                let mut said = String::new();
                if let Some(mut stderr) = child.stderr.take() {
                    // What it says is for a human; without it the status has to do.
                    let _ = stderr.read_to_string(&mut said);
                }
                return Err(format!("it ended with {status}: {}", said.lines().next().unwrap_or("it says nothing")));
            }
            Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(10)),
            Ok(None) => {
                // It may have ended by itself just now.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("it took more than {} s", PATIENCE.as_secs()));
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}

/// Follows the graph, and draws it on a thread of its own: of several changes while a picture is being drawn the last one is drawn next.
pub struct Drawing {
    live: Live,
    wanted: Option<Arc<Commit>>,
    texts: Sender<String>,
    thread: JoinHandle<()>,
}

impl Drawing {
    /// Draws there.
    pub fn new(place: Place) -> Drawing {
        let (texts, waiting) = channel();
        Drawing { live: Live::new(), wanted: None, texts, thread: thread::spawn(move || draw_all(&place, &waiting)) }
    }

    /// Takes in what happens.
    pub fn take(&mut self, event: &Event) {
        match event {
            Event::Wanted(commit) => self.wanted = Some(Arc::clone(commit)),
            Event::Engine(Report::Accepted { number, .. }) => {
                let wanted = self.wanted.take_if(|commit| commit.number == *number);
                if wanted.is_some_and(|commit| self.live.apply(&commit).is_ok()) {
                    // If the thread panicked, that was reported.
                    let _ = self.texts.send(picture::render(&self.live, GraphFormat::Dot, false));
                }
            }
            _ => {}
        }
    }

    /// Waits for the last picture.
    pub fn finish(self) {
        drop(self.texts);
        // If it panicked, that was reported.
        let _ = self.thread.join();
    }
}

fn draw_all(place: &Place, waiting: &Receiver<String>) {
    while let Ok(text) = waiting.recv() {
        let text = waiting.try_iter().last().unwrap_or(text);
        if let Err(why) = place.draw(&text) {
            output::err(&format!("{why}\n"));
        }
    }
}
