//! What an argument of a function means: texts that it accepts, and near misses.

use super::super::random::Random;
use super::values::{damaged, float, int, text};
use super::{grammar, network};

/// A text for the argument `index` of a function; `before` are the texts that come before it.
pub fn text_for(function: &str, index: usize, before: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    if random.chance(7) {
        return text(random);
    }
    let made = meant(function, index, before, random);
    if random.chance(12) { damaged(made, random) } else { made }
}

fn meant(function: &str, index: usize, before: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let module = function.rsplit_once('.').map_or("", |(module, _)| module);
    let made = match (function, index) {
        ("regexp.match", 0) => grammar::pattern(random),
        ("regexp.match", _) => grammar::subject(random),
        ("golang/path.match" | "golang/path/filepath.match", 0) => grammar::glob(random),
        ("golang/path.match" | "golang/path/filepath.match", _) => {
            pieces(&["a", "b", "ab", "/", "é", "-", "*", "c", "]", "^", "."], 4, random)
        }
        ("datetime.format", _) => grammar::layout(random),
        ("encoding.base64_decode", _) => {
            let mut encoded = super::values::base64(&text(random));
            if random.chance(20) {
                encoded.insert_str(random.below(encoded.len() + 1), random.word(&["\n", "\r\n", "=", " ", "-", "_"]));
            }
            encoded
        }
        ("golang/html.unescape_string", _) => grammar::entities(random),
        ("net.ip_in_cidr", 0) => network::address(random),
        ("net.is_mac" | "net.macfmt" | "net.oldmacfmt", _) => network::mac(random),
        ("net.split_hostport", _) => network::host_port(random),
        ("net.url_parser", _) => network::url(random),
        ("net.ip_in_cidr", _) => network::cidr(random),
        (function, _) if function.starts_with("net.cidr") => network::cidr(random),
        ("os.parse_distro_uid", _) => pieces(&["fedora", "39", "-", "x86_64", "debian", "12", "-", "é", "٣", "a1b2"], 4, random),
        ("deploy.bootstrap_packages", _) => {
            random.word(&["debian", "fedora", "ubuntu", "archlinux", "centos", "redhat", "Debian", "", "debian "]).to_owned()
        }
        ("convert.str_to_int" | "golang/strconv.atoi" | "example.str2int" | "golang/strconv.parse_int", _) => {
            integer(function, random)
        }
        ("convert.str_to_float" | "golang/strconv.parse_float", _) => grammar::number(random),
        ("convert.parse_bool" | "golang/strconv.parse_bool", _) => (*random.pick(&[
            "1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False", "tRUE", "", " true", "yes", "01",
        ]))
        .to_owned(),
        ("golang/strconv.unquote" | "golang/strconv.quoted_prefix", _) => grammar::quoted(random),
        _ if module.starts_with("golang/path") => grammar::path(random),
        (_, index) if index > 0 && module.ends_with("strings") => {
            return related(function, before.first().map_or(&[], Vec::as_slice), random);
        }
        _ => return text(random),
    };
    made.into_bytes()
}

/// A text of up to `most` pieces.
pub fn pieces(from: &[&str], most: usize, random: &mut Random) -> String {
    (0..random.below(most + 1)).map(|_| random.word(from)).collect()
}

/// A text that is likely in another one: a part of it, some of its characters, or the same in other case.
fn related(function: &str, first: &[u8], random: &mut Random) -> Vec<u8> {
    if first.is_empty() || random.chance(20) {
        return text(random);
    }
    let readable = String::from_utf8_lossy(first).into_owned();
    match random.below(6) {
        0 if function.ends_with("equal_fold") => readable.to_uppercase().into_bytes(),
        0 => first[..random.below(first.len() + 1)].to_vec(),
        1 => first[random.below(first.len())..].to_vec(),
        2 => vec![first[random.below(first.len())]],
        3 => {
            let letters: Vec<char> = readable.chars().collect();
            random.pick(&letters).to_string().into_bytes()
        }
        4 => readable.to_lowercase().into_bytes(),
        _ => {
            let start = random.below(first.len());
            first[start..start + random.below(first.len() - start) + 1].to_vec()
        }
    }
}

