//! The resolved program: names are ids, sugar is gone, classes are copied per include. What the type checker and the lowering read.
//!
//! Everything lives in arenas of [`Program`] and is named by index. Types are kept apart, in the checker's tables by [`ExprId`] and
//! [`DefId`]. Definitions nobody uses are resolved too, but belong to no statement.

use crate::builtins::BuiltinId;
use mgmt_values::{CellId, Span, Type, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// An expression: index into [`Program::exprs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

/// A variable: index into [`Program::defs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefId(pub u32);

/// A `func` statement: index into [`Program::funcs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FuncId(pub u32);

/// A block of statements: index into [`Program::blocks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(pub u32);

/// A program whose names are resolved.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// All expressions.
    pub exprs: Vec<Expr>,
    /// All variables.
    pub defs: Vec<Def>,
    /// All `func` statements.
    pub funcs: Vec<Func>,
    /// All blocks; the first is the top level of the program.
    pub blocks: Vec<Block>,
    /// The directory of the program, absolute, with a slash at its end.
    pub base: Arc<str>,
    /// The same of the module that each call stands in that depends on it.
    pub located: FxHashMap<ExprId, Arc<str>>,
}

/// Statements that live and die together, in the order of the text.
#[derive(Clone, Debug)]
pub struct Block {
    /// The block around it.
    pub parent: Option<BlockId>,
    /// What it is the body of.
    pub kind: BlockKind,
    /// How many loops it lies in: the depth of the context of its instances.
    pub depth: u32,
    /// What contributes output.
    pub statements: Vec<Statement>,
}

/// What a block is the body of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// The program or a module.
    File,
    /// A branch of an `if` statement: its cells exist while the branch is taken.
    Branch,
    /// The body of a loop: its cells exist once per element.
    Loop,
    /// The body of a class, copied for one include: its cells exist where the include does.
    Include,
}

/// A statement that contributes output.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its stable name: import and include path, scope, what it is, and occurrence.
    pub id: CellId,
    /// All of it.
    pub span: Span,
    /// What it is.
    pub kind: StatementKind,
}

/// What a statement is.
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// `kind name { … }`
    Resource(Resource),
    /// `A["x"] -> B["y"] -> …`
    Edge(Vec<Half>),
    /// `if cond { … } else { … }`
    If {
        /// A `bool`.
        condition: ExprId,
        /// While it is true.
        then: BlockId,
        /// While it is false.
        otherwise: Option<BlockId>,
    },
    /// `for $index, $element in list { … }`
    For {
        /// The position, an `int`.
        index: DefId,
        /// The element.
        element: DefId,
        /// A list.
        list: ExprId,
        /// Once per element.
        body: BlockId,
    },
    /// `forkv $key, $value in map { … }`
    ForKv {
        /// The key.
        key: DefId,
        /// The value under it.
        value: DefId,
        /// A map.
        map: ExprId,
        /// Once per entry.
        body: BlockId,
    },
    /// `include class(args) as alias`
    Include {
        /// The parameters of this copy, [`DefKind::Argument`] each, in order.
        arguments: Vec<DefId>,
        /// The copied body.
        body: BlockId,
    },
    /// `panic(x)` or `panic(condition, message)`; other numbers of arguments are refused by the type checker.
    Panic(Vec<ExprId>),
}

/// A resource statement.
#[derive(Clone, Debug)]
pub struct Resource {
    /// From the kind on; differs from the statement's in that it lacks the word `collect`.
    pub span: Span,
    /// Lower case.
    pub kind: Arc<str>,
    /// One name or a list of names.
    pub name: ExprId,
    /// Whether it is `collect kind name { … }`.
    pub collect: bool,
    /// The body, in the order of the text.
    pub entries: Vec<Entry>,
}

/// An entry of a resource body.
#[derive(Clone, Debug)]
pub struct Entry {
    /// All of it but the comma.
    pub span: Span,
    /// `condition ?: …`
    pub condition: Option<ExprId>,
    /// What it says.
    pub kind: EntryKind,
}

/// What an entry of a resource body says.
#[derive(Clone, Debug)]
pub enum EntryKind {
    /// `name => value`
    Field(Arc<str>, ExprId),
    /// `Before => Kind["x"]` and so on
    Edge(Property, Half),
    /// `Meta:name => value`
    Meta(Arc<str>, ExprId),
    /// `Meta => struct{…}`
    MetaStruct(ExprId),
}

