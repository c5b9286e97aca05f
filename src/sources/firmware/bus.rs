//! A connection to a message bus: D-Bus, as far as functions read from it.
//!
//! In: calls without arguments but texts, and which signals to listen to. Out: replies, and that a signal came. One connection is used by
//! one thread at a time, which waits; another one may cut it, and so end the waiting.

use super::wire::{self, Kind, Malformed, Message};
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// The bus itself, as a partner.
const BUS: &str = "org.freedesktop.DBus";

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// Nobody listens, or the connection broke.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The bus does not let us in.
    #[error("the bus refuses us: {0}")]
    Refused(String),
    /// What came is no message of the protocol.
    #[error("the bus does not keep to the protocol")]
    Malformed,
    /// The partner answers with an error: its name.
    #[error("{0}")]
    Answered(String),
}

impl From<Malformed> for BusError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// Where the system's bus listens: what `DBUS_SYSTEM_BUS_ADDRESS` says, if that is a path, else the usual place.
pub fn system() -> PathBuf {
    let address = std::env::var("DBUS_SYSTEM_BUS_ADDRESS").unwrap_or_default();
    let path = address.split(';').find_map(|one| one.strip_prefix("unix:path=")).and_then(|rest| rest.split(',').next());
    PathBuf::from(path.unwrap_or("/run/dbus/system_bus_socket"))
}

/// A connection.
#[derive(Debug)]
pub struct Bus {
    stream: UnixStream,
    serial: u32,
    /// Whether a signal came while something else was waited for.
    signalled: bool,
}

/// Cuts a connection when it is dropped, whoever waits on it.
#[derive(Debug)]
pub struct Cut(UnixStream);

impl Drop for Cut {
    fn drop(&mut self) {
        // It may be cut already.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

impl Bus {
    /// Connects to a socket; from then on a [`Cut`] ends it.
    pub fn open(path: &Path) -> io::Result<(UnixStream, Cut)> {
        let stream = UnixStream::connect(path)?;
        let cut = Cut(stream.try_clone()?);
        Ok((stream, cut))
    }

    /// Introduces us, as the user that we are ("Authentication Protocol", mechanism EXTERNAL).
    pub fn greet(mut stream: UnixStream) -> Result<Bus, BusError> {
        let user = rustix::process::getuid().as_raw().to_string();
        let user: String = user.bytes().map(|digit| format!("{digit:02x}")).collect();
        stream.write_all(format!("\0AUTH EXTERNAL {user}\r\n").as_bytes())?;
        let said = line(&mut stream)?;
        if !said.starts_with("OK ") {
            return Err(BusError::Refused(said));
        }
        stream.write_all(b"BEGIN\r\n")?;
        let mut bus = Bus { stream, serial: 0, signalled: false };
        bus.call(BUS, "/org/freedesktop/DBus", BUS, "Hello", &[])?;
        Ok(bus)
    }

    /// Listens to the signals that a rule describes ("Match Rules").
    pub fn listen(&mut self, rule: &str) -> Result<(), BusError> {
        self.call(BUS, "/org/freedesktop/DBus", BUS, "AddMatch", &[rule]).map(drop)
    }

    /// Calls a method and waits for the reply.
    pub fn call(
        &mut self,
        destination: &str,
        path: &str,
        interface: &str,
        member: &str,
        arguments: &[&str],
    ) -> Result<Message, BusError> {
        self.serial += 1;
        let serial = self.serial;
        self.stream.write_all(&wire::call(serial, destination, path, interface, member, arguments))?;
        loop {
            let message = self.message()?;
            match message.kind {
                Kind::Reply if message.reply_to == Some(serial) => return Ok(message),
                Kind::Error if message.reply_to == Some(serial) => return Err(BusError::Answered(reason(&message))),
                // What the bus tells everybody about his own name is nothing to look at.
                Kind::Signal => self.signalled |= message.interface.as_deref() != Some(BUS),
                _ => {}
            }
        }
    }

    /// Waits until one of the signals that are listened to has come since the last time.
    pub fn signal(&mut self) -> Result<(), BusError> {
        while !self.signalled {
            let message = self.message()?;
            self.signalled = message.kind == Kind::Signal && message.interface.as_deref() != Some(BUS);
        }
        self.signalled = false;
        Ok(())
    }

    /// The next message.
    pub fn message(&mut self) -> Result<Message, BusError> {
        let mut start = [0; 16];
        self.stream.read_exact(&mut start)?;
        let mut bytes = start.to_vec();
        bytes.resize(wire::length(&start)?, 0);
        self.stream.read_exact(&mut bytes[16..])?;
        let message = wire::read(&bytes)?;
        let Message { kind, serial, member, sender, .. } = &message;
        tracing::trace!("from the bus: {kind:?} {serial} of {sender:?}, {member:?}");
        Ok(message)
    }
}

/// What an error says of itself: the text that comes with it, if one does.
fn reason(message: &Message) -> String {
    let text = message.signature.starts_with('s').then(|| wire::Reader::new(&message.body, message.big_endian).text().ok());
    text.flatten().unwrap_or_else(|| "an error".to_owned())
}

/// A line of the greeting.
fn line(stream: &mut UnixStream) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n") && bytes.len() < 1024 {
        stream.read_exact(&mut byte)?;
        bytes.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}
