//! What follows solving: nothing may be left open, the checks of the solved types, and the table of types.

use super::collect::{Collected, unhashable_key};
use super::report;
use super::solve::{Pending, Solved};
use super::steps::{Goal, StepKind, UnitId};
use super::terms::{Level, Shape, Term, Terms, Typer};
use super::typed::{Substitution, Typed};
use crate::builtins::{self, Rule};
use crate::diagnostic::Diagnostic;
use crate::resolve::program::{ExprId, Operator, Program};
use mgmt_values::{Phase, Span, Type};
use rustc_hash::{FxHashMap, FxHashSet};

/// Expressions whose type is still open, in the order of collection; each open variable is reported once.
pub(super) fn ambiguous(program: &Program, collected: &Collected, solved: &Solved, terms: &mut Terms) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    let mut reported: FxHashSet<Term> = solved.excused.iter().map(|var| terms.find(*var)).collect();
    let mut entered: FxHashSet<UnitId> = FxHashSet::default();
    let mut outer: Vec<(UnitId, usize)> = Vec::new();
    let (mut unit, mut next) = (0, 0);
    loop {
        let Some(step) = collected.units[unit].steps.get(next) else {
            let Some(before) = outer.pop() else { return errors };
            (unit, next) = before;
            continue;
        };
        if let StepKind::Call { unit: callee, .. } = step.kind
            && entered.insert(callee)
        {
            outer.push((unit, next));
            (unit, next) = (callee, 0);
            continue;
        }
        next += 1;
        let open = opened(collected, solved, &step.kind);
        let mut new: Vec<Term> = open.into_iter().flat_map(|term| terms.open_vars(term)).collect();
        new.retain(|var| terms.level(*var) != Level::Generic && !reported.contains(var));
        if new.is_empty() {
            continue;
        }
        let span = match &step.kind {
            StepKind::Call { unit, call, .. } => inside(collected, solved, terms, (*unit, *call), &new).unwrap_or(step.span),
            _ => step.span,
        };
        reported.extend(&new);
        errors.push(open_type(program, collected, terms, &step.kind, span));
    }
}

