//! State of this machine: numbers that are handed out, private directories, stored values and downloads.

use super::watched::{bell, follow};
use super::{Facts, Family, Look, Running, Shared, Source, bytes, record, text};
use crate::system::cause;
use mgmt_resources::host::local::Local;
use mgmt_values::Type;
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use std::os::unix::ffi::OsStringExt;

pub(super) const FUNCTIONS: Family = &[
    ("local.pool", Source::Once(pool)),
    ("local.vardir", Source::Once(vardir)),
    ("net/http.response", Source::Watch(response)),
    ("value.get", Source::Watch(value)),
    ("value.get_bool", Source::Watch(value)),
    ("value.get_float", Source::Watch(value)),
    ("value.get_int", Source::Watch(value)),
    ("value.get_str", Source::Watch(value)),
];

/// `local.pool(namespace, uid)`: a number of its own for each name.
fn pool(call: &Call, shared: &Shared) -> Look {
    shared.host.local.pool(bytes(call, 0)?, bytes(call, 1)?).map(Value::Int)
}

/// `local.vardir(path)`: a private directory for programs.
fn vardir(call: &Call, shared: &Shared) -> Look {
    let path = bytes(call, 0)?;
    if path.starts_with(b"/") {
        return Err("path must be relative".to_owned());
    }
    if path.is_empty() {
        return Err("path must be a dir".to_owned());
    }
    let made = shared.host.local.vardir(&[b"functions/", path].concat())?;
    Ok(Value::str(made.into_os_string().into_vec()))
}

/// `value.get(key)` and its kin: what is stored under a key, if it is of the type that the program wants, which is the last argument.
fn value(call: &Call, facts: Facts, shared: &Shared) -> Running {
    let wanted = text(call, 1).ok().and_then(|text| Type::parse(&text)).and_then(|ty| match ty {
        Type::Struct(fields) => fields.iter().find(|(name, _)| &**name == "value").map(|(_, ty)| ty.clone()),
        _ => None,
    });
    let (key, wanted) = match (bytes(call, 0), wanted) {
        (Ok(key), Some(wanted)) if !key.is_empty() => (key.to_vec(), wanted),
        (Ok([]), _) => {
            facts.missing("can't use an empty key");
            return Running::over();
        }
        (key, _) => {
            facts.missing(key.err().unwrap_or_else(|| format!("`{}` has no type", call.function())));
            return Running::over();
        }
    };
    let (bell, rings) = bell();
    let local = shared.host.local.clone();
    let guard = local.values().watch(&key, move || bell.ring());
    follow(shared, facts, rings, guard, move || stored(&local, &key, &wanted))
}

fn stored(local: &Local, key: &[u8], wanted: &Type) -> Look {
    let name = String::from_utf8_lossy(key);
    let value = local.value(key).map_err(|error| format!("can't read Value[{name}]: {}", cause(&error)))?;
    let ready = value.is_some();
    let value = match value {
        None => Value::zero(wanted).ok_or_else(|| format!("nothing is stored as Value[{name}], and a func has no zero value"))?,
        Some(value) if fits(&value, wanted) => value,
        Some(_) => return Err(format!("type mismatch, check type in Value[{name}]")),
    };
    Ok(record([("value", value), ("ready", Value::Bool(ready))]))
}

/// Whether a value is one of a type.
fn fits(value: &Value, ty: &Type) -> bool {
    match (value, ty) {
        (Value::Bool(_), Type::Bool)
        | (Value::Int(_), Type::Int)
        | (Value::Float(_), Type::Float)
        | (Value::Str(_), Type::Str) => true,
        (Value::List(list), Type::List(of)) => list.as_slice().iter().all(|value| fits(value, of)),
        (Value::Map(map), Type::Map(of)) => map.entries().iter().all(|(key, value)| fits(key, &of.0) && fits(value, &of.1)),
        (Value::Struct(record), Type::Struct(of)) => {
            record.fields().len() == of.len()
                && record.fields().iter().zip(of.iter()).all(|((name, value), (wanted, ty))| name == wanted && fits(value, ty))
        }
        _ => false,
    }
}

