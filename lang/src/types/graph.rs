//! The last static check: a meta parameter that a body sets twice, by a `Meta` struct and in another way.

use super::typed::{Substitution, Typed};
use crate::diagnostic::Diagnostic;
use crate::resolve::program::{BlockId, EntryKind, Program, Resource, StatementKind};
use mgmt_values::{Phase, Type};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Checks all resource statements, in the order of the text. Conditions do not count. Below a branch or a loop the mistake is one of the
/// phase `stream`, since the Go tool makes such statements when it comes to them.
pub(super) fn duplicate_meta(program: &Program, typed: &Typed) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    let mut open: Vec<(BlockId, Phase)> = if program.blocks.is_empty() { Vec::new() } else { vec![(BlockId(0), Phase::Graph)] };
    while let Some((block, phase)) = open.pop() {
        for statement in &program[block].statements {
            match &statement.kind {
                StatementKind::Resource(resource) => errors.extend(duplicate(resource, typed, phase)),
                StatementKind::If { then, otherwise, .. } => {
                    open.extend(std::iter::once(*then).chain(*otherwise).map(|block| (block, Phase::Stream)));
                }
                StatementKind::For { body, .. } | StatementKind::ForKv { body, .. } => open.push((*body, Phase::Stream)),
                StatementKind::Include { body, .. } => open.push((*body, phase)),
                StatementKind::Edge(_) | StatementKind::Panic(_) => {}
            }
        }
    }
    errors.sort_by_key(|error: &Diagnostic| (error.phase, error.span));
    errors
}

fn duplicate(resource: &Resource, typed: &Typed, phase: Phase) -> Option<Diagnostic> {
    let mut set: FxHashMap<Arc<str>, usize> = FxHashMap::default();
    for (index, entry) in resource.entries.iter().enumerate() {
        let names: Vec<Arc<str>> = match &entry.kind {
            EntryKind::Meta(name, _) => vec![name.to_ascii_lowercase().into()],
            EntryKind::MetaStruct(value) => match typed.ty(*value, &Substitution::default()) {
                Type::Struct(fields) => fields.iter().map(|(name, _)| name.clone()).collect(),
                _ => Vec::new(),
            },
            _ => continue,
        };
        for name in names {
            if let Some(first) = set.insert(name.clone(), index) {
                let message = format!("meta parameter `{name}` is set twice");
                return Some(
                    Diagnostic::new(phase, resource.span, message)
                        .with_related(resource.entries[first].span, "here")
                        .with_related(entry.span, "and here"),
                );
            }
        }
    }
    None
}
