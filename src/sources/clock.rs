//! What time it is. A source of this family sleeps until its answer changes next, or somebody sets the clock; nothing polls.

use super::{Facts, Family, Running, Shared, Source};
use jiff::{SignedDuration, Timestamp, Zoned, tz::TimeZone};
use mgmt_resources::Host;
use mgmt_resources::watch::TimerGuard;
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

pub(super) const FUNCTIONS: Family = &[
    ("datetime._hour_now", Source::Watch(hour)),
    ("datetime.now", Source::Watch(now)),
    ("datetime.str_now", Source::Watch(str_now)),
    ("datetime.weekday_fast", Source::Watch(weekday)),
];

/// What a clock of this family shows at a time in the local zone, and when to look again.
type Face = fn(&Zoned) -> Option<(Value, Timestamp)>;

/// `datetime.now()`: seconds since 1970, each second.
fn now(_: &Call, facts: Facts, shared: &Shared) -> Running {
    start(facts, shared, |time| Some((Value::Int(time.timestamp().as_second()), next_second(time)?)))
}

/// `datetime.str_now()`: the same as decimal digits.
fn str_now(_: &Call, facts: Facts, shared: &Shared) -> Running {
    start(facts, shared, |time| Some((Value::str(time.timestamp().as_second().to_string()), next_second(time)?)))
}

/// `datetime.weekday_fast()`: `sunday` to `saturday`, at each local midnight.
fn weekday(_: &Call, facts: Facts, shared: &Shared) -> Running {
    start(facts, shared, |time| Some((Value::str(weekday_of(time)), next_day(time)?)))
}

/// `datetime._hour_now()`: 0 to 23, at each full local hour.
fn hour(_: &Call, facts: Facts, shared: &Shared) -> Running {
    start(facts, shared, |time| Some((Value::Int(i64::from(time.hour())), next_hour(time)?)))
}

fn start(facts: Facts, shared: &Shared, face: Face) -> Running {
    let hand = Arc::new(Hand { facts, host: shared.host.clone(), face, timer: Mutex::new(Timer::Idle) });
    hand.clone().show();
    Running::guard(Stop(hand))
}

/// One running clock.
struct Hand {
    facts: Facts,
    host: Host,
    face: Face,
    timer: Mutex<Timer>,
}

enum Timer {
    Idle,
    Armed { _guard: TimerGuard },
    Stopped,
}

impl Hand {
    /// Tells what the clock shows and sleeps until that changes.
    fn show(self: Arc<Hand>) {
        // Held until the timer is stored: one that is due at once waits here, and so cannot be overwritten by its predecessor.
        let mut timer = self.timer.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*timer, Timer::Stopped) {
            return;
        }
        let shown = Timestamp::try_from(self.host.clock.now()).ok();
        let shown = shown.and_then(|now| (self.face)(&now.to_zoned(TimeZone::system())));
        let Some((value, next)) = shown else { return self.facts.failed("the system's clock is out of range") };
        self.facts.value(value);
        let again = self.clone();
        *timer = Timer::Armed { _guard: self.host.watchers.at(SystemTime::from(next), move || again.show()) };
    }
}

/// Stops a clock when it is dropped: the timer goes, and with it the last reference.
struct Stop(Arc<Hand>);

impl Drop for Stop {
    fn drop(&mut self) {
        *self.0.timer.lock().unwrap_or_else(PoisonError::into_inner) = Timer::Stopped;
    }
}

fn weekday_of(time: &Zoned) -> &'static str {
    const NAMES: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    NAMES[usize::from(time.weekday().to_sunday_zero_offset().unsigned_abs())]
}

fn next_second(time: &Zoned) -> Option<Timestamp> {
    Timestamp::from_second(time.timestamp().as_second() + 1).ok()
}

/// The start of the next local day, or the moment the zone's offset changes, if that is sooner.
fn next_day(time: &Zoned) -> Option<Timestamp> {
    Some(sooner(time, time.tomorrow().ok()?.start_of_day().ok()?.timestamp()))
}

/// The next full local hour, or the moment the zone's offset changes, if that is sooner.
fn next_hour(time: &Zoned) -> Option<Timestamp> {
    let past = SignedDuration::new(i64::from(time.minute()) * 60 + i64::from(time.second()), time.subsec_nanosecond());
    Some(sooner(time, time.timestamp().checked_add(SignedDuration::from_hours(1) - past).ok()?))
}

