//! What goes with a message: one age file of up to 25 MB, made in the browser as a stream and sent in pieces, each sealed by
//! itself in the thread's compartment, so that neither side ever holds all of it.
//!
//! Its name, kind and true length stand in the message; here only how many bytes the padded file has. One that was begun and not
//! sent is forgotten a day later, and nobody has more than a few of these.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::{Found, Writes, find, records};
use crate::access::{Access, JobAccess, Work};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{AttachmentId, PersonId, ThreadId};
use crate::own_words::{Recipients, recipients_of};
use crate::receipts::Action;
use crate::sealed::SealedRow;

/// The most bytes of what a person attaches.
pub const LONGEST_ATTACHMENT: usize = 25 * 1024 * 1024;
/// The bytes of a piece at most; every piece but the last has as many.
pub const LONGEST_PIECE: usize = 1024 * 1024;
/// What the format adds: a header for each reader, and sixteen bytes for each 64 KiB.
const AROUND: usize = 16 * 1024;
/// How many files somebody has at most that were begun and not sent, as many as go with two messages.
pub const MOST_UNSENT: usize = 20;
/// Of how many bytes these are at most, before another one begins.
const MOST_UNSENT_BYTES: usize = 8 * LONGEST_ATTACHMENT;
/// How long something unsent is kept, in microseconds.
const UNSENT: i64 = 24 * 60 * 60 * 1_000_000;
/// How many are forgotten in one write.
const AT_ONCE: i64 = 4;

/// Why a piece was not kept.
#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    /// It is longer than a piece or an attachment may be, or empty, or comes after one that was not full.
    #[error("an attachment has 25 MB at most")]
    TooLong,
    /// So many others of theirs were begun and not sent.
    #[error("too many files were begun and not sent")]
    TooMany,
    /// The first piece is no age file for each of the readers.
    #[error("an attachment is encrypted for each reader of the thread and for nobody else")]
    NotForReaders,
    /// Nothing new is written in the thread at the moment.
    #[error("nothing new is written in this thread")]
    Closed,
    /// R9: an informed consent is not in force.
    #[error("an informed consent is not in force (R9)")]
    ConsentMissing,
    /// Something below; [`AccessError::Stale`] when it is not the next piece.
    #[error(transparent)]
    Access(AccessError),
}

crate::carries_consent_error!(AttachmentError);

/// The content of `message_pieces.sealed`.
#[derive(Serialize, Deserialize)]
struct Content {
    bytes: String,
}

/// What is to be stored of a piece.
struct Ready {
    author: PersonId,
    at: i64,
    /// Nothing when this piece is there already: a second try.
    row: Option<SealedRow>,
}

impl Practice {
    /// Keeps the next piece of an attachment, numbered from nought. A piece that is there already is not kept again: what was
    /// exchanged for it shows in the digest that the message signs.
    ///
    /// # Errors
    /// [`AttachmentError::TooLong`], [`AttachmentError::TooMany`], [`AttachmentError::NotForReaders`], [`AttachmentError::Closed`],
    /// [`AccessError::NotThere`] when it is no thread of theirs, [`AccessError::Stale`] when it is not the next piece or not theirs.
    pub async fn keep_piece(
        &self,
        access: &impl Access,
        (thread, attachment): (ThreadId, AttachmentId),
        number: u32,
        bytes: Vec<u8>,
    ) -> Result<(), AttachmentError> {
        let practice = self.id();
        let number = i64::from(number);
        let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.write(
            access,
            Action::MessageSend,
            move |work| prepare(work, (thread, attachment), number, &bytes),
            move |tx, ready| {
                if let Some(row) = &ready.row {
                    let of = (thread, attachment, ready.author);
                    records::insert_piece(tx, practice, row, of, (number, length, ready.at))?;
                }
                Ok(())
            },
        )
        .await
    }

