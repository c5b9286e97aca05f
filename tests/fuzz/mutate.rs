//! Inputs: the programs of the literate cases with bytes, tokens and lines changed, doubled, lost and mixed.

use super::LENGTH;
use super::random::Random;
use std::fs;

/// What stands in programs.
const PIECES: &[&str] = &[
    "$x",
    "$a.b",
    "\"",
    "\"${x}\"",
    "\\",
    "${",
    "\\$",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ",\n",
    "\n",
    "#",
    "if ",
    " else ",
    "for $i, $v in ",
    "forkv $k, $v in ",
    "class c",
    "class c:d",
    "include c",
    " as ",
    "import \"fmt\"\n",
    "import \"m.mcl\" as *\n",
    "func($p) {",
    "func f",
    "panic(",
    "collect ",
    "noop \"n\" {}\n",
    "Noop[\"n\"]",
    " -> ",
    "->f",
    " <|> ",
    " ?: ",
    " => ",
    "Meta:noop",
    "Meta => struct{",
    "map{",
    "struct{",
    "variant",
    "[]",
    "not ",
    " in ",
    " and ",
    "-1",
    "0.5",
    "9223372036854775807",
    "fmt.printf(\"%v\", ",
    "iter.map(",
    "len(",
    "[[[[[[[[",
    "((((((((",
    "$f($f)",
    "$x = $x",
    "\r",
    "é",
    "\u{0}",
    "true",
    "== ",
    "* ",
    "/ 0",
    "$const.res.file.state.exists",
];

/// The programs of `tests/language/*.md`.
pub fn corpus() -> Vec<Vec<u8>> {
    let directory = format!("{}/tests/language", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let text = fs::read_to_string(path).unwrap();
        for block in text.split("\n```mcl").skip(1) {
            let body = block.split_once('\n').map_or("", |(_, body)| body);
            all.push(body.split("\n```").next().unwrap_or_default().as_bytes().to_vec());
        }
    }
    assert!(all.len() > 100, "where are the cases?");
    all
}

/// An input made from one or two of the corpus; what was found since the first `stock` is taken more often.
pub fn mutate(corpus: &[Vec<u8>], stock: usize, random: &mut Random) -> Vec<u8> {
    let choose = |random: &mut Random| {
        let found = corpus.len() - stock;
        if found > 0 && random.chance(50) { stock + random.below(found) } else { random.below(corpus.len()) }
    };
    let mut input = corpus[choose(random)].clone();
    input.push(b'\n');
    for _ in 0..1 + random.below(4) {
        let at = |random: &mut Random, input: &[u8]| random.below(input.len() + 1);
        let (from, to) = {
            let from = at(random, &input);
            (from, (from + random.below(12)).min(input.len()))
        };
        match random.below(9) {
            0 => {
                input.drain(from..to);
            }
            1 => {
                let piece = input[from..to].to_vec();
                let target = at(random, &input);
                input.splice(target..target, piece);
            }
            2 | 3 => {
                let piece = *random.pick(PIECES);
                input.splice(from..from, piece.bytes());
            }
            4 => {
                if let Some(byte) = input.get_mut(from) {
                    *byte = u8::try_from(random.below(256)).unwrap();
                }
            }
            // the head of one and the tail of another
            5 => {
                let other = &corpus[choose(random)];
                input.truncate(from);
                input.extend_from_slice(&other[at(random, other)..]);
            }
            // both, one after the other
            6 => input.extend_from_slice(&corpus[choose(random)]),
            // one part many times
            7 => {
                let times = 1 << random.below(10);
                let piece = input[from..to].repeat(times);
                input.splice(from..from, piece);
            }
            _ => {
                let piece = random.pick(PIECES).repeat(1 << random.below(11));
                input.splice(from..from, piece.bytes());
            }
        }
    }
    input.truncate(LENGTH);
    input
}
