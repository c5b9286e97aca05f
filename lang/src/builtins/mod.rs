//! What built-in functions are called, take and give: declarations without bodies.
//!
//! A declaration stands beside its body, in one module of `functions`; everything else that is known about a function
//! (type checking, documentation, completion) comes from it alone.

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

/// What the type checker does with a call beside unifying it with the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Nothing.
    Fixed,
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
