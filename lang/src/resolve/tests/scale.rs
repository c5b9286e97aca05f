//! Big programs: nothing is quadratic, nothing overflows the stack, nothing runs for ever.

use super::{mistake, ok};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// The least time that resolving a program so many times takes.
fn time(times: usize, text: &str) -> Duration {
    let run = |_| {
        let start = Instant::now();
        (0..times).for_each(|_| drop(ok(text)));
        start.elapsed()
    };
    (0..3).map(run).min().unwrap_or_default()
}

/// Asserts that one program costs about as much as 32 that are each a part of it; quadratic work would cost 32 times that.
/// So both sides are equally slow on a busy machine.
fn is_linear(program: impl Fn(usize) -> String) {
    let (small, big) = (time(32, &program(250)), time(1, &program(8000)));
    assert!(big < small * 16, "{small:?} for 32 times 250, {big:?} for 8,000");
}

fn repeated(n: usize, part: impl Fn(usize) -> String) -> String {
    (0..n).fold(String::new(), |mut text, i| {
        let _ = writeln!(text, "{}", part(i));
        text
    })
}

#[test]
fn binds_and_resources() {
    is_linear(|n| repeated(n, |i| format!("$v{i} = \"x${{hostname}}\"\nprint \"p${{v{i}}}\" {{\n\tmsg => $v{i} + \"!\",\n}}")));
}

#[test]
fn includes_with_aliases() {
    is_linear(|n| {
        "class c($a) {\n\t$x = $a\n}\n".to_owned() + &repeated(n, |i| format!("include c(\"{i}\") as k{i}\nprint $k{i}.x {{}}"))
    });
}

#[test]
fn classes_and_functions() {
    is_linear(|n| {
        repeated(n, |i| format!("func f{i}($a) {{ $a }}\nclass c{i}($a) {{\n\tprint f{i}($a) {{}}\n}}\ninclude c{i}(\"a\")"))
    });
}

#[test]
fn a_long_chain_of_binds_needs_no_stack() {
    ok(&format!("{}$v100000 = 1\n", repeated(100_000, |i| format!("$v{i} = $v{}", i + 1))));
    assert_eq!(mistake(&repeated(20_000, |i| format!("$v{i} = $v{}", (i + 1) % 20_000))), "setscope main.mcl:1:7");
}

#[test]
fn nesting_has_a_limit_that_is_told() {
    let chain = |n: usize| {
        repeated(n, |i| format!("class c{i} {{\n\tinclude c{} as k\n}}", i + 1)) + &format!("class c{n} {{}}\ninclude c0\n")
    };
    ok(&chain(400));
    assert_eq!(mistake(&chain(1000)), "setscope main.mcl:1799:2");
}

#[test]
fn copies_have_a_limit_that_is_told() {
    let twice = |i| format!("class c{i} {{\n\tinclude c{0}\n\tinclude c{0}\n}}", i + 1);
    assert!(mistake(&(repeated(40, twice) + "class c40 {}\ninclude c0\n")).starts_with("setscope"));
}
