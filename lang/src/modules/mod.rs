//! Where program text comes from: the input of a run and the modules that programs import.
//!
//! In: what the user gave as the program, or an import string and the module that it stands in. Out: the text of the file to read
//! and what its `metadata.yaml` says. Always: the operating system is behind [`Files`]; no syntax is known here.

mod files;
mod input;
mod metadata;
mod name;
mod search;
mod url;

pub(crate) use files::absolute;
pub use files::{Downloads, Files, Memory, NoDownloads};
pub use input::{Entry, Reader};
pub use metadata::Metadata;
pub use name::{ImportKind, ImportName};
pub use search::{Location, Place, module_directory};
