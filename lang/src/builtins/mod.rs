//! What built-in functions are called, take and give: declarations without bodies.
//!
//! A declaration stands beside its body, in one module of `functions`; everything else that is known about a function
//! (type checking, documentation, completion) comes from it alone.

use crate::functions::{Body, Function, MODULES};
use crate::nearest::nearest;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A built-in function: index into the table of all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BuiltinId(pub u16);

/// The declaration of a built-in function.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Full name: module and function, such as `golang/strings.to_upper`, or the bare name of a global function, such as `len`.
    pub name: &'static str,
    /// In the language's own type syntax, such as `func(a str, b str) str`; variables are `?1`, `?2`, … For an inferable function
    /// (see [`Rule`]) the most general form.
    pub signature: &'static str,
    /// What the type checker does beside unifying with the signature.
    pub rule: Rule,
    /// Where its results come from.
    pub purity: Purity,
    /// One line for a user.
    pub doc: &'static str,
    /// A call and what it gives.
    pub example: &'static str,
}

impl Builtin {
    /// The module it is imported with; `None` for a global function.
    pub fn module(&self) -> Option<&'static str> {
        self.name.rsplit_once('.').map(|(module, _)| module)
    }

    /// Its name inside of its module.
    pub fn bare_name(&self) -> &'static str {
        self.name.rsplit_once('.').map_or(self.name, |(_, name)| name)
    }

    /// Whether it is called with this many arguments while compiling. The Go tool knows the values of these and of no others; a format
    /// or a type text that comes from any other function is one of the running program, where its mistakes can be caught.
    pub fn runs_early(&self, args: usize) -> bool {
        match self.rule {
            Rule::Printf | Rule::ListConcat | Rule::Range => true,
            Rule::Json => args == 2,
            Rule::Fixed | Rule::Unnamed | Rule::OneOf(_) | Rule::Template | Rule::Reduce => self.name == "iter.flatten",
        }
    }
}

/// What the type checker does with a call beside unifying it with the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Nothing.
    Fixed,
    /// Nothing, and one argument too many is a conflict like any other. For all other functions that is found before anything is solved,
    /// as in the Go tool, which looks up the parameter's name.
    Unnamed,
    /// The solved signature must be one of these.
    OneOf(&'static [&'static str]),
    /// `fmt.printf`: a `str` format, then one argument per verb.
    Printf,
    /// `golang.template`: a template and perhaps its data.
    Template,
    /// `list.concat`: one list or more of one type.
    ListConcat,
    /// `iter.range`: one to three `int`.
    Range,
    /// `iter.reduce`: two or three arguments.
    Reduce,
    /// `encoding.decode_json` and its flexible form: data, and perhaps the type as text.
    Json,
}

/// Where the results of a function come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purity {
    /// From the arguments alone: it is folded where they are known.
    Pure,
    /// From a source outside that depends on nothing but the call: its readers share one watch ([`mgmt_values::Key::Shared`]).
    Shared,
    /// From a source with a state of its own per call site ([`mgmt_values::Key::Own`]).
    Own,
}

struct Table {
    all: Vec<&'static Function>,
    by_name: FxHashMap<&'static str, BuiltinId>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let all: Vec<&'static Function> = MODULES.iter().flat_map(|module| module.iter()).collect();
    let by_name = all.iter().enumerate().map(|(index, function)| (function.builtin.name, BuiltinId(index as u16))).collect();
    Table { all, by_name }
});

/// All built-in functions with their ids, in the order of the table.
pub fn all() -> impl Iterator<Item = (BuiltinId, &'static Builtin)> {
    TABLE.all.iter().enumerate().map(|(index, function)| (BuiltinId(index as u16), &function.builtin))
}

/// The declaration of a function.
///
/// # Panics
/// When `id` came neither from [`all`] nor from [`lookup`].
pub fn get(id: BuiltinId) -> &'static Builtin {
    &TABLE.all[usize::from(id.0)].builtin
}

