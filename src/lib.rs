//! mgmt as a library: front ends turn what a user wrote into a program, sources tell what the program reads, the engine makes the
//! machine match what comes of it. [`cli`] is the only part that prints.

pub mod cli;
pub mod engine;
pub mod events;
pub mod frontend;
pub mod runtime;
pub mod sources;
pub mod system;
