//! Which forms of the language a program uses.

use super::repair::{Node, walk};
use super::verdict::Program;
use mgmt_lang::syntax::tree::{Alias, Callee, Entry, ExprKind, Statement};
use std::collections::BTreeMap;

/// All that a well-formed program can be made of.
pub const FORMS: &[&str] = &[
    "annotated bind",
    "bind",
    "bool",
    "call of a function",
    "call of a lambda",
    "call of a variable",
    "class",
    "class with a colon",
    "class with parameters",
    "collect",
    "conditional edge",
    "conditional field",
    "conditional meta",
    "edge in a body",
    "edge list",
    "edge with fields",
    "except",
    "field",
    "field default",
    "float",
    "for",
    "forkv",
    "func",
    "if expression",
    "if",
    "if with else",
    "import",
    "import as",
    "import of a file",
    "import without prefix",
    "include",
    "include as",
    "include with arguments",
    "index",
    "int",
    "lambda",
    "list",
    "list as name",
    "long edge",
    "map",
    "meta",
    "meta struct",
    "not",
    "operator !=",
    "operator *",
    "operator +",
    "operator -",
    "operator /",
    "operator <",
    "operator <=",
    "operator ==",
    "operator >",
    "operator >=",
    "operator and",
    "operator in",
    "operator or",
    "panic",
    "parentheses",
    "plain edge",
    "resource",
    "resource field",
    "string",
    "string with a variable",
    "struct",
    "two-argument panic",
    "variable",
    "variable with dots",
];

/// Counts the forms of a program.
pub fn count(program: &Program, counts: &mut BTreeMap<String, usize>) {
    let mut found = |form: &str| *counts.entry(form.to_owned()).or_default() += 1;
    for (_, text) in program.sources() {
        walk(text, &mut |node| match node {
            Node::Statement(statement) => statement_forms(statement, &mut found),
            Node::Resource(resource) => {
                if matches!(resource.name.kind, ExprKind::List(_)) {
                    found("list as name");
                }
                for entry in &resource.body.entries {
                    let conditional = entry.condition().is_some();
                    match entry {
                        Entry::Field(_) => found(if conditional { "conditional field" } else { "resource field" }),
                        Entry::Edge(_) => found(if conditional { "conditional edge" } else { "edge in a body" }),
                        Entry::Meta(_) => found(if conditional { "conditional meta" } else { "meta" }),
                        Entry::MetaStruct(_) => found("meta struct"),
                    }
                }
            }
            Node::Expr(expr) => match &expr.kind {
                ExprKind::Bool(_) => found("bool"),
                ExprKind::Int(_) => found("int"),
                ExprKind::Float(_) => found("float"),
                ExprKind::Str(text) => found(if text.contains("${") { "string with a variable" } else { "string" }),
                ExprKind::List(_) => found("list"),
                ExprKind::Map(_) => found("map"),
                ExprKind::Struct(_) => found("struct"),
                ExprKind::Lambda(_) => found("lambda"),
                ExprKind::Call(call) => found(match call.callee {
                    Callee::Name(_) => "call of a function",
                    Callee::Variable(_) => "call of a variable",
                    Callee::Lambda(..) => "call of a lambda",
                }),
                ExprKind::Variable(name) => found(if name.contains('.') { "variable with dots" } else { "variable" }),
                ExprKind::If(_) => found("if expression"),
                ExprKind::Paren(_) => found("parentheses"),
                ExprKind::Not(_) => found("not"),
                ExprKind::Binary(binary) => found(&format!("operator {}", binary.op.symbol())),
                ExprKind::Index(_) => found("index"),
                ExprKind::Field(access) => found(if access.default.is_some() { "field default" } else { "field" }),
                ExprKind::Except(_) => found("except"),
            },
        });
    }
}

fn statement_forms(statement: &Statement, found: &mut dyn FnMut(&str)) {
    match statement {
        Statement::Bind(s) => found(if s.annotation.is_some() { "annotated bind" } else { "bind" }),
        Statement::Panic(s) => found(if s.args.values.len() == 2 { "two-argument panic" } else { "panic" }),
        Statement::Resource(_) => found("resource"),
        Statement::Collect(_) => found("collect"),
        Statement::Edge(s) => {
            let listed = s.halves.iter().any(|half| matches!(half.name.kind, ExprKind::List(_)));
            found(match s.halves.len() {
                _ if s.halves[0].field.is_some() => "edge with fields",
                _ if listed => "edge list",
                3.. => "long edge",
                _ => "plain edge",
            });
        }
        Statement::If(s) => found(if s.otherwise.is_some() { "if with else" } else { "if" }),
        Statement::For(_) => found("for"),
        Statement::ForKv(_) => found("forkv"),
        Statement::Func(_) => found("func"),
        Statement::Class(s) => found(match () {
            () if s.name.text.contains(':') => "class with a colon",
            () if s.params.is_some() => "class with parameters",
            () => "class",
        }),
        Statement::Include(s) => found(match () {
            () if s.alias.is_some() => "include as",
            () if s.args.is_some() => "include with arguments",
            () => "include",
        }),
        Statement::Import(s) => found(match &s.alias {
            Some(Alias::Star(_)) => "import without prefix",
            Some(Alias::Name(_)) => "import as",
            None if s.path.text.ends_with(['/', 'l']) => "import of a file",
            None => "import",
        }),
    }
}
