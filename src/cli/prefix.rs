//! Where the state of a run lives.

use super::args::RunOptions;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The directory for what must survive a crash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// Exists.
    pub path: PathBuf,
    /// Nobody will find it again.
    pub temporary: bool,
}

/// What the choice depends on beside the options.
#[derive(Debug)]
pub struct Environment {
    /// Whether the real user is root.
    pub root: bool,
    /// `$STATE_DIRECTORY`, from a service manager.
    pub state_directory: Option<PathBuf>,
    /// `$XDG_STATE_HOME`
    pub xdg_state_home: Option<PathBuf>,
    /// `$HOME`
    pub home: Option<PathBuf>,
    /// The system's directory for temporary files.
    pub temp: PathBuf,
}

impl Environment {
    /// That of this process.
    pub fn of_process() -> Environment {
        let path = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        Environment {
            root: rustix::process::getuid().is_root(),
            state_directory: path("STATE_DIRECTORY"),
            xdg_state_home: path("XDG_STATE_HOME").filter(|p| p.is_absolute()),
            home: path("HOME"),
            temp: std::env::temp_dir(),
        }
    }

    /// The directory for somebody who says nothing; `None` for a user without a home.
    fn usual(&self) -> Option<PathBuf> {
        if let Some(path) = &self.state_directory {
            return Some(path.clone());
        }
        if self.root {
            return Some("/var/lib/mgmt".into());
        }
        let state = self.xdg_state_home.clone().or_else(|| Some(self.home.as_ref()?.join(".local/state")))?;
        Some(state.join("mgmt"))
    }
}

/// Why there is no prefix.
#[derive(Debug, thiserror::Error)]
pub enum PrefixError {
    /// Neither said nor known.
    #[error("no directory for the state of this run: $HOME is not set; give --prefix or --tmp-prefix")]
    Homeless,
    /// It cannot be made.
    #[error("can't make the prefix {path}: {error}; give another --prefix, --tmp-prefix or --allow-tmp-prefix")]
    Make {
        /// The directory.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
}

/// Chooses and makes the prefix: `--tmp-prefix`, then `--prefix`, then the usual place.
pub fn choose(options: &RunOptions, hostname: &str, environment: &Environment) -> Result<Prefix, PrefixError> {
    if options.tmp_prefix {
        return temporary(hostname, &environment.temp);
    }
    let path = options.prefix.clone().or_else(|| environment.usual()).ok_or(PrefixError::Homeless);
    let made = path.and_then(|path| match make(&path, true) {
        Ok(()) => Ok(Prefix { path, temporary: false }),
        Err(error) => Err(PrefixError::Make { path, error }),
    });
    match made {
        Err(_) if options.allow_tmp_prefix => temporary(hostname, &environment.temp),
        other => other,
    }
}

fn make(path: &Path, recursive: bool) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(recursive).mode(0o775).create(path)
}

/// Makes a new directory `mgmt-HOSTNAME-RANDOM`.
pub fn temporary(hostname: &str, temp: &Path) -> Result<Prefix, PrefixError> {
    use std::hash::BuildHasher;
    loop {
        // Freshly seeded by the operating system; only has to differ from the directories that are there.
        let random = std::collections::hash_map::RandomState::new().hash_one(std::process::id());
        let path = temp.join(format!("mgmt-{hostname}-{random:016x}"));
        match make(&path, false) {
            Ok(()) => return Ok(Prefix { path, temporary: true }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(PrefixError::Make { path, error }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{Cli, Command};
    use clap::Parser;

    fn options(args: &[&str]) -> RunOptions {
        match Cli::try_parse_from([&["mgmt", "run", "lang", "x.mcl"], args].concat()).unwrap().command {
            Command::Run(run) => run.options,
            other => panic!("{other:?}"),
        }
    }

    fn user(home: &Path) -> Environment {
        Environment {
            root: false,
            state_directory: None,
            xdg_state_home: None,
            home: Some(home.to_owned()),
            temp: home.to_owned(),
        }
    }

    #[test]
    fn an_ordinary_user_keeps_it_at_home() {
        let home = tempfile::tempdir().unwrap();
        let prefix = choose(&options(&[]), "h", &user(home.path())).unwrap();
        assert_eq!(prefix, Prefix { path: home.path().join(".local/state/mgmt"), temporary: false });
        assert!(prefix.path.is_dir());
        let state = home.path().join("state");
        let moved = Environment { xdg_state_home: Some(state.clone()), ..user(home.path()) };
        assert_eq!(choose(&options(&[]), "h", &moved).unwrap().path, state.join("mgmt"));
    }

    #[test]
    fn root_has_a_place_of_the_system() {
        let root = Environment { root: true, ..user(Path::new("/nonexistent")) };
        assert_eq!(root.usual(), Some("/var/lib/mgmt".into()));
    }

    #[test]
    fn the_service_manager_beats_the_user_and_the_option_beats_both() {
        let home = tempfile::tempdir().unwrap();
        let service = Environment { state_directory: Some(home.path().join("service")), root: true, ..user(home.path()) };
        assert_eq!(choose(&options(&[]), "h", &service).unwrap().path, home.path().join("service"));
        let given = home.path().join("given");
        let given = given.to_str().unwrap();
        assert_eq!(choose(&options(&["--prefix", given]), "h", &service).unwrap().path, Path::new(given));
    }

    #[test]
    fn a_prefix_that_cannot_be_made_is_named_or_replaced() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("file"), "").unwrap();
        let bad = home.path().join("file/x");
        let bad = bad.to_str().unwrap();
        let error = choose(&options(&["--prefix", bad]), "h", &user(home.path())).unwrap_err();
        assert!(error.to_string().contains(bad), "{error}");
        let replaced = choose(&options(&["--prefix", bad, "--allow-tmp-prefix"]), "h", &user(home.path())).unwrap();
        assert!(replaced.temporary && replaced.path.is_dir());
    }

    #[test]
    fn temporary_prefixes_are_fresh_and_named_after_the_host() {
        let home = tempfile::tempdir().unwrap();
        let one = choose(&options(&["--tmp-prefix"]), "web1", &user(home.path())).unwrap();
        let two = choose(&options(&["--tmp-prefix"]), "web1", &user(home.path())).unwrap();
        assert_ne!(one.path, two.path);
        assert!(one.path.file_name().unwrap().to_str().unwrap().starts_with("mgmt-web1-"));
    }
}
