//! Builds resolved programs. Every expression and entry gets a span of its own, so that a test can say which one a mistake is placed at.

use crate::builtins;
use crate::diagnostic::Diagnostic;
use crate::resolve::program::{
    Annotation, Block, BlockId, BlockKind, Def, DefId, DefKind, Entry, EntryKind, Expr, ExprId, ExprKind, Func, FuncId, Lambda,
    Operator, Program, Resource, Statement, StatementKind,
};
use crate::types::{Fold, Substitution, Typed, check};
use mgmt_values::resource::Identities;
use mgmt_values::schema::{Field, FieldType, Kind, Kinds, Literal, Traits};
use mgmt_values::{CellId, FileId, Span, Type, Value};
use std::sync::Arc;

/// A program in the making.
pub struct Make {
    pub program: Program,
    places: u32,
    block: BlockId,
}

const fn field(name: &'static str, ty: FieldType) -> Field {
    Field { name, ty, optional: false, default: Literal::Zero, doc: "" }
}

static TEST: Kind = Kind {
    name: "test",
    doc: "",
    fields: &[
        field("int", FieldType::Int(64)),
        field("str", FieldType::Str),
        field("float", FieldType::Float(64)),
        field("bool", FieldType::Bool),
        field("list", FieldType::List(&FieldType::Str)),
        field("any", FieldType::Variant),
        field("func", FieldType::Func("func(int) str")),
    ],
    sends: &[field("hello", FieldType::Str), field("answer", FieldType::Int(64))],
    traits: Traits { refreshes: false, receives: true, autoedges: false, autogroups: false, ..Traits::PLAIN },
    constants: &[],
    validate: |_, _| Ok(()),
    identities: |_, _| Identities::default(),
};

static NOOP: Kind = Kind { name: "noop", fields: &[], sends: &[], traits: Traits { receives: false, ..TEST.traits }, ..TEST };

/// Folds literals, and variables bound to them.
struct Literals;

