//! What can be typed: commands, options and their meaning, in one table that also makes the help.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "mgmt",
    version,
    about = "Real-time automation: describe the machine, and it becomes and stays so",
    long_about = "Real-time automation for Linux. A program in the reactive language mcl says what the machine should be; mgmt makes it \
                  so, keeps it so, and follows every change of what the program reads.\n\nExit status: 0 converged, or stopped by you; 1 the program was refused, or an error of the program held it when it \
                  was to end; 2 usage; 3 a resource failed for good.",
    arg_required_else_help = true,
    subcommand_required = true,
    args_override_self = true,
    max_term_width = 120
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make this machine what a program says, and keep it so
    Run(RunArgs),
    /// Check a program without running it
    Check(CheckArgs),
    /// Print the resource graph that a program gives now, without applying it
    Graph(GraphArgs),
    /// Format mcl files in place
    Fmt(FmtArgs),
    /// Show what there is in the language
    Docs(DocsArgs),
    /// Kill commands when the process that started them has died: started by mgmt itself, not by users
    #[command(hide = true, name = crate::cli::GUARDIAN)]
    Guardian,
}

/// `mgmt run`: options may stand before or after the front end.
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct RunArgs {
    /// Options of the run.
    #[command(flatten)]
    pub options: RunOptions,
    /// Options of reading the program.
    #[command(flatten)]
    pub program: ProgramOptions,
    /// What the program is written in.
    #[command(subcommand)]
    pub frontend: Frontend,
}

/// What a program can be written in.
#[derive(Debug, Subcommand)]
pub enum Frontend {
    /// A program in mcl
    Lang(Input),
}

/// The program.
#[derive(Debug, Args)]
pub struct Input {
    /// The program: a file `….mcl`, a directory (with `metadata.yaml` or `main.mcl`), `-` for standard input, or the code itself
    #[arg(value_name = "INPUT")]
    pub input: String,
}

/// How a run goes and ends.
#[derive(Clone, Debug, Args)]
pub struct RunOptions {
    /// Say what would be done, and do nothing
    #[arg(long, global = true)]
    pub noop: bool,

    /// Converge, say so, and end
    #[arg(long, global = true)]
    pub once: bool,

    /// Read the program and what it imports, and end
    #[arg(long, global = true)]
    pub only_download: bool,

    /// Apply saved edits of the program's files to what runs
    #[arg(long, global = true)]
    pub watch: bool,

    /// Seconds without work that count as converged; -1: never
    #[arg(
        long,
        global = true,
        value_name = "SECONDS",
        env = "MGMT_CONVERGER_TIMEOUT",
        default_value_t = -1,
        allow_negative_numbers = true,
        value_parser = clap::value_parser!(i32).range(-1..)
    )]
    pub converger_timeout: i32,

    /// End once converged; needs --converger-timeout
    #[arg(long, global = true)]
    pub converged_exit: bool,

    /// Append `true` or `false` to this file whenever the machine converges or no longer is; needs --converger-timeout
    #[arg(long, global = true, value_name = "FILE")]
    pub converger_status_file: Option<PathBuf>,

    /// Write each graph that comes into force to FILE@HOSTNAME, in the language of graphviz, and draw it as FILE@HOSTNAME.png
    #[arg(long, global = true, value_name = "FILE")]
    pub graphviz: Option<PathBuf>,

    /// The program of graphviz that draws it
    #[arg(long, global = true, value_name = "PROGRAM", value_enum, default_value_t = Filter::Dot)]
    pub graphviz_filter: Filter,

    /// End after this many seconds; 0: never
    #[arg(long, global = true, value_name = "SECONDS", env = "MGMT_MAX_RUNTIME", default_value_t = 0)]
    pub max_runtime: u32,

    /// Directory for what must survive a crash [default: /var/lib/mgmt for root, else $XDG_STATE_HOME/mgmt or ~/.local/state/mgmt]
    #[arg(long, global = true, value_name = "DIR", env = "MGMT_PREFIX", conflicts_with = "tmp_prefix")]
    pub prefix: Option<PathBuf>,

    /// Use a fresh temporary directory as prefix
    #[arg(long, global = true)]
    pub tmp_prefix: bool,

    /// Use a fresh temporary directory where the prefix cannot be made
    #[arg(long, global = true)]
    pub allow_tmp_prefix: bool,

    /// Make no automatic edges
    #[arg(long, global = true)]
    pub no_autoedges: bool,

    /// Run at most N resources at once; -1: as many as are ready
    #[arg(long, global = true, value_name = "N", default_value_t = -1, allow_negative_numbers = true)]
    pub sema: i64,
}

