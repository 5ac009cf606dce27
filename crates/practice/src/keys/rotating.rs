//! Advancing the epoch while the practice is served: every compartment's key is wrapped anew, and older wraps are dead.
//!
//! Any program with the keyring may do it, whatever else serves from it: the keyring's rows are where they meet. A new key
//! becomes durable only while the row of its epoch stands, and an epoch's row goes only when no key stands under it, so no
//! key is ever left behind. A rotation that was cut off is gone on with by the next one. Decision 23 has the reasons.

use std::sync::Arc;
use std::time::{Duration, Instant};

use uuid::Uuid;
use vault::{Vault, VaultError};

use super::records;
use crate::access::Fresh;
use crate::core::Practice;
use crate::error::AccessError;
use crate::receipts::{Action, EPOCHS};

/// Keys in one durable step: so few that nobody else waits for them for long.
const AT_ONCE: usize = 250;
/// How many times as long as such a step takes it rests after it: the machine is for those who are served meanwhile.
const RESTS: u32 = 3;
/// Rows taken in at once, likewise.
const LEARNED_AT_ONCE: usize = 500;
/// How long to wait for keys that another task is making durable, and how often.
const PAUSE: Duration = Duration::from_millis(20);
const PATIENCE: u32 = 500;

/// What a rotation did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rotated {
    /// The epoch that counts now.
    pub epoch: u32,
    /// How many keys this call wrapped anew.
    pub keys: usize,
    /// Whether it went on with a rotation that had been cut off.
    pub resumed: bool,
}

/// Leaves the machine to others after a step that began then.
async fn rest(begun: Instant) {
    tokio::time::sleep(begun.elapsed().saturating_mul(RESTS)).await;
}

impl Practice {
    /// How many compartments have keys.
    ///
    /// # Errors
    /// [`AccessError::Locked`].
    pub fn keys(&self) -> Result<usize, AccessError> {
        Ok(self.vault()?.compartments())
    }

    /// Advances the epoch, or ends an advance that was cut off; `watch` hears of keys done and keys in all.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for who may not set up; [`AccessError::Locked`]; [`AccessError::Busy`] when others make
    /// keys without a pause; or a fault of the keyring's database. Call it again: it goes on.
    pub async fn rotate(
        &self,
        access: &impl Fresh,
        watch: impl Fn(usize, usize),
    ) -> Result<Rotated, AccessError> {
        access.may_set_up()?;
        let vault = self.vault()?;
        self.learn_keys(&vault).await?;
        let resumed = vault.is_rotating();
        if !resumed {
            self.begin_epoch(access, &vault).await?;
        }
        let keys = self.rewrap_all(&vault, watch).await?;
        self.core().keyring.forget().await?;
        Ok(Rotated {
            epoch: vault.epoch(),
            keys,
            resumed,
        })
    }

    async fn begin_epoch(&self, access: &impl Fresh, vault: &Vault) -> Result<(), AccessError> {
        let new = vault.new_epoch(self.core().randomness.as_ref());
        let row = new.row();
        let number = Uuid::from_u128(u128::from(vault.epoch()) + 1);
        let named = (EPOCHS, number, vault::sealed_digest(&row.bytes));
        self.tell_of(access, Action::KeyRotation, named).await?;
        records::add(&self.core().keyring, vec![row]).await?;
        vault.adopt_epoch(new);
        Ok(())
    }

    /// Wraps until no key stands under an older epoch, and ends those. How many keys were wrapped.
    async fn rewrap_all(
        &self,
        vault: &Arc<Vault>,
        watch: impl Fn(usize, usize),
    ) -> Result<usize, AccessError> {
        let keyring = &self.core().keyring;
        let mut done = 0_usize;
        for _ in 0..PATIENCE {
            loop {
                let begun = Instant::now();
                let batch = vault.rewrap(AT_ONCE, self.core().randomness.as_ref());
                if batch.is_empty() {
                    break;
                }
                let epoch = (vault.epoch_names().0, vault.epoch_mark());
                if !records::rewrap(keyring, epoch, batch.rows().to_vec()).await? {
                    self.learn_keys(vault).await?;
                    continue;
                }
                vault.rewrapped(&batch);
                done = done.saturating_add(batch.rows().len());
                watch(done, vault.compartments());
                rest(begun).await;
            }
            let retirement = match vault.retire(self.core().randomness.as_ref()) {
                Ok(retirement) => retirement,
                // A key of this very moment is on its way to the disk.
                Err(VaultError::EpochInUse) => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let (row, gone) = (retirement.row.clone(), retirement.delete.clone());
            if records::retire(keyring, vault.epoch_mark(), row, gone).await? {
                vault.retired(&retirement);
                return Ok(done);
            }
            // Another program made keys under the older epoch before it heard of the new one.
            self.learn_keys(vault).await?;
        }
        Err(AccessError::Busy)
    }

    /// Takes in the keys and epochs that other programs made, and forgets those that they destroyed.
    pub(crate) async fn learn_keys(&self, vault: &Vault) -> Result<(), AccessError> {
        let keyring = &self.core().keyring;
        let rows = records::all(keyring).await?;
        let (keys, others): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .partition(|row| row.name.starts_with("compartment/"));
        vault.learn(&others)?;
        for some in keys.chunks(LEARNED_AT_ONCE) {
            let begun = Instant::now();
            vault.learn(some)?;
            rest(begun).await;
        }
        for (id, name) in vault.not_among(&keys) {
            // A key is here only after its row was durable: one whose row is not there now was destroyed.
            if records::row(keyring, name).await?.is_none() {
                drop(vault.destroy(id));
            }
        }
        Ok(())
    }

    /// Whether no other program has begun an epoch that this one has not heard of.
    pub(super) async fn knows_newest_epoch(&self, vault: &Vault) -> Result<bool, AccessError> {
        let (newest, next) = vault.epoch_names();
        let keyring = &self.core().keyring;
        let stands = records::row(keyring, newest).await?.is_some();
        Ok(stands && records::row(keyring, next).await?.is_none())
    }
}
