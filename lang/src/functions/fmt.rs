//! Module `fmt`.

use super::{CallContext, Fault, Function, args, pure};
use crate::builtins::Rule;
use mgmt_values::{Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    pure("fmt.printf", "func(format str) str", printf, "Text with values: %s %d %f %t %q for str, int, float, bool and quoted str, %v for any value, %T for its type, %% for a percent sign.", r#"fmt.printf("%s=%d %v", "n", 7, ["a"]) == "n=7 [\"a\"]""#)
        .rule(Rule::Printf).typed(),
];

/// A piece of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text as it is.
    Text(&'a [u8]),
    /// A verb that takes an argument: one of `tsqdfvT`.
    Verb(u8),
}

/// The pieces of a format; the error is the byte index of what is not a verb.
pub fn pieces(format: &[u8]) -> Result<Vec<Piece<'_>>, usize> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while at < format.len() {
        if format[at] != b'%' {
            at += 1;
            continue;
        }
        if from < at {
            pieces.push(Piece::Text(&format[from..at]));
        }
        match format.get(at + 1) {
            Some(b'%') => pieces.push(Piece::Text(b"%")),
            Some(verb @ (b't' | b's' | b'q' | b'd' | b'f' | b'v' | b'T')) => pieces.push(Piece::Verb(*verb)),
            Some(_) => return Err(at + 1),
            None => return Err(at),
        }
        at += 2;
        from = at;
    }
    if from < format.len() {
        pieces.push(Piece::Text(&format[from..]));
    }
    Ok(pieces)
}

/// The type that a verb takes; `None` for any.
pub fn verb_type(verb: u8) -> Option<Type> {
    match verb {
        b't' => Some(Type::Bool),
        b's' | b'q' => Some(Type::Str),
        b'd' => Some(Type::Int),
        b'f' => Some(Type::Float),
        _ => None,
    }
}

fn printf(context: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let format = args::bytes(args, 0)?;
    let pieces = pieces(format).map_err(|at| Fault::new(format!("invalid format string at {at}")))?;
    let verbs = pieces.iter().filter(|piece| matches!(piece, Piece::Verb(_))).count();
    let given = args.len() - 1;
    if verbs > given {
        return Err(Fault::new(format!("more specifiers ({verbs}) than values ({given})")));
    }
    if verbs < given {
        return Err(Fault::new(format!("number of args ({given}) doesn't match format string verb count ({verbs})")));
    }
    let mut out = Vec::with_capacity(format.len());
    let mut index = 0;
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.extend_from_slice(text),
            Piece::Verb(verb) => {
                index += 1;
                print(&mut out, verb, args, index, context.signature)?;
            }
        }
    }
    Ok(Value::str(out))
}

/// Prints argument `index` as `verb` says.
fn print(out: &mut Vec<u8>, verb: u8, args: &[Value], index: usize, signature: &Type) -> Result<(), Fault> {
    let value = args::any(args, index)?;
    match (verb, value) {
        (b's' | b'v', Value::Str(text)) => out.extend_from_slice(text.as_bytes()),
        (b'q', Value::Str(_)) | (b't', Value::Bool(_)) | (b'd', Value::Int(_)) | (b'f', Value::Float(_)) | (b'v', _) => {
            out.extend_from_slice(value.to_string().as_bytes());
        }
        (b'T', _) => out.extend_from_slice(type_text(value, signature, index)?.as_bytes()),
        _ => return Err(Fault::new("unexpected type")),
    }
    Ok(())
}

/// The type of argument `index`: of a function value its own, which knows the names of its parameters.
fn type_text(value: &Value, signature: &Type, index: usize) -> Result<String, Fault> {
    match (value, signature) {
        (Value::Func(function), _) => Ok(function.signature().to_string()),
        (_, Type::Func(signature)) if index < signature.args.len() => Ok(signature.args[index].1.to_string()),
        _ => Err(Fault::new("the type is not known")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(format: &str, values: &[Value], types: &[Type]) -> Result<String, Fault> {
        let args: Vec<Value> = std::iter::once(Value::str(format)).chain(values.iter().cloned()).collect();
        let types = std::iter::once(Type::Str).chain(types.iter().cloned());
        let signature = Type::func(types.enumerate().map(|(i, t)| (i.to_string(), t)), Type::Str);
        printf(&mut CallContext { signature: &signature }, &args).map(|v| v.as_text().map(|t| t.to_string()).unwrap_or_default())
    }

    #[test]
    fn each_verb_prints_its_type() {
        let list = Value::list([Value::str("a")]);
        let values =
            [Value::str("n"), Value::Int(7), Value::Float(2.5), Value::Bool(true), list.clone(), Value::str("x y"), list];
        let strings = Type::list(Type::Str);
        let types = [Type::Str, Type::Int, Type::Float, Type::Bool, strings.clone(), Type::Str, strings];
        assert_eq!(printed("é%s=%d %f %t %v %q %T%%", &values, &types).as_deref(), Ok("én=7 2.5 true [\"a\"] \"x y\" []str%"));
    }

    #[test]
    fn a_format_that_does_not_fit_is_refused() {
        assert_eq!(printed("%x", &[], &[]), Err(Fault::new("invalid format string at 1")));
        assert_eq!(printed("a%", &[], &[]), Err(Fault::new("invalid format string at 1")));
        assert_eq!(printed("%d", &[], &[]), Err(Fault::new("more specifiers (1) than values (0)")));
        assert_eq!(printed("%d", &[Value::str("a")], &[Type::Str]), Err(Fault::new("unexpected type")));
    }
}
