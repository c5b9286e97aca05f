//! The rules as examples: what a name means, and where a mistake is.

mod ids;
mod imports;
mod order;
mod scale;
mod scopes;

use super::program::{DefKind, ExprId, ExprKind, Program, StatementKind};
use super::{Options, Resolved, program};
use crate::modules::Memory;
use mgmt_values::schema::Kinds;

fn resolve(files: &[(&str, &str)]) -> Resolved {
    program("/main.mcl", &Memory::of(files.iter().copied()), &Kinds::default(), &Options { hostname: "h1", ..Options::default() })
}

/// The program of one file.
fn ok(text: &str) -> Program {
    resolve(&[("/main.mcl", text)]).program.unwrap_or_else(|mistakes| panic!("{text}\n{mistakes:#?}"))
}

/// Phase, file, line and column of the first mistake.
fn mistake_in(files: &[(&str, &str)]) -> String {
    let resolved = resolve(files);
    let mistakes = resolved.program.expect_err("it has a mistake");
    let first = &mistakes[0];
    let span = first.span.expect("it has a place");
    let start = resolved.sources.start(span);
    format!("{} {}:{}:{}", first.phase.name(), resolved.sources.path(span.file).trim_start_matches('/'), start.line, start.column)
}

fn mistake(text: &str) -> String {
    mistake_in(&[("/main.mcl", text)])
}

/// What the names of all resources are made of, in the order of the program.
fn prints(program: &Program) -> Vec<String> {
    let mut out = Vec::new();
    walk(program, 0, &mut out);
    out
}

fn walk(program: &Program, block: usize, out: &mut Vec<String>) {
    for statement in &program.blocks[block].statements {
        match &statement.kind {
            StatementKind::Resource(resource) => out.push(text(program, resource.name)),
            StatementKind::If { then, otherwise, .. } => {
                walk(program, then.0 as usize, out);
                otherwise.iter().for_each(|block| walk(program, block.0 as usize, out));
            }
            StatementKind::For { body, .. } | StatementKind::ForKv { body, .. } | StatementKind::Include { body, .. } => {
                walk(program, body.0 as usize, out);
            }
            StatementKind::Edge(_) | StatementKind::Panic(_) => {}
        }
    }
}

/// What an expression of strings is made of.
fn text(program: &Program, expr: ExprId) -> String {
    match &program[expr].kind {
        ExprKind::Literal(value) => value.as_text().map(|text| text.to_string()).unwrap_or_default(),
        ExprKind::Variable(def) => match &program[*def].kind {
            DefKind::Bind(value, _) | DefKind::Argument(value, _) => text(program, *value),
            DefKind::Constant(value, _) => value.as_text().map(|text| text.to_string()).unwrap_or_default(),
            _ => format!("<{}>", program[*def].name),
        },
        ExprKind::Text(inner) => text(program, *inner),
        ExprKind::Concat(parts) | ExprKind::Operator(_, parts) => parts.iter().map(|part| text(program, *part)).collect(),
        ExprKind::Call(func, args) => {
            let args: Vec<String> = args.iter().map(|arg| text(program, *arg)).collect();
            format!("{}({})", program[*func].name, args.join(","))
        }
        ExprKind::Builtin(builtin, _) => crate::builtins::get(*builtin).name.to_owned(),
        other => format!("{other:?}"),
    }
}
