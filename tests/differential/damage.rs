//! Near misses: one small mistake in a program.

use super::random::Random;
use super::verdict::Program;

/// Something to put where it does not belong.
const STRAYS: &[&str] = &[
    "$x",
    "1",
    "\"a\"",
    "true",
    "1.5",
    "[]",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ",",
    "=>",
    "->",
    "<|>",
    "?:",
    "+",
    "-",
    "*",
    "/",
    "==",
    "in",
    "and",
    "not",
    "if",
    "else",
    "for",
    "as",
    "func",
    "class",
    "include",
    "import",
    ":",
    ";",
    ".",
    "$",
    "=",
    "str",
    "int",
    "[]str",
    "map{str: int}",
    "struct",
    "Meta:noop",
    "Noop[\"n\"]",
    "noop",
    "\n",
    "#",
    "-1",
    "panic",
    "collect",
    "<",
    "!=",
    "\"${x}\"",
    "\"\\q\"",
    "$const.res.file.state.exists",
    "len(",
    "$hostname",
];

/// The tokens of a text, blanks and line ends among them, so that their concatenation is the text.
pub fn tokens(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut all = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
        match bytes[at] {
            b' ' | b'\t' => {
                while at < bytes.len() && matches!(bytes[at], b' ' | b'\t') {
                    at += 1;
                }
            }
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at = (at + 1).min(bytes.len());
                while !text.is_char_boundary(at) {
                    at += 1;
                }
            }
            b'#' => {
                while at < bytes.len() && bytes[at] != b'\n' {
                    at += 1;
                }
            }
            byte if word(byte) => {
                while at < bytes.len()
                    && (word(bytes[at]) || bytes[at] == b'.' && at + 1 < bytes.len() && bytes[at + 1].is_ascii_digit())
                {
                    at += 1;
                }
            }
            _ => {
                let three = text.get(at..at + 3).unwrap_or_default();
                let two = text.get(at..at + 2).unwrap_or_default();
                at += match () {
                    () if three == "<|>" => 3,
                    () if ["=>", "->", "==", "!=", "<=", ">=", "?:"].contains(&two) => 2,
                    () => 1,
                };
            }
        }
        all.push(&text[start..at]);
    }
    all
}

fn blank(token: &str) -> bool {
    token.trim_matches([' ', '\t']).is_empty()
}

fn word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_ascii_lowercase())
}

/// The program with one mistake, most often. Mistakes that leave a program that can be parsed are preferred: there is more to say of them.
pub fn damage(program: &Program, random: &mut Random) -> Program {
    let names: Vec<&String> = program.sources().map(|(name, _)| name).collect();
    let name = random.pick(&names).as_str().to_owned();
    let text = &program.files[&name];
    let mut damaged = String::new();
    for _ in 0..5 {
        damaged = match random.below(10) {
            0 => lines(text, random),
            1..=4 => one_part(text, random),
            _ => one_token(text, random),
        };
        let parses = mgmt_lang::syntax::parse(mgmt_values::FileId(0), &damaged).mistakes.is_empty();
        if damaged != *text && (parses || random.chance(15)) {
            break;
        }
    }
    let mut damaged_program = program.clone();
    damaged_program.files.insert(name, damaged);
    damaged_program
}

/// Something that a name stands for, or a part between brackets, in the place of another one of its sort.
fn one_part(text: &str, random: &mut Random) -> String {
    const FIELDS: &[&str] =
        &["content", "msg", "state", "int64", "cmd", "comment", "anotherstr", "boolptr", "float64", "name", "args"];
    const KINDS: &[&str] = &["noop", "print", "test", "file", "exec", "svc", "user", "http:server", "value", "password", "kv"];
    const FUNCTIONS: &[&str] =
        &["len", "fmt.printf", "list_lookup", "concat", "contains", "strings.to_lower", "convert.to_float", "iter.map"];
    let old = tokens(text);
    let mut new: Vec<String> = old.iter().map(|&token| token.to_owned()).collect();
    let next = |at: usize| (at + 1..old.len()).find(|&at| !blank(old[at]));
    let before = |at: usize| (0..at).rev().find(|&at| !blank(old[at]));
    let is = |at: Option<usize>, token: &str| at.is_some_and(|at| old[at] == token);
    let places = |wanted: &dyn Fn(usize) -> bool| (0..old.len()).filter(|&at| wanted(at)).collect::<Vec<usize>>();
    let one = |random: &mut Random, from: &[usize]| if from.is_empty() { None } else { Some(*random.pick(from)) };
    match random.below(7) {
        // a definition misspelt, so that nothing uses it and all of its uses are wrong
        6 => {
            let defines = |at: usize| is(next(at), "=") || ["in", ",", ")"].iter().any(|token| is(next(at), token));
            let all = places(&|at| word(old[at]) && at > 0 && old[at - 1] == "$" && defines(at));
            if let Some(at) = one(random, &all) {
                new[at].push('x');
            }
        }
        // a variable
        0 => {
            let all = places(&|at| word(old[at]) && at > 0 && old[at - 1] == "$");
            if let (Some(at), Some(other)) = (one(random, &all), one(random, &all)) {
                new[at] = old[other].to_owned();
            }
        }
        // a field
        1 => {
            let all = places(&|at| word(old[at]) && is(next(at), "=>") && !is(before(at), ":"));
            if let Some(at) = one(random, &all) {
                new[at] = (*random.pick(FIELDS)).to_owned();
            }
        }
        // a kind
        2 => {
            let starts = |at: usize| at == 0 || before(at).is_none_or(|at| old[at] == "\n");
            let all =
                places(&|at| word(old[at]) && starts(at) && next(at).is_some_and(|at| old[at].starts_with(['"', '[', '$'])));
            if let Some(at) = one(random, &all) {
                new[at] = (*random.pick(KINDS)).to_owned();
            }
        }
        // a function
        3 => {
            let all =
                places(&|at| word(old[at]) && is(next(at), "(") && !is(before(at), ".") && !["func", "class"].contains(&old[at]));
            if let Some(at) = one(random, &all) {
                new[at] = (*random.pick(FUNCTIONS)).to_owned();
            }
        }
        // an argument or an element lost, doubled or swapped
        4 => {
            let all = places(&|at| ["(", "[", "{"].contains(&old[at]) && closing(&old, at).is_some());
            if let Some(at) = one(random, &all)
                && let Some(end) = closing(&old, at)
            {
                let mut parts: Vec<String> = vec![String::new()];
                let mut depth = 0_usize;
                for &token in &old[at + 1..end] {
                    match token {
                        "(" | "[" | "{" => depth += 1,
                        ")" | "]" | "}" => depth -= 1,
                        "," if depth == 0 => {
                            parts.push(String::new());
                            continue;
                        }
                        _ => {}
                    }
                    parts.last_mut().unwrap().push_str(token);
                }
                let part = random.below(parts.len());
                match random.below(3) {
                    0 => {
                        parts.remove(part);
                    }
                    1 => parts.insert(part, parts[part].clone()),
                    _ => {
                        let other = random.below(parts.len());
                        parts.swap(part, other);
                    }
                }
                new.splice(at + 1..end, [parts.join(",")]);
            }
        }
        // what is between brackets
        _ => {
            let all = places(&|at| ["(", "["].contains(&old[at]) && closing(&old, at).is_some());
            if let (Some(at), Some(other)) = (one(random, &all), one(random, &all))
                && let (Some(end), Some(other_end)) = (closing(&old, at), closing(&old, other))
            {
                new.splice(at..=end, old[other..=other_end].iter().map(|&token| token.to_owned()));
            }
        }
    }
    new.concat()
}

