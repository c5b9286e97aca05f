//! Programs to damage: those of the literate cases, and those in `programs/`, which are like the programs that people write.

use super::random::Random;
use super::verdict::Program;
use std::fs;

/// Every program of `tests/language/*.md` that is text.
pub fn programs() -> Vec<Program> {
    cases().into_iter().map(|(program, _)| program).collect()
}

/// Those of them that mark a defect of the reference.
pub fn marked() -> Vec<Program> {
    cases().into_iter().filter(|(_, marked)| *marked).map(|(program, _)| program).collect()
}

/// The programs, and whether something else is right than what the reference does.
fn cases() -> Vec<(Program, bool)> {
    let directory = format!("{}/tests/language", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut all: Vec<(Program, bool)> = Vec::new();
    for path in paths {
        let text = fs::read_to_string(path).unwrap();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if line.starts_with("## ") {
                all.push((Program::default(), false));
            } else if let Some(fence) = line.strip_prefix("```") {
                let block: String =
                    lines.by_ref().take_while(|line| line.trim_end() != "```").map(|line| format!("{line}\n")).collect();
                let last = all.last_mut().unwrap();
                let (kind, name) = fence.trim().split_once(' ').unwrap_or((fence.trim(), ""));
                last.1 |= kind.starts_with("right-");
                if kind != "raw" && (kind == "mcl" || !name.is_empty()) {
                    let name = if name.is_empty() { "main.mcl" } else { name };
                    last.0.files.insert(name.to_owned(), block);
                }
            }
        }
    }
    all.retain(|(program, _)| program.files.contains_key("main.mcl"));
    all
}

/// The programs in `programs/`.
pub fn written() -> Vec<Program> {
    let directory = format!("{}/tests/differential/programs", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| Program::main(fs::read_to_string(path).unwrap())).collect()
}

/// Two programs in one: what each of them does by itself may not depend on the other, and of two mistakes one is the first.
pub fn two(stock: &[Program], random: &mut Random) -> Program {
    let first = random.pick(stock).clone();
    let mut both = random.pick(stock).clone();
    let text = format!("{}{}", first.files["main.mcl"], both.files["main.mcl"]);
    both.files.extend(first.files);
    both.files.insert("main.mcl".to_owned(), text);
    both
}
