//! `html`, `js` and `urlquery`: text for three places where it is embedded.

use super::datum::Datum;
use super::verbs::{self, Out};
use crate::functions::golang::quote;

/// The arguments as one text: a single string as it is, else as `print` would, except that nothing is `<no value>`.
pub(super) fn join(out: &mut Out, args: &[Datum]) {
    if args.iter().any(|arg| matches!(arg, Datum::Nil)) {
        let named: Vec<Datum> = args
            .iter()
            .map(|arg| if matches!(arg, Datum::Nil) { Datum::made(verbs::NO_VALUE.as_bytes()) } else { arg.clone() })
            .collect();
        verbs::print_all(out, &named, false);
    } else {
        verbs::print_all(out, args, false);
    }
}

pub(super) fn html(out: &mut Out, text: &[u8]) {
    for byte in text {
        out.write(match byte {
            0 => "\u{fffd}".as_bytes(),
            b'"' => b"&#34;",
            b'\'' => b"&#39;",
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            other => std::slice::from_ref(other),
        });
    }
}

pub(super) fn js(out: &mut Out, text: &[u8]) {
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            let code = u32::from(c);
            match c {
                '\\' => out.write(b"\\\\"),
                '\'' => out.write(b"\\'"),
                '"' => out.write(b"\\\""),
                '<' | '>' | '&' | '=' | '\0'..='\x1f' => out.write(format!("\\u{code:04X}").as_bytes()),
                _ if c.is_ascii() || quote::printable(c) => out.write(c.encode_utf8(&mut [0; 4]).as_bytes()),
                _ => out.write(format!("\\u{code:04X}").as_bytes()),
            }
        }
        out.write(chunk.invalid());
    }
}

pub(super) fn query(out: &mut Out, text: &[u8]) {
    for byte in text {
        match byte {
            b' ' => out.write(b"+"),
            byte if byte.is_ascii_alphanumeric() || b"-_.~".contains(byte) => out.write(std::slice::from_ref(byte)),
            byte => out.write(format!("%{byte:02X}").as_bytes()),
        }
    }
}