/// The function of a full name, such as `os.readfile` or `len`. Names with a leading underscore are internal: no program can write them.
pub fn lookup(name: &str) -> Option<BuiltinId> {
    TABLE.by_name.get(name).copied()
}

/// The functions that programs can name, sorted by name.
pub fn documented() -> Vec<&'static Builtin> {
    let mut found: Vec<&Builtin> = TABLE.all.iter().map(|function| &function.builtin).collect();
    found.retain(|builtin| !builtin.bare_name().starts_with('_'));
    found.sort_by_key(|builtin| builtin.name);
    found
}

/// Functions that may have been meant by a name that is none: those of that name in other modules, else the one whose name differs least.
pub fn similar(name: &str) -> Vec<&'static str> {
    let bare = name.rsplit('.').next().unwrap_or(name);
    let elsewhere = documented().into_iter().filter(|builtin| builtin.bare_name() == bare).map(|builtin| builtin.name);
    let elsewhere: Vec<&str> = elsewhere.collect();
    if !elsewhere.is_empty() {
        return elsewhere;
    }
    nearest(name, documented().into_iter().map(|builtin| builtin.name)).into_iter().collect()
}

/// What computes a function; panics as [`get`] does.
pub fn body(id: BuiltinId) -> Body {
    TABLE.all[usize::from(id.0)].body
}

/// Whether the body asks for the solved type of the call; panics as [`get`] does.
pub fn typed(id: BuiltinId) -> bool {
    TABLE.all[usize::from(id.0)].typed
}

/// Whether it depends on the module that calls it; panics as [`get`] does.
pub fn located(id: BuiltinId) -> bool {
    TABLE.all[usize::from(id.0)].located
}

/// Whether its calls stand for themselves where errors are placed; panics as [`get`] does.
pub fn apart(id: BuiltinId) -> bool {
    TABLE.all[usize::from(id.0)].apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use mgmt_values::Type;

    #[test]
    fn names_are_unique_and_signatures_are_types_of_functions() {
        for (id, builtin) in all() {
            assert_eq!(lookup(builtin.name), Some(id), "{}", builtin.name);
            for signature in std::iter::once(builtin.signature).chain(match builtin.rule {
                Rule::OneOf(signatures) => signatures.iter().copied(),
                _ => [].iter().copied(),
            }) {
                assert!(matches!(Type::parse(signature), Some(Type::Func(_))), "{}: {signature}", builtin.name);
            }
            assert!(!builtin.doc.is_empty() && !builtin.example.is_empty(), "{}", builtin.name);
        }
    }

    /// Every function that programs can name, sorted: its full name and its type.
    const NAMES: &str = include_str!("names.txt");

    #[test]
    fn every_function_of_the_language_is_declared_with_its_type() {
        let normal = |text: &str| Type::parse(text).map(|ty| ty.to_string());
        let wanted = NAMES.lines().filter_map(|line| line.split_once(' '));
        let wanted: Vec<_> = wanted.map(|(name, signature)| (name, normal(signature))).collect();
        assert!(wanted.is_sorted_by_key(|(name, _)| *name));
        let visible = all().filter(|(_, builtin)| !builtin.name.rsplit('.').next().unwrap_or_default().starts_with('_'));
        let mut declared: Vec<_> = visible.map(|(_, builtin)| (builtin.name, normal(builtin.signature))).collect();
        declared.sort_by_key(|(name, _)| *name);
        for function in &wanted {
            assert!(declared.contains(function), "{function:?} is not declared so");
        }
        assert_eq!(wanted.len(), declared.len());
    }

    #[test]
    fn a_function_is_found_by_its_full_name() {
        let id = lookup("math.sqrt").expect("declared");
        assert_eq!(get(id).signature, "func(x float) float");
        assert_eq!(lookup("sqrt"), None);
    }
}
