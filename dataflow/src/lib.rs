//! The incremental dataflow: cells and facts in, demands and commits out.
//!
//! See [`update`] for what is exchanged and [`commit`] for the graph diff.

pub mod commit;
pub mod update;
