//! Terms: types that may hold variables, interned in an arena, with union-find over all of them.
//!
//! Two terms of one class are the same type. Composites take part in classes too, so that unifying two types that share parts visits
//! each pair once (Huet's almost linear unification); cycles are refused when a variable is bound.

use mgmt_values::Type;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A type, perhaps with variables: index into [`Terms`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Term(u32);

/// How a term is built.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Shape {
    Var,
    Bool,
    Str,
    Int,
    Float,
    Variant,
    List(Term),
    Map(Term, Term),
    Struct(Arc<[(Arc<str>, Term)]>),
    Func(Arc<FuncShape>),
}

/// Arguments with their names, and the result.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct FuncShape {
    pub args: Vec<(Arc<str>, Term)>,
    pub result: Term,
}

/// Who may generalise a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Nobody: it belongs to the environment of all `func` statements.
    Program,
    /// The `func` statement that is being checked.
    Body,
    /// It has been generalised.
    Generic,
}

#[derive(Debug)]
struct Node {
    shape: Shape,
    parent: Term,
    level: Level,
    /// No open variable is below; kept for the first of a class only.
    closed: bool,
}

/// Why two terms cannot be one, with the innermost pair that differs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clash {
    pub why: Why,
    pub expected: Term,
    pub actual: Term,
}

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Kind,
    FieldCount,
    FieldNames,
    ArgCount,
    /// A type would contain itself.
    Infinite,
}

enum Undo {
    Parent(Term),
    Level(Term, Level),
    Closed(Term),
}

/// All terms of one compilation.
#[derive(Default)]
pub(super) struct Terms {
    nodes: Vec<Node>,
    known: FxHashMap<Shape, Term>,
    trail: Vec<Undo>,
    /// Variables that were bound or merged since this was last taken.
    bound: Vec<Term>,
}

/// Types nested deeper than this are refused: they come from nothing a person wrote, and everything behind walks types by recursion.
pub(super) const MAX_DEPTH: u32 = 256;

/// Types of more parts are refused as well: written out, a shared part counts each time.
pub(super) const MAX_PARTS: u32 = 10_000;

/// How large a type is.
#[derive(Clone, Copy, Debug)]
struct Size {
    depth: u32,
    parts: u32,
}

impl Terms {
    /// A new variable.
    pub fn var(&mut self, level: Level) -> Term {
        self.push(Shape::Var, level, false)
    }

    fn push(&mut self, shape: Shape, level: Level, closed: bool) -> Term {
        let term = Term(self.nodes.len() as u32);
        self.nodes.push(Node { shape, parent: term, level, closed });
        term
    }

    /// The term of a shape other than a variable.
    pub fn make(&mut self, shape: Shape) -> Term {
        if let Some(term) = self.known.get(&shape) {
            return *term;
        }
        let closed = children(&shape).iter().all(|c| self.nodes[c.0 as usize].closed);
        let term = self.push(shape.clone(), Level::Program, closed);
        self.known.insert(shape, term);
        term
    }

    /// `[]element`
    pub fn list(&mut self, element: Term) -> Term {
        self.make(Shape::List(element))
    }

    /// `func(…) result`
    pub fn func(&mut self, args: Vec<(Arc<str>, Term)>, result: Term) -> Term {
        self.make(Shape::Func(Arc::new(FuncShape { args, result })))
    }

    /// The term of a type; its variables are taken from `vars`, and made there when they are missing.
    pub fn intern(&mut self, ty: &Type, vars: &mut FxHashMap<u32, Term>, level: Level) -> Term {
        let shape = match ty {
            Type::Var(n) => return *vars.entry(*n).or_insert_with(|| self.var(level)),
            Type::Bool => Shape::Bool,
            Type::Str => Shape::Str,
            Type::Int => Shape::Int,
            Type::Float => Shape::Float,
            Type::Variant => Shape::Variant,
            Type::List(element) => Shape::List(self.intern(element, vars, level)),
            Type::Map(kv) => Shape::Map(self.intern(&kv.0, vars, level), self.intern(&kv.1, vars, level)),
            Type::Struct(fields) => {
                Shape::Struct(fields.iter().map(|(name, ty)| (name.clone(), self.intern(ty, vars, level))).collect())
            }
            Type::Func(s) => {
                let args = s.args.iter().map(|(name, ty)| (name.clone(), self.intern(ty, vars, level))).collect();
                Shape::Func(Arc::new(FuncShape { args, result: self.intern(&s.result, vars, level) }))
            }
        };
        self.make(shape)
    }

