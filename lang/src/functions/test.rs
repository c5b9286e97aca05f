//! Module `test`: sources for test suites.

use super::{Function, own, shared};
use crate::builtins::Rule;

/// Every call has an instance of its own, which greets once.
macro_rules! instance {
    ($name:literal) => {
        own(
            concat!("test.", $name),
            "func() str",
            "A greeting from an instance of its own.",
            concat!("test.", $name, "() == \"hello\""),
        )
    };
}

pub(super) const FUNCTIONS: &[Function] = &[
    own("test.fastcount", "func() int", "Counts up from 0, as fast as it can.", "test.fastcount() >= 0").rule(Rule::Unnamed),
    shared(
        "test.forkvloop",
        "func() map{str: str}",
        "A map that never changes, every five seconds.",
        r#"test.forkvloop()["foo"] == "bar""#,
    ),
    own("test.forloop", "func() []str", "A list that changes once.", "len(test.forloop()) == 1"),
    instance!("one_instance_a").rule(Rule::Unnamed),
    instance!("one_instance_b"),
    instance!("one_instance_c").rule(Rule::Unnamed),
    instance!("one_instance_d"),
    instance!("one_instance_e").rule(Rule::Unnamed),
    instance!("one_instance_f"),
    instance!("one_instance_g").rule(Rule::Unnamed),
    instance!("one_instance_h"),
    own("test.one_stream", "func(count int) str", "Some letters; the count must not change.", r#"test.one_stream(3) == "xxx""#),
    own("test.slow_string", "func() str", "A text, five seconds late.", r#"test.slow_string() != """#),
];
