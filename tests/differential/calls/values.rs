//! Edge values of each type, as a program writes them.

use super::super::random::Random;
use mgmt_values::Type;

impl Random {
    /// One of these words; there must be one.
    pub fn word<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// Integers at which something changes.
const INTS: &[i64] = &[
    0,
    1,
    -1,
    2,
    -2,
    3,
    7,
    10,
    -10,
    16,
    42,
    100,
    127,
    -128,
    255,
    256,
    1000,
    65_535,
    65_536,
    2_147_483_647,
    2_147_483_648,
    -2_147_483_648,
    -2_147_483_649,
    1_700_000_000,
    9_007_199_254_740_991,
    9_007_199_254_740_992,
    9_007_199_254_740_993,
    -9_007_199_254_740_993,
    9_223_372_036_854_775_806,
    i64::MAX,
    -9_223_372_036_854_775_807,
    i64::MIN,
];

/// Numbers at which something changes.
const FLOATS: &[f64] = &[
    0.0,
    -0.0,
    0.5,
    -0.5,
    1.0,
    -1.0,
    1.5,
    -1.5,
    2.0,
    2.5,
    -2.5,
    3.0,
    3.5,
    10.0,
    27.0,
    100.0,
    0.1,
    -0.1,
    1e-5,
    1e-10,
    0.499_999_999_999_999_94,
    std::f64::consts::PI,
    std::f64::consts::E,
    std::f64::consts::FRAC_PI_2,
    170.5,
    171.7,
    709.5,
    -745.0,
    -746.0,
    1023.5,
    1024.0,
    -1074.0,
    4_503_599_627_370_497.5,
    9_007_199_254_740_993.0,
    9_223_372_036_854_775_807.0,
    1e15,
    1e16,
    1e20,
    1e21,
    1e22,
    1e100,
    1e154,
    1e155,
    1e300,
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    1e-310,
    5e-324,
    -5e-324,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// Pieces of text at which something changes.
const PIECES: &[&[u8]] = &[
    b"a",
    b"b",
    b"A",
    b"z",
    b"ab",
    b"Hello",
    b"world",
    b"x1",
    b"0",
    b"7",
    b"42",
    b"-",
    b"_",
    b".",
    b",",
    b"/",
    b":",
    b";",
    b"%",
    b"$",
    b"{}",
    b"<",
    b">",
    b"&",
    b"'",
    b"\"",
    b"`",
    b"\\",
    b" ",
    b"  ",
    b"\t",
    b"\n",
    b"\r\n",
    b"\x0b",
    b"\0",
    b"\x07",
    b"\x1b",
    b"\x7f",
    b"don't",
    "é".as_bytes(),
    "ß".as_bytes(),
    "İ".as_bytes(),
    "ı".as_bytes(),
    "Σ".as_bytes(),
    "ς".as_bytes(),
    "ﬁ".as_bytes(),
    "ŉ".as_bytes(),
    "Ǆ".as_bytes(),
    "ǅ".as_bytes(),
    "ǆ".as_bytes(),
    "\u{212a}".as_bytes(),
    "ſ".as_bytes(),
    "ÿ".as_bytes(),
    "日本".as_bytes(),
    "👍".as_bytes(),
    "\u{a0}".as_bytes(),
    "\u{85}".as_bytes(),
    "\u{3000}".as_bytes(),
    "\u{200b}".as_bytes(),
    "\u{2028}".as_bytes(),
    "\u{feff}".as_bytes(),
    "\u{ad}".as_bytes(),
    "\u{301}".as_bytes(),
    "\u{e000}".as_bytes(),
    "\u{fffd}".as_bytes(),
    "\u{10ffff}".as_bytes(),
    "ა".as_bytes(),
    "Ა".as_bytes(),
    "ꭰ".as_bytes(),
    "Ꭰ".as_bytes(),
    "𐐀".as_bytes(),
    "٣".as_bytes(),
    "²".as_bytes(),
    "Ⅷ".as_bytes(),
    b"\xff",
    b"\xc3",
    b"\x80",
    b"\xed\xa0\x80",
    b"\xc0\x80",
    b"\xf4\x90\x80\x80",
    b"\xe6\x97",
];

/// An integer.
pub fn int(random: &mut Random) -> i64 {
    if random.chance(80) { *random.pick(INTS) } else { random.below(4001) as i64 - 2000 }
}

/// A number.
pub fn float(random: &mut Random) -> f64 {
    let unit = |random: &mut Random| random.below(1 << 53) as f64 / (1_u64 << 53) as f64;
    match random.below(10) {
        0..=4 => *random.pick(FLOATS),
        5 => unit(random) * 2.0 - 1.0,
        6 => unit(random) * 20.0 - 10.0,
        7 => unit(random) * 400.0 - 200.0,
        8 => random.below(41) as f64 - 20.0,
        _ => f64::from_bits(((random.below(1 << 32) as u64) << 32) | random.below(1 << 32) as u64),
    }
}

/// Any text, also such that is no UTF-8.
pub fn text(random: &mut Random) -> Vec<u8> {
    let pieces = [0, 1, 1, 2, 3, 4, 6, 9][random.below(8)];
    // Most texts are of one sort; so functions find what they look for.
    let from = if random.chance(50) { &PIECES[..21] } else { PIECES };
    (0..pieces).flat_map(|_| random.pick(from).to_vec()).collect()
}

/// The same text with a few bytes taken out, doubled or put in.
pub fn damaged(mut text: Vec<u8>, random: &mut Random) -> Vec<u8> {
    for _ in 0..1 + random.below(2) {
        let at = random.below(text.len() + 1);
        match random.below(4) {
            0 if at < text.len() => drop(text.remove(at)),
            1 if at < text.len() => text.insert(at, text[at]),
            2 if at + 1 < text.len() => text.swap(at, at + 1),
            _ => drop(text.splice(at..at, random.pick(PIECES).iter().copied())),
        }
    }
    text
}

/// A text as a program writes it: in quotes if it can be, else by its base64.
pub fn text_literal(text: &[u8]) -> String {
    let readable = std::str::from_utf8(text).ok().filter(|text| {
        let control = |letter: char| letter.is_control() && !"\n\t\r\u{7}\u{8}\u{b}\u{c}".contains(letter);
        // The reference does not see the end of a string behind an escaped backslash.
        !text.ends_with('\\') && !text.contains("\\\"") && !text.contains(control) && !text.contains('\u{feff}')
    });
    let Some(readable) = readable else { return format!("encoding.base64_decode(\"{}\")", base64(text)) };
    let mut literal = String::from("\"");
    for letter in readable.chars() {
        match letter {
            '\n' => literal.push_str("\\n"),
            '\t' => literal.push_str("\\t"),
            '\r' => literal.push_str("\\r"),
            '\u{7}' => literal.push_str("\\a"),
            '\u{8}' => literal.push_str("\\b"),
            '\u{b}' => literal.push_str("\\v"),
            '\u{c}' => literal.push_str("\\f"),
            '\\' | '"' | '$' => literal.extend(['\\', letter]),
            _ => literal.push(letter),
        }
    }
    literal + "\""
}

/// RFC 4648, section 4.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().chain(&[0; 2]).take(3).fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        for place in 0..4 {
            let letter = LETTERS[bits >> (18 - 6 * place) & 63];
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

/// A number as a program writes it, which knows no exponents.
pub fn float_literal(value: f64) -> String {
    let size = value.abs();
    if value.is_finite() && (size == 0.0 || (1e-6..1e17).contains(&size)) {
        let digits = format!("{value}");
        if digits.contains('.') { digits } else { digits + ".0" }
    } else if value.is_nan() {
        "convert.str_to_float(\"nan\")".to_owned()
    } else {
        format!("convert.str_to_float(\"{value:e}\")")
    }
}

/// An expression of a type.
pub fn literal(ty: &Type, random: &mut Random) -> String {
    let size = [0, 1, 2, 2, 3, 5][random.below(6)];
    match ty {
        Type::Bool => random.chance(50).to_string(),
        Type::Int if random.chance(50) => random.below(5).to_string(),
        Type::Int => int(random).to_string(),
        Type::Float => float_literal(float(random)),
        Type::List(element) => {
            let elements: Vec<String> = (0..size).map(|_| literal(element, random)).collect();
            format!("[{}]", elements.join(", "))
        }
        Type::Map(both) => {
            let mut entries: Vec<(String, String)> = Vec::new();
            for number in 0..size {
                let key = key(&both.0, number, random);
                if entries.iter().all(|(other, _)| *other != key) {
                    entries.push((key, literal(&both.1, random)));
                }
            }
            let entries: Vec<String> = entries.into_iter().map(|(key, value)| format!("{key} => {value}")).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Type::Struct(fields) => {
            let fields: Vec<String> = fields.iter().map(|(name, ty)| format!("{name} => {}", literal(ty, random))).collect();
            format!("struct{{{}}}", fields.join(", "))
        }
        Type::Func(signature) => {
            lambda(&signature.args.iter().map(|(_, ty)| ty.clone()).collect::<Vec<_>>(), &signature.result, random)
        }
        _ => text_literal(&text(random)),
    }
}

/// A key of a map, which differs from the others by its text alone.
pub fn key(ty: &Type, number: usize, random: &mut Random) -> String {
    match ty {
        Type::Float => format!("{:?}", number as f64 * 0.75 - 1.0),
        Type::Str => format!("\"{}{}\"", random.word(&["", "a", "B", "é", " "]), random.below(4)),
        Type::Int => (random.below(7) as i64 - 2).to_string(),
        Type::Struct(fields) => {
            let fields: Vec<String> = fields.iter().map(|(name, ty)| format!("{name} => {}", key(ty, number, random))).collect();
            format!("struct{{{}}}", fields.join(", "))
        }
        other => literal(other, random),
    }
}

/// A function that may look at its arguments, and may fail.
fn lambda(takes: &[Type], gives: &Type, random: &mut Random) -> String {
    let names: Vec<String> = (0..takes.len()).map(|index| format!("$x{index}")).collect();
    let mut bodies = vec![literal(gives, random)];
    for (name, ty) in names.iter().zip(takes) {
        if ty == gives {
            bodies.extend([name.clone(), name.clone()]);
        }
        match (ty, gives) {
            (_, Type::Str) => bodies.push(format!("fmt.printf(\"<%v>\", {name})")),
            (_, Type::List(element)) if **element == *ty => bodies.push(format!("[{name}, {name}]")),
            (Type::Str | Type::List(_), Type::Int) => bodies.push(format!("len({name})")),
            (Type::Int, Type::Bool) => bodies.push(format!("{name} > 1")),
            (Type::Int, Type::Float) => bodies.push(format!("12 / {name}")),
            (Type::Float, Type::Bool) => bodies.push(format!("{name} <= 0.5")),
            (_, Type::Bool) => bodies.push(format!("{name} == {}", literal(ty, random))),
            _ => {}
        }
    }
    if let ([first, second], true) = (takes, matches!(gives, Type::Int | Type::Str | Type::Float))
        && first == gives
        && second == gives
    {
        bodies.extend(["$x0 + $x1".to_owned(), "$x1 + $x0".to_owned(), "$x0 + $x0 + $x1".to_owned()]);
    }
    let typed: Vec<String> = names.iter().zip(takes).map(|(name, ty)| format!("{name} {ty}")).collect();
    format!("func({}) {gives} {{ {} }}", typed.join(", "), random.pick(&bodies))
}
