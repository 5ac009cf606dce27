//! Passwords: Argon2id at 19 MiB and 2 passes (OWASP's minimum), two at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use vault::Randomness;
use zeroize::Zeroizing;

use crate::core::Practice;
use crate::error::AccessError;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// What a password must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasswordRule {
    /// It can be used.
    Good,
    /// It has fewer than twelve characters.
    Short,
    /// It is one of those that everybody tries.
    Common,
}

const COMMON: [&str; 12] = [
    "password", "passwort", "123456", "qwerty", "letmein", "welcome", "iloveyou", "abc123",
    "111111", "sunshine", "princess", "football",
];

/// Judges a password by length and by whether it is mostly a common one (NIST SP 800-63B, 5.1.1.2).
#[must_use]
pub fn check_rule(password: &str) -> PasswordRule {
    if password.chars().count() < 12 {
        return PasswordRule::Short;
    }
    let lower = Zeroizing::new(password.to_lowercase());
    // What stands beside a common word: digits add nothing, "password12345" is the first that anybody tries.
    let common = COMMON
        .iter()
        .filter(|word| lower.contains(**word))
        .any(|word| {
            let beside = Zeroizing::new(lower.replace(word, ""));
            beside.chars().filter(|c| !c.is_ascii_digit()).count() < 5
        });
    let one_letter = lower
        .chars()
        .next()
        .is_some_and(|first| lower.chars().all(|c| c == first));
    if common || one_letter {
        PasswordRule::Common
    } else {
        PasswordRule::Good
    }
}

/// The fewest characters of a passphrase that unlocks the records: guessing happens on somebody else's machines.
pub const SHORTEST_PASSPHRASE: usize = 16;
/// The fewest different characters of one, blanks not counted.
const DIFFERENT: usize = 5;

/// Judges a passphrase that is to unlock the records: longer than a password, of more than a few characters over and over,
/// and what holds for a password holds for it.
#[must_use]
pub fn check_passphrase(passphrase: &str) -> PasswordRule {
    let passphrase = passphrase.trim();
    if passphrase.chars().count() < SHORTEST_PASSPHRASE {
        return PasswordRule::Short;
    }
    let letters = passphrase.chars().filter(|c| !c.is_whitespace());
    if letters.collect::<BTreeSet<char>>().len() < DIFFERENT {
        return PasswordRule::Common;
    }
    check_rule(passphrase)
}

/// A password's hash with what it was made with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PasswordHash {
    salt: [u8; 16],
    memory_kib: u32,
    passes: u32,
    hash: [u8; 32],
}

impl PasswordHash {
    /// The hash that an unknown name is compared with, so that it takes the same time.
    const fn of_nobody() -> Self {
        Self {
            salt: [7; 16],
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            hash: [0; 32],
        }
    }

    fn compute(&self, password: &str) -> Result<[u8; 32], AccessError> {
        let fault = |_| AccessError::Fault("argon2".to_owned());
        let params = Params::new(self.memory_kib, self.passes, 1, Some(32)).map_err(fault)?;
        let mut out = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(password.as_bytes(), &self.salt, &mut out)
            .map_err(fault)?;
        Ok(out)
    }

    /// Hashes a new password.
    fn make(password: &str, randomness: &dyn Randomness) -> Result<Self, AccessError> {
        let mut salt = [0; 16];
        randomness.fill(&mut salt);
        let mut made = Self {
            salt,
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            hash: [0; 32],
        };
        made.hash = made.compute(password)?;
        Ok(made)
    }

    fn matches(&self, password: &str) -> Result<bool, AccessError> {
        Ok(bool::from(
            self.compute(password)?.as_slice().ct_eq(&self.hash),
        ))
    }
}

/// Letters that nobody takes for one another.
pub(super) const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

impl Practice {
    /// A password to be given once, in person: twenty letters in groups, 100 bits.
    #[must_use]
    pub fn one_time_password(&self) -> String {
        let mut bytes = [0_u8; 20];
        self.core().randomness.fill(&mut bytes);
        let letters: Vec<char> = bytes
            .iter()
            .filter_map(|byte| LETTERS.get(usize::from(byte % 32)))
            .map(|letter| char::from(*letter))
            .collect();
        let groups: Vec<String> = letters
            .chunks(5)
            .map(|group| group.iter().collect())
            .collect();
        groups.join("-")
    }

    /// Hashes a password, two at a time over the whole program.
    pub(crate) async fn hash_password(
        &self,
        password: String,
    ) -> Result<PasswordHash, AccessError> {
        let password = Zeroizing::new(password);
        let randomness = Arc::clone(&self.core().randomness);
        self.one_of_two(move || PasswordHash::make(&password, randomness.as_ref()))
            .await
    }

    /// Whether the password is that of `known`; without one it takes the same time and is wrong.
    pub(crate) async fn check_password(
        &self,
        password: String,
        known: Option<PasswordHash>,
    ) -> Result<bool, AccessError> {
        let password = Zeroizing::new(password);
        let is_known = known.is_some();
        let hash = known.unwrap_or_else(PasswordHash::of_nobody);
        #[cfg(test)]
        self.core().hashed.fetch_add(
            u64::from(hash.memory_kib) * u64::from(hash.passes),
            std::sync::atomic::Ordering::SeqCst,
        );
        let matches = self.one_of_two(move || hash.matches(&password)).await?;
        Ok(matches && is_known)
    }

    async fn one_of_two<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, AccessError> + Send + 'static,
    ) -> Result<T, AccessError> {
        let _place = self
            .core()
            .passwords_waiting
            .try_acquire()
            .map_err(|_| AccessError::Busy)?;
        let _turn = self
            .core()
            .passwords
            .acquire()
            .await
            .map_err(|_| AccessError::Busy)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| AccessError::Fault("a password's check ended".to_owned()))?
    }
}
