//! URLs (RFC 3986), as strictly as Go's `net/url` reads them.

use crate::functions::{CallContext, Fault, args};
use mgmt_values::{Value, text};

pub(super) fn parser(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let input = args::bytes(args, 0)?;
    let (url, fragment) = cut(input, b'#');
    let parsed = parse(url).map_err(|why| (url, why)).and_then(|url| match unescape(fragment, Part::Path) {
        Ok(_) => Ok(url),
        Err(why) => Err((input, why)),
    });
    let url = parsed.map_err(|(input, why)| Fault::new(format!("error parsing the URL: parse {}: {why}", text::quote(input))))?;
    if url.scheme.is_empty() {
        return Err(Fault::new("empty schemes are invalid"));
    }
    let field = |name: &str, value: Vec<u8>| (name.into(), Value::str(value));
    Ok(Value::record([
        field("scheme", url.scheme),
        field("host", url.host),
        field("path", url.path),
        field("raw_query", url.query),
    ]))
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Url {
    scheme: Vec<u8>,
    host: Vec<u8>,
    path: Vec<u8>,
    query: Vec<u8>,
}

/// What stands before and behind the first separator.
fn cut(text: &[u8], separator: u8) -> (&[u8], &[u8]) {
    match text.iter().position(|byte| *byte == separator) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &[]),
    }
}

/// A URL without a fragment; the error says why it is none.
fn parse(text: &[u8]) -> Result<Url, String> {
    if text.iter().any(u8::is_ascii_control) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    if text == b"*" {
        return Ok(Url { path: b"*".to_vec(), ..Url::default() });
    }
    let (scheme, rest) = scheme(text)?;
    let (rest, query) = cut(rest, b'?');
    let mut url = Url { scheme: scheme.to_ascii_lowercase(), query: query.to_vec(), ..Url::default() };
    if !rest.starts_with(b"/") {
        if !scheme.is_empty() {
            // Something opaque, such as the address of a mail link.
            return Ok(url);
        }
        if cut(rest, b'/').0.contains(&b':') {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    }
    let mut path = rest;
    if (!scheme.is_empty() || !rest.starts_with(b"///")) && rest.starts_with(b"//") {
        let authority = &rest[2..];
        let end = authority.iter().position(|byte| *byte == b'/').unwrap_or(authority.len());
        url.host = host_of(&authority[..end])?;
        path = &authority[end..];
    }
    url.path = unescape(path, Part::Path)?;
    Ok(url)
}

/// The scheme, empty where there is none, and what follows its colon.
fn scheme(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err("missing protocol scheme".to_owned()),
            b':' => return Ok((&text[..at], &text[at + 1..])),
            _ => break,
        }
    }
    Ok((&[], text))
}

/// The host with its port, of an authority that may name a user.
fn host_of(authority: &[u8]) -> Result<Vec<u8>, String> {
    let Some(at) = authority.iter().rposition(|byte| *byte == b'@') else { return host(authority) };
    let host = host(&authority[at + 1..])?;
    let user = &authority[..at];
    if !user.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte)) {
        return Err("net/url: invalid userinfo".to_owned());
    }
    unescape(user, Part::Path)?;
    Ok(host)
}

fn host(text: &[u8]) -> Result<Vec<u8>, String> {
    let port = |port: &[u8]| match port {
        [] => Ok(()),
        [b':', digits @ ..] if digits.iter().all(u8::is_ascii_digit) => Ok(()),
        port => Err(format!("invalid port {} after host", text::quote(port))),
    };
    if text.starts_with(b"[") {
        let end = text.iter().rposition(|byte| *byte == b']').ok_or("missing ']' in host")?;
        port(&text[end + 1..])?;
        let inside = &text[1..end];
        if let Some(zone) = crate::functions::strings::find(inside, b"%25") {
            let (address, zone) = inside.split_at(zone);
            if zone == b"%25" {
                return Err("zone must be a non-empty string".to_owned());
            }
            bracketed(&unescape(address, Part::Host)?)?;
            let parts = [unescape(address, Part::Host)?, unescape(zone, Part::Zone)?, unescape(&text[end..], Part::Host)?];
            return Ok([b"[".to_vec(), parts.concat()].concat());
        }
        let whole = unescape(text, Part::Host)?;
        bracketed(&unescape(inside, Part::Host)?)?;
        return Ok(whole);
    }
    if text.contains(&b'[') {
        return Err("invalid IP-literal".to_owned());
    }
    if let Some(colon) = text.iter().rposition(|byte| *byte == b':') {
        port(&text[colon..])?;
    }
    unescape(text, Part::Host)
}

/// What stands in brackets is an IPv6 address.
fn bracketed(address: &[u8]) -> Result<(), String> {
    let parsed = std::str::from_utf8(address).ok().and_then(|text| text.parse::<std::net::Ipv6Addr>().ok());
    parsed.map(|_| ()).ok_or_else(|| "invalid IP-literal".to_owned())
}

/// Where a text stands, which decides what must be escaped in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Host,
    Zone,
}

/// The text with percent signs and the digits behind them resolved.
fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        if *first != b'%' {
            if part != Part::Path && first.is_ascii() && !fits_host(*first) {
                return Err(format!("invalid character {} in host name", text::quote(&[*first])));
            }
            out.push(*first);
            rest = after;
            continue;
        }
        let digit = |at: usize| rest.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let byte = digit(1).zip(digit(2)).map(|(high, low)| (high << 4 | low) as u8);
        let allowed = |byte: u8| match part {
            Part::Path => true,
            _ if byte == b'%' => true,
            Part::Host => byte >= 0x80,
            Part::Zone => byte == b' ' || fits_host(byte),
        };
        match byte.filter(|byte| allowed(*byte)) {
            Some(byte) => out.push(byte),
            None => return Err(format!("invalid URL escape {}", text::quote(&rest[..rest.len().min(3)]))),
        }
        rest = &rest[3..];
    }
    Ok(out)
}

/// Whether a byte may stand in a host as it is.
fn fits_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:[]<>\"".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<[String; 4]> {
        let url = parse(text.as_bytes()).ok()?;
        Some([url.scheme, url.host, url.path, url.query].map(|part| String::from_utf8_lossy(&part).into_owned()))
    }

    #[test]
    fn urls_are_taken_apart() {
        for (text, expected) in [
            ("https://u:p@h.example:80/a%20b?x=%20", ["https", "h.example:80", "/a b", "x=%20"]),
            ("mailto:a@b", ["mailto", "", "", ""]),
            ("file:///etc/x", ["file", "", "/etc/x", ""]),
            ("HTTP://H", ["http", "H", "", ""]),
            ("http://[::ffff:1.2.3.4]/", ["http", "[::ffff:1.2.3.4]", "/", ""]),
            ("http://[::1]:8/", ["http", "[::1]:8", "/", ""]),
            ("http://[fe80::1%25en0]/", ["http", "[fe80::1%en0]", "/", ""]),
            ("x:/a//b", ["x", "", "/a//b", ""]),
            ("/p?q?r", ["", "", "/p", "q?r"]),
            ("http://%c3%a9/", ["http", "é", "/", ""]),
        ] {
            assert_eq!(parts(text).as_ref().map(|parts| parts.each_ref().map(String::as_str)), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_malformed_is_refused() {
        for text in [
            ":x",
            "1:2",
            "http://h:bad/",
            "http://h/%zz",
            "http://a b/",
            "http://[::1/",
            "http://h%41/",
            "a\n",
            "http://u^@h/",
            "http://h/%",
            "http://a[b/",
            "http://[fe80::1%25]/",
            "http://[1.2.3.4]/",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
