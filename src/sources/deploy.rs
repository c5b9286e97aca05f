//! The files that came with the program. They are read when they are asked for and do not change under a running program, so nothing
//! watches them.
//!
//! Paths of a module begin with a slash and are taken from the directory of the module that calls; inside, they lead from the directory of
//! the program. The language adds both directories as the last two arguments. Nothing leads out of the directory of the program, as far as
//! the text of a path tells, but a module that lies elsewhere, whose paths inside are those of the host.

use super::{Family, Look, Shared, Source, bytes};
use crate::system::cause;
use mgmt_lang::functions::cleaned;
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

pub(super) const FUNCTIONS: Family = &[
    ("deploy.abspath", Source::Now(abspath)),
    ("deploy.binary_path", Source::Once(binary_path)),
    ("deploy.directory", Source::Once(directory)),
    ("deploy.file_exists", Source::Once(file_exists)),
    ("deploy.readfile", Source::Once(readfile)),
    ("deploy.readfileabs", Source::Once(readfileabs)),
];

/// The program and the module that calls, both absolute with a slash at the end.
struct Deploy<'a> {
    program: &'a [u8],
    module: &'a [u8],
}

impl<'a> Deploy<'a> {
    fn of(call: &'a Call) -> Result<Deploy<'a>, String> {
        Ok(Deploy { program: bytes(call, 1)?, module: bytes(call, 2)? })
    }

    /// A path of the module as a path inside, not cleaned.
    fn inside(&self, path: &[u8]) -> Vec<u8> {
        let module = match self.module.strip_prefix(self.program) {
            Some(below) => [b"/", below].concat(),
            None => self.module.to_vec(),
        };
        match path {
            [] => module,
            path => [module.strip_suffix(b"/").unwrap_or(&module), path].concat(),
        }
    }

    /// Where on the host a path inside is.
    fn host(&self, inside: &[u8]) -> PathBuf {
        let path = cleaned(&[b"/", inside].concat());
        let elsewhere = !self.module.starts_with(self.program) && path.starts_with(self.module);
        let path = if elsewhere { path } else { [self.program.strip_suffix(b"/").unwrap_or(self.program), &path].concat() };
        OsStr::from_bytes(&path).into()
    }
}

/// Argument 0, which has to begin with a slash.
fn absolute<'a>(call: &'a Call, what: &str) -> Result<&'a [u8], String> {
    let path = bytes(call, 0)?;
    match path.first() {
        Some(b'/') => Ok(path),
        _ => Err(format!("{what} was not absolute, got: `{}`", shown(path))),
    }
}

fn shown(path: &[u8]) -> String {
    String::from_utf8_lossy(path).into_owned()
}

/// `deploy.abspath(path)`: a path of the module as a path inside; nothing stands for the module itself.
fn abspath(call: &Call, _: &Shared) -> Look {
    let path = if bytes(call, 0)?.is_empty() { b"" } else { absolute(call, "path")? };
    Ok(Value::str(Deploy::of(call)?.inside(path)))
}

/// `deploy.readfile(filename)`: a file of the module.
fn readfile(call: &Call, _: &Shared) -> Look {
    let (path, deploy) = (absolute(call, "filename")?, Deploy::of(call)?);
    let inside = deploy.inside(path);
    let failed = |why| format!("can't read file `{}` ({}): {why}", shown(path), shown(&inside));
    super::files::content(&shown(&inside), &deploy.host(&inside)).map_err(failed)
}

/// `deploy.readfileabs(filename)`: a file by its path inside.
fn readfileabs(call: &Call, _: &Shared) -> Look {
    let (path, deploy) = (bytes(call, 0)?, Deploy::of(call)?);
    super::files::content(&shown(path), &deploy.host(path)).map_err(|why| format!("can't read file `{}`: {why}", shown(path)))
}

/// `deploy.file_exists(filename)`: whether the module has a file or directory.
fn file_exists(call: &Call, _: &Shared) -> Look {
    let (path, deploy) = (absolute(call, "filename")?, Deploy::of(call)?);
    match fs::metadata(deploy.host(&deploy.inside(path))) {
        Ok(_) => Ok(Value::Bool(true)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Value::Bool(false)),
        Err(error) => Err(format!("can't look for file `{}`: {}", shown(path), cause(&error))),
    }
}

