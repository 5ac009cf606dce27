//! Taking a backup back: into an empty database only, and nothing counts before the keyring has said that it is its own.
//!
//! A database that is put back is older than its keyring, which is also what a thief's exchange looks like: unlocking
//! refuses it. [`Practice::settle_restored`] is the one act that makes it count again. It takes the secret, the MAC of
//! the backup and of every row of authority, and it leaves a receipt; so the log says where it begins anew.

use store::{Store, StoreError, Table, Tx};
use vault::{AuthorityDigest, Checkpoint, Secret, Vault};

use super::cutting::Cutter;
use super::{BackupError, CopiedTable, KeyringHeader, MANIFEST, Manifest, prepared, split};
use crate::access::Fresh;
use crate::core::Practice;
use crate::digest::{hex, sha256, unhex};
use crate::keys::{self, KEYRING_MIGRATIONS, MIGRATIONS};
use crate::receipts::{self, Action, BACKUPS};

/// What became of a backup that was taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Restored {
    /// Receipts in its log.
    pub receipts: u64,
    /// How many receipts the keyring has seen that the backup does not hold: what was done after it was made.
    pub missing: u64,
}

/// Makes the tables of a backup in an empty database.
///
/// # Errors
/// [`BackupError::NotEmpty`]; [`BackupError::Unreadable`] when the tables are others; or a fault.
pub async fn begin_restore(store: &Store, manifest: &Manifest) -> Result<Vec<Table>, BackupError> {
    let tables = prepared(store, &MIGRATIONS, manifest.migrations).await?;
    let there = tables.iter().map(|table| (&table.name, &table.columns));
    let copied = manifest.tables.iter();
    if there.eq(copied.map(|table| (&table.name, &table.columns))) {
        Ok(tables)
    } else {
        Err(BackupError::Unreadable)
    }
}

/// Puts a piece into its table, after comparing it with the digest that the manifest names.
///
/// # Errors
/// [`BackupError::Damaged`], or a fault of the database.
pub async fn put_piece(
    store: &Store,
    table: &Table,
    piece: &super::CopiedPiece,
    bytes: Vec<u8>,
) -> Result<(), BackupError> {
    let damaged = || BackupError::Damaged(format!("{} of {}", piece.name, table.name));
    if hex(&sha256(&bytes)) != piece.digest {
        return Err(damaged());
    }
    let table = table.clone();
    let put = store.write(move |tx| tx.copy_in(&table, &bytes)).await?;
    if put == piece.rows {
        Ok(())
    } else {
        Err(damaged())
    }
}

/// Reads a database that was just put back, and compares it with the manifest, piece by piece.
///
/// # Errors
/// [`BackupError::Damaged`] naming the first table that is not as it was, or a fault of the database.
pub async fn compare(store: &Store, manifest: &Manifest) -> Result<(), BackupError> {
    let copied = manifest.tables.clone();
    store
        .read(move |tx| {
            let tables = tx.tables()?;
            for wanted in copied {
                let found = tables.iter().find(|table| table.name == wanted.name);
                let same = match found {
                    Some(table) => digests(tx, table)?.eq(&digests_of(&wanted)),
                    None => false,
                };
                if !same {
                    return Err(BackupError::Damaged(wanted.name));
                }
            }
            Ok(())
        })
        .await
}

fn digests_of(table: &CopiedTable) -> Vec<(u64, String)> {
    let pieces = table.pieces.iter();
    pieces
        .map(|piece| (piece.rows, piece.digest.clone()))
        .collect()
}

fn digests(tx: &mut Tx<'_>, table: &Table) -> Result<Vec<(u64, String)>, StoreError> {
    let (mut cutter, mut found) = (Cutter::default(), Vec::new());
    let named = |(rows, bytes): (u64, Vec<u8>)| (rows, hex(&sha256(&bytes)));
    tx.copy_out(table, |row| {
        found.extend(cutter.push(row).map(named));
        Ok::<_, StoreError>(())
    })?;
    found.extend(cutter.rest().map(named));
    Ok(found)
}

