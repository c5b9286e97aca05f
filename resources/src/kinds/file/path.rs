//! Where a file resource puts its file, and what stands above it.

use mgmt_values::resource::Fields;
use mgmt_values::text::Text;

/// The effective path: the name or `path`, with its directory part replaced by `dirname` and its last component by `basename`.
pub fn effective(name: &str, fields: &Fields) -> Vec<u8> {
    let field = |name| bytes(fields, name);
    let path = Some(field("path")).filter(|path| !path.is_empty()).unwrap_or_else(|| name.as_bytes().to_vec());
    let (own_dir, own_base) = split(&path);
    let (dirname, basename) = (field("dirname"), field("basename"));
    if dirname.is_empty() && basename.is_empty() {
        return path;
    }
    let dir = if dirname.is_empty() { own_dir.to_vec() } else { dirname };
    let base = if basename.is_empty() { own_base.to_vec() } else { basename };
    [dir, base].concat()
}

/// A `str` field as the bytes it was given as.
pub fn bytes(fields: &Fields, name: &str) -> Vec<u8> {
    fields.get(name).and_then(|value| value.as_text().map(|text: &Text| text.as_bytes().to_vec())).unwrap_or_default()
}

/// `/x/y` is `/x/` and `y`, `/x/y/` is `/x/` and `y/`; `/` is nothing and nothing.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    let inner = path.strip_suffix(b"/").unwrap_or(path);
    match inner.iter().rposition(|byte| *byte == b'/') {
        Some(at) => path.split_at(at + 1),
        None if inner.is_empty() => (b"", b""),
        None => (b"", path),
    }
}

/// The components of a path, cleaned in the text: no empty ones, no `.`, and `..` takes away what stands before it.
pub fn components(path: &[u8]) -> Vec<&[u8]> {
    let mut out = Vec::new();
    for component in path.split(|byte| *byte == b'/') {
        match component {
            b"" | b"." => {}
            b".." => drop(out.pop()),
            name => out.push(name),
        }
    }
    out
}

/// The directories above a path, nearest first, up to `/`, each with a slash at its end.
pub fn parents(path: &[u8]) -> Vec<Vec<u8>> {
    let components = components(path);
    let directory = |depth: usize| components[..depth].iter().fold(b"/".to_vec(), |path, name| [&path[..], name, b"/"].concat());
    (0..components.len()).rev().map(directory).collect()
}

#[cfg(test)]
mod tests {
    use super::super::KIND;
    use super::*;
    use crate::kinds::testing::fields;
    use mgmt_values::Value;

    #[test]
    fn parts_of_a_path_can_be_replaced() {
        let path = |name: &str, set: &[(&str, &str)]| {
            let set: Vec<(&str, Value)> = set.iter().map(|(name, value)| (*name, Value::str(*value))).collect();
            String::from_utf8(effective(name, &fields(&KIND, &set))).unwrap()
        };
        assert_eq!(path("/x/y", &[]), "/x/y");
        assert_eq!(path("a name", &[("path", "/x/y/")]), "/x/y/");
        assert_eq!(path("/x/y", &[("basename", "z")]), "/x/z");
        assert_eq!(path("/x/y/", &[("basename", "z")]), "/x/z");
        assert_eq!(path("/x/y/", &[("dirname", "/d/")]), "/d/y/");
        assert_eq!(path("/x/y", &[("dirname", "/d/"), ("basename", "z/")]), "/d/z/");
        assert_eq!(path("/", &[("dirname", "/d/")]), "/d/");
    }

    #[test]
    fn what_stands_above_is_cleaned() {
        let above = |path: &str| {
            let all: Vec<String> = parents(path.as_bytes()).into_iter().map(|p| String::from_utf8(p).unwrap()).collect();
            all.join(" ")
        };
        assert_eq!(above("/a/b/c"), "/a/b/ /a/ /");
        assert_eq!(above("/a/b/"), "/a/ /");
        assert_eq!(above("/a//b"), "/a/ /");
        assert_eq!(above("/a/x/../b"), "/a/ /");
        assert_eq!(above("/"), "");
    }
}