fn integer(function: &str, random: &mut Random) -> String {
    let number = int(random);
    match random.below(9) {
        0 => format!("+{number}"),
        1 => format!("00{}", number.unsigned_abs()),
        2 => format!("{}{}", number, random.below(10)),
        3 => (*random.pick(&[
            "9223372036854775808",
            "-9223372036854775809",
            "18446744073709551616",
            "",
            "-",
            "+",
            "_1",
            "1_000",
            "1__0",
            "1_",
        ]))
        .to_owned(),
        4 if function.ends_with("parse_int") => (*random.pick(&[
            "0x1f", "-0xFF", "0b101", "0o17", "017", "08", "0x", "0_7", "0x_1", "1_000", "0X1F", "0B1", "0O7", "+0x1", "zz",
            "-10",
        ]))
        .to_owned(),
        5 if function.ends_with("parse_int") => format!("{:x}", random.below(70_000)),
        _ => number.to_string(),
    }
}

/// An integer for the argument `index` of a function; `before` are the texts that come before it.
pub fn int_for(function: &str, index: usize, before: &[Vec<u8>], random: &mut Random) -> i64 {
    let small = |low: i64, high: i64, random: &mut Random| low + random.below(usize::try_from(high - low + 1).unwrap()) as i64;
    match function {
        "strings.substr" => {
            let end = before.first().map_or(0, |text| text.len() as i64);
            if random.chance(90) { small(if index == 2 { end / 2 } else { 0 }, end, random) } else { int(random) }
        }
        // What is longer takes the reference's memory.
        "strings.left_pad" | "strings.right_pad" => small(-3, 24, random),
        "golang/strings.repeat" => small(-2, 20, random),
        "golang/strings.replace" if random.chance(80) => small(-2, 5, random),
        "golang/strconv.format_int" | "golang/strconv.append_int" if random.chance(90) => match index {
            0 => int(random),
            1 if function.ends_with("format_int") => small(2, 36, random),
            1 => int(random),
            _ => small(2, 36, random),
        },
        "golang/strconv.format_int" | "golang/strconv.append_int" => small(-1, 38, random),
        "golang/strconv.parse_int" if index == 1 => *random.pick(&[0, 0, 10, 10, 16, 2, 8, 36, 1, 37, -1]),
        "golang/strconv.parse_int" => *random.pick(&[64, 64, 0, 32, 16, 8, 63, 1, 65, -1]),
        "golang/strconv.parse_float" => *random.pick(&[64, 64, 64, 32, 32, 0, 16, -1]),
        // The work grows with the order.
        "golang/math.jn" | "golang/math.yn" => small(-6, 40, random),
        "golang/math.ldexp" | "golang/math.pow_10" if random.chance(70) => small(-1100, 1100, random),
        "list_lookup" | "list.lookup" if random.chance(85) => small(-1, 4, random),
        name if name.starts_with("datetime.") && random.chance(90) => moment(random),
        _ => int(random),
    }
}

/// A time: seconds since 1970.
fn moment(random: &mut Random) -> i64 {
    match random.below(5) {
        0 => *random.pick(&[
            0,
            1,
            59,
            60,
            3599,
            3600,
            86_399,
            86_400,
            951_782_400,
            951_868_799,
            1_709_164_800,
            4_107_542_400,
            253_402_300_799,
        ]),
        1 => 253_402_300_800 + random.below(1 << 40) as i64,
        _ => random.below(4_200_000_000) as i64,
    }
}

/// A number for an argument of a function.
pub fn float_for(_function: &str, random: &mut Random) -> f64 {
    float(random)
}
