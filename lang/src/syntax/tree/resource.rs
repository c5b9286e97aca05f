//! Resources, their entries, and edges.

use super::{Expr, Name};
use mgmt_values::Span;

/// `kind name { entries }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its kind, perhaps with colons.
    pub kind: Name,
    /// Its name: a string or a list of strings.
    pub name: Expr,
    /// What stands between the braces.
    pub body: Entries,
    /// From the kind to the closing brace.
    pub span: Span,
}

/// `{ entries }` of a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Entries {
    /// The entries, in textual order.
    pub entries: Vec<Entry>,
    /// From brace to brace.
    pub span: Span,
}

/// One entry of a resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// `mode => "0644",`
    Field(FieldEntry),
    /// `Notify => Exec["a"],`
    Edge(EdgeEntry),
    /// `Meta:noop => true,`
    Meta(MetaEntry),
    /// `Meta => struct{ … },`
    MetaStruct(MetaStructEntry),
}

impl Entry {
    /// Its place, from its name to its comma.
    pub fn span(&self) -> Span {
        match self {
            Entry::Field(e) => e.span,
            Entry::Edge(e) => e.span,
            Entry::Meta(e) => e.span,
            Entry::MetaStruct(e) => e.span,
        }
    }

    /// The value, or the name of the resource that an edge leads to.
    pub fn value(&self) -> &Expr {
        match self {
            Entry::Field(e) => &e.value,
            Entry::Edge(e) => &e.half.name,
            Entry::Meta(e) => &e.value,
            Entry::MetaStruct(e) => &e.value,
        }
    }

    /// The condition before its `?:`.
    pub fn condition(&self) -> Option<&Expr> {
        match self {
            Entry::Field(e) => e.condition.as_ref(),
            Entry::Edge(e) => e.condition.as_ref(),
            Entry::Meta(e) => e.condition.as_ref(),
            Entry::MetaStruct(e) => e.condition.as_ref(),
        }
    }
}

/// `field => condition ?: value,`.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldEntry {
    /// The field.
    pub field: Name,
    /// The entry counts only while this is true.
    pub condition: Option<Expr>,
    /// Its value.
    pub value: Expr,
    /// From the name to the comma.
    pub span: Span,
}

/// `Property => condition ?: Kind[name],`.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeEntry {
    /// In lower case: `before`, `depend`, `notify`, `listen`, or something that is none of them.
    pub property: Name,
    /// The entry counts only while this is true.
    pub condition: Option<Expr>,
    /// The other end.
    pub half: EdgeHalf,
    /// From the property to the comma.
    pub span: Span,
}

/// `Meta:parameter => condition ?: value,`.
#[derive(Clone, Debug, PartialEq)]
pub struct MetaEntry {
    /// The parameter.
    pub parameter: Name,
    /// The entry counts only while this is true.
    pub condition: Option<Expr>,
    /// Its value.
    pub value: Expr,
    /// From `Meta` to the comma.
    pub span: Span,
}

/// `Meta => condition ?: value,`.
#[derive(Clone, Debug, PartialEq)]
pub struct MetaStructEntry {
    /// The word `Meta`.
    pub name: Name,
    /// The entry counts only while this is true.
    pub condition: Option<Expr>,
    /// A struct of parameters.
    pub value: Expr,
    /// From `Meta` to the comma.
    pub span: Span,
}

/// A statement `Kind[name] -> Kind[name] -> …`, or `Kind[name].field -> Kind[name].field`.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// At least one; with fields exactly two.
    pub halves: Vec<EdgeHalf>,
    /// The statement.
    pub span: Span,
}

/// `Kind[name]` or `Kind[name].field`.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeHalf {
    /// The kind, in lower case, perhaps with colons.
    pub kind: Name,
    /// What stands in the brackets.
    pub name: Expr,
    /// The field that is sent or received. Either both halves of an edge have one, or none.
    pub field: Option<Name>,
    /// From the kind to the bracket or the field.
    pub span: Span,
}
