//! The wanted content of a file, compared with and written to files without holding more than is needed.

use super::place::failed;
use super::wanted::Body;
use crate::resource::Failure;
use mgmt_values::text::Text;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Content to put into a file.
pub enum Content {
    /// Of the program.
    Text(Text),
    /// Put together.
    Bytes(Vec<u8>),
    /// Of another file, with its length and its mode.
    File(File, u64, u32),
}

impl Content {
    /// The content that a file resource wants; `None` when any will do.
    pub fn of(body: &Body) -> Result<Option<Content>, Failure> {
        match body {
            Body::Any => Ok(None),
            Body::Content(text) => Ok(Some(Content::Text(text.clone()))),
            Body::Source(source) => Content::file(source).map(Some),
            Body::Fragments(fragments) => {
                let mut bytes = Vec::new();
                for fragment in fragments {
                    add_fragment(&mut bytes, fragment)?;
                }
                Ok(Some(Content::Bytes(bytes)))
            }
        }
    }

    /// The content of a regular file.
    pub fn file(path: &Path) -> Result<Content, Failure> {
        let (file, meta) = open_regular(path)?;
        Ok(Content::File(file, meta.len(), meta.mode()))
    }

    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        match self {
            Content::Text(text) => text.as_bytes().len() as u64,
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::File(_, len, _) => *len,
        }
    }

    /// The mode that comes with it.
    pub fn mode(&self) -> Option<u32> {
        match self {
            Content::File(_, _, mode) => Some(*mode),
            _ => None,
        }
    }

    /// Whether an open file holds exactly this; `path` is the name of that file.
    pub fn equals(&mut self, other: &mut File, path: &Path) -> Result<bool, Failure> {
        let len = other.metadata().map_err(|error| failed("look at", path, error))?.len();
        if len != self.len() {
            return Ok(false);
        }
        match self {
            Content::Text(text) => same(&mut text.as_bytes(), other, len),
            Content::Bytes(bytes) => same(&mut bytes.as_slice(), other, len),
            Content::File(file, _, _) => file.rewind().and_then(|()| same(file, other, len)),
        }
        .map_err(|error| failed("read", path, error))
    }

    /// Writes it.
    pub fn write_to(&mut self, out: &mut File) -> io::Result<()> {
        match self {
            Content::Text(text) => out.write_all(text.as_bytes()),
            Content::Bytes(bytes) => out.write_all(bytes),
            Content::File(file, _, _) => {
                file.rewind()?;
                io::copy(file, out).map(drop)
            }
        }
    }
}

/// Opens a file that has to be a regular one, without waiting for anything else that may stand there.
fn open_regular(path: &Path) -> Result<(File, std::fs::Metadata), Failure> {
    let nonblocking = rustix::fs::OFlags::NONBLOCK.bits() as i32;
    let opened = File::options().read(true).custom_flags(nonblocking).open(path);
    let (file, meta) = opened
        .and_then(|file| Ok((file.metadata()?, file)))
        .map(|(meta, file)| (file, meta))
        .map_err(|error| failed("read", path, error))?;
    if !meta.is_file() {
        return Err(failed("read", path, "it is not a regular file"));
    }
    Ok((file, meta))
}

/// A file as a whole, or what stands in a directory directly and is none itself, in the order of names.
fn add_fragment(bytes: &mut Vec<u8>, fragment: &Path) -> Result<(), Failure> {
    let mut add = |path: &Path| {
        let (mut file, _) = open_regular(path)?;
        file.read_to_end(bytes).map(drop).map_err(|error| failed("read", path, error))
    };
    if !fragment.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return add(fragment);
    }
    let entries = std::fs::read_dir(fragment).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let mut paths: Vec<PathBuf> =
        entries.map_err(|error| failed("read the directory", fragment, error))?.iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        // Links are followed; one that leads nowhere is an error like any file that cannot be read.
        if !path.is_dir() {
            add(&path)?;
        }
    }
    Ok(())
}

/// Whether two readers, of about this length, hold the same.
fn same(a: &mut impl Read, b: &mut impl Read, len: u64) -> io::Result<bool> {
    const MOST: u64 = 64 * 1024;
    // One more than there is, so that the end shows in the first chunk.
    let chunk = (len + 1).min(MOST) as usize;
    let (mut left, mut right) = (vec![0; chunk], vec![0; chunk]);
    loop {
        let (from_a, from_b) = (fill(a, &mut left)?, fill(b, &mut right)?);
        if left[..from_a] != right[..from_b] {
            return Ok(false);
        }
        if from_a < chunk {
            return Ok(true);
        }
    }
}

fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut at = 0;
    while at < buffer.len() {
        match from.read(&mut buffer[at..]) {
            Ok(0) => break,
            Ok(read) => at += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(at)
}
