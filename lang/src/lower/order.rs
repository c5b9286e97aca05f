//! What statements reach, each thing after those it uses. The program has no recursion, but its chains may be long: nothing here recurses
//! over them.

use crate::resolve::program::{BlockId, DefId, DefKind, EntryKind, ExprId, ExprKind, FuncId, Program, StatementKind};
use rustc_hash::FxHashSet;

/// A variable or a `func` statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Item {
    /// A variable that is bound to an expression.
    Def(DefId),
    /// A `func` statement.
    Func(FuncId),
}

/// Everything that statements reach, what is used before what uses it.
pub(super) fn order(program: &Program) -> Vec<Item> {
    let mut found = Vec::new();
    let mut seen: FxHashSet<Item> = FxHashSet::default();
    let mut roots = Vec::new();
    statements(program, |expr| uses(program, expr, &mut roots));
    roots.reverse();
    // Each item twice on the stack: to look at what it uses, and to come after that.
    let mut stack: Vec<(Item, bool)> = roots.into_iter().map(|item| (item, false)).collect();
    while let Some((item, done)) = stack.pop() {
        if done {
            found.push(item);
            continue;
        }
        if !seen.insert(item) {
            continue;
        }
        stack.push((item, true));
        let mut below = Vec::new();
        match item {
            Item::Def(def) => {
                if let DefKind::Bind(expr, _) | DefKind::Argument(expr, _) = &program[def].kind {
                    uses(program, *expr, &mut below);
                }
            }
            Item::Func(func) => uses(program, program[func].lambda.body, &mut below),
        }
        stack.extend(below.into_iter().rev().filter(|item| !seen.contains(item)).map(|item| (item, false)));
    }
    found
}

/// Calls `visit` with every expression of every statement, in the order of the text.
fn statements(program: &Program, mut visit: impl FnMut(ExprId)) {
    let mut stack: Vec<(BlockId, usize)> = Vec::new();
    if !program.blocks.is_empty() {
        stack.push((BlockId(0), 0));
    }
    while let Some((block, at)) = stack.pop() {
        let Some(statement) = program[block].statements.get(at) else { continue };
        stack.push((block, at + 1));
        match &statement.kind {
            StatementKind::Resource(resource) => {
                visit(resource.name);
                for entry in &resource.entries {
                    entry.condition.into_iter().for_each(&mut visit);
                    match &entry.kind {
                        EntryKind::Field(_, expr) | EntryKind::Meta(_, expr) | EntryKind::MetaStruct(expr) => visit(*expr),
                        EntryKind::Edge(_, half) => visit(half.name),
                    }
                }
            }
            StatementKind::Edge(halves) => halves.iter().for_each(|half| visit(half.name)),
            StatementKind::Panic(args) => args.iter().copied().for_each(&mut visit),
            StatementKind::If { condition, then, otherwise } => {
                visit(*condition);
                stack.extend(otherwise.map(|block| (block, 0)));
                stack.push((*then, 0));
            }
            StatementKind::For { list: collection, body, .. } | StatementKind::ForKv { map: collection, body, .. } => {
                visit(*collection);
                stack.push((*body, 0));
            }
            StatementKind::Include { body, .. } => stack.push((*body, 0)),
        }
    }
}

/// Adds the variables and functions that an expression mentions, those inside of lambdas included.
fn uses(program: &Program, expr: ExprId, found: &mut Vec<Item>) {
    let kind = &program[expr].kind;
    match kind {
        ExprKind::Variable(def) => {
            if matches!(program[*def].kind, DefKind::Bind(..) | DefKind::Argument(..)) {
                found.push(Item::Def(*def));
            }
        }
        ExprKind::Call(func, _) => found.push(Item::Func(*func)),
        _ => {}
    }
    below(kind, |child| uses(program, child, found));
}

/// Calls `visit` with the expressions directly below one.
pub(super) fn below(kind: &ExprKind, mut visit: impl FnMut(ExprId)) {
    match kind {
        ExprKind::Literal(_) | ExprKind::Variable(_) => {}
        ExprKind::Text(inner) | ExprKind::Field(inner, _) => visit(*inner),
        ExprKind::Concat(parts)
        | ExprKind::List(parts)
        | ExprKind::Builtin(_, parts)
        | ExprKind::Call(_, parts)
        | ExprKind::Operator(_, parts) => parts.iter().copied().for_each(visit),
        ExprKind::Map(entries) => entries.iter().for_each(|(key, value)| {
            visit(*key);
            visit(*value);
        }),
        ExprKind::Struct(fields) => fields.iter().for_each(|(_, value)| visit(*value)),
        ExprKind::Lambda(lambda) => visit(lambda.body),
        ExprKind::Apply(function, args) => {
            visit(*function);
            args.iter().copied().for_each(visit);
        }
        ExprKind::In(a, b) | ExprKind::Index(a, b) | ExprKind::FieldOr(a, _, b) | ExprKind::Except(a, b) => {
            visit(*a);
            visit(*b);
        }
        ExprKind::If(a, b, c) => [*a, *b, *c].into_iter().for_each(visit),
    }
}
