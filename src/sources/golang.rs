//! What functions of Go's standard library say about the process and the host: looked up once, with Go's texts for errors.

use super::environment::{system_text, variable};
use super::{Facts, Family, Look, Running, Shared, Source, bytes, text};
use crate::system::cause;
use mgmt_lang::functions::cleaned;
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fs, io};

pub(super) const FUNCTIONS: Family = &[
    ("golang/os.executable", Source::Once(executable)),
    ("golang/os.expand_env", Source::Now(expand_env)),
    ("golang/os.getegid", Source::Now(|_, _| Ok(number(rustix::process::getegid().as_raw())))),
    ("golang/os.getenv", Source::Now(getenv)),
    ("golang/os.geteuid", Source::Now(|_, _| Ok(number(rustix::process::geteuid().as_raw())))),
    ("golang/os.getgid", Source::Now(|_, _| Ok(number(rustix::process::getgid().as_raw())))),
    ("golang/os.getpagesize", Source::Now(|_, _| Ok(Value::Int(rustix::param::page_size() as i64)))),
    ("golang/os.getpid", Source::Now(|_, _| Ok(number(std::process::id())))),
    ("golang/os.getppid", Source::Now(|_, _| Ok(number(std::os::unix::process::parent_id())))),
    ("golang/os.getuid", Source::Now(|_, _| Ok(number(rustix::process::getuid().as_raw())))),
    ("golang/os.getwd", Source::Once(getwd)),
    ("golang/os.hostname", Source::Now(|_, _| Ok(Value::str(rustix::system::uname().nodename().to_bytes().to_vec())))),
    ("golang/os.mkdir_temp", Source::Watch(mkdir_temp)),
    ("golang/os.read_file", Source::Once(read_file)),
    ("golang/os.readlink", Source::Once(readlink)),
    ("golang/os.temp_dir", Source::Now(|_, _| Ok(system_text(temp_dir())))),
    ("golang/os.user_cache_dir", Source::Now(|_, _| user_dir("XDG_CACHE_HOME", "/.cache"))),
    ("golang/os.user_config_dir", Source::Now(|_, _| user_dir("XDG_CONFIG_HOME", "/.config"))),
    ("golang/os.user_home_dir", Source::Now(user_home_dir)),
    ("golang/os/exec.look_path", Source::Once(look_path)),
    ("golang/path/filepath.abs", Source::Once(abs)),
    ("golang/path/filepath.eval_symlinks", Source::Once(eval_symlinks)),
    ("golang/runtime.gomaxprocs", Source::Now(processors)),
    ("golang/runtime.num_cpu", Source::Now(processors)),
];

fn number(number: u32) -> Value {
    Value::Int(i64::from(number))
}

/// A variable that is set to something.
fn set(name: &str) -> Option<OsString> {
    variable(name.as_bytes()).filter(|value| !value.is_empty())
}

fn path(path: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(path))
}

fn executable(_: &Call, _: &Shared) -> Look {
    std::env::current_exe().map(|path| system_text(path.into())).map_err(|error| cause(&error))
}

fn getenv(call: &Call, _: &Shared) -> Look {
    Ok(variable(bytes(call, 0)?).map_or_else(|| Value::str(""), system_text))
}

fn getwd(_: &Call, _: &Shared) -> Look {
    std::env::current_dir().map(|path| system_text(path.into())).map_err(|error| format!("getwd: {}", cause(&error)))
}

fn temp_dir() -> OsString {
    set("TMPDIR").unwrap_or_else(|| "/tmp".into())
}

fn user_home_dir(_: &Call, _: &Shared) -> Look {
    set("HOME").map(system_text).ok_or_else(|| "$HOME is not defined".to_owned())
}

/// A directory of the user: where a variable says, or below the home.
fn user_dir(name: &str, below: &str) -> Look {
    match set(name) {
        Some(path) if path.as_bytes().starts_with(b"/") => Ok(system_text(path)),
        Some(_) => Err(format!("path in ${name} is relative")),
        None => {
            let mut home = set("HOME").ok_or_else(|| format!("neither ${name} nor $HOME are defined"))?;
            home.push(below);
            Ok(system_text(home))
        }
    }
}

fn read_file(call: &Call, _: &Shared) -> Look {
    super::files::content(&text(call, 0)?, path(bytes(call, 0)?))
}

fn readlink(call: &Call, _: &Shared) -> Look {
    let target = fs::read_link(path(bytes(call, 0)?));
    target.map(|path| system_text(path.into())).map_err(|error| format!("readlink {}: {}", shown(bytes(call, 0)), cause(&error)))
}

fn shown(path: Result<&[u8], String>) -> String {
    String::from_utf8_lossy(path.unwrap_or_default()).into_owned()
}

