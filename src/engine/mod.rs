//! The executor: makes the machine match the graph.

pub mod graph;
#[cfg(test)]
mod testing;
