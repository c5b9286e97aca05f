//! Bytes to text.

/// The text of a file. Each byte that is not part of valid UTF-8 becomes one U+FFFD, so that columns count it as one character: in a
/// string that is the character that the program sees, between tokens it starts no token and is reported there.
pub fn decode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_byte_is_one_character() {
        assert_eq!(decode(b"a\xff\xfeb"), "a\u{fffd}\u{fffd}b");
        assert_eq!(decode(b"\xe2\x82"), "\u{fffd}\u{fffd}");
        assert_eq!(decode("é☃".as_bytes()), "é☃");
    }
}
