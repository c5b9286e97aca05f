//! Module `math`.

use super::{CallContext, Fault, Function, args, pure};
use crate::builtins::Rule;
use mgmt_values::{Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    pure("math.fortytwo", "func() ?1", fortytwo, "42, as an integer or a float.", "math.fortytwo() == 42")
        .rule(Rule::OneOf(&["func() int", "func() float"]))
        .typed(),
    pure("math.minus1", "func(x int) int", minus1, "One less.", "math.minus1(10) == 9"),
    pure("math.mod", "func(?1, ?1) ?1", modulo, "The remainder, with the sign of the dividend.", "math.mod(-7, 3) == -1")
        .rule(Rule::OneOf(&["func(int, int) int", "func(float, float) float"])),
    pure("math.pow", "func(x float, y float) float", pow, "x to the power of y.", "math.pow(2.0, 10.0) == 1024.0"),
    pure("math.sqrt", "func(x float) float", sqrt, "The square root.", "math.sqrt(2.25) == 1.5"),
];

fn fortytwo(context: &mut CallContext<'_>, _: &[Value]) -> Result<Value, Fault> {
    match context.signature {
        Type::Func(signature) if signature.result == Type::Float => Ok(Value::Float(42.0)),
        Type::Func(_) => Ok(Value::Int(42)),
        _ => Err(Fault::new("the type is not known")),
    }
}

fn minus1(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::Int(args::int(args, 0)?.wrapping_sub(1)))
}

fn modulo(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    match (args::any(args, 0)?, args::any(args, 1)?) {
        (Value::Int(_), Value::Int(0)) => Err(Fault::new("result is not a number")),
        (Value::Int(a), Value::Int(b)) => Ok(Value::Int(a.wrapping_rem(*b))),
        _ => number(args::float(args, 0)? % args::float(args, 1)?),
    }
}

fn pow(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    number(args::float(args, 0)?.powf(args::float(args, 1)?))
}

fn sqrt(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    number(args::float(args, 0)?.sqrt())
}

/// A finite result.
fn number(value: f64) -> Result<Value, Fault> {
    if value.is_nan() {
        Err(Fault::new("result is not a number"))
    } else if value.is_infinite() {
        Err(Fault::new(format!("result is {} infinity", if value > 0.0 { "positive" } else { "negative" })))
    } else {
        Ok(Value::Float(value))
    }
}
