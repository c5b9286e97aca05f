//! Random templates over one struct of data.

use super::super::random::Random;

/// The data that the templates are about: its type and a value of it.
pub const DATA: &str = "struct{name str; n int; f float; b bool; l []int; s []str; m map{str: int}; e struct{a int; t str}}";

/// Names of the data's fields, as templates see them.
const FIELDS: &[&str] = &[
    ".Name", ".N", ".F", ".B", ".L", ".S", ".M", ".E", ".E.A", ".E.T", ".M.a", ".", "$", "$.Name", ".Nope", ".name", ".M.nope",
    "$.E",
];

/// Constants.
const CONSTANTS: &[&str] = &[
    "1",
    "0",
    "-3",
    "2.5",
    "1e3",
    "0x1F",
    "\"a\"",
    "\"\"",
    "`raw`",
    "'a'",
    "true",
    "false",
    "nil",
    "1_000",
    "\"é\\n\"",
    "\"%v\"",
];

/// A template.
pub fn template(random: &mut Random) -> String {
    let mut text = String::new();
    if random.chance(12) {
        text.push_str(&format!("{{{{define \"t\"}}}}<{}>{{{{end}}}}", block(random, 1, false)));
    }
    text + &block(random, 3, false)
}

fn block(random: &mut Random, depth: usize, looped: bool) -> String {
    (0..1 + random.below(3)).map(|_| node(random, depth, looped)).collect()
}

fn action(inside: &str, random: &mut Random) -> String {
    let left = if random.chance(12) { "{{- " } else { "{{" };
    let right = if random.chance(12) { " -}}" } else { "}}" };
    format!("{left}{inside}{right}")
}

fn node(random: &mut Random, depth: usize, looped: bool) -> String {
    let kind = random.below(if depth == 0 { 8 } else { 15 });
    match kind {
        0 | 1 => random.word(&["x", " y ", "\n", "é", "} }", "{ ", "\t z\n", "a}}b", "$x"]).to_owned(),
        2..=5 => {
            let inside = pipeline(random, 2);
            action(&inside, random)
        }
        6 => {
            let inside = format!("$v := {}", pipeline(random, 2));
            action(&inside, random) + &action(random.word(&["$v", "$v = 2", "printf \"%v\" $v", "$w", "$v.A"]), random)
        }
        7 if looped => action(random.word(&["break", "continue"]), random),
        7 => random
            .word(&[
                "{{/* c */}}",
                "{{- /* c */ -}}",
                "{{template \"t\" .}}",
                "{{template \"t\"}}",
                "{{}}",
                "{{end}}",
                "{{template \"u\" 1}}",
            ])
            .to_owned(),
        8..=10 => {
            let condition = if random.chance(15) { format!("$c := {}", pipeline(random, 1)) } else { pipeline(random, 1) };
            let mut text = action(&format!("if {condition}"), random) + &block(random, depth - 1, looped);
            if random.chance(25) {
                text += &format!("{{{{else if {}}}}}{}", pipeline(random, 1), block(random, depth - 1, looped));
            }
            if random.chance(40) {
                text += &format!("{{{{else}}}}{}", block(random, depth - 1, looped));
            }
            text + &action("end", random)
        }
        11..=13 => {
            let over = random.word(&[".L", ".S", ".M", "3", ".N", ".Name", "0", "(slice .L 1)", ".E", "$.S"]);
            let variables = random.word(&["", "", "$e := ", "$i, $e := "]);
            let mut text = action(&format!("range {variables}{over}"), random);
            if variables.contains("$e") && random.chance(60) {
                text += "{{$e}},";
            }
            text += &block(random, depth - 1, true);
            if random.chance(25) {
                text += &format!("{{{{else}}}}{}", block(random, depth - 1, looped));
            }
            text + &action("end", random)
        }
        _ => {
            let mut text = action(&format!("with {}", pipeline(random, 1)), random) + &block(random, depth - 1, looped);
            if random.chance(30) {
                text += &format!("{{{{else}}}}{}", block(random, depth - 1, looped));
            }
            text + &action("end", random)
        }
    }
}

fn operand(random: &mut Random, depth: usize) -> String {
    match random.below(if depth == 0 { 6 } else { 8 }) {
        0..=3 => random.word(FIELDS).to_owned(),
        4 | 5 => random.word(CONSTANTS).to_owned(),
        _ => format!("({})", pipeline(random, depth - 1)),
    }
}

fn pipeline(random: &mut Random, depth: usize) -> String {
    const FORMATS: &[&str] = &[
        "%v", "%d", "%5d|", "%-5s|", "%q", "%x", "%08.3f", "%t", "%T", "%+v", "%#v", "%c", "%U", "%e", "%g", "%%", "%!",
        "%6.2f%%", "%s %s", "%*d", "%[1]v",
    ];
    const ONE: &[&str] = &[
        "len",
        "not",
        "print",
        "println",
        "html",
        "js",
        "urlquery",
        "strings_to_upper",
        "golang_strconv_itoa",
        "math_minus1",
        "convert_to_float",
        "golang_math_sqrt",
        "strings_trim_space",
        "example_str2int",
        "nosuch",
    ];
    const TWO: &[&str] = &[
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "and",
        "or",
        "index",
        "print",
        "println",
        "slice",
        "strings_split",
        "golang_strings_repeat",
        "strings_contains",
        "_concat",
    ];
    let argument = |random: &mut Random| operand(random, depth);
    let mut text = match random.below(10) {
        0..=3 => argument(random),
        4 | 5 => format!("{} {}", random.word(ONE), argument(random)),
        6 | 7 => format!("{} {} {}", random.word(TWO), argument(random), argument(random)),
        8 => format!("printf \"{}\" {}", random.word(FORMATS), argument(random)),
        _ => random
            .word(&[
                "index .L 1",
                "index .M \"a\"",
                "index .S 0",
                "slice .Name 1 2",
                "index .L 9",
                "len .L",
                "eq .N 1 2 3",
                "and .B .N 1",
                "printf \"%d %s\" .N .Name",
            ])
            .to_owned(),
    };
    if random.chance(12) {
        text += &format!(
            " | {}",
            random.word(&["print", "len", "printf \"%v\"", "html", "not", "strings_to_lower", "eq 1", "index .L"])
        );
    }
    text
}
