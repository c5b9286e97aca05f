//! Puts a file into place in one step: whoever looks sees the old content or the new one, never a part, and never with the wrong
//! owner or mode.
//!
//! A temporary file beside it, `.NAME.mgmt`, is made with the final attributes, written, and renamed over it. One that a crash left
//! behind is removed by the next write of the same file; a lock tells it from one that is being written.

use super::content::Content;
use super::place::{Place, failed, sort};
use crate::host::Disks;
use crate::kill_point;
use crate::resource::Failure;
use rustix::fs::{
    AtFlags, FileType, FlockOperation, Gid, Mode, OFlags, Stat, Uid, XattrFlags, fchmod, fchown, flock, fsetxattr, fstat,
    lgetxattr, llistxattr, openat, renameat, statat, unlinkat,
};
use rustix::io::Errno;
use std::ffi::OsString;
use std::fs::File;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// The attributes that the file ends up with; those not given are kept from the file that stands there, or are as for any new file.
#[derive(Default)]
pub struct Finals {
    pub uid: Option<u32>,
    pub gid: Option<u32>,
    pub mode: Option<u32>,
    pub selinux: Option<Vec<u8>>,
}

const SELINUX: &str = "security.selinux";

/// Writes `content` to a place where `old` stands: nothing, or a regular file, or a directory that `content` is to replace with all
/// that is in it. Gives a remark when it could not be done in one step.
pub fn put(
    place: &Place,
    old: Option<&Stat>,
    content: &mut Content,
    finals: &Finals,
    disks: &Disks,
) -> Result<Option<&'static str>, Failure> {
    let file_before = old.filter(|old| sort(old) == FileType::RegularFile);
    let mut temporary = match Temporary::make(place, finals.mode.or(file_before.map(|old| old.st_mode))) {
        Ok(temporary) => temporary,
        Err(Errno::ACCESS | Errno::PERM) if file_before.is_some() => {
            return in_place(place, content, disks).map(|()| Some("in place, as its directory is not writable"));
        }
        Err(Errno::WOULDBLOCK) => return Err(failed("write", &place.path, "another process is writing it")),
        Err(error) => return Err(failed("write", &place.path, error)),
    };
    match temporary.dress(place, file_before, finals) {
        Ok(()) => {}
        // Only root gives files away. A file of somebody else that may be written can still be written where it stands.
        Err(Errno::PERM) if file_before.is_some() && finals.uid.is_none() && finals.gid.is_none() => {
            drop(temporary);
            return in_place(place, content, disks).map(|()| Some("in place, as only root could keep its owner otherwise"));
        }
        Err(error) => return Err(failed("set the owner and mode of", &place.path, error)),
    }
    content.write_to(&mut temporary.file).map_err(|error| failed("write", &place.path, error))?;
    temporary.mark().map_err(|error| failed("set the mode of", &place.path, error))?;
    kill_point("file:temp-written");
    if old.is_some_and(|old| sort(old) == FileType::Directory) {
        std::fs::remove_dir_all(&place.path).map_err(|error| failed("remove the directory", &place.path, error))?;
    }
    match temporary.settle(place) {
        Ok(()) => {}
        // Something is mounted on the file itself, as containers like to do.
        Err(Errno::BUSY) if file_before.is_some() => {
            drop(temporary);
            return in_place(place, content, disks).map(|()| Some("in place, as it is a mount point"));
        }
        Err(error) => return Err(failed("replace", &place.path, error)),
    }
    kill_point("file:renamed");
    disks.touched(&temporary.file).map_err(|error| failed("write", &place.path, error))?;
    Ok(None)
}

/// Makes an empty file where nothing stands.
pub fn create_empty(place: &Place, finals: &Finals, disks: &Disks) -> Result<(), Failure> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let mode = finals.mode.map_or(0o666, |mode| mode & 0o600);
    let fd = openat(&place.dir, &place.name, flags, mode.into()).map_err(|error| failed("create", &place.path, error))?;
    let mut temporary = Temporary { file: fd.into(), dir: Some(place), name: place.name.clone(), mode: None };
    let dressed = temporary.dress(place, None, finals).and_then(|()| temporary.mark());
    dressed.map_err(|error| failed("set the owner and mode of", &place.path, error))?;
    temporary.dir = None;
    disks.touched(&temporary.file).map_err(|error| failed("create", &place.path, error))
}

/// Overwrites the file that stands there: for the few that cannot be replaced.
fn in_place(place: &Place, content: &mut Content, disks: &Disks) -> Result<(), Failure> {
    let flags = OFlags::WRONLY | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let fd = openat(&place.dir, &place.name, flags, Mode::empty()).map_err(|error| failed("write", &place.path, error))?;
    let mut file = File::from(fd);
    content.write_to(&mut file).map_err(|error| failed("write", &place.path, error))?;
    disks.touched(&file).map_err(|error| failed("write", &place.path, error))
}

/// A file on its way; removed when it does not get there.
struct Temporary<'a> {
    file: File,
    /// Where to remove it from.
    dir: Option<&'a Place>,
    name: OsString,
    /// The mode to set once it is written, because writing takes bits away.
    mode: Option<u32>,
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        if let Some(place) = self.dir {
            // What cannot be removed now is removed by the next write.
            let _ = unlinkat(&place.dir, &self.name, AtFlags::empty());
        }
    }
}

