//! Data inside a template: values of the language as Go would see them.
//!
//! Nothing is converted ahead: a list, a map or a struct is the language's own, and what is taken out of it becomes a datum then. A struct is
//! a map of its fields, whose first letters are capitals, except where it is the key of a map.
//!
//! Go knows what is *generic*, a container whose elements may be anything: every struct, every map that is no element of a list, and every
//! list in which a struct occurs. It shows in what an absent entry is, in what functions take, and in messages.

use mgmt_values::value::{List, Map, Record};
use mgmt_values::{Text, Type, Value};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// A value inside a template.
#[derive(Clone)]
pub(super) enum Datum {
    /// Nothing.
    Nil,
    /// `true` or `false`
    Bool(bool),
    /// An integer.
    Int(i64, Width),
    /// A float.
    Float(f64),
    /// The real and the imaginary part of a constant.
    Complex(f64, f64),
    /// A string.
    Text(Bytes),
    /// A list.
    List(Sequence),
    /// A map.
    Map(Dictionary),
    /// A struct, which is a map of its fields.
    Fields(Fields),
    /// A struct that is the key of a map.
    Struct(Fields),
}

/// The type of an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// Constants, lengths and indices.
    Native,
    /// The language's own.
    Long,
    /// A byte of a string.
    Byte,
}

/// A string.
#[derive(Clone, Debug)]
pub(super) enum Bytes {
    /// One of the language, or a part of it.
    Shared(Text, Range<usize>),
    /// One that was made here, or a part of it.
    Made(Rc<[u8]>, Range<usize>),
}

/// A list, or a part of it.
#[derive(Clone)]
pub(super) struct Sequence {
    /// The whole of it; `None` for an absent one.
    pub(super) list: Option<List>,
    pub(super) range: Range<usize>,
    /// Where it may be extended to, from the beginning of the whole.
    pub(super) capacity: usize,
    pub(super) element: Type,
    pub(super) generic: bool,
}

/// A map.
#[derive(Clone)]
pub(super) struct Dictionary {
    /// `None` for an absent one.
    pub(super) map: Option<Map>,
    pub(super) key: Type,
    pub(super) value: Type,
    pub(super) generic: bool,
}

/// The fields of a struct.
#[derive(Clone)]
pub(super) struct Fields {
    pub(super) record: Record,
    pub(super) types: Arc<[(Arc<str>, Type)]>,
}

/// A datum, and whether it lies in a generic container.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) datum: Datum,
    pub(super) generic: bool,
}

impl From<Datum> for Place {
    fn from(datum: Datum) -> Place {
        Place { datum, generic: false }
    }
}

/// Whether values of this type can be given to a template.
pub(super) fn supported(ty: &Type) -> bool {
    match ty {
        Type::Func(_) => false,
        Type::List(element) => supported(element),
        Type::Map(entry) => supported(&entry.0) && supported(&entry.1),
        Type::Struct(fields) => fields.iter().all(|(_, ty)| supported(ty)),
        _ => true,
    }
}

/// The type of a value that comes without one.
pub(super) fn type_of(value: &Value) -> Type {
    match value {
        Value::Bool(_) => Type::Bool,
        Value::Int(_) => Type::Int,
        Value::Float(_) => Type::Float,
        Value::Str(_) => Type::Str,
        Value::List(list) => Type::list(list.as_slice().first().map_or(Type::Variant, type_of)),
        Value::Map(map) => match map.entries().first() {
            Some((key, value)) => Type::map(type_of(key), type_of(value)),
            None => Type::map(Type::Variant, Type::Variant),
        },
        Value::Struct(record) => Type::record(record.fields().iter().map(|(name, value)| (name.clone(), type_of(value)))),
        Value::Func(function) => function.signature().clone(),
    }
}

fn has_struct(ty: &Type) -> bool {
    match ty {
        Type::Struct(_) => true,
        Type::List(element) => has_struct(element),
        Type::Map(entry) => has_struct(&entry.0) || has_struct(&entry.1),
        _ => false,
    }
}

