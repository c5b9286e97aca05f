//! Functions for test suites and for those who learn.

use super::watched::repeat;
use super::{Abort, Facts, Family, Lasting, Look, Running, Shared, Source, int, task};
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub(super) const FUNCTIONS: Family = &[
    ("example.flipflop", Source::Watch(flipflop)),
    ("test.fastcount", Source::Watch(fastcount)),
    ("test.forkvloop", Source::Watch(forkvloop)),
    ("test.forloop", Source::Watch(forloop)),
    ("test.one_instance_a", Source::Now(hello)),
    ("test.one_instance_b", Source::Now(hello_once)),
    ("test.one_instance_c", Source::Now(hello)),
    ("test.one_instance_d", Source::Now(hello_once)),
    ("test.one_instance_e", Source::Now(hello)),
    ("test.one_instance_f", Source::Now(hello_once)),
    ("test.one_instance_g", Source::Now(hello)),
    ("test.one_instance_h", Source::Now(hello_once)),
    ("test.one_stream", Source::Watch(one_stream)),
    ("test.slow_string", Source::Watch(slow_string)),
];

const PERIOD: Duration = Duration::from_secs(5);

/// How long a first value stands that is followed by another at once: long enough to be seen.
const AT_ONCE: Duration = Duration::from_millis(50);

/// Tells a first value, another one soon after, and then one every five seconds, by their numbers from 0.
fn counted(facts: Facts, shared: &Shared, value: fn(u64) -> Value) -> Running {
    let count = AtomicU64::new(0);
    repeat(facts, shared, move || {
        let number = count.fetch_add(1, Ordering::Relaxed);
        (Ok(value(number)), if number == 0 { AT_ONCE } else { PERIOD })
    })
}

/// `example.flipflop()`: false, at once true, then the other one every five seconds.
fn flipflop(_: &Call, facts: Facts, shared: &Shared) -> Running {
    counted(facts, shared, |number| Value::Bool(number % 2 == 1))
}

/// `test.forloop()`: one list, and another from then on.
fn forloop(_: &Call, facts: Facts, shared: &Shared) -> Running {
    counted(facts, shared, |number| Value::list([Value::str(if number == 0 { "foo" } else { "bar" })]))
}

/// `test.forkvloop()`: a map that stays what it is, however often it is told.
fn forkvloop(_: &Call, facts: Facts, shared: &Shared) -> Running {
    counted(facts, shared, |_| Value::map([(Value::str("foo"), Value::str("bar"))]))
}

/// How far apart the numbers of a fast count are: nobody can take them in faster for long.
const TICK: Duration = Duration::from_millis(1);

/// `test.fastcount()`: counts up from 0.
fn fastcount(_: &Call, facts: Facts, shared: &Shared) -> Running {
    let count: Abort = task(shared, async move {
        for number in 0.. {
            facts.value(Value::Int(number));
            tokio::time::sleep(TICK).await;
        }
    });
    Running::guard(count)
}

fn hello(_: &Call, _: &Shared) -> Look {
    Ok(Value::str("hello"))
}

/// A greeting that a process has once for each function.
fn hello_once(call: &Call, shared: &Shared) -> Look {
    let mut greeted = shared.greeted.lock().unwrap_or_else(PoisonError::into_inner);
    match greeted.insert(call.function().to_owned()) {
        true => Ok(Value::str("hello")),
        false => Err("panic in process: should not get called twice".to_owned()),
    }
}

/// The longest text of letters, in bytes.
const LONGEST: usize = 16 << 20;

/// `test.one_stream(count)`: so many letters; it wants to be asked once.
fn one_stream(call: &Call, facts: Facts, _: &Shared) -> Running {
    facts.look(int(call, 0).and_then(|count| match usize::try_from(count) {
        Ok(count) if count <= LONGEST => Ok(Value::str("x".repeat(count))),
        Ok(_) => Err("the count is too high".to_owned()),
        Err(_) => Err("cannot use a negative count".to_owned()),
    }));
    Running::Lasting(Box::new(OneStream))
}

