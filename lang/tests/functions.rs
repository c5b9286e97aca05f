//! Whatever they are given: functions that read or make text never panic, end, and undo one another where they are a pair.
//!
//! A failure prints the smallest input that it found, and the seed to replay it.

use mgmt_lang::builtins;
use mgmt_lang::functions::golang::template::{Limits, Nobody, Stop, Template};
use mgmt_lang::functions::{Body, CallContext, Fault};
use mgmt_values::{Type, Value};
use proptest::prelude::*;
use std::sync::Arc;

fn call(name: &str, args: &[Value]) -> Result<Value, Fault> {
    typed(name, &Type::Variant, args)
}

fn typed(name: &str, signature: &Type, args: &[Value]) -> Result<Value, Fault> {
    let Some(id) = builtins::lookup(name) else { panic!("{name} is no function") };
    let Body::Pure(body) = builtins::body(id) else { panic!("{name} is not pure") };
    body(&mut CallContext { signature }, args)
}

fn text(result: Result<Value, Fault>) -> String {
    match result {
        Ok(Value::Str(text)) => text.to_str().into_owned(),
        other => panic!("{other:?}"),
    }
}

/// Pieces of templates. Any sequence of them is nearly one.
const TEMPLATES: &[&str] = &[
    "{{",
    "}}",
    "{{- ",
    " -}}",
    "{{/* c */}}",
    " ",
    "\n",
    "text",
    ".",
    ".A",
    ".Name",
    "$",
    "$x",
    " := ",
    " = ",
    ",",
    "|",
    "(",
    ")",
    "\"a\"",
    "`b`",
    "'c'",
    "1",
    "-2.5",
    "0x1F",
    "1e400",
    "3i",
    "nil",
    "true",
    "if ",
    "else ",
    "end",
    "range ",
    "with ",
    "break",
    "continue",
    "define `t`",
    "template `t` ",
    "block `u` .",
    "printf `%5.2f %v %x` ",
    "print ",
    "len ",
    "index ",
    "slice ",
    "eq ",
    "lt ",
    "and ",
    "or ",
    "not ",
    "html ",
    "js ",
    "urlquery ",
    "call ",
    "strings_to_upper ",
    "golang_strings_repeat ",
    "math_sqrt ",
    "é",
    "\u{20ac}",
    "{{range .}}",
    "{{end}}",
    "{{if .}}",
    "{{.}}",
    "{{$x := .}}",
    "{{range $i, $e := .}}",
    "{{else}}",
    "{{template `t` .}}",
];

fn pieces(all: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(all), 0..most).prop_map(|pieces| pieces.concat())
}

/// Data of all shapes, with its type.
fn data() -> impl Strategy<Value = (Value, Type)> {
    let record = |name: &str, value: Value| Value::record([(Arc::from(name), value)]);
    let ints = Value::list(vec![Value::Int(1), Value::Int(-2), Value::Int(3)]);
    prop::sample::select(vec![
        (Value::Int(3), Type::Int),
        (Value::Float(f64::NAN), Type::Float),
        (Value::str("a\u{e9}<&"), Type::Str),
        (Value::str(vec![0xff, 0xc3, 0x28]), Type::Str),
        (ints.clone(), Type::list(Type::Int)),
        (record("name", ints.clone()), Type::record([("name", Type::list(Type::Int))])),
        (Value::map([(Value::str("A"), ints)]), Type::map(Type::Str, Type::list(Type::Int))),
        (Value::map([(record("a", Value::Int(1)), Value::Bool(true))]), Type::map(Type::record([("a", Type::Int)]), Type::Bool)),
    ])
}

const LITTLE: Limits = Limits { steps: 20_000, bytes: 1 << 16 };

/// Pieces of formats, of the language's printf and of that of templates.
const FORMATS: &[&str] = &[
    "%",
    "%%",
    "d",
    "s",
    "v",
    "T",
    "q",
    "f",
    "t",
    "x",
    "X",
    "o",
    "O",
    "b",
    "c",
    "U",
    "e",
    "E",
    "g",
    "G",
    "p",
    "z",
    "#",
    "0",
    "+",
    "-",
    " ",
    "*",
    ".",
    "[1]",
    "[2]",
    "[",
    "]",
    "5",
    "12",
    "999999",
    "2147483648",
    "text",
    "é",
    "%d",
    "%5.1f",
    "%-8s|",
    "%#v",
    "%+v",
    "%08.3x",
];

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::Float),
        prop::collection::vec(any::<u8>(), 0..8).prop_map(Value::str),
        prop::collection::vec(any::<i64>().prop_map(Value::Int), 0..3).prop_map(Value::list),
    ]
}