impl Datum {
    /// A value of a type. `typed`: it lies in a container of that very type, or is the result of a function, so that maps are not generic.
    pub(super) fn new(value: &Value, ty: &Type, typed: bool) -> Datum {
        match (value, ty) {
            (Value::Bool(value), _) => Datum::Bool(*value),
            (Value::Int(value), _) => Datum::Int(*value, Width::Long),
            (Value::Float(value), _) => Datum::Float(*value),
            (Value::Str(text), _) => Datum::Text(text.into()),
            (Value::List(list), Type::List(element)) => Datum::List(Sequence {
                list: Some(list.clone()),
                range: 0..list.as_slice().len(),
                capacity: list.as_slice().len(),
                element: Type::clone(element),
                generic: has_struct(element),
            }),
            (Value::Map(map), Type::Map(entry)) => Datum::Map(Dictionary {
                map: Some(map.clone()),
                key: entry.0.clone(),
                value: entry.1.clone(),
                generic: !typed || has_struct(ty),
            }),
            (Value::Struct(record), Type::Struct(types)) => {
                Datum::Fields(Fields { record: record.clone(), types: types.clone() })
            }
            (Value::Func(_), _) => Datum::Nil,
            (Value::List(_) | Value::Map(_) | Value::Struct(_), _) => Datum::new(value, &type_of(value), typed),
        }
    }

    /// A key of a map.
    pub(super) fn key(value: &Value, ty: &Type) -> Datum {
        match (value, ty) {
            (Value::Struct(record), Type::Struct(types)) => {
                Datum::Struct(Fields { record: record.clone(), types: types.clone() })
            }
            _ => Datum::new(value, ty, true),
        }
    }

    /// A string that was made here.
    pub(super) fn made(bytes: impl Into<Rc<[u8]>>) -> Datum {
        let bytes = bytes.into();
        let range = 0..bytes.len();
        Datum::Text(Bytes::Made(bytes, range))
    }

    /// Whether a condition counts it as true.
    pub(super) fn truth(&self) -> bool {
        match self {
            Datum::Nil => false,
            Datum::Bool(value) => *value,
            Datum::Int(value, _) => *value != 0,
            Datum::Float(value) => *value != 0.0,
            Datum::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
            Datum::Text(text) => !text.as_slice().is_empty(),
            Datum::List(list) => !list.range.is_empty(),
            Datum::Map(map) => !map.entries().is_empty(),
            Datum::Fields(fields) => !fields.record.fields().is_empty(),
            Datum::Struct(_) => true,
        }
    }

    /// Whether it is nothing, or an absent list or map.
    pub(super) fn is_nil(&self) -> bool {
        match self {
            Datum::Nil => true,
            Datum::List(list) => list.list.is_none(),
            Datum::Map(map) => map.map.is_none(),
            _ => false,
        }
    }

    /// The name of its type in Go.
    pub(super) fn type_name(&self) -> String {
        match self {
            Datum::Nil => "<nil>".to_owned(),
            Datum::Bool(_) => "bool".to_owned(),
            Datum::Int(_, Width::Native) => "int".to_owned(),
            Datum::Int(_, Width::Long) => "int64".to_owned(),
            Datum::Int(_, Width::Byte) => "uint8".to_owned(),
            Datum::Float(_) => "float64".to_owned(),
            Datum::Complex(..) => "complex128".to_owned(),
            Datum::Text(_) => "string".to_owned(),
            Datum::List(list) => format!("[]{}", contents(&list.element, list.generic)),
            Datum::Map(map) => format!("map[{}]{}", go(&map.key), contents(&map.value, map.generic)),
            Datum::Fields(_) => "map[string]interface {}".to_owned(),
            Datum::Struct(fields) => go(&Type::Struct(fields.types.clone())),
        }
    }

    /// What an absent entry of a container is whose contents are of this type.
    pub(super) fn zero(ty: &Type, generic: bool) -> Datum {
        match ty {
            _ if generic => Datum::Nil,
            Type::Bool => Datum::Bool(false),
            Type::Int => Datum::Int(0, Width::Long),
            Type::Float => Datum::Float(0.0),
            Type::Str => Datum::made([]),
            Type::List(element) => {
                let element = Type::clone(element);
                Datum::List(Sequence { list: None, range: 0..0, capacity: 0, element, generic: false })
            }
            Type::Map(entry) => {
                let (key, value) = Clone::clone(&**entry);
                Datum::Map(Dictionary { map: None, key, value, generic: false })
            }
            _ => Datum::Nil,
        }
    }
}

/// The name in Go of a type of keys.
pub(super) fn key_type_name(ty: &Type) -> String {
    go(ty)
}

fn contents(ty: &Type, generic: bool) -> String {
    if generic { "interface {}".to_owned() } else { go(ty) }
}

