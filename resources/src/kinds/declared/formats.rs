//! Formats that several kinds share.

use std::net::{IpAddr, Ipv4Addr};

/// An absolute path of something that is no directory: no slash at its end.
pub fn file_path(what: &str, path: &str) -> Result<(), String> {
    if !path.starts_with('/') {
        return Err(format!("{what} `{path}` has to be absolute"));
    }
    if path.ends_with('/') {
        return Err(format!("{what} `{path}` must not end in a slash"));
    }
    Ok(())
}

/// An absolute path with a slash at its end.
pub fn directory_path(what: &str, path: &str) -> Result<(), String> {
    if path.starts_with('/') && path.ends_with('/') {
        return Ok(());
    }
    Err(format!("{what} `{path}` has to begin and end with a slash"))
}

/// A name of a user or a group: letters, digits, `_` and `-`, not beginning with a digit or `-`, at most 31 characters.
pub fn account_name(name: &str) -> Result<(), String> {
    let start = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let rest = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if start && rest && name.len() <= 31 {
        return Ok(());
    }
    Err(format!("`{name}` cannot be the name of a user or a group"))
}

/// `host:port`, where the host is empty or an address, in brackets if it has colons. Gives the host. What the port means, a number or the
/// name of a service, is for the host to say that listens.
pub fn listen_address(text: &str) -> Result<Option<IpAddr>, String> {
    let wrong = |why: &str| Err(format!("the address `{text}` {why}"));
    let Some((host, port)) = text.rsplit_once(':') else { return wrong("has no port, as in `:80`") };
    if port.contains(['[', ']']) {
        return wrong("has a bracket behind its last colon");
    }
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    if bare.is_none() && host.contains(':') {
        return wrong("has too many colons; an IPv6 address stands in brackets");
    }
    match bare.unwrap_or(host) {
        "" => Ok(None),
        host => match host.parse() {
            Ok(ip) => Ok(Some(ip)),
            Err(_) => wrong("has a host that is not an IP address"),
        },
    }
}

/// A hardware address of 6, 8 or 20 bytes in its usual form: lower case, with colons.
pub fn mac(text: &str) -> Result<(), String> {
    let bytes: Vec<&str> = text.split(':').collect();
    let hex = |byte: &&str| byte.len() == 2 && byte.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if matches!(bytes.len(), 6 | 8 | 20) && bytes.iter().all(hex) {
        return Ok(());
    }
    Err(format!("`{text}` is not a hardware address such as `02:00:00:00:00:10`, lower case"))
}

/// `address/prefix`.
pub fn cidr(text: &str) -> Result<(IpAddr, u8), String> {
    let parsed = text.split_once('/').and_then(|(ip, prefix)| {
        let ip: IpAddr = ip.parse().ok()?;
        let digits = !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_digit());
        let prefix: u8 = prefix.parse().ok().filter(|_| digits)?;
        (prefix <= if ip.is_ipv4() { 32 } else { 128 }).then_some((ip, prefix))
    });
    parsed.ok_or_else(|| format!("`{text}` is not an address with a prefix, such as `10.0.0.1/24`"))
}

/// The same, IPv4 alone.
pub fn cidr4(text: &str) -> Result<(Ipv4Addr, u8), String> {
    match cidr(text)? {
        (IpAddr::V4(ip), prefix) => Ok((ip, prefix)),
        _ => Err(format!("`{text}` is not an IPv4 address")),
    }
}

/// An IPv4 address.
pub fn ipv4(text: &str) -> Result<Ipv4Addr, String> {
    text.parse().map_err(|_| format!("`{text}` is not an IPv4 address"))
}

/// A span of time such as `1h42m13s` or `-1.5s`, in nanoseconds.
pub fn duration(text: &str) -> Result<f64, String> {
    let wrong = || format!("`{text}` is not a duration such as `1h30m`");
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0.0);
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
        let count: f64 = rest[..number].parse().map_err(|_| wrong())?;
        rest = &rest[number..];
        let unit = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        total += count
            * match &rest[..unit] {
                "ns" => 1.0,
                "us" | "µs" | "μs" => 1e3,
                "ms" => 1e6,
                "s" => 1e9,
                "m" => 60e9,
                "h" => 3600e9,
                _ => return Err(wrong()),
            };
        rest = &rest[unit..];
    }
    if text.is_empty() || total >= i64::MAX as f64 { Err(wrong()) } else { Ok(sign * total) }
}

