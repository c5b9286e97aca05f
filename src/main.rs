//! Arguments in, exit status out.

/// Rows of the dataflow come and go by the thousand, and many end on another thread than the one that made them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    mgmt::cli::main()
}
