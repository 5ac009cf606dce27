//! The process note of a session, as the browser of its author asks for it: a file that only that browser reads (R4).

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use practice::Practice;
use practice::ids::SessionId;
use practice::process_notes::ProcessNoteError;
use serde_json::json;
use web::{Answer, Desk, Form, PageError, own_words};

use crate::own_words::encrypted;

/// Where the note belongs, its file and its revision; no file and revision 0 before anything is written.
pub(super) async fn read(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(session): Path<SessionId>,
) -> Answer {
    let note = practice.process_note(&access, session).await?;
    let (file, revision) = note.written.map_or((None, 0), |(file, revision)| {
        (Some(file.to_base64()), revision)
    });
    Ok(Json(json!({
        "place": note.case.to_string(),
        "item": session.to_string(),
        "revision": revision,
        "file": file,
    }))
    .into_response())
}

/// Keeps the next revision. Fields: `file`, `executor`, `revision`.
pub(super) async fn write(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(session): Path<SessionId>,
    form: Form,
) -> Answer {
    let note = encrypted(&form)?;
    let seen = own_words::revision(&form);
    match practice
        .write_process_note(&access, session, note, seen)
        .await
    {
        Ok(revision) => own_words::kept(revision),
        Err(ProcessNoteError::ConsentMissing | ProcessNoteError::OtherReaders) => {
            Err(PageError::Unreadable)
        }
        Err(ProcessNoteError::Access(error)) => Err(error.into()),
    }
}
