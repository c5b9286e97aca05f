//! The executor: makes the machine match the graph.

pub mod graph;
pub mod journal;
pub mod scheduler;
#[cfg(test)]
mod testing;
