//! `metadata.yaml`: what a directory module says about itself.

use saphyr::{LoadableYamlNode, Scalar, Yaml};

/// What `metadata.yaml` says; the default is what an empty one means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The file that the program starts in, relative to the module.
    pub main: String,
    /// Where modules that it imports are searched, relative to the module, with a slash at the end.
    pub path: Option<String>,
    /// Where its extra files are, relative to the module, with a slash at the end.
    pub files: Option<String>,
    /// Short name of its licence.
    pub license: Option<String>,
    /// The search for modules does not go on in the module that imports it.
    pub parentpathblock: bool,
}

impl Default for Metadata {
    fn default() -> Metadata {
        let files = Some("files/".to_owned());
        Metadata { main: "main.mcl".to_owned(), path: None, files, license: None, parentpathblock: false }
    }
}

impl Metadata {
    /// Reads the text of a `metadata.yaml`; the error says what is wrong in one line. Unknown keys are ignored.
    pub fn parse(text: &str) -> Result<Metadata, String> {
        let documents = Yaml::load_from_str(text).map_err(|error| error.to_string())?;
        let mut metadata = Metadata::default();
        let entries = match documents.first() {
            None => return Ok(metadata),
            Some(document) if document.is_null() => return Ok(metadata),
            Some(Yaml::Mapping(entries)) => entries,
            Some(_) => return Err("the file must hold `key: value` lines".to_owned()),
        };
        for (key, value) in entries {
            match key.as_str() {
                Some("main") => metadata.main = word("main", value)?.unwrap_or(metadata.main),
                Some("path") => metadata.path = word("path", value)?.filter(|path| !path.is_empty()),
                Some("files") => metadata.files = word("files", value)?.filter(|path| !path.is_empty()).or(metadata.files),
                Some("license") => metadata.license = word("license", value)?,
                Some("parentpathblock") => metadata.parentpathblock = flag("parentpathblock", value)?,
                _ => {}
            }
        }
        metadata.validate()?;
        Ok(metadata)
    }

    fn validate(&self) -> Result<(), String> {
        if self.main.starts_with('/') || self.main.ends_with('/') {
            return Err("`main` must be the path of a file inside the module, without a slash at its start or end".to_owned());
        }
        for (key, path) in [("path", &self.path), ("files", &self.files)] {
            if path.as_ref().is_some_and(|path| path.starts_with('/') || !path.ends_with('/')) {
                return Err(format!("`{key}` must be a relative path of a directory, with a slash at its end"));
            }
        }
        Ok(())
    }
}

/// The text of a scalar, however it is spelled; null is as good as not there.
fn word(key: &str, value: &Yaml<'_>) -> Result<Option<String>, String> {
    match value {
        Yaml::Value(Scalar::Null) => Ok(None),
        Yaml::Value(Scalar::String(text)) => Ok(Some(text.to_string())),
        Yaml::Value(Scalar::Boolean(value)) => Ok(Some(value.to_string())),
        Yaml::Value(Scalar::Integer(value)) => Ok(Some(value.to_string())),
        Yaml::Value(Scalar::FloatingPoint(value)) => Ok(Some(value.to_string())),
        Yaml::Representation(text, ..) => Ok(Some(text.to_string())),
        _ => Err(format!("`{key}` must be a string")),
    }
}

/// A truth value, in the words of YAML 1.1 too.
fn flag(key: &str, value: &Yaml<'_>) -> Result<bool, String> {
    match value {
        Yaml::Value(Scalar::Null) => Ok(false),
        Yaml::Value(Scalar::Boolean(value)) => Ok(*value),
        Yaml::Value(Scalar::String(text)) => match text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "y" => Ok(true),
            "no" | "off" | "n" => Ok(false),
            _ => Err(format!("`{key}` must be true or false")),
        },
        _ => Err(format!("`{key}` must be true or false")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_texts_mean_the_defaults() {
        for text in ["", "\n", "# nothing to say\n", "---\n", "author: me\nversion: [1, 2]\n", "main: ~\n"] {
            assert_eq!(Metadata::parse(text), Ok(Metadata::default()), "{text:?}");
        }
    }

    #[test]
    fn all_keys() {
        let text = "main: \"src/start.mcl\"\npath: vendor/\nfiles: data/\nlicense: MIT # short\nparentpathblock: yes\n";
        let metadata = Metadata::parse(text).unwrap();
        assert_eq!(metadata.main, "src/start.mcl");
        assert_eq!(metadata.path.as_deref(), Some("vendor/"));
        assert_eq!(metadata.files.as_deref(), Some("data/"));
        assert_eq!(metadata.license.as_deref(), Some("MIT"));
        assert!(metadata.parentpathblock);
        assert_eq!(Metadata::parse("main: 5\n").unwrap().main, "5");
        assert_eq!(Metadata::parse("path: \"\"\nfiles: \"\"\n"), Ok(Metadata::default()));
    }

    #[test]
    fn what_is_refused() {
        for text in [
            "main: [\n",
            "main: [a]\n",
            "main: /main.mcl\n",
            "main: src/\n",
            "path: vendor\n",
            "path: /vendor/\n",
            "files: data\n",
            "files: /data/\n",
            "parentpathblock: 1\n",
            "[a]\n",
            "foo\n",
            "a: *y\n",
        ] {
            assert!(Metadata::parse(text).is_err(), "{text:?}");
        }
    }
}
