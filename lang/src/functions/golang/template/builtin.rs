//! The functions of the template language itself.

use super::compare::{self, Order};
use super::datum::{Datum, Sequence, Width, key_type_name};
use super::escape;
use super::verbs::{self, Out};
use mgmt_values::{Type, Value};

/// A function of the template language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builtin {
    And,
    Call,
    Eq,
    Ge,
    Gt,
    Html,
    Index,
    Js,
    Le,
    Len,
    Lt,
    Ne,
    Not,
    Or,
    Print,
    Printf,
    Println,
    Slice,
    Urlquery,
}

/// Names, how many arguments each takes, and whether it takes more.
const BUILTINS: [(&str, Builtin, usize, bool); 19] = [
    ("and", Builtin::And, 1, true),
    ("call", Builtin::Call, 1, true),
    ("eq", Builtin::Eq, 1, true),
    ("ge", Builtin::Ge, 2, false),
    ("gt", Builtin::Gt, 2, false),
    ("html", Builtin::Html, 0, true),
    ("index", Builtin::Index, 1, true),
    ("js", Builtin::Js, 0, true),
    ("le", Builtin::Le, 2, false),
    ("len", Builtin::Len, 1, false),
    ("lt", Builtin::Lt, 2, false),
    ("ne", Builtin::Ne, 2, false),
    ("not", Builtin::Not, 1, false),
    ("or", Builtin::Or, 1, true),
    ("print", Builtin::Print, 0, true),
    ("printf", Builtin::Printf, 1, true),
    ("println", Builtin::Println, 0, true),
    ("slice", Builtin::Slice, 1, true),
    ("urlquery", Builtin::Urlquery, 0, true),
];

impl Builtin {
    /// The function of a name.
    pub(super) fn find(name: &str) -> Option<Builtin> {
        BUILTINS.iter().find(|entry| entry.0 == name).map(|entry| entry.1)
    }

    /// How many arguments it takes, and whether it takes more.
    pub(super) fn arity(self) -> (usize, bool) {
        let entry = BUILTINS.iter().find(|entry| entry.1 == self);
        entry.map_or((0, true), |entry| (entry.2, entry.3))
    }
}

/// What a function gives.
pub(super) enum Made {
    /// A datum.
    Datum(Datum),
    /// A text, which may have become too long.
    Text(Out),
}

/// Why a call failed.
pub(super) enum Failure {
    /// For this reason.
    Message(String),
    /// And the template with it.
    Stop(super::Stop),
}

/// Runs a function; `and` and `or` have been decided before. `shown`: the first argument as it is written. Text goes to `out`.
pub(super) fn run(builtin: Builtin, args: &[Datum], shown: Option<&str>, mut out: Out) -> Result<Made, String> {
    let first = args.first().unwrap_or(&Datum::Nil);
    let second = args.get(1).unwrap_or(&Datum::Nil);
    Ok(Made::Datum(match builtin {
        Builtin::And | Builtin::Or => first.clone(),
        Builtin::Not => Datum::Bool(!first.truth()),
        Builtin::Len => len(first)?,
        Builtin::Index => index(first, &args[1..])?,
        Builtin::Slice => slice(first, &args[1..])?,
        Builtin::Call => return Err(call(first, shown)),
        Builtin::Eq => Datum::Bool(compare::equal_any(first, &args[1..])?),
        Builtin::Ne => Datum::Bool(!compare::equal_any(first, &args[1..])?),
        Builtin::Lt => Datum::Bool(compare::ordered(first, second, Order::Less)?),
        Builtin::Le => Datum::Bool(compare::ordered(first, second, Order::LessOrEqual)?),
        Builtin::Gt => Datum::Bool(!compare::ordered(first, second, Order::LessOrEqual)?),
        Builtin::Ge => Datum::Bool(!compare::ordered(first, second, Order::Less)?),
        Builtin::Print | Builtin::Println => {
            verbs::print_all(&mut out, args, builtin == Builtin::Println);
            return Ok(Made::Text(out));
        }
        Builtin::Printf => {
            let Datum::Text(format) = first else { return Err("no format".to_owned()) };
            verbs::printf(&mut out, format.as_slice(), &args[1..]);
            return Ok(Made::Text(out));
        }
        Builtin::Html | Builtin::Js | Builtin::Urlquery => {
            let mut plain = out.another();
            escape::join(&mut plain, args);
            if plain.full() {
                return Ok(Made::Text(plain));
            }
            let escape = match builtin {
                Builtin::Html => escape::html,
                Builtin::Js => escape::js,
                _ => escape::query,
            };
            escape(&mut out, &plain.finish());
            return Ok(Made::Text(out));
        }
    }))
}

