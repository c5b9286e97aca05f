//! What the host is called.

use super::{Facts, Running, Shared};
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// Readable by everyone; polling it tells of changes (`proc_sys_poll` in the kernel's fs/proc/proc_sysctl.c).
const HOSTNAME: &str = "/proc/sys/kernel/hostname";

/// `sys.hostname()`: the name that the kernel has now, as `hostname` prints it. Where the kernel does not let us watch it (a container
/// without /proc/sys), the first answer stays.
pub(super) fn hostname(_: &Call, facts: Facts, _: &Shared) -> Running {
    match watch(facts.clone()) {
        Ok(guard) => Box::new(guard),
        Err(error) => {
            tracing::warn!("cannot watch the name of the host: {error}");
            tell(&facts);
            Box::new(())
        }
    }
}

fn tell(facts: &Facts) {
    facts.value(Value::str(rustix::system::uname().nodename().to_bytes().to_vec()));
}

/// Starts the thread that sleeps until the name changes. It tells the first answer, too.
fn watch(facts: Facts) -> io::Result<Stop> {
    let file = File::open(HOSTNAME)?;
    let stop = Arc::new(eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?);
    let ours = stop.clone();
    let follow = move || {
        loop {
            // The kernel compares with what was last polled, so nothing is missed between telling and sleeping.
            tell(&facts);
            let mut fds = [PollFd::new(&file, PollFlags::PRI), PollFd::new(&ours, PollFlags::IN)];
            match poll(&mut fds, None) {
                Ok(_) if fds[1].revents().is_empty() => {}
                Err(Errno::INTR) => {}
                Ok(_) | Err(_) => return,
            }
        }
    };
    std::thread::Builder::new().name("hostname".to_owned()).spawn(follow)?;
    Ok(Stop(stop))
}

/// Ends the thread when it is dropped.
struct Stop(Arc<OwnedFd>);

impl Drop for Stop {
    fn drop(&mut self) {
        // It can only fail because the thread was told already.
        let _ = rustix::io::write(&self.0, &1u64.to_ne_bytes());
    }
}

#[cfg(test)]
mod tests {
    use crate::sources::testing::Bench;

    #[test]
    fn it_is_the_name_that_the_kernel_has() {
        let mut bench = Bench::new();
        bench.start("sys.hostname", &[]);
        let name = std::fs::read_to_string(super::HOSTNAME).unwrap();
        assert_eq!(bench.next_text(), name.trim_end());
        assert!(bench.quiet());
    }
}
