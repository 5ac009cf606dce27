//! Sealed rows: how confidential content becomes bytes in a table and comes back (R1).
//!
//! A sealed row has the columns `id, compartment_id, revision, schema, sealed`. Changing one keeps the earlier
//! revision, exactly as it was sealed, in `revisions`.

use serde::{Serialize, de::DeserializeOwned};
use store::{Row, StoreError, Tx, Value};
use uuid::Uuid;
use vault::{Address, CompartmentId, Open};

use crate::error::AccessError;
use crate::ids::PracticeId;

/// Every table with sealed content; `audit verify` reads them all.
pub const TABLES: [&str; 41] = [
    "sign_in_secrets",
    "people",
    "case_names",
    "joint_names",
    "part_endings",
    "enquiries",
    "consents",
    "intakes",
    "goals",
    "measures",
    "notes",
    "amendments",
    "assignments",
    "reflections",
    "post",
    "imports",
    "imported_rows",
    "receipt_questions",
    "emergencies",
    "own_words",
    "process_notes",
    "journal",
    "message_threads",
    "messages",
    "message_pieces",
    "filed_messages",
    "known_keys",
    "succession_exports",
    "safety_decisions",
    "moves",
    "attendances",
    "shown_together",
    "retention_rules",
    "holds",
    "destructions",
    "releases",
    "release_signatures",
    "copies",
    "copy_pieces",
    "demands",
    "revisions",
];

/// The version of the content's shape; it is bound into the seal.
pub const SCHEMA: u16 = 1;

/// Content that was sealed and waits to be stored; its digest is already on the way into the receipt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SealedRow {
    pub(crate) table: &'static str,
    pub(crate) id: Uuid,
    pub(crate) compartment: CompartmentId,
    pub(crate) revision: u32,
    pub(crate) bytes: Vec<u8>,
}

impl SealedRow {
    /// The row's id.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// The values of the columns `compartment_id, revision, schema, sealed`, in this order.
    #[must_use]
    pub fn columns(&self) -> [Value; 4] {
        [
            self.compartment.0.into(),
            i64::from(self.revision).into(),
            i64::from(SCHEMA).into(),
            self.bytes.clone().into(),
        ]
    }
}

/// A sealed row as it was read: nothing in it is readable yet.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The row.
    pub id: Uuid,
    /// Where its key is.
    pub compartment: CompartmentId,
    /// The newest revision.
    pub revision: u32,
    /// The version of its content's shape.
    pub schema: u16,
    pub(crate) bytes: Vec<u8>,
}

impl Cell {
    /// Reads `id, compartment_id, revision, schema, sealed` from five columns, beginning at `first`.
    ///
    /// # Errors
    /// [`StoreError::Column`] when the columns are not of these types.
    pub fn read(row: &Row, first: usize) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.uuid(first)?,
            compartment: CompartmentId(row.uuid(first + 1)?),
            revision: u32::try_from(row.int(first + 2)?)
                .map_err(|_| StoreError::Column(first + 2))?,
            schema: u16::try_from(row.int(first + 3)?)
                .map_err(|_| StoreError::Column(first + 3))?,
            bytes: row.blob(first + 4)?.to_vec(),
        })
    }

    /// Opens the content with the handle of its compartment.
    ///
    /// # Errors
    /// [`AccessError::Fault`] when the bytes are not what was sealed for this very place, or not of this shape.
    pub fn unseal<T: DeserializeOwned>(&self, table: &str, open: &Open) -> Result<T, AccessError> {
        let place = address(table, self.id, self.revision, self.schema);
        // Whoever reads the log has to know which row it is; the words of a fault reach nobody else.
        let plain = open
            .unseal(&place, &self.bytes)
            .map_err(|error| AccessError::Fault(format!("{table} {}: {error}", self.id)))?;
        serde_json::from_slice(&plain).map_err(|_| {
            AccessError::Fault(format!("content of {table} {} has another shape", self.id))
        })
    }
}

