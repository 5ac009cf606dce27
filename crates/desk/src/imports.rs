//! What came from another system about one participant: closed, with the reason, until their informed consent is recorded
//! (R9); after that each entry with what it was, when, and from which file.

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::ids::{CaseId, ParticipantId};
use practice::imports::{
    Certainty, ConditionCourse, Entries, EntryKind, ImportedEntry, ImportedPage, ReadEntry,
};
use practice::notes::Route;
use practice::private::Private;
use web::{Answer, Audience, Desk, Page, Routes, Visit, get, show};

use crate::pages;
use crate::views::{Wall, called, case_words, counted, own_name, side_label};

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new().route("/desk/cases/{case}/imported/{participant}", get(read))
}

#[derive(Template)]
#[template(path = "imports/entries.html")]
struct Show {
    page: Page,
    case: String,
    kind: &'static str,
    name: String,
    label: Audience,
    others: Vec<(String, String)>,
    /// How many are closed, in words; nothing when they are open.
    closed: String,
    record: String,
    entries: Vec<EntryView>,
}

struct EntryView {
    what: &'static str,
    when: String,
    title: String,
    facts: Vec<(&'static str, String)>,
    words: Vec<String>,
    from: String,
}

async fn read(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path((case, participant)): Path<(CaseId, ParticipantId)>,
) -> Answer {
    let seen = practice
        .imported_entries(&access, case, participant)
        .await?;
    let page = pages::frame(&visit, &practice, &access, ("From elsewhere", "cases")).await?;
    show(&view(page, &Wall::of(&visit, &practice), seen))
}

fn view(page: Page, wall: &Wall<'_>, seen: ImportedPage) -> Show {
    let people = called(&seen.people);
    let (case, who) = (&seen.case, seen.who.id);
    let others = case.participants.iter().filter(|part| part.id != who);
    let (closed, entries) = match seen.entries {
        Entries::Closed(count) => (counted(count, "entry", "entries"), Vec::new()),
        Entries::Open(entries) => (String::new(), entries),
    };
    Show {
        kind: case_words(case),
        name: own_name(case, &people, who),
        label: side_label(&page, case, &people, Route::Own(who)),
        others: others
            .map(|part| {
                let href = format!("/desk/cases/{}/imported/{}", case.id, part.id);
                (href, own_name(case, &people, part.id))
            })
            .collect(),
        record: format!("/desk/cases/{}/consents/{who}", case.id),
        case: case.id.to_string(),
        entries: entries.iter().map(|one| entry_view(wall, one)).collect(),
        closed,
        page,
    }
}

fn entry_view(wall: &Wall<'_>, read: &ReadEntry) -> EntryView {
    let entry = &read.entry;
    let revealed = |text: &Private<String>| text.reveal().clone();
    EntryView {
        what: match entry.kind {
            EntryKind::Condition => "Condition",
            EntryKind::Words => "Written on a visit",
            EntryKind::Note => "Note or column",
        },
        when: match (read.session_at, &entry.recorded) {
            (_, Some(day)) => written(wall, day),
            (Some(at), None) => wall.locale.date(wall.here(at).date()),
            (None, None) => String::new(),
        },
        title: revealed(&entry.text),
        facts: facts(wall, entry),
        words: entry.words.iter().map(revealed).collect(),
        from: format!(
            "From the file {}, taken in on {}",
            entry.origin.file.reveal(),
            wall.locale.date(wall.here(entry.origin.taken_at).date())
        ),
    }
}

fn facts(wall: &Wall<'_>, entry: &ImportedEntry) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let course = match entry.course {
        ConditionCourse::Active => "Going on",
        ConditionCourse::Past => "Past",
        ConditionCourse::Unsaid => "",
    };
    let certainty = match entry.certainty {
        Certainty::Confirmed => "Confirmed",
        Certainty::Unconfirmed => "Not confirmed",
        Certainty::Refuted => "Looked at, and not so",
        Certainty::Unsaid => "",
    };
    let codes: Vec<String> = entry
        .codes
        .iter()
        .map(|(system, code)| format!("{} ({system})", code.reveal()))
        .collect();
    let day = |day: &Option<Private<String>>| {
        day.as_ref().map_or(String::new(), |day| written(wall, day))
    };
    for (what, words) in [
        ("Course", course.to_owned()),
        ("How sure", certainty.to_owned()),
        ("Began", day(&entry.began)),
        ("Ended", day(&entry.ended)),
        ("Codes", codes.join(", ")),
    ] {
        if !words.is_empty() {
            facts.push((what, words));
        }
    }
    facts
}

/// A whole day as the practice writes it; one that is known in part stays as it is.
fn written(wall: &Wall<'_>, day: &Private<String>) -> String {
    let text = day.reveal();
    text.parse()
        .map_or_else(|_| text.clone(), |day| wall.locale.date(day))
}
