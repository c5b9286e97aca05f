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

/// Where a remote module is or belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The directory of modules, absolute, with a slash at its end.
    pub modules: String,
    /// The directory of the module below it, with a slash at its end.
    pub directory: String,
    /// A copy is there.
    pub there: bool,
}

/// The place of a remote module.
///
/// `chain` holds the modules around the import, innermost first; one without a `metadata.yaml` belongs to the one around it and is
/// left out. The first directory of modules with a copy counts, from the innermost module outwards, the `global` one last; without
/// any copy it is the innermost of them. `None`: there is no directory of modules at all.
pub fn module_directory<'a>(
    files: &dyn Files,
    chain: impl IntoIterator<Item = &'a Location>,
    global: Option<&str>,
    relative: &str,
) -> Option<Place> {
    let mut candidates: Vec<String> = Vec::new();
    for location in chain {
        candidates.extend(location.path.as_ref().map(|path| absolute(&location.base, path)));
        if location.stop {
            break;
        }
    }
    candidates.extend(global.map(str::to_owned));
    let below = |modules: &String| absolute(modules, relative);
    let found = candidates.iter().position(|modules| files.exists(&format!("{}metadata.yaml", below(modules))));
    let modules = candidates.into_iter().nth(found.unwrap_or(0))?;
    Some(Place { directory: below(&modules), modules, there: found.is_some() })
}

#[cfg(test)]
mod tests {
    use super::super::Memory;
    use super::*;

    fn location(base: &str, path: &str, stop: bool) -> Location {
        Location { base: base.to_owned(), path: (!path.is_empty()).then(|| path.to_owned()), stop }
    }

    fn place(found: Option<Place>) -> Option<(String, bool)> {
        found.map(|place| (place.directory, place.there))
    }

    #[test]
    fn the_nearest_copy_counts() {
        let files = Memory::of([
            ("/top/vendor/h/m/metadata.yaml", ""),
            ("/global/h/m/metadata.yaml", ""),
            ("/global/h/n/metadata.yaml", ""),
        ]);
        let chain = [location("/top/lib/", "path/", false), location("/top/", "vendor/", false)];
        let find = |relative| place(module_directory(&files, &chain, Some("/global/"), relative));
        assert_eq!(find("h/m/"), Some(("/top/vendor/h/m/".to_owned(), true)));
        assert_eq!(find("h/n/"), Some(("/global/h/n/".to_owned(), true)));
        assert_eq!(find("h/o/"), Some(("/top/lib/path/h/o/".to_owned(), false)));
    }

    #[test]
    fn a_module_can_end_the_search() {
        let files = Memory::of([("/top/vendor/h/m/metadata.yaml", "")]);
        let chain = [location("/top/lib/", "", true), location("/top/", "vendor/", false)];
        assert_eq!(module_directory(&files, &chain, None, "h/m/"), None);
        assert_eq!(place(module_directory(&files, &chain, Some("/g/"), "h/m/")), Some(("/g/h/m/".to_owned(), false)));
    }
}
