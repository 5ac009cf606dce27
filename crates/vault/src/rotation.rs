//! Advancing the epoch: every compartment key is wrapped anew, so that wraps that were left behind are dead.
//!
//! It runs while the server serves, in four steps that may each be far apart, and goes on after a crash:
//! 1. [`Vault::new_epoch`], make its row durable, [`Vault::adopt_epoch`]; other nodes [`Vault::learn`] it;
//! 2. [`Vault::rewrap`] until it gives nothing: make the rows durable as *updates* of rows that are still there (a
//!    compartment that was destroyed meanwhile must not come back), then [`Vault::rewrapped`];
//! 3. [`Vault::retire`]: in one transaction write its row and delete the rows that it names, then
//! 4. [`Vault::retired`].

use std::collections::HashSet;
use std::sync::Arc;

use crate::keyring::rows::{self, Epoch};
use crate::{CompartmentId, KeyringRow, Randomness, Vault, VaultError};

/// An epoch whose key exists but is not yet durable.
pub struct NewEpoch {
    epoch: Epoch,
    row: KeyringRow,
}

impl NewEpoch {
    /// The row that must be durable before [`Vault::adopt_epoch`].
    #[must_use]
    pub fn row(&self) -> KeyringRow {
        self.row.clone()
    }
}

/// Compartments wrapped under the newest epoch, not yet durable.
pub struct Rewrapped {
    epoch: u32,
    compartments: Vec<CompartmentId>,
    rows: Vec<KeyringRow>,
}

impl Rewrapped {
    /// The rows to update.
    #[must_use]
    pub fn rows(&self) -> &[KeyringRow] {
        &self.rows
    }

    /// Whether there was nothing left to wrap.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// The end of older epochs: a row to write and rows to delete in one transaction.
pub struct Retirement {
    newest: u32,
    /// The newest epoch's row, which from now on refuses older ones.
    pub row: KeyringRow,
    /// The names of the older epochs' rows.
    pub delete: Vec<String>,
}

impl Vault {
    /// The newest epoch.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.shelf().epoch.number
    }

    /// The names of the rows of the newest epoch and of the one that would come after it.
    #[must_use]
    pub fn epoch_names(&self) -> (String, String) {
        let newest = self.epoch();
        (
            rows::epoch_name(newest),
            rows::epoch_name(newest.saturating_add(1)),
        )
    }

    /// Whether an older epoch counts beside the newest: a rotation was begun and is not at its end.
    #[must_use]
    pub fn is_rotating(&self) -> bool {
        !self.shelf().older.is_empty()
    }

    /// The bytes with which the row of a compartment under the newest epoch goes on after its first two.
    #[must_use]
    pub fn epoch_mark(&self) -> [u8; 4] {
        self.epoch().to_be_bytes()
    }

    /// Those with a key here that these rows do not name.
    #[must_use]
    pub fn not_among(&self, rows: &[KeyringRow]) -> Vec<(CompartmentId, String)> {
        let named: HashSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        let held = self.shelf();
        let names = held
            .places()
            .map(|(id, _)| (id, rows::compartment_name(id)));
        names
            .filter(|(_, name)| !named.contains(name.as_str()))
            .collect()
    }

    /// Makes the key of the next epoch.
    #[must_use]
    pub fn new_epoch(&self, randomness: &dyn Randomness) -> NewEpoch {
        let (number, oldest) = {
            let held = self.shelf();
            (held.epoch.number.saturating_add(1), held.oldest())
        };
        let epoch = Epoch::random(number, randomness);
        let row = epoch.row(self.installation(), self.root(), oldest, randomness);
        NewEpoch { epoch, row }
    }

    /// Takes the next epoch into use, after its row is durable: new compartments are wrapped under it.
    pub fn adopt_epoch(&self, new: NewEpoch) {
        self.shelf_mut().advance(new.epoch);
    }

    /// Wraps up to `most` compartments that are still under an older epoch.
    #[must_use]
    pub fn rewrap(&self, most: usize, randomness: &dyn Randomness) -> Rewrapped {
        let held = self.shelf();
        let epoch = &held.epoch;
        let old = held
            .places()
            .filter(|(_, place)| place.epoch < epoch.number)
            .take(most);
        let mut rewrapped = Rewrapped {
            epoch: epoch.number,
            compartments: Vec::new(),
            rows: Vec::new(),
        };
        for (id, _) in old {
            if let Some(kept) = held.get(id) {
                let place = (id, kept.kind);
                let row =
                    rows::compartment_row(self.installation(), place, epoch, kept.key, randomness);
                rewrapped.compartments.push(id);
                rewrapped.rows.push(row);
            }
        }
        rewrapped
    }

    /// Notes that these rows are durable.
    pub fn rewrapped(&self, rewrapped: &Rewrapped) {
        let mut held = self.shelf_mut();
        for id in &rewrapped.compartments {
            held.moved(*id, rewrapped.epoch);
        }
    }

    /// Ends every epoch but the newest, once nothing is wrapped under them.
    ///
    /// # Errors
    /// [`VaultError::EpochInUse`] while a compartment is under an older epoch, or a new one is on its way to the disk.
    pub fn retire(&self, randomness: &dyn Randomness) -> Result<Retirement, VaultError> {
        let held = self.shelf();
        let newest = held.epoch.number;
        let wrapped = held.places().any(|(_, place)| place.epoch < newest);
        if wrapped || held.older.iter().any(|epoch| Arc::strong_count(epoch) > 1) {
            return Err(VaultError::EpochInUse);
        }
        let row = held
            .epoch
            .row(self.installation(), self.root(), newest, randomness);
        let delete = held
            .older
            .iter()
            .map(|epoch| rows::epoch_name(epoch.number))
            .collect();
        Ok(Retirement {
            newest,
            row,
            delete,
        })
    }

    /// Forgets the older epochs' keys, after the retirement is durable.
    pub fn retired(&self, retirement: &Retirement) {
        self.shelf_mut()
            .older
            .retain(|epoch| epoch.number >= retirement.newest);
    }

    /// Destroys a compartment's key in memory (R16) and names the row to delete, `None` when there is no such key.
    ///
    /// Then advance the epoch: only that makes wraps of it dead that were left in free pages of the keyring.
    #[must_use]
    pub fn destroy(&self, id: CompartmentId) -> Option<String> {
        self.shelf_mut()
            .forget(id)
            .map(|_| rows::compartment_name(id))
    }
}