/// `calendar`, or the zone's next transition: there the hour or the day may jump.
fn sooner(time: &Zoned, calendar: Timestamp) -> Timestamp {
    let transition = time.time_zone().following(time.timestamp()).next();
    transition.map_or(calendar, |transition| transition.timestamp().min(calendar))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::testing::Bench;
    use std::time::Duration;

    fn local(text: &str) -> SystemTime {
        text.parse::<jiff::civil::DateTime>().unwrap().to_zoned(TimeZone::system()).unwrap().timestamp().into()
    }

    #[test]
    fn now_comes_each_second() {
        let mut bench = Bench::at(SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_400));
        let key = bench.start("datetime.now", &[]);
        assert_eq!(bench.next(), Ok(Value::Int(1_700_000_000)));
        bench.clock.advance(Duration::from_millis(599));
        assert!(bench.quiet());
        bench.clock.advance(Duration::from_millis(1));
        assert_eq!(bench.next(), Ok(Value::Int(1_700_000_001)));
        bench.clock.advance(Duration::from_secs(1));
        assert_eq!(bench.next(), Ok(Value::Int(1_700_000_002)));
        bench.sources.stop(&key);
        bench.clock.advance(Duration::from_secs(1));
        assert!(bench.quiet());
    }

    #[test]
    fn the_weekday_changes_at_midnight_and_only_then() {
        // A Thursday.
        let mut bench = Bench::at(local("2026-11-19T23:59:58"));
        bench.start("datetime.weekday_fast", &[]);
        assert_eq!(bench.next_text(), "thursday");
        bench.clock.advance(Duration::from_secs(1));
        assert!(bench.quiet());
        bench.clock.advance(Duration::from_secs(1));
        assert_eq!(bench.next_text(), "friday");
        bench.clock.advance(Duration::from_secs(86_399));
        assert!(bench.quiet());
        bench.clock.advance(Duration::from_secs(1));
        assert_eq!(bench.next_text(), "saturday");
    }

    #[test]
    fn setting_the_clock_is_seen_at_once() {
        let mut bench = Bench::at(local("2026-11-19T12:00:00"));
        bench.start("datetime.weekday_fast", &[]);
        assert_eq!(bench.next_text(), "thursday");
        bench.clock.set(local("2026-11-15T12:00:00"));
        assert_eq!(bench.next_text(), "sunday");
        bench.clock.set(local("2026-11-15T13:00:00"));
        assert!(bench.quiet());
        bench.clock.advance(Duration::from_secs(11 * 3600));
        assert_eq!(bench.next_text(), "monday");
    }

    #[test]
    fn the_hour_changes_on_the_hour() {
        let mut bench = Bench::at(local("2026-11-19T22:59:59"));
        bench.start("datetime._hour_now", &[]);
        assert_eq!(bench.next(), Ok(Value::Int(22)));
        bench.clock.advance(Duration::from_secs(1));
        assert_eq!(bench.next(), Ok(Value::Int(23)));
    }

    /// A time in a zone given by its rules, so that no time zone database is needed.
    fn zoned(zone: &str, time: &str) -> Zoned {
        time.parse::<jiff::civil::DateTime>().unwrap().to_zoned(TimeZone::posix(zone).unwrap()).unwrap()
    }

    const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
    const LORD_HOWE: &str = "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0";

    #[test]
    fn days_are_as_long_as_the_zone_says() {
        // 25 hours: the clocks go back at three.
        let next = next_day(&zoned(BERLIN, "2026-10-25T04:00:00")).unwrap();
        assert_eq!(next, zoned(BERLIN, "2026-10-26T00:00:00").timestamp());
        // Before that, the transition is looked at, too.
        let next = next_day(&zoned(BERLIN, "2026-10-25T00:00:00")).unwrap();
        assert_eq!(next, "2026-10-25T01:00:00Z".parse().unwrap());
    }

    #[test]
    fn hours_jump_with_the_zone() {
        // Half an hour forward at two: 02:00 becomes 02:30, and three o'clock is half an hour away.
        let next = next_hour(&zoned(LORD_HOWE, "2026-10-04T01:59:00")).unwrap();
        assert_eq!(next, "2026-10-03T15:30:00Z".parse().unwrap());
        let next = next_hour(&zoned(LORD_HOWE, "2026-10-04T02:30:00")).unwrap();
        assert_eq!(next, "2026-10-03T16:00:00Z".parse().unwrap());
    }
}
