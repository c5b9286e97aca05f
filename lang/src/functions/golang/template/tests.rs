use super::*;
use std::sync::Arc;

/// What a template makes of a value.
fn render(text: &str, data: &Value) -> Result<String, String> {
    within(text, data, Limits::RUNNING)
}

fn within(text: &str, data: &Value, limits: Limits) -> Result<String, String> {
    let template = Template::parse(text.as_bytes()).map_err(|fault| fault.message)?;
    let ty = datum::type_of(data);
    match template.render(Some((data, &ty)), &mut Nobody, limits) {
        Ok(text) => Ok(String::from_utf8_lossy(&text).into_owned()),
        Err(Stop::Failed(fault)) => Err(fault.message),
        Err(Stop::Pending) => Err("pending".to_owned()),
    }
}

#[track_caller]
fn gives(text: &str, data: &Value, expected: &str) {
    assert_eq!(render(text, data).as_deref(), Ok(expected), "{text}");
}

#[track_caller]
fn fails(text: &str, data: &Value, message: &str) {
    let expected = format!("template: {message}");
    assert_eq!(render(text, data), Err(expected), "{text}");
}

fn ints(values: &[i64]) -> Value {
    Value::list(values.iter().map(|value| Value::Int(*value)).collect::<Vec<_>>())
}

fn record(fields: &[(&str, Value)]) -> Value {
    Value::record(fields.iter().map(|(name, value)| (Arc::from(*name), value.clone())))
}

