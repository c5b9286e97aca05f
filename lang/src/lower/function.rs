//! Functions: `func` statements, built once for each way their types are used, and lambdas with what they capture.

use super::build::{Builder, Scope};
use crate::eval::code::{Body, Lambda, Node};
use crate::eval::{Summary, bodies, identify};
use crate::resolve::program::{self, DefId, ExprId, FuncId};
use crate::types::Substitution;
use mgmt_values::CellId;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The bodies that have been built.
#[derive(Debug, Default)]
pub(super) struct Functions(FxHashMap<(FuncId, Substitution), Arc<Body>>);

/// A function that an expression stands in.
#[derive(Debug, Default)]
pub(super) struct Inside {
    params: Vec<DefId>,
    captured: Vec<DefId>,
}

/// How the innermost function gets at a parameter of its own or of a function around it.
pub(super) fn parameter(def: DefId, functions: &mut [Inside]) -> Node {
    let Some(innermost) = functions.last_mut() else { return Node::Local(u32::MAX) };
    // Of two parameters with one name the resolver has chosen one; each is a variable of its own.
    if let Some(index) = innermost.params.iter().position(|param| *param == def) {
        return Node::Local(index as u32);
    }
    let index = innermost.captured.iter().position(|captured| *captured == def).unwrap_or_else(|| {
        innermost.captured.push(def);
        innermost.captured.len() - 1
    });
    Node::Capture(index as u32)
}

impl Builder<'_> {
    /// The body of a `func` statement for what its types stand for.
    pub(super) fn function(&mut self, func: FuncId, substitution: &Substitution) -> Arc<Body> {
        let key = (func, substitution.clone());
        if let Some(body) = self.functions.0.get(&key) {
            return body.clone();
        }
        let statement = &self.program[func];
        self.sites.home(statement.id, statement.span);
        let inside = Inside { params: statement.lambda.params.clone(), captured: Vec::new() };
        let depth = self.program[statement.block].depth;
        let mut scope = Scope {
            home: statement.id,
            block: statement.block,
            depth,
            substitution: substitution.clone(),
            functions: vec![inside],
        };
        let node = self.expr(statement.lambda.body, &mut scope);
        let body = Arc::new(body(statement.id, depth > 0, statement.lambda.params.len() as u32, node));
        self.functions.0.insert(key, body.clone());
        body
    }

    /// A lambda where it is written.
    pub(super) fn lambda(&mut self, expr: ExprId, lambda: &program::Lambda, scope: &mut Scope) -> Node {
        let outermost = scope.functions.is_empty();
        scope.functions.push(Inside { params: lambda.params.clone(), captured: Vec::new() });
        let node = self.expr(lambda.body, scope);
        let captured = scope.functions.pop().unwrap_or_default().captured;
        let captures = captured.into_iter().map(|def| parameter(def, &mut scope.functions)).collect();
        let body = bodies::intern(body(scope.home, false, lambda.params.len() as u32, node));
        let signature = self.typed.ty(expr, &scope.substitution);
        // A function made inside of another belongs to the instance that runs it, however deep that is.
        let depth = if outermost { scope.depth } else { u32::MAX };
        Node::Lambda(Box::new(Lambda { body, captures, depth, outermost, signature }))
    }
}

fn body(home: CellId, looped: bool, params: u32, node: Node) -> Body {
    let mut summary = Summary::default();
    summary.add(&node, true);
    Body { identity: identify::body(home, params, &node), home, looped, params, node, summary }
}
