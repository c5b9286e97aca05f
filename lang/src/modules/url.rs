//! The parts of a URL that import strings need, after RFC 3986.

/// What an import string consists of when it is read as a URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Url<'a> {
    /// Before the first colon; empty where there is none.
    pub scheme: &'a str,
    /// Between `//` and the path, without user and password.
    pub host: &'a str,
    /// Percent-decoded; empty where the part behind the scheme does not start with a slash.
    pub path: String,
    /// The text without query and fragment.
    pub plain: &'a str,
}

/// Takes a text apart; the error says in a few words why it is no URL.
pub(super) fn parse(text: &str) -> Result<Url<'_>, String> {
    if text.bytes().any(|b| b < b' ' || b == 0x7f) {
        return Err("it holds a control character".to_owned());
    }
    let plain = text.split(['#', '?']).next().unwrap_or(text);
    let (scheme, rest) = scheme(plain)?;
    if scheme.is_empty() && rest.split('/').next().is_some_and(|first| first.contains(':')) {
        return Err("its first part holds a colon".to_owned());
    }
    if !scheme.is_empty() && !rest.starts_with('/') {
        return Ok(Url { scheme, plain, ..Url::default() });
    }
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) if !scheme.is_empty() || !rest.starts_with('/') => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (authority.rsplit('@').next().unwrap_or(authority), path)
        }
        _ => ("", rest),
    };
    if host.contains([' ', '<', '>', '"']) {
        return Err("its host holds a character that no host can have".to_owned());
    }
    if host.split_once(':').is_some_and(|(_, port)| !port.contains(':') && !port.bytes().all(|b| b.is_ascii_digit())) {
        return Err("its port is not a number".to_owned());
    }
    Ok(Url { scheme, host, path: decode(path)?, plain })
}

/// The scheme and what follows its colon.
fn scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("its scheme is missing".to_owned()),
            ':' => return Ok((&text[..at], &text[at + 1..])),
            _ => break,
        }
    }
    Ok(("", text))
}

fn decode(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16));
        match (digit(), digit()) {
            (Some(high), Some(low)) => bytes.push((high * 16 + low) as u8),
            _ => return Err("a percent sign is not followed by two hexadecimal digits".to_owned()),
        }
    }
    String::from_utf8(bytes).map_err(|_| "its path is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let url = parse("https://me:pw@example.com:8080/team/w%65b/?tag=1#x").unwrap();
        assert_eq!((url.scheme, url.host, url.path.as_str()), ("https", "example.com:8080", "/team/web/"));
        assert_eq!(url.plain, "https://me:pw@example.com:8080/team/w%65b/");
        assert_eq!(parse("lib/web.mcl").unwrap().path, "lib/web.mcl");
        assert_eq!(parse("git://example.com").unwrap().path, "");
        assert_eq!(parse("team:web.mcl").unwrap().path, "");
        assert_eq!(parse("git:////x").unwrap().path, "//x");
    }

    #[test]
    fn what_is_no_url() {
        for text in ["git@example.com:team/web.git", ":x", "a%2", "git://h:p/x", "a\nb"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
