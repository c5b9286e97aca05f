//! Which distribution this is, and whether the machine is a real one.

use super::{Family, Look, Shared, Source, record};
use crate::system::cause;
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use std::path::Path;

pub(super) const FUNCTIONS: Family = &[
    ("os.family", Source::Once(|_, _| Ok(Value::str(family(Path::new("/")))))),
    ("os.is_family_archlinux", Source::Once(|_, _| Ok(is_family(ARCHLINUX)))),
    ("os.is_family_debian", Source::Once(|_, _| Ok(is_family(DEBIAN)))),
    ("os.is_family_redhat", Source::Once(|_, _| Ok(is_family(REDHAT)))),
    ("os.is_virtual", Source::Once(|_, _| Ok(Value::Bool(is_virtual(Path::new("/")))))),
    ("os.release", Source::Once(release)),
];

const REDHAT: &str = "etc/redhat-release";
const DEBIAN: &str = "etc/debian_version";
const ARCHLINUX: &str = "etc/arch-release";

/// `os.family()`: the first family whose file is there.
fn family(root: &Path) -> &'static str {
    let families = [(REDHAT, "redhat"), (DEBIAN, "debian"), (ARCHLINUX, "archlinux")];
    families.iter().find(|(file, _)| root.join(file).exists()).map_or("", |(_, family)| family)
}

fn is_family(file: &str) -> Value {
    Value::Bool(Path::new("/").join(file).exists())
}

/// What the firmware of virtual machines says. The name of Google's has been written in two ways.
const VENDORS: &[&str] = &[
    "Amazon EC2",
    "Apple Virtualization",
    "BHYVE",
    "Bochs",
    "Google Compute Engine",
    "Google Computer Engine",
    "Hyper-V",
    "innotek GmbH",
    "KubeVirt",
    "KVM",
    "OpenStack",
    "Oracle Corporation",
    "Parallels",
    "QEMU",
    "VMware",
    "Xen",
];

/// Where the firmware says it.
const FIRMWARE: &[&str] = &["product_name", "sys_vendor", "board_vendor", "bios_vendor", "product_version"];

/// `os.is_virtual()`: whether the processor or the firmware says that there is another machine below.
fn is_virtual(root: &Path) -> bool {
    let holds = |file: &str, words: &[&str]| {
        let text = std::fs::read(root.join(file)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        words.iter().any(|word| text.contains(word))
    };
    holds("proc/cpuinfo", &["hypervisor"]) || FIRMWARE.iter().any(|file| holds(&format!("sys/class/dmi/id/{file}"), VENDORS))
}

/// `os.release()`: what os-release(5) says.
fn release(_: &Call, _: &Shared) -> Look {
    const FILES: [&str; 2] = ["/etc/os-release", "/usr/lib/os-release"];
    let mut why = format!("{} is empty", FILES[1]);
    for file in FILES {
        match std::fs::read(file) {
            Ok(text) if !text.is_empty() => return Ok(described(&String::from_utf8_lossy(&text))),
            Ok(_) => {}
            Err(error) => why = format!("can't read {file}: {}", cause(&error)),
        }
    }
    Err(why)
}

fn described(text: &str) -> Value {
    let value = |key: &str| {
        let assigned = text.lines().rev().find_map(|line| line.trim_start().strip_prefix(key)?.strip_prefix('='));
        Value::str(assigned.map(unquoted).unwrap_or_default())
    };
    record([("id", value("ID")), ("variant_id", value("VARIANT_ID")), ("version_id", value("VERSION_ID"))])
}

/// The value of an assignment as a shell reads it, without expansions, which os-release(5) does not allow.
fn unquoted(text: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if letter == open => quote = None,
            (None | Some('"'), '\\') => match letters.next() {
                Some(next) if quote.is_none() || matches!(next, '"' | '\\' | '$' | '`') => out.push(next),
                next => out.extend(std::iter::once('\\').chain(next)),
            },
            (None, letter) if letter.is_whitespace() => break,
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::testing::Bench;
    use std::fs;

    #[test]
    fn families_have_an_order() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("etc")).unwrap();
        assert_eq!(family(root.path()), "");
        for (file, wanted) in [(ARCHLINUX, "archlinux"), (DEBIAN, "debian"), (REDHAT, "redhat")] {
            fs::write(root.path().join(file), "").unwrap();
            assert_eq!(family(root.path()), wanted);
        }
    }

    #[test]
    fn a_machine_is_virtual_when_it_says_so() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("sys/class/dmi/id")).unwrap();
        fs::create_dir(root.path().join("proc")).unwrap();
        fs::write(root.path().join("sys/class/dmi/id/sys_vendor"), "Some Vendor\n").unwrap();
        assert!(!is_virtual(root.path()));
        fs::write(root.path().join("sys/class/dmi/id/product_name"), "Google Compute Engine\n").unwrap();
        assert!(is_virtual(root.path()));
        fs::remove_file(root.path().join("sys/class/dmi/id/product_name")).unwrap();
        fs::write(root.path().join("proc/cpuinfo"), "flags : fpu hypervisor lahf\n").unwrap();
        assert!(is_virtual(root.path()));
    }

    #[test]
    fn a_release_is_read_as_a_shell_would() {
        let text = "NAME='x'\n# ID=no\nID=\"de\\\"b=ian\"  # comment\nVERSION_ID='12 \\'\nOTHER_ID=no\n";
        assert_eq!(described(text).to_string(), r#"struct{id: "de\"b=ian"; variant_id: ""; version_id: "12 \\"}"#);
    }

    #[test]
    fn this_host_is_of_some_family_or_none() {
        let mut bench = Bench::new();
        bench.start("os.family", &[]);
        let family = bench.next_text();
        for name in ["archlinux", "debian", "redhat"] {
            bench.start(&format!("os.is_family_{name}"), &[]);
            let is = bench.next().unwrap() == Value::Bool(true);
            assert!(is || family != name, "{family} is not {name}");
        }
        bench.start("os.is_virtual", &[]);
        assert!(bench.next().unwrap().as_bool().is_some());
        bench.start("os.release", &[]);
        assert!(bench.next().is_ok());
    }
}
