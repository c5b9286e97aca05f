//! The user database.

use super::watched::{bell, follow_if};
use super::{Facts, Family, Look, Running, Shared, Source, bytes, text};
use mgmt_lang::functions::cleaned;
use mgmt_resources::watch::Reach;
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use nix::unistd::{Uid, User};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

pub(super) const FUNCTIONS: Family = &[
    ("os.expand_home", Source::Once(expand_home)),
    ("os.home", Source::Once(home)),
    ("os.uid", Source::Once(uid)),
    ("os.user_exists", Source::Watch(user_exists)),
];

/// The user of a name; `None` where there is none.
fn user(name: &str) -> Result<Option<User>, String> {
    // What no file can hold is no user's name.
    if name.is_empty() || name.contains(['\0', ':', '\n']) {
        return Ok(None);
    }
    User::from_name(name).map_err(|error| format!("user: lookup of {name} has failed: {error}"))
}

fn known(name: &str) -> Result<User, String> {
    user(name)?.ok_or_else(|| format!("user: unknown user {name}"))
}

/// A directory as bytes, with one slash at its end.
fn directory(path: &Path) -> Vec<u8> {
    let mut bytes = path.as_os_str().as_bytes().to_vec();
    if !bytes.ends_with(b"/") {
        bytes.push(b'/');
    }
    bytes
}

/// `os.home(name)`: the home directory of a user.
fn home(call: &Call, _: &Shared) -> Look {
    known(&text(call, 0)?).map(|user| Value::str(directory(&user.dir)))
}

/// `os.uid(name)`: the number of a user.
fn uid(call: &Call, _: &Shared) -> Look {
    known(&text(call, 0)?).map(|user| Value::str(user.uid.to_string()))
}

/// `os.user_exists(name)`: whether there is a user, again whenever /etc/passwd changes.
fn user_exists(call: &Call, facts: Facts, shared: &Shared) -> Running {
    let name = match text(call, 0) {
        Ok(name) => name,
        Err(why) => {
            facts.missing(why);
            return Running::over();
        }
    };
    let (bell, rings) = bell();
    let guard = bell.on_path(shared, Path::new("/etc/passwd"), Reach::Alone);
    follow_if(shared, facts, rings, guard, move || user(&name).map(|user| Value::Bool(user.is_some())))
}

/// `os.expand_home(path)`: a `~/` or `~name/` at the start becomes that home; a path that was expanded is cleaned, others stay as they are.
fn expand_home(call: &Call, _: &Shared) -> Look {
    let path = bytes(call, 0)?;
    let Some((name, rest)) = path.strip_prefix(b"~").and_then(|path| {
        let slash = path.iter().position(|byte| *byte == b'/')?;
        Some((&path[..slash], &path[slash..]))
    }) else {
        return Ok(Value::str(path.to_vec()));
    };
    let home = if name.is_empty() { own_home()? } else { named_home(name)? };
    let mut expanded = cleaned(&[&home, rest].concat());
    if path.ends_with(b"/") && expanded != b"/" {
        expanded.push(b'/');
    }
    Ok(Value::str(expanded))
}

fn own_home() -> Result<Vec<u8>, String> {
    match User::from_uid(Uid::current()) {
        Ok(Some(user)) => Ok(directory(&user.dir)),
        // A container may know its user by number alone.
        _ => std::env::home_dir().map(|home| directory(&home)).ok_or_else(|| "the home directory is not known".to_owned()),
    }
}

fn named_home(name: &[u8]) -> Result<Vec<u8>, String> {
    let name = String::from_utf8_lossy(name);
    match user(&name)? {
        Some(user) => Ok(directory(&user.dir)),
        None => Err(format!("can't expand ~{name}/ into home directory")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::testing::{Bench, private, put};

    #[test]
    fn root_is_known() {
        let mut bench = Bench::new();
        let mut ask = |function: &str, arg: &str| {
            bench.start(function, &[Value::str(arg)]);
            bench.next().map(|value| value.to_string()).map_err(|error| error.message.to_string())
        };
        assert_eq!(ask("os.uid", "root").as_deref(), Ok("\"0\""));
        let home = ask("os.home", "root").unwrap();
        assert!(home.ends_with("/\""), "{home}");
        for name in ["no-such-user-here", "", "0", "a\0b"] {
            assert_eq!(ask("os.home", name).unwrap_err(), format!("user: unknown user {name}"));
            assert_eq!(ask("os.uid", name).unwrap_err(), format!("user: unknown user {name}"));
        }
        for path in ["/a//../b/", "~", "~root", "/a/~/x", "a~root/x", ""] {
            assert_eq!(ask("os.expand_home", path), Ok(Value::str(path).to_string()));
        }
        let home = home.trim_matches('"').trim_end_matches('/');
        assert_eq!(ask("os.expand_home", "~root//x/../y/"), Ok(format!("\"{home}/y/\"")));
        assert_eq!(ask("os.expand_home", "~root/y"), Ok(format!("\"{home}/y\"")));
        assert_eq!(ask("os.expand_home", "~root/"), Ok(format!("\"{home}/\"")));
        assert_eq!(ask("os.expand_home", "~nobody-here/").unwrap_err(), "can't expand ~nobody-here/ into home directory");
    }

    #[test]
    fn a_user_comes_and_goes() {
        private("--mount", "sources::users::tests::with_a_database_of_its_own");
    }

    #[test]
    #[ignore = "the test above runs it where it may change the user database"]
    fn with_a_database_of_its_own() {
        let etc = tempfile::tempdir().unwrap();
        let mount = |args: &[&str]| assert!(std::process::Command::new("mount").args(args).status().unwrap().success());
        for file in ["passwd", "group", "nsswitch.conf"] {
            // Some systems have no such file.
            let _ = std::fs::copy(format!("/etc/{file}"), etc.path().join(file));
        }
        mount(&["--bind", etc.path().to_str().unwrap(), "/etc"]);
        let mut bench = Bench::new();
        let key = bench.start("os.user_exists", &[Value::str("somebody")]);
        let truth = |wanted| bench.until(move |answer| *answer == Ok(Value::Bool(wanted)));
        truth(false).unwrap();
        let before = std::fs::read_to_string("/etc/passwd").unwrap();
        put(Path::new("/etc/passwd"), &format!("{before}somebody:x:4242:4242::/home/somebody:/bin/sh\n"));
        truth(true).unwrap();
        put(Path::new("/etc/passwd"), &before);
        truth(false).unwrap();
        assert_eq!(bench.watches(), [1, 0, 0]);
        bench.sources.stop(&key);
        assert_eq!(bench.watches(), [0, 0, 0]);
    }
}
