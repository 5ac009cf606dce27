//! The keyring's digest of authority: announced before a change, settled after it.
//!
//! Between the two the keyring accepts the set before and the set after; afterwards only the one that stands, so that
//! not even the last change can be undone by putting the old row back. Another program on the same data (an import
//! while the server runs) announces in the same way: who comes second waits, and takes in what the first changed.

use std::sync::Arc;
use std::time::Duration;

use vault::{AuthorityDigest, SetDigest, Vault};

use super::{KeysError, records};
use crate::access::{self, Authority, AuthorityRow};
use crate::core::Practice;
use crate::error::AccessError;

/// How often to look whether another program has finished its change.
const LOOK: Duration = Duration::from_millis(50);
/// How often to look at most when a server starts: after two seconds the change was cut off by a crash.
pub(super) const LOOKS_AT_START: u32 = 40;
/// How often to look at most while it runs: a large import may take half a minute to commit.
const LOOKS: u32 = 600;
/// How often a change is announced anew after another program was first.
const TRIES: u32 = 20;
/// How often a server looks whether another program changed authority or made compartments.
const WATCH: Duration = Duration::from_secs(1);

const fn settled(current: SetDigest) -> AuthorityDigest {
    AuthorityDigest {
        current,
        pending: None,
    }
}

impl Practice {
    /// Tells the keyring which digest the set will have, before the rows are stored. The caller holds the turn.
    pub(crate) async fn announce_authority(
        &self,
        rows: &[AuthorityRow],
    ) -> Result<(), AccessError> {
        for _ in 0..TRIES {
            let vault = self.vault()?;
            let (current, pending) = {
                let known = self.core().authority();
                (known.digest(), known.digest_with(&vault, rows))
            };
            let before = vault.authority_row(&settled(current));
            let announced = vault.authority_row(&AuthorityDigest {
                current,
                pending: Some(pending),
            });
            if records::replace(&self.core().keyring, before, announced).await? {
                return Ok(());
            }
            self.catch_up(&vault).await?;
        }
        Err(AccessError::Busy)
    }

    /// Takes announced rows into the verified set when they stand, and tells the keyring which set counts from now on.
    ///
    /// A write that failed may still stand, as with a connection that broke at the commit; then the tables are asked.
    pub(crate) async fn take_authority(
        &self,
        rows: &[AuthorityRow],
        committed: bool,
    ) -> Result<(), AccessError> {
        let vault = self.vault()?;
        let stand = committed || self.stand(rows).await?;
        let digest = self
            .change_authority(|known| {
                if stand {
                    rows.iter().try_for_each(|row| known.take(&vault, row))?;
                }
                Ok::<_, AccessError>(known.digest())
            })
            .ok_or(AccessError::Locked)??;
        let row = vault.authority_row(&settled(digest));
        records::put(&self.core().keyring, vec![row]).await
    }

    async fn stand(&self, rows: &[AuthorityRow]) -> Result<bool, AccessError> {
        let Some(row) = rows.first().cloned() else {
            return Ok(false);
        };
        let id = self.id();
        let look = move |tx: &mut store::Tx<'_>| access::is_stored(tx, id, &row);
        Ok(self.core().store.read(look).await?)
    }

    /// Takes in what another program on the same data changed: keys of new compartments, and authority.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault: what stands now is not what the keyring knows.
    pub async fn catch_up_with_others(&self) -> Result<(), AccessError> {
        let vault = self.vault()?;
        let _turn = self.core().authority_turn.lock().await;
        let current = self.core().authority().digest();
        let known = vault.authority_row(&settled(current));
        let keyring = &self.core().keyring;
        let kept = records::row(keyring, known.name.clone()).await?;
        if kept == Some(known)
            && records::compartments(keyring).await? == vault.compartments()
            && self.knows_newest_epoch(&vault).await?
        {
            return Ok(());
        }
        self.catch_up(&vault).await
    }

    /// Looks every second, until the task is dropped, whether another program changed something.
    pub async fn run_catching_up(self) {
        loop {
            tokio::time::sleep(WATCH).await;
            match self.catch_up_with_others().await {
                Ok(()) | Err(AccessError::Locked) => {}
                Err(error) => tracing::error!(%error, "authority could not be read again"),
            }
        }
    }

    async fn catch_up(&self, vault: &Arc<Vault>) -> Result<(), AccessError> {
        let authority = self
            .settled_authority(vault, LOOKS)
            .await
            .map_err(|error| {
                if let KeysError::Access(error) = error {
                    error
                } else {
                    AccessError::Fault(error.to_string())
                }
            })?;
        self.learn_keys(vault).await?;
        self.change_authority(|known| *known = authority)
            .ok_or(AccessError::Locked)
    }

    /// The verified set, once nobody is in the middle of a change; what a crash cut off is settled.
    pub(super) async fn settled_authority(
        &self,
        vault: &Arc<Vault>,
        looks: u32,
    ) -> Result<Authority, KeysError> {
        let keyring = &self.core().keyring;
        let mut digest = self.kept_digest(vault).await?;
        for _ in 0..looks {
            if digest.pending.is_none() {
                break;
            }
            tokio::time::sleep(LOOK).await;
            digest = self.kept_digest(vault).await?;
        }
        loop {
            let authority = self.verified_authority(vault).await?;
            let kept = self.kept_digest(vault).await?;
            if kept != digest {
                digest = kept;
                continue;
            }
            if !digest.accepts(authority.digest()) {
                return Err(KeysError::AuthorityNotCurrent);
            }
            if digest.pending.is_some() {
                let row = vault.authority_row(&settled(authority.digest()));
                records::put(keyring, vec![row]).await?;
            }
            return Ok(authority);
        }
    }

    async fn kept_digest(&self, vault: &Vault) -> Result<AuthorityDigest, KeysError> {
        let empty = settled(SetDigest::EMPTY);
        let name = vault.authority_row(&empty).name;
        let row = records::row(&self.core().keyring, name).await?;
        Ok(vault.authority(row.as_slice())?.unwrap_or(empty))
    }

    /// The set as it stands, every row with a MAC of this vault.
    pub(crate) async fn verified_authority(
        &self,
        vault: &Arc<Vault>,
    ) -> Result<Authority, KeysError> {
        let (id, vault) = (self.id(), Arc::clone(vault));
        let verify = move |tx: &mut store::Tx<'_>| {
            let mut authority = Authority::default();
            access::each(tx, id, |row| {
                if !row.is_authentic(&vault, id) {
                    return Err(KeysError::AuthorityChanged {
                        table: row.kind.table(),
                        id: row.id,
                    });
                }
                Ok(authority.take(&vault, row)?)
            })?;
            Ok(authority)
        };
        self.core().store.read(verify).await
    }
}
