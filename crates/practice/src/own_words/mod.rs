//! Own words: what only their author reads. The browser encrypts; here stand whose keys they are, and the slots that wrap
//! what opens them.
//!
//! An identity is made in the browser and wrapped there into slots, a printed recovery code and a passphrase or a passkey; the
//! server keeps the wraps, sealed, and cannot open them. Public keys are named in the log by their digest, and stand as a row of
//! authority (`published`). Not here: what is written with them (`process_notes`, `journal`, `messages`).

mod age;
mod known;
mod passkey;
mod proved;
pub(crate) mod published;
pub mod records;
mod tab;

#[cfg(test)]
mod tests;

pub(crate) use age::recipients_of;
pub use age::{AgeFile, NotAnAgeFile, Recipients};
pub use known::{KnownKeysError, LONGEST_KNOWN};
pub use passkey::PasskeySlot;
pub use proved::Proved;
pub(crate) use tab::TabKeys;
pub use tab::{TabKey, Wanted};

use serde::{Deserialize, Serialize};
use vault::Opened;

use crate::access::{Access, Purpose, Work};
use crate::core::Practice;
use crate::digest::sha256;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::people;
use crate::receipts::{Action, PUBLIC_KEYS};
use crate::sealed::{self, Cell};
use crate::succession;

/// The least that a guess at a passphrase costs: age's scrypt work factor, a power of two.
const PASSPHRASE_WORK: u8 = 18;
/// The same for a recovery code, which has 130 bits by itself.
const RECOVERY_WORK: u8 = 12;

/// The public half of an identity.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PublicKeys {
    /// For whom a file is encrypted: `age1…`.
    pub recipient: String,
    /// What checks who signed: an Ed25519 key, 64 hexadecimal digits.
    pub author: String,
}

impl PublicKeys {
    /// Whether both have the form of what they are.
    fn are_keys(&self) -> bool {
        let bech32 = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        self.recipient.len() == 62
            && self.recipient.starts_with("age1")
            && self.recipient.bytes().all(bech32)
            && self.author.len() == 64
            && self.author.bytes().all(hex)
    }

    /// What the log keeps of them.
    fn digest(&self) -> [u8; 32] {
        let text = format!("own words\n{}\n{}\n", self.recipient, self.author);
        sha256(text.as_bytes())
    }
}

/// The wraps of one identity: each alone opens it, with what only the person has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Slots {
    /// Opened by the printed recovery code.
    pub recovery: AgeFile,
    /// Opened by the passphrase, where there is one.
    pub passphrase: Option<AgeFile>,
    /// Opened by the passkey, where there is one.
    #[serde(default)]
    pub passkey: Option<PasskeySlot>,
}

/// A person's identity as the server has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OwnWords {
    /// The public half.
    pub keys: PublicKeys,
    /// The wraps of the other half.
    pub slots: Slots,
}

/// Whether the keys may be others than those that are there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keys {
    /// The same ones, in other slots.
    Same,
    /// Others: whoever lost both ways to the earlier ones begins anew, and what was written with them stays closed. A sign-in alone
    /// is not enough for that.
    Anew(Proved),
}

impl Keys {
    /// Whether this person said, and proved, that other keys are to take the place of theirs.
    fn may_be_others(self, person: PersonId) -> bool {
        match self {
            Self::Same => false,
            Self::Anew(proved) => proved.is_by(person),
        }
    }
}

