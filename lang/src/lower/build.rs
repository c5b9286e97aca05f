//! Expressions to code, with what is known folded away.

use super::expand::Callees;
use super::fold;
use super::function::Functions;
use super::order::Item;
use super::sites::Places;
use crate::builtins::{self, Purity};
use crate::eval::code::{Builtin, Node, Source};
use crate::functions::{Body, CallContext};
use crate::resolve::program::{BlockId, DefId, DefKind, ExprId, ExprKind, FuncId, Program};
use crate::types::{Substitution, Typed};
use mgmt_values::identity::Maker;
use mgmt_values::schema::Kinds;
use mgmt_values::{CellId, Type, Value};
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};

/// Builds the code of one program.
pub(super) struct Builder<'a> {
    pub(super) program: &'a Program,
    pub(super) typed: &'a Typed,
    pub(super) kinds: &'a Kinds,
    pub(super) sites: Places,
    /// What each variable is bound to, once built. Inside of this code [`Node::Slot`] holds the number of a variable.
    pub(super) defs: Vec<Option<Node>>,
    /// Every variable: those of the program, then the parts of long lists.
    pub(super) variables: Vec<Variable>,
    /// The loop that binds each element variable.
    pub(super) loops: FxHashMap<DefId, CellId>,
    pub(super) functions: Functions,
    callees: Callees,
    names: FxHashMap<&'static str, Arc<str>>,
}

/// What the later steps need to know of a variable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variable {
    /// Its stable name.
    pub(super) id: CellId,
    /// The home of its expression.
    pub(super) home: CellId,
    /// The block whose instances each have one of it.
    pub(super) block: BlockId,
    /// Whether it is a cell even when one cell alone reads it.
    pub(super) apart: bool,
}

/// Where an expression stands.
pub(super) struct Scope {
    /// The home of its places.
    pub(super) home: CellId,
    /// The block it is part of.
    pub(super) block: BlockId,
    /// How many loops are around it.
    pub(super) depth: u32,
    /// What the types of the enclosing `func` statement stand for.
    pub(super) substitution: Substitution,
    /// The functions around it, outermost first.
    pub(super) functions: Vec<super::function::Inside>,
}

impl Scope {
    /// Outside of all functions.
    pub(super) fn outermost(home: CellId, block: BlockId, depth: u32) -> Scope {
        Scope { home, block, depth, substitution: Substitution::default(), functions: Vec::new() }
    }
}

