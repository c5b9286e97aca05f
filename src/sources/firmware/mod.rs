//! Firmware updates, as fwupd tells of them over the system's D-Bus.

mod bus;
mod wire;

use super::{Facts, Family, Running, Shared, Source};
use bus::{Bus, BusError};
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use std::os::unix::net::UnixStream;
use std::path::Path;
use wire::{Malformed, Message, Reader};

pub(super) const FUNCTIONS: Family = &[("sys/fwupd.reboot_needed", Source::Watch(reboot_needed))];

/// The daemon's name, which is that of its interface too.
const FWUPD: &str = "org.freedesktop.fwupd";

/// `FWUPD_UPDATE_STATE_NEEDS_REBOOT` of fwupd-enums.h.
const NEEDS_REBOOT: u32 = 4;

/// `fwupd.reboot_needed()`: whether an update waits for a restart. Where there is no bus or no fwupd on it, nothing waits.
fn reboot_needed(_: &Call, facts: Facts, shared: &Shared) -> Running {
    watch(&bus::system(), facts, shared)
}

fn watch(bus: &Path, facts: Facts, shared: &Shared) -> Running {
    match Bus::open(bus) {
        Err(_) => {
            facts.value(Value::Bool(false));
            Running::over()
        }
        Ok((stream, cut)) => {
            // It waits until the connection is cut.
            drop(shared.tasks.spawn_blocking(move || {
                if let Err(error) = follow(stream, &facts) {
                    facts.failed(format!("fwupd cannot be asked: {error}"));
                }
            }));
            Running::guard(cut)
        }
    }
}

/// Asks, and asks again after every signal of the daemon.
fn follow(stream: UnixStream, facts: &Facts) -> Result<(), BusError> {
    let mut bus = Bus::greet(stream)?;
    bus.listen(&format!("type='signal',interface='{FWUPD}'"))?;
    loop {
        match bus.call(FWUPD, "/", FWUPD, "GetDevices", &[]) {
            Ok(devices) => facts.value(Value::Bool(any_waits(&devices)?)),
            // There is no daemon, or it knows of no device.
            Err(BusError::Answered(_)) => facts.value(Value::Bool(false)),
            Err(error) => return Err(error),
        }
        bus.signal()?;
    }
}

/// Whether one of the devices, each a dictionary of what is known about it, waits for a restart.
fn any_waits(devices: &Message) -> Result<bool, Malformed> {
    if devices.signature != "aa{sv}" {
        return Err(Malformed);
    }
    let mut reader = Reader::new(&devices.body, devices.big_endian);
    let mut waits = false;
    let end = reader.array("a{sv}")?;
    while reader.before(end) {
        let device = reader.array("{sv}")?;
        while reader.before(device) {
            reader.align(8)?;
            let key = reader.text()?;
            match (key.as_str(), reader.signature()?.as_str()) {
                ("UpdateState", "u") => waits |= reader.number()? == NEEDS_REBOOT,
                (_, ty) => reader.skip(ty)?,
            }
        }
    }
    Ok(waits)
}

#[cfg(test)]
mod tests {
    use super::wire::{Kind, Writer, message, read};
    use super::*;
    use crate::sources::testing::{Bench, eventually};
    use std::io::Write as _;
    use std::process::{Child, Command, Stdio};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn without_a_bus_nothing_waits() {
        let bench = Bench::new();
        let (shared, facts) = bench.pieces("sys/fwupd.reboot_needed");
        let running = watch(&bench.directory.path().join("none"), facts, &shared);
        assert_eq!(bench.next(), Ok(Value::Bool(false)));
        drop(running);
    }

    /// Two devices, the second of which is in a state, as the body of a reply.
    fn devices(state: u32) -> Vec<u8> {
        let entry = |key: &str, ty: &str, put: &dyn Fn(&mut Writer), body: &mut Writer| {
            body.align(8);
            body.text(key);
            body.signature(ty);
            put(body);
        };
        let array = |body: &mut Writer, fill: &dyn Fn(&mut Writer)| {
            body.number(0);
            let length_at = body.0.len() - 4;
            body.align(8);
            let start = body.0.len();
            fill(body);
            let length = u32::try_from(body.0.len() - start).unwrap();
            body.0[length_at..length_at + 4].copy_from_slice(&length.to_le_bytes());
        };
        let mut body = Writer(Vec::new());
        // The elements of the outer array are arrays: their alignment is that of their length.
        body.number(0);
        array(&mut body, &|body| entry("Name", "s", &|body| body.text("disk"), body));
        body.align(4);
        array(&mut body, &|body| {
            entry("Guid", "as", &|body| body.number(0), body);
            entry("UpdateState", "u", &|body| body.number(state), body);
        });
        let length = u32::try_from(body.0.len() - 4).unwrap();
        body.0[..4].copy_from_slice(&length.to_le_bytes());
        body.0
    }

    #[test]
    fn one_device_that_waits_is_enough() {
        let reply = |state| {
            let bytes = message(2, 1, &[(8, "g", "aa{sv}")], Some(1), &devices(state));
            any_waits(&read(&bytes).unwrap())
        };
        assert_eq!(reply(2), Ok(false));
        assert_eq!(reply(NEEDS_REBOOT), Ok(true));
        let other = message(2, 1, &[(8, "g", "s")], Some(1), &[]);
        assert_eq!(any_waits(&read(&other).unwrap()), Err(Malformed));
    }