    /// The first of the class of a term: an open variable, or what the class is bound to.
    pub fn find(&self, mut term: Term) -> Term {
        loop {
            let parent = self.nodes[term.0 as usize].parent;
            if parent == term {
                return term;
            }
            term = parent;
        }
    }

    /// What a term is known to be.
    pub fn shape(&self, term: Term) -> &Shape {
        &self.nodes[self.find(term).0 as usize].shape
    }

    /// How a term was built, whatever its class is bound to.
    pub fn own_shape(&self, term: Term) -> &Shape {
        &self.nodes[term.0 as usize].shape
    }

    /// Whether a term is an open variable.
    pub fn is_open(&self, term: Term) -> bool {
        matches!(self.shape(term), Shape::Var)
    }

    /// The level of an open variable.
    pub fn level(&self, term: Term) -> Level {
        self.nodes[self.find(term).0 as usize].level
    }

    /// Makes an open variable generic.
    pub fn set_level(&mut self, term: Term, level: Level) {
        let root = self.find(term);
        self.nodes[root.0 as usize].level = level;
    }

    /// The variables that were bound or merged since the last call.
    pub fn take_bound(&mut self) -> Vec<Term> {
        std::mem::take(&mut self.bound)
    }

    /// How many terms there are; see [`Terms::reset`].
    pub fn mark(&self) -> usize {
        self.nodes.len()
    }

    /// Forgets everything that was made since `mark` and all that was unified; `levels` of variables made before are as given.
    pub fn reset(&mut self, mark: usize, levels: &[Level]) {
        self.nodes.truncate(mark);
        self.known.retain(|_, term| (term.0 as usize) < mark);
        self.bound.clear();
        for (index, level) in levels.iter().enumerate().take(mark) {
            self.nodes[index].parent = Term(index as u32);
            self.nodes[index].level = *level;
            // Children were made before their parents, so that their flag is right already.
            let closed = match &self.nodes[index].shape {
                Shape::Var => false,
                shape => children(shape).iter().all(|c| self.nodes[c.0 as usize].closed),
            };
            self.nodes[index].closed = closed;
        }
    }

    /// The levels of all terms, for [`Terms::reset`].
    pub fn levels(&self) -> Vec<Level> {
        self.nodes.iter().map(|node| node.level).collect()
    }

    /// Makes two terms one; on a clash nothing has changed.
    pub fn unify(&mut self, expected: Term, actual: Term) -> Result<(), Clash> {
        self.compress(expected);
        self.compress(actual);
        self.trail.clear();
        let bound = self.bound.len();
        let result = self.unify_all(expected, actual);
        if result.is_err() {
            self.bound.truncate(bound);
            for undo in std::mem::take(&mut self.trail).into_iter().rev() {
                match undo {
                    Undo::Parent(term) => self.nodes[term.0 as usize].parent = term,
                    Undo::Level(term, level) => self.nodes[term.0 as usize].level = level,
                    Undo::Closed(term) => self.nodes[term.0 as usize].closed = false,
                }
            }
        }
        self.trail.clear();
        result
    }