/// The processors that this process may use; `gomaxprocs` sets nothing, and so says the same.
fn processors(_: &Call, _: &Shared) -> Look {
    let count = std::thread::available_parallelism();
    count.map(|count| Value::Int(count.get() as i64)).map_err(|error| cause(&error))
}

/// `$name` and `${name}` replaced by variables, unset ones by nothing.
fn expand_env(call: &Call, _: &Shared) -> Look {
    let value = |name: &[u8]| variable(name).map(OsStringExt::into_vec).unwrap_or_default();
    Ok(Value::str(expanded(bytes(call, 0)?, value)))
}

fn expanded(text: &[u8], value: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte == b'$') {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        let (name, length) = name(rest);
        match name {
            [] if length == 0 => out.push(b'$'),
            // Broken braces go without a trace.
            [] => {}
            name => out.extend(value(name)),
        }
        rest = &rest[length..];
    }
    out.extend_from_slice(rest);
    out
}

/// The name that follows a dollar sign, and how many bytes it takes with its braces.
fn name(text: &[u8]) -> (&[u8], usize) {
    let special = |byte: u8| b"*#$@!?-0123456789".contains(&byte);
    match text {
        [b'{', rest @ ..] => match rest.iter().position(|byte| *byte == b'}') {
            Some(length) => (&rest[..length], length + 2),
            None => (&[], 1),
        },
        [first, ..] if special(*first) => (&text[..1], 1),
        _ => {
            let length = text.iter().take_while(|byte| **byte == b'_' || byte.is_ascii_alphanumeric()).count();
            (&text[..length], length)
        }
    }
}

fn look_path(call: &Call, _: &Shared) -> Look {
    let file = bytes(call, 0)?;
    let failed = |why: String| format!("exec: \"{}\": {why}", String::from_utf8_lossy(file));
    if file.contains(&b'/') {
        return runnable(path(file)).map(|()| Value::str(file.to_vec())).map_err(failed);
    }
    let search = variable(b"PATH").unwrap_or_default();
    for directory in search.as_bytes().split(|byte| *byte == b':').filter(|_| !file.is_empty()) {
        let directory = if directory.is_empty() { b"." } else { directory };
        let found = cleaned(&[directory, b"/", file].concat());
        if runnable(path(&found)).is_ok() {
            return match found.starts_with(b"/") {
                true => Ok(Value::str(found)),
                false => Err(failed("cannot run executable found relative to current directory".to_owned())),
            };
        }
    }
    Err(failed("executable file not found in $PATH".to_owned()))
}

/// Whether a path is a program that may be run.
fn runnable(path: &Path) -> Result<(), String> {
    let found = fs::metadata(path).map_err(|error| format!("stat {}: {}", path.display(), cause(&error)))?;
    if found.is_dir() {
        return Err("is a directory".to_owned());
    }
    rustix::fs::access(path, rustix::fs::Access::EXEC_OK).map_err(|error| cause(&error.into()))
}

fn abs(call: &Call, _: &Shared) -> Look {
    let given = bytes(call, 0)?;
    if given.starts_with(b"/") {
        return Ok(Value::str(cleaned(given)));
    }
    let directory = std::env::current_dir().map_err(|error| format!("getwd: {}", cause(&error)))?;
    Ok(Value::str(cleaned(&[directory.as_os_str().as_bytes(), b"/", given].concat())))
}

/// So many links on one way are a circle.
const MOST_LINKS: u32 = 255;

/// Resolves all links of a path. A relative path stays one, unless an absolute link is on the way.
fn eval_symlinks(call: &Call, _: &Shared) -> Look {
    let given = bytes(call, 0)?;
    let mut left: Vec<Vec<u8>> = elements(given);
    let mut done: Vec<u8> = if given.starts_with(b"/") { b"/".to_vec() } else { Vec::new() };
    let mut links = 0;
    while let Some(element) = left.pop() {
        if element == b".." {
            up(&mut done);
            continue;
        }
        let before = done.clone();
        if !done.is_empty() && !done.ends_with(b"/") {
            done.push(b'/');
        }
        done.extend(&element);
        let failed = |error: &io::Error| format!("lstat {}: {}", String::from_utf8_lossy(&done), cause(error));
        let found = fs::symlink_metadata(path(&done)).map_err(|error| failed(&error))?;
        if found.is_symlink() {
            links += 1;
            if links > MOST_LINKS {
                return Err("EvalSymlinks: too many links".to_owned());
            }
            let target = fs::read_link(path(&done)).map_err(|error| failed(&error))?.into_os_string().into_vec();
            done = if target.starts_with(b"/") { b"/".to_vec() } else { before };
            left.extend(elements(&target));
        } else if !found.is_dir() && !left.is_empty() {
            return Err(failed(&io::ErrorKind::NotADirectory.into()));
        }
    }
    Ok(Value::str(cleaned(&done)))
}

