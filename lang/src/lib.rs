//! The mcl language: from program text to cells.

pub mod builtins;
pub mod compile;
pub mod diagnostic;
pub mod eval;
pub mod format;
pub mod functions;
pub mod lower;
pub mod modules;
mod nearest;
pub mod resolve;
pub mod source;
pub mod syntax;
pub mod types;