struct OneStream;

impl Lasting for OneStream {
    fn change(&mut self, _: &Call, facts: Facts) {
        facts.failed("the count must not change");
    }
}

/// `test.slow_string()`: five seconds late.
fn slow_string(_: &Call, facts: Facts, shared: &Shared) -> Running {
    Running::guard(shared.host.watchers.after(PERIOD, move || facts.value(Value::str("five seconds has elapsed"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::testing::Bench;

    #[test]
    fn a_flip_flop_flips_at_once_and_then_every_five_seconds() {
        let mut bench = Bench::new();
        let key = bench.start("example.flipflop", &[]);
        assert_eq!(bench.next(), Ok(Value::Bool(false)));
        bench.clock.advance(AT_ONCE);
        assert_eq!(bench.next(), Ok(Value::Bool(true)));
        bench.clock.advance(PERIOD - Duration::from_millis(1));
        assert_eq!(bench.soon(), None);
        bench.clock.advance(Duration::from_millis(1));
        assert_eq!((bench.next(), bench.watches()), (Ok(Value::Bool(false)), [0, 1, 0]));
        bench.sources.stop(&key);
        assert_eq!(bench.watches(), [0, 0, 0]);
        bench.clock.advance(PERIOD);
        assert_eq!(bench.soon(), None);
    }

    #[test]
    fn loops_have_something_to_loop_over() {
        let mut bench = Bench::new();
        bench.start("test.forloop", &[]);
        assert_eq!(bench.next().unwrap().to_string(), "[\"foo\"]");
        bench.clock.advance(AT_ONCE);
        assert_eq!(bench.next().unwrap().to_string(), "[\"bar\"]");
        bench.clock.advance(PERIOD * 3);
        assert_eq!(bench.soon(), None);
        bench.start("test.forkvloop", &[]);
        assert_eq!(bench.next().unwrap().to_string(), "{\"foo\": \"bar\"}");
        bench.clock.advance(PERIOD * 3);
        assert_eq!(bench.soon(), None);
    }

    #[test]
    fn a_fast_count_counts_until_nobody_asks() {
        let mut bench = Bench::new();
        let key = bench.start("test.fastcount", &[]);
        for number in 0..20 {
            assert_eq!(bench.next(), Ok(Value::Int(number)));
        }
        bench.sources.stop(&key);
        while bench.soon().is_some() {}
        assert!(bench.quiet());
    }

    #[test]
    fn some_greet_once_in_a_process() {
        let mut bench = Bench::new();
        for _ in 0..2 {
            bench.start("test.one_instance_a", &[]);
            assert_eq!(bench.next_text(), "hello");
        }
        bench.start("test.one_instance_b", &[]);
        assert_eq!(bench.next_text(), "hello");
        bench.start("test.one_instance_d", &[]);
        assert_eq!(bench.next_text(), "hello");
        bench.start("test.one_instance_b", &[]);
        bench.until_error("should not get called twice");
    }

    #[test]
    fn a_stream_of_letters_wants_to_be_asked_once() {
        let mut bench = Bench::new();
        let key = bench.start("test.one_stream", &[Value::Int(3)]);
        assert_eq!(bench.next_text(), "xxx");
        bench.sources.change(key, &Call::new("test.one_stream", [Value::Int(4)]));
        assert!(!bench.until_error("must not change").catchable);
        for (count, why) in [(-1, "cannot use a negative count"), (i64::MAX, "the count is too high")] {
            bench.start("test.one_stream", &[Value::Int(count)]);
            bench.until_error(why);
        }
    }

    #[test]
    fn a_slow_string_is_five_seconds_late() {
        let mut bench = Bench::new();
        let key = bench.start("test.slow_string", &[]);
        bench.clock.advance(PERIOD - Duration::from_millis(1));
        assert_eq!(bench.soon(), None);
        bench.clock.advance(Duration::from_millis(1));
        assert_eq!(bench.next_text(), "five seconds has elapsed");
        bench.sources.stop(&key);
        assert_eq!(bench.watches(), [0, 0, 0]);
    }
}
