//! Receipts in their tables.

use store::{Row, StoreError, Tx, Value};
use uuid::Uuid;
use vault::{CompartmentId, Entry};

use super::{Action, HeadLeft, HeadWay, OfSlot, Outcome, Receipt, SLOTS, packed};
use crate::ids::{PersonId, PracticeId, ReceiptId};

pub(super) const COLUMNS: &str = "id, seq, at, actor, sign_in, role, action, purpose, outcome, compartments, rows_written, leaf, \
     mac";

/// How many compartments of a receipt go in with one statement: few statements are prepared, however many a page opens.
const AT_ONCE: usize = 16;

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
    for some in entry.compartments.chunks(AT_ONCE) {
        let mut values: Vec<Value> = vec![receipt.practice.into(), entry.id.into()];
        values.extend(some.iter().map(|compartment| Value::from(compartment.0)));
        let rows = (3..=values.len()).map(|at| format!("($1, ${at}, $2)"));
        let rows = rows.collect::<Vec<_>>().join(", ");
        let sql = format!(
            "INSERT INTO receipt_compartments (practice_id, compartment_id, receipt_id) VALUES {rows} ON CONFLICT DO NOTHING"
        );
        tx.exec(&sql, &values)?;
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
            role: row.text(5)?.into(),
            action: row.text(6)?.into(),
            purpose: row.text(7)?.into(),
            outcome: row.text(8)?.into(),
            compartments: packed::compartments(row.blob(9)?).ok_or(StoreError::Column(9))?,
            rows: packed::rows(row.blob(10)?).ok_or(StoreError::Column(10))?,
        },
        leaf: row.blob(11)?.to_vec(),
        mac: row.blob(12)?.to_vec(),
    })
}

/// What the log tells of ways to unlock. The words stand in the statement, so that their partial index is used.
pub(super) const OF_SLOTS: &str = "SELECT at, rows_written FROM receipts WHERE practice_id = $1 \
     AND action IN ('slot_add', 'slot_rehearsal') AND action = $2 AND outcome = $3";
/// Receipts of what ends keys, since `since` (microseconds UTC).
pub(super) fn ending_keys(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    since: i64,
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM receipts WHERE practice_id = $1 AND id >= $2 AND action IN ($3, $4) AND outcome = $5"
    );
    let values = [
        practice.into(),
        crate::ids::first_of(since).into(),
        Action::EnquiryForget.word().into(),
        Action::DestructionConfirm.word().into(),
        Outcome::Written.word().into(),
    ];
    tx.query(&sql, &values)?.iter().map(read).collect()
}

/// Receipts of holds that were placed or lifted.
pub(super) fn of_holds(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM receipts WHERE practice_id = $1 AND action IN ('hold_place', 'hold_lift') AND outcome = $2"
    );
    let values = [practice.into(), Outcome::Written.word().into()];
    tx.query(&sql, &values)?.iter().map(read).collect()
}

/// When the last backup was made before `before`.
pub(super) fn last_backup(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    before: i64,
) -> Result<Option<i64>, StoreError> {
    tx.required(
        "SELECT MAX(at) FROM receipts WHERE practice_id = $1 AND action = 'backup' AND outcome = $2 AND at < $3",
        &[
            practice.into(),
            Outcome::Written.word().into(),
            before.into(),
        ],
    )?
    .opt_int(0)
}

/// The receipts of the writes through one compartment: number, id and what was done, the first one first.
pub(super) fn writes_through(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    compartment: CompartmentId,
) -> Result<Vec<(Option<i64>, Uuid, String)>, StoreError> {
    tx.query(
        "SELECT r.seq, r.id, r.action FROM receipt_compartments c JOIN receipts r ON r.practice_id = c.practice_id \
         AND r.id = c.receipt_id WHERE c.practice_id = $1 AND c.compartment_id = $2 AND r.outcome = $3 ORDER BY r.id",
        &[
            practice.into(),
            compartment.0.into(),
            Outcome::Written.word().into(),
        ],
    )?
    .iter()
    .map(|row| Ok((row.opt_int(0)?, row.uuid(1)?, row.text(2)?.to_owned())))
    .collect()
}

