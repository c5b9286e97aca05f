//! One running program: the only place that knows front end, dataflow, sources and executor at once.

mod first;
mod program;

pub use first::{NoGraph, first_graph};
pub use program::{Edit, Program, Told, Update};
