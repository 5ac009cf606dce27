//! Message threads as both doors show them: who reads, what stands there as files, and what browsers send. Only files that the
//! server cannot open pass through here.
//!
//! Not here: the pages themselves (`desk`, `portal`), who may read or write (`practice::messages`).

mod views;

pub use views::{FiledView, MessageView, RowView, ThreadView, moment};

use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use practice::Practice;
use practice::access::Access;
use practice::ids::{AttachmentId, MessageId, ThreadId};
use practice::messages::{AttachmentError, LONGEST_PIECE, MessageError, MessagesPage, Sent, With};
use serde_json::json;

use crate::errors::PageError;
use crate::form::{Form, body};
use crate::limit::{Asker, Limiter};
use crate::own_words::file;
use crate::show::Answer;
use crate::visit::Visit;

/// How much somebody's browsers send: thirty messages at once, then one each five seconds; so many pieces that a few whole files go
/// at once, and then a piece a second. A person who writes notices nothing of it; the modules wait and try again.
pub struct Allowances {
    messages: Limiter,
    pieces: Limiter,
}

impl Default for Allowances {
    fn default() -> Self {
        Self {
            messages: Limiter::new(30, 5),
            pieces: Limiter::new(200, 1),
        }
    }
}

/// Takes one of what somebody may still send.
fn take(practice: &Practice, access: &impl Access, from: &Limiter) -> Result<(), PageError> {
    let key = practice.allowance_of_mine(access)?;
    from.take(Asker::Account(key), practice.now())
}

/// The header in which a module of ours sends the token of its page where the body is a file.
const TOKEN: HeaderName = HeaderName::from_static("x-form-token");

/// How much of a body is taken where a piece of a file is sent.
pub const fn piece_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LONGEST_PIECE)
}

/// Bytes of a file that the browser made, and whether the token of the page that sends them is right. It is asked only of who may
/// be there at all, so that anybody else finds nothing.
#[derive(Debug, Clone)]
pub struct Piece {
    bytes: Bytes,
    fits: bool,
}

impl<S: Send + Sync> FromRequest<S> for Piece {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let visit = request.extensions().get::<Visit>().cloned();
        let visit = visit.ok_or_else(|| PageError::broken("no doorway"))?;
        let token = request.headers().get(TOKEN);
        let token = token.and_then(|token| token.to_str().ok()).unwrap_or("");
        let fits = visit.csrf_fits(token);
        let bytes = body(request, state).await?;
        Ok(Self { bytes, fits })
    }
}

/// The part of a thread that is asked for: `?before=`.
#[must_use]
pub fn part(asked: &Form) -> MessagesPage {
    asked
        .parsed("before")
        .map_or(MessagesPage::Newest, MessagesPage::Before)
}

/// Begins a thread. Fields: `thread`, `about`, and those of its first message.
///
/// # Errors
/// [`PageError::Unreadable`] when it cannot be written so, or not now; [`PageError::TooMany`].
pub async fn begin(
    practice: &Practice,
    access: &impl Access,
    (allowances, with): (&Allowances, With),
    form: &Form,
) -> Answer {
    take(practice, access, &allowances.messages)?;
    let thread: ThreadId = form.parsed("thread").ok_or(PageError::Unreadable)?;
    let about = file(form, "about")?;
    let first = sent(form)?;
    let begun = practice.begin_thread(access, (thread, with), about, first);
    done(begun.await)
}

/// Writes a message. Fields: `message`, `file`, `attachment` for each.
///
/// # Errors
/// As [`begin`].
pub async fn write(
    practice: &Practice,
    access: &impl Access,
    (allowances, thread): (&Allowances, ThreadId),
    form: &Form,
) -> Answer {
    take(practice, access, &allowances.messages)?;
    done(practice.send_message(access, thread, sent(form)?).await)
}

/// Notes what was read. Field: `message`.
///
/// # Errors
/// As [`Practice::have_read`].
pub async fn have_read(
    practice: &Practice,
    access: &impl Access,
    thread: ThreadId,
    form: &Form,
) -> Answer {
    let until: MessageId = form.parsed("message").ok_or(PageError::Unreadable)?;
    practice.have_read(access, thread, until).await?;
    Ok(Json(json!({ "read": true })).into_response())
}

fn sent(form: &Form) -> Result<Sent, PageError> {
    let attachments = form.all("attachment");
    let attachments: Result<Vec<AttachmentId>, _> =
        attachments.into_iter().map(str::parse).collect();
    Ok(Sent {
        id: form.parsed("message").ok_or(PageError::Unreadable)?,
        file: file(form, "file")?,
        attachments: attachments.map_err(|_| PageError::Unreadable)?,
    })
}

fn done(result: Result<(), MessageError>) -> Answer {
    match result {
        Ok(()) => Ok(Json(json!({ "sent": true })).into_response()),
        Err(
            MessageError::ConsentMissing
            | MessageError::NotForReaders
            | MessageError::KeysMissing
            | MessageError::Closed,
        ) => Err(PageError::Unreadable),
        Err(MessageError::Access(error)) => Err(error.into()),
    }
}

/// Keeps a piece of what goes with a message.
///
/// # Errors
/// [`PageError::TooLarge`] for more than 25 MB in all or too many files that were not sent, [`PageError::TooMany`], [`PageError::Unreadable`] when it is no file for the readers.
pub async fn keep_piece(
    practice: &Practice,
    access: &impl Access,
    (allowances, which): (&Allowances, (ThreadId, AttachmentId, u32)),
    piece: Piece,
) -> Answer {
    let (thread, attachment, number) = which;
    if !piece.fits {
        return Err(PageError::StaleForm);
    }
    take(practice, access, &allowances.pieces)?;
    let bytes = piece.bytes.to_vec();
    let kept = practice.keep_piece(access, (thread, attachment), number, bytes);
    match kept.await {
        Ok(()) => Ok(Json(json!({ "kept": number })).into_response()),
        Err(AttachmentError::TooLong | AttachmentError::TooMany) => Err(PageError::TooLarge),
        Err(
            AttachmentError::NotForReaders
            | AttachmentError::Closed
            | AttachmentError::ConsentMissing,
        ) => Err(PageError::Unreadable),
        Err(AttachmentError::Access(error)) => Err(error.into()),
    }
}

/// One piece of what went with a message.
///
/// # Errors
/// As [`Practice::piece`].
pub async fn piece(
    practice: &Practice,
    access: &impl Access,
    (thread, attachment, number): (ThreadId, AttachmentId, u32),
) -> Answer {
    let bytes = practice.piece(access, (thread, attachment), number).await?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response())
}
