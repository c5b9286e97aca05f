//! `exec`: commands.

mod cache;
mod command;
mod signals;
mod stop;
mod watch;

use super::table::{BOOL, STR, STR_MAP, STRS, after, field, identifier, optional};
use crate::host::{Host, Level};
use crate::resource::{Applied, Checked, Events, Failure, Resource, Run, Sent, State, Task, Watch};
use crate::watch::{Change, Reach};
use cache::Cache;
use command::{Command, Ended, Setting};
use mgmt_values::Value;
use mgmt_values::resource::{Fields, Identities};
use mgmt_values::schema::{Field, Kind, Traits};
use mgmt_values::text::Text;
use rustix::process::Signal;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use stop::Stop;

/// The declaration.
pub static KIND: Kind = Kind {
    name: "exec",
    doc: "Runs a command: at the start, whenever something that it watches changes, and when it is notified, unless one of its guards \
          (`ifcmd`, `nifcmd`, `creates`) is against it.\n\n\
          A command is split at white space, without any quoting, and run directly; with a shell it is the shell's. Its environment is \
          `env` and nothing else. It has nothing to read. Guards run in a check too, `--noop` included, so they should have no effect.\n\n\
          Differing from the Go tool of the same name, a notification runs it again.",
    fields: &[
        field("cmd", STR, "The command; the name of the resource where not given."),
        field("args", STRS, "Arguments for `cmd`, which has to be a single word then. Not with `shell`."),
        field("cwd", STR, "The directory it runs in; ours where not given."),
        field("shell", STR, "A shell such as `/bin/bash` that runs `cmd`, as its argument behind `-c`."),
        field("env", STR_MAP, "The whole environment of all commands of this resource."),
        field("sig", STR, "The signal that asks a command to stop, such as `SIGINT`; `SIGTERM` where not given."),
        field("watchcmd", STR, "A command that goes on running; each line it prints runs `cmd` again."),
        field("watchcwd", STR, "The directory `watchcmd` runs in."),
        field("watchshell", STR, "The shell that runs `watchcmd`."),
        field(
            "watchfiles",
            STRS,
            "Absolute paths whose changes run `cmd` again; below a path with a slash at its end, all of them.",
        ),
        field("ifcmd", STR, "Runs before `cmd`, which runs only if this ends with status 0."),
        field("ifcwd", STR, "The directory `ifcmd` runs in."),
        field("ifshell", STR, "The shell that runs `ifcmd`."),
        optional("ifequals", STR, "Do not run `cmd` when `ifcmd` ends with status 0 and has printed exactly this."),
        optional(
            "ifequals_stdout",
            STR,
            "Do not run `cmd` when `ifcmd` ends with status 0 and its standard output is exactly this.",
        ),
        field("nifcmd", STR, "Runs before `cmd`, which runs only if this does not end with status 0."),
        field("nifcwd", STR, "The directory `nifcmd` runs in."),
        field("nifshell", STR, "The shell that runs `nifcmd`."),
        field("creates", STR, "An absolute path; `cmd` does not run while something is there."),
        field("mtimes", STRS, "Absolute paths; when one was modified after the last run, `cmd` runs whatever its guards say."),
        field("donecmd", STR, "Runs after `cmd`; when it fails, `cmd` counts as failed."),
        field("donecwd", STR, "The directory `donecmd` runs in."),
        field("doneshell", STR, "The shell that runs `donecmd`."),
        field("user", STR, "The user all commands run as: a number that is known, or a name. Only root can change it."),
        field("group", STR, "The group all commands run as: a number that is known, or a name. Only root can change it."),
        optional("send_output", STR, "What `output` is when there was none."),
        optional("send_stdout", STR, "What `stdout` is when there was none."),
        optional("send_stderr", STR, "What `stderr` is when there was none."),
        field("refresh_only", BOOL, "Run on a notification alone, never at the start or because of what is watched."),
    ],
    sends: &SENDS,
    traits: Traits { refreshes: true, receives: false, autoedges: true, autogroups: false, ..Traits::PLAIN },
    constants: &[],
    validate,
    identities,
};

