//! Which calls of function values stand for themselves where errors are placed.
//!
//! A failure that is all there is to a function is placed at the call of it, and from there at the call around that. This goes on only
//! while it is known before anything runs which lambda is called: what a call of any other value gives is that value's, so its failures stay
//! at that call, as in the Go tool.

use super::fold::Folder;
use crate::resolve::program::{DefId, DefKind, ExprId, ExprKind, Program};
use crate::types::Fold;
use rustc_hash::FxHashMap;

/// Chains of variables and expressions deeper than this are not worth the work.
const DEEPEST: u32 = 2_000;

/// Finds the lambdas that are known.
#[derive(Debug, Default)]
pub(super) struct Callees {
    folder: Folder,
    /// Of each variable that was asked for, as it is found.
    known: FxHashMap<DefId, Option<ExprId>>,
}

impl Callees {
    /// Whether it is known which lambda an expression is.
    pub(super) fn known(&mut self, program: &Program, callee: ExprId) -> bool {
        self.origin(program, callee, 0).is_some_and(|origin| matches!(program[origin].kind, ExprKind::Lambda(_)))
    }

    /// The lambda or struct literal that an expression is another name for.
    fn origin(&mut self, program: &Program, expr: ExprId, depth: u32) -> Option<ExprId> {
        if depth > DEEPEST {
            return None;
        }
        let next = depth + 1;
        match &program[expr].kind {
            ExprKind::Lambda(_) | ExprKind::Struct(_) => Some(expr),
            ExprKind::Text(part) | ExprKind::Except(part, _) => self.origin(program, *part, next),
            ExprKind::Variable(def) => self.variable(program, *def, next),
            ExprKind::If(condition, then, otherwise) => {
                let taken = if self.folder.fold(program, *condition)?.as_bool()? { then } else { otherwise };
                self.origin(program, *taken, next)
            }
            ExprKind::Field(record, name) => {
                let record = self.origin(program, *record, next)?;
                let ExprKind::Struct(fields) = &program[record].kind else { return None };
                let (_, value) = fields.iter().find(|(field, _)| field == name)?;
                self.origin(program, *value, next)
            }
            _ => None,
        }
    }

    fn variable(&mut self, program: &Program, def: DefId, depth: u32) -> Option<ExprId> {
        if let Some(known) = self.known.get(&def) {
            return *known;
        }
        let found = match program[def].kind {
            // In a loop there is one for each round.
            _ if program[program[def].block].depth > 0 => None,
            DefKind::Bind(value, _) | DefKind::Argument(value, _) => self.origin(program, value, depth),
            _ => None,
        };
        self.known.insert(def, found);
        found
    }
}
