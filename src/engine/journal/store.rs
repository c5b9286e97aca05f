//! The journal on disk: an append-only table in sled, and a small file that holds the last acknowledged sequence number.
//!
//! sled alone is not enough: one flipped bit silently drops the rest of its log. So entries carry a checksum and dense numbers, the
//! number of the last one is synced to the second file before a batch is acknowledged, and a journal that falls short of it is put
//! aside.
//!
//! ```text
//! journal/store/   sled: sequence (8 bytes, big-endian) -> entry
//! journal/last     two slots, written in turn: sequence and its CRC-32, little-endian
//! journal.lock     held while the journal is open
//! ```

use super::record::{Record, decode, encode};
use super::{Journal, JournalError, Quarantine, Survived};
use mgmt_resources::kill_point;
use rustix::fs::{FlockOperation, flock};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Batches between two checkpoints: a journal holds twice as many at most.
const CHECKPOINT_EVERY: u64 = 1024;

/// How long a lock is asked for.
const LOCK_TRIES: u32 = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(5);

/// The slots lie in sectors of their own, so that a torn write spoils one of them.
const SLOTS: [u64; 2] = [0, 4096];

/// A journal on disk.
pub struct Store {
    db: sled::Db,
    last: File,
    sequence: u64,
    /// Everything below it is no longer needed.
    checkpoint: u64,
    oldest: u64,
    survived: Survived,
    quarantined: Option<Quarantine>,
    broken: Option<String>,
    _lock: File,
}

/// What was found in the files of a journal.
struct Found {
    db: sled::Db,
    last: File,
    sequence: u64,
    checkpoint: u64,
    oldest: u64,
    survived: Survived,
}

/// Why the files of a journal cannot be relied on.
enum Unusable {
    Damaged(String),
    Failed(JournalError),
}

impl From<JournalError> for Unusable {
    fn from(error: JournalError) -> Unusable {
        Unusable::Failed(error)
    }
}

impl From<Unusable> for JournalError {
    fn from(unusable: Unusable) -> JournalError {
        match unusable {
            Unusable::Damaged(damage) => JournalError::Store(damage),
            Unusable::Failed(error) => error,
        }
    }
}

impl Store {
    /// Opens the journal in `directory` (`journal` and `journal.lock` below it), or makes one. A damaged one is renamed to
    /// `journal.damaged-N`.
    ///
    /// # Errors
    /// Another process uses it, or the operating system refuses.
    pub fn open(directory: &Path) -> Result<Store, JournalError> {
        let place = directory.join("journal");
        fs::create_dir_all(directory).map_err(failed(format!("creating {}", directory.display())))?;
        let lock_path = directory.join("journal.lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&lock_path);
        let lock = lock.map_err(failed(format!("opening {}", lock_path.display())))?;
        hold(&lock, &place)?;
        // The former journal is put aside only when this one says what was lost; a crash may lie between the two renames.
        let next = directory.join("journal.next");
        if next.exists() && !place.exists() {
            rename(&next, &place)?;
        }
        let damage = match find(&place) {
            Ok(found) => return Ok(Store::of(found, lock, None)),
            Err(Unusable::Failed(error)) => return Err(error),
            Err(Unusable::Damaged(damage)) => damage,
        };
        if next.exists() {
            fs::remove_dir_all(&next).map_err(failed(format!("removing {}", next.display())))?;
        }
        let mut store = Store::of(find(&next)?, lock, None);
        store.append(&[vec![Record::Lost]])?;
        let Store { db, last, _lock: lock, .. } = store;
        drop((db, last));
        let path = free_name(directory);
        rename(&place, &path)?;
        rename(&next, &place)?;
        Ok(Store::of(find(&place)?, lock, Some(Quarantine { path, damage })))
    }

    fn of(found: Found, lock: File, quarantined: Option<Quarantine>) -> Store {
        let Found { db, last, sequence, checkpoint, oldest, survived } = found;
        Store { db, last, sequence, checkpoint, oldest, survived, quarantined, broken: None, _lock: lock }
    }

    /// The number of the last entry.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// How many entries it holds.
    pub fn entries(&self) -> usize {
        self.db.len()
    }

    fn insert(&mut self, batch: &[Record]) -> Result<(), String> {
        self.sequence += 1;
        self.db.insert(self.sequence.to_be_bytes(), encode(self.sequence, batch)).map_err(|e| e.to_string())?;
        batch.iter().for_each(|record| self.survived.apply(record));
        Ok(())
    }

    fn write(&mut self, batches: &[Vec<Record>]) -> Result<(), String> {
        for batch in batches {
            self.insert(batch)?;
        }
        let checkpoint = self.sequence - self.checkpoint >= CHECKPOINT_EVERY;
        if checkpoint {
            self.insert(&self.survived.checkpoint())?;
        }
        kill_point("journal:written");
        self.db.flush().map_err(|e| e.to_string())?;
        kill_point("journal:store-flushed");
        write_last(&self.last, self.sequence).map_err(|e| e.to_string())?;
        if checkpoint {
            // Should these removals be lost, the entries stand below a checkpoint and count for nothing.
            for old in self.oldest..self.sequence {
                self.db.remove(old.to_be_bytes()).map_err(|e| e.to_string())?;
            }
            (self.checkpoint, self.oldest) = (self.sequence, self.sequence);
        }
        Ok(())
    }
}

impl Journal for Store {
    fn survived(&self) -> &Survived {
        &self.survived
    }

