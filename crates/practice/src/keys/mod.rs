//! The keyring's life: made with the practice, unlocked by a slot, locked again.
//!
//! Unlocking verifies before anything is served: every row of authority against its MAC and the whole set against
//! the digest in the keyring, and the data's receipt log against the newest checkpoint there, so that an older
//! database, or an old grant put back, is noticed. Not here: ciphers and slots themselves (`vault`).

mod authority;
mod destroying;
mod locking;
pub(crate) mod records;
mod rotating;
mod slots;
#[cfg(test)]
mod tests;

pub use rotating::Rotated;
pub use slots::WayIn;

use std::sync::Arc;

use store::{Migration, Store, StoreError};
use uuid::Uuid;
use vault::{
    AuthorityDigest, Checkpoint, CompartmentId, Kind, Locked, PassphraseCost, Secret, SetDigest,
    SlotInfo, Vault, VaultError,
};

use crate::access::Authority;
use crate::clock::micros;
use crate::core::{Opening, Practice};
use crate::error::AccessError;
use crate::ids::{PracticeId, uuid_v7};
use crate::receipts;

/// Why a practice was not made, opened or unlocked.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The secret opens no slot.
    #[error("this secret opens none of the keyring's slots")]
    WrongSecret,
    /// The cards belong to no slot here.
    #[error(
        "these cards unlock nothing here: they are of another practice, or of a set that was removed"
    )]
    OtherCards,
    /// No slot has this name.
    #[error("the keyring has no such slot: `alcove keys slots` names them")]
    NoSuchSlot,
    /// What unlocked does so by the very slot that would go.
    #[error(
        "unlock with another way in than the one to remove: it has to be proved that one stays"
    )]
    NoOtherSlot,
    /// The database is of an older program, and only a start of the server brings it up to date.
    #[error(
        "start the new program once: `alcove serve` brings this database up to date, other commands leave it as it is"
    )]
    Behind,
    /// There is no practice in this database yet.
    #[error("there is no practice in this database")]
    NoPractice,
    /// There is one already.
    #[error("there is a practice in this database already")]
    PracticeThere,
    /// There is a keyring already: it may hold the keys of a practice whose data are elsewhere.
    #[error(
        "there is a keyring here already, but no practice: it may open a backup of one, so move it away first"
    )]
    KeyringThere,
    /// A row of authority is not what the program wrote.
    #[error("the row {id} of {table} was changed from outside: run `alcove audit verify`")]
    AuthorityChanged {
        /// The table.
        table: &'static str,
        /// The row.
        id: Uuid,
    },
    /// A row of authority was removed, added, or put back in an older state.
    #[error(
        "grants, roles or accounts are not those that the keyring knows: run `alcove audit verify`"
    )]
    AuthorityNotCurrent,
    /// The data are older than the keyring, or another history.
    #[error(
        "the database is older than its keyring, or of another history: run `alcove audit verify`"
    )]
    OlderDatabase,
    /// A fault of the machine or of stored bytes.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(KeysError);

