//! Chance.

use super::{Family, Look, Shared, Source, int};
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use rustix::rand::{GetRandomFlags, getrandom};
use std::io;

pub(super) const FUNCTIONS: Family = &[
    ("golang/math/rand.exp_float_64", Source::Now(exponential)),
    ("golang/math/rand.float_64", Source::Now(float)),
    ("golang/math/rand.int", Source::Now(integer)),
    ("golang/math/rand.int_63", Source::Now(integer)),
    ("golang/math/rand.int_63_n", Source::Now(below)),
    ("golang/math/rand.intn", Source::Now(below)),
    ("golang/math/rand.norm_float_64", Source::Now(normal)),
    ("random1", Source::Now(random1)),
];

const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const LONGEST: i64 = 65_535;

/// `random1(length)`: letters and digits from the kernel's generator, drawn once for each call site and length.
fn random1(call: &Call, _: &Shared) -> Look {
    match int(call, 0)? {
        length @ 0..=LONGEST => draw(length as usize).map(Value::str).map_err(|error| format!("no randomness: {error}")),
        _ => Err("can't generate an invalid length".to_owned()),
    }
}

/// Bits from the kernel's generator.
pub(super) fn bits() -> Result<u64, String> {
    let mut bytes = [0; 8];
    match getrandom(&mut bytes, GetRandomFlags::empty()) {
        Ok(8) => Ok(u64::from_ne_bytes(bytes)),
        Ok(_) => Err("no randomness: too little".to_owned()),
        Err(error) => Err(format!("no randomness: {error}")),
    }
}

/// From 0 up to but not including 1, in steps of 2^-53.
fn fraction() -> Result<f64, String> {
    Ok((bits()? >> 11) as f64 / (1u64 << 53) as f64)
}

/// An integer that is not negative.
fn integer(_: &Call, _: &Shared) -> Look {
    Ok(Value::Int((bits()? >> 1) as i64))
}

/// From 0 up to but not including the argument, each as likely.
fn below(call: &Call, _: &Shared) -> Look {
    let limit = match u64::try_from(int(call, 0)?) {
        Ok(limit) if limit > 0 => limit,
        _ => {
            return Err(format!(
                "panic in process: invalid argument to {}",
                call.function().rsplit('.').next().unwrap_or_default()
            ));
        }
    };
    loop {
        let drawn = bits()?;
        // What is past the last whole multiple would make the small numbers likelier.
        if drawn <= u64::MAX - (u64::MAX % limit + 1) % limit {
            return Ok(Value::Int((drawn % limit) as i64));
        }
    }
}

fn float(_: &Call, _: &Shared) -> Look {
    fraction().map(Value::Float)
}

/// By inversion; the logarithm's argument is never 0.
fn exponential(_: &Call, _: &Shared) -> Look {
    Ok(Value::Float(-(1.0 - fraction()?).ln()))
}

/// By the method of Box and Muller (1958).
fn normal(_: &Call, _: &Shared) -> Look {
    let (radius, turn) = ((-2.0 * (1.0 - fraction()?).ln()).sqrt(), fraction()? * std::f64::consts::TAU);
    Ok(Value::Float(radius * turn.cos()))
}

/// Every character equally likely: of a byte's values those past the last multiple of 62 are drawn again.
fn draw(length: usize) -> io::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(length);
    let mut bytes = [0; 256];
    while text.len() < length {
        let filled = getrandom(&mut bytes, GetRandomFlags::empty())?;
        let fair = bytes[..filled].iter().filter(|byte| **byte < 248);
        text.extend(fair.map(|byte| ALPHABET[usize::from(byte % 62)]).take(length - text.len()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use crate::sources::testing::Bench;
    use mgmt_values::value::Value;

    #[test]
    fn it_has_the_asked_length_and_plain_characters() {
        let mut bench = Bench::new();
        bench.start("random1", &[Value::Int(1000)]);
        let text = bench.next_text();
        assert_eq!(text.len(), 1000);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        bench.start("random1", &[Value::Int(1000)]);
        assert_ne!(bench.next_text(), text);
    }

    #[test]
    fn an_impossible_length_is_an_error() {
        let mut bench = Bench::new();
        for length in [-1, 65_536] {
            bench.start("random1", &[Value::Int(length)]);
            assert_eq!(&*bench.next().unwrap_err().message, "can't generate an invalid length");
        }
    }

    #[test]
    fn random_numbers_keep_to_their_ranges() {
        let mut bench = Bench::new();
        let mut seen = [0; 3];
        for _ in 0..300 {
            bench.start("golang/math/rand.intn", &[Value::Int(3)]);
            seen[bench.next().unwrap().as_int().unwrap() as usize] += 1;
            bench.start("golang/math/rand.int_63", &[]);
            assert!(bench.next().unwrap().as_int().unwrap() >= 0);
            bench.start("golang/math/rand.float_64", &[]);
            assert!((0.0..1.0).contains(&bench.next().unwrap().as_float().unwrap()));
            bench.start("golang/math/rand.exp_float_64", &[]);
            assert!(bench.next().unwrap().as_float().unwrap() >= 0.0);
            bench.start("golang/math/rand.norm_float_64", &[]);
            assert!(bench.next().unwrap().as_float().unwrap().abs() < 20.0);
        }
        // Less than once in 10^15 runs.
        assert!(seen.iter().all(|count| *count > 30), "{seen:?}");
        bench.start("golang/math/rand.int_63_n", &[Value::Int(0)]);
        assert_eq!(&*bench.next().unwrap_err().message, "panic in process: invalid argument to int_63_n");
    }
}