/// A value of JSON with its type, and its text.
fn json() -> impl Strategy<Value = (Value, Type, String)> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(|value| (Value::Bool(value), Type::Bool, value.to_string())),
        any::<i64>().prop_map(|value| (Value::Int(value), Type::Int, value.to_string())),
        any::<f64>().prop_filter("JSON has finite numbers only", |value| value.is_finite()).prop_map(|value| (
            Value::Float(value),
            Type::Float,
            format!("{value:e}")
        )),
        any::<String>().prop_map(|value| (Value::str(value.as_str()), Type::Str, json_string(&value))),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            // Elements of a list are of one type: copies of one.
            (inner.clone(), 1..3usize).prop_map(|((value, ty, text), count)| {
                (Value::list(vec![value; count]), Type::list(ty), format!("[ {} ]", vec![text; count].join(" , ")))
            }),
            ("[a-z]{1,5}", inner.clone()).prop_map(|(key, (value, ty, text))| {
                let text = format!("{{{}:{text}}}", json_string(&key));
                (Value::map([(Value::str(key), value)]), Type::map(Type::Str, ty), text)
            }),
            ("[a-z]{1,5}", inner).prop_map(|(name, (value, ty, text))| {
                let text = format!("{{\n{}\t:{text}}}", json_string(&name));
                (Value::record([(Arc::from(name.as_str()), value)]), Type::record([(name, ty)]), text)
            }),
        ]
    })
}

fn json_string(text: &str) -> String {
    let escape = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        '\0'..='\x1f' => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

const JSONS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"a\"",
    "\"\\u12",
    "\"\\ud800\\udc00\"",
    "1",
    "-0",
    "1e5",
    "1.5",
    "01",
    "true",
    "null",
    " ",
    "\n",
    "\u{7f}",
    "é",
];

const URLS: &[&str] = &[
    "http",
    "://",
    ":",
    "//",
    "/",
    "host",
    "h.example",
    ":80",
    ":x",
    "[::1]",
    "[",
    "]",
    "@",
    "u:p@",
    "?",
    "x=1",
    "#",
    "%20",
    "%zz",
    "%",
    " ",
    "é",
    "mailto:",
    "..",
    "\u{1}",
    "*",
];

const NETS: &[&str] = &[
    "10.1.2.3",
    "255.255.255.255",
    "0",
    "::1",
    "2001:db8::",
    "::ffff:1.2.3.4",
    "/",
    "8",
    "33",
    "128",
    "129",
    "016",
    ".",
    ":",
    " ",
    "%eth0",
    "-1",
    "é",
];

const LAYOUTS: &[&str] = &[
    "2006", "06", "January", "Jan", "Janu", "1", "01", "Monday", "Mon", "2", "_2", "02", "__2", "002", "_2006", "15", "3", "03",
    "4", "04", "5", "05", "PM", "pm", ".000", ",999", ".0009", "MST", "-0700", "-07:00", "Z07:00", "Z070000", "-07", " ", "é",
    "x", "9", "%Y",
];

