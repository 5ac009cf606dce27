//! The few primitives under everything here, all from aws-lc: AES-256-GCM, HKDF-SHA-512, HMAC-SHA-256, SHA-256.
//!
//! Nothing in this module knows what it protects; domains and associated data come from the callers.

use std::fmt::Debug;

use aws_lc_rs::{aead, digest, hkdf, hmac};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::{Randomness, VaultError};

/// Bytes of a key.
pub(crate) const KEY: usize = 32;
/// Bytes of an AES-GCM nonce.
pub(crate) const NONCE: usize = 12;
/// Bytes of an AES-GCM tag.
pub(crate) const TAG: usize = 16;
/// Bytes of a wrapped key: nonce, ciphertext, tag.
pub(crate) const WRAPPED: usize = NONCE + KEY + TAG;

/// The value of a computation that fails only when the machine is out of memory or this crate is wrong.
#[expect(
    clippy::expect_used,
    reason = "going on without a key, nonce or tag would be worse"
)]
pub(crate) fn certain<T, E: Debug>(result: Result<T, E>, what: &'static str) -> T {
    result.expect(what)
}

/// A 256-bit key at a fixed place in memory, overwritten when it is dropped.
pub(crate) struct Key(Box<[u8; KEY]>);

impl Key {
    pub(crate) fn random(randomness: &dyn Randomness) -> Self {
        let mut key = Self(Box::new([0; KEY]));
        randomness.fill(key.0.as_mut_slice());
        key
    }

    pub(crate) fn copied(bytes: &[u8; KEY]) -> Self {
        let mut key = Self(Box::new([0; KEY]));
        key.0.copy_from_slice(bytes);
        key
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::copied)
    }

    /// HKDF-SHA-512 (RFC 5869) of this key.
    pub(crate) fn derive(&self, salt: &[u8], info: &[&[u8]]) -> Self {
        let mut key = Self(Box::new([0; KEY]));
        expand(self.bytes(), salt, info, key.0.as_mut_slice());
        key
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY] {
        &self.0
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8; KEY] {
        &mut self.0
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Fills `out` with HKDF-SHA-512 (RFC 5869) of `secret`; `out` holds at most 16,320 bytes.
pub(crate) fn expand(secret: &[u8], salt: &[u8], info: &[&[u8]], out: &mut [u8]) {
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA512, salt).extract(secret);
    let filled = extracted
        .expand(info, Length(out.len()))
        .and_then(|okm| okm.fill(out));
    certain(filled, "HKDF gives as many bytes as are asked for here");
}

/// HMAC-SHA-256 (RFC 2104).
pub(crate) fn mac(key: &Key, bytes: &[u8]) -> [u8; 32] {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.bytes()), bytes);
    certain(tag.as_ref().try_into(), "HMAC-SHA-256 has 32 bytes")
}

/// SHA-256 over the concatenation of `parts`.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = digest::Context::new(&digest::SHA256);
    for part in parts {
        hash.update(part);
    }
    certain(hash.finish().as_ref().try_into(), "SHA-256 has 32 bytes")
}

/// Whether two values are equal, in a time that does not tell where they differ.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

/// AES-256-GCM with its key schedule made once.
pub(crate) struct Cipher(aead::LessSafeKey);

impl Cipher {
    pub(crate) fn new(key: &[u8; KEY]) -> Self {
        let unbound = aead::UnboundKey::new(&aead::AES_256_GCM, key);
        Self(aead::LessSafeKey::new(certain(
            unbound,
            "AES-256 takes any 32 bytes",
        )))
    }

    /// Encrypts `buffer` from `from` on in place and appends the tag.
    pub(crate) fn encrypt(
        &self,
        nonce: [u8; NONCE],
        aad: &[u8],
        buffer: &mut Vec<u8>,
        from: usize,
    ) {
        let nonce = aead::Nonce::assume_unique_for_key(nonce);
        let text = buffer.get_mut(from..).unwrap_or_default();
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce, aead::Aad::from(aad), text);
        buffer.extend_from_slice(certain(tag, "less than 64 GiB are sealed at once").as_ref());
    }

    /// Decrypts `text`, which ends with its tag, in place; `None` when it is not authentic.
    pub(crate) fn decrypt<'a>(
        &self,
        nonce: [u8; NONCE],
        aad: &[u8],
        text: &'a mut [u8],
    ) -> Option<&'a mut [u8]> {
        let nonce = aead::Nonce::assume_unique_for_key(nonce);
        self.0.open_in_place(nonce, aead::Aad::from(aad), text).ok()
    }

    /// Wraps a secret under a random nonce: nonce, ciphertext, tag.
    pub(crate) fn wrap(&self, aad: &[u8], secret: &[u8], randomness: &dyn Randomness) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        randomness.fill(&mut nonce);
        let mut wrapped = Vec::with_capacity(NONCE + secret.len() + TAG);
        wrapped.extend_from_slice(&nonce);
        wrapped.extend_from_slice(secret);
        self.encrypt(nonce, aad, &mut wrapped, NONCE);
        wrapped
    }

    /// What was wrapped, or `None` when it is not authentic.
    pub(crate) fn unwrap(&self, aad: &[u8], wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, text) = wrapped.split_at_checked(NONCE)?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = self.decrypt(nonce.try_into().ok()?, aad, &mut text)?.len();
        text.truncate(length);
        Some(text)
    }

    /// The key that was wrapped, without touching the heap but for the key itself.
    pub(crate) fn unwrap_key(
        &self,
        aad: &[u8],
        wrapped: &[u8],
        into: &mut [u8; KEY],
    ) -> Option<()> {
        let (nonce, text) = wrapped.split_at_checked(NONCE)?;
        let mut buffer = Zeroizing::new([0_u8; KEY + TAG]);
        *buffer = text.try_into().ok()?;
        let key = self.decrypt(nonce.try_into().ok()?, aad, buffer.as_mut_slice())?;
        into.copy_from_slice(key.get(..KEY)?);
        Some(())
    }
}

/// The Argon2id hash (RFC 9106) of a passphrase.
///
/// # Errors
/// [`VaultError::Cost`] when the parameters are outside of what Argon2id allows.
pub(crate) fn argon2id(
    passphrase: &str,
    salt: &[u8],
    (memory_kib, passes, lanes): (u32, u32, u32),
) -> Result<Key, VaultError> {
    let params = argon2::Params::new(memory_kib, passes, lanes, Some(KEY));
    let params = params.map_err(|_| VaultError::Cost)?;
    let mut memory = vec![argon2::Block::default(); params.block_count()];
    let argon = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let mut key = Key(Box::new([0; KEY]));
    let passphrase = passphrase.as_bytes();
    let hashed =
        argon.hash_password_into_with_memory(passphrase, salt, key.0.as_mut_slice(), &mut memory);
    memory.iter_mut().for_each(Zeroize::zeroize);
    hashed.map(|()| key).map_err(|_| VaultError::Cost)
}