/// The data's migrations, in order; never edited once released.
pub const MIGRATIONS: [Migration; 20] = [
    Migration {
        number: 1,
        name: "begin",
        sqlite: include_str!("../../migrations/0001_begin.sql"),
        postgres: include_str!("../../migrations/0001_begin.sql"),
    },
    Migration {
        number: 2,
        name: "one_place_at_a_time",
        sqlite: include_str!("../../migrations/0002_one_place_at_a_time.sqlite.sql"),
        postgres: include_str!("../../migrations/0002_one_place_at_a_time.postgres.sql"),
    },
    Migration {
        number: 3,
        name: "parts_that_end",
        sqlite: include_str!("../../migrations/0003_parts_that_end.sql"),
        postgres: include_str!("../../migrations/0003_parts_that_end.sql"),
    },
    Migration {
        number: 4,
        name: "found_at_size",
        sqlite: include_str!("../../migrations/0004_found_at_size.sql"),
        postgres: include_str!("../../migrations/0004_found_at_size.sql"),
    },
    Migration {
        number: 5,
        name: "own_words",
        sqlite: include_str!("../../migrations/0005_own_words.sql"),
        postgres: include_str!("../../migrations/0005_own_words.sql"),
    },
    Migration {
        number: 6,
        name: "receipts",
        sqlite: include_str!("../../migrations/0006_receipts.sql"),
        postgres: include_str!("../../migrations/0006_receipts.sql"),
    },
    Migration {
        number: 7,
        name: "passkeys",
        sqlite: include_str!("../../migrations/0007_passkeys.sql"),
        postgres: include_str!("../../migrations/0007_passkeys.sql"),
    },
    Migration {
        number: 8,
        name: "messages",
        sqlite: include_str!("../../migrations/0008_messages.sql"),
        postgres: include_str!("../../migrations/0008_messages.sql"),
    },
    Migration {
        number: 9,
        name: "recovery_codes",
        sqlite: include_str!("../../migrations/0009_recovery_codes.sql"),
        postgres: include_str!("../../migrations/0009_recovery_codes.sql"),
    },
    Migration {
        number: 10,
        name: "succession",
        sqlite: include_str!("../../migrations/0010_succession.sql"),
        postgres: include_str!("../../migrations/0010_succession.sql"),
    },
    Migration {
        number: 11,
        name: "retention",
        sqlite: include_str!("../../migrations/0011_retention.sql"),
        postgres: include_str!("../../migrations/0011_retention.sql"),
    },
    Migration {
        number: 12,
        name: "safety",
        sqlite: include_str!("../../migrations/0012_safety.sql"),
        postgres: include_str!("../../migrations/0012_safety.sql"),
    },
    Migration {
        number: 13,
        name: "separation",
        sqlite: include_str!("../../migrations/0013_separation.sql"),
        postgres: include_str!("../../migrations/0013_separation.sql"),
    },
    Migration {
        number: 14,
        name: "routing",
        sqlite: include_str!("../../migrations/0014_routing.sql"),
        postgres: include_str!("../../migrations/0014_routing.sql"),
    },
    Migration {
        number: 15,
        name: "releases",
        sqlite: include_str!("../../migrations/0015_releases.sql"),
        postgres: include_str!("../../migrations/0015_releases.sql"),
    },
    store::jobs::migration(16),
    Migration {
        number: 17,
        name: "copies_that_failed",
        sqlite: include_str!("../../migrations/0017_copies_that_failed.sql"),
        postgres: include_str!("../../migrations/0017_copies_that_failed.sql"),
    },
    Migration {
        number: 18,
        name: "releases_that_wait",
        sqlite: include_str!("../../migrations/0018_releases_that_wait.sql"),
        postgres: include_str!("../../migrations/0018_releases_that_wait.sql"),
    },
    Migration {
        number: 19,
        name: "articles",
        sqlite: include_str!("../../migrations/0019_articles.sql"),
        postgres: include_str!("../../migrations/0019_articles.sql"),
    },
    Migration {
        number: 20,
        name: "hand outs",
        sqlite: include_str!("../../migrations/0020_hand_outs.sql"),
        postgres: include_str!("../../migrations/0020_hand_outs.sql"),
    },
];

/// The keyring's migrations.
pub const KEYRING_MIGRATIONS: [Migration; 1] = [Migration {
    number: 1,
    name: "keyring",
    sqlite: include_str!("../../migrations/keyring_0001.sql"),
    postgres: include_str!("../../migrations/keyring_0001.sql"),
}];

/// An opened keyring, and what it remembers of the data.
pub(crate) struct Keyring {
    pub(crate) vault: Vault,
    /// The slot that the secret opened.
    pub(crate) slot: SlotInfo,
    pub(crate) digest: AuthorityDigest,
    pub(crate) checkpoint: Option<Checkpoint>,
}

impl Practice {
    /// Makes a new practice in an empty database, with one slot; it is unlocked.
    ///
    /// `published` is the practice's public description as JSON text (T0).
    ///
    /// # Errors
    /// [`KeysError::PracticeThere`], [`KeysError::KeyringThere`], or a fault of one of the databases.
    pub async fn create(
        opening: Opening,
        secret: &Secret,
        cost: PassphraseCost,
        published: String,
    ) -> Result<Self, KeysError> {
        migrate(&opening).await?;
        if records::practice(&opening.store).await?.is_some() {
            return Err(KeysError::PracticeThere);
        }
        if !records::all(&opening.keyring).await?.is_empty() {
            return Err(KeysError::KeyringThere);
        }
        let now = opening.clock.now();
        let id = PracticeId(uuid_v7(now, opening.randomness.as_ref()));
        let (vault, mut rows) = vault::create(id.0, opening.randomness.as_ref(), secret, cost)?;
        let office = CompartmentId(uuid_v7(now, opening.randomness.as_ref()));
        let key = vault.new_compartment(office, Kind::Office, opening.randomness.as_ref());
        rows.push(key.row());
        rows.push(vault.authority_row(&AuthorityDigest {
            current: SetDigest::EMPTY,
            pending: None,
        }));
        records::add(&opening.keyring, rows).await?;
        vault.adopt(key);
        records::insert_practice(&opening.store, (id, office, micros(now)), published).await?;
        let practice = Self::new(opening, id, office);
        practice.unlocked(Arc::new(vault), Authority::default());
        Ok(practice)
    }

