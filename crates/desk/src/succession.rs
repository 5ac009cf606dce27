//! Succession at the desk: the owner registers whose cards open notes that clinicians leave behind, and sees who wants it; a clinician
//! decides about their own notes, and their browser encrypts them anew. Not here: making cards and taking notes out, which are
//! done on the command line.

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use practice::Practice;
use practice::access::DeskAccess;
use practice::ids::{PersonId, ProcessNoteId};
use practice::process_notes::ProcessNoteError;
use practice::succession::{Decision, Recipient, Registered, SuccessionError};
use serde_json::json;
use web::{Answer, Desk, Form, Page, PageError, Routes, Visit, fresh, get, go, own_words, show_as};

use crate::own_words::{encrypted, writes};
use crate::pages;
use crate::settings::owner;
use crate::views::{Wall, staff_name};

const PAGE: &str = "/desk/practice/succession";

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route(PAGE, get(list).post(register))
        .route("/desk/own-words/succession", get(standing).post(decide))
        .route("/desk/own-words/notes/{note}", get(note).post(renew))
}

#[derive(Template)]
#[template(path = "succession/show.html")]
struct Show {
    page: Page,
    form: Form,
    registered: Option<Shown>,
    givers: Vec<Line>,
    taken: Vec<(String, String)>,
}

struct Shown {
    recipient: String,
    check: String,
    since: String,
}

struct Line {
    name: String,
    since: String,
    is_current: bool,
}

/// `GET /desk/practice/succession`
async fn list(State(practice): State<Practice>, Desk(access): Desk, visit: Visit) -> Answer {
    page((&practice, &access), &visit, Form::blank()).await
}

/// `POST /desk/practice/succession`. Fields: `recipient`, `check`, as `alcove succession make` printed them.
async fn register(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    mut form: Form,
) -> Answer {
    owner(&access)?;
    let Ok(recipient) = Recipient::read(form.text("recipient")) else {
        let why = "This is no recipient (age1…), or a character of it is not as it was printed.";
        form.refuse("recipient", why);
        return page((&practice, &access), &visit, form).await;
    };
    if !recipient.has_check(form.text("check")) {
        let why = "This is not the check of this recipient: look at both once more.";
        form.refuse("check", why);
        return page((&practice, &access), &visit, form).await;
    }
    let proved = fresh(&practice, &access)?;
    practice.register_succession(&proved, recipient).await?;
    go(PAGE)
}

async fn page(who: (&Practice, &DeskAccess), visit: &Visit, form: Form) -> Answer {
    let (practice, access) = who;
    owner(access)?;
    let wall = Wall::of(visit, practice);
    let staff = practice.colleagues().await?;
    let name = |person: PersonId| staff_name(&staff, person);
    let registered = practice.succession_recipient(access).await?;
    let givers = practice.succession_givers(access).await?;
    let taken = practice.succession_exports(access).await?;
    show_as(
        form.status(),
        &Show {
            page: pages::frame(visit, practice, access, ("Succession", "settings")).await?,
            registered: registered.map(|found| shown(&wall, &found)),
            givers: givers
                .iter()
                .map(|giver| Line {
                    name: name(giver.person),
                    since: wall.day(giver.since),
                    is_current: giver.is_current,
                })
                .collect(),
            taken: taken
                .iter()
                .map(|one| {
                    let notes = if one.notes == 1 { "note" } else { "notes" };
                    let (who, at) = (name(one.clinician), wall.moment(one.at));
                    let title = format!("{who}, {at}, {} {notes}", one.notes);
                    (title, one.reason.reveal().clone())
                })
                .collect(),
            form,
        },
    )
}

fn shown(wall: &Wall<'_>, found: &Registered) -> Shown {
    Shown {
        recipient: found.recipient.to_string(),
        check: found.recipient.check(),
        since: wall.day(found.since),
    }
}

/// How it stands with the notes of who is signed in: whom the practice registered, what they decided and signed, how far their
/// browser is.
async fn standing(State(practice): State<Practice>, Desk(access): Desk, visit: Visit) -> Answer {
    writes(&access)?;
    let wall = Wall::of(&visit, &practice);
    let found = practice.my_succession(&access).await?;
    let notes = practice.process_notes_waiting(&access).await?;
    let waiting: Vec<String> = notes.waiting.iter().map(ToString::to_string).collect();
    let decided = found.decided.map(|(decision, at)| {
        json!({
            "to": decision.to,
            "signature": decision.signature,
            "when": wall.day(at),
        })
    });
    Ok(Json(json!({
        "registered": found.registered.map(|found| found.recipient),
        "decided": decided,
        "revision": found.revision,
        "notes": { "all": notes.all, "waiting": waiting, "closed": notes.closed },
    }))
    .into_response())
}

/// Keeps what somebody decided. Fields: `to`, empty for nobody; `signature`; `revision`.
async fn decide(State(practice): State<Practice>, Desk(access): Desk, form: Form) -> Answer {
    writes(&access)?;
    let decision = Decision {
        to: recipient(&form, "to")?,
        signature: form.text("signature").to_owned(),
    };
    let seen = own_words::revision(&form).unwrap_or(0);
    match practice.decide_succession(&access, decision, seen).await {
        Ok(revision) => own_words::kept(revision),
        Err(SuccessionError::OtherRecipient) => Err(PageError::Conflict),
        Err(SuccessionError::Access(error)) => Err(error.into()),
        Err(
            SuccessionError::NoKeys
            | SuccessionError::NotSigned
            | SuccessionError::ReasonMissing
            | SuccessionError::NotGiven,
        ) => Err(PageError::Unreadable),
    }
}

/// A recipient in a field; nothing when it is empty.
pub(crate) fn recipient(form: &Form, field: &str) -> Result<Option<Recipient>, PageError> {
    match form.text(field) {
        "" => Ok(None),
        text => match Recipient::read(text) {
            Ok(recipient) => Ok(Some(recipient)),
            Err(_) => Err(PageError::Unreadable),
        },
    }
}

/// A note of one's own, to be encrypted anew.
async fn note(
    State(practice): State<Practice>,
    Desk(access): Desk,
    Path(note): Path<ProcessNoteId>,
) -> Answer {
    writes(&access)?;
    let found = practice.process_note_to_renew(&access, note).await?;
    Ok(Json(json!({
        "place": found.case.to_string(),
        "item": found.session.to_string(),
        "revision": found.revision,
        "file": found.file.to_base64(),
    }))
    .into_response())
}

/// Keeps it. Fields: `file`, `executor`, `revision`.
async fn renew(
    State(practice): State<Practice>,
    Desk(access): Desk,
    Path(note): Path<ProcessNoteId>,
    form: Form,
) -> Answer {
    writes(&access)?;
    let anew = encrypted(&form)?;
    let seen = own_words::revision(&form).unwrap_or(0);
    match practice.renew_process_note(&access, note, anew, seen).await {
        Ok(revision) => own_words::kept(revision),
        Err(ProcessNoteError::ConsentMissing | ProcessNoteError::OtherReaders) => {
            Err(PageError::Unreadable)
        }
        Err(ProcessNoteError::Access(error)) => Err(error.into()),
    }
}
