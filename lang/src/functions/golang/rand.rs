//! Module `golang/math/rand`: random numbers, one per call site, kept until the arguments change.

use crate::functions::{Function, args, own, pure};
use mgmt_values::Value;

pub(in crate::functions) const FUNCTIONS: &[Function] = &[
    own(
        "golang/math/rand.exp_float_64",
        "func() float",
        "An exponentially distributed number of rate 1.",
        "rand.exp_float_64() >= 0.0",
    ),
    own("golang/math/rand.float_64", "func() float", "A number from 0 up to but not including 1.", "rand.float_64() < 1.0"),
    own(
        "golang/math/rand.int",
        "func() int",
        "An integer that is not negative.",
        "golang.template(\"{{ golang_math_rand_int }}\")",
    ),
    own("golang/math/rand.int_63", "func() int", "An integer that is not negative.", "rand.int_63() >= 0"),
    own("golang/math/rand.int_63_n", "func(n int) int", "An integer from 0 up to but not including n.", "rand.int_63_n(1) == 0"),
    own("golang/math/rand.intn", "func(n int) int", "An integer from 0 up to but not including n.", "rand.intn(1) == 0"),
    own(
        "golang/math/rand.norm_float_64",
        "func() float",
        "A number of the standard normal distribution.",
        "rand.norm_float_64()",
    ),
    pure(
        "golang/math/rand.read",
        "func(p str) int",
        |_, a| Ok(Value::Int(args::bytes(a, 0)?.len() as i64)),
        "How many random bytes would fit into a text: its length.",
        r#"rand.read("abc") == 3"#,
    ),
];
