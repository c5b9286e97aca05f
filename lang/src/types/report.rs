//! Messages: what is wanted, what is there, and the other place.

use super::steps::Role;
use super::terms::{Clash, Shape, Term, Terms, Why};
use crate::diagnostic::Diagnostic;
use crate::resolve::program::Operator;
use mgmt_values::{Phase, Span};
use rustc_hash::FxHashMap;

/// Longer types are cut in messages, in bytes.
const MAX_SHOWN: usize = 200;

/// A type as text, cut where it is long.
pub(super) fn show(terms: &Terms, term: Term) -> String {
    let mut out = String::new();
    write(terms, term, &mut out, &mut FxHashMap::default());
    out
}

fn write(terms: &Terms, term: Term, out: &mut String, numbers: &mut FxHashMap<Term, usize>) {
    if out.len() > MAX_SHOWN {
        if !out.ends_with('…') {
            out.push('…');
        }
        return;
    }
    let term = if matches!(terms.own_shape(term), Shape::Var) { terms.find(term) } else { term };
    match terms.own_shape(term) {
        Shape::Var => {
            let next = numbers.len() + 1;
            let number = *numbers.entry(term).or_insert(next);
            out.push_str(&format!("?{number}"));
        }
        Shape::Bool => out.push_str("bool"),
        Shape::Str => out.push_str("str"),
        Shape::Int => out.push_str("int"),
        Shape::Float => out.push_str("float"),
        Shape::Variant => out.push_str("variant"),
        Shape::List(element) => {
            out.push_str("[]");
            write(terms, *element, out, numbers);
        }
        Shape::Map(key, value) => {
            out.push_str("map{");
            write(terms, *key, out, numbers);
            out.push_str(": ");
            write(terms, *value, out, numbers);
            out.push('}');
        }
        Shape::Struct(fields) => {
            out.push_str("struct{");
            for (index, (name, ty)) in fields.iter().enumerate() {
                out.push_str(if index > 0 { "; " } else { "" });
                out.push_str(name);
                out.push(' ');
                write(terms, *ty, out, numbers);
            }
            out.push('}');
        }
        Shape::Func(func) => {
            out.push_str("func(");
            for (index, (name, ty)) in func.args.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                // Unnamed arguments are called by their number.
                if !name.bytes().all(|b| b.is_ascii_digit()) {
                    out.push('$');
                    out.push_str(name);
                    out.push(' ');
                }
                write(terms, *ty, out, numbers);
            }
            out.push_str(") ");
            write(terms, func.result, out, numbers);
        }
    }
}

/// What differs deep inside, behind the message about the whole types.
pub(super) fn detail(terms: &Terms, clash: Clash) -> String {
    match clash.why {
        Why::Kind => String::new(),
        Why::FieldCount => ": the structs differ in the number of their fields".to_owned(),
        Why::FieldNames => ": the fields of a struct have names and an order".to_owned(),
        Why::ArgCount => ": the functions differ in the number of their parameters".to_owned(),
        Why::Infinite => {
            format!(": a type cannot contain itself, and {} would", show(terms, clash.actual))
        }
    }
}

/// `1 argument`, `2 arguments`, …
pub(super) fn arguments(count: usize) -> String {
    match count {
        0 => "no argument".to_owned(),
        1 => "1 argument".to_owned(),
        n => format!("{n} arguments"),
    }
}

/// A type that nobody wrote.
pub(super) fn too_large(span: Span) -> Diagnostic {
    Diagnostic::new(Phase::Unify, span, "the type is too large")
}

