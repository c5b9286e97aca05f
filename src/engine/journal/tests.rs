use super::memory::Memory;
use super::record::{decode, encode};
use super::store::Store;
use super::*;
use proptest::prelude::*;
use std::fs;
use std::path::Path;

fn name(text: &str) -> Name {
    Name { kind: "file".to_owned(), name: text.as_bytes().to_vec() }
}

fn pending(from: &str, to: &str, number: u64) -> Record {
    Record::Pending { from: name(from), to: name(to), number }
}

fn delivered(from: &str, to: &str, number: u64) -> Record {
    Record::Delivered { from: name(from), to: name(to), number }
}

#[test]
fn a_notification_is_gone_when_its_last_number_was_seen() {
    let mut survived = Survived::default();
    for record in [Record::Intent(name("a")), pending("a", "r", 1), Record::Done(name("a")), pending("a", "r", 2)] {
        survived.apply(&record);
    }
    survived.apply(&delivered("a", "r", 1));
    assert_eq!(survived.pending[&(name("a"), name("r"))], 2, "a newer one stays");
    survived.apply(&delivered("a", "r", 2));
    assert_eq!(survived, Survived::default());
}

#[test]
fn a_store_survives_being_closed_and_trims_itself() {
    let dir = tempfile::tempdir().unwrap();
    let mut expected = Survived::default();
    for round in 0..3u64 {
        let mut store = Store::open(dir.path()).unwrap();
        assert_eq!((store.survived(), store.quarantined()), (&expected, None));
        for i in 0..900 {
            let batch =
                vec![pending("a", &format!("r{}", i % 7), round * 1000 + i), Record::Intent(name(&format!("s{}", i % 5)))];
            batch.iter().for_each(|r| expected.apply(r));
            store.append(&[batch]).unwrap();
        }
        assert!(store.entries() <= 2100, "{}", store.entries());
    }
}

#[test]
fn opening_writes_no_record() {
    let dir = tempfile::tempdir().unwrap();
    Store::open(dir.path()).unwrap().append(&[vec![pending("a", "b", 1)]]).unwrap();
    let before = Store::open(dir.path()).unwrap().sequence();
    assert_eq!(Store::open(dir.path()).unwrap().sequence(), before);
}

#[test]
fn two_processes_cannot_share_a_journal() {
    let dir = tempfile::tempdir().unwrap();
    let _held = Store::open(dir.path()).unwrap();
    assert!(matches!(Store::open(dir.path()), Err(JournalError::InUse(_))));
}

/// Files of the store with content, biggest first.
fn files(path: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut open = vec![path.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if fs::metadata(&path).unwrap().len() > 0 {
                all.push(path);
            }
        }
    }
    all.sort_by_key(|path| std::cmp::Reverse(fs::metadata(path).unwrap().len()));
    all
}

/// A journal in which `a` owes `r` a notification, and what became of it after `damage` was done to its directory.
fn after(damage: impl Fn(&Path)) -> (Survived, Option<Quarantine>, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    for i in 0..5 {
        store.append(&[vec![Record::Intent(name("a"))], vec![pending("a", "r", i), Record::Done(name("a"))]]).unwrap();
    }
    drop(store);
    damage(&dir.path().join("journal"));
    let store = Store::open(dir.path()).unwrap();
    let found = (store.survived().clone(), store.quarantined().cloned());
    drop(store);
    (found.0, found.1, dir)
}

fn owed(survived: &Survived) -> bool {
    survived.lost || survived.pending.contains_key(&(name("a"), name("r")))
}

#[test]
fn a_damaged_journal_is_put_aside_and_says_what_was_lost() {
    let whole = after(|_| {});
    assert!(owed(&whole.0) && !whole.0.lost && whole.1.is_none());

    let without_last = after(|journal| fs::remove_file(journal.join("last")).unwrap());
    let without_store = after(|journal| fs::remove_dir_all(journal.join("store")).unwrap());
    let torn_last = after(|journal| fs::write(journal.join("last"), "x").unwrap());
    let emptied = after(|journal| {
        for file in files(&journal.join("store")) {
            fs::write(file, "").unwrap();
        }
    });
    for (survived, quarantine, dir) in [without_last, without_store, torn_last, emptied] {
        let quarantine = quarantine.unwrap();
        assert!(survived.lost && quarantine.path.exists() && !quarantine.damage.is_empty());
        let mut again = Store::open(dir.path()).unwrap();
        assert!(again.survived().lost && again.quarantined().is_none(), "remembered until it is made up for");
        again.append(&[vec![Record::Found]]).unwrap();
        drop(again);
        assert_eq!(Store::open(dir.path()).unwrap().survived(), &Survived::default());
    }
}

#[test]
fn a_crash_while_it_is_put_aside_loses_nothing() {
    let (_, _, dir) = after(|journal| fs::remove_file(journal.join("last")).unwrap());
    // As between the two renames.
    fs::rename(dir.path().join("journal"), dir.path().join("journal.next")).unwrap();
    assert!(Store::open(dir.path()).unwrap().survived().lost);
}

#[test]
fn no_flipped_bit_and_no_torn_file_loses_a_notification() {
    let mut quarantined = 0;
    for file in 0..4 {
        for step in 0..32usize {
            let (survived, quarantine, _dir) = after(|journal| {
                let all = files(journal);
                let path = &all[file % all.len()];
                let mut bytes = fs::read(path).unwrap();
                let at = bytes.len().min(8192) * step / 32;
                if step % 2 == 0 {
                    bytes[at] ^= 1 << (step % 8)
                } else {
                    bytes.truncate(at)
                }
                fs::write(path, bytes).unwrap();
            });
            assert!(owed(&survived), "file {file}, step {step}: {quarantine:?}");
            quarantined += usize::from(quarantine.is_some());
        }
    }
    assert!(quarantined > 10, "the damage must have been real: {quarantined}");
}

fn any_name() -> impl Strategy<Value = Name> {
    ("[a-z:]{1,8}", prop::collection::vec(any::<u8>(), 0..12)).prop_map(|(kind, name)| Name { kind, name })
}

fn any_record() -> impl Strategy<Value = Record> {
    prop_oneof![
        any_name().prop_map(Record::Intent),
        any_name().prop_map(Record::Done),
        (any_name(), any_name(), any::<u64>()).prop_map(|(from, to, number)| Record::Pending { from, to, number }),
        (any_name(), any_name(), any::<u64>()).prop_map(|(from, to, number)| Record::Delivered { from, to, number }),
        Just(Record::Lost),
        Just(Record::Found),
        Just(Record::Checkpoint),
    ]
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(batch in prop::collection::vec(any_record(), 0..8), sequence: u64, flip: usize) {
        let mut bytes = encode(sequence, &batch);
        prop_assert_eq!(decode(sequence, &bytes), Some(batch));
        prop_assert_eq!(decode(sequence.wrapping_add(1), &bytes), None);
        let at = flip % bytes.len();
        bytes[at] ^= 1 << (flip % 8);
        prop_assert_eq!(decode(sequence, &bytes), None);
    }

    #[test]
    fn a_checkpoint_amounts_to_all_before_it(batches in prop::collection::vec(prop::collection::vec(any_record(), 0..4), 0..20)) {
        let mut journal = Memory::new();
        journal.append(&batches).unwrap();
        let mut survived = Survived { lost: true, ..Survived::default() };
        journal.survived().checkpoint().iter().for_each(|record| survived.apply(record));
        prop_assert_eq!(&survived, journal.survived());
        let crashed = journal.crashed(batches.len());
        prop_assert_eq!(crashed.survived(), journal.survived());
    }
}