impl<'a> Temporary<'a> {
    /// Makes it. Where its mode is known it is closed to others until dressed; else the umask and the directory's defaults decide.
    fn make(place: &'a Place, known_mode: Option<u32>) -> Result<Temporary<'a>, Errno> {
        let name = temporary_name(place);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let mode = if known_mode.is_some() { 0o600 } else { 0o666 };
        let fd = match openat(&place.dir, &name, flags, mode.into()) {
            Err(Errno::EXIST) => {
                remove_stale(place, &name)?;
                openat(&place.dir, &name, flags, mode.into())?
            }
            made => made?,
        };
        let made = Temporary { file: fd.into(), dir: Some(place), name, mode: None };
        flock(&made.file, FlockOperation::NonBlockingLockExclusive)?;
        Ok(made)
    }

    /// Gives it its owner, mode and extended attributes, in the order in which none undoes another.
    fn dress(&mut self, place: &Place, before: Option<&Stat>, finals: &Finals) -> Result<(), Errno> {
        if before.is_some() {
            copy_attributes(place, &self.file)?;
        }
        let made = fstat(&self.file)?;
        let differs = |wanted: Option<u32>, now| wanted.filter(|wanted| *wanted != now);
        let uid = differs(finals.uid.or(before.map(|old| old.st_uid)), made.st_uid);
        let gid = differs(finals.gid.or(before.map(|old| old.st_gid)), made.st_gid);
        if uid.is_some() || gid.is_some() {
            fchown(&self.file, uid.map(Uid::from_raw), gid.map(Gid::from_raw))?;
        }
        if let Some(context) = &finals.selinux {
            set_context(&self.file, context)?;
        }
        if let Some(mode) = finals.mode.or(before.map(|old| old.st_mode & super::mode::BITS)) {
            fchmod(&self.file, Mode::from_raw_mode(mode & 0o777))?;
            self.mode = Some(mode).filter(|mode| mode & !0o777 != 0);
        }
        Ok(())
    }

    /// Sets what writing would have taken away.
    fn mark(&self) -> Result<(), Errno> {
        self.mode.map_or(Ok(()), |mode| fchmod(&self.file, Mode::from_raw_mode(mode)))
    }

    /// Renames it into place, if it is still there.
    fn settle(&mut self, place: &Place) -> Result<(), Errno> {
        let (ours, there) = (fstat(&self.file)?, statat(&place.dir, &self.name, AtFlags::SYMLINK_NOFOLLOW)?);
        if (ours.st_dev, ours.st_ino) != (there.st_dev, there.st_ino) {
            self.dir = None;
            return Err(Errno::STALE);
        }
        renameat(&place.dir, &self.name, &place.dir, &place.name)?;
        self.dir = None;
        Ok(())
    }
}

/// `.NAME.mgmt`, or a hash of a name too long for that.
fn temporary_name(place: &Place) -> OsString {
    const LONGEST: usize = 255;
    let name = [b".", place.name.as_bytes(), b".mgmt"].concat();
    if name.len() <= LONGEST {
        return OsString::from_vec(name);
    }
    format!(".{}.mgmt", blake3::hash(place.name.as_bytes()).to_hex()).into()
}

/// Removes a temporary file that nobody writes any longer.
fn remove_stale(place: &Place, name: &OsString) -> Result<(), Errno> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    match openat(&place.dir, name, flags, Mode::empty()) {
        Ok(stale) => flock(&stale, FlockOperation::NonBlockingLockExclusive)?,
        Err(Errno::NOENT) => return Ok(()),
        // A link, or not ours to read: never one of ours that is being written.
        Err(_) => {}
    }
    match unlinkat(&place.dir, name, AtFlags::empty()) {
        Err(Errno::NOENT) => Ok(()),
        removed => removed,
    }
}

/// Copies the extended attributes, access control lists among them, of what stands at a place. Capabilities are not: they were given
/// to the old content.
fn copy_attributes(place: &Place, to: &File) -> Result<(), Errno> {
    let mut names = vec![0u8; 1024];
    let len = loop {
        match llistxattr(&place.path, names.as_mut_slice()) {
            Ok(len) => break len,
            Err(Errno::RANGE) => names.resize(names.len() * 4, 0),
            Err(Errno::NOTSUP | Errno::NOENT) => return Ok(()),
            Err(error) => return Err(error),
        }
    };
    for name in names[..len].split(|byte| *byte == 0).filter(|name| !name.is_empty() && *name != b"security.capability") {
        let mut value = vec![0u8; 64 * 1024];
        let Ok(len) = lgetxattr(&place.path, name, value.as_mut_slice()) else { continue };
        match fsetxattr(to, name, &value[..len], XattrFlags::empty()) {
            // Some may be set by root alone, some belong to the file system.
            Ok(()) | Err(Errno::PERM | Errno::ACCESS | Errno::NOTSUP) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Sets or, when empty, removes the SELinux context.
pub fn set_context(file: &File, context: &[u8]) -> Result<(), Errno> {
    if context.is_empty() {
        return match rustix::fs::fremovexattr(file, SELINUX) {
            Err(Errno::NODATA | Errno::NOTSUP) => Ok(()),
            removed => removed,
        };
    }
    fsetxattr(file, SELINUX, context, XattrFlags::empty())
}