impl<'a> Builder<'a> {
    pub(super) fn new(program: &'a Program, typed: &'a Typed, kinds: &'a Kinds) -> Builder<'a> {
        Builder {
            program,
            typed,
            kinds,
            sites: Places::new(program.exprs.len()),
            defs: vec![None; program.defs.len()],
            variables: program
                .defs
                .iter()
                .map(|def| Variable { id: def.id, home: def.id, block: def.block, apart: false })
                .collect(),
            loops: super::statement::loops(program),
            functions: Functions::default(),
            callees: Callees::default(),
            names: FxHashMap::default(),
        }
    }

    /// Builds a variable or function; what it uses has been built.
    pub(super) fn item(&mut self, item: Item) {
        match item {
            Item::Def(def) => {
                let variable = &self.program[def];
                if let DefKind::Bind(expr, _) | DefKind::Argument(expr, _) = variable.kind {
                    self.sites.home(variable.id, variable.span);
                    let depth = self.program[variable.block].depth;
                    self.defs[def.0 as usize] = Some(self.expr(expr, &mut Scope::outermost(variable.id, variable.block, depth)));
                }
            }
            // Generic ones are built where they are called, for what their types stand for there.
            Item::Func(func) if self.typed.generics(func) == 0 => drop(self.function(func, &Substitution::default())),
            Item::Func(_) => {}
        }
    }

    /// The code of an expression.
    pub(super) fn expr(&mut self, expr: ExprId, scope: &mut Scope) -> Node {
        let program = self.program;
        match &program[expr].kind {
            ExprKind::Literal(value) => Node::Const(value.clone()),
            ExprKind::Variable(def) => self.variable(*def, scope),
            ExprKind::Text(inner) => self.expr(*inner, scope),
            ExprKind::Lambda(lambda) => self.lambda(expr, lambda, scope),
            ExprKind::Builtin(id, args) => self.builtin(expr, *id, args, scope),
            ExprKind::Call(func, args) => self.call(expr, *func, args, scope),
            ExprKind::Apply(function, args) => {
                let nodes = self.exprs(std::iter::once(function).chain(args), scope);
                let call = Node::Apply(nodes, self.place(expr, scope));
                if scope.functions.is_empty() || self.callees.known(program, *function) { call } else { blameless(call) }
            }
            ExprKind::Concat(parts) => fold::simplify(Node::Concat(self.exprs(parts, scope))),
            ExprKind::List(parts) => match fold::simplify(Node::List(self.exprs(parts, scope))) {
                Node::List(parts) if parts.len() > WIDEST && scope.functions.is_empty() => {
                    self.long_list(expr, parts.into_vec(), scope)
                }
                node => node,
            },
            ExprKind::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| (self.expr(*key, scope), self.expr(*value, scope))).collect();
                fold::simplify(Node::Map(entries))
            }
            ExprKind::Struct(fields) => {
                let fields = fields.iter().map(|(name, value)| (name.clone(), self.expr(*value, scope))).collect();
                fold::simplify(Node::Struct(fields))
            }
            ExprKind::Operator(operator, args) => {
                let args = self.exprs(args, scope);
                let offset = self.place(expr, scope);
                fold::simplify(Node::Operate(*operator, args, offset))
            }
            ExprKind::In(needle, list) => {
                let nodes = [self.expr(*needle, scope), self.expr(*list, scope)];
                fold::simplify(Node::In(Box::new(nodes)))
            }
            ExprKind::Index(container, index) => {
                let nodes = [self.expr(*container, scope), self.expr(*index, scope)];
                let offset = self.place(expr, scope);
                fold::simplify(Node::Index(Box::new(nodes), offset))
            }
            ExprKind::Field(record, name) => {
                let record = self.expr(*record, scope);
                fold::simplify(Node::Field(Box::new(record), name.clone()))
            }
            ExprKind::FieldOr(record, name, default) => {
                let has = self.typed.has_field(*record, name, &scope.substitution);
                let record = self.expr(*record, scope);
                let default = self.expr(*default, scope);
                let both =
                    if has { [fold::simplify(Node::Field(Box::new(record), name.clone())), default] } else { [default, record] };
                fold::simplify(Node::Both(Box::new(both)))
            }
            ExprKind::If(condition, then, otherwise) => match self.expr(*condition, scope) {
                Node::Const(Value::Bool(true)) => chosen(self.expr(*then, scope), scope),
                Node::Const(_) => chosen(self.expr(*otherwise, scope), scope),
                condition => Node::If(Box::new([condition, self.expr(*then, scope), self.expr(*otherwise, scope)])),
            },
            ExprKind::Except(first, second) => match self.expr(*first, scope) {
                known @ Node::Const(_) => known,
                first => Node::Except(Box::new([first, self.expr(*second, scope)])),
            },
        }
    }

    pub(super) fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e ExprId>, scope: &mut Scope) -> Box<[Node]> {
        exprs.into_iter().map(|expr| self.expr(*expr, scope)).collect()
    }

    /// A list too long for one cell, as a tree of parts that are cells: when one element changes, its part alone is evaluated again, and what
    /// joins the parts.
    fn long_list(&mut self, expr: ExprId, mut nodes: Vec<Node>, scope: &Scope) -> Node {
        let Some(flatten) = builtins::lookup("iter.flatten") else { return Node::List(nodes.into()) };
        let offset = self.place(expr, scope);
        let join = |lists: Vec<Node>| {
            let args = Box::new([fold::simplify(Node::List(lists.into()))]);
            Node::Builtin(Box::new(Builtin { id: flatten, args, offset, signature: None }))
        };
        let mut level = 0;
        while nodes.len() > WIDEST {
            let mut parts = Vec::with_capacity(nodes.len().div_ceil(WIDEST));
            while !nodes.is_empty() {
                let rest = nodes.split_off(nodes.len().min(WIDEST));
                let part = std::mem::replace(&mut nodes, rest);
                let part = if level == 0 { fold::simplify(Node::List(part.into())) } else { join(part) };
                parts.push(self.part(part, [u64::from(offset), level, parts.len() as u64], scope));
            }
            nodes = parts;
            level += 1;
        }
        join(nodes)
    }

    /// A variable of its own for a part of an expression, named by its place.
    fn part(&mut self, node: Node, place: [u64; 3], scope: &Scope) -> Node {
        if inlined(&node) {
            return node;
        }
        let mut maker = Maker::new(b'P');
        maker.word(scope.home.0);
        for word in place {
            maker.word(word);
        }
        let id = CellId(maker.finish().0 as u64);
        self.variables.push(Variable { id, home: scope.home, block: scope.block, apart: true });
        self.defs.push(Some(node));
        Node::Slot(self.variables.len() as u32 - 1)
    }

    pub(super) fn place(&mut self, expr: ExprId, scope: &Scope) -> u32 {
        self.sites.expression(scope.home, expr, self.program[expr].span)
    }

    fn variable(&mut self, def: DefId, scope: &mut Scope) -> Node {
        let variable = &self.program[def];
        let depth = self.program[variable.block].depth;
        match &variable.kind {
            DefKind::Constant(value, _) => Node::Const(value.clone()),
            DefKind::Parameter(_) => super::function::parameter(def, &mut scope.functions),
            DefKind::Index | DefKind::Key => Node::Step(depth),
            DefKind::Element => match self.loops.get(&def) {
                Some(cell) => Node::Element(*cell, depth),
                None => Node::Step(depth),
            },
            DefKind::Bind(..) | DefKind::Argument(..) => {
                let node = match &self.defs[def.0 as usize] {
                    // Nothing to share: known, or another name for something that is shared itself.
                    Some(node) if inlined(node) => node.clone(),
                    _ => Node::Slot(def.0),
                };
                match node {
                    // A body is shared by cells, so what it reads has to be a cell of its own.
                    Node::Slot(number) if !scope.functions.is_empty() => {
                        let variable = &self.variables[number as usize];
                        Node::Read(variable.id, self.program[variable.block].depth)
                    }
                    node => node,
                }
            }
        }
    }

    fn builtin(&mut self, expr: ExprId, id: builtins::BuiltinId, args: &[ExprId], scope: &mut Scope) -> Node {
        let declaration = builtins::get(id);
        let nodes = self.exprs(args, scope);
        let offset = self.place(expr, scope);
        match builtins::body(id) {
            Body::Each(each) => Node::Each(each, nodes, offset),
            Body::Template => {
                let data = args.get(1).map_or(Type::Variant, |arg| self.typed.ty(*arg, &scope.substitution));
                fold::template(nodes, data, offset)
            }
            Body::Source => {
                let mut nodes = nodes.into_vec();
                if builtins::typed(id) {
                    let result = self.typed.ty(expr, &scope.substitution);
                    nodes.push(Node::Const(Value::str(result.to_string())));
                }
                if builtins::located(id) {
                    let module = self.program.located.get(&expr).unwrap_or(&self.program.base);
                    nodes.extend([&self.program.base, module].map(|path| Node::Const(Value::str(&**path))));
                }
                self.source(declaration.name, declaration.purity == Purity::Own, nodes.into(), offset)
            }
            Body::Pure(body) => {
                if let Some(clock) = clock(declaration.name).filter(|_| nodes.first().is_some_and(|arg| self.is_now(arg))) {
                    return self.source(clock, false, Box::new([]), offset);
                }
                let signature = builtins::typed(id).then(|| self.signature(expr, args, scope));
                if let Some(values) = fold::known(&nodes) {
                    let variant = Type::Variant;
                    let mut context = CallContext { signature: signature.as_ref().unwrap_or(&variant) };
                    // An error is one of the running program, which may catch it.
                    if let Some(value) = body(&mut context, &values).ok().filter(fold::small) {
                        return Node::Const(value);
                    }
                }
                Node::Builtin(Box::new(Builtin { id, args: nodes, offset, signature }))
            }
        }
    }

    fn source(&mut self, name: &'static str, own: bool, args: Box<[Node]>, offset: u32) -> Node {
        let function = self.names.entry(name).or_insert_with(|| name.into()).clone();
        Node::Source(Box::new(Source { function, own, args, known: OnceLock::new(), offset }))
    }

    /// The solved type of the function in a call.
    fn signature(&self, call: ExprId, args: &[ExprId], scope: &Scope) -> Type {
        let types = args.iter().map(|arg| self.typed.ty(*arg, &scope.substitution));
        let args = types.enumerate().map(|(index, ty)| (index.to_string(), ty));
        Type::func(args, self.typed.ty(call, &scope.substitution))
    }

    fn call(&mut self, expr: ExprId, func: FuncId, args: &[ExprId], scope: &mut Scope) -> Node {
        let substitution = self.typed.call(expr, &scope.substitution);
        let nodes = self.exprs(args, scope);
        let offset = self.place(expr, scope);
        Node::Call(self.function(func, &substitution), nodes, offset)
    }

    /// Whether code is the current time: the call itself, or a variable bound to it.
    fn is_now(&self, node: &Node) -> bool {
        match node {
            Node::Source(source) => &*source.function == "datetime.now",
            Node::Slot(number) => {
                self.defs[*number as usize].as_ref().is_some_and(|node| matches!(node, Node::Source(_)) && self.is_now(node))
            }
            _ => false,
        }
    }
}

