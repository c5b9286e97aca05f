//! What the language asks of its host.

use std::collections::BTreeMap;

/// Files as the host sees them. Paths are absolute, with `/` between their parts; those of directories end in `/`.
pub trait Files {
    /// The content of a file; the error says in a few words why there is none, such as `no such file`.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;

    /// Whether a directory is there.
    fn is_dir(&self, path: &str) -> bool;

    /// Whether anything is there.
    fn exists(&self, path: &str) -> bool;

    /// The working directory, absolute.
    fn current_dir(&self) -> Result<String, String>;

    /// Everything that standard input has to give.
    fn standard_input(&self) -> Result<Vec<u8>, String>;
}

/// Where remote modules come from that are not there yet.
pub trait Downloads {
    /// Makes the repository at `url` available in `directory`, which is below the directory of modules `modules`, both absolute; the
    /// error says why not.
    fn fetch(&self, url: &str, modules: &str, directory: &str) -> Result<(), String>;

    /// Whether it would fetch anything.
    fn fetches(&self) -> bool {
        true
    }
}

/// Nothing is downloaded: what is there is used.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDownloads;

impl Downloads for NoDownloads {
    fn fetch(&self, _url: &str, _modules: &str, _directory: &str) -> Result<(), String> {
        Ok(())
    }

    fn fetches(&self) -> bool {
        false
    }
}

/// A path made absolute and free of `.`, `..` and doubled slashes; a slash at the end stays. At the root, `..` stays there.
pub(crate) fn absolute(base: &str, path: &str) -> String {
    let joined = if path.starts_with('/') { path.to_owned() } else { format!("{base}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let mut out = String::with_capacity(joined.len());
    for part in &parts {
        out.push('/');
        out.push_str(part);
    }
    if out.is_empty() || path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..") {
        out.push('/');
    }
    out
}

/// The directory of a file, with its slash.
pub(super) fn parent(path: &str) -> &str {
    &path[..path.rfind('/').map_or(0, |at| at + 1)]
}

/// Files in memory, by absolute path; the working directory is `/`, and `-` is what standard input gives.
#[derive(Clone, Debug, Default)]
pub struct Memory(BTreeMap<String, Vec<u8>>);

impl Memory {
    /// These files, each with its absolute path and content.
    pub fn of<P: Into<String>, C: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, C)>) -> Memory {
        Memory(files.into_iter().map(|(path, content)| (path.into(), content.into())).collect())
    }
}

impl Files for Memory {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_owned())
    }

    fn is_dir(&self, path: &str) -> bool {
        let dir = format!("{}/", path.trim_end_matches('/'));
        self.0.range(dir.clone()..).next().is_some_and(|(file, _)| file.starts_with(&dir))
    }

    fn exists(&self, path: &str) -> bool {
        self.0.contains_key(path) || self.is_dir(path)
    }

    fn current_dir(&self) -> Result<String, String> {
        Ok("/".to_owned())
    }

    fn standard_input(&self) -> Result<Vec<u8>, String> {
        self.read("-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        assert_eq!(absolute("/srv", "a/./b//c"), "/srv/a/b/c");
        assert_eq!(absolute("/srv/", "../x.mcl"), "/x.mcl");
        assert_eq!(absolute("/", "../../x/"), "/x/");
        assert_eq!(absolute("/srv", "."), "/srv");
        assert_eq!(absolute("/srv", "./"), "/srv/");
        assert_eq!(absolute("/", "/"), "/");
        assert_eq!(parent("/srv/a.mcl"), "/srv/");
    }
}
