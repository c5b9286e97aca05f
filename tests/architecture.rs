//! The design's rules about who may know whom, read off the manifests and sources.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The workspace's packages: directory, and the packages of the workspace that each may know.
const PACKAGES: &[(&str, &[&str])] = &[
    ("lang/values", &[]),
    ("lang", &["mgmt-values"]),
    ("dataflow", &["mgmt-values"]),
    ("resources", &["mgmt-values"]),
    (".", &["mgmt-values", "mgmt-lang", "mgmt-dataflow", "mgmt-resources"]),
];

/// Dependencies that only some packages may have.
const RESERVED: &[(&str, &[&str])] = &[
    ("timely", &["dataflow"]),
    ("differential-dataflow", &["dataflow"]),
    ("sled", &["."]),
    ("petgraph", &["."]),
    ("clap", &["."]),
    ("tokio", &["resources", "."]),
    ("inotify", &["resources"]),
    ("zbus", &["resources", "."]),
    ("rustix", &["resources", "."]),
];

/// Words that must not occur below a directory, and why.
const FORBIDDEN: &[(&str, &[&str], &str)] = &[
    (
        "lang",
        &[
            "std::fs",
            "std::process",
            "std::net::Tcp",
            "std::net::Udp",
            "ToSocketAddrs",
            "std::env",
            "std::os",
            "SystemTime::now",
            "Instant::now",
        ],
        "the language knows no operating system and no clock",
    ),
    (
        "dataflow/src",
        &["std::fs", "std::process", "std::net", "std::env", "std::os", "SystemTime::now"],
        "the dataflow does no I/O",
    ),
    (
        "src/engine/scheduler",
        &["tokio", "std::fs", "SystemTime::now", "Instant::now", "mgmt_resources::watch"],
        "the scheduler is a pure state machine",
    ),
    ("resources/src", &["mgmt_lang", "mgmt_dataflow", "timely", "differential_dataflow"], "resources never see a collection"),
    ("src", &["timely::", "differential_dataflow"], "only the dataflow knows collections"),
];

/// The ceiling of packages in the lock file. Raising it is a decision.
const MOST_PACKAGES: usize = 200;

/// A longer file is a table or a mistake.
const LONGEST_FILE: usize = 1000;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// All Rust sources below a directory of the repository, sorted.
fn sources(directory: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![root().join(directory)];
    while let Some(directory) = left.pop() {
        let entries = fs::read_dir(&directory).unwrap_or_else(|e| panic!("{}: {e}", directory.display()));
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The code of a file that runs in the product, by line number: without comments, without tests.
fn code(path: &Path) -> Vec<(usize, String)> {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let of_tests = ["tests", "testing"].contains(&name)
        || path.components().any(|c| ["tests", "testing"].contains(&c.as_os_str().to_str().unwrap()));
    if of_tests {
        return Vec::new();
    }
    let text = fs::read_to_string(path).unwrap();
    let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = product.lines().enumerate().map(|(i, line)| (i + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(i, line)| (i, line.to_owned())).collect()
}

/// The names under the sections of a manifest whose title ends in `section`.
fn names(manifest: &str, section: &str) -> Vec<String> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if let Some(title) = line.strip_prefix('[') {
            inside = title.trim_end_matches(']').ends_with(section) && !title.starts_with("workspace");
        } else if inside
            && let Some(name) = line.split(['.', '=', ' ']).next().filter(|name| !name.is_empty() && !name.starts_with('#'))
        {
            names.push(name.to_owned());
        }
    }
    names
}

#[track_caller]
fn nothing(found: Vec<String>) {
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn dependencies_point_one_way() {
    let mut wrong = Vec::new();
    for (directory, allowed) in PACKAGES {
        let manifest = read(format!("{directory}/Cargo.toml"));
        let product = names(&manifest, "dependencies").into_iter();
        for name in product.filter(|name| name.starts_with("mgmt-") && !allowed.contains(&&**name)) {
            wrong.push(format!("{directory} must not know {name}"));
        }
    }
    nothing(wrong);
}

#[test]
fn dependencies_that_belong_to_one_part_stay_there() {
    let mut wrong = Vec::new();
    for (directory, _) in PACKAGES {
        let manifest = read(format!("{directory}/Cargo.toml"));
        let dependencies = names(&manifest, "dependencies");
        for (reserved, owners) in RESERVED {
            if dependencies.iter().any(|name| name == reserved) && !owners.contains(directory) {
                wrong.push(format!("{directory} must not depend on {reserved}"));
            }
        }
    }
    nothing(wrong);
}

#[test]
fn every_package_is_known_here_and_obeys_the_shared_lints() {
    let workspace = read("Cargo.toml");
    let members = workspace.lines().find_map(|line| line.strip_prefix("members = ")).unwrap();
    let members: Vec<&str> = members.trim_matches(['[', ']']).split(", ").map(|name| name.trim_matches('"')).collect();
    let known: Vec<&str> = PACKAGES.iter().map(|(directory, _)| *directory).filter(|directory| *directory != ".").collect();
    let unknown: Vec<String> =
        members.iter().filter(|name| !known.contains(name)).map(|name| format!("who may {name} know?")).collect();
    nothing(unknown);
    let lax =
        PACKAGES.iter().filter(|(directory, _)| !read(format!("{directory}/Cargo.toml")).contains("[lints]\nworkspace = true"));
    nothing(lax.map(|(directory, _)| format!("{directory} lacks the workspace's lints")).collect());
    assert!(workspace.contains("unsafe_code = \"forbid\""));
}

#[test]
fn parts_use_only_what_is_theirs_to_use() {
    let mut wrong = Vec::new();
    for (directory, words, why) in FORBIDDEN {
        if !root().join(directory).exists() {
            panic!("{directory} is gone: its rule needs another place");
        }
        for path in sources(directory) {
            for (number, line) in code(&path) {
                for word in words.iter().filter(|word| line.contains(**word)) {
                    wrong.push(format!("{}:{number}: `{word}`: {why}", path.display()));
                }
            }
        }
    }
    nothing(wrong);
}

#[test]
fn only_the_command_line_prints() {
    let mut wrong = Vec::new();
    for directory in ["src", "lang", "dataflow/src", "resources/src"] {
        for path in sources(directory).into_iter().filter(|path| !path.starts_with(root().join("src/cli"))) {
            for (number, line) in code(&path) {
                let prints = ["println!", "print!(", "stdout()", "stderr()"].iter().any(|word| line.contains(word));
                if prints {
                    wrong.push(format!("{}:{number}: prints: {}", path.display(), line.trim()));
                }
            }
        }
    }
    nothing(wrong);
}

#[test]
fn files_stay_small() {
    let mut wrong = Vec::new();
    for directory in ["src", "lang", "dataflow", "resources", "tests"] {
        for path in sources(directory) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            if lines > LONGEST_FILE {
                wrong.push(format!("{} has {lines} lines", path.display()));
            }
        }
    }
    nothing(wrong);
}

#[test]
fn the_tree_of_dependencies_stays_small() {
    let lock = read("Cargo.lock");
    let mut packages: BTreeMap<&str, usize> = BTreeMap::new();
    for name in lock.lines().filter_map(|line| line.strip_prefix("name = ")) {
        *packages.entry(name).or_default() += 1;
    }
    let count: usize = packages.values().sum();
    assert!(count <= MOST_PACKAGES, "{count} packages in Cargo.lock");
}
