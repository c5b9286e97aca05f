//! Operators and lookups: what `a + b`, `x in y` and `x[y]` compute.

use super::{Fault, args};
use crate::resolve::program::Operator;
use mgmt_values::value::{List, Map, Value};
use std::cmp::Ordering;

/// `operator` over its operands.
pub fn operate(operator: Operator, operands: &[Value]) -> Result<Value, Fault> {
    let a = args::any(operands, 0)?;
    if operator == Operator::Not {
        return a.as_bool().map(|v| Value::Bool(!v)).ok_or_else(|| unsupported(operator, a));
    }
    let b = args::any(operands, 1)?;
    Ok(match (operator, a, b) {
        (Operator::Add, Value::Int(a), Value::Int(b)) => Value::Int(a.wrapping_add(*b)),
        (Operator::Add, Value::Float(a), Value::Float(b)) => Value::Float(a + b),
        (Operator::Add, Value::Str(_), Value::Str(_)) => join(operands)?,
        (Operator::Subtract, Value::Int(a), Value::Int(b)) => Value::Int(a.wrapping_sub(*b)),
        (Operator::Subtract, Value::Float(a), Value::Float(b)) => Value::Float(a - b),
        (Operator::Multiply, Value::Int(a), Value::Int(b)) => Value::Int(a.wrapping_mul(*b)),
        (Operator::Multiply, Value::Float(a), Value::Float(b)) => Value::Float(a * b),
        (Operator::Divide, Value::Int(a), Value::Int(b)) => divide(*a as f64, *b as f64)?,
        (Operator::Divide, Value::Float(a), Value::Float(b)) => divide(*a, *b)?,
        (Operator::Equal | Operator::NotEqual, Value::Func(_), _) => return Err(unsupported(operator, a)),
        (Operator::Equal, a, b) => Value::Bool(a.equals(b)),
        (Operator::NotEqual, a, b) => Value::Bool(!a.equals(b)),
        (Operator::Less | Operator::Greater | Operator::LessEqual | Operator::GreaterEqual, a, b) => {
            let order = match (a, b) {
                (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
                (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
                _ => return Err(unsupported(operator, a)),
            };
            Value::Bool(order.is_some_and(|order| match operator {
                Operator::Less => order == Ordering::Less,
                Operator::Greater => order == Ordering::Greater,
                Operator::LessEqual => order != Ordering::Greater,
                _ => order != Ordering::Less,
            }))
        }
        (Operator::And, Value::Bool(a), Value::Bool(b)) => Value::Bool(*a && *b),
        (Operator::Or, Value::Bool(a), Value::Bool(b)) => Value::Bool(*a || *b),
        _ => return Err(unsupported(operator, a)),
    })
}

fn divide(a: f64, b: f64) -> Result<Value, Fault> {
    if b == 0.0 { Err(Fault::new("can't divide by zero")) } else { Ok(Value::Float(a / b)) }
}

fn unsupported(operator: Operator, operand: &Value) -> Fault {
    Fault::new(format!("operator `{}` is not defined for `{operand}`", operator.symbol()))
}

/// Longer texts are an error, so that a few lines of program cannot take all memory.
pub const LONGEST_TEXT: usize = 1 << 30;

/// The text of all parts together.
pub fn join(parts: &[Value]) -> Result<Value, Fault> {
    let parts = (0..parts.len()).map(|index| args::bytes(parts, index)).collect::<Result<Vec<_>, _>>()?;
    if parts.iter().map(|part| part.len()).sum::<usize>() > LONGEST_TEXT {
        return Err(Fault::new(format!("text of more than {LONGEST_TEXT} bytes")));
    }
    Ok(Value::str(parts.concat()))
}

/// The field of a struct.
pub fn field(record: &Value, name: &str) -> Result<Value, Fault> {
    let value = record.as_record().and_then(|record| record.get(name));
    value.cloned().ok_or_else(|| Fault::new(format!("field `{name}` was not found in struct")))
}

/// Whether an element of `list` equals `needle`.
pub fn contains(needle: &Value, list: &[Value]) -> bool {
    list.iter().any(|element| element.equals(needle))
}

/// `container[index]`
pub fn index(container: &Value, index: &Value) -> Result<Value, Fault> {
    match (container, index) {
        (Value::List(list), Value::Int(at)) => element(list, *at),
        (Value::Map(map), key) => entry(map, key),
        _ => Err(Fault::new("can't look up in this value")),
    }
}

/// The element of a list at an index from 0.
pub fn element(list: &List, at: i64) -> Result<Value, Fault> {
    let elements = list.as_slice();
    if at < 0 {
        return Err(Fault::new(format!("list index negative, got: {at}")));
    }
    usize::try_from(at).ok().and_then(|at| elements.get(at)).cloned().ok_or_else(|| {
        Fault::new(format!("list index not present, got: {at}, len is: {}, in: {}", elements.len(), Value::List(list.clone())))
    })
}

/// The value under a key of a map.
pub fn entry(map: &Map, key: &Value) -> Result<Value, Fault> {
    map.get(key).cloned().ok_or_else(|| Fault::new(format!("map key not present, want: {key} in {}", Value::Map(map.clone()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_wrap_and_divide_to_floats() {
        let wrapped = operate(Operator::Add, &[Value::Int(i64::MAX), Value::Int(1)]);
        assert_eq!(wrapped, Ok(Value::Int(i64::MIN)));
        assert_eq!(operate(Operator::Divide, &[Value::Int(1), Value::Int(4)]), Ok(Value::Float(0.25)));
        assert_eq!(operate(Operator::Divide, &[Value::Int(1), Value::Int(0)]), Err(Fault::new("can't divide by zero")));
    }

    #[test]
    fn not_a_number_is_unequal_to_itself_and_in_no_order() {
        let nan = Value::Float(f64::NAN);
        assert_eq!(operate(Operator::Equal, &[nan.clone(), nan.clone()]), Ok(Value::Bool(false)));
        assert_eq!(operate(Operator::GreaterEqual, &[nan.clone(), nan]), Ok(Value::Bool(false)));
    }

    #[test]
    fn failed_lookups_say_what_was_wanted() {
        let list = Value::list([Value::str("a")]);
        assert_eq!(index(&list, &Value::Int(2)), Err(Fault::new("list index not present, got: 2, len is: 1, in: [\"a\"]")));
        assert_eq!(index(&list, &Value::Int(-1)), Err(Fault::new("list index negative, got: -1")));
        let map = Value::map([(Value::str("a"), Value::Int(1))]);
        assert_eq!(index(&map, &Value::str("b")), Err(Fault::new("map key not present, want: \"b\" in {\"a\": 1}")));
    }
}
