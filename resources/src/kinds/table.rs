//! The words in which the tables of fields are written.

use mgmt_values::resource::Identities;
use mgmt_values::resource::{Fields, Identifier, Seek, SeekOrder};
use mgmt_values::schema::{Field, FieldType, Literal, Traits};
use mgmt_values::text::Text;
use mgmt_values::value::Value;

/// `str`
pub const STR: FieldType = FieldType::Str;
/// `bool`
pub const BOOL: FieldType = FieldType::Bool;
/// `int` of 64 bits
pub const INT: FieldType = FieldType::Int(64);
/// `[]str`
pub const STRS: FieldType = FieldType::List(&FieldType::Str);
/// `map{str: str}`
pub const STR_MAP: FieldType = FieldType::Map(&FieldType::Str, &FieldType::Str);

/// A kind that can be checked and applied, and nothing else.
pub const PLAIN: Traits = Traits::PLAIN;

/// A field that is the zero value of its type when it is not set.
pub const fn field(name: &'static str, ty: FieldType, doc: &'static str) -> Field {
    Field { name, ty, optional: false, default: Literal::Zero, doc }
}

/// A field for which not being set means something of its own.
pub const fn optional(name: &'static str, ty: FieldType, doc: &'static str) -> Field {
    Field { name, ty, optional: true, default: Literal::Zero, doc }
}

/// A field with this value when it is not set.
pub const fn defaulted(name: &'static str, ty: FieldType, default: Literal, doc: &'static str) -> Field {
    Field { name, ty, optional: false, default, doc }
}

/// For kinds without rules of their own.
pub fn always_valid(_: &str, _: &Fields) -> Result<(), String> {
    Ok(())
}

/// For kinds that nothing tells of changes.
pub fn polled(poll: i32, _: &Fields) -> Result<(), String> {
    ensure(poll != 0, || "there are no events to wait for: `Meta:poll` has to be given".to_owned())
}

/// For kinds without automatic edges.
pub fn no_identities(_: &str, _: &Fields) -> Identities {
    Identities::default()
}

/// An identifier of a class.
pub fn identifier(class: &'static str, name: impl Into<Text>) -> Identifier {
    Identifier { class, name: name.into() }
}

/// A search for one of these, nearest first; what is found runs first.
pub fn after(chain: Vec<Identifier>) -> Seek {
    Seek { chain, order: SeekOrder::FoundFirst }
}

/// A search for one of these, nearest first; what is found runs after.
pub fn before(chain: Vec<Identifier>) -> Seek {
    Seek { chain, order: SeekOrder::SeekerFirst }
}

/// Gives an error unless something holds.
pub fn ensure(holds: bool, error: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(error()) }
}

/// Gives an error unless a field has one of these values.
pub fn one_of(fields: &Fields, name: &str, allowed: &[&str]) -> Result<(), String> {
    let value = fields.text(name);
    ensure(allowed.contains(&value.as_str()), || {
        let allowed: Vec<String> = allowed.iter().map(|value| format!("\"{value}\"")).collect();
        format!("`{name}` is \"{value}\", and has to be one of {}", allowed.join(", "))
    })
}

/// A `str` field, or the name of the resource where that is empty.
pub fn text_or_name(fields: &Fields, field: &str, name: &str) -> String {
    Some(fields.text(field)).filter(|text| !text.is_empty()).unwrap_or_else(|| name.to_owned())
}

/// Fields with some written in another way.
pub fn rewritten(fields: &Fields, to: impl IntoIterator<Item = (&'static str, Value)>) -> Fields {
    let kind = fields.kind();
    fields.with(to.into_iter().filter_map(|(name, value)| Some((kind.field(name)?.0 as u16, value))))
}

/// For comparing: the name of the resource where a `str` field is empty.
pub fn with_name(fields: &Fields, field: &'static str, name: &str) -> Fields {
    rewritten(fields, [(field, Value::str(text_or_name(fields, field, name).as_str()))])
}

/// For comparing: `[]str` fields whose order does not count, sorted.
pub fn with_sorted(fields: &Fields, names: &[&'static str]) -> Fields {
    let given = names.iter().filter(|name| fields.given(name).is_some());
    rewritten(
        fields,
        given.map(|name| {
            let mut texts = fields.texts(name);
            texts.sort();
            (*name, Value::list(texts.iter().map(|text| Value::str(text.as_str())).collect::<Vec<_>>()))
        }),
    )
}
