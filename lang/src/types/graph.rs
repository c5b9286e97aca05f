//! The last static check: a meta parameter that a body sets twice, by a `Meta` struct and in another way.

use super::typed::{Substitution, Typed};
use crate::diagnostic::Diagnostic;
use crate::resolve::program::{EntryKind, Program, Resource, StatementKind};
use mgmt_values::{Phase, Type};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Checks all resource statements, in the order of the text. Conditions do not count.
pub(super) fn duplicate_meta(program: &Program, typed: &Typed) -> Vec<Diagnostic> {
    let resources = program.blocks.iter().flat_map(|block| &block.statements).filter_map(|statement| match &statement.kind {
        StatementKind::Resource(resource) => Some(resource),
        _ => None,
    });
    let mut errors: Vec<Diagnostic> = resources.filter_map(|resource| duplicate(resource, typed)).collect();
    errors.sort_by_key(|error| error.span);
    errors
}

fn duplicate(resource: &Resource, typed: &Typed) -> Option<Diagnostic> {
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
                    Diagnostic::new(Phase::Graph, resource.span, message)
                        .with_related(resource.entries[first].span, "here")
                        .with_related(entry.span, "and here"),
                );
            }
        }
    }
    None
}
