//! What unlocks the keyring and is never stored with it: a key file, a passphrase, two cards of three, what a passkey derives.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::crypto::{KEY, Key, same, sha256};
use crate::{CardPair, Randomness, VaultError};

/// What the person at the machine holds.
pub enum Secret {
    /// A file of random bytes that lies apart from the data.
    KeyFile(KeyFile),
    /// Words that somebody remembers. Taken exactly as given: trimming is the caller's decision.
    Passphrase(Zeroizing<String>),
    /// Two cards of a set.
    Cards(CardPair),
    /// What a passkey derives for a slot of its own.
    Passkey(PasskeyKey),
}

/// What is known of a passkey while nothing is unlocked: which one it is, and from what it derives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyPlace {
    /// The id that its device knows it by.
    pub credential: Vec<u8>,
    /// What is given to the device's pseudo-random function (WebAuthn Level 3, 10.1.4).
    pub salt: [u8; KEY],
}

impl PasskeyPlace {
    /// The longest id of a credential, in bytes (WebAuthn Level 3, 4).
    const MOST: usize = 1023;

    pub(crate) const fn allowed(&self) -> bool {
        !self.credential.is_empty() && self.credential.len() <= Self::MOST
    }
}

/// A key that a browser derived from what a passkey gave it. The passkey's own answer never leaves the browser.
pub struct PasskeyKey {
    place: PasskeyPlace,
    key: Key,
}

impl PasskeyKey {
    /// Takes the 32 bytes that the browser derived; `None` when they are not so many, or the id has a length that none has.
    #[must_use]
    pub fn of(place: PasskeyPlace, key: &[u8]) -> Option<Self> {
        let key = Key::from_slice(key)?;
        place.allowed().then_some(Self { place, key })
    }

    pub(crate) const fn place(&self) -> &PasskeyPlace {
        &self.place
    }

    pub(crate) const fn key(&self) -> &Key {
        &self.key
    }
}

/// A 256-bit secret that lives in a text file.
pub struct KeyFile(Key);

/// The word with which the line of a key file begins.
const KEY_FILE_WORD: &str = "alcove-key-1";
const CHECK: usize = 4;

impl KeyFile {
    /// A new one.
    #[must_use]
    pub fn generate(randomness: &dyn Randomness) -> Self {
        Self(Key::random(randomness))
    }

    /// The file's text: two lines for people, one line with the secret and a check of it.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(KEY + CHECK));
        bytes.extend_from_slice(self.0.bytes());
        bytes.extend_from_slice(&check(&self.0));
        let mut text = Zeroizing::new(String::with_capacity(256));
        text.push_str(
            "# Key file of an Alcove practice. Together with the keyring it opens every record.\n",
        );
        text.push_str("# Keep it apart from the data and from every backup of the data.\n");
        text.push_str(KEY_FILE_WORD);
        text.push(' ');
        URL_SAFE_NO_PAD.encode_string(&*bytes, &mut text);
        text.push('\n');
        text
    }

    /// Reads a file's text. Lines that are empty or begin with `#` do not count.
    ///
    /// # Errors
    /// [`VaultError::BadKeyFile`] when it is not a key file, or a character was changed.
    pub fn parse(text: &str) -> Result<Self, VaultError> {
        Self::parsed(text).ok_or(VaultError::BadKeyFile)
    }

    fn parsed(text: &str) -> Option<Self> {
        let mut lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let encoded = lines.next()?.strip_prefix(KEY_FILE_WORD)?.trim_start();
        if lines.next().is_some() {
            return None;
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(64));
        URL_SAFE_NO_PAD.decode_vec(encoded, &mut bytes).ok()?;
        let (key, found) = bytes.split_at_checked(KEY)?;
        let key = Key::from_slice(key)?;
        same(&check(&key), found).then_some(Self(key))
    }

    pub(crate) const fn key(&self) -> &Key {
        &self.0
    }
}

fn check(key: &Key) -> [u8; CHECK] {
    let [a, b, c, d, ..] = sha256(&[b"alcove/key-file/v1", key.bytes()]);
    [a, b, c, d]
}

/// What guessing a passphrase costs: the parameters of Argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassphraseCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl PassphraseCost {
    /// The second recommended option of RFC 9106, section 4: 64 MiB, 3 passes, 4 lanes.
    pub const RECOMMENDED: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 4,
    };
    /// As cheap as Argon2id allows: for tests and the demo only.
    pub const CHEAPEST: Self = Self {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };
    /// The most that a slot may ask for, so that a changed slot cannot take the machine's memory: 4 GiB.
    const MOST: Self = Self {
        memory_kib: 4 * 1024 * 1024,
        passes: 64,
        lanes: 64,
    };

    pub(crate) const fn allowed(self) -> bool {
        self.memory_kib <= Self::MOST.memory_kib
            && self.passes <= Self::MOST.passes
            && self.lanes <= Self::MOST.lanes
    }
}

impl Default for PassphraseCost {
    fn default() -> Self {
        Self::RECOMMENDED
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRandomness;

    #[test]
    fn a_key_file_reads_back_and_notices_each_changed_character() {
        let file = KeyFile::generate(&SeededRandomness::new(1));
        let text = file.to_text();
        assert_eq!(KeyFile::parse(&text).unwrap().0.bytes(), file.0.bytes());

        let line = text.lines().last().unwrap();
        for place in 0..line.len() {
            let mut changed = line.as_bytes().to_vec();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(
                KeyFile::parse(&changed).err(),
                Some(VaultError::BadKeyFile),
                "{place}"
            );
        }
    }

    #[test]
    fn other_texts_are_not_key_files() {
        for text in ["", "# only words\n", "alcove-key-1", "alcove-key-1 AAAA\n"] {
            assert_eq!(KeyFile::parse(text).err(), Some(VaultError::BadKeyFile));
        }
    }
}
