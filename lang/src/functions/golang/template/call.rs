//! What can be called in a template: functions of its own, and those of the language whose types are fixed.

use super::Stop;
use super::builtin::Builtin;
use super::datum::{Bytes, Datum};
use super::machine::Machine;
use super::tree::Part;
use crate::builtins::{self, BuiltinId, Purity};
use crate::functions::{Body, CallContext};
use mgmt_values::{Reading, Type, Value};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A function.
#[derive(Clone, Copy, Debug)]
pub(super) enum Callee {
    /// One of the template's own.
    Builtin(Builtin),
    /// One of the language.
    Language(&'static Exposed),
}

/// A function of the language inside a template.
#[derive(Debug)]
pub(super) struct Exposed {
    id: BuiltinId,
    params: Vec<Type>,
    result: Type,
}

impl Exposed {
    /// Whether it asks a source that has a state of its own.
    pub(super) fn own(&self) -> bool {
        builtins::get(self.id).purity == Purity::Own
    }
}

/// The function of a name.
pub(super) fn find(name: &str) -> Option<Callee> {
    Builtin::find(name).map(Callee::Builtin).or_else(|| EXPOSED.get(name).map(Callee::Language))
}

static EXPOSED: LazyLock<FxHashMap<String, Exposed>> = LazyLock::new(|| {
    let exposed = builtins::all().filter_map(|(id, builtin)| {
        let name = template_name(builtin.name)?;
        let Some(Type::Func(signature)) = Type::parse(builtin.signature) else { return None };
        let params = signature.args.iter().map(|(_, ty)| ty.clone()).collect();
        Some((name, Exposed { id, params, result: signature.result.clone() }))
    });
    exposed.collect()
});

/// Functions of these modules are all exposed, whatever they do.
const MODULES: [&str; 2] = ["golang/", "embedded/"];

/// What else is exposed: functions that need no running engine and whose types have no variables.
const OTHERS: [&str; 71] = [
    "concat",
    "convert.format_bool",
    "convert.int_to_str",
    "convert.parse_bool",
    "convert.str_to_float",
    "convert.str_to_int",
    "convert.to_float",
    "convert.to_int",
    "datetime.format",
    "datetime.hour",
    "datetime.print",
    "datetime.weekday",
    "deploy.binary_path",
    "deploy.bootstrap_packages",
    "encoding.base64_decode",
    "encoding.base64_encode",
    "example.answer",
    "example.errorbool",
    "example.int2str",
    "example.plus",
    "example.str2int",
    "example/nested.hello",
    "math.minus1",
    "math.pow",
    "math.sqrt",
    "net.cidr_to_first",
    "net.cidr_to_ip",
    "net.cidr_to_last",
    "net.cidr_to_mask",
    "net.cidr_to_network",
    "net.cidr_to_prefix",
    "net.ip_in_cidr",
    "net.is_mac",
    "net.macfmt",
    "net.oldmacfmt",
    "net.split_hostport",
    "net.url_parser",
    "os.args",
    "os.expand_home",
    "os.family",
    "os.home",
    "os.is_family_archlinux",
    "os.is_family_debian",
    "os.is_family_redhat",
    "os.is_virtual",
    "os.parse_distro_uid",
    "os.release",
    "os.uid",
    "panic_debug",
    "regexp.match",
    "strings.contains",
    "strings.has_prefix",
    "strings.has_suffix",
    "strings.join_nonempty",
    "strings.left_pad",
    "strings.replace_all",
    "strings.right_pad",
    "strings.split",
    "strings.substr",
    "strings.to_lower",
    "strings.to_upper",
    "strings.trim_space",
    "sys.env",
    "sys.getenv",
    "sys.hasenv",
    "test.one_instance_b",
    "test.one_instance_d",
    "test.one_instance_f",
    "test.one_instance_h",
    "test.slow_string",
    "util.hostname_mapper",
];

/// What a function of the language is called in a template: its full name with underscores, a global one with one before it.
fn template_name(name: &str) -> Option<String> {
    if !MODULES.iter().any(|module| name.starts_with(module)) && !OTHERS.contains(&name) {
        return None;
    }
    Some(if name.contains('.') { name.replace(['.', '/'], "_") } else { format!("_{name}") })
}

/// Names in the lists above that are no functions of the language.
#[cfg(test)]
pub(super) fn missing() -> Vec<&'static str> {
    OTHERS.into_iter().filter(|name| builtins::lookup(name).is_none()).collect()
}