/// The four edges that a body can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Property {
    /// From this resource.
    Before,
    /// From this resource, and it notifies.
    Notify,
    /// To this resource.
    Depend,
    /// To this resource, and it is notified.
    Listen,
}

/// `Kind["name"]` or `Kind["name"].field`
#[derive(Clone, Debug)]
pub struct Half {
    /// All of it.
    pub span: Span,
    /// Lower case.
    pub kind: Arc<str>,
    /// One name or a list of names.
    pub name: ExprId,
    /// What is sent or received.
    pub field: Option<Arc<str>>,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Def {
    /// As written, without `$`.
    pub name: Arc<str>,
    /// Its stable name, as that of statements.
    pub id: CellId,
    /// Where it is declared.
    pub span: Span,
    /// The block whose instances each have one of it. Parameters of functions have the block that the function is written in.
    pub block: BlockId,
    /// Where its value comes from.
    pub kind: DefKind,
}

/// Where the value of a variable comes from.
#[derive(Clone, Debug)]
pub enum DefKind {
    /// `$x = value`
    Bind(ExprId, Option<Annotation>),
    /// A parameter of a class in one include: the value is evaluated where the include stands.
    Argument(ExprId, Option<Annotation>),
    /// A parameter of a function or lambda.
    Parameter(Option<Annotation>),
    /// The first variable of a `for`: an `int`, known from the context.
    Index,
    /// The first variable of a `forkv`, known from the context.
    Key,
    /// The second variable of a loop: the element or the value.
    Element,
    /// A constant of the language or a module, such as `$const.res.file.state.exists` or `$hostname`.
    Constant(Value, Type),
}

/// A type that the author wrote.
#[derive(Clone, Debug)]
pub struct Annotation {
    /// The type.
    pub ty: Type,
    /// Where it is written.
    pub span: Span,
}

/// A `func` statement.
#[derive(Clone, Debug)]
pub struct Func {
    /// As written.
    pub name: Arc<str>,
    /// Its stable name, as that of statements.
    pub id: CellId,
    /// The statement.
    pub span: Span,
    /// The block that it is written in: what it captures belongs to instances of that block or of blocks around it.
    pub block: BlockId,
    /// Parameters and body.
    pub lambda: Lambda,
}

/// Parameters, result and body of a function.
#[derive(Clone, Debug)]
pub struct Lambda {
    /// [`DefKind::Parameter`] each.
    pub params: Vec<DefId>,
    /// The type that the author wrote for the result.
    pub result: Option<Annotation>,
    /// The body.
    pub body: ExprId,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Where errors about it are placed. Everything made from one string literal has the span of that literal.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A bool, int, float, or a string whose escapes are done.
    Literal(Value),
    /// `$x`
    Variable(DefId),
    /// `"${x}"` alone: the variable, which must be a `str`; evidently one.
    Text(ExprId),
    /// A string with text and variables: all parts must be `str`; two at least.
    Concat(Vec<ExprId>),
    /// `[a, b]`
    List(Vec<ExprId>),
    /// `{k => v}`
    Map(Vec<(ExprId, ExprId)>),
    /// `struct{a => 1}`
    Struct(Vec<(Arc<str>, ExprId)>),
    /// `func($a) { … }`
    Lambda(Lambda),
    /// A call of a built-in function.
    Builtin(BuiltinId, Vec<ExprId>),
    /// A call of a `func` statement.
    Call(FuncId, Vec<ExprId>),
    /// A call of a function value: a variable or a lambda.
    Apply(ExprId, Vec<ExprId>),
    /// `a + b`, `not a`
    Operator(Operator, Vec<ExprId>),
    /// `a in list`
    In(ExprId, ExprId),
    /// `container[index]`
    Index(ExprId, ExprId),
    /// `record->name`
    Field(ExprId, Arc<str>),
    /// `record->name <|> default`: decided by type, not by failure.
    FieldOr(ExprId, Arc<str>, ExprId),
    /// `if c { a } else { b }`
    If(ExprId, ExprId, ExprId),
    /// `a <|> b`
    Except(ExprId, ExprId),
}

/// An operator.
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
    /// `not`
    Not,
}

impl Operator {
    /// As written.
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
            Operator::Not => "not",
        }
    }
}

macro_rules! arena {
    ($($id:ident $field:ident $item:ident)*) => { $(
        impl std::ops::Index<$id> for Program {
            type Output = $item;
            fn index(&self, id: $id) -> &$item {
                &self.$field[id.0 as usize]
            }
        }
    )* };
}

arena! { ExprId exprs Expr DefId defs Def FuncId funcs Func BlockId blocks Block }
