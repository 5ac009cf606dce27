//! Who was in the room: asked in the workspace, and told where the note is read.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::Practice;
use practice::error::AccessError;
use practice::ids::{PersonId, SessionId};
use practice::private::Private;
use practice::sessions::{Attendance, AttendanceError, Present, Workspace};
use web::{Answer, Desk, Form, PageError, Tone, Visit, go};

use crate::pages;
use crate::views::{Called, Wall};

/// The longest line about others in the room, in characters.
const OTHERS: usize = 300;

/// The form. Fields: `present` for each, `from-ID`, `until-ID`, `others`, `revision`.
pub(super) struct Room {
    pub(super) people: Vec<InRoom>,
    pub(super) others: String,
    pub(super) revision: u32,
    /// How it stands, in words; empty before it was written down.
    pub(super) line: String,
}

/// One participant in the form.
pub(super) struct InRoom {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) there: bool,
    pub(super) from: String,
    pub(super) until: String,
}

/// Those who can have been in the room, as it was written down, or else as it was expected.
pub(super) fn room(wall: &Wall<'_>, seen: &Workspace, people: &[Called]) -> Room {
    let at = seen.session.starts_at;
    let known = seen.attendance.as_ref();
    let parts = seen.people.iter().zip(people);
    let parts = parts.filter(|(one, _)| one.participant.took_part(at));
    let of_one = |(one, called): (&practice::cases::CasePerson, &Called)| {
        let person = one.participant.person;
        let there = known.and_then(|(all, _)| all.present.iter().find(|one| one.person == person));
        let time = |at: Option<jiff::civil::Time>| {
            at.map_or(String::new(), |at| at.strftime("%H:%M").to_string())
        };
        InRoom {
            id: person.to_string(),
            name: called.name.clone(),
            there: match known {
                Some(_) => there.is_some(),
                None => seen.session.people.contains(&person),
            },
            from: time(there.and_then(|one| one.from)),
            until: time(there.and_then(|one| one.until)),
        }
    };
    Room {
        people: parts.map(of_one).collect(),
        others: known.map_or(String::new(), |(all, _)| all.others.reveal().clone()),
        revision: known.map_or(0, |(_, revision)| *revision),
        line: known.map_or(String::new(), |(all, _)| {
            let name = |id: PersonId| {
                let mut all = seen.people.iter().zip(people);
                let found = all.find(|(one, _)| one.participant.person == id);
                found.map_or(String::new(), |(_, called)| called.name.clone())
            };
            in_words(wall, all, name)
        }),
    }
}

/// "Noor from 10:20, Sam until 10:45, and an interpreter".
pub(crate) fn in_words(
    wall: &Wall<'_>,
    attendance: &Attendance,
    name: impl Fn(PersonId) -> String,
) -> String {
    let one = |there: &Present| {
        let clock = |word: &str, at: Option<jiff::civil::Time>| {
            at.map_or(String::new(), |at| {
                format!(" {word} {}", wall.locale.clock(at))
            })
        };
        let (from, until) = (clock("from", there.from), clock("until", there.until));
        format!("{}{from}{until}", name(there.person))
    };
    let mut all: Vec<String> = attendance.present.iter().map(one).collect();
    let others = attendance.others.reveal().trim();
    if !others.is_empty() {
        all.push(others.to_owned());
    }
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    web::listed(&all)
}

fn read(form: &Form) -> Option<Attendance> {
    let mut present = Vec::new();
    for word in form.all("present") {
        let time = |field: &str| match form.text(&format!("{field}-{word}")) {
            "" => Some(None),
            time => time.parse().ok().map(Some),
        };
        present.push(Present {
            person: word.parse().ok()?,
            from: time("from")?,
            until: time("until")?,
        });
    }
    Some(Attendance {
        present,
        others: Private::from(form.text("others")),
    })
}

/// `POST /desk/sessions/{id}/attendance`
pub(super) async fn write(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(session): Path<SessionId>,
    mut form: Form,
) -> Answer {
    form.within("others", OTHERS);
    let revision = form.parsed::<u32>("revision").filter(|at| *at > 0);
    let attendance = read(&form).filter(|_| form.is_good());
    let (lead, text) = match attendance {
        None => (
            "Not written down.",
            "The times are not times of day, or the line about others is too long.",
        ),
        Some(attendance) => {
            let writing = practice.record_attendance(&access, session, attendance, revision);
            match writing.await {
                Ok(()) => return go(&format!("/desk/sessions/{session}?done=attended")),
                Err(AttendanceError::Nobody) => ("Not written down.", "Choose who was there."),
                Err(AttendanceError::Times) => (
                    "Not written down.",
                    "Somebody would have left before they came.",
                ),
                Err(AttendanceError::ConsentMissing) => (
                    "Consent first.",
                    "The informed consent of everybody concerned is not in force.",
                ),
                Err(AttendanceError::Access(AccessError::Stale)) => {
                    return Err(PageError::Conflict);
                }
                Err(AttendanceError::Access(error)) => return Err(error.into()),
            }
        }
    };
    let seen = practice.session_workspace(&access, session).await?;
    let page = pages::frame(&visit, &practice, &access, ("Session", "today")).await?;
    let page = page.notice(Tone::Attention, lead, text);
    let asked = Form::blank();
    super::shown(
        page,
        &visit,
        &practice,
        (&seen, &asked, StatusCode::UNPROCESSABLE_ENTITY),
    )
}
