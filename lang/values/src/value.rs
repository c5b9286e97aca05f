//! Values of the language.
//!
//! A composite carries the [`Identity`] of its content, computed once when it is made, so that equality, order and hashing inside the
//! dataflow cost the same for a word and for a list of 100,000. `Eq`, `Ord` and `Hash` are about identity: type, length and bits
//! (one NaN; `-0.0` differs from `0.0`). The language's own `==` and order are [`Value::equals`] and [`Value::compare`].

use crate::func::Function;
use crate::identity::{Identity, Maker};
use crate::text::Text;
use crate::types::Type;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A value. Cheap to clone.
#[derive(Clone)]
pub enum Value {
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `float`
    Float(f64),
    /// `str`
    Str(Text),
    /// `[]T`
    List(List),
    /// `map{K: V}`
    Map(Map),
    /// `struct{…}`
    Struct(Record),
    /// `func(…) R`
    Func(Function),
}

/// The elements of a list.
#[derive(Clone)]
pub struct List(Arc<(Identity, Box<[Value]>)>);

/// Keys and values.
type Entries = Box<[(Value, Value)]>;

/// Names and values.
type Members = Box<[(Arc<str>, Value)]>;

/// The entries of a map, sorted by key in the order of the language.
#[derive(Clone)]
pub struct Map(Arc<(Identity, Entries)>);

/// The fields of a struct in declared order.
#[derive(Clone)]
pub struct Record(Arc<(Identity, Members)>);

impl List {
    /// A list of these elements.
    pub fn new(elements: impl Into<Box<[Value]>>) -> List {
        let elements = elements.into();
        let mut maker = Maker::new(b'l');
        maker.word(elements.len() as u64);
        elements.iter().for_each(|v| v.add_to(&mut maker));
        List(Arc::new((maker.finish(), elements)))
    }

    /// The elements.
    #[inline]
    pub fn as_slice(&self) -> &[Value] {
        &self.0.1
    }
}

impl Map {
    /// A map of these entries; of equal keys the later entry wins. A NaN key equals nothing, so each adds an entry.
    pub fn new(entries: impl IntoIterator<Item = (Value, Value)>) -> Map {
        let mut entries: Vec<(Value, Value)> = entries.into_iter().collect();
        // Stable, so that of equal keys the last written stands last.
        entries.sort_by(|a, b| a.0.compare(&b.0));
        let mut unique: Vec<(Value, Value)> = Vec::with_capacity(entries.len());
        for entry in entries {
            match unique.last_mut() {
                Some(last) if last.0.equals(&entry.0) => *last = entry,
                _ => unique.push(entry),
            }
        }
        let mut maker = Maker::new(b'm');
        maker.word(unique.len() as u64);
        for (key, value) in &unique {
            key.add_to(&mut maker);
            value.add_to(&mut maker);
        }
        Map(Arc::new((maker.finish(), unique.into())))
    }

    /// The entries, sorted by key.
    #[inline]
    pub fn entries(&self) -> &[(Value, Value)] {
        &self.0.1
    }

    /// The value under a key that equals `key` as the language sees it.
    pub fn get(&self, key: &Value) -> Option<&Value> {
        let at = self.entries().binary_search_by(|(k, _)| k.compare(key)).ok()?;
        self.entries().get(at).filter(|(k, _)| k.equals(key)).map(|(_, v)| v)
    }
}

impl Record {
    /// A struct with these fields.
    pub fn new(fields: impl IntoIterator<Item = (Arc<str>, Value)>) -> Record {
        let fields: Box<[(Arc<str>, Value)]> = fields.into_iter().collect();
        let mut maker = Maker::new(b'r');
        maker.word(fields.len() as u64);
        for (name, value) in &fields {
            maker.bytes(name.as_bytes());
            value.add_to(&mut maker);
        }
        Record(Arc::new((maker.finish(), fields)))
    }

    /// Names and values in declared order.
    pub fn fields(&self) -> &[(Arc<str>, Value)] {
        &self.0.1
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields().iter().find(|(n, _)| &**n == name).map(|(_, v)| v)
    }
}

