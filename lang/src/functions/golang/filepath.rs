//! Module `golang/path/filepath`: as `golang/path`, with what depends on the working directory and on links as sources.

use super::glob::{self, Token};
use super::path;
use crate::functions::strings::has_prefix;
use crate::functions::{CallContext, Fault, Function, args, pure, shared};
use mgmt_values::Value;

pub(in crate::functions) const FUNCTIONS: &[Function] = &[
    shared(
        "golang/path/filepath.abs",
        "func(path str) str",
        "The absolute path, seen from the working directory.",
        r#"filepath.abs("/a/") == "/a""#,
    ),
    pure(
        "golang/path/filepath.base",
        "func(path str) str",
        path::base,
        "The last element of a path.",
        r#"filepath.base("/a/b/") == "b""#,
    ),
    pure(
        "golang/path/filepath.clean",
        "func(path str) str",
        path::clean,
        "The shortest path that means the same.",
        r#"filepath.clean("/a/../b//c") == "/b/c""#,
    ),
    pure(
        "golang/path/filepath.dir",
        "func(path str) str",
        path::dir,
        "A path without its last element.",
        r#"filepath.dir("/a/b") == "/a""#,
    ),
    shared(
        "golang/path/filepath.eval_symlinks",
        "func(path str) str",
        "A path with all links resolved.",
        r#"filepath.eval_symlinks("/") == "/""#,
    ),
    pure(
        "golang/path/filepath.ext",
        "func(path str) str",
        path::ext,
        "What begins at the last dot of the last element.",
        r#"filepath.ext("x.tar.gz") == ".gz""#,
    ),
    pure(
        "golang/path/filepath.from_slash",
        "func(path str) str",
        same,
        "The same path.",
        r#"filepath.from_slash("a/b") == "a/b""#,
    ),
    pure(
        "golang/path/filepath.has_prefix",
        "func(p str, prefix str) bool",
        has_prefix,
        "Whether a text begins with another, wherever elements end.",
        r#"filepath.has_prefix("/ab", "/a")"#,
    ),
    pure(
        "golang/path/filepath.is_abs",
        "func(path str) bool",
        path::is_abs,
        "Whether a path begins with a slash.",
        r#"filepath.is_abs("/a")"#,
    ),
    pure(
        "golang/path/filepath.is_local",
        "func(path str) bool",
        is_local,
        "Whether a path stays below where it starts.",
        r#"filepath.is_local("a/../b")"#,
    ),
    pure(
        "golang/path/filepath.join",
        "func(elem []str) str",
        path::join,
        "Joins what is not empty with slashes, and cleans it.",
        r#"filepath.join(["a", "", "../b"]) == "b""#,
    ),
    pure(
        "golang/path/filepath.localize",
        "func(path str) str",
        localize,
        "The same path, if it is relative and clean.",
        r#"filepath.localize("a/b") == "a/b""#,
    ),
    pure(
        "golang/path/filepath.match",
        "func(pattern str, name str) bool",
        matches,
        "Whether a whole name matches a shell pattern of `*`, `?`, `[a-z]`, `[^a]` and `\\c`.",
        r#"filepath.match("*.go", "m.go")"#,
    ),
    pure(
        "golang/path/filepath.rel",
        "func(basePath str, targPath str) str",
        rel,
        "The way from one path to another.",
        r#"filepath.rel("/a", "/a/b/c") == "b/c""#,
    ),
    pure("golang/path/filepath.to_slash", "func(path str) str", same, "The same path.", r#"filepath.to_slash("a/b") == "a/b""#),
    pure(
        "golang/path/filepath.volume_name",
        "func(path str) str",
        |_, _| Ok(Value::str("")),
        "Nothing, for there are no volumes here.",
        r#"filepath.volume_name("/a") == """#,
    ),
];

fn same(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    args::any(args, 0).cloned()
}

/// As that of `golang/path`, except that what stands behind a star is not looked at where what stands before it does not match.
fn matches(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let name = args::bytes(args, 1)?;
    match glob::parse(args::bytes(args, 0)?) {
        Ok(tokens) => Ok(Value::Bool(glob::matches(&tokens, name))),
        Err(tokens) => match tokens.iter().rposition(|token| matches!(token, Token::Star)) {
            Some(star) if !glob::matches_start(&tokens[..star], name) => Ok(Value::Bool(false)),
            _ => Err(Fault::new("syntax error in pattern")),
        },
    }
}

fn is_local(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let path = args::bytes(args, 0)?;
    let escapes = path::cleaned(path).split(|byte| *byte == b'/').next() == Some(b"..");
    Ok(Value::Bool(!path.is_empty() && path[0] != b'/' && !escapes))
}

fn localize(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let path = args::bytes(args, 0)?;
    let clean = path.split(|byte| *byte == b'/').all(|element| !matches!(element, b"" | b"." | b".."));
    if std::str::from_utf8(path).is_ok() && !path.contains(&0) && (clean || path == b".") {
        args::any(args, 0).cloned()
    } else {
        Err(Fault::new("invalid path"))
    }
}

fn rel(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let impossible = || {
        let text = |index| args::text(args, index).unwrap_or_default().into_owned();
        Fault::new(format!("Rel: can't make {} relative to {}", text(1), text(0)))
    };
    let (base, target) = (path::cleaned(args::bytes(args, 0)?), path::cleaned(args::bytes(args, 1)?));
    if base == target {
        return Ok(Value::str("."));
    }
    if base.starts_with(b"/") != target.starts_with(b"/") {
        return Err(impossible());
    }
    let (base, target) = (elements(&base), elements(&target));
    let common = base.iter().zip(&target).take_while(|(a, b)| a == b).count();
    // Nobody knows the name of what lies above the start.
    if base.get(common) == Some(&&b".."[..]) {
        return Err(impossible());
    }
    let up = base[common..].iter().map(|_| &b".."[..]);
    Ok(Value::str(up.chain(target[common..].iter().copied()).collect::<Vec<_>>().join(&b'/')))
}

/// The elements of a clean path; `.` and `/` have none.
fn elements(path: &[u8]) -> Vec<&[u8]> {
    path.split(|byte| *byte == b'/').filter(|element| !matches!(*element, b"" | b".")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mgmt_values::Type;

    fn relative(base: &str, target: &str) -> Option<String> {
        let value = rel(&mut CallContext { signature: &Type::Str }, &[Value::str(base), Value::str(target)]).ok()?;
        Some(value.as_text()?.to_str().into_owned())
    }

    #[test]
    fn a_bad_pattern_is_seen_where_it_is_reached() {
        let call =
            |pattern, name| matches(&mut CallContext { signature: &Type::Str }, &[Value::str(pattern), Value::str(name)]).ok();
        assert_eq!(
            (call("a*[", "c"), call("a*[", "ab"), call("a*b*[", "ac")),
            (Some(Value::Bool(false)), None, Some(Value::Bool(false)))
        );
        assert_eq!((call("x[", "c"), call("*b[", "c")), (None, None));
    }

    #[test]
    fn the_way_may_go_up() {
        for (base, target, way) in [
            ("/a", "/a/b/c", Some("b/c")),
            ("/a/b", "/a/c", Some("../c")),
            ("/a/b", "/a", Some("..")),
            ("", "a", Some("a")),
            ("a", ".", Some("..")),
            ("..", "a", None),
            ("../a", "..", Some("..")),
            ("a", "/b", None),
            ("/", "/a", Some("a")),
        ] {
            assert_eq!(relative(base, target).as_deref(), way, "{base} {target}");
        }
    }
}
