//! What the host is called, how long it has been up and how busy it is.

use super::watched::{bell, follow, repeat};
use super::{Facts, Family, Running, Shared, Source, record};
use mgmt_resources::watch::Topic;
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

pub(super) const FUNCTIONS: Family =
    &[("sys.hostname", Source::Watch(hostname)), ("sys.load", Source::Watch(load)), ("sys.uptime", Source::Watch(uptime))];

/// How often the kernel computes the load anew.
const LOAD_PERIOD: Duration = Duration::from_secs(5);

/// `sys.hostname()`: the name that the kernel has now, as `hostname` prints it. Where the kernel does not let us watch it (a container
/// without /proc/sys), the first answer stays.
fn hostname(_: &Call, facts: Facts, shared: &Shared) -> Running {
    let look = || Ok(Value::str(rustix::system::uname().nodename().to_bytes().to_vec()));
    let (bell, rings) = bell();
    match bell.on_news(shared, Topic::Hostname, |_| true) {
        Ok(guard) => follow(shared, facts, rings, guard, look),
        Err(error) => {
            tracing::warn!("cannot watch the name of the host: {error}");
            facts.look(look());
            Running::over()
        }
    }
}

/// `sys.load()`: the load averages of sysinfo(2), which are numbers with 16 bits behind the point.
fn load(_: &Call, facts: Facts, shared: &Shared) -> Running {
    repeat(facts, shared, || {
        let [x1, x5, x15] = rustix::system::sysinfo().loads.map(|load| Value::Float(load as f64 / 65_536.0));
        (Ok(record([("x1", x1), ("x5", x5), ("x15", x15)])), LOAD_PERIOD)
    })
}

/// `sys.uptime()`: the seconds since the start, as sysinfo(2) counts them: one that has begun counts.
fn uptime(_: &Call, facts: Facts, shared: &Shared) -> Running {
    repeat(facts, shared, || {
        let up = clock_gettime(ClockId::Boottime);
        let begun = Duration::from_nanos(up.tv_nsec.unsigned_abs());
        let seconds = up.tv_sec + i64::from(!begun.is_zero());
        // One nanosecond into the next second.
        (Ok(Value::Int(seconds)), Duration::from_nanos(1_000_000_001) - begun)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::testing::{Bench, private};

    #[test]
    fn it_is_the_name_that_the_kernel_has() {
        let mut bench = Bench::new();
        let key = bench.start("sys.hostname", &[]);
        let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
        bench.until_text(name.trim_end());
        assert_eq!(bench.watches(), [0, 0, 1]);
        bench.sources.stop(&key);
        assert_eq!(bench.watches(), [0, 0, 0]);
    }

    #[test]
    fn a_new_name_is_seen() {
        private("--uts", "sources::host::tests::in_a_name_space_of_its_own");
    }

    #[test]
    #[ignore = "the test above runs it where it may change the name"]
    fn in_a_name_space_of_its_own() {
        let mut bench = Bench::new();
        bench.start("sys.hostname", &[]);
        bench.next_text();
        for name in ["first-name", "second-name"] {
            rustix::system::sethostname(name.as_bytes()).unwrap();
            bench.until_text(name);
        }
    }

    #[test]
    fn the_load_comes_every_five_seconds() {
        let mut bench = Bench::new();
        let key = bench.start("sys.load", &[]);
        let first = bench.next().unwrap();
        let names: Vec<&str> = first.as_record().unwrap().fields().iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["x1", "x5", "x15"]);
        assert!(first.as_record().unwrap().fields().iter().all(|(_, load)| load.as_float().is_some_and(|load| load >= 0.0)));
        assert_eq!(bench.watches(), [0, 1, 0]);
        // This thread is busy, so the load of the next time is another.
        let clock = bench.clock.clone();
        let end = std::time::Instant::now() + Duration::from_secs(30);
        let second = loop {
            let mut sum = 0u64;
            (0..5_000_000u64).for_each(|i| sum = std::hint::black_box(sum ^ i));
            clock.advance(LOAD_PERIOD);
            if let Some(answer) = bench.soon() {
                break answer.unwrap();
            }
            assert!(std::time::Instant::now() < end, "the load stays as it is");
        };
        assert_ne!(second, first);
        bench.sources.stop(&key);
        assert_eq!(bench.watches(), [0, 0, 0]);
    }

    #[test]
    fn the_uptime_counts_seconds() {
        let mut bench = Bench::new();
        let key = bench.start("sys.uptime", &[]);
        let first = bench.next().unwrap().as_int().unwrap();
        let text = std::fs::read_to_string("/proc/uptime").unwrap();
        let told: f64 = text.split(' ').next().unwrap().parse().unwrap();
        assert!((first as f64 - told).abs() < 30.0, "{first} {told}");
        std::thread::sleep(Duration::from_millis(1_100));
        bench.clock.advance(Duration::from_secs(2));
        assert!(bench.until(|answer| answer.is_ok()).unwrap().as_int().unwrap() > first);
        bench.sources.stop(&key);
        assert_eq!(bench.watches(), [0, 0, 0]);
    }
}
