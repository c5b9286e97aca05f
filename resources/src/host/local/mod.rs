//! State of this machine that outlives a run: stored values, numbers that are handed out, private directories; and what was downloaded,
//! which does not. Resources write it, programs read it.
//!
//! Everything is kept below one directory, whose layout is that of the Go tool of the same name: `value/KEY`, `pool/NAMESPACE/UID.uid`,
//! `vardir/…`; nothing is made before it is needed.

mod board;
mod encode;

pub use board::{Board, BoardGuard};

use mgmt_values::value::Value;
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The local state. Clones share.
#[derive(Clone)]
pub struct Local(Arc<Inner>);

struct Inner {
    root: PathBuf,
    values: Board,
    downloads: Board,
    /// What each download has come to; held while files are written, too, so that one writer is at work at a time.
    state: Mutex<BTreeMap<Box<[u8]>, Download>>,
}

/// What a download has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// The status of HTTP; -1 when there was none, because of the network, the disk or what was asked.
    pub status: i64,
    /// Where the body is; `None` when there is none.
    pub body: Option<PathBuf>,
}

impl Local {
    /// The state below a directory, which need not exist.
    pub fn new(root: impl Into<PathBuf>) -> Local {
        let (values, downloads, state) = Default::default();
        Local(Arc::new(Inner { root: root.into(), values, downloads, state }))
    }

    /// Who is told when a stored value changes, by its key.
    pub fn values(&self) -> &Board {
        &self.0.values
    }

    /// Who is told when a download comes to something, by its name.
    pub fn downloads(&self) -> &Board {
        &self.0.downloads
    }

