//! JSON as values of a wanted type.

use super::json::{Cursor, unescape};
use crate::functions::{CallContext, Fault, args, list};
use mgmt_values::{Type, Value};
use std::collections::BTreeMap;

pub(super) fn strict(context: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    decode(context, args, false)
}

pub(super) fn flexible(context: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    decode(context, args, true)
}

fn decode(context: &CallContext<'_>, args: &[Value], flexible: bool) -> Result<Value, Fault> {
    let Type::Func(signature) = context.signature else { return Err(Fault::new("the type is not known")) };
    let wanted = &signature.result;
    if args.len() > 1
        // What is no type is ignored.
        && let Some(given) = Type::parse(&args::text(args, 1)?)
        && !given.same(wanted)
    {
        return Err(Fault::new(format!("incompatible types: {wanted} and {given}")));
    }
    let start = Cursor::checked(args::bytes(args, 0)?).map_err(|why| Fault::new(format!("invalid JSON: {why}")))?;
    value(start, wanted, flexible)
}

/// The depth is that of the type, whatever the text says.
fn value(at: Cursor<'_>, wanted: &Type, flexible: bool) -> Result<Value, Fault> {
    match (wanted, at.peek()) {
        (Type::Bool, Some(first @ (b't' | b'f'))) => Ok(Value::Bool(first == b't')),
        (Type::Str, Some(b'"')) => Ok(Value::str(unescape(at.raw()))),
        (Type::Int, Some(b'-' | b'0'..=b'9')) => {
            number(at).parse().map(Value::Int).map_err(|_| Fault::new("num doesn't contain int64"))
        }
        (Type::Float, Some(b'-' | b'0'..=b'9')) => {
            let float = number(at).parse::<f64>().ok().filter(|float| float.is_finite());
            float.map(Value::Float).ok_or_else(|| Fault::new("num doesn't contain float64"))
        }
        (Type::List(element), Some(b'[')) => {
            let elements = at.elements();
            list::bounded(elements.into_iter().map(|at| value(at, element, flexible)).collect::<Result<_, _>>()?)
        }
        (Type::Map(types), Some(b'{')) => {
            // Of equal keys the last counts, whatever the others hold.
            let last: BTreeMap<Vec<u8>, Cursor<'_>> = at.entries().into_iter().collect();
            if types.0 != Type::Str && !last.is_empty() {
                return Err(mismatch(&types.0));
            }
            let entry = |(key, at)| Ok((Value::str(key), value(at, &types.1, flexible)?));
            Ok(Value::map(last.into_iter().map(entry).collect::<Result<Vec<_>, Fault>>()?))
        }
        (Type::Struct(fields), Some(b'{')) => {
            let last: BTreeMap<Vec<u8>, Cursor<'_>> = at.entries().into_iter().collect();
            if !flexible && last.len() != fields.len() {
                return Err(Fault::new("incompatible number of fields"));
            }
            let field = |(name, ty): &(std::sync::Arc<str>, Type)| match last.get(name.as_bytes()) {
                Some(at) => Ok((name.clone(), value(*at, ty, flexible)?)),
                None if flexible => Value::zero(ty).map(|zero| (name.clone(), zero)).ok_or_else(|| mismatch(ty)),
                None => Err(Fault::new(format!("field {name} was not found in struct"))),
            };
            Ok(Value::record(fields.iter().map(field).collect::<Result<Vec<_>, Fault>>()?))
        }
        _ => Err(mismatch(wanted)),
    }
}

fn mismatch(wanted: &Type) -> Fault {
    Fault::new(format!("type doesn't match {}", wanted.kind()))
}

fn number(at: Cursor<'_>) -> &str {
    // A number is ASCII.
    std::str::from_utf8(at.raw()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str, ty: &str, flexible: bool) -> Result<String, String> {
        let ty = Type::parse(ty).expect("a type");
        let signature = Type::func([("data", Type::Str)], ty);
        let answer = decode(&CallContext { signature: &signature }, &[Value::str(text)], flexible);
        answer.map(|value| value.to_string()).map_err(|fault| fault.message)
    }

    #[test]
    fn a_value_has_the_wanted_type() {
        for (text, ty, shown) in [
            ("{\"b\": 1, \"a\": [true]}", "struct{a []bool; b int}", "struct{a: [true]; b: 1}"),
            ("{\"a\": \"x\", \"a\": 2}", "map{str: int}", "{\"a\": 2}"),
            ("-9223372036854775808", "int", "-9223372036854775808"),
            ("3", "float", "3"),
            ("{}", "map{int: int}", "{}"),
            (" [ ] ", "[]str", "[]"),
        ] {
            assert_eq!(decoded(text, ty, false).as_deref(), Ok(shown), "{text}");
        }
    }

    #[test]
    fn another_value_is_refused() {
        for (text, ty, why) in [
            ("null", "[]str", "type doesn't match list"),
            ("1.0", "int", "num doesn't contain int64"),
            ("1e999", "float", "num doesn't contain float64"),
            ("{\"1\": 1}", "map{int: int}", "type doesn't match int"),
            ("{\"a\": 1, \"b\": 2}", "struct{a int}", "incompatible number of fields"),
            ("{\"A\": 1}", "struct{a int}", "field a was not found in struct"),
            ("[1", "int", "invalid JSON: unexpected EOF"),
        ] {
            assert_eq!(decoded(text, ty, false), Err(why.to_owned()), "{text}");
        }
    }

    #[test]
    fn flexible_structs_fill_and_skip() {
        assert_eq!(decoded("[{}, {\"a\": 1, \"b\": 2}]", "[]struct{a int}", true).as_deref(), Ok("[struct{a: 0}, struct{a: 1}]"));
        assert_eq!(decoded("{\"a\": null}", "struct{a int}", true), Err("type doesn't match int".to_owned()));
    }
}
