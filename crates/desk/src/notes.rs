//! Notes: reading them, signing, co-signing, adding to them. What is signed is never changed (R5).

mod list;
pub(crate) mod reading;
mod signing;

pub(crate) use signing::done;

use practice::Practice;
use practice::error::AccessError;
use practice::notes::NoteError;
use web::PageError;
use web::{Routes, get, post};

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/cases/{id}/notes", get(list::list))
        .route("/desk/notes/{id}", get(reading::show))
        .route(
            "/desk/notes/{id}/signature",
            get(signing::ask).post(signing::sign),
        )
        .route("/desk/notes/{id}/cosignature", post(signing::cosign))
        .route("/desk/notes/{id}/amendments", post(reading::amend))
}

/// What an associate reads who has nobody to co-sign.
pub(crate) const NO_SUPERVISOR: &str = "An associate’s note is final when a supervisor co-signs it, and nobody supervises this case. The draft is kept. Ask the owner of the practice to name your supervisor, under “Who works here”; then sign.";

/// In plain words, why a note was not written, signed or added to; `None` for what is not the person's to mend.
pub(crate) fn told(error: &NoteError) -> Option<&'static str> {
    match error {
        NoteError::ConsentMissing => Some(
            "The informed consent of everybody concerned is not in force. Nothing clinical is written before it is.",
        ),
        NoteError::Signed => {
            Some("This note was signed meanwhile. It cannot be changed; you can add to it below.")
        }
        NoteError::NotSigned => Some("The note is not signed yet."),
        NoteError::Repeats => {
            Some("It repeats words that somebody told alone. Look at them first.")
        }
        NoteError::Empty => Some("There is nothing in the note yet."),
        NoteError::ReasonMissing => Some("Write what you add, and why."),
        NoteError::NoSupervisor => Some(NO_SUPERVISOR),
        NoteError::NotYours => Some("This is for somebody else to do."),
        NoteError::Access(AccessError::Stale) => Some(
            "This note was changed while you had it open. Nothing was overwritten: look at what is there now.",
        ),
        NoteError::Access(_) => None,
    }
}

/// The answer for what cannot be told on a page with a form: the words come back on a page of their own.
pub(crate) fn refused(error: NoteError) -> PageError {
    match error {
        NoteError::Access(AccessError::Stale)
        | NoteError::Signed
        | NoteError::NotSigned
        | NoteError::NoSupervisor
        | NoteError::Repeats
        | NoteError::NotYours => PageError::Conflict,
        NoteError::Access(error) => error.into(),
        NoteError::ConsentMissing | NoteError::Empty | NoteError::ReasonMissing => {
            PageError::Unreadable
        }
    }
}
