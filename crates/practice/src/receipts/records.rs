//! Receipts in their tables.

use store::{Row, StoreError, Tx};
use uuid::Uuid;
use vault::{CompartmentId, Entry, RowDigest};

use super::{Action, OfSlot, Outcome, Receipt, SLOTS};
use crate::ids::{PersonId, PracticeId, ReceiptId};

pub(super) const COLUMNS: &str = "id, seq, at, actor, sign_in, role, action, purpose, outcome, compartments, rows_written, leaf, \
     mac";

pub(super) fn insert(tx: &mut Tx<'_>, receipt: &Receipt) -> Result<(), StoreError> {
    let entry = &receipt.entry;
    tx.exec(
        "INSERT INTO receipts (practice_id, id, at, actor, sign_in, role, action, purpose, outcome, compartments, \
         rows_written, leaf, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &[
            receipt.practice.into(),
            entry.id.into(),
            entry.at.into(),
            entry.actor.into(),
            entry.sign_in.into(),
            entry.role.as_str().into(),
            entry.action.as_str().into(),
            entry.purpose.as_str().into(),
            entry.outcome.as_str().into(),
            receipt.compartments.as_slice().into(),
            receipt.rows.as_slice().into(),
            receipt.leaf.into(),
            receipt.mac.into(),
        ],
    )?;
    for compartment in &entry.compartments {
        tx.exec(
            "INSERT INTO receipt_compartments (practice_id, compartment_id, receipt_id) VALUES ($1, $2, $3) \
             ON CONFLICT DO NOTHING",
            &[receipt.practice.into(), compartment.0.into(), entry.id.into()],
        )?;
    }
    Ok(())
}

/// A receipt as stored, with its number.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) seq: Option<i64>,
    pub(super) entry: Entry,
    pub(super) leaf: Vec<u8>,
    pub(super) mac: Vec<u8>,
}

pub(super) fn read(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        seq: row.opt_int(1)?,
        entry: Entry {
            id: row.uuid(0)?,
            at: row.int(2)?,
            actor: row.opt_uuid(3)?,
            sign_in: row.opt_uuid(4)?,
            role: row.text(5)?.to_owned(),
            action: row.text(6)?.to_owned(),
            purpose: row.text(7)?.to_owned(),
            outcome: row.text(8)?.to_owned(),
            compartments: decode_compartments(row.blob(9)?).ok_or(StoreError::Column(9))?,
            rows: decode_rows(row.blob(10)?).ok_or(StoreError::Column(10))?,
        },
        leaf: row.blob(11)?.to_vec(),
        mac: row.blob(12)?.to_vec(),
    })
}

fn decode_compartments(bytes: &[u8]) -> Option<Vec<CompartmentId>> {
    if !bytes.len().is_multiple_of(16) {
        return None;
    }
    bytes
        .chunks_exact(16)
        .map(|id| Some(CompartmentId(Uuid::from_slice(id).ok()?)))
        .collect()
}

/// Rows written: for each the table's length and name, id, revision, digest.
pub(super) fn encode_rows(rows: &[RowDigest]) -> Vec<u8> {
    let mut out = Vec::new();
    for row in rows {
        out.push(u8::try_from(row.table.len()).unwrap_or(u8::MAX));
        out.extend_from_slice(row.table.as_bytes());
        out.extend_from_slice(row.row.as_bytes());
        out.extend_from_slice(&row.revision.to_be_bytes());
        out.extend_from_slice(&row.digest);
    }
    out
}

fn decode_rows(mut bytes: &[u8]) -> Option<Vec<RowDigest>> {
    let mut rows = Vec::new();
    while let Some((length, rest)) = bytes.split_first() {
        let (table, rest) = rest.split_at_checked(usize::from(*length))?;
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let (revision, rest) = rest.split_first_chunk::<4>()?;
        let (digest, rest) = rest.split_first_chunk::<32>()?;
        rows.push(RowDigest {
            table: std::str::from_utf8(table).ok()?.to_owned(),
            row: Uuid::from_bytes(*id),
            revision: u32::from_be_bytes(*revision),
            digest: *digest,
        });
        bytes = rest;
    }
    Some(rows)
}

/// The slots that were added or rehearsed.
pub(super) fn of_slots(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Vec<OfSlot>, StoreError> {
    let mut told = Vec::new();
    for action in [Action::SlotAdd, Action::SlotRehearsal] {
        let rows = tx.query(
            "SELECT at, rows_written FROM receipts WHERE practice_id = $1 AND action = $2 AND outcome = $3",
            &[
                practice.into(),
                action.word().into(),
                Outcome::Written.word().into(),
            ],
        )?;
        for row in rows {
            let at = row.int(0)?;
            let named = decode_rows(row.blob(1)?).ok_or(StoreError::Column(1))?;
            let slots = named.into_iter().filter(|row| row.table == SLOTS);
            told.extend(slots.map(|row| OfSlot {
                action,
                at,
                slot: row.row,
            }));
        }
    }
    Ok(told)
}

/// The size of the log and its frontier.
pub(super) fn log_state(
    tx: &mut Tx<'_>,
    practice: PracticeId,
) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    tx.one(
        "SELECT size, frontier FROM receipt_log WHERE practice_id = $1",
        &[practice.into()],
    )?
    .map(|row| Ok((row.int(0)?, row.blob(1)?.to_vec())))
    .transpose()
}

