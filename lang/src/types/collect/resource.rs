//! The constraints of resources and edges.

use super::{Collector, Task};
use crate::diagnostic::Diagnostic;
use crate::nearest::nearest;
use crate::resolve::program::{EntryKind, ExprId, Half, Resource, Statement};
use crate::types::meta;
use crate::types::steps::{Goal, Role};
use crate::types::terms::{Shape, Term};
use mgmt_values::schema::{Field, FieldType};
use mgmt_values::{Phase, Span, Type};

impl<'a> Collector<'a> {
    /// Sets out to collect a resource: what its name is made of, the entries, and last the type of the name.
    pub(super) fn resource(&mut self, statement: &'a Statement, resource: &'a Resource) {
        // A field looks up the kind when its value has been collected.
        if resource.collect || !resource.entries.iter().any(|entry| matches!(entry.kind, EntryKind::Field(..))) {
            self.kind_exists(resource, statement.span);
        }
        let mut tasks = vec![Task::Expr(resource.name)];
        for (index, entry) in resource.entries.iter().enumerate() {
            match &entry.kind {
                EntryKind::Field(_, value) | EntryKind::Meta(_, value) | EntryKind::MetaStruct(value) => {
                    tasks.push(Task::Expr(*value));
                }
                EntryKind::Edge(_, half) => tasks.extend([Task::Expr(half.name), Task::HalfName(half)]),
            }
            // The condition comes after what it is a condition of.
            tasks.extend(entry.condition.map(Task::Expr));
            tasks.push(Task::Entry(resource, index));
        }
        tasks.push(Task::Name(resource));
        self.then(tasks);
    }

    /// Refuses a kind that does not exist.
    fn kind_exists(&mut self, resource: &Resource, at: Span) {
        if self.kinds.get(&resource.kind).is_none() {
            let known = self.kinds.sorted().into_iter().map(|kind| kind.name);
            self.unknown(at, format!("there is no resource kind `{}`", resource.kind), &resource.kind, known);
        }
    }

    /// A name that is none of those known.
    fn unknown(&mut self, span: Span, message: String, name: &str, known: impl Iterator<Item = &'static str>) {
        let hint = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
        self.out.errors.push(Diagnostic { hint, ..Diagnostic::new(Phase::Unify, span, message) });
    }

    /// An entry whose parts have been collected.
    pub(super) fn entry(&mut self, resource: &Resource, index: usize) {
        let entry = &resource.entries[index];
        if let Some(condition) = entry.condition {
            let bool = self.make(Shape::Bool);
            self.join(bool, condition, Role::Condition, entry.span);
        }
        match &entry.kind {
            EntryKind::Field(name, value) => {
                let first = !resource.entries[..index].iter().any(|entry| matches!(entry.kind, EntryKind::Field(..)));
                if first && !resource.collect {
                    self.kind_exists(resource, resource.span);
                }
                let Some(kind) = self.kinds.get(&resource.kind) else { return };
                let Some((_, field)) = kind.field(name) else {
                    let message = format!("a `{}` has no field `{name}`", resource.kind);
                    let known = kind.fields.iter().map(|field| field.name);
                    return self.unknown(entry.span, message, name, known);
                };
                let wanted = self.field_type(field);
                let role = Role::Field(resource.kind.clone(), name.clone());
                self.join(wanted, *value, role, entry.span);
                if matches!(field.ty, FieldType::Variant | FieldType::Func(_)) {
                    let value = self.term(*value);
                    self.later(Goal::NoFunction { value }, entry.span);
                }
            }
            EntryKind::Meta(name, value) => match meta::parameter(name) {
                Some(ty) => {
                    let wanted = self.intern(&ty);
                    self.join(wanted, *value, Role::Meta(name.clone()), entry.span);
                }
                // The names are checked before.
                None => self.error(entry.span, format!("there is no meta parameter `{name}`")),
            },
            EntryKind::MetaStruct(value) => {
                let value = self.term(*value);
                self.later(Goal::Meta { value }, entry.span);
            }
            EntryKind::Edge(..) => {}
        }
    }

    /// The type that a value of a field has; a new variable where the field takes any.
    fn field_type(&mut self, field: &Field) -> Term {
        match field.ty {
            FieldType::Variant => self.fresh(),
            ty => self.intern(&ty.language_type()),
        }
    }

    /// The name of a resource, last of all.
    pub(super) fn resource_name(&mut self, resource: &Resource) {
        let role = if resource.collect { Role::CollectName } else { Role::Name };
        self.name(resource.name, resource.collect, role, resource.span);
    }

    /// The name of an edge half.
    pub(super) fn half_name(&mut self, half: &Half) {
        self.name(half.name, false, Role::HalfName, half.span);
    }

    /// One name or many: as the type says that is evident; what is not is decided when more is known.
    fn name(&mut self, name: ExprId, collect: bool, role: Role, span: Span) {
        let str = self.make(Shape::Str);
        let list = self.terms.list(str);
        let evident = self.is_evident(name);
        let term = self.term(name);
        match evident.map(|term| self.terms.own_shape(term).clone()) {
            Some(Shape::Str) => self.unify(str, term, role, span),
            Some(Shape::List(element)) if !self.terms.is_open(element) => {
                let pairs = collect && matches!(self.terms.own_shape(element), Shape::Struct(_));
                let wanted = if pairs { self.intern(&pairs_type()) } else { list };
                self.unify(wanted, term, role, span);
            }
            _ => self.later(Goal::Name { name: term, collect }, span),
        }
    }

    /// Sets out to collect an edge statement.
    pub(super) fn edge(&mut self, statement: &'a Statement, halves: &'a [Half]) {
        if halves.len() < 2 {
            self.error(statement.span, "an edge has two ends at least");
        }
        if let [sender, receiver] = halves
            && let (Some(sent), Some(received)) = (&sender.field, &receiver.field)
        {
            self.sendrecv(statement.span, (sender, sent), (receiver, received));
        }
        let mut tasks = Vec::with_capacity(2 * halves.len());
        for half in halves {
            tasks.extend([Task::Expr(half.name), Task::HalfName(half)]);
        }
        self.then(tasks);
    }
}

/// What `collect` takes beside names.
pub(in crate::types) fn pairs_type() -> Type {
    Type::list(Type::record([("name", Type::Str), ("host", Type::Str)]))
}