/// A line lost, doubled, or swapped with its neighbour.
fn lines(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    if lines.len() < 2 {
        return text.to_owned();
    }
    let at = random.below(lines.len() - 1);
    match random.below(3) {
        0 => {
            lines.remove(at);
        }
        1 => lines.insert(at, lines[at]),
        _ => lines.swap(at, at + 1),
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn one_token(text: &str, random: &mut Random) -> String {
    let old = tokens(text);
    let solid: Vec<usize> = (0..old.len()).filter(|&at| !blank(old[at]) && !old[at].starts_with('#')).collect();
    if solid.is_empty() {
        return text.to_owned();
    }
    let mut new: Vec<String> = old.iter().map(|&token| token.to_owned()).collect();
    let at = *random.pick(&solid);
    let token = old[at];
    match random.below(10) {
        0 => new[at].clear(),
        1 => new[at] = format!("{token} {token}"),
        2 => new.swap(at, *random.pick(&solid)),
        3 => new[at] = format!("{} {token}", random.pick(STRAYS)),
        // a value of another type, or another operator
        4 | 5 => new[at] = other(token, random),
        // another word of the same program
        6 | 7 => new[at] = old[*random.pick(&solid)].to_owned(),
        // a name misspelt or in the wrong place
        8 => {
            let words: Vec<usize> = solid.iter().copied().filter(|&at| word(old[at])).collect();
            if let (Some(&at), Some(&from)) =
                (words.get(random.below(words.len().max(1))), words.get(random.below(words.len().max(1))))
            {
                new[at] = if random.chance(50) { format!("{}x", old[at]) } else { old[from].to_owned() };
            }
        }
        // a whole bracket lost, or its content
        _ => {
            if let Some(end) = closing(&old, at) {
                let from = if random.chance(50) { at } else { at + 1 };
                let to = if from == at { end + 1 } else { end };
                new.drain(from..to);
            } else {
                new[at] = other(token, random);
            }
        }
    }
    new.concat()
}

/// Where the bracket that opens at `at` closes.
pub fn closing(tokens: &[&str], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (here, token) in tokens.iter().enumerate().skip(at) {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return (here > at).then_some(here);
        }
    }
    None
}

/// A token that could stand at the place of `token`, but means another thing.
fn other(token: &str, random: &mut Random) -> String {
    const OPERATORS: &[&str] = &["+", "-", "*", "/", "==", "!=", "<", ">", "<=", ">=", "and", "or", "in", "<|>"];
    const TYPES: &[&str] = &["str", "int", "bool", "float", "[]str", "map{str: str}", "func(int) int", "struct{a int}"];
    const VALUES: &[&str] = &[
        "0",
        "7",
        "-3",
        "2.5",
        "\"\"",
        "\"b\"",
        "true",
        "false",
        "[1]",
        "[\"a\"]",
        "{\"a\" => 1}",
        "struct{a => 1}",
        "func() { 1 }",
        "[]",
        "{}",
    ];
    let first = token.chars().next().unwrap_or(' ');
    if OPERATORS.contains(&token) {
        (*random.pick(OPERATORS)).to_owned()
    } else if ["str", "int", "bool", "float"].contains(&token) {
        (*random.pick(TYPES)).to_owned()
    } else if first.is_ascii_digit() || first == '"' || token == "true" || token == "false" {
        (*random.pick(VALUES)).to_owned()
    } else {
        (*random.pick(STRAYS)).to_owned()
    }
}
