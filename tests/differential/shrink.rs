//! Makes a program small while it stays a find: files, lines, then tokens and what stands between brackets go.

use super::damage::{closing, tokens};
use super::verdict::Program;

/// The smallest program that was reached with at most `tries` questions.
pub fn shrink(program: &Program, mut tries: usize, still: &dyn Fn(&Program) -> bool) -> Program {
    let mut best = program.clone();
    loop {
        let before = best.clone();
        for name in before.files.keys().filter(|name| *name != "main.mcl") {
            let mut fewer = best.clone();
            fewer.files.remove(name);
            attempt(&mut best, fewer, &mut tries, still);
        }
        for name in before.files.keys() {
            if best.files.contains_key(name) {
                lines(&mut best, name, &mut tries, still);
                brackets(&mut best, name, &mut tries, still);
                pieces(&mut best, name, &mut tries, still);
            }
        }
        if best == before || tries == 0 {
            return best;
        }
    }
}

fn attempt(best: &mut Program, smaller: Program, tries: &mut usize, still: &dyn Fn(&Program) -> bool) -> bool {
    if *tries == 0 {
        return false;
    }
    *tries -= 1;
    let good = still(&smaller);
    if good {
        *best = smaller;
    }
    good
}

fn with(program: &Program, name: &str, text: String) -> Program {
    let mut changed = program.clone();
    changed.files.insert(name.to_owned(), text);
    changed
}

/// Runs of lines go; then single blocks lose their first and last line.
fn lines(best: &mut Program, name: &str, tries: &mut usize, still: &dyn Fn(&Program) -> bool) {
    let mut size = best.files[name].lines().count().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        loop {
            let text = best.files[name].clone();
            let old: Vec<&str> = text.split_inclusive('\n').collect();
            if at >= old.len() || *tries == 0 {
                break;
            }
            let end = (at + size).min(old.len());
            let fewer = [&old[..at], &old[end..]].concat().concat();
            if !attempt(best, with(best, name, fewer), tries, still) {
                at += size;
            }
        }
        size /= 2;
    }
    let mut at = 0;
    loop {
        let text = best.files[name].clone();
        let old: Vec<&str> = text.split_inclusive('\n').collect();
        let Some(line) = old.get(at) else { return };
        let indent = line.len() - line.trim_start_matches('\t').len();
        let closes = |other: &&str| other.trim_end().len() == indent + 1 && other.trim() == "}";
        if line.trim_end().ends_with('{')
            && let Some(end) = old.iter().skip(at + 1).position(closes).map(|end| at + 1 + end)
            && attempt(best, with(best, name, [&old[..at], &old[at + 1..end], &old[end + 1..]].concat().concat()), tries, still)
        {
            continue;
        }
        at += 1;
    }
}

/// A bracket goes with what is in it, or its content alone, or everything but its content.
fn brackets(best: &mut Program, name: &str, tries: &mut usize, still: &dyn Fn(&Program) -> bool) {
    let mut at = 0;
    loop {
        let text = best.files[name].clone();
        let old = tokens(&text);
        if at >= old.len() || *tries == 0 {
            return;
        }
        if let Some(end) = closing(&old, at) {
            let variants = [
                [&old[..at], &old[end + 1..]].concat().concat(),
                [&old[..=at], &old[end..]].concat().concat(),
                [&old[..at], &old[at + 1..end], &old[end + 1..]].concat().concat(),
            ];
            let smaller = variants.into_iter().filter(|variant| variant.len() < text.len());
            if smaller.into_iter().any(|variant| attempt(best, with(best, name, variant), tries, still)) {
                continue;
            }
        }
        at += 1;
    }
}

/// Runs of tokens go.
fn pieces(best: &mut Program, name: &str, tries: &mut usize, still: &dyn Fn(&Program) -> bool) {
    for size in [6, 4, 3, 2, 1] {
        let mut at = 0;
        loop {
            let text = best.files[name].clone();
            let old = tokens(&text);
            if at >= old.len() || *tries == 0 {
                break;
            }
            let end = (at + size).min(old.len());
            let fewer = [&old[..at], &old[end..]].concat().concat();
            if !attempt(best, with(best, name, fewer), tries, still) {
                at += 1;
            }
        }
    }
}