/// What a step requires to be closed.
fn opened(collected: &Collected, solved: &Solved, kind: &StepKind) -> Vec<Term> {
    match kind {
        StepKind::Open(expr) => collected.exprs[expr.0 as usize].into_iter().collect(),
        StepKind::OpenParameter(def) => collected.defs[def.0 as usize].into_iter().collect(),
        StepKind::Call { call, .. } => solved.calls.get(call).cloned().unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The first place in a called `func` statement whose type is open because these variables are.
fn inside(
    collected: &Collected,
    solved: &Solved,
    terms: &mut Terms,
    (mut unit, mut call): (UnitId, ExprId),
    open: &[Term],
) -> Option<Span> {
    let mut open: FxHashSet<Term> = open.iter().copied().collect();
    'descend: loop {
        // What the open variables are called inside.
        let given = solved.calls.get(&call)?;
        let steps = &collected.units[unit].steps;
        let func = collected.funcs.get(unit).copied().flatten()?;
        let names = solved.generics.get(&func)?;
        let mut inner = FxHashSet::default();
        for (name, given) in names.iter().zip(given) {
            if terms.open_vars(*given).iter().any(|var| open.contains(var)) {
                inner.insert(*name);
            }
        }
        for step in steps {
            let found = opened(collected, solved, &step.kind);
            let found: Vec<Term> = found.into_iter().flat_map(|term| terms.open_vars(term)).collect();
            if !found.iter().any(|var| inner.contains(var)) {
                continue;
            }
            if let StepKind::Call { unit: callee, call: there, .. } = step.kind {
                (unit, call, open) = (callee, there, inner);
                continue 'descend;
            }
            return Some(step.span);
        }
        return None;
    }
}

fn open_type(program: &Program, collected: &Collected, terms: &Terms, kind: &StepKind, span: Span) -> Diagnostic {
    let message = match kind {
        StepKind::OpenParameter(def) => {
            let ty = collected.defs[def.0 as usize].map(|term| report::show(terms, term)).unwrap_or_default();
            format!("nothing says what type `${}` has: it is {ty}", program[*def].name)
        }
        StepKind::Open(expr) => {
            let ty = collected.exprs[expr.0 as usize].map(|term| report::show(terms, term)).unwrap_or_default();
            format!("nothing says what type this has: it is {ty}")
        }
        _ => "nothing says what type this has".to_owned(),
    };
    Diagnostic::new(Phase::Unify, span, message).with_hint("a type can be written: $x []str = …, func($x int) str { … }")
}

/// Judges what is solved; gives what is wrong with its turn.
pub(super) fn judge(terms: &mut Terms, checks: &[Pending]) -> Vec<(u64, Diagnostic)> {
    let mut typer = Typer::default();
    let mut wrong = Vec::new();
    for check in checks {
        if let Some(message) = verdict(terms, &mut typer, &check.goal) {
            let diagnostic = Diagnostic::new(Phase::Unify, check.span, message);
            wrong.push((
                check.turn,
                match check.call {
                    Some(call) => diagnostic.with_related(call, "in this call"),
                    None => diagnostic,
                },
            ));
        }
    }
    wrong
}

fn verdict(terms: &mut Terms, typer: &mut Typer, goal: &Goal) -> Option<String> {
    match goal {
        Goal::Operand { operator, operand } => {
            let (takes, fine) = takes(*operator, terms.shape(*operand));
            (!fine).then(|| format!("`{}` takes {takes}, not {}", operator.symbol(), report::show(terms, *operand)))
        }
        Goal::OneOf { function, signature } => {
            let declaration = builtins::get(*function);
            let Rule::OneOf(signatures) = declaration.rule else { return None };
            let fits = signatures.iter().filter_map(|text| Type::parse(text)).any(|ty| {
                let wanted = terms.intern(&ty, &mut FxHashMap::default(), Level::Program);
                terms.unify(wanted, *signature).is_ok()
            });
            (!fits).then(|| {
                let given = report::show(terms, *signature);
                format!("`{}` cannot be {given}: it is {}", declaration.name, signatures.join(" or "))
            })
        }
        Goal::Hashable { key } => {
            let ty = typer.ty(terms, *key)?;
            (!ty.hashable()).then(|| format!("map key type {} is not hashable", report::show(terms, *key)))
        }
        Goal::NoFunction { value } => {
            let ty = typer.ty(terms, *value)?;
            mentions_function(&ty).then(|| format!("a field takes no function, and this is {}", report::show(terms, *value)))
        }
        Goal::Panic { reason } => {
            let fine = matches!(terms.shape(*reason), Shape::Bool | Shape::Str);
            (!fine).then(|| format!("panic takes a bool or a str, not {}", report::show(terms, *reason)))
        }
        _ => None,
    }
}

/// What an operator takes, and whether this is such a type.
fn takes(operator: Operator, shape: &Shape) -> (&'static str, bool) {
    use Operator::{Add, Divide, Equal, Greater, GreaterEqual, Less, LessEqual, Multiply, NotEqual, Subtract};
    match operator {
        Add => ("str, int or float", matches!(shape, Shape::Str | Shape::Int | Shape::Float)),
        Subtract | Multiply | Divide | Less | Greater | LessEqual | GreaterEqual => {
            ("int or float", matches!(shape, Shape::Int | Shape::Float))
        }
        Equal | NotEqual => ("anything but a function", !matches!(shape, Shape::Func(_))),
        Operator::And | Operator::Or | Operator::Not => ("bool", matches!(shape, Shape::Bool)),
    }
}

fn mentions_function(ty: &Type) -> bool {
    match ty {
        Type::Func(_) => true,
        Type::List(element) => mentions_function(element),
        Type::Map(kv) => mentions_function(&kv.0) || mentions_function(&kv.1),
        Type::Struct(fields) => fields.iter().any(|(_, t)| mentions_function(t)),
        _ => false,
    }
}

/// The types of everything that was reached. Wrong is what is too deep, or holds a map whose keys cannot be keys.
pub(super) fn types(program: &Program, collected: &Collected, solved: &Solved, terms: &Terms) -> Result<Typed, Vec<Diagnostic>> {
    let mut typer = Typer::default();
    for generic in solved.generics.values() {
        typer.numbers.extend(generic.iter().enumerate().map(|(number, var)| (*var, number as u32)));
    }
    let mut typed = Typed {
        exprs: vec![None; program.exprs.len()],
        defs: vec![None; program.defs.len()],
        generics: solved.generics.iter().map(|(func, generic)| (*func, generic.len() as u32)).collect(),
        ..Typed::default()
    };
    let mut errors = Vec::new();
    let mut seen = FxHashSet::default();
    for (index, term) in collected.exprs.iter().enumerate() {
        let Some(term) = *term else { continue };
        let span = program.exprs[index].span;
        let Some(ty) = typer.ty(terms, term) else {
            errors.push(report::too_large(span));
            continue;
        };
        if seen.insert(term)
            && let Some(key) = unhashable_key(&ty)
        {
            errors.push(Diagnostic::new(Phase::Unify, span, format!("map key type {key} is not hashable")));
        }
        typed.exprs[index] = Some(ty);
    }
    for (index, term) in collected.defs.iter().enumerate() {
        typed.defs[index] = term.and_then(|term| typer.ty(terms, term));
    }
    for (call, given) in &solved.calls {
        let given: Option<Vec<Type>> = given.iter().map(|term| typer.ty(terms, *term)).collect();
        typed.calls.insert(*call, given.map(|types| Substitution(types.into())).unwrap_or_default());
    }
    if errors.is_empty() { Ok(typed) } else { Err(errors) }
}
