//! Writing the note of a session: the draft that saves itself, and on the way to its signature. Whatever keeps it from
//! being stored, the typed words come back.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::Practice;
use practice::access::DeskAccess;
use practice::error::AccessError;
use practice::ids::{NoteId, SessionId};
use practice::notes::{NoteBlock, NoteError, NoteText, Route};
use practice::private::Private;
use practice::routing::{Direction, RoutingError, direction};
use web::{
    Answer, Desk, Form, PROCESS, PageError, Tone, Visit, Wants, draft_saved, draft_saved_in_part,
    go, show_as,
};

use super::card::{Shown, field_of};
use super::view;
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
    let elsewhere = Elsewhere::of(&form, place.route);
    if text.is_empty() && revision.is_none() && elsewhere.taken_out.is_empty() {
        if visit.wants() == Wants::Data {
            return draft_saved(&visit, practice.now(), 0);
        }
        form.refuse("brought", NOTHING);
    }
    if !form.is_good() {
        return place.again(form, None).await;
    }
    // Drafts that save themselves move nothing: what is for another side waits for the writer's own word.
    let draft = visit.wants() == Wants::Data;
    let stays = text.without(&elsewhere.narrower_blocks());
    let written = if stays.is_empty() && revision.is_none() {
        Ok(None)
    } else {
        let here = (session, place.route);
        let without = elsewhere.narrower_blocks();
        let writing = practice.write_note_without(&access, here, text.clone(), revision, without);
        writing.await.map(Some)
    };
    let written = match written {
        Ok(written) if draft => {
            return place.kept(written.map_or(0, |(_, at)| at), &text, &elsewhere);
        }
        Ok(written) => written,
        Err(error) => return place.again(form, Some(error)).await,
    };
    if let Some((_, revision)) = written {
        form.set("revision", revision.to_string());
    }
    if let Err(error) = place.move_narrower(&elsewhere, &text).await {
        return place.again(form, Some(error)).await;
    }
    place.next(form, (written, &elsewhere)).await
}

/// The blocks that the writer wants on another side than the one that is shown.
#[derive(Default)]
struct Elsewhere {
    narrower: Vec<(NoteBlock, Route)>,
    wider: Vec<(NoteBlock, Route)>,
    /// Those that the browser has put into the process note.
    taken_out: Vec<NoteBlock>,
}

impl Elsewhere {
    fn of(form: &Form, here: Route) -> Self {
        let mut found = Self::default();
        for block in NoteBlock::ALL {
            let word = form.text(&field_of(block)).to_owned();
            match side_of(&word) {
                Some(to) if to == here => {}
                Some(to) => match direction(here, to) {
                    Direction::Narrower => found.narrower.push((block, to)),
                    Direction::Wider => found.wider.push((block, to)),
                },
                None if word == PROCESS => found.taken_out.push(block),
                None => {}
            }
        }
        found
    }

    /// Those that are not written on the side that is shown.
    fn narrower_blocks(&self) -> Vec<NoteBlock> {
        let narrower = self.narrower.iter().map(|(block, _)| *block);
        narrower.chain(self.taken_out.iter().copied()).collect()
    }
}

fn as_note_error(error: RoutingError) -> NoteError {
    match error {
        RoutingError::ConsentMissing => NoteError::ConsentMissing,
        RoutingError::NotYours => NoteError::NotYours,
        RoutingError::Empty => NoteError::Empty,
        RoutingError::Access(error) => NoteError::Access(error),
        RoutingError::NoSuchSide
        | RoutingError::OtherText
        | RoutingError::NotAgreed
        | RoutingError::Answered
        | RoutingError::JointWaits => NoteError::Access(AccessError::NotThere),
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
    /// Keeps on their own sides what is for them, and takes out what stands in the process note.
    async fn move_narrower(&self, elsewhere: &Elsewhere, text: &NoteText) -> Result<(), NoteError> {
        for (block, to) in &elsewhere.narrower {
            let words = text.block(*block).clone();
            let here = (self.session, self.route, *block);
            let keeping = self.practice.keep_narrower(self.access, here, *to, words);
            match keeping.await {
                Ok(()) | Err(RoutingError::Empty) => {}
                Err(error) => return Err(as_note_error(error)),
            }
        }
        for block in &elsewhere.taken_out {
            let here = (self.session, self.route, *block);
            let taking = self.practice.take_out(self.access, here);
            taking.await.map_err(as_note_error)?;
        }
        Ok(())
    }

    /// What the module that saves drafts reads: kept, and whether all of it was.
    fn kept(&self, revision: u32, text: &NoteText, elsewhere: &Elsewhere) -> Answer {
        let now = self.practice.now();
        let blocks = elsewhere.narrower_blocks();
        let mut blocks = blocks.iter().map(|block| text.block(*block).reveal());
        if blocks.all(|words| words.trim().is_empty()) {
            draft_saved(self.visit, now, revision)
        } else {
            draft_saved_in_part(self.visit, now, revision)
        }
    }

    /// Where it goes on: to the question whether something moves wider, to the signature, or back.
    async fn next(
        &self,
        mut form: Form,
        (written, elsewhere): (Option<(NoteId, u32)>, &Elsewhere),
    ) -> Answer {
        if !elsewhere.wider.is_empty() {
            let route = Some(self.route);
            let seen = self
                .practice
                .session_workspace(self.access, self.session, route);
            let case = seen.await?.case.id;
            let back = format!(
                "/desk/sessions/{}?side={}",
                self.session,
                side_word(self.route)
            );
            let here = (self.session, self.route);
            let asking = crate::routing::asking(case, here, &elsewhere.wider, &back);
            return go(&asking.unwrap_or(back));
        }
        let Some((note, revision)) = written else {
            return self.back("saved");
        };
        let moved = !elsewhere.narrower_blocks().is_empty();
        match form.text("then") {
            "sign" => go(&format!("/desk/notes/{note}/signature")),
            "signed" if moved => go(&format!("/desk/notes/{note}/signature")),
            "signed" => match self.practice.sign_note(self.access, note, revision).await {
                Ok(state) => self.back(done(state)),
                // What it repeats is shown before it is signed.
                Err(NoteError::Repeats) => go(&format!("/desk/notes/{note}/signature")),
                Err(error) => {
                    // The words are a draft by now: the next time they are sent, they are a change of it.
                    form.set("revision", revision.to_string());
                    self.again(form, Some(error)).await
                }
            },
            _ => self.back("saved"),
        }
    }

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
                | NoteError::Repeats
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
                None => PageError::refused(&form),
            });
        }
        let seen = self
            .practice
            .session_workspace(self.access, self.session, Some(self.route))
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