    /// Opens the practice of a database, which is brought up to date; it is locked.
    ///
    /// # Errors
    /// [`KeysError::NoPractice`], or a fault of one of the databases.
    pub async fn open(opening: Opening) -> Result<Self, KeysError> {
        migrate(&opening).await?;
        Self::found(opening).await
    }

    /// The same for what must not change the database's tables beside a server of an older program that may still run.
    ///
    /// # Errors
    /// [`KeysError::Behind`] when migrations are pending, and as [`Practice::open`].
    pub async fn open_as_it_is(opening: Opening) -> Result<Self, KeysError> {
        let applied = opening.store.migrated(&MIGRATIONS).await?;
        if applied == 0 {
            return Err(KeysError::NoPractice);
        }
        let with_keys = opening.keyring.migrated(&KEYRING_MIGRATIONS).await?;
        if with_keys == 0 {
            // It is lost, and no older one: what is wrong is said by whoever looks for keys.
            opening.keyring.migrate(&KEYRING_MIGRATIONS).await?;
        } else if with_keys < KEYRING_MIGRATIONS.len() {
            return Err(KeysError::Behind);
        }
        if applied < MIGRATIONS.len() {
            return Err(KeysError::Behind);
        }
        Self::found(opening).await
    }

    async fn found(opening: Opening) -> Result<Self, KeysError> {
        let (id, office) = records::practice(&opening.store)
            .await?
            .ok_or(KeysError::NoPractice)?;
        Ok(Self::new(opening, id, office))
    }

    /// Unlocks with a slot's secret, after verifying authority and the newest checkpoint.
    ///
    /// # Errors
    /// [`KeysError::WrongSecret`]; [`KeysError::AuthorityChanged`], [`KeysError::AuthorityNotCurrent`] and
    /// [`KeysError::OlderDatabase`] when the data are not those that the keyring knows.
    pub async fn unlock(&self, secret: &Secret) -> Result<(), KeysError> {
        self.unlock_by(secret).await.map(|_| ())
    }

    /// As [`Practice::unlock`], and tells by which slot.
    async fn unlock_by(&self, secret: &Secret) -> Result<SlotInfo, KeysError> {
        let _turn = self.core().authority_turn.lock().await;
        let keyring = self.open_keyring(secret).await?;
        let vault = Arc::new(keyring.vault);
        let authority = self
            .settled_authority(&vault, authority::LOOKS_AT_START)
            .await?;
        receipts::matches_keyring(self, keyring.checkpoint.as_ref()).await?;
        self.unlocked(vault, authority);
        Ok(keyring.slot)
    }

    /// Opens the keyring without serving anything from it.
    pub(crate) async fn open_keyring(&self, secret: &Secret) -> Result<Keyring, KeysError> {
        let rows = records::all(&self.core().keyring).await?;
        let locked = Locked::from_rows(rows)?;
        let (vault, slot) = locked.unlock_by(secret).map_err(|error| {
            if error == VaultError::WrongSecret {
                KeysError::WrongSecret
            } else if error == VaultError::OtherCards {
                KeysError::OtherCards
            } else {
                KeysError::Access(error.into())
            }
        })?;
        let digest = vault.authority(locked.rows())?.unwrap_or(AuthorityDigest {
            current: SetDigest::EMPTY,
            pending: None,
        });
        let checkpoint = vault.checkpoint(locked.rows())?;
        Ok(Keyring {
            vault,
            slot,
            digest,
            checkpoint,
        })
    }
}

async fn migrate(opening: &Opening) -> Result<(), StoreError> {
    opening.store.migrate(&MIGRATIONS).await?;
    opening.keyring.migrate(&KEYRING_MIGRATIONS).await
}

/// Opens the keyring's database beside the data: `keys.db` in the same folder, or the schema `keyring` of the same
/// PostgreSQL, so that a backup of the data leaves it out by name.
///
/// # Errors
/// [`StoreError::Unavailable`] when it cannot be opened.
pub async fn keyring_beside(data: &store::DatabaseUrl) -> Result<Store, StoreError> {
    match data {
        store::DatabaseUrl::Sqlite(path) => {
            Store::open(&store::DatabaseUrl::Sqlite(path.with_file_name("keys.db"))).await
        }
        store::DatabaseUrl::Postgres(url) => {
            let separator = if url.contains('?') { '&' } else { '?' };
            let own = format!("{url}{separator}options=-csearch_path%3Dkeyring");
            let data = Store::open(data).await?;
            data.write(|tx| {
                tx.exec("CREATE SCHEMA IF NOT EXISTS keyring", &[])
                    .map(|_| ())
            })
            .await?;
            data.close().await;
            Store::open(&store::DatabaseUrl::Postgres(own)).await
        }
    }
}