/// `deploy.binary_path()`: the running program, links resolved.
fn binary_path(_: &Call, _: &Shared) -> Look {
    let path = std::env::current_exe().and_then(fs::canonicalize);
    path.map(|path| super::environment::system_text(path.into()))
        .map_err(|error| format!("can't find the program: {}", cause(&error)))
}

/// `deploy.directory(directory)`: a directory of the module, copied to the host: where it is there.
fn directory(call: &Call, shared: &Shared) -> Look {
    /// Two copies of one directory must not be made at once.
    static ALONE: Mutex<()> = Mutex::new(());
    let path = absolute(call, "directory")?;
    if !path.ends_with(b"/") {
        return Err("directory path must be a dir".to_owned());
    }
    let deploy = Deploy::of(call)?;
    let inside = cleaned(&deploy.inside(path));
    let name = [b"directory".as_slice(), inside.strip_suffix(b"/").unwrap_or(&inside), b"/"].concat();
    // Nothing is kept under the lock.
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let to = shared.host.local.vardir(&name)?;
    match synchronise(&deploy.host(&inside), &to, 0) {
        Ok(()) => Ok(super::environment::system_text(to.into())),
        Err(error) => Err(format!("can't sync dir `{}`: {}", shown(path), cause(&error))),
    }
}

/// Deeper directories are refused: links may lead in a circle.
const DEEPEST: u32 = 100;

/// Makes one directory like another: entries that the other lacks go, files are rewritten only where their bytes differ.
fn synchronise(from: &Path, to: &Path, depth: u32) -> io::Result<()> {
    if depth > DEEPEST {
        return Err(io::Error::other("directories lie too deep"));
    }
    let mut wanted: Vec<OsString> = Vec::new();
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        let (source, target) = (from.join(&name), to.join(&name));
        let found = fs::metadata(&source)?;
        let mode = found.permissions().mode() & 0o777;
        if found.is_dir() {
            if !fs::symlink_metadata(&target).is_ok_and(|there| there.is_dir()) {
                remove(&target)?;
                fs::DirBuilder::new().mode(mode | 0o700).create(&target)?;
            }
            synchronise(&source, &target, depth + 1)?;
        } else if found.is_file() {
            copy(&source, &target, mode)?;
        } else {
            return Err(io::Error::other(format!("{} is neither a file nor a directory", source.display())));
        }
        wanted.push(name);
    }
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if !wanted.contains(&entry.file_name()) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

fn copy(source: &Path, target: &Path, mode: u32) -> io::Result<()> {
    let content = fs::read(source)?;
    let there = fs::symlink_metadata(target);
    if there.as_ref().is_ok_and(|there| there.is_file() && there.len() == content.len() as u64) && fs::read(target)? == content {
        return Ok(());
    }
    if there.is_ok_and(|there| there.is_dir()) {
        remove(target)?;
    }
    // Put in its place in one step; the name is no module's, and what a crash leaves goes with the next copy.
    let new = target.with_extension("mgmt-new");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(mode | 0o600).open(&new)?;
    io::Write::write_all(&mut file, &content)?;
    fs::rename(new, target)
}

