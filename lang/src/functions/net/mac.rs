//! Hardware addresses of six bytes.

use crate::functions::{CallContext, Fault, args};
use mgmt_values::Value;

/// Six pairs of hexadecimal digits with one kind of separator between them.
fn well_formed(text: &[u8]) -> bool {
    let separator = text.get(2).copied();
    text.len() == 17
        && matches!(separator, Some(b':' | b'-'))
        && text.iter().enumerate().all(|(at, byte)| if at % 3 == 2 { Some(*byte) == separator } else { byte.is_ascii_hexdigit() })
}

pub(super) fn is_mac(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let text = args::bytes(args, 0)?;
    Ok(Value::Bool(well_formed(text) && text[2] == b':' && !text.iter().any(u8::is_ascii_uppercase)))
}

pub(super) fn macfmt(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    separated(args, b':')
}

pub(super) fn oldmacfmt(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    separated(args, b'-')
}

fn separated(args: &[Value], separator: u8) -> Result<Value, Fault> {
    let text = args::bytes(args, 0)?;
    if text.len() != 17 {
        return Err(Fault::new(format!("invalid MAC address length: {}", args::text(args, 0)?)));
    }
    if !well_formed(text) {
        return Err(Fault::new(format!("address {}: invalid MAC address", args::text(args, 0)?)));
    }
    let digit = |byte: &u8| if byte.is_ascii_hexdigit() { byte.to_ascii_lowercase() } else { separator };
    Ok(Value::str(text.iter().map(digit).collect::<Vec<u8>>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mgmt_values::Type;

    #[test]
    fn one_kind_of_separator_is_taken() {
        let call =
            |text: &str| macfmt(&mut CallContext { signature: &Type::Str }, &[Value::str(text)]).map(|value| value.to_string());
        assert_eq!(call("AA-BB-CC-00-11-22").as_deref(), Ok("\"aa:bb:cc:00:11:22\""));
        for text in ["aa:bb-cc:00:11:22", "zz:bb:cc:00:11:22", "aabb.cc00.1122", "aa.bb.cc.00.11.22", ""] {
            assert!(call(text).is_err(), "{text}");
        }
    }
}
