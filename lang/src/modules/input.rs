//! What a user may give as a program, and what a directory offers as one.

use super::files::{Files, absolute, parent};
use super::metadata::Metadata;
use super::search::Location;
use crate::source::decode;

/// The file that a program or module starts in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path, absolute; `main.mcl` for inline code and standard input.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The directory of the module, absolute, with a slash at its end; the working directory for inline code.
    pub base: String,
    /// The directory that local imports are relative to.
    pub beside: String,
    /// What its `metadata.yaml` says and where it is, if it has one.
    pub location: Option<Location>,
}

/// Files, and the list of all that was asked of them.
pub struct Reader<'a> {
    files: &'a dyn Files,
    read: Vec<String>,
}

impl<'a> Reader<'a> {
    /// A reader of these files.
    pub fn new(files: &'a dyn Files) -> Reader<'a> {
        Reader { files, read: Vec::new() }
    }

    /// The files.
    pub fn files(&self) -> &'a dyn Files {
        self.files
    }

    /// The paths of all files that were asked for, there or not, in that order.
    pub fn into_read(self) -> Vec<String> {
        self.read
    }

    /// Remembers a file that was looked for and is not there.
    pub fn missed(&mut self, path: &str) {
        self.read.push(path.to_owned());
    }

    fn text(&mut self, path: &str) -> Result<String, String> {
        self.read.push(path.to_owned());
        let bytes = self.files.read(path).map_err(|why| format!("can't read `{path}`: {why}"))?;
        Ok(decode(&bytes))
    }

    /// What a user gave: `-`, a `metadata.yaml`, an `.mcl` file, a directory with its slash, or code. The first that fits counts;
    /// what looks like a path and names nothing is refused rather than taken for code.
    pub fn classify(&mut self, input: &str) -> Result<Entry, String> {
        if input.is_empty() {
            return Err("the program is empty".to_owned());
        }
        if input == "-" {
            let bytes = self.files.standard_input().map_err(|why| format!("can't read standard input: {why}"))?;
            return self.inline(decode(&bytes));
        }
        let one_line = !input.contains('\n');
        let here = self.files.current_dir().map_err(|why| format!("can't find the working directory: {why}"))?;
        let path = absolute(&here, input);
        if input == "metadata.yaml" {
            return Err("to run the module of this directory, give it as `./metadata.yaml` or `./`".to_owned());
        }
        if one_line && input.ends_with("/metadata.yaml") {
            return self.module(&path, true);
        }
        if one_line && input.ends_with(".mcl") {
            return self.file(&path);
        }
        if one_line && input.ends_with('/') {
            return self.directory(&path);
        }
        if one_line && self.files.is_dir(&path) {
            return Err(format!("`{input}` is a directory: write it with a slash at its end, `{input}/`"));
        }
        if one_line && self.files.exists(&path) {
            return Err(format!("the name of a file with a program must end in `.mcl`, that of `{input}` does not"));
        }
        if one_line && looks_like_path(input) {
            let hint =
                if self.files.exists(&format!("{path}.mcl")) { format!(", but `{input}.mcl` is there") } else { String::new() };
            return Err(format!("there is no file or directory `{input}`{hint}"));
        }
        self.inline(input.to_owned())
    }

    /// Code without a file; its imports are relative to the working directory.
    fn inline(&mut self, text: String) -> Result<Entry, String> {
        let mut base = self.files.current_dir().map_err(|why| format!("can't find the working directory: {why}"))?;
        if !base.ends_with('/') {
            base.push('/');
        }
        Ok(Entry { path: "main.mcl".to_owned(), text, beside: base.clone(), base, location: None })
    }

    /// One `.mcl` file at an absolute path.
    pub fn file(&mut self, path: &str) -> Result<Entry, String> {
        let text = self.text(path)?;
        let base = parent(path).to_owned();
        Ok(Entry { path: path.to_owned(), text, beside: base.clone(), base, location: None })
    }

