//! The network interfaces of this host and their addresses, asked of the kernel (rtnetlink(7)) rather than of /sys, which may show another
//! network namespace than that of the process.

use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with};
use std::io;
use std::net::Ipv4Addr;

/// `NETLINK_ROUTE`, which is protocol 0.
pub(crate) const ROUTE: Option<Protocol> = None;

/// An interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The kernel's number for it.
    pub index: u32,
    /// Its name. Names are bytes without `/`; what is not UTF-8 in them is replaced.
    pub name: String,
    /// Whether it is up.
    pub up: bool,
    /// Whether it leads nowhere but back.
    pub loopback: bool,
    /// Its hardware address; empty when it has none, or nothing but zeros.
    pub hardware: Vec<u8>,
    /// Its IPv4 addresses with the lengths of their prefixes, in the kernel's order.
    pub addresses: Vec<(Ipv4Addr, u8)>,
}

/// All interfaces, by index.
///
/// # Errors
/// The kernel or its container refuses.
pub fn interfaces() -> io::Result<Vec<Interface>> {
    let mut found = Vec::new();
    dump(GETLINK, |kind, body| {
        if kind == NEWLINK {
            found.extend(link(body));
        }
    })?;
    found.sort_by_key(|interface| interface.index);
    dump(GETADDR, |kind, body| {
        if kind == NEWADDR
            && let Some((index, at)) = address(body)
            && let Some(interface) = found.iter_mut().find(|interface| interface.index == index)
        {
            interface.addresses.push(at);
        }
    })?;
    Ok(found)
}

// Of linux/netlink.h, linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h and linux/if.h.
const NEWLINK: u16 = 16;
const GETLINK: u16 = 18;
const NEWADDR: u16 = 20;
const GETADDR: u16 = 22;
const ERROR: u16 = 2;
const DONE: u16 = 3;
const REQUEST_DUMP: u16 = 0x301;
const DUMP_INTERRUPTED: u16 = 0x10;
const IFLA_ADDRESS: u16 = 1;
const IFLA_IFNAME: u16 = 3;
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFF_UP: u32 = 0x1;
const IFF_LOOPBACK: u32 = 0x8;
const AF_INET: u8 = 2;

/// How often a dump is begun again because the kernel's tables changed under it.
const ATTEMPTS: u32 = 16;

/// Asks for all objects of a kind and gives the type and body of each message.
fn dump(request: u16, mut take: impl FnMut(u16, &[u8])) -> io::Result<()> {
    for _ in 0..ATTEMPTS {
        let mut messages: Vec<(u16, Vec<u8>)> = Vec::new();
        if dump_once(request, &mut messages)? {
            messages.iter().for_each(|(kind, body)| take(*kind, body));
            return Ok(());
        }
    }
    Err(io::Error::other("the network changes too fast to be looked at"))
}

/// One attempt; false when the tables changed under it.
fn dump_once(request: u16, messages: &mut Vec<(u16, Vec<u8>)>) -> io::Result<bool> {
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, ROUTE)?;
    let mut packet = Vec::with_capacity(32);
    packet.extend(32u32.to_ne_bytes());
    packet.extend(request.to_ne_bytes());
    packet.extend(REQUEST_DUMP.to_ne_bytes());
    packet.extend([0; 8]);
    // An `ifinfomsg` or, shorter, an `ifaddrmsg`, of no family: all of them.
    packet.extend([0; 16]);
    sendto(&socket, &packet, SendFlags::empty(), &SocketAddrNetlink::new(0, 0))?;
    let mut buffer = vec![0; 64 << 10];
    let mut whole = true;
    loop {
        let (length, _) = recv(&socket, &mut buffer[..], RecvFlags::empty())?;
        let mut rest = &buffer[..length];
        while let Some((kind, flags, body)) = message(&mut rest) {
            whole &= flags & DUMP_INTERRUPTED == 0;
            match kind {
                DONE => return Ok(whole),
                ERROR => {
                    let code = body.first_chunk().map_or(0, |code| i32::from_ne_bytes(*code));
                    return Err(io::Error::from_raw_os_error(-code));
                }
                kind => messages.push((kind, body.to_vec())),
            }
        }
    }
}

/// Takes the next message off: its type, flags and body.
fn message<'a>(rest: &mut &'a [u8]) -> Option<(u16, u16, &'a [u8])> {
    let length = u32::from_ne_bytes(*rest.first_chunk()?) as usize;
    let (kind, flags) = (u16_at(rest, 4)?, u16_at(rest, 6)?);
    let body = rest.get(16..length)?;
    *rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    Some((kind, flags, body))
}

/// Attributes: length and type in two bytes each, then the data, padded to four.
fn attributes(mut rest: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (length, kind) = (usize::from(u16_at(rest, 0)?), u16_at(rest, 2)?);
        let data = rest.get(4..length)?;
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, data))
    })
}

/// The interface that a link message is about.
fn link(body: &[u8]) -> Option<Interface> {
    let (index, flags) = (u32_at(body, 4)?, u32_at(body, 8)?);
    let (mut name, mut hardware) = (String::new(), Vec::new());
    for (kind, data) in attributes(body.get(16..)?) {
        match kind {
            IFLA_IFNAME => name = String::from_utf8_lossy(data.strip_suffix(b"\0").unwrap_or(data)).into_owned(),
            IFLA_ADDRESS if data.iter().any(|byte| *byte != 0) => hardware = data.to_vec(),
            _ => {}
        }
    }
    Some(Interface { index, name, up: flags & IFF_UP != 0, loopback: flags & IFF_LOOPBACK != 0, hardware, addresses: Vec::new() })
}

/// The interface and the IPv4 address that an address message is about: of a link between two points our own end.
fn address(body: &[u8]) -> Option<(u32, (Ipv4Addr, u8))> {
    let (family, length, index) = (*body.first()?, *body.get(1)?, u32_at(body, 4)?);
    let find = |wanted| attributes(body.get(8..)?).find_map(|(kind, data)| (kind == wanted).then(|| data.try_into().ok())?);
    let octets: [u8; 4] = (family == AF_INET).then(|| find(IFA_LOCAL).or_else(|| find(IFA_ADDRESS)))??;
    Some((index, (octets.into(), length)))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interface_that_leads_back_is_there() {
        let Ok(found) = interfaces() else {
            eprintln!("skipped: there is no rtnetlink here");
            return;
        };
        let lo = found.iter().find(|interface| interface.name == "lo").unwrap();
        assert!(lo.loopback && lo.index == 1 && lo.hardware.is_empty(), "{lo:?}");
        assert!(!lo.up || lo.addresses.contains(&(Ipv4Addr::LOCALHOST, 8)), "{lo:?}");
        assert!(found.is_sorted_by_key(|interface| interface.index));
    }

    #[test]
    fn broken_messages_end_the_reading() {
        assert_eq!(link(&[0; 10]), None);
        assert_eq!(address(&[2, 24]), None);
        assert_eq!(message(&mut &[3, 0, 0, 0, 0, 0, 0, 0][..]), None);
        assert_eq!(attributes(&[3, 0, 1, 0]).count(), 0, "shorter than its own head");
        assert_eq!(attributes(&[200, 0, 1, 0, 0]).count(), 0, "longer than what is there");
    }
}
