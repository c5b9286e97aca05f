//! `mgmt run lang INPUT`: makes the machine what the program says, and keeps it so.

use super::args::{Frontend, RunArgs};
use super::drawing::{Drawing, Place};
use super::log::Log;
use super::status::StatusFile;
use super::{Status, output, prefix, program, signals};
use crate::engine::journal::store::Store;
use crate::events::Event;
use crate::frontend::Frontend as _;
use crate::frontend::mcl::Checks;
use crate::runtime::{Options, Running};
use jiff::Zoned;
use mgmt_resources::Host;
use mgmt_resources::host::guard::Guard;
use mgmt_resources::host::local::Local;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

/// Runs the command.
pub fn run(args: &RunArgs) -> Status {
    match start(args) {
        Ok(status) => status,
        Err(failure) => {
            output::fail(failure);
            Status::Refused
        }
    }
}

fn start(args: &RunArgs) -> Result<Status, String> {
    let Frontend::Lang(input) = &args.frontend;
    let hostname = args.program.hostname.clone().filter(|name| !name.is_empty());
    let hostname = hostname.unwrap_or_else(|| rustix::system::uname().nodename().to_string_lossy().into_owned());
    // The program first: nothing is touched for one that is wrong.
    let frontend = Arc::new(program::mcl(input, &args.program, hostname.clone()));
    if args.options.only_download {
        let checked = frontend.check(Checks { types: false, layout: false });
        output::show(&checked.diagnostics, args.program.error_format);
        return Ok(if checked.diagnostics.is_empty() { Status::Good } else { Status::Refused });
    }
    let build = match frontend.build() {
        Ok(build) => build,
        Err(refusal) => {
            output::show(&refusal.diagnostics, args.program.error_format);
            return Ok(Status::Refused);
        }
    };
    let chosen = prefix::choose(&args.options, &hostname, &prefix::Environment::of_process()).map_err(|e| e.to_string())?;
    let journal = Store::open(&chosen.path).map_err(|e| e.to_string())?;
    if chosen.temporary {
        output::err(&format!("the prefix is temporary: {}\n", chosen.path.display()));
    }
    let place = |file: &PathBuf| Place::new(file, &hostname, args.options.graphviz_filter);
    let drawing = args.options.graphviz.as_ref().map(place).map(Drawing::new);
    let mut host = Host::new(chosen.path.join("state"), hostname);
    host.local = Local::new(chosen.path.join("local"));
    host.guard = Guard::new(super::GUARDIAN);
    let options = Options {
        noop: args.options.noop,
        // Negative and zero: any number.
        sema: u32::try_from(args.options.sema).unwrap_or(0),
        no_autoedges: args.options.no_autoedges,
        converge: args.options.converger_timeout(),
        once: args.options.once,
        converged_exit: args.options.converged_exit,
        watch: args.options.watch,
        max_runtime: args.options.max_runtime(),
        tell_graphs: drawing.is_some(),
    };
    let log = Log::new(args.program.error_format, args.options.converger_timeout().is_some());
    let lines = Lines::new(log, StatusFile::new(args.options.converger_status_file.clone()), drawing);
    let running = Running::start(frontend, build, host, Box::new(journal), options, lines.events());
    let running = running.map_err(|e| format!("can't start: {e}"))?;
    {
        let _inside = running.tasks().enter();
        let ladder = signals::follow(running.stopper()).map_err(|e| format!("can't handle signals: {e}"))?;
        // It ends with the tasks.
        drop(running.tasks().spawn(ladder));
    }
    let (end, _) = running.wait();
    lines.finish();
    Ok(end.into())
}

/// Writes events on a thread of its own: a terminal that blocks holds up nothing else.
struct Lines {
    sender: mpsc::Sender<Option<(Zoned, Event)>>,
    writer: JoinHandle<()>,
}

impl Lines {
    fn new(mut log: Log, status: StatusFile, mut drawing: Option<Drawing>) -> Lines {
        let (sender, receiver) = mpsc::channel::<Option<(Zoned, Event)>>();
        let writer = std::thread::spawn(move || {
            for (time, event) in receiver.into_iter().map_while(|line| line) {
                output::err(&log.render(&event, &time.strftime("%H:%M:%S").to_string()));
                if let Err(why) = status.take(&event) {
                    output::err(&format!("{why}\n"));
                }
                if let Some(drawing) = &mut drawing {
                    drawing.take(&event);
                }
            }
            if let Some(drawing) = drawing {
                drawing.finish();
            }
        });
        Lines { sender, writer }
    }

    /// Takes what is to be written.
    fn events(&self) -> Arc<dyn Fn(Event) + Send + Sync> {
        let sender = self.sender.clone();
        Arc::new(move |event| {
            // What comes after the end is not shown.
            let _ = sender.send(Some((Zoned::now(), event)));
        })
    }

    /// Writes the rest.
    fn finish(self) {
        // The thread waits for this; if it panicked, that was reported.
        let _ = self.sender.send(None);
        let _ = self.writer.join();
    }
}