/// `http.response(uid)`: what a download has come to. The body is read each time that is told.
fn response(call: &Call, facts: Facts, shared: &Shared) -> Running {
    let uid = match bytes(call, 0) {
        Ok(uid) if !uid.is_empty() => uid.to_vec(),
        uid => {
            facts.missing(uid.err().unwrap_or_else(|| "can't use an empty uid".to_owned()));
            return Running::over();
        }
    };
    let (bell, rings) = bell();
    let local = shared.host.local.clone();
    let guard = local.downloads().watch(&uid, move || bell.ring());
    follow(shared, facts, rings, guard, move || {
        let (status, body) = local.download(&uid).map_or((0, None), |download| (download.status, download.body));
        let output = match body {
            Some(path) => super::files::content(&path.display().to_string(), &path)?,
            None => Value::str(""),
        };
        Ok(record([("status", Value::Int(status)), ("output", output)]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::testing::{Bench, put};
    use mgmt_resources::host::local::Download;

    fn get(bench: &mut Bench, function: &str, key: &str, ty: &str) -> mgmt_values::Key {
        bench.start(function, &[Value::str(key), Value::str(format!("struct{{value {ty}; ready bool}}"))])
    }

    fn shows(bench: &Bench, wanted: &str) {
        bench.until(|answer| answer.as_ref().is_ok_and(|value| value.to_string() == wanted)).unwrap();
    }

    #[test]
    fn a_stored_value_arrives_and_goes() {
        let mut bench = Bench::new();
        let local = bench.host.local.clone();
        let key = get(&mut bench, "value.get_int", "n", "int");
        shows(&bench, "struct{value: 0; ready: false}");
        local.set_value(b"n", Some(&Value::Int(42))).unwrap();
        shows(&bench, "struct{value: 42; ready: true}");
        local.set_value(b"n", Some(&Value::str("x"))).unwrap();
        assert!(bench.until_error("type mismatch, check type in Value[n]").catchable);
        local.set_value(b"n", None).unwrap();
        shows(&bench, "struct{value: 0; ready: false}");
        assert_eq!(local.values().len(), 1);
        bench.sources.stop(&key);
        assert!(local.values().is_empty());
        get(&mut bench, "value.get_str", "", "str");
        bench.until_error("can't use an empty key");
    }

    #[test]
    fn what_is_not_stored_has_the_zero_value_of_its_type() {
        let mut bench = Bench::new();
        for (ty, zero) in [("bool", "false"), ("str", "\"\""), ("float", "0"), ("[]int", "[]"), ("struct{a int}", "struct{a: 0}")]
        {
            get(&mut bench, "value.get", ty, ty);
            shows(&bench, &format!("struct{{value: {zero}; ready: false}}"));
        }
    }

    #[test]
    fn a_download_is_told_of() {
        let mut bench = Bench::new();
        let local = bench.host.local.clone();
        let key = bench.start("net/http.response", &[Value::str("u")]);
        shows(&bench, "struct{status: 0; output: \"\"}");
        let path = bench.directory.path().join("body");
        put(&path, "hello");
        local.set_download(b"u", Download { status: 200, body: Some(path.clone()) });
        shows(&bench, "struct{status: 200; output: \"hello\"}");
        local.set_download(b"u", Download { status: -1, body: None });
        shows(&bench, "struct{status: -1; output: \"\"}");
        local.set_download(b"u", Download { status: 200, body: Some(path.join("none")) });
        assert!(bench.next().is_err());
        bench.sources.stop(&key);
        assert!(local.downloads().is_empty());
        bench.start("net/http.response", &[Value::str("")]);
        bench.until_error("can't use an empty uid");
    }

    #[test]
    fn numbers_and_directories_are_handed_out() {
        let mut bench = Bench::new();
        for (uid, number) in [("ann", 1), ("bo", 2), ("ann", 1)] {
            bench.start("local.pool", &[Value::str("ids"), Value::str(uid)]);
            assert_eq!(bench.next(), Ok(Value::Int(number)));
        }
        bench.start("local.pool", &[Value::str(""), Value::str("ann")]);
        bench.until_error("namespace is empty");
        bench.start("local.vardir", &[Value::str("app/cache/")]);
        let path = bench.next_text();
        assert!(path.ends_with("/local/vardir/functions/app/cache/") && std::path::Path::new(&path).is_dir(), "{path}");
        for (path, why) in [
            ("/app/", "path must be relative"),
            ("", "path must be a dir"),
            ("app", "path must be a dir"),
            ("../", "path must not lead upwards"),
        ] {
            bench.start("local.vardir", &[Value::str(path)]);
            bench.until_error(why);
        }
    }
}
