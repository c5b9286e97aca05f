//! Module `os`: what the host says.

use super::{Function, own, shared};

pub(super) const FUNCTIONS: &[Function] = &[
    shared("os.readfile", "func(filename str) str", "The content of a file, as it changes.", r#"os.readfile("/etc/hostname")"#),
    own(
        "os.system",
        "func(cmd str) str",
        "The last line that a shell command has printed so far.",
        r#"os.system("echo one; sleep 1; echo two")"#,
    ),
];
