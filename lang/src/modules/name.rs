//! Import strings: what they mean and the namespace that they give.

use super::url;

/// An import string that is well formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportName {
    /// What it asks for.
    pub kind: ImportKind,
    /// The prefix of its names unless the import gives another.
    pub namespace: String,
}

/// What an import string asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportKind {
    /// A module of the tool itself, under the whole string.
    System,
    /// A file or directory, by its path relative to the importing file; a directory ends in `/`.
    Local(String),
    /// A repository: its directory below a modules directory, with a slash at its end, and where it comes from.
    Remote {
        /// Host and path.
        directory: String,
        /// What to clone.
        url: String,
    },
}

impl ImportName {
    /// Reads an import string; the error says what is wrong in one line.
    ///
    /// # Example
    /// ```
    /// use mgmt_lang::modules::ImportName;
    /// assert_eq!(ImportName::parse("lib/My-Net.mcl").unwrap().namespace, "my_net");
    /// assert!(ImportName::parse("./web/").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<ImportName, String> {
        if text.starts_with('/') {
            return Err("it must not be an absolute path".to_owned());
        }
        let url = url::parse(text).map_err(|why| format!("it is not a valid URL: {why}"))?;
        if url.path.is_empty() {
            return Err("it has no path".to_owned());
        }
        let clean = clean(&url.path);
        if url.path != clean && url.path.strip_suffix('/') != Some(&clean) {
            return Err(format!("its path must be written as `{clean}`"));
        }
        if url.host.matches(':').count() > 1 {
            return Err("its host holds more than one colon".to_owned());
        }
        let local_file = url.scheme.is_empty() && url.path.ends_with(".mcl");
        let mut namespace = namespace(&url.path);
        if namespace.starts_with(['-', '_']) || namespace.ends_with(['-', '_']) {
            return Err(format!("its name `{namespace}` must not start or end with a dash or an underscore"));
        }
        namespace = namespace.replace('-', "_").to_lowercase();
        if local_file && let Some(stem) = namespace.strip_suffix(".mcl") {
            namespace = stem.to_owned();
        }
        let kind = match url.scheme {
            "" if local_file || url.path.ends_with('/') => ImportKind::Local(url.path),
            "" => ImportKind::System,
            _ => remote(&url),
        };
        Ok(ImportName { kind, namespace })
    }
}

fn remote(url: &url::Url<'_>) -> ImportKind {
    let host = url.host.split(':').next().unwrap_or(url.host);
    let path = if host.is_empty() { url.path.trim_start_matches('/') } else { &url.path };
    ImportKind::Remote { directory: format!("{host}{}/", path.trim_end_matches('/')), url: url.plain.to_owned() }
}

/// The last part of a path, without `mgmt-` where something follows.
fn namespace(path: &str) -> String {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    last.strip_prefix("mgmt-").filter(|rest| !rest.is_empty()).unwrap_or(last).to_owned()
}

/// A path without doubled slashes, `.` and inner `..`; no slash at the end but for the root.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let rooted = path.starts_with('/');
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    match (rooted, parts.join("/")) {
        (true, path) => format!("/{path}"),
        (false, path) if path.is_empty() => ".".to_owned(),
        (false, path) => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> (String, ImportKind) {
        let name = ImportName::parse(text).unwrap();
        (name.namespace, name.kind)
    }

    fn remote(directory: &str, url: &str) -> ImportKind {
        ImportKind::Remote { directory: directory.to_owned(), url: url.to_owned() }
    }

    #[test]
    fn namespaces_and_kinds() {
        let local = |path: &str| ImportKind::Local(path.to_owned());
        assert_eq!(name("golang/strings"), ("strings".into(), ImportKind::System));
        assert_eq!(name("mgmt-x"), ("x".into(), ImportKind::System));
        assert_eq!(name("lib/My-Net.mcl"), ("my_net".into(), local("lib/My-Net.mcl")));
        assert_eq!(name("web/"), ("web".into(), local("web/")));
        assert_eq!(name("web.mcl/"), ("web.mcl".into(), local("web.mcl/")));
        assert_eq!(name("conf.d/"), ("conf.d".into(), local("conf.d/")));
        assert_eq!(name("../x.mcl"), ("x".into(), local("../x.mcl")));
        assert_eq!(name("a%2Db.mcl?tag=1"), ("a_b".into(), local("a-b.mcl")));
        assert_eq!(name("fmt?x"), ("fmt".into(), ImportKind::System));
        let web = "git://example.com/team/mgmt-web/";
        assert_eq!(name(web), ("web".into(), remote("example.com/team/mgmt-web/", web)));
        let app = "https://example.com:80/team/Web-App";
        assert_eq!(name(app), ("web_app".into(), remote("example.com/team/Web-App/", app)));
    }

    #[test]
    fn what_is_refused() {
        for text in [
            "/util.mcl",
            "git@host:a.git",
            "a:b.mcl",
            "git://host",
            "?x",
            "a//b",
            "./a",
            "a/../b",
            "lib//",
            "git:////x",
            "git://h/a//b/",
            "_util.mcl",
            "web-/",
            "mgmt-/",
            "git://h:1:2/x",
        ] {
            assert!(ImportName::parse(text).is_err(), "{text:?}");
        }
    }
}
