//! Content identity: 128 bits that name a piece of data.
//!
//! Contents come from files that others write, so the hash is keyed BLAKE3 with a key drawn once per process: nobody outside can
//! make two contents collide. Identities are therefore meaningless in another process and never stored.

use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

/// The 128-bit name of a content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(pub u128);

fn key() -> &'static [u8; 32] {
    static KEY: OnceLock<[u8; 32]> = OnceLock::new();
    KEY.get_or_init(|| {
        let mut key = [0; 32];
        for chunk in key.chunks_mut(8) {
            // `RandomState` is seeded by the operating system; its finished empty hash is a fresh random word.
            let word = std::collections::hash_map::RandomState::new().build_hasher().finish();
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        key
    })
}

impl Identity {
    /// The identity of `bytes` under a tag that keeps kinds of content apart.
    pub fn of(tag: u8, bytes: &[u8]) -> Identity {
        let mut maker = Maker::new(tag);
        maker.bytes(bytes);
        maker.finish()
    }
}

/// Builds an identity from parts; every part is length-delimited or of fixed size, so that different part lists never meet.
pub struct Maker(blake3::Hasher);

impl Maker {
    /// Starts an identity of the given kind of content.
    pub fn new(tag: u8) -> Maker {
        let mut hasher = blake3::Hasher::new_keyed(key());
        hasher.update(&[tag]);
        Maker(hasher)
    }

    /// Adds bytes of any length.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Maker {
        self.0.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
        self
    }

    /// Adds a number.
    pub fn word(&mut self, word: u64) -> &mut Maker {
        self.0.update(&word.to_le_bytes());
        self
    }

    /// Adds the identity of a part.
    pub fn part(&mut self, part: Identity) -> &mut Maker {
        self.0.update(&part.0.to_le_bytes());
        self
    }

    /// The identity of all that was added.
    pub fn finish(&self) -> Identity {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.0.finalize().as_bytes()[..16]);
        Identity(u128::from_le_bytes(bytes))
    }
}
