//! The executor: makes the machine match the graph.

pub mod graph;
pub mod journal;
#[cfg(test)]
mod testing;
