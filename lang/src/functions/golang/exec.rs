//! Module `golang/os/exec`.

use crate::functions::{Function, shared};

pub(in crate::functions) const FUNCTIONS: &[Function] = &[shared(
    "golang/os/exec.look_path",
    "func(file str) str",
    "The path of a program, searched in $PATH unless its name has a slash.",
    r#"exec.look_path("sh") != """#,
)];