/// Puts a keyring that was copied into an empty database.
///
/// # Errors
/// [`BackupError::Unreadable`], [`BackupError::NotEmpty`], or a fault of the database.
pub async fn put_keyring(keyring: &Store, copy: &[u8]) -> Result<(), BackupError> {
    let mut parts = copy.splitn(2, |byte| *byte == b'\n');
    let (header, rows) = (parts.next().unwrap_or_default(), parts.next());
    let header: KeyringHeader =
        serde_json::from_slice(header).map_err(|_| BackupError::Unreadable)?;
    let newest = u32::try_from(KEYRING_MIGRATIONS.len()).unwrap_or(u32::MAX);
    if header.version != super::VERSION || header.migrations > newest {
        return Err(BackupError::Unreadable);
    }
    let tables = prepared(keyring, &KEYRING_MIGRATIONS, header.migrations).await?;
    let [table] = tables.as_slice() else {
        return Err(BackupError::Unreadable);
    };
    let (table, rows) = (table.clone(), rows.unwrap_or_default().to_vec());
    let put = keyring.write(move |tx| tx.copy_in(&table, &rows)).await?;
    if put > 0 {
        Ok(())
    } else {
        Err(BackupError::Unreadable)
    }
}

impl Practice {
    /// Makes a database that was put back count again, and unlocks: the keyring takes the head of its log and the set of its
    /// authority for the newest from now on. `manifest` is the text of the backup that was put back.
    ///
    /// # Errors
    /// [`BackupError::NotOurs`] when the keyring's vault did not sign the manifest, or the log in the database is not the
    /// one that it signed; [`BackupError::Keys`] for a wrong secret or a row of authority that was changed.
    pub async fn settle_restored(
        &self,
        access: &impl Fresh,
        secret: &Secret,
        manifest: &str,
    ) -> Result<Restored, BackupError> {
        access.may_set_up()?;
        let (json, mac) = split(manifest)?;
        let read = Manifest::parse(manifest)?;
        let opened = self.open_keyring(secret).await?;
        let vault = std::sync::Arc::new(opened.vault);
        let mac = unhex(mac).ok_or(BackupError::Unreadable)?;
        if !vault.mac_matches(MANIFEST, json.as_bytes(), &mac) || read.practice != self.id().0 {
            return Err(BackupError::NotOurs);
        }
        let head = self.restored_head(&vault, &read).await?;
        let turn = self.core().authority_turn.lock().await;
        let authority = self.verified_authority(&vault).await?;
        let digest = vault.authority_row(&AuthorityDigest {
            current: authority.digest(),
            pending: None,
        });
        let keyring = &self.core().keyring;
        let mut state = vec![digest];
        state.extend(head.as_ref().map(|head| vault.checkpoint_row(head)));
        if head.is_none() {
            let name = Vault::checkpoint_name().to_owned();
            keys::records::remove(keyring, vec![name]).await?;
        }
        keys::records::put(keyring, state).await?;
        self.unlocked(vault, authority);
        drop(turn);
        let named = (BACKUPS, read.id, sha256(json.as_bytes()));
        self.tell_of(access, Action::Restore, named).await?;
        // Whatever of the two is older: what was destroyed since stays destroyed, and its rows go once more (R16).
        self.destroy_ended_keys(access, jiff::Timestamp::UNIX_EPOCH, |_, _| ())
            .await?;
        self.end_destructions(|_, _| ()).await?;
        self.forget_enquiries().await?;
        let size = |head: Option<&Checkpoint>| head.map_or(0, Checkpoint::size);
        let receipts = size(head.as_ref());
        let missing = size(opened.checkpoint.as_ref()).saturating_sub(receipts);
        if missing > 0 {
            self.destroy_again(access).await?;
        }
        self.sequence().await?;
        Ok(Restored { receipts, missing })
    }

    /// The head of the log in the database: signed by this vault, and the one that the manifest names.
    async fn restored_head(
        &self,
        vault: &Vault,
        manifest: &Manifest,
    ) -> Result<Option<Checkpoint>, BackupError> {
        let practice = self.id();
        let read = self
            .core()
            .store
            .read(move |tx| receipts::stored_head(tx, practice));
        let head = read.await?;
        let signed = head
            .as_ref()
            .is_none_or(|head| head.verify(&vault.audit_key()).is_ok());
        if signed && head.as_ref().map(Checkpoint::text) == manifest.head {
            Ok(head)
        } else {
            Err(BackupError::NotOurs)
        }
    }
}
