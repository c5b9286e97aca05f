//! Statements.

use super::{Arguments, Comment, Edge, Expr, Function, Name, Params, Resource, TypeNote};
use mgmt_values::Span;
use std::sync::Arc;

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// Its statements, in textual order.
    pub statements: Vec<Statement>,
    /// Its comments, in textual order.
    pub comments: Vec<Comment>,
    /// The whole text.
    pub span: Span,
}

/// `{ … }` of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Its statements, in textual order.
    pub statements: Vec<Statement>,
    /// From brace to brace.
    pub span: Span,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `$x = 1`
    Bind(Bind),
    /// `panic($x)`
    Panic(Panic),
    /// `file "/a" { … }`
    Resource(Resource),
    /// `collect file "/a" { … }`
    Collect(Collect),
    /// `File["/a"] -> File["/b"]`
    Edge(Edge),
    /// `if $x { … } else { … }`
    If(If),
    /// `for $i, $v in $l { … }`
    For(For),
    /// `forkv $k, $v in $m { … }`
    ForKv(ForKv),
    /// `func f($x) { … }`
    Func(Func),
    /// `class c($x) { … }`
    Class(Class),
    /// `include c(1) as d`
    Include(Include),
    /// `import "fmt"`
    Import(Import),
}

impl Statement {
    /// Its place, from the first to the last byte of the statement.
    pub fn span(&self) -> Span {
        match self {
            Statement::Bind(s) => s.span,
            Statement::Panic(s) => s.span,
            Statement::Resource(s) => s.span,
            Statement::Collect(s) => s.span,
            Statement::Edge(s) => s.span,
            Statement::If(s) => s.span,
            Statement::For(s) => s.span,
            Statement::ForKv(s) => s.span,
            Statement::Func(s) => s.span,
            Statement::Class(s) => s.span,
            Statement::Include(s) => s.span,
            Statement::Import(s) => s.span,
        }
    }
}

/// `$name = value` or `$name type = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Bind {
    /// What is bound.
    pub name: Name,
    /// The written type.
    pub annotation: Option<TypeNote>,
    /// To what.
    pub value: Expr,
    /// The statement.
    pub span: Span,
}

/// `panic(args)`: any number of arguments is syntax.
#[derive(Clone, Debug, PartialEq)]
pub struct Panic {
    /// What is written between the parentheses.
    pub args: Arguments,
    /// The statement.
    pub span: Span,
}

/// `collect kind name { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Collect {
    /// What stands after the word `collect`; its span starts at the kind.
    pub resource: Resource,
    /// The statement.
    pub span: Span,
}

/// `if condition { … }`, perhaps with `else { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct If {
    /// The condition.
    pub condition: Expr,
    /// What holds while it is true.
    pub then: Block,
    /// What holds while it is false.
    pub otherwise: Option<Block>,
    /// The statement.
    pub span: Span,
}

/// `for $index, $value in over { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// The variable that counts from 0.
    pub index: Name,
    /// The variable that holds the element.
    pub value: Name,
    /// The list.
    pub over: Expr,
    /// The body.
    pub body: Block,
    /// The statement.
    pub span: Span,
}

/// `forkv $key, $value in over { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct ForKv {
    /// The variable that holds the key.
    pub key: Name,
    /// The variable that holds the value.
    pub value: Name,
    /// The map.
    pub over: Expr,
    /// The body.
    pub body: Block,
    /// The statement.
    pub span: Span,
}

/// `func name(params) type { value }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Func {
    /// Its name.
    pub name: Name,
    /// Parameters, result and body.
    pub function: Function,
    /// The statement.
    pub span: Span,
}

/// `class name(params) { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its name as written, perhaps with colons.
    pub name: Name,
    /// Its parameters, if there are parentheses.
    pub params: Option<Params>,
    /// The body.
    pub body: Block,
    /// The statement.
    pub span: Span,
}

/// `include class(args) as alias`.
#[derive(Clone, Debug, PartialEq)]
pub struct Include {
    /// The class, perhaps with dots.
    pub class: Name,
    /// Its arguments, if there are parentheses.
    pub args: Option<Arguments>,
    /// The alias.
    pub alias: Option<Name>,
    /// The statement.
    pub span: Span,
}

/// `import "path" as alias`.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// What is imported.
    pub path: ImportPath,
    /// Under which name.
    pub alias: Option<Alias>,
    /// The statement.
    pub span: Span,
}

/// The string of an import: no escapes and no `${}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportPath {
    /// The text between the quotes.
    pub text: Arc<str>,
    /// With the quotes.
    pub span: Span,
}

/// What follows `as` in an import.
#[derive(Clone, Debug, PartialEq)]
pub enum Alias {
    /// A name.
    Name(Name),
    /// `*`, and its place: everything becomes visible without a prefix.
    Star(Span),
}
