//! Module `datetime`: times are seconds since 1970, calendars those of the local time zone.

use super::{CallContext, Fault, Function, args, pure, shared};
use crate::builtins::Rule;
use jiff::{Timestamp, Zoned, tz::TimeZone};
use mgmt_values::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    pure(
        "datetime.format",
        "func(a int, b str) str",
        format,
        "A time in a layout that shows how 2 January 2006, 15:04:05 MST would look.",
        r#"datetime.format(1700000000, "2006") == "2023""#,
    ),
    pure("datetime.hour", "func(a int) int", hour, "The hour of a time, 0 to 23.", "datetime.hour(1700000000) < 24"),
    shared("datetime.now", "func() int", "The time, every second.", "datetime.now()").rule(Rule::Unnamed),
    pure(
        "datetime.print",
        "func(a int) str",
        print,
        "A time as `2006-01-02 15:04:05 -0700 MST`.",
        r#"datetime.print(1700000000) == datetime.format(1700000000, "2006-01-02 15:04:05 -0700 MST")"#,
    ),
    shared("datetime.str_now", "func() str", "The time as decimal digits, every second.", "datetime.str_now()")
        .rule(Rule::Unnamed),
    pure(
        "datetime.weekday",
        "func(a int) str",
        weekday,
        "The day of the week of a time, `sunday` to `saturday`.",
        r#"datetime.weekday(1700000000 + 604800) == datetime.weekday(1700000000)"#,
    ),
    shared("datetime.weekday_fast", "func() str", "The day of the week, as it changes at midnight.", "datetime.weekday_fast()")
        .rule(Rule::Unnamed),
    shared(
        "datetime._hour_now",
        "func() int",
        "The hour, as it changes: what `datetime.hour(datetime.now())` is lowered to.",
        "datetime.hour(datetime.now())",
    ),
];

/// A local time: what the clock shows, whole cycles of the calendar earlier.
struct Local {
    time: Zoned,
    cycles: i64,
}

impl Local {
    fn year(&self) -> i64 {
        i64::from(self.time.year()) + self.cycles * 400
    }
}

/// The seconds of 400 years, after which the calendar repeats, days of the week included.
const CYCLE: i64 = 146_097 * 86_400;

/// The local time that argument 0 says.
fn local(args: &[Value], zone: TimeZone) -> Result<Local, Fault> {
    let seconds = args::int(args, 0)?;
    if seconds < 0 {
        return Err(Fault::new("epoch delta must be positive"));
    }
    // The library ends with the year 9999; from 3570 on, when no zone changes its rules any more, whole cycles are taken off.
    let cycles = (seconds / CYCLE - 3).max(0);
    let time = Timestamp::from_second(seconds - cycles * CYCLE).map_err(|_| Fault::new("time is out of range"))?;
    Ok(Local { time: time.to_zoned(zone), cycles })
}

fn zoned(args: &[Value]) -> Result<Local, Fault> {
    local(args, TimeZone::system())
}

fn weekday(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::str(WEEKDAYS[weekday_index(&zoned(args)?.time)].to_lowercase()))
}

fn hour(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::Int(i64::from(zoned(args)?.time.hour())))
}

fn print(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::str(layout(&zoned(args)?, "2006-01-02 15:04:05 -0700 MST".as_bytes())))
}

fn format(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::str(layout(&zoned(args)?, args::bytes(args, 1)?)))
}

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

fn weekday_index(time: &Zoned) -> usize {
    usize::from(time.weekday().to_sunday_zero_offset().unsigned_abs())
}

/// Every token of a layout, longest first where one is the start of another. A token that starts with a letter of a name that may go on
/// (`Jan`, `Mon`) counts only where no lower-case letter follows.
const TOKENS: &[&str] = &[
    "January",
    "Jan",
    "Monday",
    "Mon",
    "MST",
    "2006",
    "_2006",
    "__2",
    "_2",
    "002",
    "01",
    "02",
    "03",
    "04",
    "05",
    "06",
    "15",
    "1",
    "2",
    "3",
    "4",
    "5",
    "PM",
    "pm",
    "-07:00:00",
    "-070000",
    "-07:00",
    "-0700",
    "-07",
    "Z07:00:00",
    "Z070000",
    "Z07:00",
    "Z0700",
    "Z07",
];

/// Writes a time in a layout of Go's package `time`.
fn layout(time: &Local, layout: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = layout;
    while let Some(first) = rest.first() {
        if let Some(length) = fraction(rest) {
            // Times are whole seconds: up to nine zeros are written, an optional fraction is not.
            if rest[1] == b'0' {
                out.extend_from_slice(&rest[..length.min(10)]);
            }
            rest = &rest[length..];
        } else if let Some(token) = TOKENS.iter().find(|token| is_token(rest, token)) {
            out.extend_from_slice(written(time, token).as_bytes());
            rest = &rest[token.len()..];
        } else {
            out.push(*first);
            rest = &rest[1..];
        }
    }
    out
}

