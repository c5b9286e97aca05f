//! Values as one line of bytes: a letter for the type, then the content; lengths and numbers of parts in decimal before a colon.

use mgmt_values::value::Value;
use std::sync::Arc;

/// The most that a value may nest.
const DEEPEST: u32 = 200;

/// The bytes of a value, without a newline in them; `None` for functions, which are code.
pub fn encode(value: &Value) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    add(&mut out, value, 0)?;
    Some(out)
}

/// The value of such bytes; `None` when they are none.
pub fn decode(bytes: &[u8]) -> Option<Value> {
    let mut rest = bytes;
    let value = take(&mut rest, 0)?;
    rest.is_empty().then_some(value)
}

fn add(out: &mut Vec<u8>, value: &Value, depth: u32) -> Option<()> {
    if depth > DEEPEST {
        return None;
    }
    let number = |out: &mut Vec<u8>, letter: u8, number: i64| {
        out.push(letter);
        out.extend(format!("{number}:").bytes());
    };
    match value {
        Value::Bool(value) => number(out, b'b', i64::from(*value)),
        Value::Int(value) => number(out, b'i', *value),
        Value::Float(value) => number(out, b'f', value.to_bits().cast_signed()),
        Value::Str(value) => text(out, value.as_bytes()),
        Value::List(list) => {
            number(out, b'l', list.as_slice().len() as i64);
            list.as_slice().iter().try_for_each(|value| add(out, value, depth + 1))?;
        }
        Value::Map(map) => {
            number(out, b'm', map.entries().len() as i64);
            for (key, value) in map.entries() {
                add(out, key, depth + 1)?;
                add(out, value, depth + 1)?;
            }
        }
        Value::Struct(record) => {
            number(out, b'r', record.fields().len() as i64);
            for (name, value) in record.fields() {
                text(out, name.as_bytes());
                add(out, value, depth + 1)?;
            }
        }
        Value::Func(_) => return None,
    }
    Some(())
}

/// A text in hexadecimal digits, so that it is one line whatever is in it.
fn text(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(format!("s{}:", bytes.len()).bytes());
    for byte in bytes {
        out.extend([byte >> 4, byte & 15].map(|four| b"0123456789abcdef"[usize::from(four)]));
    }
}

fn take(rest: &mut &[u8], depth: u32) -> Option<Value> {
    if depth > DEEPEST {
        return None;
    }
    let letter = *rest.first()?;
    let colon = rest.iter().position(|byte| *byte == b':')?;
    let number: i64 = std::str::from_utf8(&rest[1..colon]).ok()?.parse().ok()?;
    *rest = &rest[colon + 1..];
    // Every part takes some bytes, so that a wrong number ends soon.
    let count = usize::try_from(number);
    Some(match letter {
        b'b' => Value::Bool(number != 0),
        b'i' => Value::Int(number),
        b'f' => Value::Float(f64::from_bits(number.cast_unsigned())),
        b's' => {
            let digits = rest.get(..count.ok()?.checked_mul(2)?)?;
            *rest = &rest[digits.len()..];
            let four = |digit: u8| char::from(digit).to_digit(16);
            let bytes = digits.chunks(2).map(|pair| Some((four(pair[0])? << 4 | four(pair[1])?) as u8));
            Value::str(bytes.collect::<Option<Vec<u8>>>()?)
        }
        b'l' => Value::list((0..count.ok()?).map(|_| take(rest, depth + 1)).collect::<Option<Vec<_>>>()?),
        b'm' => {
            let entries = (0..count.ok()?).map(|_| Some((take(rest, depth + 1)?, take(rest, depth + 1)?)));
            Value::map(entries.collect::<Option<Vec<_>>>()?)
        }
        b'r' => {
            let field = |rest: &mut &[u8]| {
                let name: Arc<str> = take(rest, depth + 1)?.as_text()?.to_str().into();
                Some((name, take(rest, depth + 1)?))
            };
            Value::record((0..count.ok()?).map(|_| field(rest)).collect::<Option<Vec<_>>>()?)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_were() {
        let list = Value::list([Value::Int(i64::MIN), Value::Int(7)]);
        let map = Value::map([(Value::str("k:\n"), list.clone()), (Value::str(""), Value::list([]))]);
        let record = Value::record([(Arc::from("a"), Value::Bool(true)), (Arc::from("b"), Value::Float(-0.0))]);
        for value in [Value::str(vec![0xff, 0]), list, map, record, Value::Float(f64::NAN)] {
            let bytes = encode(&value).unwrap();
            assert!(!bytes.contains(&b'\n'));
            assert_eq!(decode(&bytes), Some(value));
        }
    }

    #[test]
    fn other_bytes_are_no_value() {
        for bytes in ["", "x", "i", "i1", "i1:x", "s9:00", "s9223372036854775807:", "l2:i1:", "l-1:", "q1:", "s1:zz", "r1:i1:i1:"]
        {
            assert_eq!(decode(bytes.as_bytes()), None, "{bytes}");
        }
        assert_eq!(decode("l1:".repeat(10_000).as_bytes()), None, "too deep");
    }
}
