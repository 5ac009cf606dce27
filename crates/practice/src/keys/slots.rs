//! The ways in: which slots a keyring has, another passphrase, and a key for what must outlive a restart unlocked or not.

use vault::{Locked, PassphraseCost, Secret, SlotInfo, VaultError};

use super::{KeysError, records};
use crate::core::Practice;
use crate::error::AccessError;

impl Practice {
    /// What may be shown of the keyring's slots; also while locked.
    ///
    /// # Errors
    /// A fault of the keyring's database, or a slot that cannot be read.
    pub async fn slots(&self) -> Result<Vec<SlotInfo>, KeysError> {
        let rows = records::all(&self.core().keyring).await?;
        Ok(Locked::from_rows(rows)?.slots())
    }

    /// Makes another way in. The practice must be unlocked.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the keyring's database.
    pub async fn add_slot(&self, secret: &Secret, cost: PassphraseCost) -> Result<(), KeysError> {
        let vault = self.vault()?;
        let row = vault.add_slot(secret, cost, self.core().randomness.as_ref())?;
        Ok(records::put(&self.core().keyring, vec![row]).await?)
    }

    /// Takes a way in away, for who proves another one: `secret` has to open a slot that stays. A copy of the keyring that
    /// was made before still opens with the old secret.
    ///
    /// # Errors
    /// [`KeysError::NoSuchSlot`]; [`KeysError::WrongSecret`]; [`KeysError::NoOtherSlot`] when `secret` opens no other slot.
    pub async fn remove_slot(&self, name: &str, secret: &Secret) -> Result<(), KeysError> {
        let mut rows = records::all(&self.core().keyring).await?;
        let slots = Locked::from_rows(rows.clone())?.slots();
        if !slots.iter().any(|slot| slot.name == name) {
            return Err(KeysError::NoSuchSlot);
        }
        if slots.len() == 1 {
            return Err(KeysError::NoOtherSlot);
        }
        rows.retain(|row| row.name != name);
        match Locked::from_rows(rows)?.unlock(secret) {
            Ok(_) => {}
            // It opens the slot that would go, or none at all.
            Err(VaultError::WrongSecret | VaultError::OtherCards) => {
                self.open_keyring(secret).await?;
                return Err(KeysError::NoOtherSlot);
            }
            Err(error) => return Err(AccessError::from(error).into()),
        }
        if records::remove_slot(&self.core().keyring, name.to_owned()).await? {
            Ok(())
        } else {
            Err(KeysError::NoOtherSlot)
        }
    }

    /// A key for the tokens of forms: the same after a restart, also while locked, and known to nobody who has only the
    /// data. What it protects is worth nothing without a sign-in's cookie.
    ///
    /// # Errors
    /// A fault of the keyring's database.
    pub async fn form_key(&self) -> Result<[u8; 32], KeysError> {
        let rows = records::all(&self.core().keyring).await?;
        let row = rows
            .iter()
            .find(|row| row.name == "keys")
            .ok_or_else(|| AccessError::Fault("the keyring lacks its keys".to_owned()))?;
        let digest = aws_lc_rs::digest::digest(
            &aws_lc_rs::digest::SHA256,
            &[b"alcove/form-key/v1".as_slice(), &row.bytes].concat(),
        );
        let key = digest.as_ref().try_into();
        key.map_err(|_| AccessError::Fault("a digest has another length".to_owned()).into())
    }
}