impl Value {
    /// The zero value of a type; functions and unknown types have none.
    pub fn zero(ty: &Type) -> Option<Value> {
        Some(match ty {
            Type::Bool => Value::Bool(false),
            Type::Int => Value::Int(0),
            Type::Float => Value::Float(0.0),
            Type::Str => Value::str(""),
            Type::List(_) => Value::list([]),
            Type::Map(_) => Value::map([]),
            Type::Struct(fields) => {
                let fields = fields.iter().map(|(name, ty)| Some((name.clone(), Value::zero(ty)?)));
                Value::record(fields.collect::<Option<Vec<_>>>()?)
            }
            Type::Func(_) | Type::Variant | Type::Var(_) => return None,
        })
    }

    /// A `str`.
    pub fn str(text: impl Into<Text>) -> Value {
        Value::Str(text.into())
    }

    /// A list.
    pub fn list(elements: impl Into<Box<[Value]>>) -> Value {
        Value::List(List::new(elements))
    }

    /// A map; of equal keys the later wins.
    pub fn map(entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
        Value::Map(Map::new(entries))
    }

    /// A struct.
    pub fn record(fields: impl IntoIterator<Item = (Arc<str>, Value)>) -> Value {
        Value::Struct(Record::new(fields))
    }

    /// The name of the content.
    pub fn identity(&self) -> Identity {
        match self {
            Value::Str(v) => v.identity(),
            Value::List(v) => v.0.0,
            Value::Map(v) => v.0.0,
            Value::Struct(v) => v.0.0,
            Value::Func(v) => v.identity(),
            scalar => {
                let mut maker = Maker::new(b'v');
                scalar.add_to(&mut maker);
                maker.finish()
            }
        }
    }

    /// Adds this value to an identity that is being made.
    pub fn add_to(&self, maker: &mut Maker) {
        maker.word(u64::from(self.rank()));
        match self {
            Value::Bool(v) => maker.word(u64::from(*v)),
            Value::Int(v) => maker.word(*v as u64),
            Value::Float(v) => maker.word(bits(*v)),
            other => maker.part(other.identity()),
        };
    }

    #[inline]
    fn rank(&self) -> u8 {
        match self {
            Value::Bool(_) => 0,
            Value::Int(_) => 1,
            Value::Float(_) => 2,
            Value::Str(_) => 3,
            Value::List(_) => 4,
            Value::Map(_) => 5,
            Value::Struct(_) => 6,
            Value::Func(_) => 7,
        }
    }

    /// Equality as the language sees it: IEEE for floats, elementwise for composites, the same closure for functions.
    pub fn equals(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::Func(a), Value::Func(b)) => a == b,
            (Value::List(a), Value::List(b)) => {
                a.as_slice().len() == b.as_slice().len() && a.as_slice().iter().zip(b.as_slice()).all(|(x, y)| x.equals(y))
            }
            (Value::Map(a), Value::Map(b)) => {
                a.entries().len() == b.entries().len() && a.entries().iter().all(|(k, v)| b.get(k).is_some_and(|w| v.equals(w)))
            }
            (Value::Struct(a), Value::Struct(b)) => {
                a.fields().len() == b.fields().len()
                    && a.fields().iter().zip(b.fields()).all(|(x, y)| x.0 == y.0 && x.1.equals(&y.1))
            }
            _ => false,
        }
    }

    /// The order of the language: `false` before `true`, numbers by size (NaN last, zeros equal), strings bytewise, lists
    /// lexicographically, maps and structs by their display form.
    pub fn compare(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Float(a), Value::Float(b)) => a.partial_cmp(b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan())),
            (Value::Str(a), Value::Str(b)) => a.compare(b),
            (Value::List(a), Value::List(b)) => {
                let pairs = a.as_slice().iter().zip(b.as_slice());
                let lengths = a.as_slice().len().cmp(&b.as_slice().len());
                pairs.map(|(x, y)| x.compare(y)).find(|o| o.is_ne()).unwrap_or(lengths)
            }
            (Value::Map(_), Value::Map(_)) | (Value::Struct(_), Value::Struct(_)) => {
                if self == other {
                    Ordering::Equal
                } else {
                    self.to_string().cmp(&other.to_string())
                }
            }
            (Value::Func(a), Value::Func(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    /// The truth value; `None` for another kind of value.
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(v) = self { Some(*v) } else { None }
    }

    /// The integer; `None` for another kind of value.
    pub fn as_int(&self) -> Option<i64> {
        if let Value::Int(v) = self { Some(*v) } else { None }
    }

    /// The float; `None` for another kind of value.
    pub fn as_float(&self) -> Option<f64> {
        if let Value::Float(v) = self { Some(*v) } else { None }
    }

    /// The text; `None` for another kind of value.
    pub fn as_text(&self) -> Option<&Text> {
        if let Value::Str(v) = self { Some(v) } else { None }
    }

    /// The elements of a list; `None` for another kind of value.
    pub fn as_list(&self) -> Option<&[Value]> {
        if let Value::List(v) = self { Some(v.as_slice()) } else { None }
    }

    /// The map; `None` for another kind of value.
    pub fn as_map(&self) -> Option<&Map> {
        if let Value::Map(v) = self { Some(v) } else { None }
    }

    /// The struct; `None` for another kind of value.
    pub fn as_record(&self) -> Option<&Record> {
        if let Value::Struct(v) = self { Some(v) } else { None }
    }

    /// Whether this is the zero value of its type: `false`, `0`, `""`, an empty list or map, a struct of zeros.
    pub fn is_zero(&self) -> bool {
        match self {
            Value::Bool(v) => !v,
            Value::Int(v) => *v == 0,
            Value::Float(v) => *v == 0.0,
            Value::Str(v) => v.as_bytes().is_empty(),
            Value::List(v) => v.as_slice().is_empty(),
            Value::Map(v) => v.entries().is_empty(),
            Value::Struct(v) => v.fields().iter().all(|(_, v)| v.is_zero()),
            Value::Func(_) => false,
        }
    }
}

