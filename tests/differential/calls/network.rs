//! Texts that functions about the network read: mostly right, often nearly so.

use super::super::random::Random;

/// An IPv4 or IPv6 address.
pub fn address(random: &mut Random) -> String {
    if random.chance(55) {
        let parts: Vec<String> =
            (0..4).map(|_| random.word(&["0", "1", "10", "127", "192", "168", "224", "254", "255"]).to_string()).collect();
        let mut text = parts.join(".");
        if random.chance(10) {
            text = random
                .word(&["10.0.0", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1..2.3", "1.2.3.4 ", "a.b.c.d", "1.2.3.-4", "00.0.0.0"])
                .to_owned();
        }
        return text;
    }
    const V6: &[&str] = &[
        "::",
        "::1",
        "2001:db8::1",
        "2001:DB8:0:0:1:0:0:1",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
        "::ffff:1.2.3.4",
        "::1.2.3.4",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:fffe",
        "1::2::3",
        ":::",
        "12345::",
        "1:2:3:4:5:6:7",
        "0:0:0:0:0:0:0:0",
        "64:ff9b::192.0.2.33",
        "::ffff:0:0",
        "1:0:0:2:0:0:0:3",
        "::ffff:256.1.1.1",
        "g::",
        "1:2:3:4:5:6:7:8:9",
        "::ffff:1.2.3",
        "0001::00a",
    ];
    random.word(V6).to_owned()
}

/// An address with the length of a prefix.
pub fn cidr(random: &mut Random) -> String {
    let address = address(random);
    let bits = if address.contains(':') { 128 } else { 32 };
    let length = match random.below(12) {
        0 => random.word(&["08", "+8", "-1", "", "8 ", "x", "129", "33", "016", "8/8"]).to_owned(),
        1 => bits.to_string(),
        2 => (bits - 1).to_string(),
        3 => "0".to_owned(),
        _ => random.below(bits + 1).to_string(),
    };
    match random.below(20) {
        0 => address,
        1 => format!(" {address}/{length}"),
        2 => format!("{address}/{length}\n"),
        _ => format!("{address}/{length}"),
    }
}

/// The address of a network card.
pub fn mac(random: &mut Random) -> String {
    let separator = random.word(&[":", ":", ":", "-", "-", ".", ""]);
    let parts = *random.pick(&[6, 6, 6, 6, 6, 5, 8, 20]);
    let upper = random.chance(30);
    let byte = |random: &mut Random| {
        let text = format!("{:02x}", random.below(256));
        if upper { text.to_uppercase() } else { text }
    };
    let bytes: Vec<String> = (0..parts).map(|_| byte(random)).collect();
    match random.below(12) {
        0 => bytes.join(separator).replacen(':', "-", 1),
        1 => random
            .word(&[
                "0011.2233.4455",
                "aa:bb:cc:00:11:2",
                "aa:bb:cc:00:11:2g",
                "aabb.ccdd.eeff.",
                "aa:bb:cc:00:111:2",
                " aa:bb:cc:0:11:22",
            ])
            .to_owned(),
        _ => bytes.join(separator),
    }
}

/// A host with a port.
pub fn host_port(random: &mut Random) -> String {
    let host = random.word(&[
        "",
        "localhost",
        "10.0.0.1",
        "[::1]",
        "[2001:db8::1]",
        "::1",
        "[::1",
        "::1]",
        "[fe80::1%eth0]",
        "a b",
        "[]",
        "é",
        "[a]b",
        "a:b",
    ]);
    let port = random.word(&[":80", ":0", ":http", ":", "", ":99999", ":8 0", ":80:", ":[1]", ":-1"]);
    format!("{host}{port}")
}

/// A URL.
pub fn url(random: &mut Random) -> String {
    let scheme = random.word(&["http", "http", "https", "HTTP", "a+b-c.1", "file", "1a", "", "mailto", "ht tp", "é"]);
    let after = random.word(&["://", "://", "://", "://", ":", ":/", ":///", "//", ""]);
    let user = random.word(&["", "", "", "u@", "u:p@", "u%40@", "u:p:q@", "a b@", "%zz@", "@", "u@v@"]);
    let host = random.word(&[
        "h",
        "h.example",
        "H.Example",
        "10.0.0.1",
        "[::1]",
        "[fe80::1%25eth0]",
        "[::1",
        "",
        "a b",
        "h%41",
        "é.x",
        "h%zz",
        "a_b",
        "h\\",
        "[v1.x]",
        "h<",
    ]);
    let port = random.word(&["", "", ":80", ":", ":x", ":99999", ":8 ", ":-1"]);
    let path = random.word(&[
        "", "/", "/a", "/a%20b", "/a b", "/%zz", "/é", "/a/../b", "//x", "/%2F", "/a;b=c", "/a:b", "/%", "/\u{7f}", "/a+b",
        "/[x]", "/%e9",
    ]);
    let query = random.word(&["", "", "?", "?x=1", "?x=1&y=%20", "?a?b", "?é", "?%zz", "? ", "?x#"]);
    let fragment = random.word(&["", "", "#z", "#", "#%zz", "#a#b"]);
    format!("{scheme}{after}{user}{host}{port}{path}{query}{fragment}")
}
