//! What a program means, asked of the reference and of ours as processes.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A program: its files by name, `main.mcl` among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    pub files: BTreeMap<String, String>,
}

impl Program {
    pub fn main(text: String) -> Self {
        Self { files: BTreeMap::from([("main.mcl".to_owned(), text)]) }
    }

    /// All of its text, for rules that look for something in it.
    pub fn text(&self) -> String {
        self.files.values().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    /// The files of mcl: names and texts.
    pub fn sources(&self) -> impl Iterator<Item = (&String, &String)> {
        self.files.iter().filter(|(name, _)| name.ends_with(".mcl"))
    }

    /// The text that starts at a place, and the line that it is in.
    pub fn at(&self, place: &str) -> Option<(&str, &str)> {
        let mut parts = place.rsplitn(3, ':');
        let column: usize = parts.next()?.parse().ok()?;
        let line: usize = parts.next()?.parse().ok()?;
        let text = self.files.get(parts.next()?)?.split('\n').nth(line - 1)?;
        let start = text.char_indices().nth(column - 1).map_or(text.len(), |(at, _)| at);
        Some((&text[start..], text))
    }

    /// The file of a place, and how many bytes stand before it.
    pub fn offset(&self, place: &str) -> Option<(&str, usize)> {
        let name = place.rsplitn(3, ':').nth(2)?;
        let (name, text) = self.files.get_key_value(name)?;
        let rest = self.at(place)?.0;
        Some((name, rest.as_ptr() as usize - text.as_ptr() as usize))
    }

    /// The program in a directory.
    fn written(&self) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in &self.files {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        directory
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, text) in &self.files {
            writeln!(f, "--- {name}\n{text}")?;
        }
        Ok(())
    }
}

/// A mistake that one of the two reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub phase: String,
    /// `file:line:column`.
    pub place: Option<String>,
    pub message: String,
}

/// What one of the two makes of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The lines of its graph, sorted.
    Graph(Vec<String>),
    /// Its mistakes, the first one first.
    Refused(Vec<Report>),
    /// No verdict: it crashed or hung.
    Broken(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Graph(lines) => write!(f, "graph:\n    {}", lines.join("\n    ")),
            Self::Refused(reports) => {
                for report in reports.iter().take(3) {
                    let place = report.place.as_deref().unwrap_or("nowhere");
                    write!(f, "{} {place}: {}\n    ", report.phase, report.message)?;
                }
                Ok(())
            }
            Self::Broken(why) => write!(f, "broken: {why}"),
        }
    }
}

/// The two programs that are compared.
#[derive(Debug)]
pub struct Judges {
    pub reference: PathBuf,
    pub ours: PathBuf,
}

/// A line that shows a zero value: whether such a field is shown is a matter of the implementation's language.
fn zero(line: &str) -> bool {
    line.starts_with("Field:") && [" = \"\"", " = 0", " = -0", " = false", " = []", " = {}"].iter().any(|end| line.ends_with(end))
}

/// Whether the two verdicts are the same: the same graph, or the same phase at the same place, if the reference names one.
pub fn same(reference: &Verdict, ours: &Verdict) -> bool {
    match (reference, ours) {
        (Verdict::Graph(expected), Verdict::Graph(found)) => {
            let found: Vec<_> = found.iter().filter(|line| !zero(line) || expected.contains(line)).collect();
            expected.iter().eq(found)
        }
        (Verdict::Refused(expected), Verdict::Refused(found)) => {
            let (expected, found) = (&expected[0], &found[0]);
            expected.phase == found.phase && (expected.place.is_none() || expected.place == found.place)
        }
        _ => false,
    }
}

impl Judges {
    /// What the reference says.
    pub fn ask_reference(&self, program: &Program) -> Verdict {
        let directory = program.written();
        let directory = directory.path();
        let arguments = ["oracle", "-fields", "-timeout", "1"];
        let (status, out, err) =
            match call(&self.reference, &arguments, &format!("{}/", directory.display()), Duration::from_secs(20)) {
                Ok(answer) => answer,
                Err(why) => return Verdict::Broken(why),
            };
        if status == Some(0) {
            return Verdict::Graph(lines(&out, directory));
        }
        let last = out.trim().lines().last().unwrap_or_default();
        match report(last) {
            Some(report) if report.phase == "timeout" => Verdict::Broken("timeout".to_owned()),
            Some(report) => Verdict::Refused(vec![report]),
            None => Verdict::Broken(format!("crash: {}", err.lines().take(3).collect::<Vec<_>>().join(" "))),
        }
    }

