//! What collecting hands to solving: the constraints of a program in the order in which mistakes win.

use super::terms::{Level, Term};
use crate::builtins::BuiltinId;
use crate::resolve::program::{DefId, ExprId, FuncId, Operator};
use mgmt_values::Span;
use std::sync::Arc;

/// The constraints of the program, or of one `func` statement.
#[derive(Default)]
pub(super) struct Unit {
    /// In the order of collection.
    pub steps: Vec<Step>,
    /// Of a `func` statement: its type.
    pub signature: Option<Term>,
}

/// Index of a [`Unit`]; 0 is the program.
pub(super) type UnitId = usize;

/// One constraint, or one candidate for a later mistake.
pub(super) struct Step {
    /// Where a mistake is placed.
    pub span: Span,
    pub kind: StepKind,
}

pub(super) enum StepKind {
    /// Two types are one.
    Unify { expected: Term, actual: Term, role: Role },
    /// A mistake whatever the rest of the program says.
    Refuse { message: String },
    /// A call of a `func` statement: the type that the call wants it to have.
    Call { func: FuncId, unit: UnitId, call: ExprId, wanted: Term, level: Level },
    /// This expression must end with a closed type.
    Open(ExprId),
    /// So must this parameter.
    OpenParameter(DefId),
    /// To be decided when more is known.
    Later(Goal),
}

/// A constraint that depends on what a type turns out to be, or a check of the solved types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Goal {
    /// `container[index]`; `map` says that it is a map where nothing else says what it is, and that what is no list can be nothing else.
    Index { container: Term, index: Term, result: Term, map: bool },
    /// `record->name`; the name is that of the expression.
    Field { record: Term, field: ExprId, result: Term },
    /// `record->name <|> default`; the result is the type of the default.
    FieldOr { record: Term, field: ExprId, result: Term },
    /// `$b T = $a`
    Same { annotation: Term, value: Term, written: Span },
    /// A class parameter that is given what is looked up: its annotation says the type where the body does not. The argument is that
    /// expression.
    Declared { annotation: Term, parameter: Term, argument: ExprId },
    /// A name of a resource or edge half: one or many.
    Name { name: Term, collect: bool },
    /// The value of `Meta => …`: a struct of any meta parameters.
    Meta { value: Term },
    /// The operator takes operands of this type.
    Operand { operator: Operator, operand: Term },
    /// The solved signature is one of those that the function declares.
    OneOf { function: BuiltinId, signature: Term },
    /// Keys of a map literal can be keys.
    Hashable { key: Term },
    /// A field takes no function.
    NoFunction { value: Term },
    /// The only argument of `panic` is a `bool` or a `str`.
    Panic { reason: Term },
}

impl Goal {
    /// Whether it can bind variables, and not only judge what is solved.
    pub fn improves(&self) -> bool {
        use Goal::{Field, FieldOr, Index, Meta, Name, Same};
        matches!(self, Index { .. } | Field { .. } | FieldOr { .. } | Same { .. } | Name { .. } | Meta { .. })
    }

    /// What must be known before it can be decided.
    pub fn subject(&self) -> Term {
        match self {
            Goal::Index { container, .. } => *container,
            Goal::Field { record, .. } | Goal::FieldOr { record, .. } => *record,
            Goal::Declared { parameter, .. } => *parameter,
            Goal::Same { value, .. } | Goal::Meta { value } | Goal::NoFunction { value } => *value,
            Goal::Name { name, .. } => *name,
            Goal::Operand { operand, .. } => *operand,
            Goal::OneOf { signature, .. } => *signature,
            Goal::Hashable { key } => *key,
            Goal::Panic { reason } => *reason,
        }
    }

    /// All its terms.
    pub fn terms_mut(&mut self) -> Vec<&mut Term> {
        match self {
            Goal::Index { container, index, result, .. } => vec![container, index, result],
            Goal::Field { record, result, .. } | Goal::FieldOr { record, result, .. } => vec![record, result],
            Goal::Same { annotation, value, .. } => vec![annotation, value],
            Goal::Declared { annotation, parameter, .. } => vec![annotation, parameter],
            Goal::Meta { value } | Goal::NoFunction { value } => vec![value],
            Goal::Name { name, .. } => vec![name],
            Goal::Operand { operand, .. } => vec![operand],
            Goal::OneOf { signature, .. } => vec![signature],
            Goal::Hashable { key } => vec![key],
            Goal::Panic { reason } => vec![reason],
        }
    }
}

/// Why two types have to be one: what a message says, and the other place that it shows.
#[derive(Clone, Debug)]
pub(super) enum Role {
    /// An element of a list, and where the first is.
    Element(Span),
    /// A key of a map, and where the first is.
    Key(Span),
    /// A value of a map, and where the first is.
    Value(Span),
    /// A condition.
    Condition,
    /// `else`, and where the other branch is.
    Branch(Span),
    /// The right side of `<|>`, and where the left is.
    Fallback(Span),
    /// A bind, and where the annotation is.
    Annotation(Span),
    /// A body, and where the type of the result is written.
    Result(Span),
    /// An argument of a class, and where the parameter's type is written.
    ClassArgument(Span),
    /// The operands of an operator differ.
    Operands(Operator),
    /// An operand of an operator that takes one type only.
    Operand(Operator),
    /// A part of a string.
    Text,
    /// The needle and the elements of the list behind `in`.
    In,
    /// `list[…]`
    ListIndex,
    /// `map[…]`
    MapKey,
    /// What a field is taken from.
    Record,
    /// The default of an optional field.
    Default,
    /// Argument of this number (from 1) of a built-in function.
    Argument(&'static str, usize),
    /// The call of a value, and where it is.
    Apply(Span),
    /// A field of a kind.
    Field(Arc<str>, Arc<str>),
    /// A meta parameter.
    Meta(Arc<str>),
    /// The name of a resource.
    Name,
    /// The name behind `collect`.
    CollectName,
    /// The name of an edge half.
    HalfName,
    /// What `for` goes over.
    For,
    /// What `forkv` goes over.
    ForKv,
    /// An argument of `panic`.
    Panic,
}
