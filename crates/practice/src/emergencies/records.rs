//! Emergencies in their table.

use store::{Row, StoreError, Tx};

use super::Emergency;
use crate::ids::{CaseId, EmergencyId, PersonId, PracticeId};
use crate::sealed::{self, Cell, SealedRow};

const COLUMNS: &str = "e.id, e.compartment_id, e.revision, e.schema, e.sealed, e.by_id, e.person_id, e.case_id, e.begun_at, \
     e.ends_at, e.reviewed_at, e.reviewed_by";

fn read(row: &Row) -> Result<(Emergency, Cell), StoreError> {
    let reviewed = row.opt_int(10)?.zip(row.opt_uuid(11)?.map(PersonId));
    let emergency = Emergency {
        id: EmergencyId(row.uuid(0)?),
        by: PersonId(row.uuid(5)?),
        person: PersonId(row.uuid(6)?),
        case: CaseId(row.uuid(7)?),
        begun_at: row.int(8)?,
        ends_at: row.int(9)?,
        reviewed,
    };
    Ok((emergency, Cell::read(row, 0)?))
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    emergency: &Emergency,
    row: &SealedRow,
) -> Result<(), StoreError> {
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("by_id", emergency.by.into()),
            ("person_id", emergency.person.into()),
            ("case_id", emergency.case.into()),
            ("begun_at", emergency.begun_at.into()),
            ("ends_at", emergency.ends_at.into()),
        ],
    )
}

pub(super) fn one(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: EmergencyId,
) -> Result<Option<(Emergency, Cell)>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM emergencies e WHERE e.practice_id = $1 AND e.id = $2");
    tx.one(&sql, &[practice.into(), id.into()])?
        .map(|row| read(&row))
        .transpose()
}

/// Those of everybody, or those that somebody began or whose client they care for, with the clinician of each.
pub(super) fn listed(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    whose: Option<PersonId>,
    at_most: i64,
) -> Result<Vec<(Emergency, Cell, PersonId)>, StoreError> {
    let mut values = vec![practice.into(), at_most.into()];
    let also = whose.map_or("", |whose| {
        values.push(whose.into());
        "AND (e.by_id = $3 OR c.clinician_id = $3 OR c.supervisor_id = $3)"
    });
    let sql = format!(
        "SELECT {COLUMNS}, c.clinician_id FROM emergencies e JOIN cases c ON c.practice_id = e.practice_id AND c.id = e.case_id \
         WHERE e.practice_id = $1 {also} ORDER BY e.begun_at DESC, e.id DESC LIMIT $2"
    );
    let rows = tx.query(&sql, &values)?;
    rows.iter()
        .map(|row| {
            let (emergency, cell) = read(row)?;
            Ok((emergency, cell, PersonId(row.uuid(12)?)))
        })
        .collect()
}

/// The one that somebody began and that still runs, the last to end of several.
pub(crate) fn running(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    by: PersonId,
    now: i64,
) -> Result<Option<Emergency>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM emergencies e WHERE e.practice_id = $1 AND e.by_id = $2 AND e.ends_at > $3 \
         ORDER BY e.ends_at DESC, e.id DESC LIMIT 1"
    );
    let row = tx.one(&sql, &[practice.into(), by.into(), now.into()])?;
    row.map(|row| read(&row).map(|(emergency, _)| emergency))
        .transpose()
}

/// Those in which somebody's record was opened since an instant, the newest first.
pub(crate) fn of_person(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
    since: i64,
) -> Result<Vec<Emergency>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM emergencies e WHERE e.practice_id = $1 AND e.person_id = $2 AND e.begun_at >= $3 \
         ORDER BY e.begun_at DESC"
    );
    let rows = tx.query(&sql, &[practice.into(), person.into(), since.into()])?;
    rows.iter()
        .map(|row| read(row).map(|(emergency, _)| emergency))
        .collect()
}

pub(super) fn reviewed(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: EmergencyId,
    reviewed: (i64, PersonId),
) -> Result<(), StoreError> {
    let (at, by) = reviewed;
    let changed = tx.exec(
        "UPDATE emergencies SET reviewed_at = $3, reviewed_by = $4 WHERE practice_id = $1 AND id = $2 AND reviewed_at IS NULL",
        &[practice.into(), id.into(), at.into(), by.into()],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}

pub(super) fn ended(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: EmergencyId,
    at: i64,
) -> Result<(), StoreError> {
    let changed = tx.exec(
        "UPDATE emergencies SET ends_at = $3 WHERE practice_id = $1 AND id = $2 AND ends_at > $3",
        &[practice.into(), id.into(), at.into()],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}
