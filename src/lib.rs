//! What an embedder gets: the executor that makes a machine match a resource graph.

pub mod engine;
