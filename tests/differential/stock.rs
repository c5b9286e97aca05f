//! Programs to damage: those of the literate cases, and those in `programs/`, which are like the programs that people write.

use super::random::Random;
use super::repair::{self, Node};
use super::verdict::Program;
use mgmt_lang::syntax::tree::Statement;
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

/// A program in a block: what it does by itself, it does below a condition, in a round of a loop, in a class or in a module too. Imports stay
/// outside of the block.
pub fn wrapped(stock: &[Program], random: &mut Random) -> Program {
    let mut program = random.pick(stock).clone();
    let text = &program.files["main.mcl"];
    let parsed = mgmt_lang::syntax::parse(mgmt_values::FileId(0), text);
    let (mut outside, mut inside) = (String::new(), String::new());
    let mut end = 0;
    for statement in &parsed.program.statements {
        let part = &text[end..statement.span().end as usize];
        end = statement.span().end as usize;
        if matches!(statement, Statement::Import(_)) { &mut outside } else { &mut inside }.push_str(part);
    }
    let block = |head: &str, outside: &str| format!("{outside}\n{head} {{{inside}{}\n}}\n", &text[end..]);
    let wrapped = match random.below(7) {
        0 => block("if $hostname == \"\"", &outside),
        1 => block("for $round, $one in [\"x\"]", &outside),
        2 => block("forkv $round, $one in {1 => \"x\"}", &outside),
        3 => format!("{}include wrapper\n", block("class wrapper", &outside)),
        4 => format!("{}include wrapper(1) as wrapped\n", block("class wrapper($one)", &outside)),
        5 => format!("for $round, $one in [\"x\"] {{\n\tinclude wrapper($one)\n}}\n{}", block("class wrapper($one)", &outside)),
        _ => {
            let class = block("class wrapper", &outside);
            program.files.insert("wrapper.mcl".to_owned(), class);
            "import \"wrapper.mcl\" as outer\ninclude outer.wrapper\n".to_owned()
        }
    };
    program.files.insert("main.mcl".to_owned(), wrapped);
    program
}

/// A program with one expression written in another way that means the same: in brackets, in a branch, in a function, or tried.
pub fn rewritten(stock: &[Program], random: &mut Random) -> Program {
    let mut program = random.pick(stock).clone();
    let text = program.files["main.mcl"].clone();
    let mut spans = Vec::new();
    repair::walk(&text, &mut |node| {
        if let Node::Expr(expr) = node {
            spans.push(expr.span.start as usize..expr.span.end as usize);
        }
    });
    if spans.is_empty() {
        return program;
    }
    let span = random.pick(&spans).clone();
    let old = &text[span.clone()];
    let (new, more) = match random.below(8) {
        0 => (format!("({old})"), ""),
        1 => (format!("if true {{ {old} }} else {{ {old} }}"), ""),
        2 => (format!("func() {{ {old} }}()"), ""),
        3 => (format!("func() {{ func() {{ {old} }}() }}()"), ""),
        4 => (format!("func($given) {{ $given }}({old})"), ""),
        5 => (format!("itself({old})"), "func itself($given) { $given }\n"),
        6 => (format!("called(func() {{ {old} }})"), "func called($given) { $given() }\n"),
        _ => (format!("({old} <|> {old})"), ""),
    };
    let rewritten = format!("{}{new}{}\n{more}", &text[..span.start], &text[span.end..]);
    program.files.insert("main.mcl".to_owned(), rewritten);
    program
}
