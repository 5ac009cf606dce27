//! A backup: everything in the data as one moment had it, in pieces that stay the same while their rows do.
//!
//! Rows leave as they lie: what is sealed stays sealed, and no compartment is opened for it. A [`Manifest`] names the
//! pieces and carries a MAC of the vault, so that only what this practice wrote is ever taken back. The keyring is copied by
//! itself, for another place (R16). Not here: who can read the pieces, and where they are kept.

mod cutting;
mod restoring;
#[cfg(test)]
mod tests;

pub use restoring::{Restored, begin_restore, compare, put_keyring, put_piece};

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Store, StoreError, Table, Tx};
use uuid::Uuid;
use vault::Vault;

use crate::access::Fresh;
use crate::core::Practice;
use crate::digest::{hex, sha256};
use crate::error::AccessError;
use crate::ids::uuid_v7;
use crate::keys::{KEYRING_MIGRATIONS, KeysError, MIGRATIONS};
use crate::receipts::{Action, BACKUPS};
use cutting::Cutter;

/// The version of manifests.
const VERSION: u8 = 1;
/// Under which names manifests and pieces have their MAC.
const MANIFEST: &str = "backup/manifest";
const PIECE: &str = "backup/piece";

/// Why a backup was not made, or not taken back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The manifest is none, or of a newer program.
    #[error("this is no backup that this version of the program can read")]
    Unreadable,
    /// Bytes of the backup are not those that the manifest names.
    #[error("a part of the backup is damaged: {0}")]
    Damaged(String),
    /// The manifest has no MAC of the keyring that is to open it.
    #[error("this keyring's practice did not make this backup, or the backup was changed")]
    NotOurs,
    /// There is something where it would be put.
    #[error("there is a practice in this database already; a backup is only put where nothing is")]
    NotEmpty,
    /// The keyring or the secret.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// A fault.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// What takes the pieces refused one, in its own words.
    #[error("{0}")]
    Taker(String),
}

crate::carries_access_error!(BackupError);

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    version: u8,
    /// The backup's own id; the receipt of its making names it.
    pub id: Uuid,
    /// The practice's id.
    pub practice: Uuid,
    /// The moment that it shows.
    pub at: Timestamp,
    /// How many migrations its tables had.
    pub migrations: u32,
    /// The newest signed head of the log in it.
    pub head: Option<String>,
    /// The tables, in the order in which they are put back.
    pub tables: Vec<CopiedTable>,
}

/// A table of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopiedTable {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// How many rows it has.
    pub rows: u64,
    /// Its pieces, in order.
    pub pieces: Vec<CopiedPiece>,
}

/// A piece of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopiedPiece {
    /// What it is called where it is kept. Without the keyring the name tells nothing of what is in it.
    pub name: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub digest: String,
    /// How many rows are in it.
    pub rows: u64,
}

/// What is handed over while a backup is made.
pub enum Copied {
    /// So many rows there are.
    Of(u64),
    /// A piece with its bytes.
    Piece(CopiedPiece, Vec<u8>),
}

impl Manifest {
    /// Reads what [`Practice::signed_manifest`] wrote; whether the practice made it is asked later, of its keyring.
    ///
    /// # Errors
    /// [`BackupError::Unreadable`].
    pub fn parse(text: &str) -> Result<Self, BackupError> {
        let (json, _) = split(text)?;
        let manifest: Self = serde_json::from_str(json).map_err(|_| BackupError::Unreadable)?;
        let newest = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
        if manifest.version == VERSION && manifest.migrations <= newest {
            Ok(manifest)
        } else {
            Err(BackupError::Unreadable)
        }
    }

    /// How many rows all tables have.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Every piece.
    pub fn pieces(&self) -> impl Iterator<Item = &CopiedPiece> {
        self.tables.iter().flat_map(|table| &table.pieces)
    }
}

/// The manifest's JSON and its MAC.
fn split(text: &str) -> Result<(&str, &str), BackupError> {
    let parts = text.trim_end().split_once('\n');
    parts.ok_or(BackupError::Unreadable)
}

