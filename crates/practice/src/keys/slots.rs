//! The ways in: which slots a keyring has, another one, the end of one, and the rehearsal of one before it is needed.
//!
//! A receipt stands before what it tells of is done: there is no way in that the log does not know.

use jiff::Timestamp;
use vault::{
    KeyringRow, Locked, PasskeyPlace, PassphraseCost, Secret, SlotInfo, SlotMethod, VaultError,
};

use super::{KeysError, records};
use crate::access::{Access, Fresh, Purpose};
use crate::clock::from_micros;
use crate::core::Practice;
use crate::digest::sha256;
use crate::error::AccessError;
use crate::receipts::{self, Action, SLOTS};

/// A way in, and what the log knows of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WayIn {
    /// The slot's name.
    pub name: String,
    /// How it is opened.
    pub method: SlotMethod,
    /// Since when; the one that the practice was made with has no receipt of its own.
    pub added: Option<Timestamp>,
    /// When somebody last proved that it opens.
    pub rehearsed: Option<Timestamp>,
}

impl WayIn {
    /// How it is opened, in a word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self.method {
            SlotMethod::KeyFile => "key file",
            SlotMethod::Passphrase(_) => "passphrase",
            SlotMethod::Cards => "cards",
            SlotMethod::Passkey(_) => "passkey",
        }
    }

    /// The same as the beginning of a sentence.
    #[must_use]
    pub const fn in_words(&self) -> &'static str {
        match self.method {
            SlotMethod::KeyFile => "A key file",
            SlotMethod::Passphrase(_) => "A passphrase",
            SlotMethod::Cards => "Two of three cards",
            SlotMethod::Passkey(_) => "A passkey",
        }
    }

    /// Whether people hold it, who can unlock from anywhere, and not the machine.
    #[must_use]
    pub const fn is_with_people(&self) -> bool {
        match self.method {
            SlotMethod::KeyFile => false,
            SlotMethod::Passphrase(_) | SlotMethod::Cards | SlotMethod::Passkey(_) => true,
        }
    }
}

impl Practice {
    /// The keyring's slots; also while locked. What the log says of them is believed here, and proved by
    /// [`Practice::verify`].
    ///
    /// # Errors
    /// A fault of one of the databases, or a slot that cannot be read.
    pub async fn slots(&self) -> Result<Vec<WayIn>, KeysError> {
        let rows = records::all(&self.core().keyring).await?;
        let slots = Locked::from_rows(rows)?.slots();
        let told = receipts::of_slots(self).await?;
        let newest = |action: Action, slot: &SlotInfo| {
            let of_it = told
                .iter()
                .filter(|one| one.action == action && one.slot == slot.id);
            of_it.map(|one| one.at).max().map(from_micros)
        };
        let known = slots.into_iter().map(|slot| WayIn {
            added: newest(Action::SlotAdd, &slot),
            rehearsed: newest(Action::SlotRehearsal, &slot),
            method: slot.method,
            name: slot.name,
        });
        Ok(known.collect())
    }

    /// The passkeys that unlock, also while locked: which they are and from what they derive, which is no secret. Only the slots'
    /// rows are read for it, because anybody may ask.
    ///
    /// # Errors
    /// A fault of the keyring's database, or a slot that cannot be read.
    pub async fn unlocking_passkeys(&self) -> Result<Vec<PasskeyPlace>, KeysError> {
        let rows = records::slots(&self.core().keyring).await?;
        let mut places = Vec::new();
        for row in &rows {
            if let SlotMethod::Passkey(place) = Locked::slot_of(row)?.method {
                places.push(place);
            }
        }
        Ok(places)
    }

    /// Makes another way in. The practice must be unlocked.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for who may not set up; [`AccessError::Locked`], or a fault of one of the databases.
    pub async fn add_slot(
        &self,
        access: &impl Fresh,
        secret: &Secret,
        cost: PassphraseCost,
    ) -> Result<(), KeysError> {
        let row = self
            .vault()?
            .add_slot(secret, cost, self.core().randomness.as_ref())?;
        let slot = Locked::slot_of(&row)?;
        let digest = vault::sealed_digest(&row.bytes);
        self.tell_of(access, Action::SlotAdd, (SLOTS, slot.id, digest))
            .await?;
        Ok(records::put(&self.core().keyring, vec![row]).await?)
    }

    /// Takes a way in away, for who proves another one: `secret` has to open a slot that stays. A copy of the keyring that
    /// was made before still opens with the old secret.
    ///
    /// # Errors
    /// [`KeysError::NoSuchSlot`]; [`KeysError::WrongSecret`]; [`KeysError::NoOtherSlot`] when `secret` opens no other slot.
    pub async fn remove_slot(
        &self,
        access: &impl Fresh,
        name: &str,
        secret: &Secret,
    ) -> Result<(), KeysError> {
        let mut rows = records::all(&self.core().keyring).await?;
        let slots = Locked::from_rows(rows.clone())?.slots();
        let slot = slots.iter().find(|slot| slot.name == name);
        let slot = slot.ok_or(KeysError::NoSuchSlot)?.id;
        if slots.len() == 1 {
            return Err(KeysError::NoOtherSlot);
        }
        rows.retain(|row| row.name != name);
        self.opens_what_stays(rows, secret).await?;
        if self.is_locked() {
            self.unlock(secret).await?;
        }
        self.tell_of(access, Action::SlotRemove, (SLOTS, slot, [0; 32]))
            .await?;
        if records::remove_slot(&self.core().keyring, name.to_owned()).await? {
            Ok(())
        } else {
            Err(KeysError::NoOtherSlot)
        }
    }

    async fn opens_what_stays(
        &self,
        left: Vec<KeyringRow>,
        secret: &Secret,
    ) -> Result<(), KeysError> {
        match Locked::from_rows(left)?.unlock(secret) {
            Ok(_) => Ok(()),
            // It opens the slot that would go, or none at all.
            Err(VaultError::WrongSecret | VaultError::OtherCards) => {
                self.open_keyring(secret).await?;
                Err(KeysError::NoOtherSlot)
            }
            Err(error) => Err(AccessError::from(error).into()),
        }
    }

    /// Goes the way of a recovery and changes no slot: `secret` unlocks, authority and the newest checkpoint are those that
    /// the keyring knows. That it was done, and with which slot, is in the log; the practice is unlocked afterwards.
    ///
    /// # Errors
    /// As [`Practice::unlock`].
    pub async fn rehearse(
        &self,
        access: &impl Access,
        secret: &Secret,
    ) -> Result<WayIn, KeysError> {
        self.sets_up(access).await?;
        let slot = self.unlock_by(secret).await?;
        let row = records::row(&self.core().keyring, slot.name.clone()).await?;
        let row = row.ok_or(KeysError::NoSuchSlot)?;
        let digest = vault::sealed_digest(&row.bytes);
        self.tell_of(access, Action::SlotRehearsal, (SLOTS, slot.id, digest))
            .await?;
        let slots = self.slots().await?;
        let rehearsed = slots.into_iter().find(|one| one.name == slot.name);
        rehearsed.ok_or(KeysError::NoSuchSlot)
    }

    /// Leaves the receipt of a rehearsal whose secret opened nothing. It takes an unlocked practice to leave one.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub async fn refuse_rehearsal(&self, access: &impl Access) -> Result<(), AccessError> {
        self.sets_up(access).await?;
        self.read(access, |work| {
            drop(work.refused(Action::SlotRehearsal, Purpose::Keeping));
            Ok(())
        })
        .await
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
        Ok(sha256(
            &[b"alcove/form-key/v1".as_slice(), &row.bytes].concat(),
        ))
    }
}
