//! A note on its own page, with what was added to it and the form to add.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::Practice;
use practice::access::DeskAccess;
use practice::clock::micros;
use practice::ids::NoteId;
use practice::notes::{Echo, Note, NoteBlock, NoteError, NotePage, NoteState, NoteText};
use practice::private::Private;
use practice::routing::Thing;
use web::{Answer, Asked, Audience, Desk, Form, Page, Tone, Visit, go, show_as};

use super::signing::{EchoView, echo_view};
use crate::pages;
use crate::routing::{Mover, Moves};
use crate::sessions::attending::in_words;
use crate::views::{Badge, Called, Wall, called, side_label, side_word};

/// The most characters of one field of a note.
pub(crate) const LONGEST: usize = 20_000;

/// The fields of a note, with what stands above each.
pub(crate) const FIELDS: [(&str, &str); 4] = [
    ("brought", "What they brought"),
    ("did", "What we did"),
    ("landed", "How it landed"),
    ("agreed", "Agreed for next time"),
];

/// The response phases, with their words.
pub(crate) const PHASES: [(&str, &str); 4] = [
    ("desire", "Desire"),
    ("arousal", "Arousal"),
    ("orgasm", "Orgasm"),
    ("resolution", "Resolution"),
];

#[derive(Template)]
#[template(path = "notes/show.html")]
struct Show {
    page: Page,
    form: Form,
    id: String,
    case: String,
    session: String,
    people: Vec<Called>,
    when: String,
    label: Audience,
    badge: Badge,
    note: ReadNote,
    revision: u32,
    /// Who was in the room; empty where that was not written down.
    room: String,
    /// Its parts, each with what stands above it and, in a signed note, where it goes.
    parts: Vec<(&'static str, String, Option<Moves>)>,
    /// Of a draft, whether it is the reader's.
    draft: Option<bool>,
    cosigns: bool,
    adds: bool,
    /// What the addition repeats of what somebody told alone, and the words in which it was found.
    echoes: Vec<EchoView>,
    compared: String,
}

/// A note as it is read.
pub(crate) struct ReadNote {
    pub(crate) parts: Vec<(&'static str, String)>,
    pub(crate) phases: String,
    pub(crate) signatures: Vec<String>,
    pub(crate) additions: Vec<Addition>,
}

/// What was added to a signed note.
pub(crate) struct Addition {
    pub(crate) line: String,
    pub(crate) reason: String,
    pub(crate) text: String,
}

/// The parts of a text that say something.
pub(crate) fn parts(text: &NoteText) -> Vec<(&'static str, String)> {
    let said = [&text.brought, &text.did, &text.landed, &text.agreed];
    FIELDS
        .iter()
        .zip(said)
        .filter(|(_, said)| !said.reveal().trim().is_empty())
        .map(|((_, title), said)| (*title, said.reveal().clone()))
        .collect()
}

impl ReadNote {
    /// A note whose signers and adders are named by `name`.
    pub(crate) fn of(
        wall: &Wall<'_>,
        note: &Note,
        name: impl Fn(practice::ids::PersonId) -> String,
    ) -> Self {
        let line = |what: &str, by, at| {
            let by = name(by);
            let by = if by.is_empty() {
                by
            } else {
                format!(" by {by}")
            };
            format!("{what}{by}, {}, {}", wall.short_day(at), wall.clock(at))
        };
        let signed = note.signed.map(|one| line("Signed", one.by, one.at));
        let cosigned = note.cosigned.map(|one| line("Co-signed", one.by, one.at));
        let phases = PHASES
            .iter()
            .filter(|(word, _)| note.text.phases.iter().any(|phase| phase == word))
            .map(|(_, words)| *words)
            .collect::<Vec<_>>();
        Self {
            parts: parts(&note.text),
            phases: phases.join(", "),
            signatures: signed.into_iter().chain(cosigned).collect(),
            additions: note
                .amendments
                .iter()
                .map(|one| Addition {
                    line: line("Added", one.author, micros(one.at)),
                    reason: one.reason.reveal().clone(),
                    text: one.text.reveal().clone(),
                })
                .collect(),
        }
    }
}

pub(super) async fn show(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<NoteId>,
    Asked(asked): Asked,
) -> Answer {
    let page = pages::frame(&visit, &practice, &access, ("Note", "cases")).await?;
    let page = pages::done(page, &asked);
    let form = Form::blank();
    page_of(&visit, &practice, &access, (id, page), (form, &[])).await
}

async fn page_of(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    (id, page): (NoteId, Page),
    (form, echoes): (Form, &[Echo]),
) -> Answer {
    let seen = practice.note(access, id).await?;
    let wall = Wall::of(visit, practice);
    show_as(form.status(), &view(page, &wall, &seen, (form, echoes)))
}

/// Exactly the words of an addition that were compared.
fn compared(form: &Form) -> String {
    format!("{}\n{}", form.text("reason"), form.text("text"))
}

fn view(page: Page, wall: &Wall<'_>, seen: &NotePage, (form, echoes): (Form, &[Echo])) -> Show {
    let (note, case) = (&seen.note, &seen.case);
    let people = called(&seen.people);
    let route = case.route(note.compartment);
    let name = |id| {
        let known = seen.staff.iter().find(|(staff, _)| *staff == id);
        known.map_or(String::new(), |(_, page)| page.name.clone())
    };
    let person = |id| {
        let found = seen
            .people
            .iter()
            .zip(&people)
            .find(|(named, _)| named.id == id);
        found.map_or(String::new(), |(_, called)| page.name(&called.name))
    };
    let room = seen.attendance.as_ref();
    let back = format!("/desk/notes/{}", note.id);
    let works = !seen.only_read && note.state != NoteState::Draft;
    let mover = Mover::at(case, &people, back, works);
    let said = NoteBlock::ALL.into_iter();
    let said = said.filter(|block| !note.text.block(*block).reveal().trim().is_empty());
    let parts = said.map(|block| {
        let thing = Thing::Block(seen.session.id, route, block);
        let words = note.text.block(block).reveal().clone();
        (block.plain(), words, mover.moves(&page, thing, route, None))
    });
    let echoes = echoes.iter();
    let echoes = echoes.map(|echo| echo_view(&page, case, &people, echo));
    Show {
        echoes: echoes.collect(),
        compared: compared(&form),
        form,
        room: room.map_or(String::new(), |room| in_words(wall, room, person)),
        parts: parts.collect(),
        id: note.id.to_string(),
        case: case.id.to_string(),
        session: format!(
            "/desk/sessions/{}?side={}",
            seen.session.id,
            side_word(route)
        ),
        when: wall.moment(seen.session.starts_at),
        label: side_label(&page, case, &people, route),
        badge: Badge::of_note(note.state),
        note: ReadNote::of(wall, note, name),
        revision: note.revision,
        draft: (note.state == NoteState::Draft).then_some(note.author == seen.reader),
        cosigns: note.state == NoteState::Awaiting && case.supervisor == Some(seen.reader),
        adds: !seen.only_read && !case.is_frozen(note.compartment),
        people,
        page,
    }
}

pub(super) async fn amend(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<NoteId>,
    mut form: Form,
) -> Answer {
    let reason = form.need("reason", 2_000, "Write why you add to the note.");
    let text = form.need("text", LONGEST, "Write what you add.");
    let frame = pages::frame(&visit, &practice, &access, ("Note", "cases")).await?;
    let (Some(reason), Some(text)) = (reason, text) else {
        return page_of(&visit, &practice, &access, (id, frame), (form, &[])).await;
    };
    let (reason, text) = (Private::from(reason), Private::from(text));
    let added = [reason.clone(), text.clone()];
    let amended = if form.text("compared") == compared(&form).trim() {
        practice
            .amend_note_as_it_is(&access, id, reason, text)
            .await
    } else {
        practice.amend_note(&access, id, reason, text).await
    };
    let (error, echoes) = match amended {
        Ok(_) => return go(&format!("/desk/notes/{id}?done=amended")),
        Err(error @ NoteError::Repeats) => {
            let echoes = practice.addition_echoes(&access, id, added).await?;
            (error, echoes)
        }
        Err(error @ NoteError::NotSigned) => (error, Vec::new()),
        Err(error) => return Err(super::refused(error)),
    };
    let told = super::told(&error).unwrap_or("");
    let frame = frame.notice(Tone::Attention, "Not added.", told);
    let place = (id, frame);
    let mut answer = page_of(&visit, &practice, &access, place, (form, &echoes)).await?;
    *answer.status_mut() = StatusCode::CONFLICT;
    Ok(answer)
}