#[test]
fn a_dash_trims_and_a_sign_does_not() {
    gives("a \n {{- . -}} \t b {{-3}}", &Value::Int(1), "a1b -3");
    gives("a {{- /* c }} */ -}} b", &Value::Int(1), "ab");
    fails("{{1-}}", &Value::Int(1), r#"parse error: template: template:1: bad number syntax: "1-""#);
}

#[test]
fn loops_end_where_they_are_told_to() {
    let data = ints(&[1, 2, 3, 4]);
    gives("{{range .}}{{if eq . 2}}{{continue}}{{end}}{{if eq . 4}}{{break}}{{end}}{{.}}{{end}}", &data, "13");
    gives("{{range $i, $e := .}}{{$i}}{{$e}} {{else}}none{{end}}", &data, "01 12 23 34 ");
    gives("{{$x := 0}}{{range $x = .}}{{end}}{{$x}}", &data, "4");
    gives("{{range 0}}x{{else}}none{{end}}", &data, "none");
}

#[test]
fn blocks_hide_and_share_variables() {
    gives("{{$x := 1}}{{with $x := 2}}{{$x = 3}}{{$x}}{{end}}{{$x}}", &Value::Int(0), "31");
    gives("{{define `t`}}{{$}}{{end}}{{$x := 1}}{{template `t` 5}}{{$x}}", &Value::Int(0), "51");
}

#[test]
fn messages_name_line_column_and_part() {
    let data = record(&[("a", Value::Int(5))]);
    fails(
        "one\n  {{ .A.B }}",
        &data,
        r#"execution error: template: template:2:7: executing "template" at <.A.B>: can't evaluate field B in type interface {}"#,
    );
    fails(
        "{{ . | call }}",
        &Value::str("a b"),
        r#"execution error: template: template:1:7: executing "template" at <call>: error calling call: non-function a b of type string"#,
    );
    fails("{{ if 1 }}\n{{ end\n\n", &data, "parse error: template: template:4: unclosed action started at template:2");
    fails(
        "{{ $x := 1 | printf `%d` }}{{ template `no` $x }}",
        &data,
        r#"execution error: template: template:1:39: executing "template" at <{{template "no" $x}}>: template "no" not defined"#,
    );
}

#[test]
fn generic_containers_show_in_types() {
    let inner = Value::map([(Value::str("b"), Value::Int(1))]);
    gives("{{printf `%T` .}}", &inner, "map[string]interface {}");
    gives("{{printf `%T %v` . (index . 0 `x`)}}", &Value::list([inner.clone()]), "[]map[string]int64 0");
    gives("{{printf `%T` .}}", &Value::list([record(&[("a", inner.clone())])]), "[]interface {}");
    gives("{{printf `%T` (index . `x`)}}{{index . `x`}}", &inner, "<nil><no value>");
    let keyed = Value::map([(record(&[("a", Value::Int(2))]), Value::Int(1)), (record(&[("a", Value::Int(1))]), Value::Int(2))]);
    gives(
        "{{.}} {{range $k, $v := .}}{{printf `%#v` $k}}{{$k.A}}{{$v}} {{end}}",
        &keyed,
        "map[{1}:2 {2}:1] struct { A int64 }{A:1}12 struct { A int64 }{A:2}21 ",
    );
}

#[test]
fn printf_is_that_of_go() {
    for (format, value, expected) in [
        ("%06d|%-6d|%+d|%x|%#o|%O", Value::Int(-42), "-00042|-42   |-42|-2a|-052|-0o52"),
        ("%8.3f|%-8.1e|%+g|%08.2f|%x", Value::Float(2.5), "   2.500|2.5e+00 |+2.5|00002.50|0x1.4p+01"),
        ("%5s|%-5s|%.1s|%q|%+q|% x", Value::str("é!"), "   é!|é!   |é|\"é!\"|\"\\u00e9!\"|c3 a9 21"),
        ("%t|%5t|%d|%", Value::Bool(true), "true| true|%!d(bool=true)|%!(NOVERB)"),
        ("%v|%+v|%03d|%T", ints(&[1, 22]), "[1 22]|[1 22]|[001 022]|[]int64"),
        ("%U|%#U|%c|%q|%b", Value::Int(0x20ac), "U+20AC|U+20AC '€'|€|'€'|10000010101100"),
    ] {
        let verbs = format.matches('%').count();
        let text = format!("{{{{printf `{format}`{}}}}}", " .".repeat(if format.ends_with("%") { verbs - 1 } else { verbs }));
        gives(&text, &value, expected);
    }
    gives("{{printf `%*d|%.*f|%[2]d %[1]v` 5 42 2 1.5}}", &Value::Int(0), "   42|1.50|42 5");
    gives("{{printf `%[3]d|%[x]d|%d` 1 2}}", &Value::Int(0), "%!d(BADINDEX)|%!d(BADINDEX)|1");
    gives("{{printf `%2147483648d` 1}}", &Value::Int(0), "%!(NOVERB)%!(EXTRA int=1)");
}

#[test]
fn functions_of_the_language_are_called_with_their_types() {
    gives("{{strings_to_upper .}} {{_concat . `!`}} {{golang_strings_repeat . 2}}", &Value::str("ab"), "AB ab! abab");
    gives("{{math_minus1 (len .)}} {{math_sqrt 9}} {{math_minus1 'a'}}", &ints(&[7, 8]), "1 3 96");
    fails(
        "{{math_sqrt .}}",
        &Value::Int(9),
        r#"execution error: template: template:1:12: executing "template" at <.>: wrong type for value; expected float64; got int64"#,
    );
}

#[test]
fn every_exposed_function_exists() {
    for name in ["_concat", "example_nested_hello", "golang_strings_join", "embedded_provisioner_check", "sys_getenv"] {
        assert!(call::find(name).is_some(), "{name}");
    }
    for name in ["fmt_printf", "golang_template", "_len", "math_mod", "os_readfile", "datetime_now"] {
        assert!(call::find(name).is_none(), "{name}");
    }
    assert_eq!(call::missing(), [""; 0]);
}

/// A host that has one answer.
struct Answers(Reading, Vec<String>);

impl Host for Answers {
    fn ask(&mut self, function: &'static Builtin, path: [u32; 2], args: Vec<Value>) -> Reading {
        self.1.push(format!("{}{path:?}{args:?}", function.name));
        self.0.clone()
    }
}

#[test]
fn what_comes_from_the_host_is_asked_for_when_it_is_needed() {
    let template = Template::parse(b"{{if false}}{{os_home `x`}}{{end}}{{sys_getenv `A`}}").expect("a template");
    let mut host = Answers(Reading::Pending, Vec::new());
    assert_eq!(template.render(None, &mut host, Limits::RUNNING), Err(Stop::Pending));
    assert_eq!(host.1, [r#"sys.getenv[36, 0]["A"]"#]);
    host.0 = Reading::Value(Value::str("b"));
    assert_eq!(template.render(None, &mut host, Limits::RUNNING), Ok(b"b".to_vec()));
    assert!(!template.own());
}

#[test]
fn each_call_of_a_source_with_a_state_is_its_own() {
    let template =
        Template::parse(b"{{range 2}}{{golang_math_rand_intn 1}}{{end}}{{golang_math_rand_intn 1}}").expect("a template");
    let mut host = Answers(Reading::Value(Value::Int(0)), Vec::new());
    assert_eq!(template.render(None, &mut host, Limits::RUNNING), Ok(b"000".to_vec()));
    let name = "golang/math/rand.intn";
    assert_eq!(host.1, [format!("{name}[13, 0][1]"), format!("{name}[13, 1][1]"), format!("{name}[47, 0][1]")]);
    assert!(template.own());
}

#[test]
fn a_function_is_no_data() {
    let template = Template::parse(b"x").expect("a template");
    let ty = Type::record([("f", Type::func([("a", Type::Int)], Type::Int))]);
    let stop = template.render(Some((&Value::Int(1), &ty)), &mut Nobody, Limits::RUNNING);
    assert_eq!(stop, Err(Stop::Failed(Fault::new("can't use `func` as vars input"))));
}

#[test]
fn work_and_output_are_bounded() {
    let little = Limits { steps: 10_000, bytes: 10_000 };
    for (text, why) in [
        ("{{range 1000000000}}{{end}}", "takes too long"),
        ("{{range 9223372036854775807}}{{range 9223372036854775807}}{{end}}{{end}}", "takes too long"),
        ("{{range 100}}{{printf `%1000d` 1}}{{end}}", "10000 bytes"),
        ("{{printf `%1000000d` 1 | len}}", "10000 bytes"),
        ("{{printf `%.1000000f` 1.0 | len}}", "10000 bytes"),
        ("{{$x := `ab`}}{{range 64}}{{$x = print $x $x}}{{end}}", "10000 bytes"),
        ("{{define `t`}}{{template `t`}}{{template `t`}}{{end}}{{template `t`}}", "takes too long"),
    ] {
        let error = within(text, &Value::Int(0), little).expect_err(text);
        assert!(error.ends_with(why) || error.contains(why), "{text}: {error}");
    }
}

#[test]
fn templates_call_one_another_very_deep() {
    let error = render("{{define `r`}}{{template `r`}}{{end}}{{template `r`}}", &Value::Int(0)).expect_err("endless");
    assert!(error.ends_with("exceeded maximum template depth (100000)"), "{error}");
}

#[test]
fn text_nests_only_so_deep() {
    for (open, close) in [("(", ")"), ("{{if 1}}", "{{end}}")] {
        let action = |text: String| if open == "(" { format!("{{{{{text}}}}}") } else { text };
        let nested = |depth: usize| action(format!("{}1{}", open.repeat(depth), close.repeat(depth)));
        gives(&nested(100), &Value::Int(0), "1");
        assert!(render(&nested(100_000), &Value::Int(0)).is_err());
    }
}