fn patient() -> ProptestConfig {
    ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(patient())]

    #[test]
    fn a_template_is_refused_or_rendered(text in pieces(TEMPLATES, 24), (value, ty) in data()) {
        let Ok(template) = Template::parse(text.as_bytes()) else { return Ok(()) };
        let once = template.render(Some((&value, &ty)), &mut Nobody, LITTLE);
        let again = template.render(Some((&value, &ty)), &mut Nobody, LITTLE);
        prop_assert_eq!(&once, &again);
        match once {
            Ok(text) => prop_assert!(text.len() <= LITTLE.bytes),
            Err(Stop::Failed(fault)) => prop_assert!(fault.message.starts_with("template: execution error: template: template:")),
            Err(Stop::Pending) => {}
        }
    }

    #[test]
    fn any_bytes_are_refused_or_parsed(text in prop::collection::vec(any::<u8>(), 0..200), braces in any::<bool>()) {
        let text = if braces { [b"{{ ".as_slice(), &text, b" }}"].concat() } else { text };
        if let Ok(template) = Template::parse(&text) {
            let _ = template.render(None, &mut Nobody, LITTLE);
        }
    }

    #[test]
    fn text_without_braces_is_its_own_template(text in "[^{]*") {
        let template = Template::parse(text.as_bytes()).expect("plain text");
        prop_assert_eq!(template.render(None, &mut Nobody, LITTLE), Ok(text.into_bytes()));
    }

    #[test]
    fn formats_of_templates_mark_what_does_not_fit(format in pieces(FORMATS, 10), (value, ty) in data()) {
        let template = Template::parse(format!("{{{{printf `{format}` . 1 .}}}}").as_bytes()).expect("a template");
        let made = template.render(Some((&value, &ty)), &mut Nobody, Limits::RUNNING);
        prop_assert!(made.is_ok(), "{made:?}");
    }

    #[test]
    fn formats_are_refused_or_filled_in(format in pieces(FORMATS, 6), values in prop::collection::vec(value(), 0..4)) {
        let args: Vec<Value> = std::iter::once(Value::str(format)).chain(values).collect();
        let _ = call("fmt.printf", &args);
    }

    #[test]
    fn quoted_text_is_read_back(bytes in prop::collection::vec(any::<u8>(), 0..24)) {
        let value = Value::str(bytes);
        let printed = call("fmt.printf", &[Value::str("%q"), value.clone()]).expect("a text");
        prop_assert_eq!(call("golang/strconv.unquote", &[printed]), Ok(value.clone()));
        let ascii = call("golang/strconv.quote_to_ascii", std::slice::from_ref(&value)).expect("a text");
        prop_assert_eq!(call("golang/strconv.unquote", &[ascii]), Ok(value.clone()));
        let encoded = call("encoding.base64_encode", std::slice::from_ref(&value)).expect("a text");
        prop_assert_eq!(call("encoding.base64_decode", &[encoded]), Ok(value));
    }

    #[test]
    fn printed_numbers_are_read_back(int in any::<i64>(), float in any::<f64>(), base in 2..36i64) {
        let printed = call("golang/strconv.format_int", &[Value::Int(int), Value::Int(base)]).expect("digits");
        prop_assert_eq!(call("golang/strconv.parse_int", &[printed, Value::Int(base), Value::Int(64)]), Ok(Value::Int(int)));
        let printed = call("fmt.printf", &[Value::str("%f"), Value::Float(float)]).expect("digits");
        prop_assert_eq!(call("convert.str_to_float", &[printed]), Ok(Value::Float(float)));
    }

    #[test]
    fn json_is_read_as_what_it_was_made_of((value, ty, json) in json()) {
        let signature = Type::func([("data", Type::Str)], ty);
        for function in ["encoding.decode_json", "encoding.decode_json_flexible"] {
            prop_assert_eq!(typed(function, &signature, &[Value::str(json.as_str())]), Ok(value.clone()), "{}", json);
        }
    }

    #[test]
    fn broken_json_is_refused(json in pieces(JSONS, 12)) {
        let ty = Type::map(Type::Str, Type::list(Type::Int));
        let _ = typed("encoding.decode_json", &Type::func([("data", Type::Str)], ty), &[Value::str(json)]);
    }

    #[test]
    fn urls_come_apart_as_they_were_put_together(
        host in "[a-z][a-z0-9.]{0,8}", port in 0..65536u32, path in "(/[a-z0-9_.-]{1,5}){0,3}", query in "[a-z0-9=&+]{0,8}",
    ) {
        let url = format!("HTTP://u:p@{host}:{port}{path}?{query}#f");
        let Ok(Value::Struct(parts)) = call("net.url_parser", &[Value::str(url.as_str())]) else { panic!("{url}") };
        let part = |name: &str| parts.get(name).cloned();
        prop_assert_eq!(part("scheme"), Some(Value::str("http")));
        prop_assert_eq!(part("host"), Some(Value::str(format!("{host}:{port}"))));
        prop_assert_eq!(part("path"), Some(Value::str(path)));
        prop_assert_eq!(part("raw_query"), Some(Value::str(query)));
    }

    #[test]
    fn broken_urls_are_refused(url in pieces(URLS, 8)) {
        let _ = call("net.url_parser", &[Value::str(url.as_str())]);
        let _ = call("net.split_hostport", &[Value::str(url)]);
    }

    #[test]
    fn networks_hold_their_first_and_last_address(address in any::<[u8; 4]>(), prefix in 0..31u8) {
        let ip = address.map(|byte| byte.to_string()).join(".");
        let cidr = Value::str(format!("{ip}/{prefix}"));
        prop_assert_eq!(text(call("net.cidr_to_ip", std::slice::from_ref(&cidr))), ip);
        prop_assert_eq!(text(call("net.cidr_to_prefix", std::slice::from_ref(&cidr))), prefix.to_string());
        let network = call("net.cidr_to_network", std::slice::from_ref(&cidr)).expect("a network");
        for function in ["net.cidr_to_first", "net.cidr_to_last", "net.cidr_to_ip"] {
            let inside = call(function, std::slice::from_ref(&cidr)).expect("an address");
            prop_assert_eq!(call("net.ip_in_cidr", &[inside, network.clone()]), Ok(Value::Bool(true)), "{}", function);
        }
    }

    #[test]
    fn broken_addresses_are_refused(address in pieces(NETS, 5)) {
        let value = Value::str(address);
        for function in ["ip", "prefix", "mask", "network", "first", "last"] {
            let _ = call(&format!("net.cidr_to_{function}"), std::slice::from_ref(&value));
        }
        let _ = call("net.ip_in_cidr", &[value.clone(), value.clone()]);
        let _ = call("net.macfmt", &[value]);
    }

    #[test]
    fn a_printed_time_is_the_time(seconds in 0..4_102_444_800i64) {
        let printed = text(call("datetime.format", &[Value::Int(seconds), Value::str("2006-01-02T15:04:05-07:00")]));
        let read: jiff::Timestamp = printed.parse().expect("RFC 3339");
        prop_assert_eq!(read.as_second(), seconds);
    }

    #[test]
    fn any_layout_will_do(seconds in any::<i64>(), layout in pieces(LAYOUTS, 8)) {
        let made = call("datetime.format", &[Value::Int(seconds), Value::str(layout)]);
        prop_assert!(made.is_ok() || !(0..1 << 37).contains(&seconds), "{made:?}");
        let _ = call("datetime.print", &[Value::Int(seconds)]);
    }
}