    fn unify_all(&mut self, expected: Term, actual: Term) -> Result<(), Clash> {
        let mut work = vec![(expected, actual)];
        while let Some((expected, actual)) = work.pop() {
            let (a, b) = (self.find(expected), self.find(actual));
            if a == b {
                continue;
            }
            let clash = |why| Err(Clash { why, expected: a, actual: b });
            let pairs = match (&self.nodes[a.0 as usize].shape, &self.nodes[b.0 as usize].shape) {
                (Shape::Var, Shape::Var) => {
                    let level = self.nodes[a.0 as usize].level.min(self.nodes[b.0 as usize].level);
                    self.lower(b, level);
                    self.bind(a, b);
                    continue;
                }
                (Shape::Var, _) => {
                    self.bind_var(a, b)?;
                    continue;
                }
                (_, Shape::Var) => {
                    self.bind_var(b, a)?;
                    continue;
                }
                (Shape::List(x), Shape::List(y)) => vec![(*x, *y)],
                (Shape::Map(k, v), Shape::Map(l, w)) => vec![(*k, *l), (*v, *w)],
                (Shape::Struct(x), Shape::Struct(y)) => {
                    if x.len() != y.len() {
                        return clash(Why::FieldCount);
                    }
                    if x.iter().zip(y.iter()).any(|(x, y)| x.0 != y.0) {
                        return clash(Why::FieldNames);
                    }
                    x.iter().zip(y.iter()).map(|(x, y)| (x.1, y.1)).collect()
                }
                (Shape::Func(x), Shape::Func(y)) => {
                    if x.args.len() != y.args.len() {
                        return clash(Why::ArgCount);
                    }
                    let args = x.args.iter().zip(&y.args).map(|(x, y)| (x.1, y.1));
                    args.chain([(x.result, y.result)]).collect()
                }
                // Scalars are interned, so that equal ones are one term.
                _ => return clash(Why::Kind),
            };
            // The older one stays first of its class: its argument names were written, or come from a declaration.
            let (first, second) = if a < b { (a, b) } else { (b, a) };
            self.trail.push(Undo::Parent(second));
            self.nodes[second.0 as usize].parent = first;
            work.extend(pairs.into_iter().rev());
        }
        Ok(())
    }

    fn bind(&mut self, var: Term, to: Term) {
        self.trail.push(Undo::Parent(var));
        self.nodes[var.0 as usize].parent = to;
        self.bound.push(var);
    }

    fn lower(&mut self, var: Term, level: Level) {
        let old = self.nodes[var.0 as usize].level;
        if level < old {
            self.trail.push(Undo::Level(var, old));
            self.nodes[var.0 as usize].level = level;
        }
    }

    /// Binds an open variable to a composite or scalar, unless it occurs there; variables below get its level at most.
    fn bind_var(&mut self, var: Term, to: Term) -> Result<(), Clash> {
        let level = self.nodes[var.0 as usize].level;
        for below in self.open_vars(to) {
            if below == var {
                return Err(Clash { why: Why::Infinite, expected: var, actual: to });
            }
            self.lower(below, level);
        }
        self.bind(var, to);
        Ok(())
    }

    /// The open variables below a term, each once, in the order of the printed type. What has none is remembered as closed.
    pub fn open_vars(&mut self, term: Term) -> Vec<Term> {
        let mut seen = FxHashSet::default();
        let mut out = Vec::new();
        // Second: whether all below has been visited.
        let mut work = vec![(term, false)];
        while let Some((term, done)) = work.pop() {
            let term = self.find(term);
            let node = &self.nodes[term.0 as usize];
            if node.closed {
                continue;
            }
            let below = children(&node.shape);
            if done {
                if below.iter().all(|c| self.nodes[self.find(*c).0 as usize].closed) {
                    self.trail.push(Undo::Closed(term));
                    self.nodes[term.0 as usize].closed = true;
                }
            } else if seen.insert(term) {
                if matches!(node.shape, Shape::Var) {
                    out.push(term);
                } else {
                    work.push((term, true));
                    work.extend(below.into_iter().rev().map(|c| (c, false)));
                }
            }
        }
        out
    }

    /// Points a term straight at the first of its class.
    fn compress(&mut self, term: Term) {
        let root = self.find(term);
        let mut at = term;
        while self.nodes[at.0 as usize].parent != root && at != root {
            at = std::mem::replace(&mut self.nodes[at.0 as usize].parent, root);
        }
    }

