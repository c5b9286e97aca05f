//! The only place that writes to the terminal.

use super::args::ErrorFormat;
use super::diagnostics;
use crate::frontend::Diagnostic;
use std::io::{self, Write};

/// Writes to standard output. A reader who has gone away is no failure.
pub fn out(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes to standard error, where nothing can be done about a failure.
pub fn err(text: &str) {
    // There is nobody left to tell.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Shows what is wrong with a program.
pub fn show(diagnostics: &[Diagnostic], format: ErrorFormat) {
    diagnostics.iter().for_each(|diagnostic| err(&diagnostics::render(diagnostic, format)));
}

/// Shows what went wrong that has nothing to do with a program.
pub fn fail(what: impl std::fmt::Display) {
    err(&format!("error: {what}\n"));
}