/// The name in Go of a type whose values are no part of anything generic.
fn go(ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::Int => "int64".to_owned(),
        Type::Float => "float64".to_owned(),
        Type::Str => "string".to_owned(),
        Type::List(element) => format!("[]{}", go(element)),
        Type::Map(entry) => format!("map[{}]{}", go(&entry.0), go(&entry.1)),
        Type::Struct(fields) if fields.is_empty() => "struct {}".to_owned(),
        Type::Struct(fields) => {
            let fields: Vec<String> = fields.iter().map(|(name, ty)| format!("{} {}", capital(name), go(ty))).collect();
            format!("struct {{ {} }}", fields.join("; "))
        }
        Type::Variant | Type::Var(_) | Type::Func(_) => "interface {}".to_owned(),
    }
}

/// A name of a field with its first letter as a capital.
pub(super) fn capital(name: &str) -> String {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

impl From<&Text> for Bytes {
    fn from(text: &Text) -> Bytes {
        Bytes::Shared(text.clone(), 0..text.as_bytes().len())
    }
}

impl Bytes {
    pub(super) fn as_slice(&self) -> &[u8] {
        match self {
            Bytes::Shared(text, range) => &text.as_bytes()[range.clone()],
            Bytes::Made(bytes, range) => &bytes[range.clone()],
        }
    }

    /// A part of it, which lies inside.
    pub(super) fn slice(&self, from: usize, to: usize) -> Bytes {
        match self {
            Bytes::Shared(text, range) => Bytes::Shared(text.clone(), range.start + from..range.start + to),
            Bytes::Made(bytes, range) => Bytes::Made(bytes.clone(), range.start + from..range.start + to),
        }
    }

    /// As a value of the language.
    pub(super) fn to_value(&self) -> Value {
        match self {
            Bytes::Shared(text, range) if *range == (0..text.as_bytes().len()) => Value::Str(text.clone()),
            _ => Value::str(self.as_slice().to_vec()),
        }
    }
}

impl Sequence {
    /// The elements as values of the language.
    pub(super) fn values(&self) -> &[Value] {
        self.list.as_ref().map_or(&[], |list| &list.as_slice()[self.range.clone()])
    }

    /// An element.
    pub(super) fn get(&self, index: usize) -> Option<Place> {
        let value = self.values().get(index)?;
        Some(Place { datum: Datum::new(value, &self.element, !self.generic), generic: self.generic })
    }
}

impl Dictionary {
    /// Keys and values as values of the language, in an order that is not always that of a template.
    pub(super) fn entries(&self) -> &[(Value, Value)] {
        self.map.as_ref().map_or(&[], Map::entries)
    }

    /// An entry of the map.
    pub(super) fn entry(&self, entry: &(Value, Value)) -> (Datum, Place) {
        (Datum::key(&entry.0, &self.key), self.place(&entry.1))
    }

    fn place(&self, value: &Value) -> Place {
        Place { datum: Datum::new(value, &self.value, !self.generic), generic: self.generic }
    }

    /// The value under a key.
    pub(super) fn get(&self, key: &Value) -> Option<Place> {
        self.map.as_ref()?.get(key).map(|value| self.place(value))
    }
}

impl Fields {
    /// Where the field of a capitalised name is declared.
    pub(super) fn index(&self, name: &str) -> Option<usize> {
        self.types.iter().position(|(field, _)| is_capital_of(name, field))
    }

    /// The field of a capitalised name.
    pub(super) fn get(&self, name: &str) -> Option<Place> {
        self.at(self.index(name)?).map(|(_, place)| place)
    }

    /// A field by its place in the declaration.
    pub(super) fn at(&self, index: usize) -> Option<(String, Place)> {
        let ((name, value), (_, ty)) = (self.record.fields().get(index)?, self.types.get(index)?);
        Some((capital(name), Place { datum: Datum::new(value, ty, false), generic: true }))
    }

    /// A field of a struct that is the key of a map.
    pub(super) fn key_at(&self, index: usize) -> Option<(String, Datum)> {
        let ((name, value), (_, ty)) = (self.record.fields().get(index)?, self.types.get(index)?);
        Some((capital(name), Datum::key(value, ty)))
    }
}

/// Whether `name` is the name of a field with its first letter as a capital.
fn is_capital_of(name: &str, field: &str) -> bool {
    match (name.as_bytes().split_first(), field.as_bytes().split_first()) {
        (Some((first, rest)), Some((lower, others))) if lower.is_ascii() => {
            *first == lower.to_ascii_uppercase() && rest == others
        }
        _ => name == capital(field),
    }
}