static SENDS: [Field; 3] = [
    optional("output", STR, "All that `cmd` has printed when it ran last, on both streams as it was read."),
    optional("stdout", STR, "What `cmd` has printed on its standard output when it ran last."),
    optional("stderr", STR, "What `cmd` has printed on its standard error when it ran last."),
];

/// The roles a command can have: its field, that of its directory and that of its shell.
const MAIN: [&str; 3] = ["cmd", "cwd", "shell"];
const WATCH: [&str; 3] = ["watchcmd", "watchcwd", "watchshell"];
const IF: [&str; 3] = ["ifcmd", "ifcwd", "ifshell"];
const NIF: [&str; 3] = ["nifcmd", "nifcwd", "nifshell"];
const DONE: [&str; 3] = ["donecmd", "donecwd", "doneshell"];

/// What is marked with the newest of `mtimes`.
const MARK: &str = "mtimes";

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    let cmd = main_text(name, fields);
    if cmd.is_empty() {
        return Err("the command is empty".to_owned());
    }
    if !texts(fields, "args").is_empty() {
        if !fields.text("shell").is_empty() {
            return Err("`args` cannot be used with `shell`".to_owned());
        }
        if cmd.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count() > 1 {
            return Err("`args` cannot be used when `cmd` has arguments itself".to_owned());
        }
    }
    for (key, _) in environment(fields) {
        let key = key.into_vec();
        let allowed = key.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if !allowed || key.first().is_none_or(u8::is_ascii_digit) {
            return Err(format!("`{}` cannot be the name of a variable in `env`", String::from_utf8_lossy(&key)));
        }
    }
    let sig = fields.text("sig");
    if !sig.is_empty() {
        signals::signal(&sig)?;
    }
    let creates = Some(bytes(fields, "creates")).filter(|path| !path.is_empty());
    let lists = ["watchfiles", "mtimes"].map(|list| texts(fields, list).into_iter().map(move |path| (list, path)));
    for (list, path) in lists.into_iter().flatten().chain(creates.map(|path| ("creates", path))) {
        if !path.starts_with(b"/") {
            return Err(format!("the path `{}` in `{list}` has to be absolute", String::from_utf8_lossy(&path)));
        }
    }
    Ok(())
}

/// Seeks the program of each of its commands, as part of a package and as a file, then its user and its group.
fn identities(name: &str, fields: &Fields) -> Identities {
    let mut seeks = Vec::new();
    for role in [MAIN, WATCH, IF, NIF, DONE] {
        let text = if role == MAIN { main_text(name, fields) } else { bytes(fields, role[0]) };
        let shell = bytes(fields, role[2]);
        let word =
            if shell.is_empty() { text.split(u8::is_ascii_whitespace).find(|word| !word.is_empty()) } else { Some(&shell[..]) };
        // Also a shell that has nothing to run yet.
        if let Some(word) = word {
            seeks.push(after(vec![identifier("pkg:file", word.to_vec())]));
            seeks.push(after(vec![identifier("file", word.to_vec())]));
        }
    }
    for class in ["user", "group"] {
        let name = bytes(fields, class);
        if !name.is_empty() {
            seeks.push(after(vec![identifier(class, name)]));
        }
    }
    Identities { seeks, ..Identities::default() }
}

struct Exec {
    name: String,
    host: Host,
    stop: Stop,
}

/// Makes one.
pub fn make(name: &str, host: &Host) -> Box<dyn Resource> {
    Box::new(Exec { name: name.to_owned(), host: host.clone(), stop: Stop::default() })
}

