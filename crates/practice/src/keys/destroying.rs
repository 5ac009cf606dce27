//! The death of keys (R16): what a receipt says has ended opens no more, here at once, and in copies of the keyring once they
//! have expired.
//!
//! The receipt is the order: it is written in the same commit that removes the rows, so a crash between the two is made good
//! by the next look, and a row that is merely absent kills nothing.

use jiff::Timestamp;

use super::records;
use crate::access::Fresh;
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::receipts;

impl Practice {
    /// Destroys the keys that receipts since `since` say have ended, and advances the epoch, so that wraps of them that the
    /// disk kept are dead. How many there were. `watch` hears of the keys that are wrapped anew.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for who may not set up; [`AccessError::Locked`], or a fault: call it again.
    pub(crate) async fn destroy_ended_keys(
        &self,
        access: &impl Fresh,
        since: Timestamp,
        watch: impl Fn(usize, usize),
    ) -> Result<usize, AccessError> {
        access.may_set_up()?;
        let vault = self.vault()?;
        let (practice, since, known) = (self.id(), micros(since), vault.clone());
        let read = move |tx: &mut store::Tx<'_>| receipts::ended_keys(tx, practice, &known, since);
        let ended = self.core().store.read(read).await?;
        let names: Vec<String> = ended.iter().filter_map(|id| vault.destroy(*id)).collect();
        if names.is_empty() {
            return Ok(0);
        }
        let count = names.len();
        records::remove(&self.core().keyring, names).await?;
        // A rotation that had been cut off may have wrapped them under the epoch that it began: then another one ends that.
        while self.rotate(access, &watch).await?.resumed {}
        if let Err(error) = self.core().store.forget().await {
            tracing::warn!(%error, "what was removed stays in the log of the database for a while");
        }
        Ok(count)
    }
}
