//! Texts in the small languages that functions read: patterns, layouts, quoted strings, numbers, JSON.

use super::super::random::Random;
use super::meanings::pieces;
use super::values::{float, int};
use mgmt_values::Type;

/// A regular expression, mostly in the dialect.
pub fn pattern(random: &mut Random) -> String {
    const ATOMS: &[&str] = &[
        "a",
        "b",
        "ab",
        "é",
        ".",
        "\\d",
        "\\D",
        "\\w",
        "\\W",
        "\\s",
        "\\S",
        "\\b",
        "\\B",
        "[a-c]",
        "[^a]",
        "[[:alpha:]]",
        "[[:^digit:]]",
        "[é-ü]",
        "[\\d_]",
        "\\pL",
        "\\p{Greek}",
        "\\P{Lu}",
        "\\x41",
        "\\x{e9}",
        "\\101",
        "\\Qa.b\\E",
        "\\.",
        "\\<",
        "\\-",
        "K",
        "ß",
        "[]a]",
        "[a\\]]",
        "[[a]",
        "[a&&b]",
        "{",
        "{,3}",
        "\\t",
        "\\n",
        "0",
        "7",
    ];
    const WRONG: &[&str] = &[
        "(",
        ")",
        "[",
        "[b-a]",
        "\\",
        "*",
        "\\Z",
        "(?=a)",
        "\\1",
        "a**",
        "(?x)",
        "\\p{Foo}",
        "a{1001}",
        "(?P<n",
        "a{2}{3}",
        "[[:foo:]]",
        "\\8",
    ];
    let mut text = String::new();
    if random.chance(20) {
        text.push_str(random.word(&["(?i)", "(?s)", "(?m)", "(?U)", "(?im)", "(?i-s)", "(?-i)"]));
    }
    if random.chance(30) {
        text.push_str(random.word(&["^", "\\A"]));
    }
    for _ in 0..1 + random.below(4) {
        let mut atom = random.word(ATOMS).to_owned();
        if random.chance(25) {
            let open = random.word(&["(", "(?:", "(?P<n>", "(?<m>", "(?i:", "(?s:"]);
            let other = if random.chance(50) { format!("|{}", random.word(ATOMS)) } else { String::new() };
            atom = format!("{open}{atom}{other})");
        }
        if random.chance(35) {
            atom.push_str(random.word(&["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,}", "{2,3}?", "{,2}"]));
        }
        text.push_str(&atom);
        if random.chance(8) {
            text.push('|');
        }
    }
    if random.chance(30) {
        text.push_str(random.word(&["$", "\\z"]));
    }
    if random.chance(8) {
        text.push_str(random.word(WRONG));
    }
    text
}

/// A text for a pattern to match.
pub fn subject(random: &mut Random) -> String {
    pieces(
        &[
            "a", "b", "ab", "aB", "c", "é", "É", "A", "K", "\u{212a}", "k", "ß", "ẞ", "Σ", "1", "7", "_", "-", ".", " ", "\n",
            "\t", "]", "{", "&", "<",
        ],
        7,
        random,
    )
}

/// A shell pattern.
pub fn glob(random: &mut Random) -> String {
    let wrong: &[&str] = if random.chance(12) { &["[", "[]a]", "[a-]", "[-a]", "\\", "[^]"] } else { &["*"] };
    let mut text = pieces(
        &["*", "?", "a", "b", "ab", "/", "[a-c]", "[^a]", "[^a-b]", "\\*", "\\a", "é", "[é-ü]", "[\\]]", "*", "-", "]"],
        4,
        random,
    );
    text.push_str(random.word(wrong));
    text
}

