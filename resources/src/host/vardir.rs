//! The name of a resource's private directory.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The most bytes that a path component may have on every file system of note.
const LONGEST: usize = 255;

/// One path component that no other resource has: kind, the name in URL-safe base64 (RFC 4648, 5), and the name with `-` for `/`, for
/// people to read. A name too long for that is replaced by its BLAKE3 hash.
pub fn component(kind: &str, name: &[u8]) -> String {
    let readable: String = String::from_utf8_lossy(name).chars().map(|c| if c == '/' || c == '\0' { '-' } else { c }).collect();
    let whole = format!("{kind}-{}+{readable}", base64(name));
    if whole.len() <= LONGEST {
        return whole;
    }
    // The `=` cannot stand there in the other form, whose base64 holds it only before a `+`.
    format!("{kind}-={}", blake3::hash(name).to_hex())
}

fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().enumerate().fold(0u32, |word, (i, byte)| word | u32::from(*byte) << (16 - 8 * i));
        for place in 0..4 {
            let six = (word >> (18 - 6 * place)) as usize & 63;
            out.push(if place <= chunk.len() { char::from(ALPHABET[six]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_one_component() {
        assert_eq!(component("exec", b"a/b"), "exec-YS9i+a-b");
        assert_eq!(component("exec", b"ab"), "exec-YWI=+ab");
        assert_eq!(component("exec", "ÿ".as_bytes()), "exec-w78=+ÿ");
    }

    #[test]
    fn long_names_are_hashed_and_stay_apart() {
        let (a, b) = (component("exec", &[b'a'; 300]), component("exec", &[b'a'; 301]));
        assert!(a.len() <= LONGEST && b.len() <= LONGEST);
        assert_ne!(a, b);
    }
}