/// Removes whatever stands at a path, if anything does.
fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::testing::Bench;

    /// Asks on behalf of a module below, or beside, the program, which is the bench's directory.
    fn ask(bench: &mut Bench, function: &str, path: &str, module: &str) -> Result<String, String> {
        let program = format!("{}/", bench.directory.path().display());
        let module = if module.starts_with('/') { module.to_owned() } else { format!("{program}{module}") };
        let key = bench.start(&format!("deploy.{function}"), &[Value::str(path), Value::str(program), Value::str(module)]);
        let answer = bench.next();
        bench.sources.stop(&key);
        let answer = answer.map_err(|error| error.message.to_string())?;
        Ok(answer.as_text().map_or_else(|| answer.to_string(), |text| text.to_string()))
    }

    #[test]
    fn paths_of_a_module_lead_from_its_directory() {
        let mut bench = Bench::new();
        let mut inside = |path: &str, module: &str| ask(&mut bench, "abspath", path, module);
        assert_eq!(inside("/files/x", "mod/").as_deref(), Ok("/mod/files/x"));
        assert_eq!(inside("", "mod/").as_deref(), Ok("/mod/"));
        assert_eq!(inside("", "").as_deref(), Ok("/"));
        assert_eq!(inside("/a//../b", "").as_deref(), Ok("/a//../b"));
        assert_eq!(inside("/x", "/elsewhere/mod/").as_deref(), Ok("/elsewhere/mod/x"));
        assert_eq!(inside("x", "mod/").unwrap_err(), "path was not absolute, got: `x`");
    }

    #[test]
    fn files_are_found_and_nothing_leads_out() {
        let mut bench = Bench::new();
        let root = bench.directory.path().to_owned();
        fs::create_dir_all(root.join("mod/files")).unwrap();
        fs::write(root.join("mod/files/x"), "x\n").unwrap();
        fs::write(root.join("top"), "top").unwrap();
        let mut ask = |function: &str, path: &str, module: &str| ask(&mut bench, function, path, module);
        assert_eq!(ask("readfile", "/files/x", "mod/").as_deref(), Ok("x\n"));
        assert_eq!(ask("readfileabs", "/mod/files/x", "mod/").as_deref(), Ok("x\n"));
        assert_eq!(ask("readfileabs", "mod/files/x", "mod/").as_deref(), Ok("x\n"));
        assert_eq!(ask("readfile", "/../top", "mod/").as_deref(), Ok("top"));
        assert_eq!(ask("readfile", "/../../../top", "mod/").as_deref(), Ok("top"));
        let elsewhere = format!("{}/", tempfile::tempdir().unwrap().keep().display());
        fs::write(format!("{elsewhere}y"), "y").unwrap();
        assert_eq!(ask("readfile", "/y", &elsewhere).as_deref(), Ok("y"));
        fs::remove_dir_all(&elsewhere).unwrap();
        assert_eq!(
            ask("readfile", "/nosuch", "mod/").unwrap_err(),
            "can't read file `/nosuch` (/mod/nosuch): open /mod/nosuch: no such file or directory"
        );
        for (path, there) in [("/files/x", true), ("/files", true), ("/nosuch", false), ("/../top", true)] {
            assert_eq!(ask("file_exists", path, "mod/"), Ok(there.to_string()), "{path}");
        }
        assert_eq!(ask("file_exists", "x", "mod/").unwrap_err(), "filename was not absolute, got: `x`");
    }

    #[test]
    fn a_directory_is_made_like_the_modules() {
        let mut bench = Bench::new();
        let from = bench.directory.path().join("mod/d");
        fs::create_dir_all(from.join("sub")).unwrap();
        fs::write(from.join("a"), "a").unwrap();
        fs::write(from.join("sub/b"), "b").unwrap();
        let mut copy = || ask(&mut bench, "directory", "/d/", "mod/").map(PathBuf::from);
        let to = copy().unwrap();
        assert!(to.to_str().unwrap().ends_with("/local/vardir/directory/mod/d/"), "{to:?}");
        let read = |name: &str| fs::read_to_string(to.join(name)).unwrap();
        assert_eq!([read("a"), read("sub/b")], ["a", "b"]);
        // What differs is made right: an extra file, other bytes, a file for a directory and the other way round.
        let before = fs::metadata(to.join("sub/b")).unwrap().modified().unwrap();
        fs::write(to.join("extra"), "").unwrap();
        fs::remove_file(from.join("a")).unwrap();
        fs::create_dir(from.join("a")).unwrap();
        fs::write(from.join("a/c"), "c").unwrap();
        copy().unwrap();
        assert_eq!(read("a/c"), "c");
        assert!(!to.join("extra").exists());
        assert_eq!(fs::metadata(to.join("sub/b")).unwrap().modified().unwrap(), before, "equal files are left as they are");
        fs::remove_dir_all(from.join("a")).unwrap();
        fs::write(from.join("a"), "again").unwrap();
        copy().unwrap();
        assert_eq!(read("a"), "again");
        for (path, why) in [("/d", "directory path must be a dir"), ("d/", "directory was not absolute, got: `d/`")] {
            assert_eq!(ask(&mut bench, "directory", path, "mod/").unwrap_err(), why);
        }
        assert!(ask(&mut bench, "directory", "/none/", "mod/").unwrap_err().starts_with("can't sync dir `/none/`"));
    }

    #[test]
    fn the_program_has_a_path() {
        let mut bench = Bench::new();
        bench.start("deploy.binary_path", &[]);
        assert_eq!(PathBuf::from(bench.next_text()), fs::canonicalize(std::env::current_exe().unwrap()).unwrap());
    }
}
