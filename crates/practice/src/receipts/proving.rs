//! Proving one receipt to who has neither the database nor the keyring, and holding heads that were kept elsewhere against the
//! log (`alcove audit prove`, `alcove audit verify --against`).

use store::StoreError;
use vault::Secret;
use vault::log::{ReceiptProof, Tree};

use super::records::{self, COLUMNS};
use crate::core::Practice;
use crate::keys::KeysError;

/// Why a receipt was not proved.
#[derive(Debug, thiserror::Error)]
pub enum ProvingError {
    /// The secret, the keyring or the database.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// No receipt under the newest head has this number.
    #[error(
        "the log has {size} receipts under its newest signed head, numbered from 0; number {number} is none of them"
    )]
    NotThere {
        /// What was asked for.
        number: u64,
        /// How many there are.
        size: u64,
    },
    /// The receipts are not those that were signed.
    #[error("the receipts are not those that the newest head signs: run `alcove audit verify`")]
    Changed,
}

impl From<StoreError> for ProvingError {
    fn from(error: StoreError) -> Self {
        Self::Keys(error.into())
    }
}

impl Practice {
    /// The log's public key, in the form of C2SP `signed-note`, for who checks heads and proofs.
    ///
    /// # Errors
    /// As [`Practice::verify`].
    pub async fn log_key(&self, secret: &Secret) -> Result<String, KeysError> {
        let vault = self.open_keyring(secret).await?.vault;
        Ok(vault::log::verifier_key(
            &vault.origin(),
            &vault.audit_key(),
        ))
    }

    /// The newest signed head that the keyring keeps: whoever holds it elsewhere notices a log that was shortened.
    ///
    /// # Errors
    /// As [`Practice::verify`].
    pub async fn newest_head(
        &self,
        secret: &Secret,
    ) -> Result<Option<vault::Checkpoint>, KeysError> {
        Ok(self.open_keyring(secret).await?.checkpoint)
    }

    /// The proof that the receipt with this number stands in the log, under the newest head that the keyring keeps.
    ///
    /// # Errors
    /// [`ProvingError`]; what does not match its head is not proved.
    pub async fn prove(&self, secret: &Secret, number: u64) -> Result<ReceiptProof, ProvingError> {
        let keyring = self.open_keyring(secret).await?;
        let practice = self.id();
        let checkpoint = keyring.checkpoint;
        let size = checkpoint.as_ref().map_or(0, vault::Checkpoint::size);
        let Some(checkpoint) = checkpoint.filter(|head| number < head.size()) else {
            return Err(ProvingError::NotThere { number, size });
        };
        let key = keyring.vault.audit_key();
        let read = self.core().store.read(move |tx| {
            let sql = format!(
                "SELECT {COLUMNS} FROM receipts WHERE practice_id = $1 AND seq < $2 ORDER BY seq"
            );
            let values = [
                practice.into(),
                i64::try_from(size).unwrap_or(i64::MAX).into(),
            ];
            let (mut tree, mut wanted) = (Tree::new(), None);
            tx.each::<StoreError, _>(&sql, &values, |row| {
                let entry = records::read(&row)?.entry;
                let leaf = entry.leaf_hash();
                if tree.size() == number {
                    wanted = Some(entry);
                }
                tree.push(leaf);
                Ok(())
            })?;
            Ok::<_, ProvingError>((tree, wanted))
        });
        let (tree, wanted) = read.await?;
        if tree.root_at(size) != Some(checkpoint.root()) {
            return Err(ProvingError::Changed);
        }
        wanted
            .and_then(|entry| ReceiptProof::of(key, entry, number, &tree, checkpoint))
            .ok_or(ProvingError::Changed)
    }
}