/// No function can be had as a value.
fn call(callee: &Datum, shown: Option<&str>) -> String {
    match callee {
        Datum::Nil => "call of nil".to_owned(),
        other => {
            let ty = other.type_name();
            let shown = match (shown, other) {
                (Some(written), _) => written.to_owned(),
                (None, Datum::Text(text)) => String::from_utf8_lossy(text.as_slice()).into_owned(),
                (None, _) => format!("<{ty} Value>"),
            };
            format!("non-function {shown} of type {ty}")
        }
    }
}

fn len(of: &Datum) -> Result<Datum, String> {
    let length = match of {
        Datum::Text(text) => text.as_slice().len(),
        Datum::List(list) => list.range.len(),
        Datum::Map(map) => map.entries().len(),
        Datum::Fields(fields) => fields.record.fields().len(),
        Datum::Nil => return Err("len of nothing".to_owned()),
        other => return Err(format!("len of type {}", other.type_name())),
    };
    Ok(Datum::Int(length as i64, Width::Native))
}

/// An index from 0 to the end, which is included.
fn position(index: &Datum, end: usize) -> Result<usize, String> {
    match index {
        Datum::Int(value, _) => {
            usize::try_from(*value).ok().filter(|at| *at <= end).ok_or_else(|| format!("index out of range: {value}"))
        }
        Datum::Nil => Err("cannot index slice/array with nil".to_owned()),
        other => Err(format!("cannot index slice/array with type {}", other.type_name())),
    }
}

fn index(of: &Datum, indices: &[Datum]) -> Result<Datum, String> {
    if matches!(of, Datum::Nil) {
        return Err("index of untyped nil".to_owned());
    }
    let mut item = of.clone();
    for index in indices {
        item = match &item {
            Datum::Nil => return Err("index of nil pointer".to_owned()),
            Datum::Text(text) => {
                let at = position(index, text.as_slice().len())?;
                let byte = text.as_slice().get(at).ok_or_else(|| format!("index out of range: {at}"))?;
                Datum::Int(i64::from(*byte), Width::Byte)
            }
            Datum::List(list) => {
                let at = position(index, list.range.len())?;
                list.get(at).ok_or_else(|| format!("index out of range: {at}"))?.datum
            }
            Datum::Map(map) => {
                let found = map.get(&key(index, &map.key)?);
                found.map_or_else(|| Datum::zero(&map.value, map.generic), |place| place.datum)
            }
            Datum::Fields(fields) => match index {
                Datum::Text(name) => {
                    let name = String::from_utf8_lossy(name.as_slice());
                    fields.get(&name).map_or(Datum::Nil, |place| place.datum)
                }
                other => return Err(unsuitable(other, "string")),
            },
            other => return Err(format!("can't index item of type {}", other.type_name())),
        };
    }
    Ok(item)
}

/// A key of a map of keys of this type.
fn key(index: &Datum, ty: &Type) -> Result<Value, String> {
    match (index, ty) {
        (Datum::Bool(value), Type::Bool) => Ok(Value::Bool(*value)),
        (Datum::Int(value, _), Type::Int) => Ok(Value::Int(*value)),
        (Datum::Float(value), Type::Float) => Ok(Value::Float(*value)),
        (Datum::Text(text), Type::Str) => Ok(text.to_value()),
        (Datum::Struct(fields), Type::Struct(types)) if fields.types == *types => Ok(Value::Struct(fields.record.clone())),
        (other, ty) => Err(unsuitable(other, &key_type_name(ty))),
    }
}

fn unsuitable(value: &Datum, wanted: &str) -> String {
    match value {
        Datum::Nil => format!("value is nil; should be of type {wanted}"),
        other => format!("value has type {}; should be {wanted}", other.type_name()),
    }
}

fn slice(of: &Datum, indices: &[Datum]) -> Result<Datum, String> {
    if matches!(of, Datum::Nil) {
        return Err("slice of untyped nil".to_owned());
    }
    if indices.len() > 3 {
        return Err(format!("too many slice indexes: {}", indices.len()));
    }
    let (length, capacity) = match of {
        Datum::Text(_) if indices.len() == 3 => return Err("cannot 3-index slice a string".to_owned()),
        Datum::Text(text) => (text.as_slice().len(), text.as_slice().len()),
        Datum::List(list) => (list.range.len(), list.capacity - list.range.start),
        other => return Err(format!("can't slice item of type {}", other.type_name())),
    };
    let mut bounds = [0, length, capacity];
    for (bound, index) in bounds.iter_mut().zip(indices) {
        *bound = position(index, capacity)?;
    }
    let [from, to, end] = bounds;
    for (low, high) in [(from, to), (to, end)] {
        if low > high {
            return Err(format!("invalid slice index: {low} > {high}"));
        }
    }
    Ok(match of {
        Datum::Text(text) => Datum::Text(text.slice(from, to)),
        Datum::List(list) => {
            let start = list.range.start;
            Datum::List(Sequence { range: start + from..start + to, capacity: start + end, ..list.clone() })
        }
        other => other.clone(),
    })
}
