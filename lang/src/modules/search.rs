//! Where remote modules are looked for.

use super::files::{Files, absolute};

/// What the `metadata.yaml` of a module says about searching, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The directory of the module, absolute, with a slash at its end.
    pub base: String,
    /// Its own directory of modules, relative to `base`.
    pub path: Option<String>,
    /// The search does not go on in the module that imports it.
    pub stop: bool,
}

/// The directory of a remote module, absolute and with a slash at its end, and whether a copy is there.
///
/// `chain` holds the modules around the import, innermost first; one without a `metadata.yaml` belongs to the one around it and is
/// left out. The first directory of modules with a copy counts, from the innermost module outwards, the `global` one last; without
/// any copy it is the innermost of them. `None`: there is no directory of modules at all.
pub fn module_directory<'a>(
    files: &dyn Files,
    chain: impl IntoIterator<Item = &'a Location>,
    global: Option<&str>,
    relative: &str,
) -> Option<(String, bool)> {
    let mut candidates: Vec<String> = Vec::new();
    for location in chain {
        candidates.extend(location.path.as_ref().map(|path| absolute(&location.base, path)));
        if location.stop {
            break;
        }
    }
    candidates.extend(global.map(str::to_owned));
    let directories: Vec<String> = candidates.iter().map(|candidate| absolute(candidate, relative)).collect();
    let found = directories.iter().position(|directory| files.exists(&format!("{directory}metadata.yaml")));
    directories.into_iter().nth(found.unwrap_or(0)).map(|directory| (directory, found.is_some()))
}

#[cfg(test)]
mod tests {
    use super::super::Memory;
    use super::*;

    fn location(base: &str, path: &str, stop: bool) -> Location {
        Location { base: base.to_owned(), path: (!path.is_empty()).then(|| path.to_owned()), stop }
    }

    #[test]
    fn the_nearest_copy_counts() {
        let files = Memory::of(&[
            ("/top/vendor/h/m/metadata.yaml", ""),
            ("/global/h/m/metadata.yaml", ""),
            ("/global/h/n/metadata.yaml", ""),
        ]);
        let chain = [location("/top/lib/", "path/", false), location("/top/", "vendor/", false)];
        let find = |relative| module_directory(&files, &chain, Some("/global/"), relative);
        assert_eq!(find("h/m/"), Some(("/top/vendor/h/m/".to_owned(), true)));
        assert_eq!(find("h/n/"), Some(("/global/h/n/".to_owned(), true)));
        assert_eq!(find("h/o/"), Some(("/top/lib/path/h/o/".to_owned(), false)));
    }

    #[test]
    fn a_module_can_end_the_search() {
        let files = Memory::of(&[("/top/vendor/h/m/metadata.yaml", "")]);
        let chain = [location("/top/lib/", "", true), location("/top/", "vendor/", false)];
        assert_eq!(module_directory(&files, &chain, None, "h/m/"), None);
        assert_eq!(module_directory(&files, &chain, Some("/g/"), "h/m/"), Some(("/g/h/m/".to_owned(), false)));
    }
}