/// The first signed head over the receipt of this number.
pub(super) fn head_over(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    number: i64,
) -> Result<Option<String>, StoreError> {
    tx.one(
        "SELECT text FROM checkpoints WHERE practice_id = $1 AND size > $2 ORDER BY size LIMIT 1",
        &[practice.into(), number.into()],
    )?
    .map(|row| row.text(0).map(str::to_owned))
    .transpose()
}

/// The slots that were added or rehearsed.
pub(super) fn of_slots(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Vec<OfSlot>, StoreError> {
    let mut told = Vec::new();
    for action in [Action::SlotAdd, Action::SlotRehearsal] {
        let rows = tx.query(
            OF_SLOTS,
            &[
                practice.into(),
                action.word().into(),
                Outcome::Written.word().into(),
            ],
        )?;
        for row in rows {
            let at = row.int(0)?;
            let named = packed::rows(row.blob(1)?).ok_or(StoreError::Column(1))?;
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

/// Notes a try to let a head leave: the size of the head that left, or nothing and why.
pub(super) fn head_left(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    to: (HeadWay, &str),
    size: Option<i64>,
    tried: (i64, &str),
) -> Result<(), StoreError> {
    let ((way, place), (at, fault)) = (to, tried);
    tx.exec(
        "INSERT INTO heads_left (practice_id, way, place, size, left_at, tried_at, fault) \
         VALUES ($1, $2, $3, COALESCE(CAST($4 AS BIGINT), 0), $5, $6, $7) ON CONFLICT (practice_id, way) DO UPDATE SET place = $3, \
         size = COALESCE($4, heads_left.size), left_at = COALESCE($5, heads_left.left_at), tried_at = $6, fault = $7",
        &[
            practice.into(),
            way.word().into(),
            place.into(),
            size.into(),
            size.map(|_| at).into(),
            at.into(),
            fault.into(),
        ],
    )
    .map(|_| ())
}

pub(super) fn heads_left(
    tx: &mut Tx<'_>,
    practice: PracticeId,
) -> Result<Vec<HeadLeft>, StoreError> {
    tx.query(
        "SELECT way, place, size, left_at, tried_at, fault FROM heads_left WHERE practice_id = $1 ORDER BY way",
        &[practice.into()],
    )?
    .iter()
    .map(|row| {
        Ok(HeadLeft {
            way: HeadWay::of_word(row.text(0)?).ok_or(StoreError::Column(0))?,
            place: row.text(1)?.to_owned(),
            size: row.int(2)?,
            left_at: row.opt_int(3)?,
            tried_at: row.int(4)?,
            fault: row.text(5)?.to_owned(),
        })
    })
    .collect()
}

/// When the oldest head over more than `size` receipts was signed.
pub(super) fn oldest_head_over(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    size: i64,
) -> Result<Option<i64>, StoreError> {
    tx.one(
        "SELECT at FROM checkpoints WHERE practice_id = $1 AND size > $2 ORDER BY size LIMIT 1",
        &[practice.into(), size.into()],
    )?
    .map(|row| row.int(0))
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

/// One receipt of staff or of the program on any of these compartments.
pub(super) fn one_of_record(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    compartments: &[CompartmentId],
    id: ReceiptId,
) -> Result<Option<Stored>, StoreError> {
    Ok(one(tx, practice, id)?.filter(|found| {
        let of_clients = ["client", "visitor"].contains(&found.entry.role.as_str());
        let mut named = found.entry.compartments.iter();
        !of_clients && named.any(|one| compartments.contains(one))
    }))
}

/// One receipt.
pub(super) fn one(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: ReceiptId,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM receipts WHERE practice_id = $1 AND id = $2");
    tx.one(&sql, &[practice.into(), id.into()])?
        .map(|row| read(&row))
        .transpose()
}

/// The leaves of the log's first `size` receipts, in their order.
pub(super) fn each_leaf(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    size: u64,
    mut take: impl FnMut([u8; 32]),
) -> Result<(), StoreError> {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    tx.each(
        "SELECT leaf FROM receipts WHERE practice_id = $1 AND seq < $2 ORDER BY seq",
        &[practice.into(), size.into()],
        |row| {
            take(row.blob(0)?.try_into().map_err(|_| StoreError::Column(0))?);
            Ok(())
        },
    )
}