    /// A copy of a term in which the generic variables are replaced by `map`. `None` where the type is too deep.
    pub fn copy(&mut self, term: Term, map: &mut FxHashMap<Term, Term>, depth: u32) -> Option<Term> {
        let root = self.find(term);
        if self.nodes[root.0 as usize].closed {
            return Some(root);
        }
        if let Some(copy) = map.get(&root) {
            return Some(*copy);
        }
        if depth > MAX_DEPTH {
            return None;
        }
        let copy = match self.nodes[root.0 as usize].shape.clone() {
            Shape::List(element) => {
                let element = self.copy(element, map, depth + 1)?;
                self.list(element)
            }
            Shape::Map(key, value) => {
                let shape = Shape::Map(self.copy(key, map, depth + 1)?, self.copy(value, map, depth + 1)?);
                self.make(shape)
            }
            Shape::Struct(fields) => {
                let fields = fields.iter().map(|(name, ty)| Some((name.clone(), self.copy(*ty, map, depth + 1)?)));
                let fields: Option<Arc<[_]>> = fields.collect();
                self.make(Shape::Struct(fields?))
            }
            Shape::Func(func) => {
                let args: Option<Vec<_>> =
                    func.args.iter().map(|(name, ty)| Some((name.clone(), self.copy(*ty, map, depth + 1)?))).collect();
                let result = self.copy(func.result, map, depth + 1)?;
                self.func(args?, result)
            }
            // Not in the map, so not generic: shared by all uses.
            _ => root,
        };
        map.insert(root, copy);
        Some(copy)
    }
}

fn children(shape: &Shape) -> Vec<Term> {
    match shape {
        Shape::List(element) => vec![*element],
        Shape::Map(key, value) => vec![*key, *value],
        Shape::Struct(fields) => fields.iter().map(|(_, t)| *t).collect(),
        Shape::Func(func) => func.args.iter().map(|(_, t)| *t).chain([func.result]).collect(),
        _ => Vec::new(),
    }
}

/// Turns terms into types, each once.
#[derive(Default)]
pub(super) struct Typer {
    memo: FxHashMap<Term, (Type, Size)>,
    /// The numbers that generic variables are shown by.
    pub numbers: FxHashMap<Term, u32>,
}

impl Typer {
    /// The type of a term. Open variables without a number get the next one. `None` where the type is too large.
    pub fn ty(&mut self, terms: &Terms, term: Term) -> Option<Type> {
        self.nested(terms, term, 0).map(|(ty, _)| ty)
    }

    fn nested(&mut self, terms: &Terms, term: Term, above: u32) -> Option<(Type, Size)> {
        // The term's own argument names, not those of its class.
        let term = if matches!(terms.own_shape(term), Shape::Var) { terms.find(term) } else { term };
        if let Some((ty, size)) = self.memo.get(&term) {
            return (above + size.depth <= MAX_DEPTH).then(|| (ty.clone(), *size));
        }
        if above > MAX_DEPTH {
            return None;
        }
        let mut size = Size { depth: 0, parts: 1 };
        let mut below = |typer: &mut Typer, term: Term| {
            let (ty, inner) = typer.nested(terms, term, above + 1)?;
            size = Size { depth: size.depth.max(inner.depth + 1), parts: size.parts + inner.parts };
            (size.parts <= MAX_PARTS).then_some(ty)
        };
        let ty = match terms.own_shape(term) {
            Shape::Var => {
                let next = self.numbers.len() as u32;
                return Some((Type::Var(*self.numbers.entry(term).or_insert(next)), size));
            }
            Shape::Bool => Type::Bool,
            Shape::Str => Type::Str,
            Shape::Int => Type::Int,
            Shape::Float => Type::Float,
            Shape::Variant => Type::Variant,
            Shape::List(element) => Type::list(below(self, *element)?),
            Shape::Map(key, value) => Type::map(below(self, *key)?, below(self, *value)?),
            Shape::Struct(fields) => {
                let fields: Option<Vec<_>> = fields.iter().map(|(name, ty)| Some((name.clone(), below(self, *ty)?))).collect();
                Type::record(fields?)
            }
            Shape::Func(func) => {
                let args: Option<Vec<_>> = func.args.iter().map(|(name, ty)| Some((name.clone(), below(self, *ty)?))).collect();
                Type::func(args?, below(self, func.result)?)
            }
        };
        self.memo.insert(term, (ty.clone(), size));
        Some((ty, size))
    }
}