    /// The program of a directory, whose absolute path ends in a slash: that of its `metadata.yaml`, else its `main.mcl`.
    pub fn directory(&mut self, path: &str) -> Result<Entry, String> {
        if !self.files.exists(path.trim_end_matches('/')) && !self.files.is_dir(path) {
            return Err(format!("there is no directory `{path}`"));
        }
        if !self.files.is_dir(path) {
            return Err(format!("`{path}` is not a directory"));
        }
        let (metadata, main) = (format!("{path}metadata.yaml"), format!("{path}main.mcl"));
        if self.files.exists(&metadata) {
            return self.module(&metadata, false);
        }
        self.missed(&metadata);
        if !self.files.exists(&main) {
            self.missed(&main);
            return Err(format!("the directory `{path}` holds no program: neither `metadata.yaml` nor `main.mcl`"));
        }
        self.file(&main)
    }

    /// The program that a `metadata.yaml` at an absolute path describes.
    pub fn module(&mut self, path: &str, asked: bool) -> Result<Entry, String> {
        let text = self.text(path).map_err(|why| if asked { why } else { format!("the module can't be loaded: {why}") })?;
        let metadata = Metadata::parse(&text).map_err(|why| format!("`{path}` is not right: {why}"))?;
        let base = parent(path).to_owned();
        let main = absolute(&base, &metadata.main);
        let text = self.text(&main)?;
        let location = Location { base: base.clone(), path: metadata.path, stop: metadata.parentpathblock };
        Ok(Entry { beside: parent(&main).to_owned(), path: main, text, base, location: Some(location) })
    }
}

/// Whether a text that holds no program could be meant as a path: nothing but letters, digits and what stands in names of files.
fn looks_like_path(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '~' | '+' | '@' | ','))
}

#[cfg(test)]
mod tests {
    use super::super::Memory;
    use super::*;

    fn classify(files: &[(&str, &str)], input: &str) -> Result<(String, String), String> {
        let memory = Memory::of(files.iter().copied());
        Reader::new(&memory).classify(input).map(|entry| (entry.path, entry.text))
    }

    fn is(path: &str, text: &str) -> Result<(String, String), String> {
        Ok((path.to_owned(), text.to_owned()))
    }

    #[test]
    fn the_first_that_fits() {
        let files =
            [("/a.mcl", "1"), ("/d/main.mcl", "2"), ("/m/metadata.yaml", "main: x/y.mcl"), ("/m/x/y.mcl", "3"), ("-", "4")];
        assert_eq!(classify(&files, "a.mcl"), is("/a.mcl", "1"));
        assert_eq!(classify(&files, "./d/../a.mcl"), is("/a.mcl", "1"));
        assert_eq!(classify(&files, "d/"), is("/d/main.mcl", "2"));
        assert_eq!(classify(&files, "/m/"), is("/m/x/y.mcl", "3"));
        assert_eq!(classify(&files, "m/metadata.yaml"), is("/m/x/y.mcl", "3"));
        assert_eq!(classify(&files, "-"), is("main.mcl", "4"));
        assert_eq!(classify(&files, "noop \"a\" {}"), is("main.mcl", "noop \"a\" {}"));
        assert_eq!(classify(&files, "noop \"a\" {}\n# a.mcl"), is("main.mcl", "noop \"a\" {}\n# a.mcl"));
    }

    #[test]
    fn what_is_meant_as_a_path_is_not_run_as_code() {
        let files = [("/a.mcl", "1"), ("/d/readme", "2"), ("/script", "3")];
        for (input, part) in [
            ("", "empty"),
            ("d", "slash at its end"),
            ("d/", "holds no program"),
            ("e/", "no directory"),
            ("a.mcl/", "not a directory"),
            ("script", "must end in `.mcl`"),
            ("a", "`a.mcl` is there"),
            ("examples/nothing", "no file or directory"),
            ("b.mcl", "no such file"),
            ("metadata.yaml", "./metadata.yaml"),
            ("d/metadata.yaml", "no such file"),
        ] {
            let error = classify(&files, input).unwrap_err();
            assert!(error.contains(part), "{input:?}: {error}");
        }
    }

    #[test]
    fn everything_that_was_asked_for_is_remembered() {
        let memory = Memory::of([("/d/main.mcl", "")]);
        let mut reader = Reader::new(&memory);
        assert!(reader.classify("d/").is_ok() && reader.file("/no.mcl").is_err());
        assert_eq!(reader.into_read(), ["/d/metadata.yaml", "/d/main.mcl", "/no.mcl"]);
    }
}