/// A time layout.
pub fn layout(random: &mut Random) -> String {
    const PARTS: &[&str] = &[
        "2006",
        "06",
        "January",
        "Jan",
        "1",
        "01",
        "Monday",
        "Mon",
        "2",
        "_2",
        "02",
        "__2",
        "002",
        "_2006",
        "15",
        "3",
        "03",
        "4",
        "04",
        "5",
        "05",
        "PM",
        "pm",
        ".000",
        ",000000",
        ".999",
        ",99",
        ".0",
        ".000000000",
        ".0000000000",
        "MST",
        "-0700",
        "-07:00",
        "-07",
        "-070000",
        "-07:00:00",
        "Z0700",
        "Z07:00",
        "Z07",
        "Z070000",
        "Z07:00:00",
        "Janet",
        "Month",
        "Mondays",
        "0",
        "7",
        "9",
        "-",
        ":",
        "/",
        " ",
        ",",
        ".",
        "T",
        "é",
        "16",
        "20",
        "_",
        "__",
        "J",
        "M",
        "P",
        "Z",
        "PMS",
        "Ja",
        "%Y",
    ];
    pieces(PARTS, 8, random)
}

/// Text with entities of HTML.
pub fn entities(random: &mut Random) -> String {
    const PARTS: &[&str] = &[
        "&amp;",
        "&amp",
        "&lt;",
        "&LT",
        "&gt",
        "&quot;",
        "&notit;",
        "&notin;",
        "&not",
        "&eacute;",
        "&eacute",
        "&Eacutex",
        "&#65;",
        "&#x41;",
        "&#X41",
        "&#128;",
        "&#150;",
        "&#159;",
        "&#0;",
        "&#x110000;",
        "&#xD800;",
        "&#99999999999;",
        "&#;",
        "&#x;",
        "&#",
        "&#x",
        "&;",
        "&",
        "&bne;",
        "&fjlig;",
        "&CounterClockwiseContourIntegral;",
        "&nosuch;",
        "&nbsp;",
        "&copy1",
        "&#39;",
        "&#1e5;",
        "&#x1g;",
        "&lt;=",
        "&#13;",
        "&#xfffe;",
        "&acE;",
        "&hellip;",
        "&thetasym;",
        "a",
        "1",
        ";",
        " ",
        "é",
        "<",
        "#",
    ];
    pieces(PARTS, 5, random)
}

/// A path.
pub fn path(random: &mut Random) -> String {
    pieces(
        &["/", "/", "//", "a", "b", "ab", "a.go", ".", "..", "/..", "../", "./", "é", "c.tar.gz", ".x", " ", "~", "\\", "..."],
        6,
        random,
    )
}

/// A number, decimal or hexadecimal.
pub fn number(random: &mut Random) -> String {
    const WHOLE: &[&str] = &[
        "inf",
        "-Inf",
        "+INFINITY",
        "infinit",
        "nan",
        "NaN",
        "-nan",
        "+nan",
        "1e400",
        "-1e400",
        "1e-400",
        "0x1p-2",
        "0x1.8p1",
        "-0X1P+3",
        "0x1",
        "0x.p1",
        "0x1p1024",
        "0x1p-1080",
        "0x_1p0",
        "0x1_0p0",
        "1_000.5",
        "1__0",
        "_1",
        "1_",
        "1_.5",
        "1e1_0",
        "1e",
        "e1",
        ".",
        "-",
        "+",
        "",
        "1.",
        ".5",
        "-.5",
        "+1.5",
        " 1",
        "1 ",
        "1.5f",
        "1,5",
        "1e+5",
        "1E-5",
        "1e5.5",
        "4.9406564584124654e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1.7976931348623159e308",
        "1.7976931348623158e308",
        "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880",
        "9007199254740993",
        "9007199254740992.9999999999999999999",
        "1.00000005960464477540",
        "16777217",
        "3.4028235677973366e38",
        "1e-45",
        "0x1.000001p0",
        "0x1.00000000000008p0",
        "0x1.000000000000080001p0",
        "0x1.fffffffffffff8p1023",
        "0x1p-1075",
        "0x1.8p-1075",
        "1e0000001",
        "00001.5",
        "0x1p99999999999",
    ];
    if random.chance(45) {
        return random.word(WHOLE).to_owned();
    }
    let value = float(random);
    match random.below(4) {
        0 => format!("{value:e}"),
        1 => format!("{value}"),
        2 => format!("{}{}", int(random), random.word(&["e2", "e-7", ".5", ".25e1", "e300", "E+0"])),
        _ => format!("{:.3}", value % 1e9),
    }
}