/// The elements of a path, the last one first.
fn elements(path: &[u8]) -> Vec<Vec<u8>> {
    let elements = path.split(|byte| *byte == b'/').filter(|element| !element.is_empty() && *element != b".");
    elements.rev().map(<[u8]>::to_vec).collect()
}

/// Goes up from a path without links in it.
fn up(path: &mut Vec<u8>) {
    let last = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    match last {
        b"" if path.is_empty() => path.extend(b".."),
        // Above the root there is the root.
        b"" => {}
        b".." => path.extend(b"/.."),
        last => {
            let length = path.len() - last.len();
            path.truncate(if length > 1 { length - 1 } else { length });
        }
    }
}

/// `os.mkdir_temp(dir, pattern)`: a new directory, which goes with the demand for it as long as nothing is in it.
fn mkdir_temp(call: &Call, facts: Facts, shared: &Shared) -> Running {
    let (directory, pattern) = match (bytes(call, 0), bytes(call, 1)) {
        (Ok(directory), Ok(pattern)) => (directory.to_vec(), pattern.to_vec()),
        (directory, pattern) => {
            facts.missing(directory.err().or(pattern.err()).unwrap_or_default());
            return Running::over();
        }
    };
    let made = Arc::new(Mutex::new(Made::NotYet));
    let ours = made.clone();
    drop(shared.tasks.spawn_blocking(move || {
        let mut made = ours.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*made, Made::Unwanted) {
            return;
        }
        match make_temp(directory, &pattern) {
            Ok(path) => {
                *made = Made::At(path.clone());
                facts.value(system_text(path.into()));
            }
            Err(why) => facts.missing(why),
        }
    }));
    Running::guard(Temporary(made))
}

enum Made {
    NotYet,
    At(PathBuf),
    Unwanted,
}

/// Removes the directory when it is dropped.
struct Temporary(Arc<Mutex<Made>>);

impl Drop for Temporary {
    fn drop(&mut self) {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Made::At(path) = std::mem::replace(&mut *made, Made::Unwanted) {
            // What somebody has put something into is theirs.
            let _ = fs::remove_dir(path);
        }
    }
}

