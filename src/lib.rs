//! mgmt as a library: front ends turn what a user wrote into a program, sources tell what the program reads, the engine makes the
//! machine match what comes of it. [`cli`] is the only part that prints.
//!
//! ```no_run
//! use mgmt::engine::journal::store::Store;
//! use mgmt::frontend::{Frontend, mcl::Mcl};
//! use mgmt::runtime::{Options, Running};
//! use std::sync::Arc;
//!
//! let program = Arc::new(Mcl::new("hello.mcl".to_owned(), "web1".to_owned(), None));
//! let build = program.build().expect("a good program");
//! let host = mgmt_resources::Host::new("/tmp/example/state", "web1");
//! let journal = Store::open("/tmp/example".as_ref()).expect("nobody else uses it");
//! let options = Options { once: true, ..Options::default() };
//! let running = Running::start(program, build, host, Box::new(journal), options, Arc::new(|event| println!("{event:?}")));
//! let (end, counters) = running.expect("threads").wait();
//! println!("{end:?} after {} checks", counters.checks);
//! ```

pub mod cli;
pub mod engine;
pub mod events;
pub mod frontend;
pub mod runtime;
pub mod sources;
pub mod system;