/// The bits that identify a float: every NaN is the same.
fn bits(value: f64) -> u64 {
    if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() }
}

impl Ord for Value {
    #[inline]
    fn cmp(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Float(a), Value::Float(b)) => bits(*a).cmp(&bits(*b)),
            (Value::Str(a), Value::Str(b)) => a.cmp(b),
            (Value::List(a), Value::List(b)) => a.0.0.cmp(&b.0.0),
            (Value::Map(a), Value::Map(b)) => a.0.0.cmp(&b.0.0),
            (Value::Struct(a), Value::Struct(b)) => a.0.0.cmp(&b.0.0),
            (Value::Func(a), Value::Func(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Value {
    #[inline]
    fn partial_cmp(&self, other: &Value) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    #[inline]
    fn eq(&self, other: &Value) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Value {}

impl Hash for Value {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Value::Bool(v) => state.write_u8(u8::from(*v)),
            Value::Int(v) => state.write_i64(*v),
            Value::Float(v) => state.write_u64(bits(*v)),
            other => state.write_u64(other.identity().0 as u64),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The display form: strings quoted, floats shortest without exponent, maps sorted by key.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn join<T>(
            f: &mut fmt::Formatter<'_>,
            items: &[T],
            by: &str,
            one: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
        ) -> fmt::Result {
            for (i, item) in items.iter().enumerate() {
                f.write_str(if i > 0 { by } else { "" })?;
                one(f, item)?;
            }
            Ok(())
        }
        match self {
            Value::Bool(v) => write!(f, "{v}"),
            Value::Int(v) => write!(f, "{v}"),
            Value::Float(v) => f.write_str(&float(*v)),
            Value::Str(v) => f.write_str(&v.quoted()),
            Value::List(v) => {
                f.write_str("[")?;
                join(f, v.as_slice(), ", ", |f, v| write!(f, "{v}"))?;
                f.write_str("]")
            }
            Value::Map(v) => {
                f.write_str("{")?;
                join(f, v.entries(), ", ", |f, (k, v)| write!(f, "{k}: {v}"))?;
                f.write_str("}")
            }
            Value::Struct(v) => {
                f.write_str("struct{")?;
                join(f, v.fields(), "; ", |f, (n, v)| write!(f, "{n}: {v}"))?;
                f.write_str("}")
            }
            Value::Func(v) => write!(f, "func({})", v.signature()),
        }
    }
}

/// The shortest decimal that round-trips, never with an exponent: `13`, `0.1`, `-0`, `NaN`, `+Inf`.
pub fn float(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    format!("{value}")
}