/// A committed receipt that has no number yet.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) id: Uuid,
    pub(super) leaf: Vec<u8>,
    pub(super) mac: Vec<u8>,
}

/// Committed receipts that have no number yet, oldest first.
pub(super) fn waiting(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    at_most: i64,
) -> Result<Vec<Waiting>, StoreError> {
    tx.query(
        "SELECT id, leaf, mac FROM receipts WHERE practice_id = $1 AND seq IS NULL ORDER BY id LIMIT $2",
        &[practice.into(), at_most.into()],
    )?
    .iter()
    .map(|row| {
        Ok(Waiting {
            id: row.uuid(0)?,
            leaf: row.blob(1)?.to_vec(),
            mac: row.blob(2)?.to_vec(),
        })
    })
    .collect()
}

/// How the log stands, without opening anything.
pub(super) fn standing(
    tx: &mut Tx<'_>,
    practice: PracticeId,
) -> Result<super::Standing, StoreError> {
    let one = |tx: &mut Tx<'_>, sql: &str| {
        let row = tx.one(sql, &[practice.into()])?.ok_or(StoreError::NoRow)?;
        row.opt_int(0)
    };
    let newest = "SELECT MAX(at) FROM checkpoints WHERE practice_id = $1";
    let waiting = "SELECT COUNT(*) FROM receipts WHERE practice_id = $1 AND seq IS NULL";
    Ok(super::Standing {
        size: log_state(tx, practice)?.map_or(0, |(size, _)| size),
        waiting: one(tx, waiting)?.unwrap_or(0),
        newest_checkpoint_at: one(tx, newest)?,
    })
}

pub(super) fn number(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: Uuid,
    seq: i64,
) -> Result<(), StoreError> {
    let changed = tx.exec(
        "UPDATE receipts SET seq = $3 WHERE practice_id = $1 AND id = $2 AND seq IS NULL",
        &[practice.into(), id.into(), seq.into()],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}

/// Moves the log on from the size `before`; another node that was first makes this a conflict.
pub(super) fn advance(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    sizes: (i64, i64),
    frontier: &[u8],
    checkpoint: (i64, &str),
) -> Result<(), StoreError> {
    let (before, after) = sizes;
    let changed =
        if before == 0 {
            tx.exec(
                "INSERT INTO receipt_log (practice_id, size, frontier) VALUES ($1, $2, $3)",
                &[practice.into(), after.into(), frontier.into()],
            )?
        } else {
            tx.exec(
            "UPDATE receipt_log SET size = $2, frontier = $3 WHERE practice_id = $1 AND size = $4",
            &[practice.into(), after.into(), frontier.into(), before.into()],
        )?
        };
    if changed != 1 {
        return Err(StoreError::Conflict);
    }
    let (at, text) = checkpoint;
    tx.exec(
        "INSERT INTO checkpoints (practice_id, size, at, text) VALUES ($1, $2, $3, $4)",
        &[practice.into(), after.into(), at.into(), text.into()],
    )?;
    Ok(())
}

pub(super) fn checkpoint(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    size: i64,
) -> Result<Option<String>, StoreError> {
    tx.one(
        "SELECT text FROM checkpoints WHERE practice_id = $1 AND size = $2",
        &[practice.into(), size.into()],
    )?
    .map(|row| row.text(0).map(str::to_owned))
    .transpose()
}

/// Which receipts of a client's record are asked for.
pub(super) struct Asked {
    /// On any of these compartments.
    pub(super) compartments: Vec<CompartmentId>,
    /// The client.
    pub(super) me: PersonId,
    /// Whether the client's own openings are among them.
    pub(super) mine_too: bool,
    /// Those before this one.
    pub(super) before: Option<ReceiptId>,
    /// How many.
    pub(super) at_most: i64,
}

/// The receipts that are asked for, newest first. What other clients did is left out.
pub(super) fn of_record(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    asked: &Asked,
) -> Result<Vec<Stored>, StoreError> {
    let before = asked.before.map_or(Uuid::max(), |before| before.0);
    let whose = if asked.mine_too {
        "(role NOT IN ('client', 'visitor') OR actor = $4)"
    } else {
        "role NOT IN ('client', 'visitor') AND (actor IS NULL OR actor <> $4)"
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM receipts WHERE practice_id = $1 AND id IN (SELECT receipt_id FROM receipt_compartments \
         WHERE practice_id = $1 AND compartment_id = $2 AND receipt_id < $3) AND {whose} ORDER BY id DESC LIMIT $5"
    );
    let mut found = Vec::new();
    for compartment in &asked.compartments {
        let values = [
            practice.into(),
            compartment.0.into(),
            before.into(),
            asked.me.into(),
            asked.at_most.into(),
        ];
        for row in tx.query(&sql, &values)? {
            found.push(read(&row)?);
        }
    }
    found.sort_by_key(|receipt| std::cmp::Reverse(receipt.entry.id));
    found.dedup_by_key(|receipt| receipt.entry.id);
    found.truncate(usize::try_from(asked.at_most).unwrap_or(usize::MAX));
    Ok(found)
}
