//! Module `golang/runtime`: facts about the running program. There is no Go runtime here: what only it could say is empty or zero, and
//! what would change or block it does nothing.

use super::panicked;
use crate::functions::{Function, pure, shared};
use mgmt_values::Value;

pub(in crate::functions) const FUNCTIONS: &[Function] = &[
    pure(
        "golang/runtime.cpu_profile",
        "func() str",
        |_, _| Err(panicked("CPUProfile no longer available")),
        "Always an error.",
        r#"(runtime.cpu_profile() <|> "none") == "none""#,
    ),
    shared(
        "golang/runtime.gomaxprocs",
        "func(n int) int",
        "How many threads may run at once; it sets nothing.",
        "runtime.gomaxprocs(0) > 0",
    ),
    pure(
        "golang/runtime.goroot",
        "func() str",
        |_, _| Ok(Value::str("")),
        "Nothing, for there is no Go here.",
        r#"runtime.goroot() == """#,
    ),
    pure(
        "golang/runtime.num_cgo_call",
        "func() int",
        |_, _| Ok(Value::Int(0)),
        "0, for there is no Go here.",
        "runtime.num_cgo_call() == 0",
    ),
    shared("golang/runtime.num_cpu", "func() int", "How many processors the program may use.", "runtime.num_cpu() > 0"),
    pure(
        "golang/runtime.num_goroutine",
        "func() int",
        |_, _| Ok(Value::Int(0)),
        "0, for there is no Go here.",
        "runtime.num_goroutine() == 0",
    ),
    pure(
        "golang/runtime.read_trace",
        "func() str",
        |_, _| Ok(Value::str("")),
        "Nothing, for nothing is traced.",
        r#"runtime.read_trace() == """#,
    ),
    pure(
        "golang/runtime.set_mutex_profile_fraction",
        "func(rate int) int",
        |_, _| Ok(Value::Int(0)),
        "0; it sets nothing.",
        "runtime.set_mutex_profile_fraction(-1) == 0",
    ),
    pure(
        "golang/runtime.stack",
        "func(buf str, all bool) int",
        |_, _| Ok(Value::Int(0)),
        "0, for there is no trace of the stack to write.",
        r#"runtime.stack("", false) == 0"#,
    ),
    pure(
        "golang/runtime.version",
        "func() str",
        |_, _| Ok(Value::str(concat!("mgmt", env!("CARGO_PKG_VERSION")))),
        "What runs the program.",
        r#"runtime.version() != """#,
    ),
];