impl Fold for Literals {
    fn fold(&self, program: &Program, expr: ExprId) -> Option<Value> {
        match &program[expr].kind {
            ExprKind::Literal(value) => Some(value.clone()),
            ExprKind::Variable(def) => match &program[*def].kind {
                DefKind::Bind(value, _) | DefKind::Argument(value, _) => self.fold(program, *value),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The type of this text.
pub fn ty(text: &str) -> Type {
    Type::parse(text).expect("a type")
}

impl Make {
    pub fn new() -> Make {
        let top = Block { parent: None, kind: BlockKind::File, depth: 0, statements: Vec::new() };
        let program = Program { blocks: vec![top], ..Program::default() };
        Make { program, places: 0, block: BlockId(0) }
    }

    pub fn span(&mut self) -> Span {
        self.places += 10;
        Span::new(FileId(0), self.places as usize, self.places as usize + 9)
    }

    pub fn expr(&mut self, kind: ExprKind) -> ExprId {
        let span = self.span();
        self.program.exprs.push(Expr { span, kind });
        ExprId(self.program.exprs.len() as u32 - 1)
    }

    pub fn int(&mut self, value: i64) -> ExprId {
        self.expr(ExprKind::Literal(Value::Int(value)))
    }

    pub fn str(&mut self, value: &str) -> ExprId {
        self.expr(ExprKind::Literal(Value::str(value)))
    }

    pub fn list<const N: usize>(&mut self, elements: [ExprId; N]) -> ExprId {
        self.expr(ExprKind::List(elements.to_vec()))
    }

    pub fn record<const N: usize>(&mut self, fields: [(&str, ExprId); N]) -> ExprId {
        self.expr(ExprKind::Struct(fields.into_iter().map(|(name, value)| (name.into(), value)).collect()))
    }

    pub fn op(&mut self, operator: Operator, operands: &[ExprId]) -> ExprId {
        self.expr(ExprKind::Operator(operator, operands.to_vec()))
    }

    pub fn add(&mut self, a: ExprId, b: ExprId) -> ExprId {
        self.op(Operator::Add, &[a, b])
    }

    pub fn arrow(&mut self, record: ExprId, name: &str) -> ExprId {
        self.expr(ExprKind::Field(record, name.into()))
    }

    pub fn index(&mut self, container: ExprId, index: ExprId) -> ExprId {
        self.expr(ExprKind::Index(container, index))
    }

    pub fn builtin(&mut self, name: &str, args: &[ExprId]) -> ExprId {
        let id = builtins::lookup(name).expect("a built-in function");
        self.expr(ExprKind::Builtin(id, args.to_vec()))
    }

    pub fn annotation(&mut self, text: &str) -> Annotation {
        Annotation { ty: ty(text), span: self.span() }
    }

    pub fn def(&mut self, name: &str, kind: DefKind) -> DefId {
        let span = self.span();
        self.program.defs.push(Def { name: name.into(), id: CellId(0), span, block: self.block, kind });
        DefId(self.program.defs.len() as u32 - 1)
    }

    pub fn bind(&mut self, name: &str, value: ExprId) -> DefId {
        self.def(name, DefKind::Bind(value, None))
    }

    pub fn bind_as(&mut self, name: &str, text: &str, value: ExprId) -> DefId {
        let annotation = self.annotation(text);
        self.def(name, DefKind::Bind(value, Some(annotation)))
    }

    pub fn param(&mut self, name: &str) -> DefId {
        self.def(name, DefKind::Parameter(None))
    }

    pub fn var(&mut self, def: DefId) -> ExprId {
        self.expr(ExprKind::Variable(def))
    }

    pub fn lambda(&mut self, params: &[DefId], body: ExprId) -> ExprId {
        self.expr(ExprKind::Lambda(Lambda { params: params.to_vec(), result: None, body }))
    }

    pub fn apply(&mut self, callee: ExprId, args: &[ExprId]) -> ExprId {
        self.expr(ExprKind::Apply(callee, args.to_vec()))
    }

    /// `func name(params) { body }`
    pub fn func(&mut self, name: &str, params: &[DefId], body: ExprId) -> FuncId {
        let lambda = Lambda { params: params.to_vec(), result: None, body };
        let span = self.span();
        self.program.funcs.push(Func { name: name.into(), id: CellId(0), span, block: self.block, lambda });
        FuncId(self.program.funcs.len() as u32 - 1)
    }

    pub fn call(&mut self, func: FuncId, args: &[ExprId]) -> ExprId {
        self.expr(ExprKind::Call(func, args.to_vec()))
    }

    pub fn statement(&mut self, kind: StatementKind) -> Span {
        let span = self.span();
        let block = self.block.0 as usize;
        self.program.blocks[block].statements.push(Statement { id: CellId(0), span, kind });
        span
    }

    /// What the statements made by `body` are the body of.
    pub fn block(&mut self, kind: BlockKind, body: impl FnOnce(&mut Make)) -> BlockId {
        let id = BlockId(self.program.blocks.len() as u32);
        self.program.blocks.push(Block { parent: Some(self.block), kind, depth: 0, statements: Vec::new() });
        let outer = std::mem::replace(&mut self.block, id);
        body(self);
        self.block = outer;
        id
    }

    pub fn entry(&mut self, condition: Option<ExprId>, kind: EntryKind) -> Entry {
        Entry { span: self.span(), condition, kind }
    }

    /// A resource of kind `test`; gives its place.
    pub fn resource(&mut self, name: ExprId, entries: Vec<Entry>) -> Span {
        let span = self.span();
        let resource = Resource { span, kind: "test".into(), name, collect: false, entries };
        self.statement(StatementKind::Resource(resource));
        span
    }

    /// `test "t" { field => value }`; gives the place of the entry.
    pub fn set(&mut self, field: &str, value: ExprId) -> Span {
        let name = self.str("t");
        let entry = self.entry(None, EntryKind::Field(field.into(), value));
        let span = entry.span;
        self.resource(name, vec![entry]);
        span
    }

    pub fn place(&self, expr: ExprId) -> Span {
        self.program[expr].span
    }

    pub fn check(&self) -> Result<Typed, Vec<Diagnostic>> {
        check(&self.program, &[&TEST, &NOOP].into_iter().collect::<Kinds>(), &Literals)
    }

    /// The table of types of a program that must be fine.
    pub fn typed(&self) -> Typed {
        self.check().unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
    }

    /// The type of an expression of the program, which must be fine.
    pub fn ty(&self, expr: ExprId) -> String {
        self.typed().ty(expr, &Substitution::default()).to_string()
    }

    /// The mistakes of a program that must have some.
    pub fn mistakes(&self) -> Vec<Diagnostic> {
        self.check().expect_err("refused")
    }

    /// Where the first mistake is placed, and its text.
    pub fn refused(&self) -> (Span, String) {
        let first = self.mistakes().swap_remove(0);
        (first.span.expect("placed"), first.message)
    }
}

/// `name`, for names in programs.
pub fn word(name: &str) -> Arc<str> {
    name.into()
}
