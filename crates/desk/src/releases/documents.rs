//! The documents of a release or of an order: how far each is, what was left out of it and why, and handing one out.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse as _;
use jiff::Timestamp;
use practice::Practice;
use practice::access::DeskAccess;
use practice::clock::micros;
use practice::copies::{CopyError, CopyLine, CopyState, LeftOut};
use practice::ids::{CopyId, ParticipantId, ReleaseId};
use web::{Answer, Desk, Form, PageError, fresh, go};

use crate::views::{Badge, Wall};

/// A document, as the pages of releases and of demands show it.
pub(crate) struct DocumentView {
    pub(crate) href: String,
    pub(crate) asked: String,
    pub(crate) badge: Badge,
    pub(crate) ready: bool,
    pub(crate) handed: String,
    pub(crate) left_out: Vec<String>,
}

/// A document and what was left out of it; `name` is a participant's.
pub(crate) fn document(
    wall: &Wall<'_>,
    copy: &CopyLine,
    href: String,
    name: impl Fn(ParticipantId) -> String,
) -> DocumentView {
    DocumentView {
        href,
        asked: format!("Asked for on {}", wall.moment(micros(copy.asked_at))),
        badge: state(wall, copy),
        ready: copy.state == CopyState::Ready,
        handed: handed_out(wall, &copy.handed),
        left_out: copy
            .left_out
            .iter()
            .map(|one| left_out(one, &name))
            .collect(),
    }
}

/// "Handed out on 3 June, 10:20 am, and on 4 June, 9:00 am"; nothing where it was not.
fn handed_out(wall: &Wall<'_>, times: &[Timestamp]) -> String {
    let times = times.iter().map(|at| wall.moment(micros(*at)));
    let times: Vec<String> = times.collect();
    if times.is_empty() {
        return String::new();
    }
    format!("Handed out on {}", times.join(", and on "))
}

fn state(wall: &Wall<'_>, copy: &CopyLine) -> Badge {
    match copy.state {
        CopyState::Waiting | CopyState::Making => Badge::new(
            format!("Being made, step {} of {}", copy.steps.0, copy.steps.1),
            "",
            "wait",
        ),
        CopyState::Ready => {
            let until = copy.until.map(|at| wall.day(micros(at)));
            let words = format!("Ready until {}", until.unwrap_or_default());
            Badge::new(words, "badge--ok", "check")
        }
        CopyState::Stopped => {
            Badge::new("Stopped: it is not allowed any more", "badge--danger", "x")
        }
        CopyState::Failed => Badge::new(
            "It could not be made. You can ask for it again",
            "badge--danger",
            "x",
        ),
        CopyState::Gone => Badge::new("Its week is over", "", "wait"),
    }
}

fn left_out(one: &LeftOut, name: impl Fn(ParticipantId) -> String) -> String {
    match one {
        LeftOut::JointNotSigned(missing) => {
            let names: Vec<String> = missing.iter().map(|id| name(*id)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!(
                "The shared record: no signature of {} is in force.",
                web::listed(&names)
            )
        }
        LeftOut::OwnNotSigned(id) => {
            format!("{}’s own side: no signature is in force.", name(*id))
        }
        LeftOut::NotFinal(1) => "One note that is not final.".to_owned(),
        LeftOut::NotFinal(count) => format!("{count} notes that are not final."),
        LeftOut::ElsewhereClosed(id) => format!(
            "What came from elsewhere about {}: the informed consent is not in force.",
            name(*id)
        ),
        LeftOut::AnsweredAlone(id) => format!("What {} answered alone about safety.", name(*id)),
    }
}

pub(super) async fn make(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(id): Path<ReleaseId>,
    _: Form,
) -> Answer {
    match practice.ask_release_document(&access, id).await {
        Ok(_) | Err(CopyError::UnderWay) => go(&format!("/desk/releases/{id}?done=document_asked")),
        Err(error) => Err(not_handed(error)),
    }
}

pub(super) async fn hand_out(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path((release, copy)): Path<(ReleaseId, CopyId)>,
    _: Form,
) -> Answer {
    practice.knows_release(&access, release).await?;
    handed(&practice, &access, copy).await
}

/// Hands out a document to who proved themselves again.
pub(crate) async fn handed(practice: &Practice, access: &DeskAccess, copy: CopyId) -> Answer {
    let proved = fresh(practice, access)?;
    let handed = practice.hand_out(&proved, copy, 0).await;
    let handed = handed.map_err(not_handed)?;
    let kind = (header::CONTENT_TYPE, handed.line.kind.clone());
    let name = format!("attachment; filename=\"{}\"", handed.line.name);
    let name = (header::CONTENT_DISPOSITION, name);
    Ok(([kind], [name], handed.bytes).into_response())
}

/// What keeps a document from being made or handed out: somebody took a signature back meanwhile, or its week is over.
pub(crate) fn not_handed(error: CopyError) -> PageError {
    match error {
        CopyError::Access(error) => error.into(),
        CopyError::UnderWay | CopyError::NotAllowed | CopyError::NotReady => PageError::Conflict,
    }
}