impl RunOptions {
    /// How long nothing must happen to count as converged; `None`: never.
    pub fn converger_timeout(&self) -> Option<Duration> {
        u64::try_from(self.converger_timeout).ok().map(Duration::from_secs)
    }

    /// How long the run may take; `None`: as long as it likes.
    pub fn max_runtime(&self) -> Option<Duration> {
        (self.max_runtime > 0).then(|| Duration::from_secs(u64::from(self.max_runtime)))
    }
}

/// How a program is read and its mistakes are shown.
#[derive(Clone, Debug, Args)]
pub struct ProgramOptions {
    /// Name of this host in the program, as `$hostname` [default: the system's for `run`, empty elsewhere]
    #[arg(long, global = true, value_name = "NAME", value_parser = hostname)]
    pub hostname: Option<String>,

    /// Directory of imported modules
    #[arg(long, global = true, value_name = "DIR", env = "MGMT_MODULE_PATH", value_parser = NonEmptyStringValueParser::new())]
    pub module_path: Option<String>,

    /// Fetch remote modules that are not there, with git
    #[arg(long, global = true)]
    pub download: bool,

    /// With --download: bring remote modules that are there up to date
    #[arg(long, global = true)]
    pub update: bool,

    /// Options that mean nothing here.
    #[command(flatten)]
    pub inert: InertOptions,

    /// How mistakes of the program are printed
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = ErrorFormat::Text)]
    pub error_format: ErrorFormat,
}

/// Options that programs which call mgmt give, and that have nothing to decide: there is one solver of types, and modules are fetched
/// as deep as imports go, once.
#[derive(Clone, Debug, Args)]
pub struct InertOptions {
    /// A solver of types.
    #[arg(long, global = true, hide = true, value_name = "NAME")]
    pub unify_name: Option<String>,
    /// What a solver of types should do.
    #[arg(long, global = true, hide = true, value_name = "WORD", action = clap::ArgAction::Append)]
    pub unify_optimizations: Vec<String>,
    /// How deep to fetch modules.
    #[arg(long, global = true, hide = true, value_name = "N", default_value_t = -1, allow_negative_numbers = true)]
    pub depth: i64,
    /// How often to try to fetch a module again.
    #[arg(long, global = true, hide = true, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    pub retry: i64,
}

/// How mistakes are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ErrorFormat {
    /// For people: the line with a caret
    Text,
    /// For programs: one JSON object a line
    Json,
}

/// `mgmt check [lang] INPUT`
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true, override_usage = "mgmt check [OPTIONS] [lang] <INPUT>")]
pub struct CheckArgs {
    /// Pass over types
    #[arg(long, global = true)]
    pub skip_unify: bool,

    /// Pass over the layout of the files
    #[arg(long, global = true)]
    pub skip_fmt: bool,

    /// Options of reading the program.
    #[command(flatten)]
    pub program: ProgramOptions,
    /// What the program is written in.
    #[command(subcommand)]
    pub frontend: Frontend,
}

/// `mgmt graph INPUT`
#[derive(Debug, Args)]
pub struct GraphArgs {
    /// The program.
    #[command(flatten)]
    pub input: Input,
    /// Options of reading the program.
    #[command(flatten)]
    pub program: ProgramOptions,

    /// Form of the output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = GraphFormat::Text)]
    pub format: GraphFormat,

    /// Print fields, meta parameters, notifications and received values too
    #[arg(long)]
    pub fields: bool,

    /// Seconds to wait for the first complete graph
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub timeout: Duration,
}

/// `mgmt docs TOPIC`
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct DocsArgs {
    /// What to show.
    #[command(subcommand)]
    pub topic: Topic,
}

/// What there is documentation of.
#[derive(Debug, Subcommand)]
pub enum Topic {
    /// Built-in functions
    Function(FunctionDocs),
}

