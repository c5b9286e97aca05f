//! The declaration of a resource kind: one table from which type checking, defaults, documentation and behaviour all come.

use crate::resource::{Fields, Identities};
use crate::types::Type;
use crate::value::Value;
use rustc_hash::FxHashMap;

/// A resource kind, as data.
#[derive(Debug)]
pub struct Kind {
    /// As written in programs: `file`, `http:server`.
    pub name: &'static str,
    /// What it is for: first a sentence, then paragraphs, for a user to read.
    pub doc: &'static str,
    /// What a body may set.
    pub fields: &'static [Field],
    /// What it publishes for others to receive; empty: it cannot send.
    pub sends: &'static [Field],
    /// What it can do.
    pub traits: Traits,
    /// Constants below `const.res.<kind>.`, such as `state.exists`.
    pub constants: &'static [(&'static str, Literal)],
    /// Checks a resource of this kind without looking at the host; the error says what is wrong in one line.
    pub validate: Check,
    /// What a resource of this kind offers to and seeks in others for automatic edges.
    pub identities: fn(name: &str, fields: &Fields) -> Identities,
}

/// What a kind can do beside being checked and applied.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traits {
    /// A notification makes it do something.
    pub refreshes: bool,
    /// Its fields can be fed by a send/receive edge.
    pub receives: bool,
    /// `Meta:autoedge` means something to it.
    pub autoedges: bool,
    /// `Meta:autogroup` means something to it.
    pub autogroups: bool,
    /// `Meta:reverse` means something to it; the error says why a resource can't be undone.
    pub reverses: Option<Check>,
    /// What two resources of one name are compared by, where that is not what was written: fields of the same effect, written the same way.
    pub effect: Option<Effect>,
    /// Why a resource is like no other of its name, whatever is written.
    pub unlike: Option<Unlike>,
    /// Duplicates that differ can be merged.
    pub merges: Option<Merge>,
    /// Fields that its watch does not depend on: where only they change, the watch stays in force.
    pub unwatched: &'static [&'static str],
    /// What `Meta:poll` has to be, where not everything will do.
    pub polls: Option<Poll>,
}

/// Looks at a resource, by name and fields; the error says what is wrong in one line.
pub type Check = fn(name: &str, fields: &Fields) -> Result<(), String>;

/// Fields written the one way in which all of the same effect are written.
pub type Effect = fn(name: &str, fields: &Fields) -> Fields;

/// Looks at the fields; the answer says in one line what keeps the resource from being like another.
pub type Unlike = fn(fields: &Fields) -> Option<&'static str>;

/// Fields that satisfy both wishes, whichever comes first; the error says in which thing they contradict each other.
pub type Merge = fn(a: &Fields, b: &Fields) -> Result<Fields, String>;

/// Looks at `Meta:poll`, in seconds, beside the fields; the error says what is wrong in one line.
pub type Poll = fn(poll: i32, fields: &Fields) -> Result<(), String>;

impl Traits {
    /// A kind that can be checked and applied, and nothing else.
    pub const PLAIN: Traits = Traits {
        refreshes: false,
        receives: false,
        autoedges: false,
        autogroups: false,
        reverses: None,
        effect: None,
        unlike: None,
        merges: None,
        unwatched: &[],
        polls: None,
    };
}

/// One field of a kind.
#[derive(Debug)]
pub struct Field {
    /// As written in programs.
    pub name: &'static str,
    /// What it stores.
    pub ty: FieldType,
    /// Whether *not set* differs from the zero value.
    pub optional: bool,
    /// What it is when the body does not set it; [`Literal::Zero`] for the zero value, or for *not set* where `optional`.
    pub default: Literal,
    /// What it means, units included.
    pub doc: &'static str,
}

