//! Signed heads of the log: C2SP `tlog-checkpoint` in a C2SP `signed-note` with an Ed25519 signature.
//!
//! ```text
//! alcove/receipts/0198c0de-...
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — alcove/receipts/0198c0de-... base64(key id 4, signature 64)
//! ```

use std::fmt::Write;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::LogError;
use super::hash::Hash;
use crate::crypto::{certain, sha256};

/// The signature type of Ed25519 in a signed note.
const ED25519_TYPE: u8 = 1;
/// How many digits a line of a block has.
const BLOCK_WIDTH: usize = 64;
const SIGNATURE_START: &str = "\u{2014} ";
/// More signatures than any head carries; what parses is bounded.
const MOST_SIGNATURES: usize = 64;

/// A head of a log: how many entries, what root, and who signed that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
    signatures: Vec<Signature>,
}

/// One signature line: ours, or a witness's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The name of the key.
    pub name: String,
    /// Which key of that name.
    pub key_id: [u8; 4],
    /// The signature itself.
    pub bytes: Vec<u8>,
}

impl Checkpoint {
    pub(crate) fn signed(
        origin: &str,
        size: u64,
        root: Hash,
        public: [u8; 32],
        sign: impl FnOnce(&[u8]) -> [u8; 64],
    ) -> Self {
        let mut checkpoint = Self {
            origin: origin.to_owned(),
            size,
            root,
            extensions: Vec::new(),
            signatures: Vec::new(),
        };
        let bytes = sign(checkpoint.body().as_bytes()).to_vec();
        let key_id = key_id(origin, &public);
        checkpoint.signatures.push(Signature {
            name: origin.to_owned(),
            key_id,
            bytes,
        });
        checkpoint
    }

    /// Which log this is a head of.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries the log had.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of its tree.
    #[must_use]
    pub const fn root(&self) -> Hash {
        self.root
    }

    /// Who signed.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The head as text; parsing it gives the same head.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.body();
        text.push('\n');
        for Signature {
            name,
            key_id,
            bytes,
        } in &self.signatures
        {
            let blob = [key_id.as_slice(), bytes].concat();
            let line = writeln!(text, "{SIGNATURE_START}{name} {}", STANDARD.encode(blob));
            certain(line, "a String takes every line");
        }
        text
    }

    /// The head as lines of hexadecimal digits, for where no word of ours may stand: a letter, a file's name. With no letter
    /// beyond `f` the lines spell nothing by chance either.
    #[must_use]
    pub fn block(&self) -> String {
        let digits: Vec<u8> = self
            .text()
            .bytes()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .map(|digit| {
                if digit < 10 {
                    b'0' + digit
                } else {
                    b'a' - 10 + digit
                }
            })
            .collect();
        let lines = digits.chunks(BLOCK_WIDTH).map(String::from_utf8_lossy);
        lines.map(|line| line.into_owned() + "\n").collect()
    }

    /// Reads a head as [`Checkpoint::text`] gives it, or as a [`Checkpoint::block`] with anything around it, such as a letter
    /// that was saved with its head.
    ///
    /// # Errors
    /// [`LogError::Malformed`] when there is none.
    pub fn found_in(text: &str) -> Result<Self, LogError> {
        Self::parse(text).or_else(|error| {
            let bytes = block_in(text).ok_or(error)?;
            Self::parse(&bytes)
        })
    }

    /// Reads a head; whoever signed it.
    ///
    /// # Errors
    /// [`LogError::Malformed`] when it is not exactly what [`Checkpoint::text`] would give.
    pub fn parse(text: &str) -> Result<Self, LogError> {
        Self::parsed(text).ok_or(LogError::Malformed("checkpoint"))
    }

    /// Checks the signature of the log's own key; signatures of others are not looked at.
    ///
    /// # Errors
    /// [`LogError::Unsigned`] when this key did not sign, [`LogError::BadSignature`] when its signature is false.
    pub fn verify(&self, public: &[u8; 32]) -> Result<(), LogError> {
        let key_id = key_id(&self.origin, public);
        let ours = |line: &&Signature| line.name == self.origin && line.key_id == key_id;
        let signature = self
            .signatures
            .iter()
            .find(ours)
            .ok_or(LogError::Unsigned)?;
        UnparsedPublicKey::new(&ED25519, public)
            .verify(self.body().as_bytes(), &signature.bytes)
            .map_err(|_| LogError::BadSignature)
    }

    /// What is signed.
    fn body(&self) -> String {
        let root = STANDARD.encode(self.root);
        let mut body = format!("{}\n{}\n{root}\n", self.origin, self.size);
        for line in &self.extensions {
            body.push_str(line);
            body.push('\n');
        }
        body
    }

    fn parsed(text: &str) -> Option<Self> {
        let (body, signatures) = text.rsplit_once("\n\n")?;
        let mut lines = body.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let extensions = lines.map(str::to_owned).collect::<Vec<_>>();
        let signatures = signatures.strip_suffix('\n')?.split('\n');
        let checkpoint = Self {
            origin: origin.to_owned(),
            size: size.parse().ok()?,
            root: STANDARD.decode(root).ok()?.try_into().ok()?,
            extensions,
            signatures: signatures.map(Signature::parse).collect::<Option<_>>()?,
        };
        let named = is_key_name(origin) && !checkpoint.extensions.iter().any(String::is_empty);
        let few = checkpoint.signatures.len() <= MOST_SIGNATURES;
        let plain = !text
            .chars()
            .any(|letter| letter.is_control() && letter != '\n');
        (named && few && plain && checkpoint.text() == text).then_some(checkpoint)
    }
}

