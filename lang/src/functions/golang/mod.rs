//! Modules `golang/…`: functions of Go's standard library, by their Go names in snake case.
//!
//! Results are those of Go, edge values included. What reads the host or has a state is a source; the rest is computed here. Errors carry Go's texts.

pub(super) mod exec;
pub(super) mod filepath;
mod glob;
pub(super) mod html;
pub(super) mod math;
mod number;
pub(super) mod os;
pub(super) mod path;
mod quote;
pub(super) mod rand;
pub(super) mod runtime;
mod special;
pub(super) mod strconv;
pub(super) mod strings;
pub mod template;

use super::{Body, Fault, Function, entry};
use crate::builtins::{Purity, Rule};

pub(super) const FUNCTIONS: &[Function] = &[entry(
    "golang.template",
    "func(template str, vars ?1) str",
    Purity::Shared,
    Body::Template,
    "A template of Go's package text/template, filled with data. Fields of a struct are reached with a capital first letter.",
    r#"golang.template("{{ .Name }}", struct{name => "x"}) == "x""#,
)
.rule(Rule::Template)];

/// What ends a Go program is an ordinary error here.
fn panicked(message: &str) -> Fault {
    Fault::new(format!("panic in process: {message}"))
}
