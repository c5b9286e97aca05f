//! Links along edges: who may send, who may receive, and whether what is sent fits.

use super::duplicates::Ends;
use super::edges::Ask;
use crate::groups::Group;
use mgmt_values::error::{Error, Rank};
use mgmt_values::identity::Identity;
use mgmt_values::resource::{Edge, Link, ResourceId};
use mgmt_values::schema::{Field, FieldType};
use std::collections::BTreeSet;

/// Checks the link of an edge, if it has one, against the kinds of both ends; the error says what is wrong.
pub fn check(edge: &Edge, from: &Ends, to: &Ends) -> Result<(), String> {
    let Some(Link { send, receive }) = &edge.link else { return Ok(()) };
    let (sender, receiver) = (from.kind.0, to.kind.0);
    if from.variants.first() != Some(&Identity(0)) {
        return Err(format!("cannot send from hidden resource: {}", edge.from));
    }
    if sender.sends.is_empty() {
        return Err(format!("cannot send from resource of kind: {}", sender.name));
    }
    if !receiver.traits.receives {
        return Err(format!("cannot recv to resource of kind: {}", receiver.name));
    }
    let cannot = |why: String| format!("cannot send/recv from {}.{send} to {}.{receive}: {why}", edge.from, edge.to);
    let sent = sender.send(send).ok_or_else(|| cannot("key not found in send struct".to_owned()))?;
    let (_, field) = receiver.field(receive).ok_or_else(|| cannot("key not found in recv struct".to_owned()))?;
    fits(sent, field).map_err(cannot)
}

/// An optional or untyped side takes and gives anything; what arrives is checked when it does.
fn fits(sent: &Field, field: &Field) -> Result<(), String> {
    let open = |field: &Field| field.optional || matches!(field.ty, FieldType::Variant);
    if open(sent) || open(field) || same(&sent.ty, &field.ty) {
        return Ok(());
    }
    let (a, b) = (word(&sent.ty), word(&field.ty));
    Err(if a == b { format!("type mismatch between {a} and {b}") } else { format!("field kind mismatch between {a} and {b}") })
}

fn same(a: &FieldType, b: &FieldType) -> bool {
    match (a, b) {
        (FieldType::Bool, FieldType::Bool) | (FieldType::Str, FieldType::Str) | (FieldType::Variant, FieldType::Variant) => true,
        (FieldType::Int(a), FieldType::Int(b))
        | (FieldType::Uint(a), FieldType::Uint(b))
        | (FieldType::Float(a), FieldType::Float(b)) => a == b,
        (FieldType::List(a), FieldType::List(b)) => same(a, b),
        (FieldType::Map(k, v), FieldType::Map(l, w)) => same(k, l) && same(v, w),
        (FieldType::Struct(a), FieldType::Struct(b)) => {
            a.len() == b.len() && a.iter().zip(*b).all(|(a, b)| a.0 == b.0 && same(&a.1, &b.1))
        }
        (FieldType::Func(a), FieldType::Func(b)) => a == b,
        _ => false,
    }
}

fn word(ty: &FieldType) -> String {
    match ty {
        FieldType::Int(bits) => format!("int{bits}"),
        FieldType::Uint(bits) => format!("uint{bits}"),
        FieldType::Float(bits) => format!("float{bits}"),
        other => other.language_type().kind().to_owned(),
    }
}

/// Errors for a field that several senders, or several values of one, would feed.
pub fn rivals(id: &ResourceId, field: &str, asks: &Group<Ask>) -> impl Iterator<Item = Error> {
    let mut senders = BTreeSet::new();
    let mut sites = Vec::new();
    for (ask, _) in asks {
        if let Ask::Sender(sender, send, site) = ask
            && senders.insert((sender, send))
        {
            sites.push(*site);
        }
    }
    sites.sort();
    let message = format!("resource: `{id}` has duplicate receive on: `{field}` param");
    let first = sites.first().copied();
    sites.into_iter().skip(1).map(move |site| Error { other: first, ..Error::interpret(Rank::Edge, Some(site), message.clone()) })
}
