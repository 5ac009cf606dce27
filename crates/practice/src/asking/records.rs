//! Questions about receipts in their table.

use store::{Row, StoreError, Tx, Value};

use super::Question;
use crate::ids::{PersonId, PracticeId, QuestionId, ReceiptId};
use crate::sealed::{self, Cell, SealedRow};

const COLUMNS: &str = "id, compartment_id, revision, schema, sealed, person_id, receipt_id, asked_at, answered_at, answered_by";

fn read(row: &Row) -> Result<(Question, Cell), StoreError> {
    let question = Question {
        id: QuestionId(row.uuid(0)?),
        person: PersonId(row.uuid(5)?),
        receipt: ReceiptId(row.uuid(6)?),
        asked_at: row.int(7)?,
        answered: row.opt_int(8)?.zip(row.opt_uuid(9)?.map(PersonId)),
    };
    Ok((question, Cell::read(row, 0)?))
}

fn several(
    tx: &mut Tx<'_>,
    rest: &str,
    values: &[Value],
) -> Result<Vec<(Question, Cell)>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM receipt_questions WHERE practice_id = $1 {rest}");
    tx.query(&sql, values)?.iter().map(read).collect()
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    question: &Question,
    row: &SealedRow,
) -> Result<(), StoreError> {
    sealed::insert(
        tx,
        practice,
        row,
        &[
            ("person_id", question.person.into()),
            ("receipt_id", question.receipt.into()),
            ("state", "asked".into()),
            ("asked_at", question.asked_at.into()),
        ],
    )
}

/// Stores the answer, unless somebody else did.
pub(super) fn answer(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    question: &Question,
    row: &SealedRow,
) -> Result<(), StoreError> {
    sealed::revise(tx, practice, row)?;
    let answered = question.answered;
    let changed = tx.exec(
        "UPDATE receipt_questions SET state = 'answered', answered_at = $3, answered_by = $4 \
         WHERE practice_id = $1 AND id = $2 AND state = 'asked'",
        &[
            practice.into(),
            question.id.into(),
            answered.map(|(at, _)| at).into(),
            answered.map(|(_, by)| by).into(),
        ],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}

pub(super) fn one(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: QuestionId,
) -> Result<Option<(Question, Cell)>, StoreError> {
    let found = several(tx, "AND id = $2", &[practice.into(), id.into()])?;
    Ok(found.into_iter().next())
}

/// Those of a client, the newest first.
pub(super) fn of_person(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
    at_most: i64,
) -> Result<Vec<(Question, Cell)>, StoreError> {
    let values = [practice.into(), person.into(), at_most.into()];
    let rest = "AND person_id = $2 ORDER BY asked_at DESC, id DESC LIMIT $3";
    several(tx, rest, &values)
}

/// Those that wait, the newest first.
pub(super) fn waiting(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    at_most: i64,
) -> Result<Vec<(Question, Cell)>, StoreError> {
    let values = [practice.into(), at_most.into()];
    let rest = "AND state = 'asked' ORDER BY asked_at DESC, id DESC LIMIT $2";
    several(tx, rest, &values)
}

/// Those of everybody: what waits first, then the newest.
pub(super) fn all(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    at_most: i64,
) -> Result<Vec<(Question, Cell)>, StoreError> {
    let values = [practice.into(), at_most.into()];
    // Of the two words "asked" is the later one.
    let rest = "ORDER BY state DESC, asked_at DESC, id DESC LIMIT $2";
    several(tx, rest, &values)
}
