//! The file that says whether the machine is converged: one line for each change, `true` or `false`.

use crate::engine::Report;
use crate::events::Event;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

/// Who waits for a machine to converge reads this file. It is opened for each line, so that it can be moved away at any time.
pub struct StatusFile(Option<PathBuf>);

impl StatusFile {
    /// Lines go to the end of this file, which is made where it is not there, readable for its owner alone; `None`: nowhere.
    pub fn new(path: Option<PathBuf>) -> StatusFile {
        StatusFile(path)
    }

    /// Writes the line of an event, if it has one.
    ///
    /// # Errors
    /// One line for the user that says what could not be written.
    pub fn take(&self, event: &Event) -> Result<(), String> {
        let (Some(path), Some(line)) = (&self.0, line(event)) else { return Ok(()) };
        let append = || -> io::Result<()> {
            OpenOptions::new().append(true).create(true).mode(0o600).open(path)?.write_all(line.as_bytes())
        };
        append().map_err(|error| format!("can't write `{}`: {error}", path.display()))
    }
}

fn line(event: &Event) -> Option<&'static str> {
    match event {
        Event::Engine(Report::Converged(_)) => Some("true\n"),
        Event::Engine(Report::Unconverged) => Some("false\n"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Standing;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn each_change_is_a_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("status");
        let file = StatusFile::new(Some(path.clone()));
        file.take(&Event::Stopping).unwrap();
        assert!(!path.exists(), "nothing was said yet");
        for report in [Report::Converged(Standing::default()), Report::Unconverged, Report::Converged(Standing::default())] {
            file.take(&Event::Engine(report)).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "true\nfalse\ntrue\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let nowhere = StatusFile::new(Some(dir.path().join("none/status")));
        let error = nowhere.take(&Event::Engine(Report::Unconverged)).unwrap_err();
        assert!(error.starts_with("can't write `"), "{error}");
    }
}
