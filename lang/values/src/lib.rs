//! The vocabulary that every part of mgmt shares, and nothing more.
//!
//! [`types`] and [`value`] are what programs compute with; [`key`] names what can be read; [`outcome`] is the contract between the
//! language and the dataflow: a cell is evaluated over what it reads and yields a value, a loop, a branch, resources or an error;
//! [`schema`] describes a resource kind; [`resource`] is one resource as data; [`error`] is a program error with its place.
//! This crate knows no syntax, no collection, no task and no operating system.

pub mod error;
pub mod func;
pub mod identity;
pub mod key;
pub mod outcome;
pub mod resource;
pub mod schema;
pub mod span;
pub mod text;
pub mod types;
pub mod value;

pub use error::{Error, Phase, Place, Rank};
pub use func::Function;
pub use identity::Identity;
pub use key::{Call, CellId, Context, Instance, Key, Site, Step};
pub use outcome::{Cell, Code, CodeRef, Keying, Loop, Outcome, Reading, Reads, Row, Yield};
pub use span::{FileId, Span};
pub use text::Text;
pub use types::Type;
pub use value::Value;
