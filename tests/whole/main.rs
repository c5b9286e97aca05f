//! The whole product: programs in, changed machines out.

#![allow(clippy::unwrap_used, reason = "a test")]

mod check;
mod crashes;
mod drift;
mod edits;
mod ends;
mod errors;
mod examples;
mod format;
mod machine;
mod modules;
mod process;
mod sources;
