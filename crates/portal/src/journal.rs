//! The private journal: entries that only the client's browser reads. The page carries files; the browser opens them.

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::ids::{EntryId, ParticipantId};
use practice::journal::{Entry, Journal, JournalError};
use web::{Answer, Audience, Form, Page, PageError, Portal, Seen, Visit, own_words, show};

use crate::views::{PolicyView, Readers, day, words};

#[derive(Template)]
#[template(path = "journal/list.html")]
struct List {
    page: Page,
    parts: Vec<PartView>,
}

struct PartView {
    care: String,
    /// What happens with what is told alone, should they tell of it.
    policy: Option<PolicyView>,
    id: String,
    audience: Audience,
    writes: bool,
    goes_on: bool,
    entries: Vec<EntryView>,
}

struct EntryView {
    id: String,
    revision: u32,
    file: String,
    day: String,
}

/// `GET /my/journal`
pub(crate) async fn list(
    Portal(access): Portal,
    State(practice): State<Practice>,
    visit: Visit,
) -> Answer {
    let found = practice.my_journal(&access).await?;
    let name = found.first().map(|one| words(&one.sides.name));
    show(&List {
        page: crate::framed(&visit, "Journal", "homework", &name.unwrap_or_default()),
        parts: found.into_iter().map(|one| part(&visit, one)).collect(),
    })
}

fn part(visit: &Visit, one: Journal) -> PartView {
    let readers = Readers::of(&one.sides);
    let others = if readers.partners.is_empty() {
        readers.care.clone()
    } else {
        format!("{}, {}", readers.care, readers.partners)
    };
    let audience = Audience::new(Seen::Sealed, "Only you, encrypted in your browser").because(
        format!("{others} and the practice cannot read this, and are not told that you wrote it."),
    );
    PartView {
        id: one.sides.me.to_string(),
        goes_on: one.sides.goes_on,
        writes: one.writes,
        entries: one.entries.iter().map(|entry| view(visit, entry)).collect(),
        policy: readers.policy,
        care: readers.care,
        audience,
    }
}

fn view(visit: &Visit, entry: &Entry) -> EntryView {
    EntryView {
        id: entry.id.to_string(),
        revision: entry.revision,
        file: entry.file.to_base64(),
        day: day(visit, entry.written_at),
    }
}

/// `POST /my/journal/{participant}/{entry}`; fields `file`, `revision`.
pub(crate) async fn write(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Path(place): Path<(ParticipantId, EntryId)>,
    form: Form,
) -> Answer {
    let file = own_words::file(&form, "file")?;
    let seen = own_words::revision(&form);
    match practice.write_entry(&access, place, file, seen).await {
        Ok(revision) => own_words::kept(revision),
        Err(JournalError::ConsentMissing | JournalError::NotForOne) => Err(PageError::Unreadable),
        Err(JournalError::Access(error)) => Err(error.into()),
    }
}

/// `POST /my/journal/{participant}/{entry}/removal`; field `revision`.
pub(crate) async fn remove(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Path(place): Path<(ParticipantId, EntryId)>,
    form: Form,
) -> Answer {
    let revision = own_words::revision(&form).ok_or(PageError::Unreadable)?;
    practice.remove_entry(&access, place, revision).await?;
    own_words::kept(revision)
}
