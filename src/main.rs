//! Arguments in, exit status out.

fn main() -> std::process::ExitCode {
    mgmt::cli::main()
}