/// A constant that can stand in a table.
#[derive(Clone, Copy, Debug)]
pub enum Literal {
    /// The zero value of the type.
    Zero,
    /// A `bool`.
    Bool(bool),
    /// An `int`.
    Int(i64),
    /// A `float`.
    Float(f64),
    /// A `str`.
    Str(&'static str),
    /// A `map{str: str}`.
    StrMap(&'static [(&'static str, &'static str)]),
}

impl Literal {
    /// The value; `None` for [`Literal::Zero`].
    pub fn value(self) -> Option<Value> {
        match self {
            Literal::Zero => None,
            Literal::Bool(v) => Some(Value::Bool(v)),
            Literal::Int(v) => Some(Value::Int(v)),
            Literal::Float(v) => Some(Value::Float(v)),
            Literal::Str(v) => Some(Value::str(v)),
            Literal::StrMap(v) => Some(Value::map(v.iter().map(|(key, value)| (Value::str(*key), Value::str(*value))))),
        }
    }
}

/// How a field stores its value.
#[derive(Clone, Copy, Debug)]
pub enum FieldType {
    /// `bool`
    Bool,
    /// `str`
    Str,
    /// `int` of this many bits (8, 16, 32, 64).
    Int(u8),
    /// `int` without sign, of this many bits.
    Uint(u8),
    /// `float` of this many bits (32, 64).
    Float(u8),
    /// `[]T`
    List(&'static FieldType),
    /// `map{K: V}`
    Map(&'static FieldType, &'static FieldType),
    /// `struct{…}`
    Struct(&'static [(&'static str, FieldType)]),
    /// `func(…) R`, as text.
    Func(&'static str),
    /// Any concrete type.
    Variant,
}

impl FieldType {
    /// The type of the language that values of the field have.
    pub fn language_type(&self) -> Type {
        match self {
            FieldType::Bool => Type::Bool,
            FieldType::Str => Type::Str,
            FieldType::Int(_) | FieldType::Uint(_) => Type::Int,
            FieldType::Float(_) => Type::Float,
            FieldType::List(element) => Type::list(element.language_type()),
            FieldType::Map(key, value) => Type::map(key.language_type(), value.language_type()),
            FieldType::Struct(fields) => Type::record(fields.iter().map(|(name, ty)| (*name, ty.language_type()))),
            FieldType::Func(text) => Type::parse(text).unwrap_or(Type::Variant),
            FieldType::Variant => Type::Variant,
        }
    }

    /// A value as the storage keeps it: floats of 32 bits are rounded. The value must fit.
    pub fn stored(&self, value: &Value) -> Value {
        match (self, value) {
            (FieldType::Float(32), Value::Float(v)) => Value::Float(f64::from(*v as f32)),
            (FieldType::List(element), Value::List(v)) if element.rounds() => {
                Value::list(v.as_slice().iter().map(|v| element.stored(v)).collect::<Vec<_>>())
            }
            (FieldType::Map(key, value), Value::Map(v)) if key.rounds() || value.rounds() => {
                Value::map(v.entries().iter().map(|(k, v)| (key.stored(k), value.stored(v))))
            }
            (FieldType::Struct(fields), Value::Struct(v)) if self.rounds() => {
                Value::record(fields.iter().zip(v.fields()).map(|((_, ty), (name, v))| (name.clone(), ty.stored(v))))
            }
            _ => value.clone(),
        }
    }

    /// Whether a float of 32 bits is part of it.
    fn rounds(&self) -> bool {
        match self {
            FieldType::Float(bits) => *bits == 32,
            FieldType::List(element) => element.rounds(),
            FieldType::Map(key, value) => key.rounds() || value.rounds(),
            FieldType::Struct(fields) => fields.iter().any(|(_, ty)| ty.rounds()),
            _ => false,
        }
    }

    /// Whether a value of the right type fits the storage; the error says why not.
    pub fn fits(&self, value: &Value) -> Result<(), String> {
        match (self, value) {
            (FieldType::Uint(bits), Value::Int(v)) if *v < 0 => {
                Err(format!("can't store negative int `{v}` into unsigned `uint{bits}` field"))
            }
            (FieldType::Uint(bits), Value::Int(v)) if *bits < 64 && *v >= 1 << bits => {
                Err(format!("field is an `uint{bits}`, and `{v}` will overflow it"))
            }
            (FieldType::Int(bits), Value::Int(v)) if *bits < 64 && !(-(1i64 << (bits - 1))..1i64 << (bits - 1)).contains(v) => {
                Err(format!("field is an `int{bits}`, and `{v}` will overflow it"))
            }
            (FieldType::Float(32), Value::Float(v)) if v.is_finite() && !(*v as f32).is_finite() => {
                Err(format!("field is a `float32`, and `{}` will overflow it", crate::value::float(*v)))
            }
            (FieldType::List(element), Value::List(v)) => v.as_slice().iter().try_for_each(|v| element.fits(v)),
            (FieldType::Map(key, value), Value::Map(v)) => {
                v.entries().iter().try_for_each(|(k, v)| key.fits(k).and_then(|()| value.fits(v)))
            }
            (FieldType::Struct(fields), Value::Struct(v)) => {
                fields.iter().zip(v.fields()).try_for_each(|((_, ty), (_, v))| ty.fits(v))
            }
            _ => Ok(()),
        }
    }
}

impl Kind {
    /// The field of this name and its index.
    pub fn field(&self, name: &str) -> Option<(usize, &'static Field)> {
        self.fields.iter().enumerate().find(|(_, field)| field.name == name)
    }

    /// Checks a resource of this kind without looking at the host: how often it is polled, then all else.
    pub fn check(&self, name: &str, poll: i32, fields: &Fields) -> Result<(), String> {
        self.traits.polls.map_or(Ok(()), |polls| polls(poll, fields))?;
        (self.validate)(name, fields)
    }

    /// The published value of this name.
    pub fn send(&self, name: &str) -> Option<&'static Field> {
        self.sends.iter().find(|field| field.name == name)
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Kind) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

/// All kinds by name.
#[derive(Clone, Debug, Default)]
pub struct Kinds(FxHashMap<&'static str, &'static Kind>);

impl Kinds {
    /// The kind of this name.
    pub fn get(&self, name: &str) -> Option<&'static Kind> {
        self.0.get(name).copied()
    }

    /// All of them, by name.
    pub fn sorted(&self) -> Vec<&'static Kind> {
        let mut all: Vec<_> = self.0.values().copied().collect();
        all.sort_by_key(|kind| kind.name);
        all
    }
}

impl FromIterator<&'static Kind> for Kinds {
    fn from_iter<I: IntoIterator<Item = &'static Kind>>(kinds: I) -> Kinds {
        Kinds(kinds.into_iter().map(|kind| (kind.name, kind)).collect())
    }
}
