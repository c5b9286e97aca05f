//! Programs whose layout is disturbed: blanks, line ends and comments in places where they may stand, and where they may not.

use super::damage::tokens;
use super::random::Random;

/// The text with a few disturbances.
pub fn disturb(text: &str, random: &mut Random) -> String {
    let mut new: Vec<String> = tokens(text).into_iter().map(str::to_owned).collect();
    for _ in 0..1 + random.below(5) {
        let at = random.below(new.len());
        let token = new[at].clone();
        let choices: &[&str] = match token.as_str() {
            "\n" => &[" # note\n", "\n\n\n", "# alone\n", "\n\t# x\n", "  \n", "\n\n"],
            "," => &[",\n", ", # c\n", " ,", ",\n\n"],
            "{" | "[" | "(" => &["\n", " # c\n", "\n\n", "\n# d\n", " "],
            "}" | "]" | ")" => &["\n", "# e\n", " ", ",\n"],
            token if token.trim().is_empty() => &["  ", "\t", " ", ""],
            _ => &[" ", "", "\n"],
        };
        let choice = *random.pick(choices);
        new[at] = match token.as_str() {
            "{" | "[" | "(" => format!("{token}{choice}"),
            "}" | "]" | ")" => format!("{choice}{token}"),
            token if token == "\n" || token == "," || token.trim().is_empty() => choice.to_owned(),
            _ => format!("{token}{choice}"),
        };
    }
    new.concat()
}
