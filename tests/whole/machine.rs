//! A program in this process: with a clock set by hand, counters, and events as data.

use crate::process::{PATIENCE, Place};
use mgmt::engine::journal::memory::Memory;
use mgmt::engine::scheduler::Report;
use mgmt::events::{End, Event};
use mgmt::frontend::Frontend;
use mgmt::frontend::mcl::Mcl;
use mgmt::runtime::{Counters, Options, Running};
use mgmt_resources::Host;
use mgmt_resources::clock::{Clock, ManualClock, SystemClock};
use mgmt_resources::watch::Watchers;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

/// A running program.
pub struct Machine {
    pub place: Place,
    pub clock: ManualClock,
    watchers: Watchers,
    running: Option<Running>,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Machine {
    /// Runs a program by the system's clock.
    pub fn new(program: &str) -> Machine {
        Machine::start(Place::new(program), None, Options { watch: true, ..Options::default() })
    }

    /// Runs a program by a clock that shows this time.
    pub fn at(program: &str, now: SystemTime) -> Machine {
        Machine::start(Place::new(program), Some(now), Options::default())
    }

    pub fn start(place: Place, now: Option<SystemTime>, options: Options) -> Machine {
        let manual = ManualClock::new(now.unwrap_or(SystemTime::UNIX_EPOCH));
        let clock: Arc<dyn Clock> = if now.is_some() { Arc::new(manual.clone()) } else { Arc::new(SystemClock) };
        let host = Host::with_clock(place.path("state"), "machine", clock);
        let watchers = host.watchers.clone();
        let frontend = Arc::new(Mcl::new(place.path("main.mcl").to_str().unwrap().to_owned(), "machine".to_owned(), None));
        let build = frontend.build().unwrap_or_else(|refusal| panic!("{refusal:?}"));
        let events = Arc::new(Mutex::new(Vec::new()));
        let sink = events.clone();
        let told = Arc::new(move |event| sink.lock().unwrap().push(event));
        let running = Running::start(frontend, build, host, Box::new(Memory::new()), options, told).unwrap();
        Machine { place, clock: manual, watchers, running: Some(running), events }
    }

    /// Everything that has happened so far.
    pub fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }

    /// Forgets what has happened so far, and counts from here; what its own writing has set off is looked at before.
    pub fn mark(&self) -> Counters {
        let (done, drained) = std::sync::mpsc::channel();
        self.watchers.drain(move || {
            // Whoever waited may have given up.
            let _ = done.send(());
        });
        drained.recv_timeout(PATIENCE).unwrap();
        let mut counters = self.counters();
        loop {
            std::thread::sleep(Duration::from_millis(50));
            let now = self.counters();
            if now == counters {
                break;
            }
            counters = now;
        }
        self.events.lock().unwrap().clear();
        counters
    }

    pub fn counters(&self) -> Counters {
        self.running.as_ref().unwrap().counters().unwrap()
    }

    /// Waits for an event.
    #[track_caller]
    pub fn wait<T>(&self, what: &str, find: impl Fn(&Event) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = self.events().iter().find_map(&find) {
                return found;
            }
            if Instant::now() > end {
                panic!("no {what} among {:#?}", self.events());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits until nothing is left to do.
    #[track_caller]
    pub fn settled(&self) {
        self.wait("end of work", |event| matches!(event, Event::Engine(Report::Settled(_))).then_some(()));
    }

    /// The resources that were changed, by text, in order.
    pub fn changed(&self) -> Vec<String> {
        let changed = |event: &Event| match event {
            Event::Engine(Report::Changed { id, .. }) => Some(id.to_string()),
            _ => None,
        };
        self.events().iter().filter_map(changed).collect()
    }

    /// Ends it.
    pub fn stop(mut self) -> End {
        let running = self.running.take().unwrap();
        running.stopper().stop();
        running.wait().0
    }
}
