//! What rendering a template costs, at sizes from 10 to 10,000 elements.
//!
//!     cargo bench -p mgmt-lang --bench template
//!
//! One evaluation of a parsed template over a list of structs, as a cell does it when its data changes; parsing is a row of its own.

use mgmt_lang::functions::golang::template::{Limits, Nobody, Template};
use mgmt_values::{Type, Value};
use std::sync::Arc;
use std::time::{Duration, Instant};

const ROUNDS: usize = 40;

/// The budget of the largest size.
const BUDGET: Duration = Duration::from_millis(20);

/// A hosts file: fields, a condition, a variable, a function of the language and a format.
const TEXT: &str = "# hosts\n{{range $i, $host := .}}{{if $i}}\n{{end}}{{$host.Ip}} {{strings_to_upper $host.Name}}{{if gt $host.Port 1024}} # {{printf `%05d` $host.Port}}{{end}}{{end}}\n";

fn main() {
    let element = Type::record([("name", Type::Str), ("ip", Type::Str), ("port", Type::Int)]);
    let ty = Type::list(element);
    show("parse", 1, || drop(Template::parse(TEXT.as_bytes()).map(|template| assert!(!template.own()))));
    let template = match Template::parse(TEXT.as_bytes()) {
        Ok(template) => template,
        Err(fault) => panic!("{}", fault.message),
    };
    let mut slowest = Duration::ZERO;
    for size in [10, 100, 1_000, 10_000] {
        let data = hosts(size);
        slowest = show("render", size, || {
            let text = template.render(Some((&data, &ty)), &mut Nobody, Limits::RUNNING);
            assert!(text.is_ok_and(|text| text.len() > size * 20));
        });
    }
    assert!(slowest < BUDGET, "10,000 elements take {slowest:?}, more than {BUDGET:?}");
}

fn hosts(count: usize) -> Value {
    let host = |index: usize| {
        let fields = [
            ("name", Value::str(format!("host{index}.example.com"))),
            ("ip", Value::str(format!("10.0.{}.{}", index / 256, index % 256))),
            ("port", Value::Int(index as i64)),
        ];
        Value::record(fields.map(|(name, value)| (Arc::from(name), value)))
    };
    Value::list((0..count).map(host).collect::<Vec<_>>())
}

/// Runs a piece of work many times, and prints and returns the median.
fn show(what: &str, size: usize, mut work: impl FnMut()) -> Duration {
    work();
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort();
    let (median, worst) = (times[ROUNDS / 2], times[ROUNDS - 1]);
    println!("{what:<8}{size:>8}  p50 {:>9.3} ms  max {:>9.3} ms", median.as_secs_f64() * 1e3, worst.as_secs_f64() * 1e3);
    median
}