    /// Forgets files that were begun a day ago and never sent, whoever began them. Returns how many.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub async fn forget_unsent_files(&self) -> Result<usize, AccessError> {
        self.unlocked_now()?;
        let (practice, before) = (self.id(), micros(self.now()).saturating_sub(UNSENT));
        let mut forgotten = 0;
        loop {
            let old = self
                .published(move |tx| records::unsent(tx, practice, before, AT_ONCE))
                .await?;
            if old.is_empty() {
                return Ok(forgotten);
            }
            for unsent in old {
                match self.forget_unsent_file(unsent).await {
                    Ok(()) => forgotten += 1,
                    // It was sent in this very moment, or has grown: the next round sees.
                    Err(AccessError::Stale) => return Ok(forgotten),
                    Err(error) => return Err(error),
                }
            }
        }
    }

    async fn forget_unsent_file(&self, unsent: records::Unsent) -> Result<(), AccessError> {
        let practice = self.id();
        self.write(
            &JobAccess::set_up(),
            Action::AttachmentForget,
            move |work| {
                for piece in &unsent.pieces {
                    work.removes("message_pieces", *piece, 1);
                }
                Ok::<_, AccessError>(unsent)
            },
            move |tx, unsent| Ok(records::forget(tx, practice, unsent)?),
        )
        .await
    }

    /// One piece of what went with a message, for a reader of its thread.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is not one of a thread of theirs.
    pub async fn piece(
        &self,
        access: &impl Access,
        (thread, attachment): (ThreadId, AttachmentId),
        number: u32,
    ) -> Result<Vec<u8>, AccessError> {
        self.read(access, move |work| {
            let found = find(work, thread, Action::Messages)?;
            let practice = work.practice();
            let there = records::attachment(work.tx, practice, thread, attachment)?;
            let sent = there.is_some_and(|one| one.message.is_some());
            let cell = if sent {
                records::piece(work.tx, practice, attachment, i64::from(number))?
            } else {
                None
            };
            let cell = cell.ok_or(AccessError::NotThere)?;
            let content: Content = work.unseal(&found.opened, "message_pieces", &cell)?;
            let broken = |_| AccessError::Fault("a piece has another shape".to_owned());
            STANDARD.decode(content.bytes).map_err(broken)
        })
        .await
    }
}

fn prepare(
    work: &mut Work<'_, '_>,
    (thread, attachment): (ThreadId, AttachmentId),
    number: i64,
    bytes: &[u8],
) -> Result<Ready, AttachmentError> {
    let practice = work.practice();
    let found = find(work, thread, Action::MessageSend)?;
    let me = writes(work, &found)?;
    let there = records::attachment(work.tx, practice, thread, attachment)?;
    let (pieces, so_far) = there.map_or((0, 0), |one| (one.pieces, one.bytes));
    let is_mine = there.is_none_or(|one| one.author == me && one.message.is_none());
    if !is_mine || number > pieces {
        return Err(AccessError::Stale.into());
    }
    let mut ready = Ready {
        author: me,
        at: micros(work.now()),
        row: None,
    };
    if number < pieces {
        return Ok(ready);
    }
    let whole = usize::try_from(so_far).unwrap_or(usize::MAX);
    let is_full = i64::try_from(LONGEST_PIECE).is_ok_and(|piece| so_far == number * piece);
    let fits = is_full && !bytes.is_empty() && bytes.len() <= LONGEST_PIECE;
    if !fits || whole.saturating_add(bytes.len()) > LONGEST_ATTACHMENT + AROUND {
        return Err(AttachmentError::TooLong);
    }
    if number == 0 {
        let readers = found.content.readers.len();
        if recipients_of(bytes) != Some(Recipients::Keys(readers)) {
            return Err(AttachmentError::NotForReaders);
        }
        let (many, bytes) = records::waiting(work.tx, practice, me)?;
        let is_below = |found: i64, most: usize| usize::try_from(found).is_ok_and(|it| it < most);
        if !is_below(many, MOST_UNSENT) || !is_below(bytes, MOST_UNSENT_BYTES) {
            return Err(AttachmentError::TooMany);
        }
    }
    let side = found.talk.side;
    let open = found.opened.get(side).ok_or(AccessError::NotThere)?;
    let content = Content {
        bytes: STANDARD.encode(bytes),
    };
    ready.row = Some(work.seal(open, ("message_pieces", work.new_id(), 1), &content)?);
    Ok(ready)
}

/// That who asks can write into the thread now; who that is.
fn writes(work: &mut Work<'_, '_>, found: &Found) -> Result<PersonId, AttachmentError> {
    let me = work.person()?;
    match found.writes(work)? {
        Writes::Yes => {}
        Writes::ConsentMissing => return Err(AttachmentError::ConsentMissing),
        Writes::Closed | Writes::KeysMissing(_) => return Err(AttachmentError::Closed),
    }
    work.stands_on_consent(&found.talk.concerned(me))?;
    Ok(me)
}
