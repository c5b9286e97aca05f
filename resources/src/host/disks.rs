//! Which file systems hold writes that a loss of power could undo.

use rustix::fs::{AtFlags, Dev, statat};
use rustix::io;
use std::collections::BTreeMap;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};

/// File systems that were written to since the last [`Disks::sync`]. Clones share.
///
/// Resources rename complete files into place without synchronising each; whoever makes a promise about them (the engine, before it
/// takes a notification off its journal) synchronises once for all.
#[derive(Clone, Default)]
pub struct Disks(Arc<Mutex<BTreeMap<Dev, OwnedFd>>>);

impl Disks {
    /// Notes that something was written on the file system of an open directory or file.
    pub fn touched(&self, fd: impl AsFd) -> io::Result<()> {
        let device = statat(&fd, "", AtFlags::EMPTY_PATH)?.st_dev;
        let mut touched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let std::collections::btree_map::Entry::Vacant(entry) = touched.entry(device) {
            // `syncfs` refuses descriptors that only name a path.
            let open = rustix::fs::openat(&fd, ".", rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::CLOEXEC, 0.into());
            let open = match open {
                Err(io::Errno::NOTDIR) => io::fcntl_dupfd_cloexec(&fd, 0),
                open => open,
            };
            entry.insert(open?);
        }
        Ok(())
    }

    /// Writes everything on the touched file systems to disk; blocks for as long as that takes. Gives how many there were. After an
    /// error they count as touched still.
    pub fn sync(&self) -> io::Result<usize> {
        let taken = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let count = taken.len();
        let failed = taken.values().find_map(|fd| rustix::fs::syncfs(fd).err());
        if let Some(error) = failed {
            let mut touched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (device, fd) in taken {
                touched.entry(device).or_insert(fd);
            }
            return Err(error);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_system_is_synchronised_once() {
        let dir = tempfile::tempdir().unwrap();
        let disks = Disks::default();
        assert_eq!(disks.sync(), Ok(0));
        for name in ["a", "b"] {
            disks.touched(std::fs::File::create(dir.path().join(name)).unwrap()).unwrap();
        }
        disks.touched(std::fs::File::open(dir.path()).unwrap()).unwrap();
        assert_eq!(disks.sync(), Ok(1));
        assert_eq!(disks.sync(), Ok(0));
    }
}