/// A quoted string or character.
pub fn quoted(random: &mut Random) -> String {
    const PARTS: &[&str] = &[
        "a",
        "b",
        "é",
        "\\n",
        "\\t",
        "\\\\",
        "\\\"",
        "\\'",
        "\\x41",
        "\\xff",
        "\\u00e9",
        "\\U0001F44D",
        "\\ud800",
        "\\U00110000",
        "\\101",
        "\\400",
        "\\8",
        "\\q",
        "\\x4",
        "\\u12",
        "\"",
        "'",
        "`",
        "\n",
        "\r",
        " ",
        "\\a\\b\\f\\v",
        "\\0",
        "\\000",
    ];
    let quote = random.word(&["\"", "\"", "\"", "`", "'"]);
    let most = if quote == "'" { 1 } else { 4 };
    // Most are right.
    let from = if random.chance(60) { &PARTS[..12] } else { PARTS };
    let inside = pieces(from, most, random);
    let end = if random.chance(92) { quote } else { "" };
    let behind = if random.chance(20) { random.word(&["x", "\"b\"", " "]) } else { "" };
    format!("{quote}{inside}{end}{behind}")
}

/// JSON for a type, mostly.
pub fn json(ty: &Type, random: &mut Random) -> String {
    let blank = |random: &mut Random| random.word(&["", "", "", " ", "\n", "\t"]).to_owned();
    if random.chance(3) {
        const OTHER: &[&str] = &[
            "null",
            "1",
            "\"x\"",
            "true",
            "[]",
            "{}",
            "",
            "nul",
            "{\"a\":}",
            "[1,]",
            "{,}",
            "01",
            "1x",
            "-",
            "\"\u{1}\"",
            "[1 2]",
            "+1",
            ".5",
            "1.",
            "'a'",
        ];
        return random.word(OTHER).to_owned();
    }
    match ty {
        Type::Bool => random.chance(50).to_string(),
        Type::Int => match random.below(8) {
            0 => random.word(&["1.0", "1e2", "-0", "9223372036854775808", "1E400", "-9223372036854775808", "0.0"]).to_owned(),
            _ => int(random).to_string(),
        },
        Type::Float => match random.below(4) {
            0 => random.word(&["1e400", "-0", "-0.0", "1E5", "1e-400", "0.1e1", "3", "9007199254740993"]).to_owned(),
            1 => int(random).to_string(),
            _ => Some(float(random)).filter(|value| value.is_finite()).map_or("0.5".to_owned(), |value| format!("{value:e}")),
        },
        Type::List(element) => {
            let elements: Vec<String> =
                (0..random.below(4)).map(|_| blank(random) + &json(element, random) + &blank(random)).collect();
            format!("[{}]", elements.join(","))
        }
        Type::Map(both) => {
            let entries: Vec<String> = (0..random.below(4))
                .map(|_| format!("{}{}:{}{}", blank(random), json(&Type::Str, random), blank(random), json(&both.1, random)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        Type::Struct(fields) => {
            let mut entries: Vec<String> =
                fields.iter().map(|(name, ty)| format!("\"{name}\":{}{}", blank(random), json(ty, random))).collect();
            match random.below(12) {
                0 => drop(entries.pop()),
                1 => entries.push("\"extra\":[1,{\"b\":null}]".to_owned()),
                2 => entries.reverse(),
                3 => entries.extend(entries.first().cloned()),
                4 => entries = entries.iter().map(|entry| entry.to_uppercase()).collect(),
                _ => {}
            }
            format!("{}{{{}}}{}", blank(random), entries.join(","), random.word(&["", "", "", " ", " x", "}"]))
        }
        _ => {
            const PARTS: &[&str] = &[
                "a",
                "b",
                "é",
                "\\n",
                "\\\"",
                "\\\\",
                "\\/",
                "\\u00e9",
                "\\ud83d\\udc4d",
                "\\ud800",
                "\\udc00x",
                "\\u0000",
                "👍",
                " ",
                "\\b\\f\\r\\t",
                "<",
                "\u{2028}",
                "\u{7f}",
            ];
            let wrong = if random.chance(4) { random.word(&["\\x", "\\u12", "\t", "\\", "\\'"]) } else { "" };
            format!("\"{}{wrong}\"", pieces(PARTS, 4, random))
        }
    }
}