    fn append(&mut self, batches: &[Vec<Record>]) -> Result<(), JournalError> {
        if let Some(error) = &self.broken {
            return Err(JournalError::Store(error.clone()));
        }
        self.write(batches).map_err(|error| {
            self.broken = Some(error.clone());
            JournalError::Store(error)
        })
    }

    fn quarantined(&self) -> Option<&Quarantine> {
        self.quarantined.as_ref()
    }
}

fn failed(what: String) -> impl FnOnce(io::Error) -> JournalError {
    move |error| JournalError::Io { what, error }
}

/// Locks a file. A child that another process of ours is just starting holds its locks until it has become its program, so one that
/// is held is asked for again for a while.
fn hold(file: &File, place: &Path) -> Result<(), JournalError> {
    let mut tries = 0;
    while flock(file, FlockOperation::NonBlockingLockExclusive).is_err() {
        tries += 1;
        if tries == LOCK_TRIES {
            return Err(JournalError::InUse(place.to_owned()));
        }
        std::thread::sleep(LOCK_PAUSE);
    }
    Ok(())
}

fn rename(from: &Path, to: &Path) -> Result<(), JournalError> {
    let synced = || File::open(to.parent().unwrap_or(to))?.sync_all();
    fs::rename(from, to).and_then(|()| synced()).map_err(failed(format!("renaming {}", from.display())))
}

fn free_name(directory: &Path) -> PathBuf {
    let mut number = 1;
    loop {
        let path = directory.join(format!("journal.damaged-{number}"));
        if !path.exists() {
            return path;
        }
        number += 1;
    }
}

/// Opens the files and reads them through.
fn find(place: &Path) -> Result<Found, Unusable> {
    fs::create_dir_all(place).map_err(failed(format!("creating {}", place.display())))?;
    let (store, last_path) = (place.join("store"), place.join("last"));
    let fresh = !store.exists();
    if !fresh && !last_path.exists() {
        return Err(Unusable::Damaged("the file `last` is missing".to_owned()));
    }
    let io = |error| Unusable::Failed(failed(format!("opening {}", last_path.display()))(error));
    let last = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&last_path).map_err(io)?;
    if last.metadata().map_err(io)?.len() == 0 && fresh {
        // The store is made only after this is on disk: a store without this file is damage.
        write_last(&last, 0).and_then(|()| File::open(place)?.sync_all()).map_err(io)?;
    }
    let acknowledged = read_last(&last).ok_or_else(|| Unusable::Damaged("the file `last` is damaged".to_owned()))?;
    if fresh && acknowledged > 0 {
        return Err(Unusable::Damaged("the store is missing".to_owned()));
    }
    if let Ok(table) = File::open(store.join("db")) {
        // Released at once: sled takes the same lock, and calls it damage when it cannot.
        hold(&table, place)?;
    }
    let db = open_sled(&store)?;
    let (mut survived, mut checkpoint) = (Survived::default(), 0);
    let entries = read(&db)?;
    let start = entries.iter().rposition(|(_, batch)| batch.as_ref().is_some_and(|b| b.first() == Some(&Record::Checkpoint)));
    let oldest = entries.first().map_or(1, |(sequence, _)| *sequence);
    let mut sequence = match start {
        Some(at) => {
            checkpoint = entries[at].0;
            checkpoint - 1
        }
        None => 0,
    };
    for (number, batch) in &entries[start.unwrap_or(0)..] {
        if *number != sequence + 1 {
            return Err(Unusable::Damaged(format!("entry {} is missing", sequence + 1)));
        }
        let batch = batch.as_ref().ok_or_else(|| Unusable::Damaged(format!("entry {number} is damaged")))?;
        batch.iter().for_each(|record| survived.apply(record));
        sequence = *number;
    }
    if sequence < acknowledged {
        return Err(Unusable::Damaged(format!("it ends at entry {sequence}, not at {acknowledged}")));
    }
    Ok(Found { db, last, sequence, checkpoint, oldest, survived })
}

