//! Comparisons.

use super::datum::Datum;
use super::verbs;

/// What is asked of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

/// Whether a value equals one of others.
pub(super) fn equal_any(value: &Datum, others: &[Datum]) -> Result<bool, String> {
    if others.is_empty() {
        return Err("missing argument for comparison".to_owned());
    }
    for other in others {
        if equal(value, other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn equal(a: &Datum, b: &Datum) -> Result<bool, String> {
    match (a, b) {
        (Datum::Bool(a), Datum::Bool(b)) => Ok(a == b),
        (Datum::Int(a, _), Datum::Int(b, _)) => Ok(a == b),
        (Datum::Float(a), Datum::Float(b)) => Ok(a == b),
        (Datum::Complex(a, b), Datum::Complex(c, d)) => Ok(a == c && b == d),
        (Datum::Text(a), Datum::Text(b)) => Ok(a.as_slice() == b.as_slice()),
        _ if composite(a) && composite(b) => {
            let (first, second) = (a.type_name(), b.type_name());
            if a.is_nil() || b.is_nil() {
                return Ok(a.is_nil() == b.is_nil());
            }
            match (a, b) {
                (Datum::Struct(a), Datum::Struct(b)) if first == second => {
                    Ok(mgmt_values::Value::Struct(a.record.clone()).equals(&mgmt_values::Value::Struct(b.record.clone())))
                }
                (Datum::Struct(_), Datum::Struct(_)) => Ok(false),
                _ if first != second => {
                    let (a, b) = (verbs::shown(a, 's'), verbs::shown(b, 'v'));
                    Err(format!("non-comparable types {a}: {first}, {second}: {b}"))
                }
                _ => Err(format!("non-comparable type {}: {second}", verbs::shown(b, 's'))),
            }
        }
        (Datum::Nil, _) | (_, Datum::Nil) => Ok(false),
        _ => Err(format!("incompatible types for comparison: {} and {}", a.type_name(), b.type_name())),
    }
}

fn composite(datum: &Datum) -> bool {
    matches!(datum, Datum::Nil | Datum::List(_) | Datum::Map(_) | Datum::Fields(_) | Datum::Struct(_))
}

/// Whether two values stand in an order, which numbers and strings have.
pub(super) fn ordered(a: &Datum, b: &Datum, order: Order) -> Result<bool, String> {
    let comparison = match (a, b) {
        (Datum::Int(a, _), Datum::Int(b, _)) => Some(a.cmp(b)),
        (Datum::Float(a), Datum::Float(b)) => a.partial_cmp(b),
        (Datum::Text(a), Datum::Text(b)) => Some(a.as_slice().cmp(b.as_slice())),
        _ if !basic(a) || !basic(b) => return Err("invalid type for comparison".to_owned()),
        _ if std::mem::discriminant(a) == std::mem::discriminant(b) => return Err("invalid type for comparison".to_owned()),
        _ => return Err(format!("incompatible types for comparison: {} and {}", a.type_name(), b.type_name())),
    };
    Ok(match order {
        Order::Less => comparison.is_some_and(|order| order.is_lt()),
        Order::LessOrEqual => comparison.is_some_and(|order| order.is_le()),
    })
}

fn basic(datum: &Datum) -> bool {
    matches!(datum, Datum::Bool(_) | Datum::Int(..) | Datum::Float(_) | Datum::Complex(..) | Datum::Text(_))
}