fn make_temp(directory: Vec<u8>, pattern: &[u8]) -> Result<PathBuf, String> {
    if pattern.contains(&b'/') {
        return Err(format!("mkdirtemp {}: pattern contains path separator", String::from_utf8_lossy(pattern)));
    }
    let directory = if directory.is_empty() { temp_dir().into_vec() } else { directory };
    let star = pattern.iter().rposition(|byte| *byte == b'*');
    let (before, after) = star.map_or((pattern, &b""[..]), |star| (&pattern[..star], &pattern[star + 1..]));
    for _ in 0..10_000 {
        let random = super::random::bits()? as u32;
        let name =
            [directory.strip_suffix(b"/").unwrap_or(&directory), b"/", before, random.to_string().as_bytes(), after].concat();
        match fs::DirBuilder::new().mode(0o700).create(path(&name)) {
            Ok(()) => return Ok(PathBuf::from(OsString::from_vec(name))),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(format!("stat {}: {}", String::from_utf8_lossy(&directory), cause(&error)));
            }
            Err(error) => return Err(format!("mkdir {}: {}", String::from_utf8_lossy(&name), cause(&error))),
        }
    }
    Err("mkdirtemp: file exists".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::testing::Bench;
    use std::os::unix::fs::symlink;

    fn ask(bench: &mut Bench, function: &str, arg: &str) -> Result<String, String> {
        bench.start(function, &[Value::str(arg)]);
        let answer = bench.next().map_err(|error| error.message.to_string())?;
        Ok(answer.as_text().map(|text| text.to_string()).unwrap_or_default())
    }

    #[test]
    fn variables_are_replaced_as_a_shell_would() {
        let value = |name: &[u8]| match name {
            b"A" => b"a".to_vec(),
            b"b-c" => b"bc".to_vec(),
            b"1" => b"one".to_vec(),
            _ => Vec::new(),
        };
        for (text, wanted) in [
            ("[$A][${A}][$AB][${NOPE}x]", "[a][a][][x]"),
            ("a$", "a$"),
            ("$ x", "$ x"),
            ("a$1b", "aoneb"),
            ("$$x", "x"),
            ("a${}b", "ab"),
            ("a${b", "ab"),
            ("${b-c}$A$A", "bcaa"),
            ("$é", "$é"),
        ] {
            assert_eq!(String::from_utf8(expanded(text.as_bytes(), value)).unwrap(), wanted, "{text}");
        }
    }

    #[test]
    fn links_are_resolved_all_the_way() {
        let mut bench = Bench::new();
        let dir = fs::canonicalize(bench.directory.path()).unwrap();
        fs::create_dir_all(dir.join("a/b")).unwrap();
        fs::write(dir.join("a/b/f"), "").unwrap();
        symlink("a/b", dir.join("short")).unwrap();
        symlink(dir.join("short/f"), dir.join("far")).unwrap();
        symlink("circle", dir.join("circle")).unwrap();
        let at = |name: &str| dir.join(name).to_str().unwrap().to_owned();
        let mut eval = |path: &str| ask(&mut bench, "golang/path/filepath.eval_symlinks", path);
        assert_eq!(eval("/").as_deref(), Ok("/"));
        assert_eq!(eval(&at("far")), Ok(at("a/b/f")));
        assert_eq!(eval(&at("short/../b/./f")), Ok(at("a/b/f")), "up from where the link leads");
        assert_eq!(eval("/../..").as_deref(), Ok("/"));
        assert_eq!(eval("").as_deref(), Ok("."));
        assert_eq!(eval("/nonexistent/file").unwrap_err(), "lstat /nonexistent: no such file or directory");
        assert_eq!(eval(&at("far/x")).unwrap_err(), format!("lstat {}: not a directory", at("a/b/f")));
        assert_eq!(eval(&at("circle")).unwrap_err(), "EvalSymlinks: too many links");
    }

    #[test]
    fn programs_are_found() {
        let mut bench = Bench::new();
        let mut look = |file: &str| ask(&mut bench, "golang/os/exec.look_path", file);
        assert!(look("sh").unwrap().ends_with("/sh"));
        assert_eq!(look("/bin/sh").as_deref(), Ok("/bin/sh"));
        assert_eq!(look("/").unwrap_err(), "exec: \"/\": is a directory");
        assert_eq!(look("/etc/passwd").unwrap_err(), "exec: \"/etc/passwd\": permission denied");
        assert_eq!(look("/etc/nope").unwrap_err(), "exec: \"/etc/nope\": stat /etc/nope: no such file or directory");
        for file in ["no-such-program-anywhere", ""] {
            assert_eq!(look(file).unwrap_err(), format!("exec: \"{file}\": executable file not found in $PATH"));
        }
    }

    #[test]
    fn a_temporary_directory_goes_unless_something_is_in_it() {
        let mut bench = Bench::new();
        let dir = bench.directory.path().to_str().unwrap().to_owned();
        let mut make = |dir: &str, pattern: &str| {
            let key = bench.start("golang/os.mkdir_temp", &[Value::str(dir), Value::str(pattern)]);
            (bench.next().map_err(|error| error.message.to_string()), key)
        };
        let (empty, empty_key) = make(&dir, "x*y");
        let empty = empty.unwrap().as_text().unwrap().to_string();
        assert!(empty.starts_with(&format!("{dir}/x")) && empty.ends_with('y') && Path::new(&empty).is_dir(), "{empty}");
        let (full, full_key) = make(&dir, "z");
        let full = full.unwrap().as_text().unwrap().to_string();
        fs::write(format!("{full}/f"), "").unwrap();
        assert_eq!(make("/nonexistent", "x").0.unwrap_err(), "stat /nonexistent: no such file or directory");
        assert_eq!(make("/nonexistent", "a/b").0.unwrap_err(), "mkdirtemp a/b: pattern contains path separator");
        for key in [empty_key, full_key] {
            bench.sources.stop(&key);
        }
        assert!(!Path::new(&empty).exists() && Path::new(&full).exists());
    }

    #[test]
    fn facts_of_the_process() {
        let mut bench = Bench::new();
        let mut int = |function: &str, args: &[Value]| {
            bench.start(function, args);
            bench.next().unwrap().as_int().unwrap()
        };
        assert_eq!(int("golang/os.getpid", &[]), i64::from(std::process::id()));
        assert!(int("golang/os.getpagesize", &[]) >= 4096);
        assert_eq!(int("golang/os.getuid", &[]), i64::from(rustix::process::getuid().as_raw()));
        assert!(int("golang/runtime.num_cpu", &[]) > 0);
        assert_eq!(int("golang/runtime.gomaxprocs", &[Value::Int(1)]), int("golang/runtime.num_cpu", &[]));
        assert_eq!(ask(&mut bench, "golang/path/filepath.abs", "/a/../b/").as_deref(), Ok("/b"));
        assert!(ask(&mut bench, "golang/path/filepath.abs", "a").unwrap().starts_with('/'));
        assert_eq!(
            ask(&mut bench, "golang/os.read_file", "/nonexistent/f").unwrap_err(),
            "open /nonexistent/f: no such file or directory"
        );
        assert_eq!(ask(&mut bench, "golang/os.readlink", "/").unwrap_err(), "readlink /: invalid argument");
        assert_eq!(ask(&mut bench, "golang/os.getenv", "MGMT_TEST_NOT_SET").as_deref(), Ok(""));
    }
}