    /// What ours says.
    pub fn ask_ours(&self, program: &Program) -> Verdict {
        let directory = program.written();
        let directory = directory.path();
        let arguments = ["graph", "--format", "text", "--fields", "--error-format", "json"];
        let (status, out, err) = match call(&self.ours, &arguments, &format!("{}/", directory.display()), Duration::from_secs(20))
        {
            Ok(answer) => answer,
            Err(why) => return Verdict::Broken(why),
        };
        if err.contains("panicked at") || !matches!(status, Some(0 | 1)) {
            return Verdict::Broken(format!("crash: {err}"));
        }
        if status == Some(0) {
            return Verdict::Graph(lines(&out, directory));
        }
        let reports: Vec<_> = err.lines().filter_map(report).collect();
        if reports.is_empty() { Verdict::Broken(format!("no diagnostic: {err}")) } else { Verdict::Refused(reports) }
    }
}

/// What a formatter makes of a text; nothing if it refuses it.
pub fn formatted(binary: &Path, text: &str) -> Result<Option<String>, String> {
    let directory = Program::main(text.to_owned()).written();
    let file = directory.path().join("main.mcl");
    let (status, _, err) = call(binary, &["fmt"], &file.display().to_string(), Duration::from_secs(20))?;
    if err.contains("mcl fmt bug") || !matches!(status, Some(0 | 1)) {
        return Err(err);
    }
    Ok((status == Some(0)).then(|| fs::read_to_string(file).unwrap()))
}

/// Runs a judge on a directory or a file: its exit status and what it said, or why there is no answer.
fn call(binary: &Path, arguments: &[&str], input: &str, limit: Duration) -> Result<(Option<i32>, String, String), String> {
    let mut child = Command::new(binary)
        .args(arguments)
        .arg(input)
        .env_clear()
        .envs([("PATH", "/usr/bin:/bin"), ("HOME", "/root"), ("USER", "root"), ("TZ", "UTC"), ("LC_ALL", "C")])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", binary.display()))?;
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read_out = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        out.read_to_end(&mut bytes).map(|_| String::from_utf8_lossy(&bytes).into_owned())
    });
    let read_err = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        err.read_to_end(&mut bytes).map(|_| String::from_utf8_lossy(&bytes).into_owned())
    });
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        if start.elapsed() > limit {
            child.kill().map_err(|error| error.to_string())?;
            child.wait().map_err(|error| error.to_string())?;
            return Err(format!("no answer within {} s", limit.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let out = read_out.join().unwrap().map_err(|error| error.to_string())?;
    let err = read_err.join().unwrap().map_err(|error| error.to_string())?;
    Ok((status.code(), out, err))
}

/// The lines of a graph, without what stands behind an edge, the name of the temporary directory, and the one field of a struct that the
/// reference shows though no program can write it.
fn lines(out: &str, directory: &Path) -> Vec<String> {
    const KINDS: [&str; 6] = ["Vertex:", "Edge:", "Field:", "Meta:", "Notify:", "Recv:"];
    let directory = directory.display().to_string();
    let mut lines: Vec<String> = out
        .lines()
        .filter(|line| KINDS.iter().any(|kind| line.starts_with(kind)))
        .map(|line| if line.starts_with("Edge:") { line.split(" # ").next().unwrap_or(line).trim_end() } else { line })
        .map(|line| line.replace(&directory, "$DIR").replace("; somePrivatefield: \"\"", ""))
        .collect();
    lines.sort();
    lines
}

/// A path without steps back: `web/../other.mcl` is `other.mcl`.
fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// A diagnostic of either of the two, one JSON object.
fn report(line: &str) -> Option<Report> {
    let value: Value = serde_json::from_str(line).ok()?;
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| value.get(name).and_then(Value::as_u64);
    let place = match (text("file"), number("line"), number("column")) {
        (Some(file), Some(line), Some(column)) => Some(format!("{}:{line}:{column}", plain(&file))),
        _ => None,
    };
    Some(Report { phase: text("phase")?, place, message: text("message").unwrap_or_default() })
}
