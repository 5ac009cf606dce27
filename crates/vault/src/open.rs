//! Opening compartments: the only way to a handle that seals and unseals.
//!
//! The receipt is queued first and names exactly the compartments for which handles are given. That nothing read
//! through a handle leaves before the receipt is durable is the caller's part: it awaits the ticket.

use zeroize::Zeroizing;

use crate::crypto::Key;
use crate::keyring::shelf::Kept;
use crate::log::Entry;
use crate::sealed::{self, Sealer};
use crate::{Address, CompartmentId, Kind, Randomness, Sealed, Vault, VaultError};

/// Where receipts wait for their commit.
pub trait ReceiptQueue {
    /// What tells, later, that the receipt is durable.
    type Ticket;

    /// Queues a receipt; `leaf` is its hash in the log.
    fn queue(&self, entry: &Entry, leaf: [u8; 32]) -> Self::Ticket;
}

/// The handles of one opening.
pub struct Opened(Vec<Open>);

/// A handle for one compartment. It cannot be made, copied or kept elsewhere than in its [`Opened`].
pub struct Open {
    kind: Kind,
    sealer: Sealer,
}

impl Vault {
    /// Queues the receipt, then gives handles for exactly the compartments that it names.
    ///
    /// # Errors
    /// [`VaultError::FreeText`] when a word of the entry is not a plain word;
    /// [`VaultError::NoCompartment`] when there is no key for one of the compartments. Nothing was queued then.
    pub fn open<Q: ReceiptQueue>(
        &self,
        queue: &Q,
        entry: Entry,
    ) -> Result<(Opened, Q::Ticket), VaultError> {
        entry.check()?;
        if let Some(missing) = entry.compartments.iter().find(|id| !self.has(**id)) {
            return Err(VaultError::NoCompartment(*missing));
        }
        let ticket = queue.queue(&entry, entry.leaf_hash());
        Ok((self.handles(entry.compartments)?, ticket))
    }

    /// Whether sealed bytes name the key of this compartment. It opens nothing and tells nothing of what is in them, so it
    /// leaves no receipt: it is for who verifies a whole database. That the bytes are those that were written for their
    /// row, with the name in them, the digest in the receipt of the writing says; this says nothing about it.
    #[must_use]
    pub fn is_sealed_in(&self, compartment: CompartmentId, bytes: &[u8]) -> bool {
        let held = self.shelf();
        let sealer = held
            .get(compartment)
            .map(|kept| self.sealer(compartment, &kept));
        sealer.is_some_and(|sealer| sealer.is_named(bytes))
    }

    fn sealer(&self, compartment: CompartmentId, kept: &Kept<'_>) -> Sealer {
        let key = Key::copied(kept.key);
        let key_id = *kept.key_id.get_or_init(|| sealed::key_id(&key));
        Sealer {
            installation: self.installation(),
            compartment,
            key,
            key_id,
        }
    }

    fn handles(&self, mut compartments: Vec<CompartmentId>) -> Result<Opened, VaultError> {
        compartments.sort_unstable();
        compartments.dedup();
        let mut opened = Vec::with_capacity(compartments.len());
        let held = self.shelf();
        for compartment in compartments {
            let kept = held
                .get(compartment)
                .ok_or(VaultError::NoCompartment(compartment))?;
            let sealer = self.sealer(compartment, &kept);
            opened.push(Open {
                kind: kept.kind,
                sealer,
            });
        }
        Ok(Opened(opened))
    }
}

impl Opened {
    /// The handle of a compartment; `None` when the receipt does not name it.
    #[must_use]
    pub fn get(&self, compartment: CompartmentId) -> Option<&Open> {
        let found = self.0.binary_search_by_key(&compartment, Open::compartment);
        found.ok().and_then(|index| self.0.get(index))
    }

    /// Every handle, in the order of the compartments' ids.
    pub fn iter(&self) -> impl Iterator<Item = &Open> {
        self.0.iter()
    }
}

impl Open {
    /// The compartment that this handle opens.
    #[must_use]
    pub const fn compartment(&self) -> CompartmentId {
        self.sealer.compartment
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Seals a value for its place.
    #[must_use]
    pub fn seal(&self, address: &Address<'_>, text: &[u8], randomness: &dyn Randomness) -> Sealed {
        self.sealer.seal(address, text, randomness)
    }

    /// The text of a sealed value; it is overwritten when it is dropped.
    ///
    /// # Errors
    /// [`VaultError::Refused`] when it was altered or sealed for another place; [`VaultError::Newer`] when a newer
    /// version of Alcove sealed it.
    pub fn unseal(
        &self,
        address: &Address<'_>,
        bytes: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.sealer.unseal(address, bytes)
    }
}