    /// A stored value; `None` where nothing is stored.
    ///
    /// # Errors
    /// It cannot be read, or is not what was stored.
    pub fn value(&self, key: &[u8]) -> io::Result<Option<Value>> {
        let _alone = self.lock();
        match fs::read(self.value_path(key)) {
            Ok(bytes) => match encode::decode(bytes.strip_suffix(b"\n").unwrap_or(&bytes)) {
                Some(value) => Ok(Some(value)),
                None => Err(io::Error::new(io::ErrorKind::InvalidData, "the stored value is damaged")),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Stores a value, or forgets it, and tells.
    ///
    /// # Errors
    /// It cannot be written, or is a function.
    pub fn set_value(&self, key: &[u8], value: Option<&Value>) -> io::Result<()> {
        {
            let _alone = self.lock();
            let path = self.value_path(key);
            match value {
                Some(value) => {
                    let mut bytes = encode::encode(value).ok_or_else(|| io::Error::other("a function can't be stored"))?;
                    bytes.push(b'\n');
                    replace(&path, &bytes)?;
                }
                None => match fs::remove_file(path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                },
            }
        }
        self.0.values.tell(key);
        Ok(())
    }

    /// What a download has come to; `None` before it has come to anything.
    pub fn download(&self, name: &[u8]) -> Option<Download> {
        self.lock().get(name).cloned()
    }

    /// Notes what a download has come to, and tells.
    pub fn set_download(&self, name: &[u8], download: Download) {
        self.lock().insert(name.into(), download);
        self.0.downloads.tell(name);
    }

    /// The number of a name in a namespace: what it was before, or one more than the highest of the namespace.
    ///
    /// # Errors
    /// One line: an empty name, one with a slash, a damaged file, or what the system says.
    pub fn pool(&self, namespace: &[u8], uid: &[u8]) -> Result<i64, String> {
        for (what, text) in [("namespace", namespace), ("uid", uid)] {
            if text.is_empty() {
                return Err(format!("{what} is empty"));
            }
            if text.contains(&b'/') {
                return Err(format!("{what} contains slash"));
            }
        }
        if matches!(namespace, b"." | b"..") {
            return Err("namespace is invalid".to_owned());
        }
        let _alone = self.lock();
        let directory = self.0.root.join("pool").join(os(namespace));
        let path = directory.join(os(&[uid, b".uid"].concat()));
        match number(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            known => return known.map_err(|error| format!("can't read {}: {error}", path.display())),
        }
        let next = highest(&directory).and_then(|highest| {
            let next = highest.checked_add(1).ok_or_else(|| io::Error::other("the numbers are used up"))?;
            replace(&path, format!("{next}\n").as_bytes()).map(|()| next)
        });
        next.map_err(|error| format!("can't hand out a number in {}: {error}", directory.display()))
    }

    /// Makes a private directory, if need be: its path, with a slash at its end. `relative` has one too, and leads downwards only.
    ///
    /// # Errors
    /// One line: another form of path, or what the system says.
    pub fn vardir(&self, relative: &[u8]) -> Result<PathBuf, String> {
        let path = PathBuf::from(os(relative));
        if path.is_absolute() {
            return Err("path must be relative".to_owned());
        }
        if !relative.ends_with(b"/") {
            return Err("path must be a dir".to_owned());
        }
        if path.components().any(|part| part == Component::ParentDir) {
            return Err("path must not lead upwards".to_owned());
        }
        let path: PathBuf = self.0.root.join("vardir").join(path).components().collect();
        make(&path).map_err(|error| format!("can't make {}: {error}", path.display()))?;
        Ok(path.join(""))
    }

    fn value_path(&self, key: &[u8]) -> PathBuf {
        self.0.root.join("value").join(component(key))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Box<[u8]>, Download>> {
        // Every change is a single insertion.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn os(bytes: &[u8]) -> std::ffi::OsString {
    std::ffi::OsString::from_vec(bytes.to_vec())
}

/// A key as one path component: itself, with what cannot stand in one, and `%`, as in URLs.
fn component(key: &[u8]) -> String {
    let plain = |at: usize, byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'/' | b'%') && !(at == 0 && byte == b'.');
    let one = |(at, byte): (usize, &u8)| if plain(at, *byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") };
    let whole: String = key.iter().enumerate().map(one).collect();
    // A longer name fits no directory; a dot cannot be the first byte of another key's.
    if whole.len() <= 250 { whole } else { format!(".{}", blake3::hash(key).to_hex()) }
}

fn make(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o750).create(path)
}

/// Writes a file that only its owner reads, in one step and for good.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else { return Err(io::ErrorKind::InvalidInput.into()) };
    make(directory)?;
    let mut hidden = std::ffi::OsString::from(".new-");
    hidden.push(blake3::hash(name.as_encoded_bytes()).to_hex().as_str());
    let new = directory.join(hidden);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    File::open(directory)?.sync_all()
}

/// The number that a file of the pool holds.
fn number(path: &Path) -> io::Result<i64> {
    let text = fs::read_to_string(path)?;
    let number = text.trim_end().parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it is damaged"))
}

/// The highest number of a namespace; 0 where there is none.
fn highest(directory: &Path) -> io::Result<i64> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut highest = 0;
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "uid") {
            highest = highest.max(number(&path)?);
        }
    }
    Ok(highest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn numbers_are_handed_out_once_and_kept() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("local");
        let local = Local::new(&root);
        let pool = |local: &Local, namespace: &str, uid: &str| local.pool(namespace.as_bytes(), uid.as_bytes());
        assert_eq!([pool(&local, "ids", "ann"), pool(&local, "ids", "bo"), pool(&local, "ids", "ann")], [Ok(1), Ok(2), Ok(1)]);
        assert_eq!(pool(&local, "other", "ann"), Ok(1));
        let later = Local::new(&root);
        assert_eq!([pool(&later, "ids", "bo"), pool(&later, "ids", "cy")], [Ok(2), Ok(3)]);
        let file = root.join("pool/ids/cy.uid");
        assert_eq!(fs::read_to_string(&file).unwrap(), "3\n");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o750));
        fs::write(&file, "x").unwrap();
        assert!(pool(&later, "ids", "cy").is_err() && pool(&later, "ids", "di").is_err());
        for (namespace, uid, why) in [
            ("", "a", "namespace is empty"),
            ("a/", "a", "namespace contains slash"),
            ("a", "", "uid is empty"),
            ("a", "/", "uid contains slash"),
        ] {
            assert_eq!(pool(&later, namespace, uid), Err(why.to_owned()));
        }
        assert!(pool(&later, "..", "x").is_err());
    }

    #[test]
    fn private_directories_lie_below() {
        let dir = tempfile::tempdir().unwrap();
        let local = Local::new(dir.path());
        let made = local.vardir(b"app/./cache//").unwrap();
        assert_eq!(made.to_str().unwrap(), format!("{}/vardir/app/cache/", dir.path().display()));
        assert!(made.is_dir());
        for (path, why) in
            [("/app/", "relative"), ("app", "dir"), ("", "dir"), ("/", "relative"), ("../x/", "upwards"), ("a/../../", "upwards")]
        {
            assert!(local.vardir(path.as_bytes()).unwrap_err().contains(why), "{path}");
        }
    }

    #[test]
    fn values_are_stored_told_of_and_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let local = Local::new(dir.path());
        let count = Arc::new(AtomicU32::new(0));
        let ours = count.clone();
        let guard = local.values().watch(b"k", move || {
            ours.fetch_add(1, Ordering::SeqCst);
        });
        assert_eq!(local.value(b"k").unwrap(), None);
        local.set_value(b"k", Some(&Value::Int(42))).unwrap();
        local.set_value(b"../other", Some(&Value::str("x"))).unwrap();
        assert_eq!(count.load(Ordering::SeqCst), 1);
        let later = Local::new(dir.path());
        assert_eq!(
            (later.value(b"k").unwrap(), later.value(b"../other").unwrap()),
            (Some(Value::Int(42)), Some(Value::str("x")))
        );
        local.set_value(b"k", None).unwrap();
        assert_eq!((count.load(Ordering::SeqCst), later.value(b"k").unwrap()), (2, None));
        drop(guard);
        assert!(local.values().is_empty());
        fs::write(dir.path().join("value/k"), "rubbish").unwrap();
        assert!(local.value(b"k").is_err());
    }
}
