//! Today: the sessions of the day with what was agreed last time, and what waits. In front, names and times only.

use askama::Template;
use axum::extract::State;
use practice::Practice;
use practice::access::{DeskAccess, Role};
use practice::calendar::{SessionKind, SessionState};
use practice::ids::PersonId;
use practice::notes::NoteState;
use practice::sessions::{Awaiting, DayHour, Today, Unwritten, WeekTally};
use web::{Answer, Asked, Desk, Page, PageError, Routes, Visit, get, show};

use crate::pages;
use crate::views::{Badge, Called, Wall, called, counted, expected, of_whom, place, pronouns};

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new().route("/desk", get(today))
}

#[derive(Template)]
#[template(path = "today/show.html")]
struct Show {
    page: Page,
    heading: String,
    line: String,
    clinical: bool,
    books: bool,
    hours: Vec<HourView>,
    unwritten: Vec<RowView>,
    awaiting: Vec<RowView>,
    sent: String,
    requests: String,
    /// What somebody is to look at: the address, and the words of the link.
    to_look_at: Vec<(&'static str, String)>,
    week: Vec<(&'static str, String)>,
}

/// A session of the day.
struct HourView {
    from: String,
    until: String,
    class: &'static str,
    people: Vec<Called>,
    pronouns: String,
    is_consultation: bool,
    kind: &'static str,
    kind_icon: &'static str,
    place: String,
    place_icon: &'static str,
    with: String,
    agreed: String,
    homework: Vec<Badge>,
    badge: Option<Badge>,
    name_href: String,
    act: Option<Act>,
    /// Minutes gone and minutes in all, while it goes on.
    gone: Option<(i64, i64)>,
}

/// What to press beside a session.
struct Act {
    words: &'static str,
    href: String,
    class: &'static str,
}

/// A line of a list at the side.
struct RowView {
    href: String,
    people: Vec<Called>,
    line: String,
}

async fn today(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    let wall = Wall::of(&visit, &practice);
    let day = wall.today();
    let today = practice
        .today(&access, day, wall.locale.zone.clone())
        .await?;
    let page = pages::frame(&visit, &practice, &access, ("Today", "today")).await?;
    let page = pages::done(page, &asked);
    let page = web::recovery_codes::told(page, &practice, &access, &visit)?;
    let shown = Show {
        to_look_at: to_look_at(&practice, &access).await?,
        ..view(page, &wall, &access, &today)
    };
    show(&shown)
}

/// Emergencies and questions about access that wait for who is signed in.
async fn to_look_at(
    practice: &Practice,
    access: &DeskAccess,
) -> Result<Vec<(&'static str, String)>, PageError> {
    if !pages::cares(access) && !access.has(Role::Owner) {
        return Ok(Vec::new());
    }
    let emergencies = practice.emergencies_to_look_at(access).await?;
    let questions = practice.questions_waiting(access).await?;
    let threads = practice.unread_threads(access).await?;
    let destructions = practice.destructions_to_confirm(access).await?;
    let all = [
        (
            "/desk/retention",
            destructions,
            "record waits for a second person",
            "records wait for a second person",
        ),
        (
            "/desk/emergencies",
            emergencies,
            "record was opened in an emergency",
            "records were opened in an emergency",
        ),
        (
            "/desk/questions",
            questions,
            "question about access",
            "questions about access",
        ),
        (
            "/desk/messages",
            threads,
            "thread with a new message",
            "threads with new messages",
        ),
    ];
    let some = all.into_iter().filter(|(_, count, ..)| *count > 0);
    Ok(some
        .map(|(href, count, one, many)| (href, counted(count, one, many)))
        .collect())
}

fn view(page: Page, wall: &Wall<'_>, access: &DeskAccess, today: &Today) -> Show {
    let hours = today.hours.iter();
    let waiting = |count: usize, one: &str, many: &str| match count {
        0 => String::new(),
        count => counted(count, one, many),
    };
    let requests = page.counted("inbox") as usize;
    let supervisor = "for your supervisor's co-signature.";
    Show {
        heading: wall.locale.day(today.day, today.day),
        line: line(wall, today),
        clinical: today.clinical,
        books: pages::cares(access) || pages::keeps_calendars(access),
        hours: hours
            .map(|hour| hour_view(&page, wall, access, hour))
            .collect(),
        unwritten: unwritten(wall, today),
        awaiting: awaiting(wall, today),
        sent: waiting(
            today.sent as usize,
            &format!("note waits {supervisor}"),
            &format!("notes wait {supervisor}"),
        ),
        requests: waiting(
            requests,
            "request for a first talk",
            "requests for a first talk",
        ),
        to_look_at: Vec::new(),
        week: week(today.week),
        page,
    }
}

fn unwritten(wall: &Wall<'_>, today: &Today) -> Vec<RowView> {
    let row = |one: &Unwritten| {
        let (day, time) = (wall.short_day(one.starts_at), wall.clock(one.starts_at));
        let begun = if one.begun {
            "Draft saved"
        } else {
            "Not started"
        };
        RowView {
            href: format!("/desk/sessions/{}", one.session),
            people: called(&one.people),
            line: format!("{day} {time}. {begun}"),
        }
    };
    today.unwritten.iter().map(row).collect()
}

fn awaiting(wall: &Wall<'_>, today: &Today) -> Vec<RowView> {
    let row = |one: &Awaiting| RowView {
        href: format!("/desk/notes/{}", one.note),
        people: called(&one.people),
        line: format!("{}, by {}", wall.short_day(one.starts_at), one.author),
    };
    today.awaiting.iter().map(row).collect()
}

fn week(tally: WeekTally) -> Vec<(&'static str, String)> {
    let (planned, held, signed) = (tally.planned, tally.held, tally.signed);
    vec![
        ("Sessions", format!("{held} of {planned} held")),
        ("Notes", format!("{signed} of {held} signed")),
    ]
}

/// "Five sessions and one first talk. The next opening is 11:00."
fn line(wall: &Wall<'_>, today: &Today) -> String {
    let is_talk = |hour: &&DayHour| hour.session.kind == SessionKind::Consultation;
    let talks = today.hours.iter().filter(is_talk).count();
    let mut line = counted(today.hours.len() - talks, "session", "sessions");
    if talks > 0 {
        line.push_str(" and ");
        line.push_str(&counted(talks, "first talk", "first talks").to_lowercase());
    }
    let Some(next) = today.next_opening.map(jiff::Timestamp::as_microsecond) else {
        return format!("{line}.");
    };
    let clock = wall.clock(next);
    match wall.short_day(next).as_str() {
        "Today" => format!("{line}. The next opening is {clock}."),
        day => format!("{line}. The next opening is {day}, {clock}."),
    }
}

fn hour_view(page: &Page, wall: &Wall<'_>, access: &DeskAccess, hour: &DayHour) -> HourView {
    let session = &hour.session;
    let people = expected(session, &hour.people);
    let now = wall.now.as_microsecond();
    let is_over = session.ends_at <= now || session.state != SessionState::Booked;
    let is_on = !is_over && session.starts_at <= now;
    let minute = 60_000_000;
    let (place_icon, place) = place(session.place, hour.room.as_ref());
    let is_consultation = session.kind == SessionKind::Consultation;
    let own_page = format!("/desk/sessions/{}", session.id);
    // Who bills reads names and times, and opens no session (R14).
    let opens = pages::cares(access) || pages::keeps_calendars(access);
    let name_href = match session.case {
        Some(case) if pages::cares(access) => format!("/desk/cases/{case}"),
        _ if opens => own_page.clone(),
        _ => String::new(),
    };
    let (badge, act) = standing(hour, is_over, is_on);
    let act = act.filter(|_| opens);
    HourView {
        from: wall.clock(session.starts_at),
        until: wall.clock(session.ends_at),
        class: match (is_over, is_on) {
            (true, _) => "sess--past",
            (_, true) => "sess--now",
            _ => "",
        },
        pronouns: pronouns(&people),
        is_consultation,
        kind: of_whom(session.kind, people.len()),
        kind_icon: if people.len() > 1 { "users" } else { "user" },
        place,
        place_icon,
        with: hour
            .clinician
            .as_ref()
            .map_or(String::new(), |name| format!("with {name}")),
        agreed: hour
            .agreed
            .as_ref()
            .map_or(String::new(), |agreed| agreed.reveal().clone()),
        homework: homework(page, hour),
        badge,
        name_href,
        act: act.map(|(words, class)| Act {
            words,
            href: own_page,
            class,
        }),
        gone: is_on.then(|| {
            (
                (now - session.starts_at) / minute,
                (session.ends_at - session.starts_at) / minute,
            )
        }),
        people,
    }
}

/// Whether homework is in, from whom; one badge when all are alike.
fn homework(page: &Page, hour: &DayHour) -> Vec<Badge> {
    let Some((_, first)) = hour.homework.first() else {
        return Vec::new();
    };
    if hour.homework.iter().all(|(_, is_in)| is_in == first) {
        let from = match hour.homework.len() {
            1 => "",
            2 => "both",
            _ => "everybody",
        };
        return vec![Badge::homework(from, *first)];
    }
    let one = |(person, is_in): &(PersonId, bool)| {
        let named = hour.people.iter().find(|named| named.id == *person)?;
        Some(Badge::homework(&page.name(named.name.reveal()), *is_in))
    };
    hour.homework.iter().filter_map(one).collect()
}

fn standing(
    hour: &DayHour,
    is_over: bool,
    is_on: bool,
) -> (Option<Badge>, Option<(&'static str, &'static str)>) {
    const QUIET: &str = "btn--quiet";
    if hour.session.case.is_none() {
        return (None, Some(("Details", QUIET)));
    }
    if hour.clinician.is_some() {
        return (None, None);
    }
    if hour.session.state == SessionState::NotHeld {
        return (
            Some(Badge::new("Did not take place", "", "x")),
            Some(("Open", QUIET)),
        );
    }
    let is = |state| hour.notes.iter().any(|(_, _, at)| *at == state);
    if is_on {
        let badge = Badge::new("Now", "badge--accent", "play");
        return (Some(badge), Some(("Open workspace", "")));
    }
    match (
        is(NoteState::Draft),
        is(NoteState::Awaiting),
        is(NoteState::Signed),
    ) {
        (true, _, _) => (
            Some(Badge::new("Note unsigned", "badge--attn", "pen")),
            Some(("Finish note", QUIET)),
        ),
        (_, true, _) => (
            Some(Badge::new("Waits for co-signature", "", "wait")),
            Some(("Open", QUIET)),
        ),
        (_, _, true) => (
            Some(Badge::new("Note signed", "badge--ok", "check")),
            Some(("Open", QUIET)),
        ),
        _ if is_over => (
            Some(Badge::new("Note not started", "badge--attn", "pen")),
            Some(("Write note", QUIET)),
        ),
        _ => (
            Some(Badge::new("Note not started", "", "")),
            Some(("Open", QUIET)),
        ),
    }
}
