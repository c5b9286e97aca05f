//! The program that the user named.

use super::args::{Input, ProgramOptions};
use crate::frontend::mcl::Mcl;

/// A program in mcl, for the host of this name.
pub fn mcl(input: &Input, options: &ProgramOptions, hostname: String) -> Mcl {
    Mcl::new(input.input.clone(), hostname, options.module_path.clone())
}
