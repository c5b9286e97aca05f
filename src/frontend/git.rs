//! Remote modules, fetched by the `git` program.

use crate::system::cause;
use mgmt_lang::modules::Downloads;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// Clones repositories that are not there. Each directory is looked after once.
#[derive(Debug, Default)]
pub struct Git {
    /// Repositories that are there are brought up to date.
    update: bool,
    done: Mutex<HashMap<PathBuf, Result<(), String>>>,
}

impl Git {
    /// With `update`, repositories that are there already are pulled.
    pub fn new(update: bool) -> Git {
        Git { update, done: Mutex::default() }
    }
}

impl Downloads for Git {
    fn fetch(&self, url: &str, modules: &str, directory: &str) -> Result<(), String> {
        let directory = PathBuf::from(directory);
        // A map is whole whatever panicked while it was held.
        let mut done = self.done.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(known) = done.get(&directory) {
            return known.clone();
        }
        let outcome = self.bring(url, Path::new(modules), &directory);
        done.insert(directory, outcome.clone());
        outcome
    }
}

impl Git {
    fn bring(&self, url: &str, modules: &Path, directory: &Path) -> Result<(), String> {
        if directory.exists() {
            return if self.update { pull(directory) } else { Ok(()) };
        }
        if !modules.is_dir() {
            return Err(format!("there is no directory of modules `{}`", modules.display()));
        }
        let above = directory.parent().unwrap_or(modules);
        let failed = |error: std::io::Error| format!("can't make `{}`: {}", directory.display(), cause(&error));
        fs::create_dir_all(above).map_err(failed)?;
        // Whole or not at all: a clone that fails half way must not be taken for a module.
        let part = above.join(format!(".mgmt-download-{}", std::process::id()));
        let brought = git(Command::new("git").args(["clone", "--quiet", "--recurse-submodules", "--"]).arg(url).arg(&part))
            .and_then(|()| fs::rename(&part, directory).map_err(failed));
        if brought.is_err() {
            // The failure is what matters.
            let _ = fs::remove_dir_all(&part);
        }
        brought
    }
}

fn pull(directory: &Path) -> Result<(), String> {
    git(Command::new("git").arg("-C").arg(directory).args(["pull", "--quiet", "--ff-only", "--recurse-submodules"]))
}

/// Runs git, which asks no questions; the error is the last thing that it said.
fn git(command: &mut Command) -> Result<(), String> {
    let command = command.env("GIT_TERMINAL_PROMPT", "0").stdin(Stdio::null());
    let output = command.output().map_err(|error| format!("can't run `git`: {}", cause(&error)))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("it did not say why");
    Err(format!("`git` failed: {last}"))
}
