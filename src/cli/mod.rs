//! The command line: what was typed, what is shown, how the process ends. One file per command; nothing outside prints.

pub mod args;
pub mod diagnostics;
pub mod picture;
pub mod prefix;