/// A plain constraint that fails.
pub(super) fn conflict(terms: &Terms, span: Span, role: &Role, (expected, actual): (Term, Term), clash: Clash) -> Diagnostic {
    let (wanted, given) = (show(terms, expected), show(terms, actual));
    let (message, related) = match role {
        Role::Element(first) => {
            (format!("elements of a list have one type: this is {given}, the first is {wanted}"), Some((*first, "the first")))
        }
        Role::Key(first) => {
            (format!("keys of a map have one type: this is {given}, the first is {wanted}"), Some((*first, "the first")))
        }
        Role::Value(first) => {
            (format!("values of a map have one type: this is {given}, the first is {wanted}"), Some((*first, "the first")))
        }
        Role::Condition => (format!("a condition is a bool, not {given}"), None),
        Role::Branch(then) => {
            (format!("both branches have one type: this is {given}, the other is {wanted}"), Some((*then, "the other")))
        }
        Role::Fallback(left) => {
            (format!("both sides of `<|>` have one type: this is {given}, the left is {wanted}"), Some((*left, "the left side")))
        }
        Role::Annotation(at) => (format!("this is {given}, but the variable is declared {wanted}"), Some((*at, "declared here"))),
        Role::Result(at) => (format!("this is {given}, but the result is declared {wanted}"), Some((*at, "declared here"))),
        Role::ClassArgument(at) => {
            (format!("the argument is {given}, but the parameter is declared {wanted}"), Some((*at, "declared here")))
        }
        Role::Operands(operator) => {
            (format!("the operands of `{}` have one type, not {wanted} and {given}", operator.symbol()), None)
        }
        Role::Operand(operator) => (format!("`{}` takes {wanted}, not {given}", operator.symbol()), None),
        Role::Text => (format!("only a str can be put into a string, not {given}"), None),
        Role::In => (format!("`in` wants {wanted} on its right, not {given}"), None),
        Role::ListIndex => (format!("a list is indexed by an int and gives its elements: {wanted} is not {given}"), None),
        Role::MapKey => (format!("a map is indexed by its keys and gives its values: {wanted} is not {given}"), None),
        Role::Record => (format!("this is {given}, but it is declared {wanted}"), None),
        Role::Default => (format!("the default is {given}, but the field is {wanted}"), None),
        Role::Argument(function, number) => (format!("argument {number} of `{function}` is {wanted}, not {given}"), None),
        Role::Apply(call) => (format!("this is {given}, but it is called as {wanted}"), Some((*call, "called here"))),
        Role::Field(kind, name) => (format!("field `{name}` of `{kind}` takes {wanted}, not {given}"), None),
        Role::Meta(name) => (format!("meta parameter `{name}` takes {wanted}, not {given}"), None),
        Role::Name => (format!("the name of a resource is a str or a []str, not {given}"), None),
        Role::CollectName => {
            (format!("the names to collect are a str, a []str or a []struct{{name str; host str}}, not {given}"), None)
        }
        Role::HalfName => (format!("the name in an edge is a str or a []str, not {given}"), None),
        Role::For => (format!("`for` goes over a list, not {given}"), None),
        Role::ForKv => (format!("`forkv` goes over a map, not {given}"), None),
        Role::Panic => (format!("panic takes a bool and a str, not {given}"), None),
    };
    let inner = match clash.why {
        Why::Kind if clash.expected != terms.find(expected) && wanted.len() + given.len() > 60 => {
            format!(": {} is not {}", show(terms, clash.actual), show(terms, clash.expected))
        }
        _ => detail(terms, clash),
    };
    let diagnostic = Diagnostic::new(Phase::Unify, span, message + &inner);
    let diagnostic = match related {
        Some((at, label)) if at != span => diagnostic.with_related(at, label),
        _ => diagnostic,
    };
    match hint(terms, role, clash) {
        Some(hint) => diagnostic.with_hint(hint),
        None => diagnostic,
    }
}

/// Advice where the cause is commonly misunderstood.
fn hint(terms: &Terms, role: &Role, clash: Clash) -> Option<&'static str> {
    let pair = (terms.shape(clash.expected), terms.shape(clash.actual));
    Some(match (role, pair) {
        (Role::Field(..) | Role::Meta(_) | Role::Annotation(_), (Shape::Float, Shape::Int)) => {
            "a float is written with a point: 4.0"
        }
        (Role::Field(..) | Role::Meta(_), (Shape::Int, Shape::Float)) => {
            "`/` gives a float; convert.float_to_int makes it an int"
        }
        (_, (Shape::Int, Shape::Float) | (Shape::Float, Shape::Int)) => {
            "int and float are never mixed: write 4.0, or use convert.int_to_float"
        }
        (Role::Field(..) | Role::Meta(_), (Shape::List(_), Shape::Str)) => "a list of one is written in brackets",
        (Role::Text, _) => "fmt.printf(\"%v\", …) makes text of any value",
        (Role::Field(..) | Role::Argument(..), (Shape::Str, Shape::Int | Shape::Float | Shape::Bool)) => {
            "fmt.printf(\"%v\", …) makes text of any value"
        }
        (Role::Name | Role::HalfName, (_, Shape::Int | Shape::Float | Shape::Bool)) => {
            "fmt.printf(\"%v\", …) makes text of any value"
        }
        (Role::For, (_, Shape::Map(..))) => "`forkv` goes over a map",
        (Role::ForKv, (_, Shape::List(_))) => "`for` goes over a list",
        (Role::Operands(Operator::Subtract), (_, Shape::Str)) => "there is no unary minus: write 0 - x",
        _ => return None,
    })
}

/// An argument that a `func` statement does not take.
pub(super) fn argument(
    terms: &Terms,
    span: Span,
    (function, param): (&str, &str),
    (expected, actual): (Term, Term),
    clash: Clash,
) -> Diagnostic {
    let (wanted, given) = (show(terms, expected), show(terms, actual));
    let message = format!("parameter `{param}` of `{function}` is {wanted}, not {given}{}", detail(terms, clash));
    Diagnostic::new(Phase::Unify, span, message)
}

/// A result of a `func` statement that is not what is wanted.
pub(super) fn result(terms: &Terms, span: Span, function: &str, (expected, actual): (Term, Term), clash: Clash) -> Diagnostic {
    let (wanted, given) = (show(terms, expected), show(terms, actual));
    Diagnostic::new(Phase::Unify, span, format!("`{function}` gives {given}, not {wanted}{}", detail(terms, clash)))
}
