//! Owner, group, mode and SELinux context of what stands at a place.

use super::mode::BITS;
use super::place::{Place, failed, sort};
use super::wanted::Attributes;
use super::write::{Finals, set_context};
use crate::kinds::owners::{group_name, user_name};
use crate::resource::Failure;
use rustix::fs::{AtFlags, FileType, Gid, Mode, OFlags, Stat, Uid, chmod, chownat, lgetxattr, openat};
use rustix::io::Errno;
use std::fs::File;
use std::os::fd::AsRawFd;

impl Attributes {
    /// What a file that is made anew ends up with, given the mode that its content brings along.
    pub fn finals(&self, old: Option<&Stat>, with_content: Option<u32>) -> Finals {
        let current = old.map_or(0, |old| old.st_mode);
        let mode = self.mode.as_ref().map(|mode| mode.applied_to(current)).or(with_content.map(|mode| mode & BITS));
        Finals { uid: self.uid, gid: self.gid, mode, selinux: self.selinux.clone() }
    }

    /// What differs, one line each.
    pub fn differences(&self, place: &Place, stat: &Stat) -> Result<Vec<String>, Failure> {
        let mut lines = Vec::new();
        if let Some(uid) = self.uid.filter(|uid| *uid != stat.st_uid) {
            lines.push(format!("owner: {} -> {}", user_name(stat.st_uid), user_name(uid)));
        }
        if let Some(gid) = self.gid.filter(|gid| *gid != stat.st_gid) {
            lines.push(format!("group: {} -> {}", group_name(stat.st_gid), group_name(gid)));
        }
        if let Some(mode) = self.mode_to_set(stat) {
            lines.push(format!("mode: {:04o} -> {mode:04o}", stat.st_mode & BITS));
        }
        if let Some(context) = &self.selinux {
            let current = context_of(place)?;
            if current != *context {
                let shown = |context: &[u8]| match context {
                    b"" => "none".to_owned(),
                    context => String::from_utf8_lossy(context).into_owned(),
                };
                lines.push(format!("selinux: {} -> {}", shown(&current), shown(context)));
            }
        }
        Ok(lines)
    }

    /// Makes them as wanted; gives what was changed.
    pub fn enforce(&self, place: &Place) -> Result<Vec<String>, Failure> {
        let Some(mut stat) = place.stat()? else { return Err(failed("look at", &place.path, Errno::NOENT)) };
        let changes = self.differences(place, &stat)?;
        if changes.is_empty() {
            return Ok(changes);
        }
        let uid = self.uid.filter(|uid| *uid != stat.st_uid).map(Uid::from_raw);
        let gid = self.gid.filter(|gid| *gid != stat.st_gid).map(Gid::from_raw);
        if uid.is_some() || gid.is_some() {
            chownat(&place.dir, &place.name, uid, gid, AtFlags::SYMLINK_NOFOLLOW)
                .map_err(|error| failed("set the owner of", &place.path, error))?;
            // Which may have taken bits of the mode away.
            stat = place.stat()?.unwrap_or(stat);
        }
        if let Some(mode) = self.mode_to_set(&stat) {
            set_mode(place, mode).map_err(|error| failed("set the mode of", &place.path, error))?;
        }
        if let Some(context) = &self.selinux
            && context_of(place)? != *context
        {
            set_context(&File::from(place.read()?), context)
                .map_err(|error| failed("set the SELinux context of", &place.path, error))?;
        }
        Ok(changes)
    }

    /// The mode that is not there yet. A link has none.
    fn mode_to_set(&self, stat: &Stat) -> Option<u32> {
        let wanted = self.mode.as_ref()?.applied_to(stat.st_mode);
        (sort(stat) != FileType::Symlink && wanted != stat.st_mode & BITS).then_some(wanted)
    }
}

/// Sets the mode of what stands at a place, be it readable or not, and never of what a link that came in between leads to.
fn set_mode(place: &Place, mode: u32) -> Result<(), Errno> {
    let fd = openat(&place.dir, &place.name, OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
    if sort(&rustix::fs::fstat(&fd)?) == FileType::Symlink {
        return Err(Errno::LOOP);
    }
    chmod(format!("/proc/self/fd/{}", fd.as_raw_fd()), Mode::from_raw_mode(mode))
}

/// The SELinux context; empty where there is none.
fn context_of(place: &Place) -> Result<Vec<u8>, Failure> {
    let mut context = vec![0u8; 4096];
    match lgetxattr(&place.path, "security.selinux", context.as_mut_slice()) {
        Ok(len) => {
            context.truncate(len);
            while context.last() == Some(&0) {
                context.pop();
            }
            Ok(context)
        }
        Err(Errno::NODATA | Errno::NOTSUP) => Ok(Vec::new()),
        Err(error) => Err(failed("read the SELinux context of", &place.path, error)),
    }
}
