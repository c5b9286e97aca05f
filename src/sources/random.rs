//! Chance.

use super::{Facts, Running, Shared};
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use rustix::rand::{GetRandomFlags, getrandom};
use std::io;

const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const LONGEST: i64 = 65_535;

/// `random1(length)`: letters and digits from the kernel's generator, drawn once for each call site and length.
pub(super) fn random1(call: &Call, facts: Facts, _: &Shared) -> Running {
    match call.args().first().and_then(Value::as_int) {
        Some(length @ 0..=LONGEST) => match draw(length as usize) {
            Ok(text) => facts.value(Value::str(text)),
            Err(error) => facts.failed(format!("no randomness: {error}")),
        },
        _ => facts.failed("can't generate an invalid length"),
    }
    Box::new(())
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
            assert!(!bench.next().unwrap_err().catchable);
        }
    }
}
