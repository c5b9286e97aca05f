//! Built-in functions: one file per module of the language, each a table of declarations and the bodies beside it.
//!
//! What comes in: values of the types that the signature says, checked before. What goes out: a value or a [`Fault`]. Bodies are pure: what
//! comes from the host is a *source*, declared here without a body, asked for by key and answered by the host. Adding a function is one
//! entry in the table of its module.

mod args;
mod convert;
pub mod core;
mod datetime;
mod deploy;
mod encoding;
mod example;
pub mod fmt;
pub mod golang;
mod iter;
pub mod list;
mod local;
mod map;
mod math;
mod net;
pub mod operators;
mod os;
mod provisioner;
mod regexp;
mod strings;
mod sys;
mod test;
mod util;
mod value;
mod world;

pub use golang::path::cleaned;

use crate::builtins::{Builtin, Purity, Rule};
use mgmt_values::{Type, Value};

/// A built-in function: declaration and body.
#[derive(Debug)]
pub struct Function {
    /// What it is called, takes and gives.
    pub builtin: Builtin,
    /// What computes it.
    pub body: Body,
    /// Whether it asks for the solved type of the call: a body finds it in its context; a source gets the text of the result's type as a
    /// further argument.
    pub typed: bool,
    /// Whether it depends on the module that calls it: a source gets two further arguments, the directory of the program and that of
    /// the module, both absolute with a slash at their end.
    pub located: bool,
    /// Whether its calls stand for themselves: an error of one that is all there is to a function is placed there and not at the call of
    /// the function. Always so for sources.
    pub apart: bool,
}

/// What computes a function.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    /// Its arguments alone.
    Pure(fn(&mut CallContext<'_>, &[Value]) -> Result<Value, Fault>),
    /// Calls of a function value, once per element of a list: the interpreter runs it, since every call may read.
    Each(Each),
    /// A template, which may ask the host on the way.
    Template,
    /// The host.
    Source,
}

/// Functions that call a function value for the elements of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Each {
    /// `iter.map(list, f)`
    Map,
    /// `iter.filter(list, f)`
    Filter,
    /// `iter.reduce(list, f)` and `iter.reduce(initial, list, f)`
    Reduce,
    /// `iter.zip(list, list, f)`
    Zip,
}

/// What a body may know beside its arguments.
#[derive(Debug)]
pub struct CallContext<'a> {
    /// The solved type of the function in this call; `variant` for bodies that do not ask, and before types are known.
    pub signature: &'a Type,
}

/// Why a call failed. Every error of a call is catchable, except that of a panic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// One line, without a place.
    pub message: String,
    /// Whether `<|>` catches it.
    pub catchable: bool,
}

impl Fault {
    /// An error that `<|>` catches.
    pub fn new(message: impl Into<String>) -> Fault {
        Fault { message: message.into(), catchable: true }
    }

    /// An error that nothing catches.
    pub fn fatal(message: impl Into<String>) -> Fault {
        Fault { message: message.into(), catchable: false }
    }
}

/// The tables of all modules.
pub(crate) const MODULES: &[&[Function]] = &[
    core::FUNCTIONS,
    convert::FUNCTIONS,
    datetime::FUNCTIONS,
    deploy::FUNCTIONS,
    encoding::FUNCTIONS,
    example::FUNCTIONS,
    fmt::FUNCTIONS,
    golang::FUNCTIONS,
    golang::exec::FUNCTIONS,
    golang::filepath::FUNCTIONS,
    golang::html::FUNCTIONS,
    golang::math::FUNCTIONS,
    golang::os::FUNCTIONS,
    golang::path::FUNCTIONS,
    golang::rand::FUNCTIONS,
    golang::runtime::FUNCTIONS,
    golang::strconv::FUNCTIONS,
    golang::strings::FUNCTIONS,
    iter::FUNCTIONS,
    list::FUNCTIONS,
    local::FUNCTIONS,
    map::FUNCTIONS,
    math::FUNCTIONS,
    net::FUNCTIONS,
    os::FUNCTIONS,
    provisioner::FUNCTIONS,
    regexp::FUNCTIONS,
    strings::FUNCTIONS,
    sys::FUNCTIONS,
    test::FUNCTIONS,
    util::FUNCTIONS,
    value::FUNCTIONS,
    world::FUNCTIONS,
];

type PureBody = fn(&mut CallContext<'_>, &[Value]) -> Result<Value, Fault>;

/// An entry: computed from its arguments. The example is an expression that is true.
const fn pure(name: &'static str, signature: &'static str, body: PureBody, doc: &'static str, example: &'static str) -> Function {
    entry(name, signature, Purity::Pure, Body::Pure(body), doc, example)
}

/// An entry: answered by the host from nothing but the call.
const fn shared(name: &'static str, signature: &'static str, doc: &'static str, example: &'static str) -> Function {
    entry(name, signature, Purity::Shared, Body::Source, doc, example)
}

/// An entry: answered by the host, with a state of its own per call site.
const fn own(name: &'static str, signature: &'static str, doc: &'static str, example: &'static str) -> Function {
    entry(name, signature, Purity::Own, Body::Source, doc, example)
}

const fn entry(
    name: &'static str,
    signature: &'static str,
    purity: Purity,
    body: Body,
    doc: &'static str,
    example: &'static str,
) -> Function {
    let builtin = Builtin { name, signature, rule: Rule::Fixed, purity, doc, example };
    Function { builtin, body, typed: false, located: false, apart: matches!(body, Body::Source) }
}

impl Function {
    /// The same for one that depends on the module that calls it.
    const fn located(mut self) -> Function {
        self.located = true;
        self
    }

    /// The same for one whose calls stand for themselves.
    const fn apart(mut self) -> Function {
        self.apart = true;
        self
    }

    /// The same for one that asks for the solved type of the call.
    const fn typed(mut self) -> Function {
        self.typed = true;
        self
    }

    /// The same with a rule of its own for the type checker.
    const fn rule(mut self, rule: Rule) -> Function {
        self.builtin.rule = rule;
        self
    }
}