const fn address(table: &str, row: Uuid, revision: u32, schema: u16) -> Address<'_> {
    Address {
        table,
        column: "sealed",
        row,
        revision,
        schema,
    }
}

pub(crate) fn seal<T: Serialize>(
    open: &Open,
    place: (&'static str, Uuid, u32),
    content: &T,
    randomness: &dyn vault::Randomness,
) -> Result<(SealedRow, [u8; 32]), AccessError> {
    let (table, id, revision) = place;
    let plain = zeroize::Zeroizing::new(
        serde_json::to_vec(content)
            .map_err(|_| AccessError::Fault(format!("content of {table} cannot be written")))?,
    );
    let sealed = open.seal(&address(table, id, revision, SCHEMA), &plain, randomness);
    let row = SealedRow {
        table,
        id,
        compartment: open.compartment(),
        revision,
        bytes: sealed.bytes,
    };
    Ok((row, sealed.digest))
}

/// Stores a new sealed row; `structure` are its other columns.
///
/// # Errors
/// A fault of the database, or a constraint that does not hold.
pub fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    row: &SealedRow,
    structure: &[(&str, Value)],
) -> Result<(), StoreError> {
    let names: String = structure
        .iter()
        .map(|(name, _)| format!(", {name}"))
        .collect();
    let places: String = (7..7 + structure.len())
        .map(|at| format!(", ${at}"))
        .collect();
    let sql = format!(
        "INSERT INTO {} (practice_id, id, compartment_id, revision, schema, sealed{names}) \
         VALUES ($1, $2, $3, $4, $5, $6{places})",
        row.table
    );
    let mut values = vec![practice.into(), row.id.into()];
    values.extend(row.columns());
    values.extend(structure.iter().map(|(_, value)| value.clone()));
    tx.exec(&sql, &values).map(|_| ())
}

/// Puts `next` in the place of the revision before it, which is kept.
///
/// # Errors
/// [`StoreError::Conflict`] when the stored revision is not the one just before `next`.
pub fn revise(tx: &mut Tx<'_>, practice: PracticeId, next: &SealedRow) -> Result<(), StoreError> {
    let table = next.table;
    let before = i64::from(next.revision) - 1;
    let key = [practice.into(), next.id.into(), before.into()];
    let kept = tx.exec(
        &format!(
            "INSERT INTO revisions (practice_id, tbl, row_id, revision, compartment_id, schema, sealed) \
             SELECT practice_id, '{table}', id, revision, compartment_id, schema, sealed FROM {table} \
             WHERE practice_id = $1 AND id = $2 AND revision = $3"
        ),
        &key,
    )?;
    if kept != 1 {
        return Err(StoreError::Conflict);
    }
    let changed = tx.exec(
        &format!(
            "UPDATE {table} SET compartment_id = $4, revision = $5, schema = $6, sealed = $7 \
             WHERE practice_id = $1 AND id = $2 AND revision = $3"
        ),
        &[key.as_slice(), next.columns().as_slice()].concat(),
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}

/// Removes a sealed row and its earlier revisions. The receipt of the removal names it (`Work::removes`).
///
/// # Errors
/// [`StoreError::Conflict`] when `revision` is not the newest.
pub fn remove(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    table: &'static str,
    id: Uuid,
    revision: u32,
) -> Result<(), StoreError> {
    let gone = tx.exec(
        &format!("DELETE FROM {table} WHERE practice_id = $1 AND id = $2 AND revision = $3"),
        &[practice.into(), id.into(), i64::from(revision).into()],
    )?;
    if gone != 1 {
        return Err(StoreError::Conflict);
    }
    tx.exec(
        "DELETE FROM revisions WHERE practice_id = $1 AND tbl = $2 AND row_id = $3",
        &[practice.into(), table.into(), id.into()],
    )?;
    Ok(())
}
