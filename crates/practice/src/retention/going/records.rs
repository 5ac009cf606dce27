//! What goes with a destruction, as it lies in every table.

use store::{Row, StoreError, Tx, Value};
use uuid::Uuid;
use vault::CompartmentId;

use super::super::records::one_changed;
use crate::ids::{CaseId, PersonId, PracticeId};
use crate::sealed;

/// Compartments of emergencies in which somebody's record of a case was opened.
pub(in crate::retention) fn of_emergencies(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    of: (PersonId, CaseId),
) -> Result<Vec<CompartmentId>, StoreError> {
    tx.query(
        "SELECT compartment_id FROM emergencies WHERE practice_id = $1 AND person_id = $2 AND case_id = $3",
        &[practice.into(), of.0.into(), of.1.into()],
    )?
    .iter()
    .map(|row| Ok(CompartmentId(row.uuid(0)?)))
    .collect()
}

/// How many requests for a first talk of somebody still wait for an answer.
pub(in crate::retention) fn waiting_enquiries(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
) -> Result<i64, StoreError> {
    tx.required(
        "SELECT COUNT(*) FROM enquiries WHERE practice_id = $1 AND person_id = $2 AND state = 'waiting'",
        &[practice.into(), person.into()],
    )?
    .int(0)
}

/// A sealed row that goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::retention) struct Going {
    pub(in crate::retention) table: &'static str,
    pub(in crate::retention) id: Uuid,
    pub(in crate::retention) revision: u32,
}

/// Rows of some compartments: those that stand, and earlier revisions of rows that stand in another one by now.
#[derive(Default)]
pub(in crate::retention) struct Rows {
    pub(in crate::retention) rows: Vec<Going>,
    pub(in crate::retention) earlier: Vec<Going>,
}

/// Every sealed row of these compartments. It reads whole tables, which is rare and not inside of a write.
pub(in crate::retention) fn rows_of(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    compartments: &[CompartmentId],
) -> Result<Rows, StoreError> {
    let places: Vec<String> = (2..2 + compartments.len())
        .map(|at| format!("${at}"))
        .collect();
    let among = places.join(", ");
    let mut values: Vec<Value> = vec![practice.into()];
    values.extend(compartments.iter().map(|one| Value::from(one.0)));
    let revision =
        |row: &Row, at: usize| u32::try_from(row.int(at)?).map_err(|_| StoreError::Column(at));
    let mut found = Rows::default();
    for table in sealed::TABLES.into_iter().filter(|one| *one != "revisions") {
        let sql = format!(
            "SELECT id, revision FROM {table} WHERE practice_id = $1 AND compartment_id IN ({among}) ORDER BY id"
        );
        for row in tx.query(&sql, &values)? {
            let (id, revision) = (row.uuid(0)?, revision(&row, 1)?);
            found.rows.push(Going {
                table,
                id,
                revision,
            });
        }
    }
    let sql = format!(
        "SELECT tbl, row_id, revision FROM revisions WHERE practice_id = $1 AND compartment_id IN ({among}) ORDER BY row_id, revision"
    );
    for row in tx.query(&sql, &values)? {
        let (named, id, revision) = (row.text(0)?, row.uuid(1)?, revision(&row, 2)?);
        let table = sealed::TABLES.into_iter().find(|table| *table == named);
        let going = Going {
            table: table.ok_or(StoreError::Column(0))?,
            id,
            revision,
        };
        let goes = |row: &Going| row.table == going.table && row.id == going.id;
        if !found.rows.iter().any(goes) {
            found.earlier.push(going);
        }
    }
    Ok(found)
}

/// How many writes there were through these compartments: a write between a look and a commit changes it.
pub(in crate::retention) fn writes(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    compartments: &[CompartmentId],
) -> Result<i64, StoreError> {
    let mut all = 0;
    for compartment in compartments {
        all += tx
            .required(
                "SELECT COUNT(*) FROM receipt_compartments c JOIN receipts r ON r.practice_id = c.practice_id AND r.id = c.receipt_id \
                 WHERE c.practice_id = $1 AND c.compartment_id = $2 AND r.outcome = 'written'",
                &[practice.into(), compartment.0.into()],
            )?
            .int(0)?;
    }
    Ok(all)
}

/// Structure that hangs on a sealed row and goes before it: of which table, in which, under which column.
const HANGING: [(&str, &str, &str); 3] = [
    ("assignments", "assignment_participants", "assignment_id"),
    ("message_threads", "message_readers", "thread_id"),
    ("message_threads", "message_attachments", "thread_id"),
];

/// Removes sealed rows with their earlier revisions, what hangs on them first. Of a person the row stays, because cases name
/// it, with nothing in it.
pub(in crate::retention) fn remove(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    rows: &Rows,
) -> Result<(), StoreError> {
    // Tables stand in the list after those that they name.
    for row in rows.rows.iter().rev() {
        let key = [practice.into(), row.id.into()];
        let hanging = HANGING.into_iter().filter(|(on, ..)| *on == row.table);
        for (_, table, column) in hanging {
            let sql = format!("DELETE FROM {table} WHERE practice_id = $1 AND {column} = $2");
            tx.exec(&sql, &key)?;
        }
        if row.table == "people" {
            empty_person(tx, practice, row)?;
        } else {
            sealed::remove(tx, practice, row.table, row.id, row.revision)?;
        }
    }
    for row in &rows.earlier {
        tx.exec(
            "DELETE FROM revisions WHERE practice_id = $1 AND tbl = $2 AND row_id = $3 AND revision = $4",
            &[
                practice.into(),
                row.table.into(),
                row.id.into(),
                i64::from(row.revision).into(),
            ],
        )?;
    }
    Ok(())
}

fn empty_person(tx: &mut Tx<'_>, practice: PracticeId, row: &Going) -> Result<(), StoreError> {
    let nothing: &[u8] = &[];
    let changed = tx.exec(
        "UPDATE people SET sealed = $4 WHERE practice_id = $1 AND id = $2 AND revision = $3",
        &[
            practice.into(),
            row.id.into(),
            i64::from(row.revision).into(),
            nothing.into(),
        ],
    )?;
    one_changed(changed)?;
    let key = [practice.into(), row.id.into()];
    tx.exec(
        "DELETE FROM revisions WHERE practice_id = $1 AND tbl = 'people' AND row_id = $2",
        &key,
    )?;
    // Under which key a file knew them: the same file would else find somebody without a name.
    let known = "DELETE FROM import_keys WHERE practice_id = $1 AND row_id = $2";
    tx.exec(known, &key).map(|_| ())
}
