//! Who was in the room: asked in the workspace, and told where the note is read.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::Practice;
use practice::error::AccessError;
use practice::ids::{PersonId, SessionId};
use practice::private::Private;
use practice::sessions::{Attendance, AttendanceError, Present, Workspace};
use web::{Answer, Desk, Form, Tone, Visit, go, show_as};

use crate::pages;
use crate::views::{Called, Wall};

/// The longest line about others in the room, in characters.
const OTHERS: usize = 300;
const WHO: &str = "Choose who was there.";

/// The form. Fields: `present` for each, `from-ID`, `until-ID`, `others`, `revision`.
pub(super) struct Room {
    /// Id and name of each who can have been there.
    pub(super) people: Vec<(String, String)>,
    /// What stands in it: what was written down or is expected, or what was typed and refused.
    pub(super) form: Form,
    pub(super) revision: u32,
    /// Where everybody of the case can be chosen, when it is the session of one of them.
    pub(super) all: String,
    /// How it stands, in words; empty before it was written down.
    pub(super) line: String,
}

impl Room {
    pub(super) fn time(&self, field: &str, who: &str) -> &str {
        self.form.text(&format!("{field}-{who}"))
    }

    pub(super) fn wrong(&self, field: &str, who: &str) -> Option<&str> {
        self.form.error(&format!("{field}-{who}"))
    }
}

/// Those who can have been in the room, as it was written down, or else as it was expected.
pub(super) fn room(wall: &Wall<'_>, seen: &Workspace, people: &[Called]) -> Room {
    let at = seen.session.starts_at;
    let known = seen.attendance.as_ref();
    let parts = seen.people.iter().zip(people);
    let parts = parts.filter(|(one, _)| {
        let part = &one.participant;
        part.took_part(at) && seen.only.is_none_or(|only| only == part.id)
    });
    let of_one = |(one, called): (&practice::cases::CasePerson, &Called)| {
        (one.participant.person.to_string(), called.name.clone())
    };
    let written = |(all, _): &(Attendance, u32)| {
        let name = |id: PersonId| {
            let mut all = seen.people.iter().zip(people);
            let found = all.find(|(one, _)| one.participant.person == id);
            found.map_or(String::new(), |(_, called)| called.name.clone())
        };
        in_words(wall, all, name)
    };
    Room {
        people: parts.map(of_one).collect(),
        all: seen.only.map_or(String::new(), |_| {
            format!("/desk/sessions/{}?side=chart", seen.session.id)
        }),
        form: known.map_or_else(|| expected(&seen.session.people), |(all, _)| filled(all)),
        revision: known.map_or(0, |(_, revision)| *revision),
        line: known.map_or(String::new(), written),
    }
}

fn expected(people: &[PersonId]) -> Form {
    Form::filled(people.iter().map(|person| ("present", person.to_string())))
}

fn filled(attendance: &Attendance) -> Form {
    let mut form = Form::filled([("others", attendance.others.reveal().clone())]);
    for one in &attendance.present {
        form.add("present", one.person.to_string());
        for (field, at) in [("from", one.from), ("until", one.until)] {
            let at = at.map_or(String::new(), |at| at.strftime("%H:%M").to_string());
            form.add(&format!("{field}-{}", one.person), at);
        }
    }
    form
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

/// What was typed; what is wrong with it stands beside its field.
fn read(form: &mut Form) -> Option<Attendance> {
    form.within("others", OTHERS);
    let mut present = Vec::new();
    let chosen: Vec<String> = form.all("present").into_iter().map(str::to_owned).collect();
    for word in chosen {
        let Ok(person) = word.parse() else {
            form.refuse("present", WHO);
            continue;
        };
        let from = time(form, &format!("from-{word}"));
        let until = time(form, &format!("until-{word}"));
        present.push(Present {
            person,
            from,
            until,
        });
    }
    form.is_good().then(|| Attendance {
        present,
        others: Private::from(form.text("others")),
    })
}

fn time(form: &mut Form, field: &str) -> Option<jiff::civil::Time> {
    let typed = form.text(field);
    if typed.is_empty() {
        return None;
    }
    let at = typed.parse().ok();
    if at.is_none() {
        form.refuse(field, "Type a time of day, such as 10:20.");
    }
    at
}

/// `POST /desk/sessions/{id}/attendance`
pub(super) async fn write(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(session): Path<SessionId>,
    mut form: Form,
) -> Answer {
    let revision = form.parsed::<u32>("revision").filter(|at| *at > 0);
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some(attendance) = read(&mut form) {
        let writing = practice.record_attendance(&access, session, attendance, revision);
        match writing.await {
            Ok(()) => return go(&format!("/desk/sessions/{session}?done=attended")),
            Err(AttendanceError::Nobody) => form.refuse("present", WHO),
            Err(AttendanceError::Times) => {
                form.refuse("present", "Somebody would have left before they came.");
            }
            Err(AttendanceError::ConsentMissing) => form.refuse(
                "present",
                "The informed consent of everybody concerned is not in force.",
            ),
            Err(AttendanceError::Access(AccessError::Stale)) => {
                status = StatusCode::CONFLICT;
                form.refuse(
                    "present",
                    "Somebody wrote it down meanwhile. Above stands what they wrote.",
                );
            }
            Err(AttendanceError::Access(error)) => return Err(error.into()),
        }
    }
    let seen = practice.session_workspace(&access, session, None).await?;
    let page = pages::frame(&visit, &practice, &access, ("Session", "today")).await?;
    let page = page.notice(
        Tone::Attention,
        "Not written down.",
        "“In the room” needs another look.",
    );
    let mut show = super::stored(page, &visit, &practice, (&seen, &Form::blank()));
    show.room.form = form;
    show_as(status, &show)
}
