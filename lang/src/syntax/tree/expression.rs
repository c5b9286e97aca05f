//! Expressions.

use super::{Name, TypeNote};
use mgmt_values::Span;
use std::sync::Arc;

/// An expression and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// From its first to its last byte.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `true`
    Bool(bool),
    /// `-13`
    Int(i64),
    /// `1.5`
    Float(f64),
    /// The raw text between the quotes: escapes and `${}` as written.
    Str(Arc<str>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{a => b}`
    Map(Vec<Pair>),
    /// `struct{a => b}`
    Struct(Vec<FieldValue>),
    /// `func($x) { … }`
    Lambda(Box<Function>),
    /// `f(x)`, `$f(x)`, `func($x) { … }(x)`
    Call(Box<Call>),
    /// `$a.b`: the dotted name without `$`.
    Variable(Arc<str>),
    /// `if c { a } else { b }`
    If(Box<Conditional>),
    /// `(a)`
    Paren(Box<Expr>),
    /// `not a`
    Not(Box<Expr>),
    /// `a + b`
    Binary(Box<Binary>),
    /// `a[b]`
    Index(Box<Index>),
    /// `a->f`, `a->f <|> d`
    Field(Box<FieldAccess>),
    /// `a <|> b`
    Except(Box<Except>),
}

/// An operator between two operands; its left operand is where the expression starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `<=`
    LessEqual,
    /// `>=`
    GreaterEqual,
    /// `and`
    And,
    /// `or`
    Or,
    /// `in`: the element is left, the container right.
    In,
}

impl Operator {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            Operator::Less => "<",
            Operator::Greater => ">",
            Operator::LessEqual => "<=",
            Operator::GreaterEqual => ">=",
            Operator::And => "and",
            Operator::Or => "or",
            Operator::In => "in",
        }
    }
}

/// `left op right`.
#[derive(Clone, Debug, PartialEq)]
pub struct Binary {
    /// The operator.
    pub op: Operator,
    /// Where the operator stands.
    pub op_span: Span,
    /// Left operand.
    pub left: Expr,
    /// Right operand.
    pub right: Expr,
}

/// `container[key]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// A list or a map.
    pub container: Expr,
    /// An index or a key.
    pub key: Expr,
}

/// `of->field`, or `of->field <|> default`.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldAccess {
    /// A struct.
    pub of: Expr,
    /// Its field.
    pub field: Name,
    /// The value if the struct has no such field. This is not [`Except`]: it is decided by the type.
    pub default: Option<Expr>,
}

/// `value <|> fallback`.
#[derive(Clone, Debug, PartialEq)]
pub struct Except {
    /// What is tried.
    pub value: Expr,
    /// What counts if that fails.
    pub fallback: Expr,
}

/// `key => value` of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The key.
    pub key: Expr,
    /// The value.
    pub value: Expr,
    /// From key to value.
    pub span: Span,
}

/// `name => value` of a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldValue {
    /// The field.
    pub name: Name,
    /// Its value.
    pub value: Expr,
    /// From name to value.
    pub span: Span,
}

/// `if condition { … } else { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditional {
    /// The condition.
    pub condition: Expr,
    /// The value while it is true.
    pub then: Body,
    /// The value while it is false.
    pub otherwise: Body,
}

/// `{ value }` of a function or of a branch of an if-expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The one expression inside.
    pub value: Expr,
    /// From brace to brace.
    pub span: Span,
}

/// A call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What is called.
    pub callee: Callee,
    /// With what.
    pub args: Arguments,
}

/// What a call calls.
#[derive(Clone, Debug, PartialEq)]
pub enum Callee {
    /// `fmt.printf(…)`: a function, perhaps with dots.
    Name(Name),
    /// `$f(…)`: a variable that holds a function, perhaps with dots.
    Variable(Name),
    /// `func($x) { … }(…)`: a literal function and its place.
    Lambda(Box<Function>, Span),
}

/// `(a, b)` of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Arguments {
    /// The values.
    pub values: Vec<Expr>,
    /// From parenthesis to parenthesis.
    pub span: Span,
}

/// A function as written, named or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// What it takes.
    pub params: Params,
    /// The written type of its result.
    pub result: Option<TypeNote>,
    /// What it gives.
    pub body: Body,
}

/// `($a, $b int)` of a function or class.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// The parameters.
    pub params: Vec<Param>,
    /// From parenthesis to parenthesis.
    pub span: Span,
}

/// `$name` or `$name type`.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// The written type.
    pub annotation: Option<TypeNote>,
    /// From the name to the type.
    pub span: Span,
}

impl Expr {
    /// Hands over each expression directly below, in the order of the text; that of a lambda is its body, and one that is called on the spot
    /// comes behind its arguments.
    pub fn each<'t>(&'t self, mut visit: impl FnMut(&'t Expr)) {
        match &self.kind {
            ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Str(_) | ExprKind::Variable(_) => {}
            ExprKind::List(elements) => elements.iter().for_each(visit),
            ExprKind::Map(pairs) => pairs.iter().for_each(|pair| {
                visit(&pair.key);
                visit(&pair.value);
            }),
            ExprKind::Struct(fields) => fields.iter().for_each(|field| visit(&field.value)),
            ExprKind::Lambda(function) => visit(&function.body.value),
            ExprKind::Call(call) => {
                call.args.values.iter().for_each(&mut visit);
                if let Callee::Lambda(function, _) = &call.callee {
                    visit(&function.body.value);
                }
            }
            ExprKind::If(e) => [&e.condition, &e.then.value, &e.otherwise.value].into_iter().for_each(visit),
            ExprKind::Paren(inner) | ExprKind::Not(inner) => visit(inner),
            ExprKind::Binary(e) => [&e.left, &e.right].into_iter().for_each(visit),
            ExprKind::Index(e) => [&e.container, &e.key].into_iter().for_each(visit),
            ExprKind::Field(e) => std::iter::once(&e.of).chain(&e.default).for_each(visit),
            ExprKind::Except(e) => [&e.value, &e.fallback].into_iter().for_each(visit),
        }
    }
}
