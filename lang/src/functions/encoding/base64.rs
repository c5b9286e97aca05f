//! Base64 (RFC 4648, section 4): the standard alphabet with padding.

use crate::functions::{CallContext, Fault, args};
use mgmt_values::Value;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn encode(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let data = args::bytes(args, 0)?;
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4);
    for group in data.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let index = bits >> (18 - 6 * place) & 63;
            out.push(if place > group.len() { b'=' } else { ALPHABET[index as usize] });
        }
    }
    Ok(Value::str(out))
}

pub(super) fn decode(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let decoded = decoded(args::bytes(args, 0)?);
    decoded.map(Value::str).map_err(|at| Fault::new(format!("could not decode base64: illegal base64 data at input byte {at}")))
}

/// The data; the error is where the text is wrong. Line breaks are ignored, and so are left-over bits.
fn decoded(text: &[u8]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut input = text.iter().copied().enumerate().filter(|(_, byte)| !matches!(byte, b'\r' | b'\n'));
    // Digits of the group so far, and where it began.
    let mut group: Vec<u32> = Vec::with_capacity(4);
    while let Some((at, byte)) = input.next() {
        if byte == b'=' {
            // One or two of them fill up a group, and nothing follows.
            match group.len() {
                2 => match input.next() {
                    Some((_, b'=')) => {}
                    Some((at, _)) => return Err(at),
                    None => return Err(text.len()),
                },
                3 => {}
                _ => return Err(at),
            }
            if let Some((at, _)) = input.next() {
                return Err(at);
            }
            let bits = group.iter().fold(0, |bits, digit| bits << 6 | digit) << (6 * (4 - group.len()));
            out.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
            return Ok(out);
        }
        group.push(ALPHABET.iter().position(|letter| *letter == byte).ok_or(at)? as u32);
        if group.len() == 4 {
            let bits = group.drain(..).fold(0, |bits, digit| bits << 6 | digit);
            out.extend_from_slice(&bits.to_be_bytes()[1..]);
        }
    }
    if group.is_empty() { Ok(out) } else { Err(text.len() - group.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mgmt_values::Type;

    #[test]
    fn what_was_encoded_is_decoded() {
        let data: Vec<u8> = (0..=255).collect();
        for length in 0..data.len() {
            let text =
                encode(&mut CallContext { signature: &Type::Str }, &[Value::str(data[..length].to_vec())]).expect("encodes");
            let text = text.as_text().expect("a text").as_bytes();
            assert_eq!(decoded(text), Ok(data[..length].to_vec()));
        }
    }

    #[test]
    fn padding_ends_the_text() {
        assert_eq!(decoded(b"bWNs\r\nIQ=\n=\n"), Ok(b"mcl!".to_vec()));
        assert_eq!(decoded(b"YR=="), Ok(b"a".to_vec()));
        for (text, at) in
            [("bWNs IQ==", 4), ("bWNsIQ", 4), ("Pz8_Pj4-", 3), ("YQ==YQ==", 4), ("=", 0), ("YQ=", 3), ("Y===", 1), ("YQ=a", 3)]
        {
            assert_eq!(decoded(text.as_bytes()), Err(at), "{text}");
        }
    }
}
