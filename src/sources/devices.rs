//! Processors and kernel modules, as they come and go. The kernel tells of them by uevents; what there is now stands in files.

use super::watched::{bell, follow_if};
use super::{Facts, Family, Look, Running, Shared, Source, text};
use crate::system::cause;
use mgmt_resources::watch::{News, Topic};
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use std::path::Path;

pub(super) const FUNCTIONS: Family =
    &[("os.modinfo_loaded", Source::Watch(modinfo_loaded)), ("sys.cpu_count", Source::Watch(cpu_count))];

const ONLINE: &str = "/sys/devices/system/cpu/online";
const MODULES: &str = "/proc/modules";

/// `sys.cpu_count()`: how many processors are online.
fn cpu_count(_: &Call, facts: Facts, shared: &Shared) -> Running {
    watch("cpu", facts, shared, || online(Path::new(ONLINE)))
}

/// `os.modinfo_loaded(module)`: whether a module is loaded.
fn modinfo_loaded(call: &Call, facts: Facts, shared: &Shared) -> Running {
    match text(call, 0) {
        Ok(module) => watch("module", facts, shared, move || loaded(Path::new(MODULES), &module)),
        Err(why) => {
            facts.missing(why);
            Running::over()
        }
    }
}

/// Looks, and looks again when something of a subsystem has come or gone.
fn watch(subsystem: &'static str, facts: Facts, shared: &Shared, look: impl Fn() -> Look + Send + Sync + 'static) -> Running {
    let (bell, rings) = bell();
    let guard = bell.on_news(shared, Topic::Devices, move |news| match news {
        News::Device { action, subsystem: of } => {
            of == subsystem && ["add", "remove", "online", "offline"].contains(&action.as_str())
        }
        News::Changed | News::Lost(_) => true,
    });
    follow_if(shared, facts, rings, guard, look)
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("can't read {}: {}", path.display(), cause(&error)))
}

/// The processors of a list such as `0-3,8` (Documentation/admin-guide/cputopology.rst of the kernel).
fn online(path: &Path) -> Look {
    let list = read(path)?;
    let count = list.trim_end().split(',').filter(|part| !part.is_empty()).try_fold(0i64, |count, part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        Some(count + i64::from(last.checked_sub(first)?) + 1)
    });
    count.map(Value::Int).ok_or_else(|| format!("{} is no list of processors: {}", path.display(), list.trim_end()))
}

/// Whether a module has a line. In names `-` and `_` are the same (modprobe(8)).
fn loaded(path: &Path, module: &str) -> Look {
    // A kernel that cannot load modules has no such file.
    if !path.exists() {
        return Ok(Value::Bool(false));
    }
    let wanted = module.replace('-', "_");
    Ok(Value::Bool(read(path)?.lines().any(|line| line.split(' ').next() == Some(&wanted))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::testing::Bench;
    use std::fs;

    #[test]
    fn lists_of_processors_are_counted() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("online");
        let count = |list: &str| {
            fs::write(&path, list).unwrap();
            online(&path).ok().and_then(|count| count.as_int())
        };
        assert_eq!([count("0\n"), count("0-3,8\n"), count("0,2-2,5-6\n"), count("\n")], [Some(1), Some(5), Some(4), Some(0)]);
        assert_eq!([count("x\n"), count("3-1\n"), count("-1\n")], [None; 3]);
    }

    #[test]
    fn processors_are_counted_and_listened_for() {
        let mut bench = Bench::new();
        let key = bench.start("sys.cpu_count", &[]);
        assert_eq!(bench.next().unwrap(), online(Path::new(ONLINE)).unwrap());
        assert_eq!(bench.watches(), [0, 0, 1]);
        bench.sources.stop(&key);
        assert_eq!(bench.watches(), [0, 0, 0]);
    }

    #[test]
    fn a_module_that_is_loaded_is_seen() {
        let mut bench = Bench::new();
        bench.start("os.modinfo_loaded", &[Value::str("no such module")]);
        assert_eq!(bench.next(), Ok(Value::Bool(false)));
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("modules");
        fs::write(&path, "loop_back 16384 0 - Live 0x0000000000000000\n").unwrap();
        assert_eq!(loaded(&path, "loop-back"), Ok(Value::Bool(true)));
        assert_eq!(loaded(&path, "loop"), Ok(Value::Bool(false)));
        assert_eq!(loaded(&dir.path().join("none"), "loop"), Ok(Value::Bool(false)));
    }

    /// The kernel repeats a uevent when its action is written to a file of its device (Documentation/ABI/testing/sysfs-uevent).
    #[test]
    fn what_the_kernel_tells_is_looked_at() {
        let bench = Bench::new();
        let path = bench.directory.path().join("online");
        fs::write(&path, "0\n").unwrap();
        let (shared, facts) = bench.pieces("sys.cpu_count");
        let looked = path.clone();
        let running = watch("cpu", facts, &shared, move || online(&looked));
        assert_eq!(bench.next(), Ok(Value::Int(1)));
        fs::write(&path, "0-1\n").unwrap();
        if let Err(error) = fs::write("/sys/devices/system/cpu/cpu0/uevent", "add") {
            eprintln!("skipped: the kernel cannot be made to repeat a uevent here: {error}");
            return;
        }
        assert_eq!(bench.next(), Ok(Value::Int(2)));
        drop(running);
        assert_eq!(bench.watches(), [0, 0, 0]);
    }
}
