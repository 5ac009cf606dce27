//! The unlocked vault: gives out handles for compartments after their receipt is queued, and answers for the keys
//! that stand alone.
//!
//! Whether somebody may open a compartment is not decided here: the caller checks the grant, the vault only makes sure
//! that nothing opens without a receipt.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use uuid::Uuid;

use crate::bytes::Writer;
use crate::crypto::{Key, certain, mac, same};
use crate::keyring::independent::Independent;
use crate::keyring::rows::{self, Epoch};
use crate::keyring::shelf::Shelf;
use crate::keyring::{slot, state};
use crate::log::Checkpoint;
use crate::{
    CompartmentId, KeyringRow, Kind, PassphraseCost, Randomness, Secret, SlotInfo, VaultError,
};

/// Every key of an installation, unlocked. Dropping it locks: the keys are overwritten.
pub struct Vault {
    installation: Uuid,
    root: Key,
    keys: Independent,
    signing: Ed25519KeyPair,
    shelf: RwLock<Shelf>,
}

/// A compartment whose key exists but is not yet durable.
pub struct NewCompartment {
    id: CompartmentId,
    kind: Kind,
    key: Key,
    row: KeyringRow,
    // Holds its epoch: an epoch with compartments on their way to the disk cannot be retired.
    epoch: std::sync::Arc<Epoch>,
}

impl NewCompartment {
    /// The compartment's id.
    #[must_use]
    pub const fn id(&self) -> CompartmentId {
        self.id
    }

    /// The row that must be durable before [`Vault::adopt`]. Insert it; never overwrite one that is there.
    #[must_use]
    pub fn row(&self) -> KeyringRow {
        self.row.clone()
    }

    /// The name of its epoch's row. Where that row is gone when the compartment's is to become durable, another node has
    /// ended the epoch: [`Vault::learn`], and make the key again.
    #[must_use]
    pub fn epoch_name(&self) -> String {
        rows::epoch_name(self.epoch.number)
    }
}

impl Vault {
    pub(crate) fn new(
        installation: Uuid,
        root: Key,
        keys: Independent,
        shelf: Shelf,
    ) -> Result<Self, VaultError> {
        let signing = Ed25519KeyPair::from_seed_unchecked(keys.audit.bytes())
            .map_err(|_| VaultError::damaged(rows::KEYS))?;
        Ok(Self {
            installation,
            root,
            keys,
            signing,
            shelf: RwLock::new(shelf),
        })
    }

    /// The installation whose vault this is.
    #[must_use]
    pub const fn installation(&self) -> Uuid {
        self.installation
    }

    /// Makes another way in. Deleting a slot's row takes one away.
    ///
    /// # Errors
    /// [`VaultError::Cost`] when `cost` cannot be used for a passphrase.
    pub fn add_slot(
        &self,
        secret: &Secret,
        cost: PassphraseCost,
        randomness: &dyn Randomness,
    ) -> Result<KeyringRow, VaultError> {
        slot::wrap(self.installation, &self.root, secret, cost, randomness)
    }

    /// What may be shown of the slots among these rows.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] naming the slot that cannot be read.
    pub fn slots(&self, rows: &[KeyringRow]) -> Result<Vec<SlotInfo>, VaultError> {
        slot::infos(rows)
    }

    /// Makes the key of a new compartment. Its row must be durable before it is adopted.
    #[must_use]
    pub fn new_compartment(
        &self,
        id: CompartmentId,
        kind: Kind,
        randomness: &dyn Randomness,
    ) -> NewCompartment {
        let epoch = self.shelf().epoch.clone();
        let key = Key::random(randomness);
        let named = (id, kind);
        let row = rows::compartment_row(self.installation, named, &epoch, key.bytes(), randomness);
        NewCompartment {
            id,
            kind,
            key,
            row,
            epoch,
        }
    }

    /// Takes a new compartment into use, after its row is durable.
    pub fn adopt(&self, new: NewCompartment) {
        let NewCompartment {
            id,
            kind,
            key,
            epoch,
            ..
        } = new;
        self.shelf_mut().put(id, kind, epoch.number, &key);
    }

    /// Takes in what another node of the same installation added to the keyring: epochs and compartments.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] naming the first row that is not authentic; those before it were taken in.
    pub fn learn(&self, rows: &[KeyringRow]) -> Result<(), VaultError> {
        self.shelf_mut().learn(self.installation, &self.root, rows)
    }

