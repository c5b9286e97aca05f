//! What the type checker hands on: the type of everything that statements reach.

use crate::resolve::program::{DefId, ExprId, FuncId};
use mgmt_values::Type;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The types of a checked program.
///
/// # Generic functions
/// A `func` statement is checked once. Inside its body (its parameters, and the expressions below its [`Lambda`] body) types may contain
/// [`Type::Var`]`(n)`: the `n`-th generic variable of that statement. A call of it, [`ExprKind::Call`], has a [`Substitution`] that says
/// what they stand for there; see [`Typed::call`]. To walk a body for one use of it, walk it under that substitution:
///
/// ```text
/// statement:        ty(expr, &Substitution::default())
/// f(1) in it:       inner = call(expr, &Substitution::default());   body of f: ty(body, &inner)
/// g($x) in f:       deeper = call(that, &inner);                    body of g: ty(body of g, &deeper)
/// ```
///
/// With the substitution applied every type is concrete. Two calls with equal substitutions can share one specialised body.
///
/// Lambdas, binds, class bodies and loops are not generic: they have one type each (classes were copied per include before).
///
/// [`Lambda`]: crate::resolve::program::Lambda
/// [`ExprKind::Call`]: crate::resolve::program::ExprKind::Call
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub(super) exprs: Vec<Option<Type>>,
    pub(super) defs: Vec<Option<Type>>,
    pub(super) calls: FxHashMap<ExprId, Substitution>,
    pub(super) generics: FxHashMap<FuncId, u32>,
}

/// What the generic variables of a `func` statement stand for: the type of variable `n` at index `n`. Empty outside of such statements.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Substitution(pub(super) Arc<[Type]>);

/// How many resources the name of a resource, of a collect or of an edge half stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// A `str`: one.
    One,
    /// A `[]str`: one per distinct element.
    Many,
    /// `[]struct{name str; host str}`, of `collect` only.
    Pairs,
}

/// What an index expression looks into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// A list, by position.
    List,
    /// A map, by key.
    Map,
}

impl Substitution {
    /// The types that the variables stand for, in order.
    pub fn types(&self) -> &[Type] {
        &self.0
    }

    /// `ty` with its variables replaced.
    pub fn apply(&self, ty: &Type) -> Type {
        if self.0.is_empty() || ty.concrete() {
            return ty.clone();
        }
        match ty {
            Type::Var(n) => self.0.get(*n as usize).unwrap_or(ty).clone(),
            Type::List(element) => Type::list(self.apply(element)),
            Type::Map(kv) => Type::map(self.apply(&kv.0), self.apply(&kv.1)),
            Type::Struct(fields) => Type::record(fields.iter().map(|(name, ty)| (name.clone(), self.apply(ty)))),
            Type::Func(s) => Type::func(s.args.iter().map(|(name, ty)| (name.clone(), self.apply(ty))), self.apply(&s.result)),
            _ => ty.clone(),
        }
    }
}

impl Typed {
    /// Whether a statement reaches the expression, so that it has a type.
    pub fn reached(&self, expr: ExprId) -> bool {
        self.exprs.get(expr.0 as usize).is_some_and(Option::is_some)
    }

    /// The type of an expression, under the substitution of the `func` body that it stands in (empty elsewhere). `variant` where no
    /// statement reaches it ([`Typed::reached`]): nothing needs to be made of such an expression.
    ///
    /// For a lambda: its `func(…)` type. For a call: the type of the result; with the types of the arguments that is the solved
    /// signature of a built-in function.
    pub fn ty(&self, expr: ExprId, within: &Substitution) -> Type {
        self.exprs.get(expr.0 as usize).and_then(Option::as_ref).map_or(Type::Variant, |ty| within.apply(ty))
    }

    /// The type of a variable, as [`Typed::ty`].
    pub fn def(&self, def: DefId, within: &Substitution) -> Type {
        self.defs.get(def.0 as usize).and_then(Option::as_ref).map_or(Type::Variant, |ty| within.apply(ty))
    }

    /// What the generic variables of the called `func` statement stand for in a call, [`ExprKind::Call`]; `within` is the substitution
    /// of the body that the call itself stands in (empty elsewhere).
    ///
    /// [`ExprKind::Call`]: crate::resolve::program::ExprKind::Call
    pub fn call(&self, call: ExprId, within: &Substitution) -> Substitution {
        let inner = self.calls.get(&call).cloned().unwrap_or_default();
        if inner.0.iter().all(Type::concrete) {
            return inner;
        }
        Substitution(inner.0.iter().map(|ty| within.apply(ty)).collect())
    }

    /// How many generic variables a `func` statement has; 0: one body serves all calls.
    pub fn generics(&self, func: FuncId) -> u32 {
        self.generics.get(&func).copied().unwrap_or_default()
    }

    /// What the name expression of a resource, collect or edge half stands for.
    pub fn naming(&self, name: ExprId) -> Naming {
        match self.ty(name, &Substitution::default()) {
            Type::Str => Naming::One,
            Type::List(element) if matches!(*element, Type::Struct(_)) => Naming::Pairs,
            _ => Naming::Many,
        }
    }

    /// Whether the struct that `record` gives has a field: what `record->name <|> default` asks.
    pub fn has_field(&self, record: ExprId, name: &str, within: &Substitution) -> bool {
        matches!(self.ty(record, within), Type::Struct(fields) if fields.iter().any(|(n, _)| &**n == name))
    }

    /// Whether `container[index]` looks into a list or a map.
    pub fn container(&self, container: ExprId, within: &Substitution) -> Container {
        match self.ty(container, within) {
            Type::Map(_) => Container::Map,
            _ => Container::List,
        }
    }
}