impl Signature {
    fn parse(line: &str) -> Option<Self> {
        let (name, blob) = line.strip_prefix(SIGNATURE_START)?.split_once(' ')?;
        let blob = STANDARD.decode(blob).ok()?;
        let (key_id, bytes) = blob.split_first_chunk()?;
        let read = Self {
            name: name.to_owned(),
            key_id: *key_id,
            bytes: bytes.to_vec(),
        };
        (is_key_name(name) && !bytes.is_empty()).then_some(read)
    }
}

/// A key's line for other tools that check signed notes: name, key id, and key (C2SP `signed-note`, verifier key).
#[must_use]
pub fn verifier_key(name: &str, public: &[u8; 32]) -> String {
    let key = STANDARD.encode([[ED25519_TYPE].as_slice(), public].concat());
    let id = u32::from_be_bytes(key_id(name, public));
    format!("{name}+{id:08x}+{key}")
}

/// What the first block of hexadecimal lines says: one of full width, and those after it.
fn block_in(text: &str) -> Option<String> {
    let is_digits = |line: &&str| {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        !line.is_empty() && line.len() <= BLOCK_WIDTH && line.bytes().all(digit)
    };
    let lines = text.lines().map(str::trim);
    let block: String = lines
        .skip_while(|line| line.len() != BLOCK_WIDTH || !is_digits(line))
        .take_while(is_digits)
        .collect();
    let (pairs, []) = block.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let read = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes = pairs.iter().map(read).collect::<Option<Vec<u8>>>()?;
    String::from_utf8(bytes).ok()
}

fn key_id(name: &str, public: &[u8; 32]) -> [u8; 4] {
    let hash = sha256(&[name.as_bytes(), b"\n", &[ED25519_TYPE], public]);
    certain(
        hash.first_chunk().copied().ok_or(()),
        "a hash is longer than a key id",
    )
}

fn is_key_name(name: &str) -> bool {
    !name.is_empty()
        && !name
            .chars()
            .any(|letter| letter.is_whitespace() || letter == '+')
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    use super::*;
    use crate::vectors::{array, file, list, number, text};

    #[test]
    fn heads_are_signed_as_in_the_vectors() {
        let vectors = file("checkpoint.json");
        let pair = Ed25519KeyPair::from_seed_unchecked(&array::<32>(&vectors["seed"])).unwrap();
        let public: [u8; 32] = pair.public_key().as_ref().try_into().unwrap();
        let origin = text(&vectors["origin"]);
        let (size, root) = (number(&vectors["size"]), array(&vectors["root"]));
        let sign = |body: &[u8]| pair.sign(body).as_ref().try_into().unwrap();
        let checkpoint = Checkpoint::signed(origin, size, root, public, sign);
        assert_eq!(public, array(&vectors["public"]));
        assert_eq!(checkpoint.text(), text(&vectors["text"]));
        assert_eq!(Checkpoint::parse(text(&vectors["text"])), Ok(checkpoint));
        assert_eq!(
            verifier_key(origin, &public),
            text(&vectors["verifier_key"])
        );
    }

    #[test]
    fn heads_are_accepted_and_refused_as_in_the_vectors() {
        let vectors = file("checkpoint.json");
        let public = array(&vectors["public"]);
        let verdicts = [
            ("accepted", Ok(())),
            ("unsigned", Err(LogError::Unsigned)),
            ("bad_signature", Err(LogError::BadSignature)),
            ("malformed", Err(LogError::Malformed("checkpoint"))),
        ];
        for (kind, verdict) in verdicts {
            for case in list(&vectors[kind]) {
                let parsed = Checkpoint::parse(text(&case["text"]));
                let found = parsed.and_then(|checkpoint| checkpoint.verify(&public));
                assert_eq!(found, verdict, "{kind}: {}", text(&case["name"]));
            }
        }
    }

    #[test]
    fn no_changed_letter_of_a_head_is_accepted() {
        let vectors = file("checkpoint.json");
        let (text, public) = (text(&vectors["text"]), array(&vectors["public"]));
        for (place, letter) in text.char_indices() {
            let other = if letter == '0' { "1" } else { "0" };
            let mut changed = text.to_owned();
            changed.replace_range(place..place + letter.len_utf8(), other);
            let found = Checkpoint::parse(&changed).and_then(|head| head.verify(&public));
            assert!(found.is_err(), "letter {place}");
        }
    }

    /// The examples of C2SP `signed-note` and of Go's `sumdb/note`.
    #[test]
    fn key_ids_and_signatures_are_those_of_other_implementations() {
        let examples = [
            (
                "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "This is an example message.\n",
                "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=",
            ),
            (
                "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "If you think cryptography is the answer to your problem,\n\
                 then you don't know what your problem is.\n",
                "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=",
            ),
        ];
        for (verifier, body, signature) in examples {
            let (name, key) = (
                verifier.split('+').next().unwrap(),
                verifier.splitn(3, '+').last().unwrap(),
            );
            let public: [u8; 32] = STANDARD.decode(key).unwrap()[1..].try_into().unwrap();
            assert_eq!(verifier_key(name, &public), verifier);
            let line = Signature::parse(&format!("{SIGNATURE_START}{name} {signature}")).unwrap();
            assert_eq!(line.key_id, key_id(name, &public));
            let verified =
                UnparsedPublicKey::new(&ED25519, public).verify(body.as_bytes(), &line.bytes);
            assert!(verified.is_ok(), "{name}");
        }
    }
}
