//! `golang.template`: the language of Go's package text/template.
//!
//! A text is [parsed](Template::parse) once; [rendering](Template::render) takes data of a known type and gives a text. What a template needs from the
//! host it asks for by the [`Host`] it is given, so that rendering is a pure function of template, data and answers. Both are bounded: in nesting, in
//! steps and in the bytes that are made.

mod builtin;
mod call;
mod compare;
mod datum;
mod escape;
mod expression;
mod lexer;
mod literal;
mod machine;
mod parser;
mod tree;
mod verbs;

use crate::builtins::Builtin;
use crate::functions::Fault;
use mgmt_values::{Reading, Type, Value};
use std::collections::BTreeMap;

/// The name of the template that the text is.
const MAIN: &str = "template";

/// A parsed template.
#[derive(Debug)]
pub struct Template {
    /// The named templates; the text itself is one of them.
    lists: BTreeMap<Box<str>, tree::List>,
    /// Where lines end, in bytes.
    newlines: Box<[u32]>,
    own: bool,
}

/// Who answers what a template needs from outside.
pub trait Host {
    /// The answer to a call of a source. `path` names the call inside of the template where the source has a state of its own.
    fn ask(&mut self, function: &'static Builtin, path: [u32; 2], args: Vec<Value>) -> Reading;
}

/// A host that has no answers: what is known before anything runs.
#[derive(Debug)]
pub struct Nobody;

impl Host for Nobody {
    fn ask(&mut self, _: &'static Builtin, _: [u32; 2], _: Vec<Value>) -> Reading {
        Reading::Pending
    }
}

/// How much a template may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Statements, commands and arguments that are evaluated.
    pub steps: u64,
    /// Bytes of output, and of other texts that are made on the way.
    pub bytes: usize,
}

impl Limits {
    /// When a program runs.
    pub const RUNNING: Limits = Limits { steps: 20_000_000, bytes: 64 << 20 };
    /// When it is compiled: what is longer is left to the running program.
    pub const COMPILING: Limits = Limits { steps: 100_000, bytes: 1 << 16 };
}

/// Why a template gave no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// An answer of the host is not known yet.
    Pending,
    /// It failed.
    Failed(Fault),
}

impl Template {
    /// Parses a text.
    ///
    /// # Errors
    /// A mistake in the text, with its line.
    pub fn parse(text: &[u8]) -> Result<Template, Fault> {
        parser::parse(text)
    }

    /// Whether it may ask a source that has a state of its own.
    pub fn own(&self) -> bool {
        self.own
    }

    /// The text that it makes of a value of a type, or of nothing.
    ///
    /// # Errors
    /// What stopped it, with line and column inside of the template.
    pub fn render(&self, data: Option<(&Value, &Type)>, host: &mut dyn Host, limits: Limits) -> Result<Vec<u8>, Stop> {
        let data = match data {
            Some((_, ty)) if !datum::supported(ty) => return Err(Stop::Failed(Fault::new("can't use `func` as vars input"))),
            Some((value, ty)) => datum::Datum::new(value, ty, false),
            None => datum::Datum::Nil,
        };
        machine::Machine::new(self, host, limits).run(data)
    }

    /// The line, from 1, and the column, in bytes from 0, of a place.
    fn line_and_column(&self, position: u32) -> (usize, u32) {
        let before = self.newlines.partition_point(|newline| *newline < position);
        let start = before.checked_sub(1).map_or(0, |line| self.newlines[line] + 1);
        (before + 1, position - start)
    }
}

#[cfg(test)]
mod tests;
