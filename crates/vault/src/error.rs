//! What can go wrong in the vault, one variant for each thing that a caller treats differently.
//!
//! No text here carries a secret, a client's words or a name: only names of keyring rows and ids.

use crate::CompartmentId;

/// Why the vault refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// No slot of the keyring opens with this secret.
    #[error("no slot of the keyring opens with this secret")]
    WrongSecret,
    /// The cards are of no set that unlocks here: of another practice, or of a slot that was removed.
    #[error(
        "these cards unlock nothing here: they are of another practice, or of a set that was removed"
    )]
    OtherCards,
    /// A row of the keyring was changed, is missing, stands twice, or belongs to another installation.
    #[error("the keyring's row {row} is damaged")]
    Damaged {
        /// The row's name.
        row: String,
    },
    /// Written by a newer version of Alcove than this one.
    #[error("version {found} of this format is newer than this program")]
    Newer {
        /// The version that was found.
        found: u8,
    },
    /// The text is not a key file, or a character of it was changed.
    #[error("this is not a key file, or it was damaged")]
    BadKeyFile,
    /// Cost parameters of a passphrase outside of what Argon2id or this program allows.
    #[error("these cost parameters cannot be used for a passphrase")]
    Cost,
    /// The vault holds no key for this compartment: never made here, not yet learned, or destroyed.
    #[error("there is no key for compartment {0}")]
    NoCompartment(CompartmentId),
    /// A sealed value that was altered, cut, moved from another place, or sealed under another key.
    #[error("a sealed value was altered, or does not belong here")]
    Refused,
    /// A word of a receipt that is not a plain word: receipts carry neither names nor free text.
    #[error("the receipt's {field} is not a plain word")]
    FreeText {
        /// Which field of the entry.
        field: &'static str,
    },
    /// The same id twice in what must be a set.
    #[error("the same id stands twice in a set")]
    Twice,
    /// Compartments are still wrapped under an older epoch, or about to be.
    #[error("an older epoch is still in use")]
    EpochInUse,
}

impl VaultError {
    pub(crate) fn damaged(row: &str) -> Self {
        Self::Damaged {
            row: row.to_owned(),
        }
    }
}
