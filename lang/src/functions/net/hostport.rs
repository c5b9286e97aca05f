//! `host:port`, as Go's `net.SplitHostPort` reads it.

use crate::functions::{CallContext, Fault, args};
use mgmt_values::Value;

pub(super) fn split(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let text = args::bytes(args, 0)?;
    let (host, port) = parts(text)
        .map_err(|why| Fault::new(format!("error parsing the input: address {}: {why}", String::from_utf8_lossy(text))))?;
    Ok(Value::record([("host".into(), Value::str(host.to_vec())), ("port".into(), Value::str(port.to_vec()))]))
}

const MISSING: &str = "missing port in address";
const COLONS: &str = "too many colons in address";

fn parts(text: &[u8]) -> Result<(&[u8], &[u8]), &'static str> {
    let colon = text.iter().rposition(|byte| *byte == b':').ok_or(MISSING)?;
    // Where brackets may not stand any more.
    let (host, opening, closing) = if text[0] == b'[' {
        let end = text.iter().position(|byte| *byte == b']').ok_or("missing ']' in address")?;
        if end + 1 != colon {
            return Err(if text.get(end + 1) == Some(&b':') { COLONS } else { MISSING });
        }
        (&text[1..end], 1, end + 1)
    } else {
        (&text[..colon], 0, 0)
    };
    if text[0] != b'[' && host.contains(&b':') {
        Err(COLONS)
    } else if text[opening..].contains(&b'[') {
        Err("unexpected '[' in address")
    } else if text[closing..].contains(&b']') {
        Err("unexpected ']' in address")
    } else {
        Ok((host, &text[colon + 1..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_needs_brackets() {
        for (text, expected) in [
            ("web1:80", Ok(("web1", "80"))),
            ("[::1]:x", Ok(("::1", "x"))),
            (":", Ok(("", ""))),
            ("[]:1", Ok(("", "1"))),
            ("web1", Err(MISSING)),
            ("", Err(MISSING)),
            ("[::1]", Err(MISSING)),
            ("[::1]x:1", Err(MISSING)),
            ("[::1]:1:2", Err(COLONS)),
            ("::1:80", Err(COLONS)),
            ("[::1", Err("missing ']' in address")),
            ("a[b:1", Err("unexpected '[' in address")),
            ("[a]:1]", Err("unexpected ']' in address")),
        ] {
            let expected = expected.map(|(host, port): (&str, &str)| (host.as_bytes(), port.as_bytes()));
            assert_eq!(parts(text.as_bytes()), expected, "{text}");
        }
    }
}
