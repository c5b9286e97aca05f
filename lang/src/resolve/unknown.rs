//! What to tell about a name that means nothing: the mistake, and what was probably meant.

use super::native::Natives;
use super::order::Space;
use super::scope::{LayerId, Scopes};
use crate::diagnostic::Diagnostic;
use crate::modules::{Files, absolute};
use crate::nearest::nearest;
use mgmt_values::{Phase, Span};

/// An unknown variable, function or class.
pub(super) fn diagnostic(scopes: &Scopes<'_>, layer: LayerId, space: Space, name: &str, span: Span) -> Diagnostic {
    let (what, sigil) = match space {
        Space::Variable => ("variable", "$"),
        Space::Function => ("function", ""),
        Space::Class | Space::Scoped => ("class", ""),
    };
    let diagnostic = Diagnostic::new(Phase::Setscope, span, format!("there is no {what} `{sigil}{name}` here"));
    match hint(scopes, layer, space, name, sigil) {
        Some(hint) => diagnostic.with_hint(hint),
        None => diagnostic,
    }
}

fn hint(scopes: &Scopes<'_>, layer: LayerId, space: Space, name: &str, sigil: &str) -> Option<String> {
    let here = |space, name: &str| scopes.find(layer, space, name).is_some();
    match space {
        Space::Function if here(Space::Variable, name) => {
            return Some(format!("`${name}` is a variable: call the function that it holds with `${name}(…)`"));
        }
        Space::Variable if here(Space::Function, name) => {
            return Some(format!("`{name}` is a function: call it without a dollar sign, `{name}(…)`"));
        }
        _ => {}
    }
    if let Some((prefix, member)) = name.rsplit_once('.') {
        let modules = Natives::modules().filter(|module| module.rsplit('/').next() == Some(prefix));
        let missing = modules.filter(|module| scopes.natives().member(space, module, member).is_some()).min();
        if let Some(module) = missing.filter(|_| !scopes.has_prefix(layer, prefix)) {
            return Some(format!("it needs `import \"{module}\"`"));
        }
    }
    nearest(name, scopes.visible(layer, space)).map(|near| format!("did you mean `{sigil}{near}`?"))
}

/// An import string that names no system module.
pub(super) fn module(text: &str, span: Span, beside: &str, files: &dyn Files) -> Diagnostic {
    let diagnostic = Diagnostic::new(Phase::Setscope, span, format!("there is no system module `{text}`"));
    let path = absolute(beside, text);
    if files.is_dir(&path) {
        return diagnostic.with_hint(format!("to import the directory, write it with a slash at its end: \"{text}/\""));
    }
    if files.exists(&format!("{path}.mcl")) {
        return diagnostic.with_hint(format!("to import the file, write \"{text}.mcl\""));
    }
    match nearest(text, Natives::modules().map(str::to_owned)) {
        Some(near) => diagnostic.with_hint(format!("did you mean \"{near}\"?")),
        None => diagnostic,
    }
}