type Entry = (u64, Option<Vec<Record>>);

/// All entries; of damaged ones only the number.
fn read(db: &sled::Db) -> Result<Vec<Entry>, Unusable> {
    let damaged = |what: String| Unusable::Damaged(what);
    let all = || {
        db.iter()
            .map(|item| {
                let (key, value) = item.map_err(|e| damaged(e.to_string()))?;
                let key: [u8; 8] = key.as_ref().try_into().map_err(|_| damaged("a key is damaged".to_owned()))?;
                let number = u64::from_be_bytes(key);
                Ok((number, decode(number, &value)))
            })
            .collect()
    };
    catch_unwind(AssertUnwindSafe(all)).unwrap_or_else(|_| Err(damaged("the store cannot be read".to_owned())))
}

/// sled answers some sorts of damage with a panic.
fn open_sled(path: &Path) -> Result<sled::Db, Unusable> {
    let config = sled::Config::new().path(path).flush_every_ms(None).cache_capacity(4 << 20);
    match catch_unwind(AssertUnwindSafe(|| config.open())) {
        Ok(Ok(db)) => Ok(db),
        Ok(Err(error)) => Err(Unusable::Damaged(error.to_string())),
        Err(_) => Err(Unusable::Damaged("the store cannot be opened".to_owned())),
    }
}

fn write_last(file: &File, sequence: u64) -> io::Result<()> {
    let mut slot = [0; 12];
    slot[..8].copy_from_slice(&sequence.to_le_bytes());
    slot[8..].copy_from_slice(&crc32fast::hash(&sequence.to_le_bytes()).to_le_bytes());
    // Batches raise the number by any amount, so the older slot is looked for.
    let older = if read_slot(file, SLOTS[0]) <= read_slot(file, SLOTS[1]) { SLOTS[0] } else { SLOTS[1] };
    file.write_all_at(&slot, older)?;
    file.sync_data()
}

fn read_last(file: &File) -> Option<u64> {
    SLOTS.iter().filter_map(|slot| read_slot(file, *slot)).max()
}

fn read_slot(file: &File, at: u64) -> Option<u64> {
    let mut slot = [0; 12];
    file.read_exact_at(&mut slot, at).ok()?;
    let (sequence, crc) = slot.split_first_chunk::<8>()?;
    (crc == crc32fast::hash(sequence).to_le_bytes()).then(|| u64::from_le_bytes(*sequence))
}