impl Practice {
    /// Copies all of the data as one moment has them, piece by piece; `take` stops it with an error. `for_whom` names
    /// those who will be able to read the pieces: for others, every piece has another name.
    ///
    /// It reads on one connection for as long as it takes: call it on a store that serves nobody else at the time.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for who may not set up; [`AccessError::Locked`], what `take` refused, or a fault.
    pub async fn copy_out<F>(
        &self,
        access: &impl Fresh,
        for_whom: &str,
        take: F,
    ) -> Result<Manifest, BackupError>
    where
        F: FnMut(Copied) -> Result<(), String> + Send + 'static,
    {
        access.may_set_up()?;
        let namer = Namer {
            vault: self.vault()?,
            for_whom: for_whom.to_owned(),
        };
        let practice = self.id();
        let now = self.now();
        let id = uuid_v7(now, self.core().randomness.as_ref());
        let copied = self.core().store.read(move |tx| {
            let head = crate::receipts::stored_head(tx, practice)?;
            let tables = copied_tables(tx, &namer, take)?;
            Ok::<_, BackupError>((head, tables))
        });
        let (head, tables) = copied.await?;
        Ok(Manifest {
            version: VERSION,
            id,
            practice: practice.0,
            at: now,
            migrations: u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX),
            head: head.map(|head| head.text()),
            tables,
        })
    }

    /// The manifest as it is kept: with its MAC, and after the receipt of the backup. Without it the pieces are no backup.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn signed_manifest(
        &self,
        access: &impl Fresh,
        manifest: &Manifest,
    ) -> Result<String, BackupError> {
        let json = serde_json::to_string(manifest).map_err(|_| BackupError::Unreadable)?;
        let mac = hex(&self.vault()?.mac(MANIFEST, json.as_bytes()));
        self.tell_of(
            access,
            Action::Backup,
            (BACKUPS, manifest.id, sha256(json.as_bytes())),
        )
        .await?;
        Ok(format!("{json}\n{mac}\n"))
    }

    /// The keyring as one text of bytes, to be kept apart from the data.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for who may not set up, or a fault of the keyring's database.
    pub async fn copy_keyring(&self, access: &impl Fresh) -> Result<Vec<u8>, BackupError> {
        access.may_set_up()?;
        let header = KeyringHeader {
            version: VERSION,
            practice: self.id().0,
            at: self.now(),
            migrations: u32::try_from(KEYRING_MIGRATIONS.len()).unwrap_or(u32::MAX),
        };
        let mut bytes = serde_json::to_vec(&header).map_err(|_| BackupError::Unreadable)?;
        bytes.push(b'\n');
        let rows = self.core().keyring.read(|tx| {
            let mut rows = Vec::new();
            for table in tx.tables()? {
                tx.copy_out(&table, |row| {
                    rows.extend_from_slice(row);
                    Ok::<_, StoreError>(())
                })?;
            }
            Ok::<_, StoreError>(rows)
        });
        bytes.extend(rows.await?);
        Ok(bytes)
    }
}

/// What stands before the rows of a keyring that was copied.
#[derive(Serialize, Deserialize)]
struct KeyringHeader {
    version: u8,
    practice: Uuid,
    at: Timestamp,
    migrations: u32,
}

/// Gives pieces their names.
struct Namer {
    vault: Arc<Vault>,
    for_whom: String,
}

impl Namer {
    fn piece(&self, rows: u64, bytes: &[u8]) -> CopiedPiece {
        let digest = sha256(bytes);
        let named = [self.for_whom.as_bytes(), &[0], &digest].concat();
        CopiedPiece {
            name: hex(&self.vault.mac(PIECE, &named)),
            digest: hex(&digest),
            rows,
        }
    }
}

fn copied_tables(
    tx: &mut Tx<'_>,
    namer: &Namer,
    mut take: impl FnMut(Copied) -> Result<(), String>,
) -> Result<Vec<CopiedTable>, BackupError> {
    let tables = tx.tables()?;
    let mut all = 0_u64;
    for table in &tables {
        all = all.saturating_add(tx.rows_of(table)?);
    }
    take(Copied::Of(all)).map_err(BackupError::Taker)?;
    let mut copied = Vec::with_capacity(tables.len());
    for table in &tables {
        copied.push(copied_table(tx, table, namer, &mut take)?);
    }
    Ok(copied)
}

fn copied_table(
    tx: &mut Tx<'_>,
    table: &Table,
    namer: &Namer,
    take: &mut impl FnMut(Copied) -> Result<(), String>,
) -> Result<CopiedTable, BackupError> {
    let mut copied = CopiedTable {
        name: table.name.clone(),
        columns: table.columns.clone(),
        rows: 0,
        pieces: Vec::new(),
    };
    let mut give = |(rows, bytes): (u64, Vec<u8>)| {
        let piece = namer.piece(rows, &bytes);
        copied.rows = copied.rows.saturating_add(rows);
        copied.pieces.push(piece.clone());
        take(Copied::Piece(piece, bytes)).map_err(BackupError::Taker)
    };
    let mut cutter = Cutter::default();
    tx.copy_out(table, |row| match cutter.push(row) {
        Some(cut) => give(cut),
        None => Ok(()),
    })?;
    if let Some(rest) = cutter.rest() {
        give(rest)?;
    }
    Ok(copied)
}

/// The migrations of a database that had so many.
fn migrated_to(
    migrations: &'static [store::Migration],
    number: u32,
) -> &'static [store::Migration] {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    migrations.get(..number).unwrap_or(migrations)
}

/// Brings an empty database to where a copy of it was, and refuses one that is not empty.
async fn prepared(
    store: &Store,
    migrations: &'static [store::Migration],
    number: u32,
) -> Result<Vec<Table>, BackupError> {
    store.migrate(migrated_to(migrations, number)).await?;
    store
        .read(|tx| {
            let tables = tx.tables()?;
            for table in &tables {
                if tx.rows_of(table)? > 0 {
                    return Err(BackupError::NotEmpty);
                }
            }
            Ok(tables)
        })
        .await
}