    /// A bus of the test's own.
    struct Daemon(Child);

    impl Drop for Daemon {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    fn daemon(socket: &Path) -> Option<Daemon> {
        let address = format!("--address=unix:path={}", socket.display());
        let started =
            Command::new("dbus-daemon").args(["--session", "--nofork", "--nopidfile", &address]).stderr(Stdio::null()).spawn();
        match started {
            Ok(child) => {
                let daemon = Daemon(child);
                assert!(eventually(|| UnixStream::connect(socket).is_ok()), "dbus-daemon does not listen");
                Some(daemon)
            }
            Err(error) => {
                eprintln!("skipped: there is no dbus-daemon: {error}");
                None
            }
        }
    }

    /// A fwupd of which a device is in the state that is set; every change of it that is told is a signal.
    fn fwupd(socket: &Path, state: Arc<AtomicU32>) -> UnixStream {
        let (stream, cut) = Bus::open(socket).unwrap();
        let (mut teller, mut answerer) = (stream.try_clone().unwrap(), stream.try_clone().unwrap());
        let mut bus = Bus::greet(stream).unwrap();
        // No flags: what `RequestName` takes is a text and a number, which `call` does not write.
        let mut body = Writer(Vec::new());
        body.text(FWUPD);
        body.number(0);
        let fields =
            [(1, "o", "/org/freedesktop/DBus"), (3, "s", "RequestName"), (6, "s", "org.freedesktop.DBus"), (8, "g", "su")];
        teller.write_all(&message(1, 1000, &fields, None, &body.0)).unwrap();
        std::thread::spawn(move || {
            let _cut = cut;
            while let Ok(asked) = bus.message() {
                if asked.kind == Kind::Call && asked.member.as_deref() == Some("GetDevices") {
                    let to = asked.sender.unwrap();
                    let body = devices(state.load(Ordering::SeqCst));
                    let reply = message(2, 2000 + asked.serial, &[(6, "s", &to), (8, "g", "aa{sv}")], Some(asked.serial), &body);
                    answerer.write_all(&reply).unwrap();
                }
            }
        });
        teller
    }

    fn tell(fwupd: &mut UnixStream, serial: u32) {
        let fields = [(1, "o", "/"), (2, "s", FWUPD), (3, "s", "Changed")];
        fwupd.write_all(&message(4, serial, &fields, None, &[])).unwrap();
    }

    #[test]
    fn what_the_daemon_tells_is_asked_for() {
        let bench = Bench::new();
        let socket = bench.directory.path().join("bus");
        let Some(_daemon) = daemon(&socket) else { return };
        let state = Arc::new(AtomicU32::new(2));
        let mut fwupd = fwupd(&socket, state.clone());
        let (shared, facts) = bench.pieces("sys/fwupd.reboot_needed");
        let running = watch(&socket, facts, &shared);
        bench.until(|answer| *answer == Ok(Value::Bool(false))).unwrap();
        for (serial, (now, waits)) in [(NEEDS_REBOOT, true), (1, false)].into_iter().enumerate() {
            state.store(now, Ordering::SeqCst);
            tell(&mut fwupd, 3000 + u32::try_from(serial).unwrap());
            bench.until(|answer| *answer == Ok(Value::Bool(waits))).unwrap();
        }
        drop(running);
        fwupd.shutdown(std::net::Shutdown::Both).unwrap();
    }

    #[test]
    fn the_connection_goes_with_the_demand() {
        let bench = Bench::new();
        let socket = bench.directory.path().join("bus");
        let Some(_daemon) = daemon(&socket) else { return };
        let connections = || {
            let (stream, _cut) = Bus::open(&socket).unwrap();
            let mut bus = Bus::greet(stream).unwrap();
            let names =
                bus.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListNames", &[]).unwrap();
            let mut reader = Reader::new(&names.body, names.big_endian);
            let end = reader.array("s").unwrap();
            let mut count = 0;
            while reader.before(end) {
                count += usize::from(reader.text().unwrap().starts_with(':'));
            }
            count
        };
        let before = connections();
        let (shared, facts) = bench.pieces("sys/fwupd.reboot_needed");
        let running = watch(&socket, facts, &shared);
        bench.until(|answer| *answer == Ok(Value::Bool(false))).unwrap();
        assert!(eventually(|| connections() == before + 1));
        drop(running);
        assert!(eventually(|| connections() == before));
    }

    #[test]
    fn a_bus_without_the_daemon_has_nothing_that_waits() {
        let bench = Bench::new();
        let socket = bench.directory.path().join("bus");
        let Some(daemon) = daemon(&socket) else { return };
        let (shared, facts) = bench.pieces("sys/fwupd.reboot_needed");
        let _running = watch(&socket, facts, &shared);
        bench.until(|answer| *answer == Ok(Value::Bool(false))).unwrap();
        // Without the bus there is no answer any more.
        drop(daemon);
        bench.until(|answer| answer.as_ref().is_err_and(|error| error.message.starts_with("fwupd cannot be asked"))).unwrap_err();
    }
}
