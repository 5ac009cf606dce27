//! Writing the note of a session: the draft that saves itself, and on the way to its signature. Whatever keeps it from
//! being stored, the typed words come back.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::Practice;
use practice::access::DeskAccess;
use practice::error::AccessError;
use practice::ids::SessionId;
use practice::notes::{NoteError, NoteText, Route};
use practice::private::Private;
use web::{Answer, Desk, Form, PageError, Tone, Visit, Wants, draft_saved, go, show_as};

use super::view::{self, Shown};
use crate::notes::reading::{FIELDS, LONGEST, PHASES};
use crate::notes::{done, refused, told};
use crate::pages;
use crate::views::{Wall, side_of, side_word};

const NOTHING: &str = "Write something first.";

/// Where a form is sent from: by the page, or by the module that saves drafts.
struct Place<'a> {
    visit: &'a Visit,
    practice: &'a Practice,
    access: &'a DeskAccess,
    session: SessionId,
    route: Route,
}

pub(super) async fn write(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(session): Path<SessionId>,
    mut form: Form,
) -> Answer {
    let place = Place {
        visit: &visit,
        practice: &practice,
        access: &access,
        session,
        route: side_of(form.text("side")).ok_or(PageError::Unreadable)?,
    };
    for (field, _) in FIELDS {
        form.within(field, LONGEST);
    }
    let text = text(&form);
    let revision = form.parsed::<u32>("revision").filter(|at| *at > 0);
    if text.is_empty() && revision.is_none() {
        if visit.wants() == Wants::Data {
            return draft_saved(&visit, practice.now(), 0);
        }
        form.refuse("brought", NOTHING);
    }
    if !form.is_good() {
        return place.again(form, None).await;
    }
    match practice
        .write_note(&access, session, place.route, text, revision)
        .await
    {
        Ok((_, revision)) if visit.wants() == Wants::Data => {
            draft_saved(&visit, practice.now(), revision)
        }
        Ok((note, _)) if form.chose("then", "sign") => go(&format!("/desk/notes/{note}/signature")),
        Ok((note, revision)) if form.chose("then", "signed") => {
            match practice.sign_note(&access, note, revision).await {
                Ok(state) => place.back(done(state)),
                Err(error) => {
                    // The words are a draft by now: the next time they are sent, they are a change of it.
                    form.set("revision", revision.to_string());
                    place.again(form, Some(error)).await
                }
            }
        }
        Ok(_) => place.back("saved"),
        Err(error) => place.again(form, Some(error)).await,
    }
}

fn text(form: &Form) -> NoteText {
    let said = |name| Private::new(form.raw(name).trim().to_owned());
    let chosen = form.all("phases");
    NoteText {
        brought: said("brought"),
        did: said("did"),
        landed: said("landed"),
        agreed: said("agreed"),
        phases: PHASES
            .iter()
            .filter(|(word, _)| chosen.contains(word))
            .map(|(word, _)| (*word).to_owned())
            .collect(),
    }
}

impl Place<'_> {
    fn back(&self, done: &str) -> Answer {
        go(&format!(
            "/desk/sessions/{}?side={}&done={done}",
            self.session,
            side_word(self.route)
        ))
    }

    /// The workspace once more, with the typed words and why they were not stored.
    async fn again(&self, form: Form, error: Option<NoteError>) -> Answer {
        let status = match &error {
            None | Some(NoteError::ConsentMissing | NoteError::Empty) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Some(
                NoteError::Signed
                | NoteError::NotYours
                | NoteError::NotSigned
                | NoteError::ReasonMissing
                | NoteError::NoSupervisor
                | NoteError::Access(AccessError::Stale),
            ) => StatusCode::CONFLICT,
            Some(NoteError::Access(_)) => StatusCode::NOT_FOUND,
        };
        if status == StatusCode::NOT_FOUND || self.visit.wants() == Wants::Data {
            return Err(match error {
                Some(error) => refused(error),
                None => PageError::Unreadable,
            });
        }
        let seen = self
            .practice
            .session_workspace(self.access, self.session)
            .await?;
        if seen.side(self.route).is_none() {
            return Err(PageError::Conflict);
        }
        let frame = ("Session", "today");
        let mut page = pages::frame(self.visit, self.practice, self.access, frame).await?;
        if let Some(words) = error.as_ref().and_then(told) {
            let lead = match &error {
                Some(NoteError::NoSupervisor) => "Not signed.",
                Some(_) | None => "Not saved.",
            };
            page = page.notice(Tone::Attention, lead, words);
        }
        let wall = Wall::of(self.visit, self.practice);
        let shown = Shown::typed(self.route, form);
        show_as(status, &view::workspace(page, &wall, &seen, shown))
    }
}
