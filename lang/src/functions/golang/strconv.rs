//! Module `golang/strconv`: conversions between text and values.

use super::quote::{self, Escape};
use super::{number, panicked};
use crate::functions::convert::{Precision, parse_float};
use crate::functions::{CallContext, Fault, Function, args, pure};
use mgmt_values::Value;

pub(in crate::functions) const FUNCTIONS: &[Function] = &[
    pure(
        "golang/strconv.append_bool",
        "func(dst str, b bool) str",
        |_, a| appended(a, &args::boolean(a, 1)?.to_string()),
        "A text followed by `true` or `false`.",
        r#"strconv.append_bool("is ", true) == "is true""#,
    ),
    pure(
        "golang/strconv.append_int",
        "func(dst str, i int, base int) str",
        |_, a| appended(a, &digits(args::int(a, 1)?, args::int(a, 2)?)?),
        "A text followed by an integer in a base from 2 to 36.",
        r#"strconv.append_int("n=", 255, 16) == "n=ff""#,
    ),
    pure(
        "golang/strconv.append_quote",
        "func(dst str, s str) str",
        |_, a| appended(a, &quote::quote(args::bytes(a, 1)?, Escape::Unprintable)),
        "A text followed by a quoted one.",
        r#"strconv.append_quote("x", "a") == "x\"a\"""#,
    ),
    pure(
        "golang/strconv.append_quote_to_ascii",
        "func(dst str, s str) str",
        |_, a| appended(a, &quote::quote(args::bytes(a, 1)?, Escape::NonAscii)),
        "A text followed by one that is quoted in ASCII.",
        r#"strconv.append_quote_to_ascii("x", "é") == "x\"\\u00e9\"""#,
    ),
    pure(
        "golang/strconv.append_quote_to_graphic",
        "func(dst str, s str) str",
        |_, a| appended(a, &quote::quote(args::bytes(a, 1)?, Escape::Ungraphic)),
        "A text followed by a quoted one that keeps graphic characters.",
        r#"strconv.append_quote_to_graphic("x", "é") == "x\"é\"""#,
    ),
    pure(
        "golang/strconv.atoi",
        "func(s str) int",
        |_, a| number::parse("Atoi", args::bytes(a, 0)?, 10, 0).map(Value::Int),
        "The integer that decimal digits name.",
        r#"strconv.atoi("-5") == -5"#,
    ),
    pure(
        "golang/strconv.can_backquote",
        "func(s str) bool",
        |_, a| Ok(Value::Bool(quote::can_backquote(args::bytes(a, 0)?))),
        "Whether a text fits into back quotes: one line without back quotes or control characters.",
        r#"strconv.can_backquote("a")"#,
    ),
    pure(
        "golang/strconv.format_bool",
        "func(b bool) str",
        |_, a| Ok(Value::str(args::boolean(a, 0)?.to_string())),
        "`true` or `false`.",
        r#"strconv.format_bool(true) == "true""#,
    ),
    pure(
        "golang/strconv.format_int",
        "func(i int, base int) str",
        |_, a| digits(args::int(a, 0)?, args::int(a, 1)?).map(Value::str),
        "An integer in a base from 2 to 36.",
        r#"strconv.format_int(-255, 16) == "-ff""#,
    ),
    pure(
        "golang/strconv.itoa",
        "func(i int) str",
        |_, a| Ok(Value::str(args::int(a, 0)?.to_string())),
        "Decimal digits.",
        r#"strconv.itoa(7) == "7""#,
    ),
    pure(
        "golang/strconv.parse_bool",
        "func(str str) bool",
        parse_bool,
        "The truth value that 1, t, T, TRUE, true, True and their opposites name.",
        r#"strconv.parse_bool("t")"#,
    ),
    pure(
        "golang/strconv.parse_float",
        "func(s str, bitSize int) float",
        read_float,
        "The float that a text names, in decimal or hexadecimal, rounded to single precision for 32 bits.",
        r#"strconv.parse_float("0.5", 64) == 0.5"#,
    ),
    pure(
        "golang/strconv.parse_int",
        "func(s str, base int, bitSize int) int",
        |_, a| number::parse("ParseInt", args::bytes(a, 0)?, args::int(a, 1)?, args::int(a, 2)?).map(Value::Int),
        "The integer that digits of a base name, which must fit into so many bits; base 0 reads prefixes.",
        r#"strconv.parse_int("0x1f", 0, 64) == 31"#,
    ),
    pure(
        "golang/strconv.quote",
        "func(s str) str",
        |_, a| Ok(Value::str(quote::quote(args::bytes(a, 0)?, Escape::Unprintable))),
        "A text as a double-quoted literal.",
        r#"strconv.quote("a\n") == "\"a\\n\"""#,
    ),
    pure(
        "golang/strconv.quote_to_ascii",
        "func(s str) str",
        |_, a| Ok(Value::str(quote::quote(args::bytes(a, 0)?, Escape::NonAscii))),
        "A text as a double-quoted literal in ASCII.",
        r#"strconv.quote_to_ascii("é") == "\"\\u00e9\"""#,
    ),
    pure(
        "golang/strconv.quote_to_graphic",
        "func(s str) str",
        |_, a| Ok(Value::str(quote::quote(args::bytes(a, 0)?, Escape::Ungraphic))),
        "A text as a double-quoted literal that keeps graphic characters.",
        r#"strconv.quote_to_graphic("é") == "\"é\"""#,
    ),
    pure(
        "golang/strconv.quoted_prefix",
        "func(s str) str",
        quoted_prefix,
        "The quoted literal at the start of a text.",
        r#"strconv.quoted_prefix("\"a\"b") == "\"a\"""#,
    ),
    pure(
        "golang/strconv.unquote",
        "func(s str) str",
        unquote,
        "What a quoted literal means.",
        r#"strconv.unquote("\"a\\n\"") == "a\n""#,
    ),
];

fn appended(args: &[Value], end: &str) -> Result<Value, Fault> {
    Ok(Value::str([args::bytes(args, 0)?, end.as_bytes()].concat()))
}

fn digits(value: i64, base: i64) -> Result<String, Fault> {
    number::format(value, base).ok_or_else(|| panicked("strconv: illegal AppendInt/FormatInt base"))
}

fn parse_bool(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    match args::bytes(args, 0)? {
        b"1" | b"t" | b"T" | b"TRUE" | b"true" | b"True" => Ok(Value::Bool(true)),
        b"0" | b"f" | b"F" | b"FALSE" | b"false" | b"False" => Ok(Value::Bool(false)),
        text => Err(number::refused("ParseBool", text, "invalid syntax")),
    }
}

fn read_float(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let precision = if args::int(args, 1)? == 32 { Precision::Single } else { Precision::Double };
    let text = args::bytes(args, 0)?;
    let refused = |why| number::refused("ParseFloat", text, why);
    let value = std::str::from_utf8(text).ok().and_then(|text| parse_float(text, precision));
    value.ok_or_else(|| refused("invalid syntax"))?.map(Value::Float).ok_or_else(|| refused("value out of range"))
}

fn quoted_prefix(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let text = args::bytes(args, 0)?;
    let (length, _) = quote::unquote(text).ok_or_else(|| Fault::new("invalid syntax"))?;
    Ok(Value::str(text[..length].to_vec()))
}

fn unquote(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let text = args::bytes(args, 0)?;
    let whole = quote::unquote(text).filter(|(length, _)| *length == text.len());
    whole.map(|(_, meaning)| Value::str(meaning)).ok_or_else(|| Fault::new("invalid syntax"))
}
