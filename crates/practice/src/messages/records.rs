//! Threads, messages and what goes with them in their tables.

use store::{Row, StoreError, Tx};
use vault::CompartmentId;

use crate::ids::{AttachmentId, CaseId, MessageId, PersonId, PracticeId, ThreadId};
use crate::sealed::{self, Cell, SealedRow};

/// A thread as stored, for one of its readers.
#[derive(Clone, Debug)]
pub(super) struct Thread {
    pub(super) id: ThreadId,
    pub(super) cell: Cell,
    pub(super) case: CaseId,
    pub(super) begun_at: i64,
    /// When the newest message came.
    pub(super) newest: i64,
    /// Whether there is one by somebody else that the reader has not seen.
    pub(super) unread: bool,
}

/// A message as stored. When it came orders messages, and says until when somebody has read; its author is sealed.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) cell: Cell,
    pub(super) sent_at: i64,
}

const COLUMNS: &str = "t.id, t.compartment_id, t.revision, t.schema, t.sealed, t.case_id, t.begun_at, \
     (SELECT MAX(m.sent_at) FROM messages m WHERE m.practice_id = t.practice_id AND m.thread_id = t.id), \
     (SELECT MAX(m.sent_at) FROM messages m WHERE m.practice_id = t.practice_id AND m.thread_id = t.id \
      AND m.author_id <> r.person_id), r.read_at";
const OF_READER: &str = "message_threads t JOIN message_readers r ON r.practice_id = t.practice_id AND r.thread_id = t.id";
const MESSAGE: &str = "id, compartment_id, revision, schema, sealed, sent_at";

fn read(row: &Row) -> Result<Thread, StoreError> {
    let begun_at = row.int(6)?;
    let of_others = row.opt_int(8)?.unwrap_or(i64::MIN);
    Ok(Thread {
        id: ThreadId(row.uuid(0)?),
        cell: Cell::read(row, 0)?,
        case: CaseId(row.uuid(5)?),
        begun_at,
        newest: row.opt_int(7)?.unwrap_or(begun_at),
        unread: of_others > row.int(9)?,
    })
}

fn read_message(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        cell: Cell::read(row, 0)?,
        sent_at: row.int(5)?,
    })
}

/// A thread, when it is one that this person reads.
pub(super) fn thread(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    of: (ThreadId, PersonId),
) -> Result<Option<Thread>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {OF_READER} WHERE t.practice_id = $1 AND t.id = $2 AND r.person_id = $3"
    );
    tx.one(&sql, &[practice.into(), of.0.into(), of.1.into()])?
        .map(|row| read(&row))
        .transpose()
}

/// The threads that a person reads, those with the newest message first.
pub(super) fn of_reader(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
    at_most: i64,
) -> Result<Vec<Thread>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {OF_READER} WHERE r.practice_id = $1 AND r.person_id = $2 ORDER BY 8 DESC, t.id DESC LIMIT $3"
    );
    tx.query(&sql, &[practice.into(), person.into(), at_most.into()])?
        .iter()
        .map(read)
        .collect()
}

/// Where a thread stands: its compartment and case, whoever asks. To see whether an id is taken.
pub(super) fn is_taken(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: ThreadId,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM message_threads WHERE practice_id = $1 AND id = $2";
    Ok(tx.one(sql, &[practice.into(), id.into()])?.is_some())
}

/// The newest messages of a thread, or those before an instant, oldest first.
pub(super) fn messages(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    thread: ThreadId,
    (before, at_most): (i64, i64),
) -> Result<Vec<Stored>, StoreError> {
    let sql = format!(
        "SELECT {MESSAGE} FROM messages WHERE practice_id = $1 AND thread_id = $2 AND sent_at < $3 \
         ORDER BY sent_at DESC, id DESC LIMIT $4"
    );
    let values = [
        practice.into(),
        thread.into(),
        before.into(),
        at_most.into(),
    ];
    let mut found: Vec<Stored> = tx
        .query(&sql, &values)?
        .iter()
        .map(read_message)
        .collect::<Result<_, _>>()?;
    found.reverse();
    Ok(found)
}

/// One message of a thread.
pub(super) fn message(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    thread: ThreadId,
    id: MessageId,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!(
        "SELECT {MESSAGE} FROM messages WHERE practice_id = $1 AND thread_id = $2 AND id = $3"
    );
    tx.one(&sql, &[practice.into(), thread.into(), id.into()])?
        .map(|row| read_message(&row))
        .transpose()
}

pub(super) fn insert_thread(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    row: &SealedRow,
    (case, by, at): (CaseId, PersonId, i64),
    readers: &[PersonId],
) -> Result<(), StoreError> {
    let structure = [
        ("case_id", case.into()),
        ("begun_by", by.into()),
        ("begun_at", at.into()),
    ];
    sealed::insert(tx, practice, row, &structure)?;
    for person in readers {
        tx.exec(
            "INSERT INTO message_readers (practice_id, thread_id, person_id, read_at) VALUES ($1, $2, $3, 0)",
            &[practice.into(), row.id().into(), (*person).into()],
        )?;
    }
    Ok(())
}

