//! `json:edit`: values in JSON files.

use crate::kinds::table::{PLAIN, STR, STRS, ensure, field, no_identities, text_or_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::Kind;

/// The declaration.
pub static KIND: Kind = Kind {
    name: "json:edit",
    doc: "Sets and deletes entries of a JSON object that is kept in a file or in the store of the cluster.",
    fields: &[
        field(
            "store",
            STR,
            "Where it is: an absolute path, or a URI `file:///path` or `etcd:///key`; the name of the resource where not given.",
        ),
        field("edits", STRS, "What to do, in order: `.path.to[\"entry\"] = JSON` or `del(.path)`."),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    store(&text_or_name(fields, "store", name))?;
    let edits = fields.texts("edits");
    ensure(!edits.is_empty(), || "`edits` is empty".to_owned())?;
    for (index, text) in edits.iter().enumerate() {
        edit(text.trim()).map_err(|error| format!("edit {index}, `{text}`: {error}"))?;
    }
    Ok(())
}

/// A path, or a URI of a file or of a key.
fn store(text: &str) -> Result<(), String> {
    let wrong = || Err(format!("`{text}` is not an absolute path, nor a `file:` or `etcd:` URI"));
    if text.starts_with('/') {
        return Ok(());
    }
    let Some((scheme, rest)) = text.split_once(':') else { return wrong() };
    let path = rest.strip_prefix("//").unwrap_or(rest);
    match scheme.to_lowercase().as_str() {
        _ if text.contains(['?', '#']) => wrong(),
        "file" if path.starts_with('/') => Ok(()),
        "etcd" if path.starts_with('/') && path.len() > 1 => Ok(()),
        _ => wrong(),
    }
}

/// `PATH = JSON` or `del(PATH)`.
fn edit(text: &str) -> Result<(), String> {
    if let Some(rest) = text.strip_prefix("del").filter(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    {
        let inner = rest.trim_start().strip_prefix('(').ok_or("`(` is missing behind `del`")?;
        let rest = path(inner.trim_start())?.trim_start();
        let rest = rest.strip_prefix(')').ok_or("`)` is missing")?;
        return ensure(rest.trim().is_empty(), || format!("`{}` stands behind the end", rest.trim()));
    }
    let rest = path(text)?.trim_start();
    let value = rest.strip_prefix('=').ok_or("`=` is missing")?;
    let rest = value_end(value.trim_start()).ok_or("what stands behind `=` is not JSON")?;
    ensure(rest.trim().is_empty(), || format!("`{}` stands behind the value", rest.trim()))
}

/// Reads a path; gives what stands behind it.
fn path(text: &str) -> Result<&str, String> {
    let mut rest = text.strip_prefix('.').ok_or("a path begins with `.`")?;
    loop {
        rest = rest.trim_start();
        if let Some(inner) = rest.strip_prefix('[') {
            let key = inner.trim_start();
            let end = string_end(key).ok_or("in brackets there has to be a string")?;
            ensure(key.len() - end.len() > 2, || "a key is empty".to_owned())?;
            rest = end.trim_start().strip_prefix(']').ok_or("`]` is missing")?;
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            ensure(end > 0 && !rest.starts_with(|c: char| c.is_ascii_digit()), || "a key is missing".to_owned())?;
            rest = &rest[end..];
        }
        let next = rest.trim_start();
        match next.strip_prefix('.') {
            Some(behind) => rest = behind,
            None if next.starts_with('[') => rest = next,
            None => return Ok(rest),
        }
    }
}

/// What stands behind a JSON string (RFC 8259, 7).
fn string_end(text: &str) -> Option<&str> {
    let mut chars = text.strip_prefix('"')?.char_indices();
    let inner = &text[1..];
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some(&inner[at + 1..]),
            '\\' => match chars.next()?.1 {
                'u' => {
                    for _ in 0..4 {
                        chars.next().filter(|(_, c)| c.is_ascii_hexdigit())?;
                    }
                }
                c if "\"\\/bfnrt".contains(c) => {}
                _ => return None,
            },
            c if c < ' ' => return None,
            _ => {}
        }
    }
    None
}

/// What stands behind a JSON value (RFC 8259, 3). Nesting is kept in a list, so that no input overflows the stack.
fn value_end(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    let mut open: Vec<char> = Vec::new();
    loop {
        // A value begins here.
        let first = rest.chars().next()?;
        match first {
            '[' | '{' => {
                rest = rest[1..].trim_start();
                let close = if first == '[' { ']' } else { '}' };
                if let Some(behind) = rest.strip_prefix(close) {
                    rest = behind;
                } else {
                    open.push(close);
                    if first == '{' {
                        rest = member(rest)?;
                    }
                    continue;
                }
            }
            '"' => rest = string_end(rest)?,
            _ => rest = scalar_end(rest)?,
        }
        // And has ended here.
        loop {
            let Some(close) = open.last().copied() else { return Some(rest) };
            rest = rest.trim_start();
            if let Some(behind) = rest.strip_prefix(close) {
                open.pop();
                rest = behind;
                continue;
            }
            rest = rest.strip_prefix(',')?.trim_start();
            if close == '}' {
                rest = member(rest)?;
            }
            break;
        }
    }
}

/// Reads `"key":`; gives the value and what stands behind it.
fn member(text: &str) -> Option<&str> {
    Some(string_end(text)?.trim_start().strip_prefix(':')?.trim_start())
}

/// What stands behind a word or a number (RFC 8259, 6).
fn scalar_end(text: &str) -> Option<&str> {
    if let Some(rest) = ["true", "false", "null"].iter().find_map(|word| text.strip_prefix(word)) {
        return Some(rest);
    }
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.starts_with('0')) {
        return None;
    }
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let count = Some(digits(fraction)).filter(|count| *count > 0)?;
        rest = &fraction[count..];
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let count = Some(digits(exponent)).filter(|count| *count > 0)?;
        rest = &exponent[count..];
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::testing::*;
    use mgmt_values::Value;

    #[test]
    fn edits_are_read() {
        let good = [
            ".a.b = 1",
            ".[\"x-y\"].b=[1, {\"a\": null}]",
            ".a[\"b\"].c = \"t\\u00e9\"",
            ".a.[\"b\"] = -0.5e+3",
            "del ( .a )",
            ".del = {}",
        ];
        for text in good {
            assert_eq!(edit(text), Ok(()), "{text}");
        }
        let bad = [
            "",
            ".",
            ". = 1",
            ".a = 01",
            ".a = 1 2",
            ".a[0] = 1",
            ".a[\"\"] = 1",
            "del .a",
            "del(.a) x",
            ".a",
            ".a. = 1",
            ".a = [1,]",
            ".a = {\"b\"}",
        ];
        for text in bad {
            assert!(edit(text).is_err(), "{text}");
        }
        assert!(edit(&format!(".a = {}", "[".repeat(1_000_000))).is_err());
    }

    #[test]
    fn stores_are_paths_or_uris() {
        let set = [("edits", strs(&[".a = 1"]))];
        for name in ["/etc/x.json", "file:///etc/x.json", "etcd:///key"] {
            assert_eq!(validate(name, &fields(&KIND, &set)), Ok(()), "{name}");
        }
        for name in ["x.json", "file:x", "etcd:///", "http://host/x", "file:///x?y"] {
            assert!(validate(name, &fields(&KIND, &set)).is_err(), "{name}");
        }
        assert!(validate("/x", &fields(&KIND, &[("edits", Value::list(Vec::new()))])).is_err());
    }
}