    /// The kind of a compartment, `None` when there is no key for it.
    #[must_use]
    pub fn kind(&self, id: CompartmentId) -> Option<Kind> {
        self.shelf().place(id).map(|place| place.kind)
    }

    /// Whether there is a key for this compartment.
    #[must_use]
    pub fn has(&self, id: CompartmentId) -> bool {
        self.kind(id).is_some()
    }

    /// How many compartments there are.
    #[must_use]
    pub fn compartments(&self) -> usize {
        self.shelf().len()
    }

    /// The MAC of a row that grants, signs in, or otherwise must not be made by hand.
    ///
    /// `domain` names the kind of row; MACs of one domain mean nothing in another.
    #[must_use]
    pub fn mac(&self, domain: &str, bytes: &[u8]) -> [u8; 32] {
        mac(
            &self.keys.mac,
            &Writer::default()
                .part(domain.as_bytes())
                .part(bytes)
                .finish(),
        )
    }

    /// Whether `found` is the MAC of `bytes`, compared in constant time.
    #[must_use]
    pub fn mac_matches(&self, domain: &str, bytes: &[u8], found: &[u8]) -> bool {
        same(&self.mac(domain, bytes), found)
    }

    /// Where an account is found by its sign-in name, which itself is not written. Folding case is the caller's.
    #[must_use]
    pub fn blind_index(&self, sign_in_name: &str) -> [u8; 32] {
        mac(&self.keys.blind, sign_in_name.as_bytes())
    }

    /// What is stored of a token, so that a stolen database signs nobody in.
    #[must_use]
    pub fn token_hash(&self, token: &[u8]) -> [u8; 32] {
        mac(&self.keys.token, token)
    }

    /// The name under which this installation's log signs: origin and key name of its checkpoints.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("alcove/receipts/{}", self.installation)
    }

    /// Signs the head of the log.
    #[must_use]
    pub fn sign_checkpoint(&self, size: u64, root: [u8; 32]) -> Checkpoint {
        Checkpoint::signed(&self.origin(), size, root, self.audit_key(), |text| {
            certain(
                self.signing.sign(text).as_ref().try_into(),
                "an Ed25519 signature has 64 bytes",
            )
        })
    }

    /// The public key that checks this log's heads: raw Ed25519.
    #[must_use]
    pub fn audit_key(&self) -> [u8; 32] {
        certain(
            self.signing.public_key().as_ref().try_into(),
            "an Ed25519 key has 32 bytes",
        )
    }

    /// The keyring's row that remembers the newest head, so that an older database is noticed.
    #[must_use]
    pub fn checkpoint_row(&self, checkpoint: &Checkpoint) -> KeyringRow {
        let text = checkpoint.text();
        state::seal(
            &self.keys.state,
            self.installation,
            rows::CHECKPOINT,
            text.as_bytes(),
        )
    }

    /// The name of that row.
    #[must_use]
    pub const fn checkpoint_name() -> &'static str {
        rows::CHECKPOINT
    }

    /// The head that these rows remember; `None` before the first was written.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the row is not authentic or its head was not signed here.
    pub fn checkpoint(&self, rows: &[KeyringRow]) -> Result<Option<Checkpoint>, VaultError> {
        let Some(row) = rows.iter().find(|row| row.name == rows::CHECKPOINT) else {
            return Ok(None);
        };
        let read = || {
            let content = state::unseal(&self.keys.state, self.installation, row)?;
            let checkpoint = Checkpoint::parse(std::str::from_utf8(&content).ok()?).ok()?;
            let ours = checkpoint.origin() == self.origin();
            (ours && checkpoint.verify(&self.audit_key()).is_ok()).then_some(checkpoint)
        };
        read()
            .map(Some)
            .ok_or_else(|| VaultError::damaged(&row.name))
    }

    pub(crate) const fn keys(&self) -> &Independent {
        &self.keys
    }

    pub(crate) const fn root(&self) -> &Key {
        &self.root
    }

    // A panic while the lock was held leaves the shelf whole: every change of it is one insert or remove.
    pub(crate) fn shelf(&self) -> RwLockReadGuard<'_, Shelf> {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn shelf_mut(&self) -> RwLockWriteGuard<'_, Shelf> {
        self.shelf.write().unwrap_or_else(PoisonError::into_inner)
    }
}