/// `mgmt docs function [NAME]`
#[derive(Debug, Args)]
pub struct FunctionDocs {
    /// The full name of one function, such as `golang/strings.to_upper`
    #[arg(value_name = "NAME")]
    pub name: Option<String>,

    /// Form of the output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = DocsFormat::Text)]
    pub format: DocsFormat,
}

/// The form of documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DocsFormat {
    /// For people
    Text,
    /// For programs: an array of objects with name, signature, doc, example and pure
    Json,
}

/// `mgmt fmt [PATH]`
#[derive(Debug, Args)]
pub struct FmtArgs {
    /// A file, or a directory with a slash at its end: every file `….mcl` below it
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,

    /// Change nothing; exit with status 1 if a file is not formatted
    #[arg(short, long)]
    pub test: bool,

    /// Name each file that is not formatted
    #[arg(short, long)]
    pub verbose: bool,

    /// How mistakes in files are printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ErrorFormat::Text)]
    pub error_format: ErrorFormat,
}

/// Programs of graphviz, by what they make of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Filter {
    /// Layers
    Dot,
    /// Springs
    Neato,
    /// Rings around one vertex
    Twopi,
    /// A ring
    Circo,
    /// Forces
    Fdp,
    /// Forces, for large graphs
    Sfdp,
    /// Tiles
    Patchwork,
    /// Boxes
    Osage,
}

impl Filter {
    /// The name of the program.
    pub fn program(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// Forms of `mgmt graph`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// Sorted lines `Vertex: …`, `Edge: …`
    Text,
    /// The language of graphviz
    Dot,
    /// One JSON object
    Json,
}

/// A number of seconds, perhaps with a fraction.
fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(number).map_err(|e| e.to_string())
}

/// The rule for host names: 1 to 253 letters, digits, `.`, `_` and `-`, one letter or digit at least, not led by `.` or `-`. The empty
/// name stands for none given.
fn hostname(text: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if text.len() > 253 {
        Err("longer than 253 characters".to_owned())
    } else if let Some(c) = text.chars().find(|c| !allowed(*c)) {
        Err(format!("`{c}` cannot be part of a host name"))
    } else if text.starts_with(['.', '-']) {
        Err("a host name starts with a letter, a digit or `_`".to_owned())
    } else if !text.is_empty() && !text.contains(|c: char| c.is_ascii_alphanumeric()) {
        Err("a host name has a letter or a digit".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn run(args: &[&str]) -> RunArgs {
        let cli = Cli::try_parse_from([&["mgmt", "run"], args].concat()).unwrap();
        match cli.command {
            Command::Run(run) => run,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_table_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_stand_before_or_after_the_front_end() {
        for args in [
            ["--noop", "--sema", "2", "lang", "x.mcl"],
            ["lang", "--noop", "--sema", "2", "x.mcl"],
            ["lang", "x.mcl", "--noop", "--sema", "2"],
            ["--noop", "lang", "x.mcl", "--sema", "2"],
        ] {
            let run = run(&args);
            let Frontend::Lang(input) = &run.frontend;
            assert_eq!((run.options.noop, run.options.sema, &*input.input), (true, 2, "x.mcl"), "{args:?}");
        }
    }

    #[test]
    fn negative_numbers_switch_off() {
        let run = run(&["lang", "x.mcl", "--converger-timeout", "-1", "--sema", "-1"]);
        assert_eq!(run.options.converger_timeout(), None);
        assert_eq!(run.options.max_runtime(), None);
    }

    #[test]
    fn a_lone_dash_is_standard_input() {
        let run = run(&["lang", "-"]);
        let Frontend::Lang(input) = run.frontend;
        assert_eq!(input.input, "-");
    }

    #[test]
    fn both_prefixes_are_one_too_many() {
        let error = Cli::try_parse_from(["mgmt", "run", "--prefix", "/x", "--tmp-prefix", "lang", "x.mcl"]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
    }

    #[test]
    fn host_names() {
        for good in ["", "web1", "a.b-c_d", "_x"] {
            assert!(hostname(good).is_ok(), "{good}");
        }
        for bad in [".a", "-a", "a b", "a/b", "___", &"a".repeat(254)] {
            assert!(hostname(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn help_of_run() {
        insta::assert_snapshot!(Cli::command().find_subcommand_mut("run").unwrap().render_help());
    }
}