/// Scheme and host of a URL; `None` where it has no scheme.
pub fn url(text: &str) -> Result<Option<(String, String)>, String> {
    if text.bytes().any(|b| b.is_ascii_control() || b == b' ') {
        return Err(format!("`{text}` is not a URL"));
    }
    let Some((scheme, rest)) = text.split_once("://") else { return Ok(None) };
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if !valid {
        return Err(format!("`{text}` is not a URL"));
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    Ok(Some((scheme.to_lowercase(), host.to_owned())))
}

/// A URL, or a relative one, as it would be read: the scheme, the port and the escapes make sense.
pub fn parseable_url(text: &str) -> Result<(), String> {
    let wrong = || Err(format!("`{text}` is not a URL"));
    let first = text.split(['/', '?', '#']).next().unwrap_or_default();
    if let Some((scheme, _)) = first.split_once(':')
        && !(scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)))
    {
        return wrong();
    }
    let escapes = text.split('%').skip(1).all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|b| b.is_ascii_hexdigit()));
    if text.bytes().any(|b| b.is_ascii_control()) || !escapes {
        return wrong();
    }
    let Some((_, rest)) = text.split_once("://") else { return Ok(()) };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let port = host.rsplit(']').next().and_then(|end| end.rsplit_once(':')).map_or("", |(_, port)| port);
    if host.contains(' ') || !port.bytes().all(|b| b.is_ascii_digit()) { wrong() } else { Ok(()) }
}

/// What stands behind its length at the start of some bytes (RFC 4251, 5: `string`); of a key, its type.
pub fn sized(blob: &[u8]) -> Option<&[u8]> {
    let (len, rest) = blob.split_first_chunk::<4>()?;
    rest.get(..u32::from_be_bytes(*len) as usize)
}

/// Standard base64 with padding (RFC 4648, 4).
pub fn base64(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    let padding = bytes.iter().rev().take_while(|byte| **byte == b'=').count();
    if !bytes.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let (mut word, mut bits) = (0u32, 0);
    for byte in &bytes[..bytes.len() - padding] {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        word = word << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((word >> bits) as u8);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(listen_address(":80"), Ok(None));
        assert_eq!(listen_address("127.0.0.1:http"), Ok(Some(IpAddr::from([127, 0, 0, 1]))));
        assert!(listen_address("[::1]:80").is_ok_and(|ip| ip.is_some_and(|ip| ip.is_ipv6())));
        for text in ["", "80", "localhost:80", "::1:80", "[::1]", ":[80]"] {
            assert!(listen_address(text).is_err(), "{text}");
        }
        assert_eq!(cidr4("10.9.0.16/24"), Ok((Ipv4Addr::new(10, 9, 0, 16), 24)));
        for text in ["10.0.0.1", "10.0.0.1/33", "10.0.0/8", "::/129", "10.0.0.1/+8"] {
            assert!(cidr(text).is_err(), "{text}");
        }
        assert!(mac("02:00:00:00:00:1a").is_ok());
        for text in ["02:00:00:00:00:1A", "02-00-00-00-00-1a", "02:00:00:00:00", ""] {
            assert!(mac(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations() {
        assert_eq!(duration("1h30m"), Ok(5400e9));
        assert_eq!(duration("-1.5s"), Ok(-1.5e9));
        assert_eq!(duration("0"), Ok(0.0));
        for text in ["", "1", "s", "1x", "1h 2m"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn urls() {
        assert_eq!(url("HTTP://user@host:80/path"), Ok(Some(("http".to_owned(), "host:80".to_owned()))));
        assert_eq!(url("app/flag"), Ok(None));
        assert!(url("1x://host").is_err());
        for text in ["http://host:2379", "host/a:b", "a b", "http://[::1]:80/"] {
            assert_eq!(parseable_url(text), Ok(()));
        }
        for text in [":80", "1a:b", "http://a b/", "http://a:b/", "%zz"] {
            assert!(parseable_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_of_accounts() {
        for name in ["a", "_x-1", "Z9"] {
            assert_eq!(account_name(name), Ok(()));
        }
        for name in ["", "1a", "a.b", "-a", &"a".repeat(32)] {
            assert!(account_name(name).is_err(), "{name}");
        }
    }
}