/// Why an identity was not kept.
#[derive(Debug, thiserror::Error)]
pub enum OwnWordsError {
    /// The keys or a slot are not what the browser makes.
    #[error("these are not the keys and slots that the browser makes")]
    Malformed,
    /// The slots are to be changed, and the keys would be, too: what was written with the earlier ones would be lost. So it is
    /// where somebody else proved who they are.
    #[error("there is an identity already")]
    OtherKeys,
    /// Something below; [`AccessError::Stale`] when another revision is newer.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(OwnWordsError);

impl OwnWords {
    fn check(&self) -> Result<(), OwnWordsError> {
        let costs = |slot: &AgeFile, least: u8| match slot.recipients() {
            Recipients::Passphrase { work } => work >= least,
            Recipients::Keys(_) | Recipients::Passkey => false,
        };
        let (passphrase, passkey) = (&self.slots.passphrase, &self.slots.passkey);
        // The paper alone is one way; a second one is for every day.
        let good = self.keys.are_keys()
            && costs(&self.slots.recovery, RECOVERY_WORK)
            && (passphrase.is_some() || passkey.is_some())
            && passphrase
                .as_ref()
                .is_none_or(|slot| costs(slot, PASSPHRASE_WORK))
            && passkey.as_ref().is_none_or(PasskeySlot::is_sound);
        good.then_some(()).ok_or(OwnWordsError::Malformed)
    }
}

impl Practice {
    /// The identity of who is signed in, with its revision; nothing when none was made yet.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], [`AccessError::Locked`], or a fault.
    pub async fn my_own_words(
        &self,
        access: &impl Access,
    ) -> Result<Option<(OwnWords, u32)>, AccessError> {
        self.read(access, |work| {
            let (opened, cell) = mine(work)?;
            let Some(cell) = cell else { return Ok(None) };
            let stored: OwnWords = work.unseal(&opened, "own_words", &cell)?;
            Ok(Some((stored, cell.revision)))
        })
        .await
    }

    /// Keeps the identity that the browser of who is signed in made, or the same one with other slots. `revision` is the
    /// one that the browser saw, nothing for the first. Returns the new revision.
    ///
    /// # Errors
    /// [`OwnWordsError::Malformed`], [`OwnWordsError::OtherKeys`] when the keys change and that was not said,
    /// [`AccessError::Stale`] when another revision is newer.
    pub async fn keep_own_words(
        &self,
        access: &impl Access,
        new: OwnWords,
        revision: Option<u32>,
        keys: Keys,
    ) -> Result<u32, OwnWordsError> {
        let practice = self.id();
        self.write(
            access,
            Action::OwnWords,
            move |work| {
                new.check()?;
                let (opened, stored) = mine(work)?;
                let person = work.person()?;
                if revision != stored.as_ref().map(|cell| cell.revision) {
                    return Err(AccessError::Stale.into());
                }
                let Some(cell) = stored else {
                    let identity = identity(work, person)?.compartment;
                    let open = opened.get(identity).ok_or(AccessError::NotThere)?;
                    work.names(PUBLIC_KEYS, person.0, 1, new.keys.digest());
                    published::publish(work, person, &new.keys)?;
                    let row = work.seal(open, ("own_words", work.new_id(), 1), &new)?;
                    return Ok((person, row));
                };
                let before: OwnWords = work.unseal(&opened, "own_words", &cell)?;
                if before.keys != new.keys {
                    if !keys.may_be_others(person) {
                        return Err(OwnWordsError::OtherKeys);
                    }
                    let next = cell.revision.saturating_add(1);
                    work.names(PUBLIC_KEYS, person.0, next, new.keys.digest());
                    published::publish(work, person, &new.keys)?;
                    succession::forget(work, person)?;
                }
                let open = opened.get(cell.compartment).ok_or(AccessError::NotThere)?;
                Ok((person, work.reseal(open, "own_words", &cell, &new)?))
            },
            move |tx, (person, row)| {
                if row.revision == 1 {
                    records::insert(tx, practice, *person, row)?;
                } else {
                    sealed::revise(tx, practice, row)?;
                }
                Ok(row.revision)
            },
        )
        .await
    }
}

/// The identity compartment of who is signed in, opened, and the sealed row in it.
fn mine(work: &mut Work<'_, '_>) -> Result<(Opened, Option<Cell>), AccessError> {
    let (practice, person) = (work.practice(), work.person()?);
    let identity = identity(work, person)?;
    let opened = work.open(
        Action::OwnWords,
        Purpose::OwnRecord,
        &[identity.compartment],
    )?;
    Ok((opened, records::of_person(work.tx, practice, person)?))
}

/// What checks the signatures of who is signed in; nothing before they made keys.
pub(crate) fn author(work: &mut Work<'_, '_>) -> Result<Option<String>, AccessError> {
    let (opened, cell) = mine(work)?;
    let Some(cell) = cell else { return Ok(None) };
    let stored: OwnWords = work.unseal(&opened, "own_words", &cell)?;
    Ok(Some(stored.keys.author))
}

fn identity(work: &mut Work<'_, '_>, person: PersonId) -> Result<Cell, AccessError> {
    let practice = work.practice();
    people::records::cell(work.tx, practice, person)?.ok_or(AccessError::NotThere)
}
