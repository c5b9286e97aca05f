//! The interpreter that a cell runs.
//!
//! In: the code of a cell, the instance, and what it can read. Out: an [`Outcome`](mgmt_values::Outcome): the keys that it needs and what it
//! yields. Evaluation is a pure function of these. What is known to be needed is listed even beside what is pending, so that everything
//! a cell waits for starts at once. Strict operations are pending when an operand is, even beside an error; of several errors the first
//! in argument order wins. Only branches of `if` and the right side of `<|>` are lazy.

pub mod bodies;
mod call;
pub mod code;
mod each;
mod edge;
pub mod identify;
mod meta;
mod resource;
mod run;
mod summary;
mod template;

pub use summary::Summary;
