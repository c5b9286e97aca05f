//! Firmware updates, as fwupd tells of them over the system's D-Bus.

use super::{Facts, Family, Running, Shared, Source, task};
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use std::collections::HashMap;
use std::pin::Pin;
use zbus::export::futures_core::Stream;
use zbus::message::Type;
use zbus::{Connection, MatchRule, MessageStream, OwnedVariant, connection};

pub(super) const FUNCTIONS: Family = &[("sys/fwupd.reboot_needed", Source::Watch(reboot_needed))];

/// The daemon's name, which is that of its interface too.
const FWUPD: &str = "org.freedesktop.fwupd";

/// `FWUPD_UPDATE_STATE_NEEDS_REBOOT` of fwupd-enums.h.
const NEEDS_REBOOT: u32 = 4;

/// `fwupd.reboot_needed()`: whether an update waits for a restart. Where there is no bus or no fwupd on it, nothing waits.
fn reboot_needed(_: &Call, facts: Facts, shared: &Shared) -> Running {
    watch(connection::Builder::system(), facts, shared)
}

fn watch(bus: connection::Builder<'static>, facts: Facts, shared: &Shared) -> Running {
    let work = async move {
        match bus.build().await {
            Err(_) => facts.value(Value::Bool(false)),
            Ok(bus) => {
                let Err(error) = follow(&bus, &facts).await;
                facts.failed(format!("fwupd cannot be asked: {error}"));
            }
        }
    };
    Running::guard(task(shared, work))
}

/// Asks, and asks again after every signal of the daemon, until that fails.
async fn follow(bus: &Connection, facts: &Facts) -> Result<std::convert::Infallible, zbus::Error> {
    let signals = MatchRule::builder().msg_type(Type::Signal).interface(FWUPD).build()?;
    let mut signals = MessageStream::for_match_rule(signals, bus, None).await?;
    loop {
        match bus.call_method(Some(FWUPD), "/", Some(FWUPD), "GetDevices", &()).await {
            Ok(reply) => facts.value(Value::Bool(any_waits(&reply.body().deserialize::<Vec<_>>()?))),
            // There is no daemon, or it knows of no device.
            Err(zbus::Error::MethodError(..) | zbus::Error::FDO(_)) => facts.value(Value::Bool(false)),
            Err(error) => return Err(error),
        }
        let signal = std::future::poll_fn(|context| Pin::new(&mut signals).poll_next(context)).await;
        signal.ok_or_else(|| zbus::Error::Failure("the bus is gone".to_owned()))??;
    }
}

