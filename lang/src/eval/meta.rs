//! Meta parameters from values, and the checks that every resource passes.

use mgmt_values::Value;
use mgmt_values::resource::{Meta, Rate};
use mgmt_values::text::Text;
use std::ops::RangeInclusive;

/// Sets the parameter `name`; the error says why the value is out of range.
pub(super) fn set(meta: &mut Meta, name: &str, value: &Value) -> Result<(), String> {
    let flag = match name {
        "noop" => Some(&mut meta.noop),
        "retryreset" => Some(&mut meta.retryreset),
        "reset" => Some(&mut meta.reset),
        "rewatch" => Some(&mut meta.rewatch),
        "realize" => Some(&mut meta.realize),
        "dollar" => Some(&mut meta.dollar),
        "hidden" => Some(&mut meta.hidden),
        "reverse" => Some(&mut meta.reverse),
        "autoedge" => Some(&mut meta.autoedge),
        "autogroup" => Some(&mut meta.autogroup),
        _ => None,
    };
    if let Some(flag) = flag {
        *flag = value.as_bool().ok_or_else(|| mismatch(name))?;
        return Ok(());
    }
    match name {
        "retry" => meta.retry = int(name, value, i64::from(i16::MIN)..=i64::from(i16::MAX), "overflows int16")? as i16,
        "poll" => meta.poll = int(name, value, i64::from(i32::MIN)..=i64::from(i32::MAX), "overflows int32")? as i32,
        "delay" => meta.delay = int(name, value, 0..=i64::MAX, "is negative")? as u64,
        "timeout" => meta.timeout = int(name, value, 0..=i64::MAX, "is negative")? as u64,
        "burst" => meta.burst = int(name, value, i64::MIN..=i64::MAX, "")?,
        "limit" => meta.limit = Rate(value.as_float().ok_or_else(|| mismatch(name))?),
        "sema" => meta.sema = texts(name, value)?,
        "export" => meta.export = texts(name, value)?,
        _ => return Err(format!("unknown meta parameter `{name}`")),
    }
    Ok(())
}

fn int(name: &str, value: &Value, range: RangeInclusive<i64>, why: &str) -> Result<i64, String> {
    let number = value.as_int().ok_or_else(|| mismatch(name))?;
    if range.contains(&number) { Ok(number) } else { Err(format!("{name} value {number} {why}")) }
}

fn texts(name: &str, value: &Value) -> Result<Vec<Text>, String> {
    let texts = value.as_list().ok_or_else(|| mismatch(name))?;
    Ok(texts.iter().filter_map(|text| text.as_text().cloned()).collect())
}

fn mismatch(name: &str) -> String {
    format!("unexpected type of meta parameter `{name}`")
}

/// The checks that a resource of any kind passes; the error says what is wrong.
pub(super) fn validate(name: &str, meta: &Meta) -> Result<(), String> {
    if meta.limit.0 != f64::INFINITY && meta.burst == 0 {
        return Err("permanently limited (rate != Inf, burst = 0)".to_owned());
    }
    for sema in &meta.sema {
        let text = sema.to_str();
        let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
        if text.is_empty() {
            return Err("semaphore is empty".to_owned());
        }
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("semaphore format is invalid".to_owned());
        }
    }
    if meta.export.iter().any(|host| host.as_bytes().is_empty()) {
        return Err("export is empty".to_owned());
    }
    if name.starts_with('$') && !meta.dollar {
        return Err("the name starts with a $; set Meta:dollar if it is meant to".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_ranges() {
        let mut meta = Meta::default();
        assert_eq!(set(&mut meta, "retry", &Value::Int(-1)), Ok(()));
        assert_eq!(meta.retry, -1);
        assert_eq!(set(&mut meta, "retry", &Value::Int(32768)), Err("retry value 32768 overflows int16".to_owned()));
        assert_eq!(set(&mut meta, "delay", &Value::Int(-1)), Err("delay value -1 is negative".to_owned()));
        assert_eq!(set(&mut meta, "poll", &Value::Int(1 << 31)), Err("poll value 2147483648 overflows int32".to_owned()));
    }

    #[test]
    fn a_semaphore_is_not_empty_and_no_bare_number() {
        let with = |sema: &str| validate("x", &Meta { sema: vec![sema.into()], ..Meta::default() });
        for good in ["a", "a:1", ":3", "+"] {
            assert_eq!(with(good), Ok(()), "{good}");
        }
        for bad in ["", "42", "-1", "+7"] {
            assert!(with(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_limit_needs_a_burst_and_a_dollar_its_permission() {
        let limited = Meta { limit: Rate(1.0), ..Meta::default() };
        assert!(validate("x", &limited).is_err());
        assert_eq!(validate("x", &Meta { burst: 1, ..limited }), Ok(()));
        assert!(validate("$x", &Meta::default()).is_err());
        assert_eq!(validate("$x", &Meta { dollar: true, ..Meta::default() }), Ok(()));
    }
}
