//! Types: what the reference takes, refuses or places wrongly when it unifies.

use super::scopes::each_node;
use super::{Difference, lookups};
use crate::repair::{self, Node};
use crate::verdict::{Program, Report};
use mgmt_lang::syntax::tree::{ExprKind, Statement};
use std::collections::BTreeSet;

pub(super) fn empty_key(difference: &Difference<'_>) -> bool {
    difference.its_is("init", "key does not match map key type: cannot compare to nil")
        && difference.our_is("init", "an empty list")
}

/// Whether ours finds no types that disagree: only then is what it says of an open type comparable.
pub(super) fn typed(difference: &Difference<'_>) -> bool {
    let late = difference.our().is_none_or(|our| ["stream", "interpret", "autoedge"].contains(&our.phase.as_str()));
    late || difference.our_is("unify", "nothing says what type")
}

pub(super) fn computed_name(difference: &Difference<'_>) -> bool {
    let wants_list = ["list != str", "str != list"].iter().any(|text| difference.its_is("unify", text));
    let place = difference.its().and_then(|its| its.place.as_deref());
    let repaired = place.filter(|_| wants_list).and_then(|place| repair::with_listed_name(difference.program, place));
    repaired.is_some_and(|repaired| difference.agrees_on(&repaired))
}

pub(super) fn operands(difference: &Difference<'_>) -> bool {
    const OPERATORS: [&str; 12] = ["+", "-", "*", "/", "==", "!=", "<", ">", "<=", ">=", "and", "or"];
    let ours = |operator: &str| difference.our_is("unify", &format!("`{operator}` takes "));
    // It goes on to a mistake that ours finds as well.
    let next = difference.its_is_among_ours();
    OPERATORS.into_iter().any(ours) && (difference.its_comes_to("graph") || difference.its_is("unify", "ambiguous") || next)
}

pub(super) fn ambiguous_element(difference: &Difference<'_>) -> bool {
    let Some(place) = difference.its().and_then(|report| report.place.as_deref()) else { return false };
    let empty = |text: &str| {
        let joined = indexes_a_parameter(difference.program) || lookups::beside(difference.program, place);
        (text.starts_with("[]") || text.starts_with("{}")) && joined
    };
    difference.its_is("unify", "is ambiguous")
        && difference.our().is_none_or(|our| our.phase != "unify" || our.place.as_deref() != Some(place))
        && (lookups::at(difference.program, place)
            || lookups::into(difference.program, place)
            || difference.program.at(place).is_some_and(|(text, _)| empty(text)))
}

/// What is open there is bound to a variable that a bind with a type has as its value.
pub(super) fn annotated_variable(difference: &Difference<'_>) -> bool {
    let place = difference.its().and_then(|its| difference.program.offset(its.place.as_deref()?));
    let Some((file, at)) = place.filter(|_| difference.its_is("unify", "is ambiguous") && typed(difference)) else {
        return false;
    };
    let mut declared: BTreeSet<std::sync::Arc<str>> = BTreeSet::new();
    let mut found = false;
    // A variable may be the value of another one.
    for _ in 0..4 {
        repair::walk(&difference.program.files[file], &mut |node| {
            let Node::Statement(Statement::Bind(bind)) = node else { return };
            let known = declared.contains(&bind.name.text);
            found |= known && repair::holds(bind.value.span, at);
            if let ExprKind::Variable(name) = &bind.value.kind
                && (known || bind.annotation.is_some())
            {
                declared.insert(name.clone());
            }
        });
    }
    found
}

/// Whether a function looks up something in what it is given.
pub(super) fn indexes_a_parameter(program: &Program) -> bool {
    let (mut parameters, mut looked_in) = (BTreeSet::new(), BTreeSet::new());
    each_node(program, &mut |node| match node {
        Node::Statement(Statement::Func(func)) => {
            parameters.extend(func.function.params.params.iter().map(|param| param.name.text.clone()));
        }
        Node::Expr(expr) => match &expr.kind {
            ExprKind::Lambda(lambda) => parameters.extend(lambda.params.params.iter().map(|param| param.name.text.clone())),
            ExprKind::Index(index) => {
                if let ExprKind::Variable(name) = &index.container.kind {
                    looked_in.insert(name.clone());
                }
            }
            _ => {}
        },
        _ => {}
    });
    !parameters.is_disjoint(&looked_in)
}

pub(super) fn index_of_parameter(difference: &Difference<'_>) -> bool {
    let map = ["map != list", "list != map"].iter().any(|text| difference.its_is("unify", text));
    let late = difference.its().is_none_or(|its| its.phase == "stream") && difference.our_is("unify", "is indexed by");
    map && typed(difference) || late
}

