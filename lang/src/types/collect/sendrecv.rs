//! Whether a value can be sent along an edge: judged by how the kinds store it, not by types of the language.

use super::Collector;
use crate::resolve::program::{ExprKind, Half};
use mgmt_values::schema::{Field, FieldType};
use mgmt_values::{Span, Value};

impl Collector<'_> {
    /// Checks `sender.sent -> receiver.received`.
    pub(super) fn sendrecv(&mut self, span: Span, (sender, sent): (&Half, &str), (receiver, received): (&Half, &str)) {
        if let Err(message) = self.can_send((sender, sent), (receiver, received)) {
            self.error(span, message);
        }
    }

    fn can_send(&self, (sender, sent): (&Half, &str), (receiver, received): (&Half, &str)) -> Result<(), String> {
        let kind = |half: &Half| self.kinds.get(&half.kind).ok_or_else(|| format!("there is no resource kind `{}`", half.kind));
        let (from, to) = (kind(sender)?, kind(receiver)?);
        if from.sends.is_empty() {
            return Err(format!("a `{}` sends nothing", from.name));
        }
        if !to.traits.receives {
            return Err(format!("a `{}` receives nothing", to.name));
        }
        let names = format!("{}.{sent} -> {}.{received}", self.shown(sender), self.shown(receiver));
        let Some(sent) = from.send(sent) else {
            let known: Vec<_> = from.sends.iter().map(|field| format!("`{}`", field.name)).collect();
            return Err(format!("{names}: a `{}` does not send `{sent}`, but {}", from.name, known.join(", ")));
        };
        let Some((_, received)) = to.field(received) else {
            return Err(format!("{names}: a `{}` has no field `{received}`", to.name));
        };
        if fits(sent, received) {
            return Ok(());
        }
        Err(format!("{names}: {} cannot be stored in {}", storage(&sent.ty), storage(&received.ty)))
    }

    /// `kind[name]` where the name is known, `kind` otherwise.
    fn shown(&self, half: &Half) -> String {
        match &self.program[half.name].kind {
            ExprKind::Literal(Value::Str(name)) => format!("{}[{}]", half.kind, name.to_str()),
            _ => half.kind.to_string(),
        }
    }
}

/// An optional or untyped field on either side is looked at only when a value arrives.
fn fits(sent: &Field, received: &Field) -> bool {
    let loose = |field: &Field| field.optional || matches!(field.ty, FieldType::Variant);
    loose(sent) || loose(received) || storage(&sent.ty) == storage(&received.ty)
}

/// How a field stores its value, as text: equal exactly where the storage is.
fn storage(ty: &FieldType) -> String {
    match ty {
        FieldType::Int(bits) => format!("int{bits}"),
        FieldType::Uint(bits) => format!("uint{bits}"),
        FieldType::Float(bits) => format!("float{bits}"),
        FieldType::List(element) => format!("[]{}", storage(element)),
        FieldType::Map(key, value) => format!("map{{{}: {}}}", storage(key), storage(value)),
        FieldType::Struct(fields) => {
            let fields: Vec<_> = fields.iter().map(|(name, ty)| format!("{name} {}", storage(ty))).collect();
            format!("struct{{{}}}", fields.join("; "))
        }
        scalar => scalar.language_type().to_string(),
    }
}
