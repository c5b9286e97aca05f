//! Byte strings, normally UTF-8, that know the identity of their content.

use crate::identity::Identity;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::{self, Write as _};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// An immutable string of the language: any bytes, normally UTF-8. Clones share; equality costs the same for any length.
///
/// `Ord` is the order by identity, which is never to be seen; the order of the language is [`Text::compare`].
#[derive(Clone)]
pub struct Text(Arc<Node>);

struct Node {
    identity: Identity,
    bytes: Bytes,
}

/// A short content stands beside its identity, so that a text is one line of a cache and one allocation.
enum Bytes {
    Short(u8, [u8; SHORT]),
    Long(Box<[u8]>),
}

/// What fills the line up: names, modes, numbers, most paths.
const SHORT: usize = 30;

impl Text {
    /// A text with this content.
    pub fn new(bytes: impl AsRef<[u8]> + Into<Box<[u8]>>) -> Text {
        let content = bytes.as_ref();
        let identity = Identity::of(b's', content);
        let mut short = [0; SHORT];
        let bytes = match short.get_mut(..content.len()) {
            Some(place) => {
                place.copy_from_slice(content);
                Bytes::Short(content.len() as u8, short)
            }
            None => Bytes::Long(bytes.into()),
        };
        Text(Arc::new(Node { identity, bytes }))
    }

    /// The content.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0.bytes {
            Bytes::Short(length, bytes) => &bytes[..usize::from(*length)],
            Bytes::Long(bytes) => bytes,
        }
    }

    /// The content as UTF-8; bytes that are not become U+FFFD.
    pub fn to_str(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }

    /// The name of the content.
    #[inline]
    pub fn identity(&self) -> Identity {
        self.0.identity
    }

    /// The order of the language: bytewise.
    pub fn compare(&self, other: &Text) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }

    /// Quoted and escaped as a Go string literal: printable characters as they are, the rest as `\n`, `\x01`, `\u00ad` and so on.
    pub fn quoted(&self) -> String {
        quote(self.as_bytes())
    }
}

/// Quotes bytes as [`Text::quoted`] does.
pub fn quote(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            quote_char(&mut out, c);
        }
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out.push('"');
    out
}

fn quote_char(out: &mut String, c: char) {
    let simple = match c {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\x07' => "\\a",
        '\x08' => "\\b",
        '\x0c' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\x0b' => "\\v",
        _ => "",
    };
    // Writing to a string cannot fail.
    let _ = match c {
        _ if !simple.is_empty() => write!(out, "{simple}"),
        '\0'..' ' | '\x7f' => write!(out, "\\x{:02x}", c as u32),
        _ if printable(c) => write!(out, "{c}"),
        _ if (c as u32) < 0x10000 => write!(out, "\\u{:04x}", c as u32),
        _ => write!(out, "\\U{:08x}", c as u32),
    };
}

/// Whether a character is shown as it is: the standard library's own escaping decides, except that spaces other than ASCII's are escaped.
fn printable(c: char) -> bool {
    let extends = c.escape_debug().count() > 1 && !matches!(c, '\'' | '"' | '\\') && is_mark(c);
    c == ' ' || extends || (c.escape_debug().count() == 1 && !c.is_whitespace()) || c == '\''
}

/// Combining marks are printable, although `escape_debug` escapes them at the start of a string.
fn is_mark(c: char) -> bool {
    format!("a{c}").escape_debug().count() == 2
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::new(text.as_bytes())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::new(text.into_bytes())
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Text {
        Text::new(bytes)
    }
}

impl PartialEq for Text {
    #[inline]
    fn eq(&self, other: &Text) -> bool {
        // Clones need no look at what they share.
        Arc::ptr_eq(&self.0, &other.0) || self.0.identity == other.0.identity
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    #[inline]
    fn partial_cmp(&self, other: &Text) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    #[inline]
    fn cmp(&self, other: &Text) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.identity.cmp(&other.0.identity) }
    }
}

impl Hash for Text {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.identity.0 as u64);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.quoted())
    }
}

/// The raw content, lossily.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_any_length_is_its_content() {
        for length in [0, 1, SHORT - 1, SHORT, SHORT + 1, 1_000_000] {
            let bytes: Vec<u8> = (0..length).map(|at| at as u8).collect();
            let (owned, borrowed) = (Text::new(bytes.clone()), Text::new(&*bytes));
            assert_eq!(owned.as_bytes(), bytes);
            assert_eq!((borrowed.as_bytes(), &borrowed), (&*bytes, &owned));
            assert!(length == 0 || owned != Text::new(&bytes[1..]));
        }
    }

    #[test]
    fn a_short_text_is_one_line_of_a_cache() {
        // With the two counters of what shares it.
        assert_eq!(size_of::<Node>() + 2 * size_of::<usize>(), 64);
    }
}
