//! What random programs call and make: pure functions with their types, and resource kinds with some of their fields.

/// A type of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    Bool,
    Int,
    Float,
    Str,
    List(Box<Ty>),
    Map(Box<Ty>, Box<Ty>),
    Struct(Vec<(&'static str, Ty)>),
    Func(Vec<Ty>, Box<Ty>),
}

impl Ty {
    /// As a program writes it.
    pub fn text(&self) -> String {
        match self {
            Self::Bool => "bool".to_owned(),
            Self::Int => "int".to_owned(),
            Self::Float => "float".to_owned(),
            Self::Str => "str".to_owned(),
            Self::List(element) => format!("[]{}", element.text()),
            Self::Map(key, value) => format!("map{{{}: {}}}", key.text(), value.text()),
            Self::Struct(fields) => {
                let fields: Vec<_> = fields.iter().map(|(name, ty)| format!("{name} {}", ty.text())).collect();
                format!("struct{{{}}}", fields.join("; "))
            }
            Self::Func(arguments, result) => {
                let arguments: Vec<_> = arguments.iter().map(Self::text).collect();
                format!("func({}) {}", arguments.join(", "), result.text())
            }
        }
    }

    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    pub fn map(value: Self) -> Self {
        Self::Map(Box::new(Self::Str), Box::new(value))
    }

    /// What every program can name.
    pub fn constants() -> Vec<(String, Self)> {
        let one = |(name, ty): (&str, Self)| (name.to_owned(), ty);
        let all = [
            ("hostname", Self::Str),
            ("purpleidea", Self::Str),
            ("const.res.file.state.exists", Self::Str),
            ("const.res.tar.format.pax", Self::Int),
        ];
        all.into_iter().map(one).collect()
    }
}

/// One letter of the tables below.
pub fn letter(letter: char) -> Ty {
    match letter {
        'b' => Ty::Bool,
        'i' => Ty::Int,
        'f' => Ty::Float,
        'S' => Ty::list(Ty::Str),
        'I' => Ty::list(Ty::Int),
        'M' => Ty::map(Ty::Str),
        _ => Ty::Str,
    }
}

/// Module, function, types of its arguments, type of its result.
pub const FUNCTIONS: &[(&str, &str, &str, char)] = &[
    ("", "len", "s", 'i'),
    ("", "len", "S", 'i'),
    ("", "len", "M", 'i'),
    ("", "concat", "ss", 's'),
    ("", "contains", "sS", 'b'),
    ("", "contains", "iI", 'b'),
    ("", "list_lookup", "Si", 's'),
    ("", "map_lookup", "Ms", 's'),
    ("strings", "to_lower", "s", 's'),
    ("strings", "to_upper", "s", 's'),
    ("strings", "trim_space", "s", 's'),
    ("strings", "split", "ss", 'S'),
    ("strings", "replace_all", "sss", 's'),
    ("strings", "contains", "ss", 'b'),
    ("strings", "has_prefix", "ss", 'b'),
    ("strings", "has_suffix", "ss", 'b'),
    ("strings", "left_pad", "ssi", 's'),
    ("strings", "right_pad", "ssi", 's'),
    ("strings", "substr", "sii", 's'),
    ("strings", "join_nonempty", "Ss", 's'),
    ("golang/strings", "count", "ss", 'i'),
    ("golang/strings", "index", "ss", 'i'),
    ("golang/strings", "last_index", "ss", 'i'),
    ("golang/strings", "join", "Ss", 's'),
    ("golang/strings", "replace", "sssi", 's'),
    ("golang/strings", "title", "s", 's'),
    ("golang/strings", "trim", "ss", 's'),
    ("golang/strings", "trim_left", "ss", 's'),
    ("golang/strings", "trim_prefix", "ss", 's'),
    ("golang/strings", "trim_suffix", "ss", 's'),
    ("golang/strings", "equal_fold", "ss", 'b'),
    ("golang/strings", "compare", "ss", 'i'),
    ("golang/strings", "contains_any", "ss", 'b'),
    ("golang/path", "base", "s", 's'),
    ("golang/path", "dir", "s", 's'),
    ("golang/path", "clean", "s", 's'),
    ("golang/path", "ext", "s", 's'),
    ("golang/path", "join", "S", 's'),
    ("golang/path", "is_abs", "s", 'b'),
    ("golang/path/filepath", "join", "S", 's'),
    ("golang/strconv", "itoa", "i", 's'),
    ("golang/strconv", "quote", "s", 's'),
    ("golang/strconv", "format_bool", "b", 's'),
    ("golang/html", "escape_string", "s", 's'),
    ("golang/math", "floor", "f", 'f'),
    ("golang/math", "ceil", "f", 'f'),
    ("golang/math", "abs", "f", 'f'),
    ("golang/math", "max", "ff", 'f'),
    ("golang/math", "min", "ff", 'f'),
    ("golang/math", "trunc", "f", 'f'),
    ("math", "minus1", "i", 'i'),
    ("math", "mod", "ii", 'i'),
    ("math", "sqrt", "f", 'f'),
    ("math", "pow", "ff", 'f'),
    ("convert", "format_bool", "b", 's'),
    ("convert", "int_to_str", "i", 's'),
    ("convert", "parse_bool", "s", 'b'),
    ("convert", "str_to_int", "s", 'i'),
    ("convert", "str_to_float", "s", 'f'),
    ("convert", "to_float", "i", 'f'),
    ("convert", "to_int", "f", 'i'),
    ("regexp", "match", "ss", 'b'),
    ("datetime", "hour", "i", 'i'),
    ("datetime", "weekday", "i", 's'),
    ("encoding", "base64_encode", "s", 's'),
    ("net", "cidr_to_ip", "s", 's'),
    ("net", "cidr_to_mask", "s", 's'),
    ("net", "is_mac", "s", 'b'),
    ("example", "plus", "ss", 's'),
    ("example", "answer", "", 'i'),
    ("example", "int2str", "i", 's'),
    ("map", "lookup", "Ms", 's'),
    ("list", "lookup", "Si", 's'),
    ("list", "lookup", "Ii", 'i'),
    ("list", "concat", "SS", 'S'),
    ("list", "concat", "III", 'I'),
    ("net", "cidr_to_first", "s", 's'),
    ("net", "cidr_to_last", "s", 's'),
    ("net", "cidr_to_network", "s", 's'),
    ("net", "cidr_to_prefix", "s", 's'),
    ("net", "macfmt", "s", 's'),
    ("net", "oldmacfmt", "s", 's'),
    ("encoding", "base64_decode", "s", 's'),
    ("datetime", "print", "i", 's'),
    ("util", "hostname_mapper", "M", 's'),
    ("example/nested", "hello", "", 's'),
    ("example", "errorbool", "b", 's'),
    ("golang/strings", "to_title", "s", 's'),
    ("golang/strings", "to_upper", "s", 's'),
    ("golang/strings", "trim_right", "ss", 's'),
    ("golang/strings", "trim_space", "s", 's'),
    ("golang/strings", "index_any", "ss", 'i'),
    ("golang/strings", "has_prefix", "ss", 'b'),
    ("golang/path/filepath", "base", "s", 's'),
    ("golang/path/filepath", "clean", "s", 's'),
    ("golang/path/filepath", "is_local", "s", 'b'),
    ("golang/html", "unescape_string", "s", 's'),
    ("golang/strconv", "quote_to_ascii", "s", 's'),
    ("golang/strconv", "can_backquote", "s", 'b'),
    ("golang/math", "round", "f", 'f'),
    ("golang/math", "signbit", "f", 'b'),
    ("iter", "range", "i", 'I'),
    ("iter", "range", "ii", 'I'),
];

/// The namespace under which a module is imported.
pub fn namespace(module: &str) -> String {
    match module {
        "golang/strings" => "gostrings".to_owned(),
        "golang/math" => "gomath".to_owned(),
        "golang/path/filepath" => "filepath".to_owned(),
        other => other.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

/// A kind: its name, what the names of its resources start with, its fields with values.
pub type Kind = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// How a kind names its resources, and some of its fields: a letter for any value of a type, or values that make sense, parted by `|`. A
/// field with a `!` is not left out.
pub const KINDS: &[Kind] = &[
    ("noop", "", &[("comment", "s")]),
    ("print", "", &[("msg", "s"), ("refresh_only", "b")]),
    (
        "test",
        "",
        &[
            ("int64", "i"),
            ("anotherstr", "s"),
            ("boolptr", "b"),
            ("stringptr", "s"),
            ("slicestring", "S"),
            ("float64", "f"),
            ("int8", "7|-3|127|1|2|128"),
            ("uint8", "7|0|255|1|2|256"),
            ("comment", "s"),
            ("interface", "s"),
            ("sendvalue", "s"),
            ("int64ptr", "i"),
            ("mapintfloat", "{1 => 1.5}|{}|{1 => 2}"),
            ("mixedstruct", "struct{somebool => true, somestr => \"a\", someint => 1, somefloat => 0.5}"),
        ],
    ),
    (
        "file",
        "/",
        &[
            ("content", "s"),
            ("mode", "\"0644\"|\"u=rw\"|\"0755\""),
            ("owner", "\"root\"|\"1000\""),
            ("group", "\"root\""),
            ("state", "$const.res.file.state.exists|$const.res.file.state.absent|\"exists\""),
            ("force", "b"),
            ("source", "\"/srv/source\""),
        ],
    ),
    (
        "exec",
        "",
        &[
            ("cmd", "s"),
            ("args", "S"),
            ("cwd", "\"/tmp\""),
            ("shell", "\"/bin/bash\""),
            ("env", "M"),
            ("ifcmd", "s"),
            ("watchcmd", "s"),
            ("creates", "\"/tmp/made\""),
            ("user", "\"root\""),
            ("watchfiles", "S"),
        ],
    ),
    ("svc", "", &[("state!", "\"running\"|\"stopped\""), ("startup", "\"enabled\"|\"disabled\""), ("session", "b")]),
    (
        "user",
        "",
        &[
            ("state", "\"exists\""),
            ("uid", "1000|0|1001|1002|-1"),
            ("shell", "\"/bin/sh\""),
            ("groups", "S"),
            ("homedir", "\"/home/u\""),
        ],
    ),
    ("group", "", &[("state", "\"exists\"|\"absent\""), ("gid", "10|0|99999999999")]),
    (
        "cron",
        "",
        &[
            ("state", "\"exists\""),
            ("time!", "\"*-*-* 04:00:00\""),
            ("trigger!", "\"OnCalendar\""),
            ("unit", "s"),
            ("persistent", "b"),
        ],
    ),
    ("hostname", "", &[("pretty_hostname", "s")]),
    ("timer", "", &[("interval", "30|10|60|0|-1")]),
    ("msg", "", &[("body", "s"), ("priority", "\"Info\""), ("fields", "M"), ("syslog", "b")]),
    ("kv", "", &[("key", "s"), ("value", "s"), ("mapped", "b")]),
    ("value", "", &[("any", "s|i|S")]),
    ("password", "", &[("length", "20|8|12|0|65536"), ("saved", "b")]),
    ("http:server", ":", &[("address", "\":8080\""), ("timeout", "60"), ("root", "\"/srv/\"")]),
    ("http:server:file", "/", &[("data", "s"), ("server", "\":8080\""), ("filename", "\"/etc/x\"")]),
    ("http:server:flag", "/", &[("key", "s"), ("server", "s")]),
    ("tftp:file", "/", &[("data", "s"), ("server", "s")]),
    ("dhcp:host", "", &[("mac", "\"00:11:22:33:44:55\""), ("ip", "\"10.0.0.9/24\""), ("server", "s")]),
    ("gzip", "/", &[("content", "s"), ("level", "$const.res.gzip.level.best_speed|3|42")]),
    ("line", "/", &[("file!", "\"/etc/hosts\""), ("content", "s"), ("state", "\"exists\""), ("trim", "b")]),
    ("ssh:authorized_key", "", &[("user", "\"root\""), ("key", "\"AAAA\""), ("type", "\"ssh-ed25519\""), ("options", "S")]),
    ("firewalld", "", &[("zone", "\"public\""), ("services", "S"), ("ports", "S")]),
    ("sysctl", "net.", &[("value!", "\"1\""), ("runtime", "b"), ("persist", "b")]),
    ("tar", "/", &[("inputs", "S"), ("format", "$const.res.tar.format.gnu|0|3")]),
    ("deploy:tar", "/", &[("format", "$const.res.tar.format.ustar")]),
    ("tftp:server", ":", &[("root", "\"/srv/\""), ("timeout", "60")]),
    ("dhcp:server", ":", &[("interface!", "\"eth0\""), ("leasetime", "\"60s\""), ("dns", "[\"1.1.1.1\"]"), ("routers", "S")]),
    ("http:server:proxy", "/", &[("sub", "s"), ("head", "\"http://h/\""), ("cache", "\"/srv/\"")]),
    ("http:client", "/", &[("url!", "\"http://h/x\""), ("method", "\"GET\""), ("body", "s")]),
    ("consul:kv", "", &[("key!", "\"k\""), ("value!", "\"v\""), ("address", "s")]),
    ("exit", "", &[("code", "0|3|256")]),
    ("schedule", "", &[("namespace", "s"), ("max", "i"), ("strategy", "\"rr\"")]),
];

/// Meta parameters with values.
pub const META: &[(&str, &str)] = &[
    ("noop", "b"),
    ("retry", "3|-1|0|2|5|40000"),
    ("retryreset", "b"),
    ("delay", "100|0|5|7|-1"),
    ("timeout", "30|-1"),
    ("poll", "60|-1|5|3000000000"),
    ("limit", "2.0"),
    ("burst", "3|1"),
    ("reset", "b"),
    ("sema", "[\"a:2\"]|[]|[\"b\", \"a:1\"]|[\"3\"]"),
    ("rewatch", "b"),
    ("realize", "b"),
    ("dollar", "b"),
    ("hidden", "b"),
    ("export", "[\"h1\"]|[]"),
    ("reverse", "b"),
    ("autoedge", "b"),
    ("autogroup", "b"),
];
