//! What shows about the keys of a map literal without any scope: their types and values as far as literals tell.

use crate::syntax::tree::{Expr, ExprKind, Function, Pair};
use mgmt_values::{Span, Type};
use rustc_hash::FxHashMap;

/// What is wrong with the keys of a map literal.
pub struct Problem {
    /// In one line.
    pub message: String,
    /// The keys, each with its part in it.
    pub places: Vec<(Span, String)>,
}

/// Keys of two types (a function or an empty list of unknown type is none of the others), of a type that cannot be a key, or of one value, in that order.
pub fn problem(pairs: &[Pair]) -> Option<Problem> {
    let types: Vec<(Type, Span)> = pairs.iter().filter_map(|p| Some((type_of(&p.key)?, p.key.span))).collect();
    if let [(first, place), rest @ ..] = &types[..] {
        if let Some((other, other_place)) = rest.iter().find(|(ty, _)| !ty.same(first)) {
            let message = format!("inconsistent map key type: `{first}` and `{other}`");
            return Some(Problem { message, places: vec![(*place, first.to_string()), (*other_place, other.to_string())] });
        }
        if let Some((pair, other)) = pairs.iter().find_map(|p| Some((p, untyped(&p.key, first)?))) {
            let message = format!("inconsistent map key type: `{first}` and {other}");
            return Some(Problem { message, places: vec![(*place, first.to_string()), (pair.key.span, other.to_string())] });
        }
        if !first.hashable() {
            return Some(Problem { message: format!("map key type {} is not hashable", written(first)), places: Vec::new() });
        }
    }
    let mut seen = FxHashMap::default();
    pairs.iter().find_map(|pair| {
        let first = seen.insert(value_of(&pair.key)?, pair.key.span)?;
        let places = vec![(first, "first here".to_string()), (pair.key.span, "again here".to_string())];
        Some(Problem { message: "duplicate map key".to_string(), places })
    })
}

/// What an expression is whose own type nothing tells, where it cannot be of type `first`.
fn untyped(expr: &Expr, first: &Type) -> Option<&'static str> {
    match &expr.kind {
        ExprKind::Lambda(function) if function_type(function).is_none() => Some("a function"),
        ExprKind::List(elements) if elements.is_empty() && !matches!(first, Type::List(_)) => Some("an empty list"),
        ExprKind::Paren(inner) => untyped(inner, first),
        _ => None,
    }
}

/// A type as messages show it.
fn written(ty: &Type) -> String {
    match ty {
        Type::Func(_) => "func".to_string(),
        ty => ty.to_string(),
    }
}

/// The type of an expression where literals alone decide it.
fn type_of(expr: &Expr) -> Option<Type> {
    match &expr.kind {
        ExprKind::Bool(_) => Some(Type::Bool),
        ExprKind::Int(_) => Some(Type::Int),
        ExprKind::Float(_) => Some(Type::Float),
        ExprKind::Str(_) => Some(Type::Str),
        ExprKind::Paren(inner) => type_of(inner),
        ExprKind::List(elements) => all_same(elements.iter()).map(Type::list),
        ExprKind::Map(pairs) => {
            let key = all_same(pairs.iter().map(|p| &p.key))?;
            Some(Type::map(key, all_same(pairs.iter().map(|p| &p.value))?))
        }
        ExprKind::Struct(fields) => {
            let types = fields.iter().map(|f| Some((f.name.text.clone(), type_of(&f.value)?)));
            Some(Type::record(types.collect::<Option<Vec<_>>>()?))
        }
        ExprKind::If(e) => either(&e.then.value, &e.otherwise.value),
        ExprKind::Except(e) => either(&e.value, &e.fallback),
        ExprKind::Lambda(function) => function_type(function),
        ExprKind::Variable(_)
        | ExprKind::Call(_)
        | ExprKind::Not(_)
        | ExprKind::Binary(_)
        | ExprKind::Index(_)
        | ExprKind::Field(_) => None,
    }
}

/// The one type of all elements; none of no elements.
fn all_same<'e>(mut elements: impl Iterator<Item = &'e Expr>) -> Option<Type> {
    let first = type_of(elements.next()?)?;
    elements.all(|e| type_of(e).is_some_and(|ty| ty.same(&first))).then_some(first)
}

/// The type of two alternatives: one may be open, but they must not disagree.
fn either(a: &Expr, b: &Expr) -> Option<Type> {
    match (type_of(a), type_of(b)) {
        (Some(a), Some(b)) => a.same(&b).then_some(a),
        (a, b) => a.or(b),
    }
}

/// The type of a literal function whose parameters are annotated. A variable as its result is as good as an annotation: no function can be
/// a key.
fn function_type(function: &Function) -> Option<Type> {
    let args = function.params.params.iter().map(|p| Some((p.name.text.clone(), p.annotation.as_ref()?.ty.clone())));
    let args = args.collect::<Option<Vec<_>>>()?;
    let mut body = &function.body.value;
    while let ExprKind::Paren(inner) = &body.kind {
        body = inner;
    }
    let result = match (&function.result, &body.kind) {
        (Some(note), _) => note.ty.clone(),
        (None, ExprKind::Variable(_)) => Type::Var(0),
        (None, _) => type_of(body)?,
    };
    Some(Type::func(args, result))
}

/// The value of a literal that can be a key.
#[derive(PartialEq, Eq, Hash)]
enum Known<'t> {
    Bool(bool),
    Int(i64),
    /// The bits; zero has one sign.
    Float(u64),
    /// The raw text.
    Str(&'t str),
    Struct(Vec<(&'t str, Known<'t>)>),
}

/// The value of an expression where literals alone decide it. A struct without fields counts as unknown: repeating it is accepted.
fn value_of(expr: &Expr) -> Option<Known<'_>> {
    match &expr.kind {
        ExprKind::Bool(b) => Some(Known::Bool(*b)),
        ExprKind::Int(n) => Some(Known::Int(*n)),
        ExprKind::Float(x) => Some(Known::Float(if *x == 0.0 { 0 } else { x.to_bits() })),
        ExprKind::Str(raw) => Some(Known::Str(raw)),
        ExprKind::Paren(inner) => value_of(inner),
        ExprKind::Struct(fields) if !fields.is_empty() => {
            let values = fields.iter().map(|f| Some((&*f.name.text, value_of(&f.value)?)));
            Some(Known::Struct(values.collect::<Option<Vec<_>>>()?))
        }
        ExprKind::If(e) => match value_of(&e.condition)? {
            Known::Bool(true) => value_of(&e.then.value),
            Known::Bool(false) => value_of(&e.otherwise.value),
            _ => None,
        },
        ExprKind::Except(e) => value_of(&e.value),
        _ => None,
    }
}
