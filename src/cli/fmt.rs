//! `mgmt fmt [PATH]`: brings mcl files into the one layout.

use super::args::FmtArgs;
use super::{Status, diagnostics, output};
use crate::frontend::{Diagnostic, mcl};
use crate::system::cause;
use mgmt_values::error::Phase;
use rustix::fs::{CWD, Mode, OFlags};
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Runs the command. A file that cannot be formatted is named, and the others are formatted all the same.
pub fn run(args: &FmtArgs) -> Status {
    let files = match files(&args.path) {
        Ok(files) => files,
        Err(wrong) => {
            output::show(&wrong, args.error_format);
            return Status::Refused;
        }
    };
    let mut status = Status::Good;
    for path in files {
        match file(&path, args.test) {
            Ok(false) => {}
            Ok(true) => {
                if args.test {
                    output::err(&diagnostics::unformatted(&path.display().to_string(), args.error_format));
                    status = Status::Refused;
                } else if args.verbose {
                    output::err(&format!("wrote: {}\n", path.display()));
                }
            }
            Err(wrong) => {
                output::show(&wrong, args.error_format);
                status = Status::Refused;
            }
        }
    }
    status
}

fn unreadable(path: &Path, error: &io::Error) -> Vec<Diagnostic> {
    vec![Diagnostic::new(Phase::Input, format!("can't format `{}`: {}", path.display(), cause(error)))]
}

/// The file, or all `….mcl` below the directory, by name. Links to directories are not followed.
fn files(path: &Path) -> Result<Vec<PathBuf>, Vec<Diagnostic>> {
    let text = path.as_os_str().to_string_lossy();
    let kind = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if !kind.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    if text != "." && !text.ends_with('/') {
        let message = format!("`{text}` is a directory: write it with a slash at its end, `{text}/`, to format all files in it");
        return Err(vec![Diagnostic::new(Phase::Input, message)]);
    }
    let (mut found, mut open) = (Vec::new(), vec![path.to_owned()]);
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).map_err(|error| unreadable(&directory, &error))? {
            let entry = entry.map_err(|error| unreadable(&directory, &error))?;
            let kind = entry.file_type().map_err(|error| unreadable(&entry.path(), &error))?;
            if kind.is_dir() {
                open.push(entry.path());
            } else if entry.path().extension().is_some_and(|extension| extension == "mcl") {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Formats one file; whether it was not formatted before.
fn file(path: &Path, test: bool) -> Result<bool, Vec<Diagnostic>> {
    let failed = |error: io::Error| unreadable(path, &error);
    let bytes = fs::read(path).map_err(failed)?;
    let formatted = mcl::format(&path.display().to_string(), &bytes)?;
    if formatted.as_bytes() == bytes {
        return Ok(false);
    }
    if !test {
        replace(path, &formatted).map_err(failed)?;
    }
    Ok(true)
}

/// Puts a new text in the place of a file in one step, with the mode of the old one. Where a link stands, what it leads to is replaced.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".mgmt-fmt");
    let new = path.with_file_name(name);
    let mode = Mode::from_raw_mode(fs::metadata(&path)?.mode() & 0o7777);
    let fd =
        rustix::fs::openat(CWD, &new, OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC, Mode::RUSR | Mode::WUSR)?;
    let mut file = fs::File::from(fd);
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| Ok(rustix::fs::fchmod(&file, mode)?))
        .and_then(|()| fs::rename(&new, &path));
    if written.is_err() {
        // The failure is what matters.
        let _ = fs::remove_file(&new);
    }
    written
}