fn is_token(rest: &[u8], token: &str) -> bool {
    let follows = rest.get(token.len()).is_some_and(u8::is_ascii_lowercase);
    rest.starts_with(token.as_bytes()) && !(matches!(token, "Jan" | "Mon") && follows)
}

/// The length of `.000` or `,999` and the like at the start, not followed by another digit.
fn fraction(rest: &[u8]) -> Option<usize> {
    let digit = rest.get(1).filter(|digit| matches!(rest[0], b'.' | b',') && matches!(digit, b'0' | b'9'))?;
    let length = 1 + rest[1..].iter().take_while(|byte| *byte == digit).count();
    (!rest.get(length).is_some_and(u8::is_ascii_digit)).then_some(length)
}

fn written(local: &Local, token: &str) -> String {
    let time = &local.time;
    let twelve = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    match token {
        "2006" => format!("{:04}", local.year()),
        "_2006" => format!("_{:04}", local.year()),
        "06" => format!("{:02}", local.year() % 100),
        "January" => MONTHS[usize::from(time.month().unsigned_abs()) - 1].to_owned(),
        "Jan" => MONTHS[usize::from(time.month().unsigned_abs()) - 1][..3].to_owned(),
        "1" => time.month().to_string(),
        "01" => format!("{:02}", time.month()),
        "Monday" => WEEKDAYS[weekday_index(time)].to_owned(),
        "Mon" => WEEKDAYS[weekday_index(time)][..3].to_owned(),
        "2" => time.day().to_string(),
        "_2" => format!("{:2}", time.day()),
        "02" => format!("{:02}", time.day()),
        "__2" => format!("{:3}", time.day_of_year()),
        "002" => format!("{:03}", time.day_of_year()),
        "15" => format!("{:02}", time.hour()),
        "3" => twelve.to_string(),
        "03" => format!("{twelve:02}"),
        "4" => time.minute().to_string(),
        "04" => format!("{:02}", time.minute()),
        "5" => time.second().to_string(),
        "05" => format!("{:02}", time.second()),
        "PM" => if time.hour() < 12 { "AM" } else { "PM" }.to_owned(),
        "pm" => if time.hour() < 12 { "am" } else { "pm" }.to_owned(),
        "MST" => abbreviation(time),
        zone => offset(time.offset().seconds(), zone),
    }
}

/// The zone's abbreviation; a zone without one shows its offset.
fn abbreviation(time: &Zoned) -> String {
    let name = time.strftime("%Z").to_string();
    if name.starts_with(['+', '-']) {
        let seconds = time.offset().seconds();
        return offset(seconds, if seconds % 3600 == 0 { "-07" } else { "-0700" });
    }
    name
}

fn offset(seconds: i32, token: &str) -> String {
    let (style, token) = token.split_at(1);
    if style == "Z" && seconds == 0 {
        return "Z".to_owned();
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.unsigned_abs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match token {
        "07" => format!("{sign}{hours:02}"),
        "0700" => format!("{sign}{hours:02}{minutes:02}"),
        "07:00" => format!("{sign}{hours:02}:{minutes:02}"),
        "070000" => format!("{sign}{hours:02}{minutes:02}{seconds:02}"),
        _ => format!("{sign}{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(zone: TimeZone, text: &str) -> String {
        shown_at(1_700_000_000, zone, text)
    }

    fn shown_at(seconds: i64, zone: TimeZone, text: &str) -> String {
        let time = local(&[Value::Int(seconds)], zone).expect("in range");
        String::from_utf8(layout(&time, text.as_bytes())).expect("text")
    }

    #[test]
    fn the_calendar_goes_on() {
        for (seconds, expected) in [
            (50_491_123_199, "3569-12-31 Wednesday"),
            (50_491_123_200, "3570-01-01 Thursday"),
            (253_402_300_799, "9999-12-31 Friday"),
            (253_402_300_800, "10000-01-01 Saturday"),
        ] {
            assert_eq!(shown_at(seconds, TimeZone::UTC, "2006-01-02 Monday"), expected);
        }
    }

    #[test]
    fn layouts_are_those_of_go() {
        for (text, expected) in [
            ("2006-01-02 15:04:05 -0700 MST", "2023-11-14 22:13:20 +0000 UTC"),
            ("Jan _2 2006, 3:04PM", "Nov 14 2023, 10:13PM"),
            ("Monday Mon January Janet Mont 06", "Tuesday Tue November Janet Mont 23"),
            ("002 __2 _2006 03 pm", "318 318 _2023 10 pm"),
            (".000 ,999 .007 .0000000000", ".000  .007 .000000000"),
            ("Z07:00 -07:00:00 Z0700", "Z +00:00:00 Z"),
        ] {
            assert_eq!(shown(TimeZone::UTC, text), expected, "{text}");
        }
        let east = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(shown(east, "15 -0700 Z07:00 MST"), "00 +0200 +02:00 +02");
    }

    #[test]
    fn a_negative_time_is_refused() {
        let signature = mgmt_values::Type::Int;
        assert_eq!(
            hour(&mut CallContext { signature: &signature }, &[Value::Int(-1)]),
            Err(Fault::new("epoch delta must be positive"))
        );
    }
}
