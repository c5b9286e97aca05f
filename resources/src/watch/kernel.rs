//! News that the kernel tells through descriptors of its own: one thread for all of them, and a socket only while somebody listens.
//!
//! Network: the multicast groups of rtnetlink(7). Devices: the uevents of netlink(7), `NETLINK_KOBJECT_UEVENT`. Host name: polling
//! /proc/sys/kernel/hostname (`proc_sys_poll` in the kernel's fs/proc/proc_sysctl.c).

use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::io::{Errno, read, write};
use rustix::net::netlink::{KOBJECT_UEVENT, SocketAddrNetlink};
use rustix::net::{AddressFamily, Protocol, RecvFlags, SocketFlags, SocketType, bind, recv, socket_with};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fs, io, thread};

/// What there can be news of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Interfaces and their addresses.
    Network,
    /// Devices, processors and modules.
    Devices,
    /// The name that the kernel has for this host.
    Hostname,
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Something about the topic may have changed; also after news were lost because too many came at once.
    Changed,
    /// Of [`Topic::Devices`]: what happened (`add`, `remove`, `online`, …) to something of a subsystem (`cpu`, `module`, …).
    Device {
        /// `ACTION`
        action: String,
        /// `SUBSYSTEM`
        subsystem: String,
    },
    /// There will be no more news: the reason.
    Lost(String),
}

/// What a watch calls. It must not block.
type Told = Arc<dyn Fn(&News) + Send + Sync>;

/// The listener. Clones share.
#[derive(Clone, Default)]
pub struct Kernel(Arc<Mutex<Table>>);

#[derive(Default)]
struct Table {
    next: u64,
    listeners: BTreeMap<(Topic, u64), Told>,
    open: BTreeMap<Topic, Arc<OwnedFd>>,
    /// Wakes the thread; there is one while this is set.
    wake: Option<Arc<OwnedFd>>,
}

/// A watch; dropping it ends it.
#[must_use]
pub struct KernelGuard {
    kernel: Kernel,
    key: (Topic, u64),
}

impl Kernel {
    /// Calls `told` from now on whenever there is news of a topic. The socket listens when this returns.
    ///
    /// # Errors
    /// The kernel or its container refuses.
    pub fn watch(&self, topic: Topic, told: impl Fn(&News) + Send + Sync + 'static) -> io::Result<KernelGuard> {
        let mut table = self.lock();
        let table = &mut *table;
        if let Entry::Vacant(vacant) = table.open.entry(topic) {
            let socket = open(topic)?;
            match &table.wake {
                Some(wake) => ring(wake),
                None => {
                    let wake = Arc::new(eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?);
                    let (kernel, ours) = (self.clone(), wake.clone());
                    thread::Builder::new().name("kernel".to_owned()).spawn(move || kernel.run(&ours))?;
                    table.wake = Some(wake);
                }
            }
            vacant.insert(Arc::new(socket));
        }
        table.next += 1;
        let key = (topic, table.next);
        table.listeners.insert(key, Arc::new(told));
        Ok(KernelGuard { kernel: self.clone(), key })
    }

    /// How many watches there are.
    pub fn len(&self) -> usize {
        self.lock().listeners.len()
    }

    /// Whether there is none; then there is no thread either, or it is about to end.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // Nothing is called under the lock, so the table is whole even after a panic elsewhere.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, wake: &OwnedFd) {
        let mut buffer = vec![0; 64 << 10];
        loop {
            let open: Vec<(Topic, Arc<OwnedFd>)> = {
                let mut table = self.lock();
                if table.open.is_empty() {
                    table.wake = None;
                    return;
                }
                table.open.iter().map(|(topic, fd)| (*topic, fd.clone())).collect()
            };
            let mut fds = vec![PollFd::new(wake, PollFlags::IN)];
            fds.extend(open.iter().map(|(topic, fd)| PollFd::new(fd, wanted(*topic))));
            match poll(&mut fds, None) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => {
                    open.iter().for_each(|(topic, _)| self.tell(*topic, &News::Lost(error.to_string())));
                    let mut table = self.lock();
                    table.open.clear();
                    table.wake = None;
                    return;
                }
            }
            let ready: Vec<bool> = fds[1..].iter().map(|fd| !fd.revents().is_empty()).collect();
            // It can only fail because nobody rang.
            let _ = read(wake, &mut [0; 8]);
            for ((topic, fd), _) in open.iter().zip(ready).filter(|(_, ready)| *ready) {
                self.hear(*topic, fd, &mut buffer);
            }
        }
    }

    /// Takes in everything that a descriptor has to say.
    fn hear(&self, topic: Topic, fd: &OwnedFd, buffer: &mut [u8]) {
        // Having been polled is all there is to the file with the name.
        if topic == Topic::Hostname {
            return self.tell(topic, &News::Changed);
        }
        let mut changed = false;
        loop {
            match recv(fd, &mut *buffer, RecvFlags::DONTWAIT) {
                Ok((length, _)) if topic == Topic::Devices => {
                    if let Some(news) = device(&buffer[..length]) {
                        self.tell(topic, &news);
                    }
                }
                // Too much at once: some of it is lost.
                Ok(_) | Err(Errno::NOBUFS) => changed = true,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => break,
                Err(error) => {
                    self.lock().open.remove(&topic);
                    return self.tell(topic, &News::Lost(error.to_string()));
                }
            }
        }
        if changed {
            self.tell(topic, &News::Changed);
        }
    }

    fn tell(&self, topic: Topic, news: &News) {
        let told: Vec<Told> = self.lock().listeners.range((topic, 0)..=(topic, u64::MAX)).map(|(_, told)| told.clone()).collect();
        told.iter().for_each(|told| told(news));
    }
}