pub(super) fn insert_message(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    row: &SealedRow,
    (thread, author, at): (ThreadId, PersonId, i64),
) -> Result<(), StoreError> {
    let structure = [
        ("thread_id", thread.into()),
        ("author_id", author.into()),
        ("sent_at", at.into()),
    ];
    sealed::insert(tx, practice, row, &structure)
}

/// Notes until when a reader has read, which also settles the notice that they got.
pub(super) fn has_read(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    (thread, person): (ThreadId, PersonId),
    until: i64,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE message_readers SET read_at = $4, told_at = NULL WHERE practice_id = $1 AND thread_id = $2 AND person_id = $3 \
         AND read_at <= $4",
        &[practice.into(), thread.into(), person.into(), until.into()],
    )
    .map(|_| ())
}

/// Those of the other readers who have followed every notice so far; from now on they have one of this thread.
pub(super) fn to_tell(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    (thread, author): (ThreadId, PersonId),
    at: i64,
) -> Result<Vec<PersonId>, StoreError> {
    let rows = tx.query(
        "SELECT r.person_id FROM message_readers r WHERE r.practice_id = $1 AND r.thread_id = $2 AND r.person_id <> $3 \
         AND NOT EXISTS (SELECT 1 FROM message_readers o WHERE o.practice_id = r.practice_id \
         AND o.person_id = r.person_id AND o.told_at IS NOT NULL)",
        &[practice.into(), thread.into(), author.into()],
    )?;
    let mut people = Vec::with_capacity(rows.len());
    for row in rows {
        let person = PersonId(row.uuid(0)?);
        tx.exec(
            "UPDATE message_readers SET told_at = $4 WHERE practice_id = $1 AND thread_id = $2 AND person_id = $3",
            &[practice.into(), thread.into(), person.into(), at.into()],
        )?;
        people.push(person);
    }
    Ok(people)
}

/// An attachment as far as it has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attached {
    pub(super) author: PersonId,
    pub(super) message: Option<MessageId>,
    pub(super) pieces: i64,
    pub(super) bytes: i64,
}

pub(super) fn attachment(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    thread: ThreadId,
    id: AttachmentId,
) -> Result<Option<Attached>, StoreError> {
    let sql = "SELECT author_id, message_id, pieces, bytes FROM message_attachments \
         WHERE practice_id = $1 AND thread_id = $2 AND id = $3";
    tx.one(sql, &[practice.into(), thread.into(), id.into()])?
        .map(|row| {
            Ok(Attached {
                author: PersonId(row.uuid(0)?),
                message: row.opt_uuid(1)?.map(MessageId),
                pieces: row.int(2)?,
                bytes: row.int(3)?,
            })
        })
        .transpose()
}

/// Stores the next piece; the first one begins the attachment.
pub(super) fn insert_piece(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    row: &SealedRow,
    of: (ThreadId, AttachmentId, PersonId),
    (number, bytes, at): (i64, i64, i64),
) -> Result<(), StoreError> {
    let (thread, attachment, author) = of;
    let key = [practice.into(), attachment.into()];
    if number == 0 {
        tx.exec(
            "INSERT INTO message_attachments (practice_id, id, thread_id, author_id, begun_at, pieces, bytes) \
             VALUES ($1, $2, $3, $4, $5, 1, $6)",
            &[
                key.as_slice(),
                &[thread.into(), author.into(), at.into(), bytes.into()],
            ]
            .concat(),
        )?;
    } else {
        let grown = tx.exec(
            "UPDATE message_attachments SET pieces = pieces + 1, bytes = bytes + $3 \
             WHERE practice_id = $1 AND id = $2 AND pieces = $4 AND message_id IS NULL",
            &[key.as_slice(), &[bytes.into(), number.into()]].concat(),
        )?;
        if grown != 1 {
            return Err(StoreError::Conflict);
        }
    }
    let structure = [
        ("attachment_id", attachment.into()),
        ("number", number.into()),
    ];
    sealed::insert(tx, practice, row, &structure)
}

pub(super) fn piece(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    attachment: AttachmentId,
    number: i64,
) -> Result<Option<Cell>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed FROM message_pieces \
         WHERE practice_id = $1 AND attachment_id = $2 AND number = $3",
        &[practice.into(), attachment.into(), number.into()],
    )?
    .map(|row| Cell::read(&row, 0))
    .transpose()
}

/// Says with which message an attachment went; it is the author's, and goes with no other.
pub(super) fn goes_with(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    (thread, author): (ThreadId, PersonId),
    (attachment, message): (AttachmentId, MessageId),
) -> Result<(), StoreError> {
    let went = tx.exec(
        "UPDATE message_attachments SET message_id = $5 WHERE practice_id = $1 AND thread_id = $2 AND author_id = $3 \
         AND id = $4 AND message_id IS NULL",
        &[
            practice.into(),
            thread.into(),
            author.into(),
            attachment.into(),
            message.into(),
        ],
    )?;
    if went == 1 {
        Ok(())
    } else {
        Err(StoreError::Conflict)
    }
}

