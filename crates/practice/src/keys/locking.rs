//! Unlocking a server that runs, with its receipt, and locking it. Who may lock is decided here, and a receipt stands before it is done. The program that serves then
//! begins anew, without keys, so that nothing of them is left in its memory; how is not here.

use std::sync::atomic::Ordering;

use vault::{Secret, SlotInfo};

use super::{KeysError, records};
use crate::access::{Fresh, JobAccess};
use crate::core::Practice;
use crate::error::AccessError;
use crate::receipts::{Action, SLOTS};

impl Practice {
    /// Unlocks the program that serves, whoever gives the secret, and leaves a receipt of it that names the way in. Tries that
    /// opened nothing are counted until then, because nothing can be written while the keys are away: they have one receipt,
    /// right after it. A practice whose log does not take these is locked again.
    ///
    /// # Errors
    /// As [`Practice::unlock`], or a fault of the database.
    pub async fn unlock_to_serve(&self, secret: &Secret) -> Result<(), KeysError> {
        let failed = &self.core().failed_unlocks;
        let slot = match self.unlock_by(secret).await {
            Ok(slot) => slot,
            Err(error) => {
                if matches!(error, KeysError::WrongSecret | KeysError::OtherCards) {
                    failed.fetch_add(1, Ordering::Relaxed);
                }
                return Err(error);
            }
        };
        let told = self.tell_of_unlocking(slot).await;
        if told.is_err() {
            self.lock();
        }
        told
    }

    async fn tell_of_unlocking(&self, slot: SlotInfo) -> Result<(), KeysError> {
        let job = JobAccess::set_up();
        let row = records::row(&self.core().keyring, slot.name).await?;
        let row = row.ok_or(KeysError::NoSuchSlot)?;
        let digest = vault::sealed_digest(&row.bytes);
        self.tell_of(&job, Action::Unlock, (SLOTS, slot.id, digest))
            .await?;
        let failed = &self.core().failed_unlocks;
        let tries = failed.load(Ordering::Relaxed);
        if tries > 0 {
            let refused = self.read(&job, move |work| {
                work.refused_tries(Action::Unlock, SLOTS, tries);
                Ok::<_, AccessError>(())
            });
            refused.await?;
            failed.fetch_sub(tries, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Asks the program that serves to lock: what is at work ends, nothing new begins.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for who may not set up; [`AccessError::Locked`] when it is locked already, or a fault of the
    /// database.
    pub async fn ask_to_lock(&self, access: &impl Fresh) -> Result<(), AccessError> {
        access.may_set_up()?;
        self.write(
            access,
            Action::Lock,
            |_| Ok::<_, AccessError>(()),
            |_, ()| Ok(()),
        )
        .await?;
        self.core().locking.send_replace(true);
        Ok(())
    }

    /// Whether somebody asked for the lock, which ends this process in a moment.
    #[must_use]
    pub fn is_locking(&self) -> bool {
        *self.core().locking.borrow()
    }

    /// Waits until somebody asks for the lock.
    pub async fn asked_to_lock(&self) {
        let mut asked = self.core().locking.subscribe();
        // The sender lives as long as the practice does, which waits here.
        drop(asked.wait_for(|asked| *asked).await);
    }
}
