//! Booking a session of a case: case, day, time, place. Whatever keeps it from happening, the answer is "not
//! available" (R7).

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use practice::Practice;
use practice::access::DeskAccess;
use practice::booking::{BookingError, NewSession, SESSION};
use practice::calendar::Place;
use practice::cases::{Caseload, ListedCase};
use practice::ids::{CaseId, PersonId};
use web::{Answer, Asked, Desk, Form, Page, PageError, Routes, Visit, get, go, post, show_as};

use crate::calendar::monday;
use crate::pages;
use crate::views::{called, listed};

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/booking", get(form).post(search))
        .route("/desk/sessions", post(book).get(to_form))
}

const NO_CASE: &str = "Choose whose session it is.";
const NO_DAY: &str = "Choose a day.";
const NO_TIME: &str = "Choose a time.";
const NO_PLACE: &str = "Choose where it takes place.";
const PASSED: &str = "This time has passed. Choose a later one.";
const JOINT_WAITS: &str = "Sessions of everybody wait in this case: its clinician says when they can take place. One person alone can be booked.";
const NOBODY: &str = "Choose who comes.";
const TAKEN: &str = "This time is not available. Choose another one.";

#[derive(Template)]
#[template(path = "booking/new.html")]
struct New {
    page: Page,
    form: Form,
    cases: Vec<(String, String)>,
    /// Those of a case of several who may come.
    people: Vec<(String, String)>,
    /// Of which case they are: the choice counts for no other.
    whose: String,
    /// Why everybody cannot be booked together; nothing where they can (R11).
    waits: &'static str,
    places: [(&'static str, &'static str); 2],
    more: bool,
    searched: bool,
}

/// The form, filled with what the address knows: a case, a day, a time, a place.
async fn form(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    page_of(&visit, &practice, &access, asked).await
}

/// The way on for who loads the answer of a booking anew.
async fn to_form() -> Answer {
    go("/desk/booking")
}

/// Looks for a name among the cases. It is posted, because an address is kept by browsers and the name is not to be.
async fn search(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    form: Form,
) -> Answer {
    page_of(&visit, &practice, &access, form).await
}

async fn page_of(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    mut form: Form,
) -> Answer {
    form.within("name", 200);
    let name = form.text("name").to_owned();
    let found = practice.bookable_cases(access, name.clone()).await?;
    let page = pages::frame(visit, practice, access, ("Book", "calendar")).await?;
    if form.text("place").is_empty() {
        form.set("place", "premises");
    }
    let chosen = form.parsed::<CaseId>("case");
    let chosen = match found.cases.as_slice() {
        [only] if chosen.is_none() && !name.is_empty() => Some(only.case.id),
        _ => chosen,
    };
    let case = found.cases.iter().find(|one| Some(one.case.id) == chosen);
    if let Some(case) = case {
        form.set("case", case.case.id.to_string());
    }
    let people = case.map_or(Vec::new(), |case| people(&page, case));
    let waits = case.is_some_and(|case| case.case.joint_waits());
    let whose = chosen.filter(|_| !people.is_empty());
    let whose = whose.map_or(String::new(), |case| case.to_string());
    // Everybody comes until somebody says otherwise, where everybody may (R11).
    if !form.ticked("people") && form.error("people").is_none() && !waits {
        for (id, _) in &people {
            form.add("people", id.as_str());
        }
    }
    let (status, searched) = (form.status(), !name.is_empty());
    show_as(
        status,
        &New {
            people,
            whose,
            waits: if waits { JOINT_WAITS } else { "" },
            cases: cases(&page, &found),
            places: [("premises", "In the office"), ("video", "By video")],
            more: found.more,
            searched,
            form,
            page,
        },
    )
}

fn cases(page: &Page, found: &Caseload) -> Vec<(String, String)> {
    let none = (String::new(), "Choose".to_owned());
    let some = found.cases.iter().map(|one| {
        let people = called(&one.people);
        (one.case.id.to_string(), listed(page, &people))
    });
    std::iter::once(none).chain(some).collect()
}

/// Who may come of several: those who take part.
fn people(page: &Page, case: &ListedCase) -> Vec<(String, String)> {
    if !case.is_relational() {
        return Vec::new();
    }
    let stays = |id| case.case.staying().any(|who| who.person == id);
    let people: Vec<_> = case.people.iter().filter(|one| stays(one.id)).collect();
    let all = called(people.iter().copied());
    let one = people.iter().zip(&all);
    one.map(|(named, called)| (named.id.to_string(), page.name(&called.name)))
        .collect()
}

async fn book(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    let Some((new, day)) = read(&visit, &mut form) else {
        return page_of(&visit, &practice, &access, form).await;
    };
    match practice.book_session(&access, new).await {
        Ok(_) => go(&match web::local(form.text("then")) {
            Some(then) => format!("{then}?done=booked"),
            None => format!("/desk/calendar?week={}&done=booked", monday(day)),
        }),
        Err(BookingError::Past) => {
            form.refuse("day", PASSED);
            page_of(&visit, &practice, &access, form).await
        }
        Err(BookingError::JointWaits) => {
            form.refuse("people", JOINT_WAITS);
            page_of(&visit, &practice, &access, form).await
        }
        Err(BookingError::NotAvailable) => {
            form.refuse("time", TAKEN);
            let mut answer = page_of(&visit, &practice, &access, form).await?;
            *answer.status_mut() = StatusCode::CONFLICT;
            Ok(answer)
        }
        Err(error) => Err(refused(error)),
    }
}

/// What a booking cannot do that is not the form's fault.
pub(crate) fn refused(error: BookingError) -> PageError {
    match error {
        BookingError::Access(error) => error.into(),
        BookingError::NotAvailable
        | BookingError::Past
        | BookingError::JointWaits
        | BookingError::Settled
        | BookingError::NoteFirst => PageError::Conflict,
    }
}

fn read(visit: &Visit, form: &mut Form) -> Option<(NewSession, Date)> {
    let case = form.parsed::<CaseId>("case");
    let day = form.parsed::<Date>("day");
    let time = form.parsed::<Time>("time");
    let place = Place::of_word(form.text("place"));
    for (field, missing, message) in [
        ("case", case.is_none(), NO_CASE),
        ("day", day.is_none(), NO_DAY),
        ("time", time.is_none(), NO_TIME),
        ("place", place.is_none(), NO_PLACE),
    ] {
        if missing {
            form.refuse(field, message);
        }
    }
    let (case, day, time, place) = (case?, day?, time?, place?);
    let starts = starts(visit, day, time);
    if starts.is_none() {
        form.refuse("day", NO_DAY);
    }
    // Who comes was asked of the case that the page showed; of one person nobody is asked.
    let people = form.all("people").into_iter();
    let people: Vec<PersonId> = people.filter_map(|id| id.parse().ok()).collect();
    let whose = form.text("whose").to_owned();
    if !whose.is_empty() && (people.is_empty() || whose != case.to_string()) {
        form.refuse("people", NOBODY);
    }
    if !form.is_good() {
        return None;
    }
    Some((
        NewSession {
            case,
            people,
            starts: starts?,
            length: SESSION,
            place,
        },
        day,
    ))
}

/// The instant of a day and a time on the practice's wall; where the clock jumps, the next one that there is.
fn starts(visit: &Visit, day: Date, time: Time) -> Option<Timestamp> {
    let zone = &visit.web().house().locale.zone;
    let minute = Time::new(time.hour(), time.minute(), 0, 0).ok()?;
    let civil = day.to_datetime(minute);
    zone.to_ambiguous_timestamp(civil).compatible().ok()
}
