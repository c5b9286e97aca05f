//! Module `golang/path`: slash-separated paths as text. Nothing looks at the file system.

use super::glob;
use crate::functions::{CallContext, Fault, Function, args, pure};
use mgmt_values::Value;

pub(in crate::functions) const FUNCTIONS: &[Function] = &[
    pure("golang/path.base", "func(path str) str", base, "The last element of a path.", r#"path.base("/a/b/") == "b""#),
    pure(
        "golang/path.clean",
        "func(path str) str",
        clean,
        "The shortest path that means the same.",
        r#"path.clean("/a/../b//c") == "/b/c""#,
    ),
    pure("golang/path.dir", "func(path str) str", dir, "A path without its last element.", r#"path.dir("/a/b") == "/a""#),
    pure(
        "golang/path.ext",
        "func(path str) str",
        ext,
        "What begins at the last dot of the last element.",
        r#"path.ext("x.tar.gz") == ".gz""#,
    ),
    pure("golang/path.is_abs", "func(path str) bool", is_abs, "Whether a path begins with a slash.", r#"path.is_abs("/a")"#),
    pure(
        "golang/path.join",
        "func(elem []str) str",
        join,
        "Joins what is not empty with slashes, and cleans it.",
        r#"path.join(["a", "", "../b"]) == "b""#,
    ),
    pure(
        "golang/path.match",
        "func(pattern str, name str) bool",
        matches,
        "Whether a whole name matches a shell pattern of `*`, `?`, `[a-z]`, `[^a]` and `\\c`.",
        r#"path.match("*.go", "m.go")"#,
    ),
];

pub(super) fn base(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let path = args::bytes(args, 0)?;
    let end = path.iter().rposition(|byte| *byte != b'/').map_or(0, |at| at + 1);
    Ok(Value::str(match path[..end].rsplit(|byte| *byte == b'/').next() {
        _ if path.is_empty() => b".".to_vec(),
        Some([]) | None => b"/".to_vec(),
        Some(last) => last.to_vec(),
    }))
}

pub(super) fn clean(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::str(cleaned(args::bytes(args, 0)?)))
}

/// The shortest path that means the same as far as the text tells: R. Pike, "Lexical File Names in Plan 9".
pub fn cleaned(path: &[u8]) -> Vec<u8> {
    let rooted = path.first() == Some(&b'/');
    let mut elements: Vec<&[u8]> = Vec::new();
    for element in path.split(|byte| *byte == b'/') {
        match element {
            b"" | b"." => {}
            b".." if elements.last().is_some_and(|last| *last != b"..") => {
                elements.pop();
            }
            b".." if rooted => {}
            element => elements.push(element),
        }
    }
    let joined = elements.join(&b'/');
    match (rooted, joined.is_empty()) {
        (true, _) => [b"/", joined.as_slice()].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}

pub(super) fn dir(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let path = args::bytes(args, 0)?;
    let end = path.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
    Ok(Value::str(cleaned(&path[..end])))
}

pub(super) fn ext(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let path = args::bytes(args, 0)?;
    let dot = path.iter().rposition(|byte| matches!(byte, b'.' | b'/')).filter(|at| path[*at] == b'.');
    Ok(Value::str(dot.map_or(&b""[..], |at| &path[at..]).to_vec()))
}

pub(super) fn is_abs(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    Ok(Value::Bool(args::bytes(args, 0)?.starts_with(b"/")))
}

pub(super) fn join(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let parts = args::list(args, 0)?.iter().filter_map(|part| part.as_text()).map(|part| part.as_bytes());
    let parts: Vec<&[u8]> = parts.filter(|part| !part.is_empty()).collect();
    Ok(Value::str(if parts.is_empty() { Vec::new() } else { cleaned(&parts.join(&b'/')) }))
}

pub(super) fn matches(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let tokens = glob::parse(args::bytes(args, 0)?).map_err(|_| Fault::new("syntax error in pattern"))?;
    Ok(Value::Bool(glob::matches(&tokens, args::bytes(args, 1)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mgmt_values::Type;

    fn call(body: fn(&mut CallContext<'_>, &[Value]) -> Result<Value, Fault>, text: &str) -> String {
        body(&mut CallContext { signature: &Type::Str }, &[Value::str(text)]).map(|value| value.to_string()).expect("a path")
    }

    #[test]
    fn cleaning_stops_at_the_root() {
        for (path, expected) in
            [("", "."), ("/", "/"), ("//", "/"), ("/../a", "/a"), ("../../a/./b/..", "../../a"), ("a/..", "."), ("a/b/", "a/b")]
        {
            assert_eq!(String::from_utf8(cleaned(path.as_bytes())).as_deref(), Ok(expected), "{path}");
        }
    }

    #[test]
    fn the_last_element_ends_before_trailing_slashes() {
        for (path, last) in [("", "."), ("///", "/"), ("/a/b/", "b"), ("a", "a")] {
            assert_eq!(call(base, path), format!("{last:?}"), "{path}");
        }
        assert_eq!((call(dir, "/a/b/"), call(dir, ""), call(dir, "/a")), ("\"/a/b\"".into(), "\".\"".into(), "\"/\"".into()));
        assert_eq!((call(ext, "a.b/c"), call(ext, ".x"), call(ext, "a.")), ("\"\"".into(), "\".x\"".into(), "\".\"".into()));
    }
}
