//! Random changes of a small tree: whenever what a watch reaches for looks different afterwards, the watch must have been told.

use super::*;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::sync::atomic::{AtomicUsize, Ordering};

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A path of one to three names out of three.
    fn path(&mut self, top: &Path) -> PathBuf {
        (0..=self.below(3)).fold(top.to_owned(), |path, _| path.join(["a", "b", "c"][self.below(3) as usize]))
    }
}

/// What a watch of this reach sees at a path.
fn seen(path: &Path, reach: Reach) -> String {
    let Ok(meta) = fs::metadata(path) else { return "nothing".to_owned() };
    let mut out = format!("{} {:o}", meta.ino(), meta.mode());
    if meta.is_file() {
        out += &fs::read_to_string(path).unwrap_or_default();
    } else if reach > Reach::Alone {
        out += &format!("{:?}", entries(path, reach == Reach::Tree));
    }
    out
}

/// What stands in a directory, links not followed.
fn entries(path: &Path, deep: bool) -> BTreeMap<PathBuf, String> {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        let (path, Ok(meta)) = (entry.path(), entry.metadata()) else { continue };
        let content = if meta.is_file() { fs::read_to_string(&path).unwrap_or_default() } else { String::new() };
        out.insert(path.clone(), format!("{} {:o} {content}", meta.ino(), meta.mode()));
        if deep && meta.is_dir() {
            out.extend(entries(&path, true));
        }
    }
    out
}

/// One change; what cannot be done is not.
fn change(random: &mut Random, top: &Path) -> String {
    let (path, other) = (random.path(top), random.path(top));
    let (what, done) = match random.below(9) {
        0 | 1 => ("write", fs::write(&path, random.next().to_string())),
        2 => ("mkdir", fs::create_dir_all(&path)),
        3 => ("unlink", fs::remove_file(&path)),
        4 => ("rmtree", fs::remove_dir_all(&path)),
        5 | 6 => ("rename", fs::rename(&path, &other)),
        7 => {
            let target =
                if random.below(2) == 0 { other.clone() } else { ["../b", "a", "c/a", "."][random.below(4) as usize].into() };
            ("symlink", symlink(target, &path))
        }
        _ => ("chmod", fs::set_permissions(&path, fs::Permissions::from_mode(0o700 | random.below(64) as u32))),
    };
    format!("{what} {} {} {done:?}", path.display(), other.display())
}

fn history(seed: u64, steps: usize) {
    let mut random = Random(seed);
    let dir = tempfile::tempdir().unwrap();
    let top = dir.path().canonicalize().unwrap().join("top");
    fs::create_dir(&top).unwrap();
    let files = Files::default();
    let watch = |path: PathBuf, reach| {
        let told = Arc::new(AtomicUsize::new(0));
        let counter = told.clone();
        let count = Arc::new(move |_| {
            counter.fetch_add(1, Ordering::SeqCst);
        });
        (files.watch(&path, reach, count).unwrap(), path, reach, told)
    };
    let mut watches = Vec::new();
    let mut log = Vec::new();
    for _ in 0..steps {
        // Watches come and go too.
        if watches.len() < 12 {
            let (path, reach) = (random.path(&top), [Reach::Alone, Reach::Itself, Reach::Tree][random.below(3) as usize]);
            watches.push(watch(path, reach));
        } else if random.below(10) == 0 {
            drop(watches.swap_remove(random.below(12) as usize));
        }
        let before: Vec<_> =
            watches.iter().map(|(_, path, reach, told)| (seen(path, *reach), told.load(Ordering::SeqCst))).collect();
        log.push(change(&mut random, &top));
        files.drained();
        for ((_, path, reach, told), (was, heard)) in watches.iter().zip(before) {
            let is = seen(path, *reach);
            assert!(
                is == was || told.load(Ordering::SeqCst) > heard,
                "seed {seed}: {} ({reach:?}) was\n{was}\nis\n{is}\nand nobody was told; the last changes:\n{}",
                path.display(),
                log[log.len().saturating_sub(12)..].join("\n")
            );
        }
    }
    drop(watches);
    let shared = &files.0.get().unwrap().as_ref().unwrap().shared;
    let left = {
        let mut tree = shared.lock();
        tree.collect();
        (tree.size(), tree.descriptors())
    };
    assert_eq!(left, (1, 1), "seed {seed}: nothing but the root is left");
}

#[test]
fn no_change_is_missed() {
    for seed in 1..=20 {
        history(seed, 150);
    }
}
