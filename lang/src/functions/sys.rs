//! Modules `sys` and `sys/fwupd`: what the system says.

use super::{Function, shared};
use crate::builtins::Rule;

pub(super) const FUNCTIONS: &[Function] = &[
    shared("sys.cpu_count", "func() int", "How many processors are online, as they come and go.", "sys.cpu_count() > 0")
        .rule(Rule::Unnamed),
    shared("sys.env", "func() map{str: str}", "The environment of the process.", r#"sys.env()["HOME"] == "/root""#),
    shared(
        "sys.getenv",
        "func(str) str",
        "A variable of the environment; an error where it is not set.",
        r#"(sys.getenv("NOPE") <|> "x") == "x""#,
    ),
    shared("sys.hasenv", "func(str) bool", "Whether a variable of the environment is set.", r#"sys.hasenv("PATH")"#),
    shared("sys.hostname", "func() str", "The host's name, as it changes.", "sys.hostname()").rule(Rule::Unnamed),
    shared(
        "sys.load",
        "func() struct{x1 float; x5 float; x15 float}",
        "The load of the last 1, 5 and 15 minutes, every five seconds.",
        "sys.load()->x1 >= 0.0",
    )
    .rule(Rule::Unnamed),
    shared("sys.uptime", "func() int", "The seconds since the system started, every second.", "sys.uptime() > 0")
        .rule(Rule::Unnamed),
    shared(
        "sys/fwupd.reboot_needed",
        "func() bool",
        "Whether a firmware update waits for a restart, as fwupd says.",
        "fwupd.reboot_needed() == false",
    )
    .rule(Rule::Unnamed),
];