impl Drop for KernelGuard {
    fn drop(&mut self) {
        let mut table = self.kernel.lock();
        let told = table.listeners.remove(&self.key);
        let topic = self.key.0;
        if table.listeners.range((topic, 0)..=(topic, u64::MAX)).next().is_none() && table.open.remove(&topic).is_some() {
            table.wake.iter().for_each(|wake| ring(wake));
        }
        drop(table);
        // Outside the lock: what the callback owns may be guards.
        drop(told);
    }
}

fn ring(wake: &OwnedFd) {
    // It can only fail because it was rung already.
    let _ = write(wake, &1u64.to_ne_bytes());
}

fn wanted(topic: Topic) -> PollFlags {
    match topic {
        Topic::Hostname => PollFlags::PRI,
        Topic::Network | Topic::Devices => PollFlags::IN,
    }
}

/// `RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR` of linux/rtnetlink.h
const NETWORK_GROUPS: u32 = 0x1 | 0x10 | 0x100;

/// The group that the kernel itself sends uevents to; that of udev is another.
const DEVICE_GROUPS: u32 = 1;

fn open(topic: Topic) -> io::Result<OwnedFd> {
    match topic {
        Topic::Network => listen(super::super::host::network::ROUTE, NETWORK_GROUPS),
        Topic::Devices => listen(Some(KOBJECT_UEVENT), DEVICE_GROUPS),
        Topic::Hostname => fs::File::open("/proc/sys/kernel/hostname").map(OwnedFd::from),
    }
}

fn listen(protocol: Option<Protocol>, groups: u32) -> io::Result<OwnedFd> {
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, protocol)?;
    bind(&socket, &SocketAddrNetlink::new(0, groups))?;
    Ok(socket)
}

/// A uevent: `ACTION@PATH`, then `KEY=VALUE`, each with a zero byte at its end.
fn device(message: &[u8]) -> Option<News> {
    let value = |key: &[u8]| {
        let found = message.split(|byte| *byte == 0).find_map(|part| part.strip_prefix(key))?;
        Some(String::from_utf8_lossy(found).into_owned())
    };
    Some(News::Device { action: value(b"ACTION=")?, subsystem: value(b"SUBSYSTEM=")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn a_uevent_names_its_action_and_its_subsystem() {
        let message =
            b"offline@/devices/system/cpu/cpu1\0ACTION=offline\0DEVPATH=/devices/system/cpu/cpu1\0SUBSYSTEM=cpu\0SEQNUM=1\0";
        assert_eq!(device(message), Some(News::Device { action: "offline".to_owned(), subsystem: "cpu".to_owned() }));
        assert_eq!(device(b"libudev\0\xfe\xed\xca\xfe"), None);
    }

    /// The threads of this process with the listener's name.
    fn threads() -> usize {
        let tasks = fs::read_dir("/proc/self/task").unwrap().flatten();
        tasks.filter(|task| fs::read_to_string(task.path().join("comm")).is_ok_and(|name| name.trim() == "kernel")).count()
    }

    fn come_to(count: usize) {
        let end = Instant::now() + Duration::from_secs(30);
        while threads() != count {
            assert!(Instant::now() < end, "there are {} threads", threads());
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn all_watches_share_a_thread_that_ends_with_the_last_one() {
        let kernel = Kernel::default();
        let watch = |topic| kernel.watch(topic, |_| {});
        let Ok(first) = watch(Topic::Network) else {
            eprintln!("skipped: there is no rtnetlink here");
            return;
        };
        let guards: Vec<_> = (0..100).map(|_| watch(Topic::Network).unwrap()).collect();
        assert_eq!(kernel.len(), 101);
        // A thread takes its name when it begins to run.
        come_to(1);
        drop(guards);
        assert!(kernel.lock().open.contains_key(&Topic::Network));
        drop(first);
        assert!(kernel.is_empty() && kernel.lock().open.is_empty());
        come_to(0);
        assert!(kernel.lock().wake.is_none());
    }
}