pub(super) fn function_in_loop(difference: &Difference<'_>) -> bool {
    let behind = |(its, our): (&Report, &Report)| {
        let place = |report: &Report| report.place.as_deref().and_then(|place| difference.program.offset(place));
        our.phase == "unify" && (place(its) < place(our) || within_function(difference.program, our))
    };
    const CONFLICTS: [&str; 6] = [
        "type error",
        "error setting type",
        "struct fields differ",
        "struct field count differs",
        "func arg count differs",
        "directly in the same set",
    ];
    CONFLICTS.iter().any(|text| difference.its_is("unify", text))
        && (typed(difference) || difference.its().zip(difference.our()).is_some_and(behind))
        && function_below(difference.program)
}

/// Whether a mistake is in a `func` statement.
fn within_function(program: &Program, report: &Report) -> bool {
    let Some((file, at)) = report.place.as_deref().and_then(|place| program.offset(place)) else { return false };
    let mut found = false;
    repair::walk(&program.files[file], &mut |node| {
        if let Node::Statement(Statement::Func(s)) = node {
            found |= repair::holds(s.span, at);
        }
    });
    found
}

/// Whether a function is defined in a loop, or in a class of a program with a loop.
fn function_below(program: &Program) -> bool {
    let (mut loops, mut below) = (false, false);
    for (_, text) in program.sources() {
        let (mut bodies, mut functions) = (Vec::new(), Vec::new());
        repair::walk(text, &mut |node| match node {
            Node::Statement(Statement::For(s)) => bodies.push((true, s.body.span)),
            Node::Statement(Statement::ForKv(s)) => bodies.push((true, s.body.span)),
            Node::Statement(Statement::Class(s)) => bodies.push((false, s.body.span)),
            Node::Statement(Statement::Func(s)) => functions.push(s.span.start),
            _ => {}
        });
        loops |= bodies.iter().any(|(is_loop, _)| *is_loop);
        below |= bodies.iter().any(|(_, span)| functions.iter().any(|at| (span.start..span.end).contains(at)));
    }
    loops && below
}

pub(super) fn inconsistent_lambda(difference: &Difference<'_>) -> bool {
    // Without a type of its own, what is known contradicts everything.
    let open = difference.its().is_some_and(|its| its.message.contains("!= <nil>") || its.message.contains("?"));
    let known = difference.its_is("unify", "type/value inconsistent") && (open || typed(difference));
    known || difference.its_is("unify", "error setting type: ") && difference.its_is("unify", "does not match (unification != ")
}

pub(super) fn untyped_element(difference: &Difference<'_>) -> bool {
    let Some(place) = difference.our().and_then(|report| report.place.as_deref()) else { return false };
    // Where it finds a lookup that cannot give what is wanted of it, ours may have found what it contradicts.
    let built = difference.its_is("unify", "built-in:_struct_lookup") || difference.its_is("unify", "built-in:_lookup");
    let late = difference.its().is_none_or(|its| ["stream", "interpret"].contains(&its.phase.as_str()));
    let lookup = lookups::at(difference.program, place) || lookups::instead(difference.program, place);
    difference.our_is("unify", "") && (late || built) && lookup
}

/// A value then does not fit where it goes.
pub(super) fn bind_in_loop(difference: &Difference<'_>) -> bool {
    let Some(place) = difference.our().and_then(|report| report.place.as_deref()) else { return false };
    // Or it goes on to a mistake that ours finds as well.
    difference.our_is("unify", "")
        && (difference.its_is("interpret", "cannot Into()") || difference.its_is_among_ours())
        && lookups::bound_in_loop(difference.program, place)
}

pub(super) fn surplus_arguments(difference: &Difference<'_>) -> bool {
    difference.our_is("stream", "doesn't match format string verb count")
}

pub(super) fn printed_parameter(difference: &Difference<'_>) -> bool {
    let ours = difference.our_is("unify", "of `fmt.printf` is") || difference.our_is("unify", "parameter `");
    let its = difference.its().is_none() || difference.its_is("stream", "base kind does not match");
    ours && its && difference.program.text().contains("printf")
}

/// Neither a verb nor a string that is a variable says what that is, so an empty list or map that is gone over stays open, or a parameter.
pub(super) fn use_without_type(difference: &Difference<'_>) -> bool {
    let place = difference.its().and_then(|its| its.place.as_deref());
    let empty = place.and_then(|place| difference.program.at(place)).is_some_and(|(text, _)| text.starts_with(['[', '{']));
    let open = empty || difference.its_is("unify", "expr: param(");
    let text = difference.program.text();
    let used = text.contains("printf(") || text.contains("\"${");
    open && used && typed(difference) && difference.its_is("unify", "is ambiguous")
}

pub(super) fn bad_keys(difference: &Difference<'_>) -> bool {
    difference.our_is("lexparse", "is not hashable") && difference.its_comes_to("init")
}

pub(super) fn text_of_function(difference: &Difference<'_>) -> bool {
    difference.its_is("stream", "cannot implement Value() for FuncValue")
}

pub(super) fn function_in_field(difference: &Difference<'_>) -> bool {
    difference.our_is("unify", "a field takes no function") && difference.its_comes_to("stream")
}

pub(super) fn untyped_get(difference: &Difference<'_>) -> bool {
    difference.its_is("unify", "incorrectly built `get` function") && typed(difference)
}
