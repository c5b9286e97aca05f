//! Desugaring, order and scopes: trees become one [`program::Program`] in which names are ids and recursion is impossible.

pub mod program;