impl Resource for Exec {
    /// The watch command, and the files that matter.
    fn watch(&self, fields: &Fields, events: Events) -> Result<Watch, Failure> {
        let mut guards: Vec<Box<dyn Send>> = Vec::new();
        let creates = Some(bytes(fields, "creates")).filter(|path| !path.is_empty());
        for path in texts(fields, "mtimes").into_iter().chain(texts(fields, "watchfiles")).chain(creates) {
            let reach = if path.ends_with(b"/") { Reach::Tree } else { Reach::Itself };
            let events = events.clone();
            let guard = self.host.watchers.path(to_path(path), reach, move |change| match change {
                Change::Writing | Change::Settled => events.changed(),
                Change::Lost(failure) => events.failed(failure),
            })?;
            guards.push(Box::new(guard));
        }
        if let Some(command) = self.command(WATCH, fields)? {
            guards.push(watch::start(command, setting(fields, &self.host), events)?);
        }
        Ok(Watch::of(guards))
    }

    fn check<'a>(&'a self, fields: &'a Fields, run: &'a Run) -> Task<'a, Checked> {
        Box::pin(async move {
            self.stop.begin();
            let idle = fields.flag("refresh_only") && !run.refresh;
            if idle || self.blocked(fields).await? {
                return Ok(Checked { state: State::Clean, sent: self.sent_before(fields)? });
            }
            let command = self.command(MAIN, fields)?.map(|command| command.shown()).unwrap_or_default();
            Ok(Checked::found(State::Unknown(format!("run {command}"))))
        })
    }

    fn apply<'a>(&'a self, fields: &'a Fields, _: &'a Run) -> Task<'a, Applied> {
        Box::pin(async move {
            let Some(command) = self.command(MAIN, fields)? else { return Err(Failure::new("the command is empty")) };
            // What is modified while it runs is newer than this.
            let newest = cache::newest(&paths(fields, "mtimes"))?;
            let setting = setting(fields, &self.host);
            let ended = self.succeed(&command, &setting).await?;
            if let Some(done) = self.command(DONE, fields)? {
                self.succeed(&done, &setting).await?;
            }
            let cache = self.cache();
            if let Some(newest) = newest {
                cache.mark(MARK, newest)?;
            }
            if [&ended.output, &ended.stdout, &ended.stderr].iter().any(|capture| capture.cut) {
                let text = format!("{} has printed more than is kept; the rest is lost", command.shown());
                self.host.messages.say(format_args!("exec[{}]", self.name), Level::Warning, text);
            }
            let printed = [ended.output.bytes, ended.stdout.bytes, ended.stderr.bytes];
            let mut sent = Sent::new();
            for (send, bytes) in SENDS.iter().zip(printed) {
                cache.store(send.name, &bytes)?;
                sent.push((send.name, published(fields, send.name, bytes)));
            }
            Ok(Applied { changes: vec![format!("ran {}", command.shown())], sent })
        })
    }

    fn cancel(&self) {
        self.stop.cancel();
    }

    fn interrupt(&self) {
        self.stop.interrupt();
    }
}

impl Exec {
    fn cache(&self) -> Cache {
        Cache::new(self.host.private(KIND.name, self.name.as_bytes()))
    }

    /// The command of a role, if it has one.
    fn command(&self, role: [&str; 3], fields: &Fields) -> Result<Option<Command>, Failure> {
        let main = role == MAIN;
        let text = if main { main_text(&self.name, fields) } else { bytes(fields, role[0]) };
        if text.is_empty() {
            return Ok(None);
        }
        let args = if main { texts(fields, "args") } else { Vec::new() };
        Command::new(&text, &bytes(fields, role[2]), &args, &bytes(fields, role[1])).map(Some)
    }

    /// Whether a guard is against running.
    async fn blocked(&self, fields: &Fields) -> Result<bool, Failure> {
        let newest = cache::newest(&paths(fields, "mtimes"))?;
        if newest.is_some() && newest > self.cache().marked(MARK)? {
            return Ok(false);
        }
        let setting = setting(fields, &self.host);
        if let Some(command) = self.command(IF, fields)? {
            let ended = command.run(&setting, &self.stop).await?;
            let equals = |field, printed: &[u8]| {
                fields.get(field).is_some_and(|value| value.as_text().is_some_and(|text| text.as_bytes() == printed))
            };
            if ended.code != 0 || equals("ifequals", &ended.output.bytes) || equals("ifequals_stdout", &ended.stdout.bytes) {
                return Ok(true);
            }
        }
        if let Some(command) = self.command(NIF, fields)?
            && command.run(&setting, &self.stop).await?.code == 0
        {
            return Ok(true);
        }
        let creates = bytes(fields, "creates");
        Ok(!creates.is_empty() && std::fs::metadata(to_path(creates)).is_ok())
    }

