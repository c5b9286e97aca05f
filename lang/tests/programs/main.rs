//! Programs, from text to what they mean.

#[path = "../oracle/mod.rs"]
mod oracle;

mod cells;
mod evaluation;
mod functions;
mod resources;
mod support;