/// An attachment that was begun and never sent, with its pieces.
#[derive(Clone, Debug)]
pub(super) struct Unsent {
    id: AttachmentId,
    pub(super) pieces: Vec<uuid::Uuid>,
}

/// How many files somebody has begun and not sent, and of how many bytes.
pub(super) fn waiting(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    author: PersonId,
) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM message_attachments \
         WHERE practice_id = $1 AND author_id = $2 AND message_id IS NULL";
    let row = tx.one(sql, &[practice.into(), author.into()])?;
    row.map_or(Ok((0, 0)), |row| Ok((row.int(0)?, row.int(1)?)))
}

/// Files that were begun before an instant and never sent, whoever began them, the oldest first.
pub(super) fn unsent(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    before: i64,
    at_most: i64,
) -> Result<Vec<Unsent>, StoreError> {
    let begun = tx.query(
        "SELECT id FROM message_attachments WHERE practice_id = $1 AND begun_at < $2 AND message_id IS NULL \
         ORDER BY begun_at, id LIMIT $3",
        &[practice.into(), before.into(), at_most.into()],
    )?;
    let mut found = Vec::with_capacity(begun.len());
    for row in begun {
        let id = AttachmentId(row.uuid(0)?);
        let pieces = tx.query(
            "SELECT id FROM message_pieces WHERE practice_id = $1 AND attachment_id = $2",
            &[practice.into(), id.into()],
        )?;
        let pieces = pieces
            .iter()
            .map(|row| row.uuid(0))
            .collect::<Result<_, _>>()?;
        found.push(Unsent { id, pieces });
    }
    Ok(found)
}

/// Removes a file that was never sent. One that was sent meanwhile, or has grown, stays whole.
///
/// # Errors
/// [`StoreError::Conflict`] when it is not as it was found.
pub(super) fn forget(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    unsent: &Unsent,
) -> Result<(), StoreError> {
    let pieces = i64::try_from(unsent.pieces.len()).unwrap_or(i64::MAX);
    // It is taken first, so that no message goes with it while its pieces are removed.
    let taken = tx.exec(
        "UPDATE message_attachments SET pieces = pieces WHERE practice_id = $1 AND id = $2 AND pieces = $3 AND message_id IS NULL",
        &[practice.into(), unsent.id.into(), pieces.into()],
    )?;
    if taken != 1 {
        return Err(StoreError::Conflict);
    }
    for piece in &unsent.pieces {
        sealed::remove(tx, practice, "message_pieces", *piece, 1)?;
    }
    tx.exec(
        "DELETE FROM message_attachments WHERE practice_id = $1 AND id = $2",
        &[practice.into(), unsent.id.into()],
    )
    .map(|_| ())
}

/// Whether a copy of a message was filed, whoever may see it.
pub(super) fn is_filed(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    message: MessageId,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM filed_messages WHERE practice_id = $1 AND message_id = $2";
    Ok(tx.one(sql, &[practice.into(), message.into()])?.is_some())
}

/// The copies filed in a case on these sides, the newest message first: those on others push none of them out (R2).
pub(super) fn filed(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    (case, sides): (CaseId, &[CompartmentId]),
    at_most: i64,
) -> Result<Vec<Cell>, StoreError> {
    if sides.is_empty() {
        return Ok(Vec::new());
    }
    let among: Vec<String> = (4..).take(sides.len()).map(|at| format!("${at}")).collect();
    let sql = format!(
        "SELECT id, compartment_id, revision, schema, sealed FROM filed_messages WHERE practice_id = $1 AND case_id = $2 \
         AND compartment_id IN ({}) ORDER BY sent_at DESC, id DESC LIMIT $3",
        among.join(", ")
    );
    let mut values = vec![practice.into(), case.into(), at_most.into()];
    values.extend(sides.iter().map(|side| side.0.into()));
    let rows = tx.query(&sql, &values)?;
    rows.iter().map(|row| Cell::read(row, 0)).collect()
}

/// One filed copy: in which case, and sealed.
pub(super) fn filed_one(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    message: MessageId,
) -> Result<Option<(CaseId, i64, Cell)>, StoreError> {
    tx.one(
        "SELECT id, compartment_id, revision, schema, sealed, case_id, sent_at FROM filed_messages \
         WHERE practice_id = $1 AND message_id = $2",
        &[practice.into(), message.into()],
    )?
    .map(|row| Ok((CaseId(row.uuid(5)?), row.int(6)?, Cell::read(&row, 0)?)))
    .transpose()
}

pub(super) fn insert_filed(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    row: &SealedRow,
    (message, case): (MessageId, CaseId),
    (sent_at, by, at): (i64, PersonId, i64),
) -> Result<(), StoreError> {
    let structure = [
        ("message_id", message.into()),
        ("case_id", case.into()),
        ("sent_at", sent_at.into()),
        ("filed_by", by.into()),
        ("filed_at", at.into()),
    ];
    sealed::insert(tx, practice, row, &structure)
}