impl Callee {
    /// How many arguments it takes, and whether it takes more.
    pub(super) fn arity(&self) -> (usize, bool) {
        match self {
            Callee::Builtin(builtin) => builtin.arity(),
            Callee::Language(exposed) => (exposed.params.len(), false),
        }
    }

    /// The type of an argument; `None` for any.
    pub(super) fn want(&self, index: usize) -> Option<&'static Type> {
        match self {
            Callee::Builtin(Builtin::Printf) if index == 0 => Some(&Type::Str),
            Callee::Builtin(_) => None,
            Callee::Language(exposed) => exposed.params.get(index),
        }
    }

    /// The truth that ends the evaluation of arguments, for `and` and `or`.
    pub(super) fn decides(&self) -> Option<bool> {
        match self {
            Callee::Builtin(Builtin::And) => Some(false),
            Callee::Builtin(Builtin::Or) => Some(true),
            _ => None,
        }
    }
}

impl<'t> Machine<'t, '_> {
    /// Calls a function of the language.
    pub(super) fn exposed(&mut self, name: &str, exposed: &Exposed, whole: Part<'t>, args: &[Datum]) -> Result<Datum, Stop> {
        let args: Vec<Value> = args.iter().map(value).collect();
        let (message, catchable) = match builtins::body(exposed.id) {
            Body::Pure(body) => match body(&mut CallContext { signature: &Type::Variant }, &args) {
                Ok(result) => return self.result(&result, &exposed.result),
                Err(fault) => (fault.message, fault.catchable),
            },
            // No function that works on functions or templates is exposed.
            Body::Source | Body::Each(_) | Body::Template => match self.ask(exposed, whole, args) {
                Reading::Value(result) => return self.result(&result, &exposed.result),
                Reading::Error(error) => (error.message.to_string(), error.catchable),
                Reading::Pending => return Err(Stop::Pending),
            },
        };
        self.at = whole;
        Err(self.fault(&format!("error calling {name}: function `{name}` errored: {message}"), catchable))
    }

    /// Asks the host. A source with a state of its own is named by the place of the call and by how often it was come to.
    fn ask(&mut self, exposed: &Exposed, whole: Part<'t>, args: Vec<Value>) -> Reading {
        let mut path = [whole.position(), 0];
        if exposed.own() {
            let count = self.asked.entry(path[0]).or_default();
            path[1] = *count;
            *count += 1;
        }
        self.host.ask(builtins::get(exposed.id), path, args)
    }

    fn result(&mut self, value: &Value, ty: &Type) -> Result<Datum, Stop> {
        let size = match value {
            Value::Str(text) => text.as_bytes().len(),
            Value::List(list) => list.as_slice().len(),
            _ => 0,
        };
        self.count(size)?;
        Ok(Datum::new(value, ty, true))
    }
}

/// An argument as a value of the language; its type has been looked at.
fn value(datum: &Datum) -> Value {
    match datum {
        Datum::Bool(value) => Value::Bool(*value),
        Datum::Int(value, _) => Value::Int(*value),
        Datum::Float(value) => Value::Float(*value),
        Datum::Text(text) => Bytes::to_value(text),
        Datum::List(list) => match &list.list {
            Some(whole) if list.range == (0..whole.as_slice().len()) => Value::List(whole.clone()),
            _ => Value::list(list.values().to_vec()),
        },
        Datum::Map(map) => map.map.clone().map_or_else(|| Value::map([]), Value::Map),
        Datum::Fields(fields) | Datum::Struct(fields) => Value::Struct(fields.record.clone()),
        Datum::Nil | Datum::Complex(..) => Value::str(""),
    }
}
