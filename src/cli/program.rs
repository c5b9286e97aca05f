//! The program that the user named.

use super::args::{Input, ProgramOptions};
use crate::frontend::Git;
use crate::frontend::mcl::Mcl;

/// A program in mcl, for the host of this name.
pub fn mcl(input: &Input, options: &ProgramOptions, hostname: String) -> Mcl {
    let program = Mcl::new(input.input.clone(), hostname, options.module_path.clone());
    if options.download { program.downloading(Git::new(options.update)) } else { program }
}