/// Whether one of the devices, each a dictionary of what is known about it, waits for a restart.
fn any_waits(devices: &[HashMap<String, OwnedVariant>]) -> bool {
    devices.iter().any(|device| device.get("UpdateState").and_then(|state| u32::try_from(state).ok()) == Some(NEEDS_REBOOT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::testing::{Bench, eventually};
    use std::os::unix::net::UnixStream;
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command, Stdio};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// A bus of the test's own, and who talks on it besides.
    struct Bus {
        daemon: Child,
        socket: PathBuf,
    }

    impl Drop for Bus {
        fn drop(&mut self) {
            let _ = self.daemon.kill();
            let _ = self.daemon.wait();
        }
    }

    fn at(socket: &Path) -> connection::Builder<'static> {
        connection::Builder::address(format!("unix:path={}", socket.display()).as_str())
    }

    impl Bus {
        fn start(bench: &Bench) -> Option<Bus> {
            let socket = bench.directory.path().join("bus");
            let address = format!("--address=unix:path={}", socket.display());
            let mut command = Command::new("dbus-daemon");
            command.args(["--session", "--nofork", "--nopidfile", &address]).stderr(Stdio::null());
            match command.spawn() {
                Ok(daemon) => {
                    let bus = Bus { daemon, socket };
                    assert!(eventually(|| UnixStream::connect(&bus.socket).is_ok()), "dbus-daemon does not listen");
                    Some(bus)
                }
                Err(error) => {
                    eprintln!("skipped: there is no dbus-daemon: {error}");
                    None
                }
            }
        }

        fn watch(&self, bench: &Bench) -> Running {
            let (shared, facts) = bench.pieces("sys/fwupd.reboot_needed");
            watch(at(&self.socket), facts, &shared)
        }

        /// A fwupd with two devices, the second of which is in the state that is set.
        fn fwupd(&self, bench: &Bench, state: Arc<AtomicU32>) -> Connection {
            let tasks = bench.tasks();
            let bus = tasks.block_on(at(&self.socket).build()).unwrap();
            let mut messages = MessageStream::from(&bus);
            let answers = bus.clone();
            tasks.spawn(async move {
                while let Some(Ok(asked)) = std::future::poll_fn(|context| Pin::new(&mut messages).poll_next(context)).await {
                    let header = asked.header();
                    if header.message_type() == Type::MethodCall && header.member().is_some_and(|member| member == "GetDevices") {
                        let known = |state| HashMap::from([("Name", zbus::Variant::from("disk")), ("UpdateState", state)]);
                        let states = [2, state.load(Ordering::SeqCst)];
                        let devices: Vec<_> = states.into_iter().map(|state: u32| known(state.into())).collect();
                        answers.reply(&header, &devices).await.unwrap();
                    }
                }
            });
            tasks.block_on(bus.request_name(FWUPD)).unwrap();
            bus
        }

        /// How many talk on it, this question's own connection aside.
        fn guests(&self, bench: &Bench) -> usize {
            bench.tasks().block_on(async {
                let asking = at(&self.socket).build().await.unwrap();
                let (name, path) = ("org.freedesktop.DBus", "/org/freedesktop/DBus");
                let reply = asking.call_method(Some(name), path, Some(name), "ListNames", &()).await.unwrap();
                let names: Vec<String> = reply.body().deserialize().unwrap();
                names.iter().filter(|name| name.starts_with(':')).count() - 1
            })
        }
    }

    #[test]
    fn without_a_bus_nothing_waits() {
        let bench = Bench::new();
        let (shared, facts) = bench.pieces("sys/fwupd.reboot_needed");
        let _running = watch(at(&bench.directory.path().join("none")), facts, &shared);
        assert_eq!(bench.next(), Ok(Value::Bool(false)));
    }

    #[test]
    fn what_the_daemon_tells_is_asked_for() {
        let bench = Bench::new();
        let Some(bus) = Bus::start(&bench) else { return };
        let state = Arc::new(AtomicU32::new(2));
        let fwupd = bus.fwupd(&bench, state.clone());
        let _running = bus.watch(&bench);
        bench.until(|answer| *answer == Ok(Value::Bool(false))).unwrap();
        for (now, waits) in [(NEEDS_REBOOT, true), (1, false)] {
            state.store(now, Ordering::SeqCst);
            bench.tasks().block_on(fwupd.emit_signal(None::<&str>, "/", FWUPD, "Changed", &())).unwrap();
            bench.until(|answer| *answer == Ok(Value::Bool(waits))).unwrap();
        }
    }

    #[test]
    fn the_connection_goes_with_the_demand() {
        let bench = Bench::new();
        let Some(bus) = Bus::start(&bench) else { return };
        let running = bus.watch(&bench);
        bench.until(|answer| *answer == Ok(Value::Bool(false))).unwrap();
        assert_eq!(bus.guests(&bench), 1);
        drop(running);
        assert!(eventually(|| bus.guests(&bench) == 0));
    }

    #[test]
    fn a_bus_that_goes_is_an_error() {
        let bench = Bench::new();
        let Some(bus) = Bus::start(&bench) else { return };
        let _running = bus.watch(&bench);
        bench.until(|answer| *answer == Ok(Value::Bool(false))).unwrap();
        drop(bus);
        let gone = |answer: &Result<Value, _>| {
            answer.as_ref().is_err_and(|error: &mgmt_values::error::Error| error.message.starts_with("fwupd cannot be asked"))
        };
        bench.until(gone).unwrap_err();
    }
}