    /// Runs a command that has to succeed.
    async fn succeed(&self, command: &Command, setting: &Setting) -> Result<Ended, Failure> {
        let ended = command.run(setting, &self.stop).await?;
        match ended.code {
            0 => Ok(ended),
            code => {
                let words = last_words(&ended.stderr.bytes);
                Err(Failure::new(format!("{} has failed: exit status {code}{words}", command.shown())))
            }
        }
    }

    /// What the last run that succeeded has printed.
    fn sent_before(&self, fields: &Fields) -> Result<Sent, Failure> {
        let cache = self.cache();
        let one = |send: &Field| Ok((send.name, published(fields, send.name, cache.load(send.name)?.unwrap_or_default())));
        SENDS.iter().map(one).collect()
    }
}

/// What is published of a stream: what was printed, else the fallback, else nothing as the empty string.
fn published(fields: &Fields, stream: &str, printed: Vec<u8>) -> Value {
    let fallback = fields.get(&format!("send_{stream}")).filter(|_| printed.is_empty());
    fallback.unwrap_or_else(|| Value::Str(Text::new(printed)))
}

fn setting(fields: &Fields, host: &Host) -> Setting {
    Setting {
        env: environment(fields),
        // Validated; where not given it is the one that everybody expects.
        signal: signals::signal(&fields.text("sig")).unwrap_or(Signal::TERM),
        user: fields.text("user"),
        group: fields.text("group"),
        guard: host.guard.clone(),
    }
}

fn environment(fields: &Fields) -> Vec<(OsString, OsString)> {
    let value = fields.get("env");
    let entries = value.as_ref().and_then(|env| env.as_map()).map(|env| env.entries()).unwrap_or_default();
    let string = |value: &Value| value.as_text().map(|text| OsString::from_vec(text.as_bytes().to_vec())).unwrap_or_default();
    entries.iter().map(|(key, value)| (string(key), string(value))).collect()
}

/// The main command, as written.
fn main_text(name: &str, fields: &Fields) -> Vec<u8> {
    Some(bytes(fields, "cmd")).filter(|cmd| !cmd.is_empty()).unwrap_or_else(|| name.as_bytes().to_vec())
}

/// A `str` field as the bytes it was given as.
fn bytes(fields: &Fields, name: &str) -> Vec<u8> {
    fields.get(name).and_then(|value| value.as_text().map(|text| text.as_bytes().to_vec())).unwrap_or_default()
}

/// A `[]str` field as the bytes it was given as.
fn texts(fields: &Fields, name: &str) -> Vec<Vec<u8>> {
    let value = fields.get(name);
    let items = value.as_ref().and_then(|value| value.as_list()).unwrap_or_default();
    items.iter().filter_map(|item| item.as_text().map(|text| text.as_bytes().to_vec())).collect()
}

fn paths(fields: &Fields, name: &str) -> Vec<PathBuf> {
    texts(fields, name).into_iter().map(to_path).collect()
}

fn to_path(bytes: Vec<u8>) -> PathBuf {
    OsString::from_vec(bytes).into()
}

/// The last line that a command has complained with, to be put behind its status.
fn last_words(stderr: &[u8]) -> String {
    const MUCH: usize = 200;
    let text = String::from_utf8_lossy(&stderr[stderr.len().saturating_sub(4096)..]).into_owned();
    let last = text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    if last.is_empty() { String::new() } else { format!(": {}", last.chars().take(MUCH).collect::<String>()) }
}

#[cfg(test)]
mod tests;