/// The branch of an `if` whose condition is known. In a function it stays an `if` where it can fail: what an `if` gives is not the failure
/// of the function itself.
fn chosen(branch: Node, scope: &Scope) -> Node {
    let fails = branch.offset().is_some() || matches!(branch, Node::Slot(_) | Node::Local(_) | Node::Capture(_));
    if fails && !scope.functions.is_empty() { blameless(branch) } else { branch }
}

/// Code whose failure is not that of the function around it.
fn blameless(node: Node) -> Node {
    Node::If(Box::new([Node::Const(Value::Bool(true)), node, Node::Const(Value::Bool(true))]))
}

/// More elements than this of one list are not read by one cell.
const WIDEST: usize = 256;

/// The clock that answers a pure function of the current time when the answer changes, rather than every second.
fn clock(function: &str) -> Option<&'static str> {
    match function {
        "datetime.weekday" => Some("datetime.weekday_fast"),
        "datetime.hour" => Some("datetime._hour_now"),
        _ => None,
    }
}

/// Whether a variable bound to this code is replaced by it: there is nothing to evaluate, or a function, which is one wherever it is made.
pub(super) fn inlined(node: &Node) -> bool {
    match node {
        Node::Const(_) | Node::Slot(_) | Node::Element(..) | Node::Step(_) => true,
        Node::Lambda(lambda) => lambda.outermost,
        _ => false,
    }
}
