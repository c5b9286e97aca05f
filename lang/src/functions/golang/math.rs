//! Module `golang/math`: IEEE-754 doubles with the special cases of Go's package `math`; nothing here fails.

use super::special;
use crate::functions::{CallContext, Fault, Function, args, pure};
use mgmt_values::Value;

type Body = fn(&mut CallContext<'_>, &[Value]) -> Result<Value, Fault>;

/// `func(x float) float`
const fn unary(name: &'static str, body: Body, doc: &'static str, example: &'static str) -> Function {
    pure(name, "func(x float) float", body, doc, example)
}

/// `func(x float, y float) float`
const fn binary(name: &'static str, body: Body, doc: &'static str, example: &'static str) -> Function {
    pure(name, "func(x float, y float) float", body, doc, example)
}

fn one(args: &[Value], f: fn(f64) -> f64) -> Result<Value, Fault> {
    Ok(Value::Float(f(args::float(args, 0)?)))
}

fn two(args: &[Value], f: fn(f64, f64) -> f64) -> Result<Value, Fault> {
    Ok(Value::Float(f(args::float(args, 0)?, args::float(args, 1)?)))
}

pub(in crate::functions) const FUNCTIONS: &[Function] = &[
    unary("golang/math.abs", |_, a| one(a, libm::fabs), "The absolute value.", "math.abs(-2.5) == 2.5"),
    unary("golang/math.acos", |_, a| one(a, libm::acos), "The arc cosine in radians.", "math.acos(1.0) == 0.0"),
    unary("golang/math.acosh", |_, a| one(a, libm::acosh), "The inverse hyperbolic cosine.", "math.acosh(1.0) == 0.0"),
    unary("golang/math.asin", |_, a| one(a, libm::asin), "The arc sine in radians.", "math.asin(0.0) == 0.0"),
    unary("golang/math.asinh", |_, a| one(a, libm::asinh), "The inverse hyperbolic sine.", "math.asinh(0.0) == 0.0"),
    unary("golang/math.atan", |_, a| one(a, libm::atan), "The arc tangent in radians.", "math.atan(0.0) == 0.0"),
    pure(
        "golang/math.atan_2",
        "func(y float, x float) float",
        |_, a| two(a, libm::atan2),
        "The arc tangent of y/x in radians, in the quadrant of the point (x, y).",
        "math.atan_2(0.0, 1.0) == 0.0",
    ),
    unary("golang/math.atanh", |_, a| one(a, libm::atanh), "The inverse hyperbolic tangent.", "math.atanh(0.0) == 0.0"),
    unary("golang/math.cbrt", |_, a| one(a, libm::cbrt), "The cube root.", "math.cbrt(27.0) == 3.0"),
    unary("golang/math.ceil", |_, a| one(a, libm::ceil), "The next integral value up.", "math.ceil(1.2) == 2.0"),
    pure(
        "golang/math.copysign",
        "func(f float, sign float) float",
        |_, a| two(a, libm::copysign),
        "The magnitude of one number with the sign of another.",
        "math.copysign(3.0, -1.0) == -3.0",
    ),
    unary("golang/math.cos", |_, a| one(a, libm::cos), "The cosine of radians.", "math.cos(0.0) == 1.0"),
    unary("golang/math.cosh", |_, a| one(a, libm::cosh), "The hyperbolic cosine.", "math.cosh(0.0) == 1.0"),
    binary("golang/math.dim", |_, a| two(a, dim), "The difference, or 0 where that is negative.", "math.dim(5.0, 3.0) == 2.0"),
    unary("golang/math.erf", |_, a| one(a, libm::erf), "The error function.", "math.erf(0.0) == 0.0"),
    unary("golang/math.erfc", |_, a| one(a, libm::erfc), "One less the error function.", "math.erfc(0.0) == 1.0"),
    unary(
        "golang/math.erfcinv",
        |_, a| one(a, |x| special::erfinv(1.0 - x)),
        "The inverse of the complementary error function.",
        "math.erfcinv(1.0) == 0.0",
    ),
    unary("golang/math.erfinv", |_, a| one(a, special::erfinv), "The inverse of the error function.", "math.erfinv(0.0) == 0.0"),
    unary("golang/math.exp", |_, a| one(a, libm::exp), "e to the power of x.", "math.exp(0.0) == 1.0"),
    unary("golang/math.exp_2", |_, a| one(a, libm::exp2), "2 to the power of x.", "math.exp_2(3.0) == 8.0"),
    unary(
        "golang/math.expm_1",
        |_, a| one(a, libm::expm1),
        "e to the power of x, less one, exact near zero.",
        "math.expm_1(0.0) == 0.0",
    ),
    unary("golang/math.floor", |_, a| one(a, libm::floor), "The next integral value down.", "math.floor(1.8) == 1.0"),
    pure(
        "golang/math.fma",
        "func(x float, y float, z float) float",
        |_, a| Ok(Value::Float(libm::fma(args::float(a, 0)?, args::float(a, 1)?, args::float(a, 2)?))),
        "x * y + z, rounded once.",
        "math.fma(2.0, 3.0, 1.0) == 7.0",
    ),
    unary("golang/math.gamma", |_, a| one(a, special::gamma), "The gamma function.", "math.gamma(5.0) == 24.0"),
    pure(
        "golang/math.hypot",
        "func(p float, q float) float",
        |_, a| two(a, libm::hypot),
        "The square root of p² + q², without overflow on the way.",
        "math.hypot(3.0, 4.0) == 5.0",
    ),
    pure(
        "golang/math.ilogb",
        "func(x float) int",
        |_, a| Ok(Value::Int(i64::from(ilogb(args::float(a, 0)?)))),
        "The binary exponent as an integer.",
        "math.ilogb(8.0) == 3",
    ),
    pure(
        "golang/math.inf",
        "func(sign int) float",
        |_, a| Ok(Value::Float(if args::int(a, 0)? >= 0 { f64::INFINITY } else { f64::NEG_INFINITY })),
        "Infinity of a sign.",
        "math.inf(-1) < 0.0",
    ),
    pure(
        "golang/math.is_inf",
        "func(f float, sign int) bool",
        is_inf,
        "Whether a number is infinite, of the sign that is given, or of any for 0.",
        "math.is_inf(math.inf(1), 0)",
    ),
    pure(
        "golang/math.is_na_n",
        "func(f float) bool",
        |_, a| Ok(Value::Bool(args::float(a, 0)?.is_nan())),
        "Whether a value is not a number.",
        "math.is_na_n(math.na_n())",
    ),
    unary("golang/math.j_0", |_, a| one(a, libm::j0), "The Bessel function of the first kind, order 0.", "math.j_0(0.0) == 1.0"),
    unary("golang/math.j_1", |_, a| one(a, libm::j1), "The Bessel function of the first kind, order 1.", "math.j_1(0.0) == 0.0"),
    pure(
        "golang/math.jn",
        "func(n int, x float) float",
        |_, a| special::jn(args::int(a, 0)?, args::float(a, 1)?).map(Value::Float),
        "The Bessel function of the first kind, order n.",
        "math.jn(2, 0.0) == 0.0",
    ),
    pure(
        "golang/math.ldexp",
        "func(frac float, exp int) float",
        // Beyond these bounds every result is 0 or infinite all the same.
        |_, a| Ok(Value::Float(libm::ldexp(args::float(a, 0)?, args::int(a, 1)?.clamp(-5000, 5000) as i32))),
        "frac times 2 to the power of exp.",
        "math.ldexp(0.5, 3) == 4.0",
    ),
    unary("golang/math.log", |_, a| one(a, libm::log), "The natural logarithm.", "math.log(1.0) == 0.0"),
    unary("golang/math.log_10", |_, a| one(a, libm::log10), "The logarithm to base 10.", "math.log_10(1000.0) == 3.0"),
    unary("golang/math.log_1_p", |_, a| one(a, libm::log1p), "ln(1 + x), exact near zero.", "math.log_1_p(0.0) == 0.0"),
    unary("golang/math.log_2", |_, a| one(a, libm::log2), "The logarithm to base 2.", "math.log_2(8.0) == 3.0"),
    unary("golang/math.logb", |_, a| one(a, logb), "The binary exponent.", "math.logb(8.0) == 3.0"),
    binary("golang/math.max", |_, a| two(a, max), "The larger of two numbers.", "math.max(1.0, 2.0) == 2.0"),
    binary("golang/math.min", |_, a| two(a, min), "The smaller of two numbers.", "math.min(1.0, 2.0) == 1.0"),
    binary("golang/math.mod", |_, a| two(a, |x, y| x % y), "The remainder, with the sign of x.", "math.mod(7.0, 4.0) == 3.0"),
    pure("golang/math.na_n", "func() float", |_, _| Ok(Value::Float(f64::NAN)), "Not a number.", "math.is_na_n(math.na_n())"),
    binary(
        "golang/math.nextafter",
        |_, a| two(a, nextafter),
        "The neighbour of x in the direction of y.",
        "math.nextafter(1.0, 1.0) == 1.0",
    ),
    binary("golang/math.pow", |_, a| two(a, libm::pow), "x to the power of y.", "math.pow(2.0, 10.0) == 1024.0"),
    pure(
        "golang/math.pow_10",
        "func(n int) float",
        |_, a| Ok(Value::Float(pow_10(args::int(a, 0)?))),
        "10 to the power of n.",
        "math.pow_10(3) == 1000.0",
    ),
    binary(
        "golang/math.remainder",
        |_, a| two(a, libm::remainder),
        "The remainder to the nearest integral quotient, ties to even.",
        "math.remainder(7.0, 4.0) == -1.0",
    ),
    unary(
        "golang/math.round",
        |_, a| one(a, libm::round),
        "The nearest integral value, half away from zero.",
        "math.round(2.5) == 3.0",
    ),
    unary(
        "golang/math.round_to_even",
        |_, a| one(a, f64::round_ties_even),
        "The nearest integral value, half to even.",
        "math.round_to_even(2.5) == 2.0",
    ),
    pure(
        "golang/math.signbit",
        "func(x float) bool",
        |_, a| Ok(Value::Bool(args::float(a, 0)?.is_sign_negative())),
        "Whether a number is negative, or negative zero.",
        "math.signbit(-1.0)",
    ),
    unary("golang/math.sin", |_, a| one(a, libm::sin), "The sine of radians.", "math.sin(0.0) == 0.0"),
    unary("golang/math.sinh", |_, a| one(a, libm::sinh), "The hyperbolic sine.", "math.sinh(0.0) == 0.0"),
    unary("golang/math.sqrt", |_, a| one(a, libm::sqrt), "The square root, not a number for negatives.", "math.sqrt(9.0) == 3.0"),
    unary("golang/math.tan", |_, a| one(a, libm::tan), "The tangent of radians.", "math.tan(0.0) == 0.0"),
    unary("golang/math.tanh", |_, a| one(a, libm::tanh), "The hyperbolic tangent.", "math.tanh(0.0) == 0.0"),
    unary("golang/math.trunc", |_, a| one(a, libm::trunc), "The integral part.", "math.trunc(-1.8) == -1.0"),
    unary("golang/math.y_0", |_, a| one(a, libm::y0), "The Bessel function of the second kind, order 0.", "math.y_0(0.0) < 0.0"),
    unary("golang/math.y_1", |_, a| one(a, libm::y1), "The Bessel function of the second kind, order 1.", "math.y_1(0.0) < 0.0"),
    pure(
        "golang/math.yn",
        "func(n int, x float) float",
        |_, a| special::yn(args::int(a, 0)?, args::float(a, 1)?).map(Value::Float),
        "The Bessel function of the second kind, order n.",
        "math.yn(2, 0.0) < 0.0",
    ),
];

fn dim(x: f64, y: f64) -> f64 {
    let difference = x - y;
    if difference <= 0.0 { 0.0 } else { difference }
}

fn is_inf(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (value, sign) = (args::float(args, 0)?, args::int(args, 1)?);
    Ok(Value::Bool(value == f64::INFINITY && sign >= 0 || value == f64::NEG_INFINITY && sign <= 0))
}

fn ilogb(x: f64) -> i32 {
    if x == 0.0 {
        i32::MIN
    } else if x.is_finite() {
        libm::ilogb(x)
    } else {
        i32::MAX
    }
}

fn logb(x: f64) -> f64 {
    if x == 0.0 {
        f64::NEG_INFINITY
    } else if x.is_finite() {
        f64::from(libm::ilogb(x))
    } else {
        x * x
    }
}

/// An infinity beats NaN; -0 is below 0.
fn max(x: f64, y: f64) -> f64 {
    if x == f64::INFINITY || y == f64::INFINITY {
        f64::INFINITY
    } else if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x == 0.0 && y == 0.0 {
        if x.is_sign_negative() { y } else { x }
    } else if x > y {
        x
    } else {
        y
    }
}

fn min(x: f64, y: f64) -> f64 {
    -max(-x, -y)
}

fn nextafter(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x == y {
        x
    } else if x == 0.0 {
        f64::from_bits(1).copysign(y)
    } else if x < y {
        x.next_up()
    } else {
        x.next_down()
    }
}

fn pow_10(n: i64) -> f64 {
    match n {
        ..-323 => 0.0,
        309.. => f64::INFINITY,
        // Every such text is a float; it is read to the nearest one.
        n => format!("1e{n}").parse().unwrap_or(f64::NAN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn infinities_and_zeros_are_told_apart() {
        assert_eq!(max(f64::NAN, f64::INFINITY), f64::INFINITY);
        assert!(min(f64::NAN, f64::INFINITY).is_nan());
        assert!(min(0.0, -0.0).is_sign_negative() && max(-0.0, 0.0).is_sign_positive());
        assert!(dim(f64::INFINITY, f64::INFINITY).is_nan());
        assert_eq!((ilogb(0.0), ilogb(f64::NAN), ilogb(5e-324)), (i32::MIN, i32::MAX, -1074));
        assert_eq!(nextafter(0.0, -1.0), -5e-324);
        assert_eq!((pow_10(-323), pow_10(-324), pow_10(309)), (1e-323, 0.0, f64::INFINITY));
    }
}
