//! The week: sessions in a grid of quarter hours, a list on a phone; names where the reader may see them, else "busy".

mod grid;

use askama::Template;
use axum::extract::State;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use practice::Practice;
use practice::access::DeskAccess;
use practice::calendar::{SessionKind, Week, Whose};
use practice::ids::PersonId;
use web::{Answer, Asked, Desk, Form, Page, Routes, Visit, get, show};

use crate::pages;
use crate::views::{Wall, counted};
use grid::DayView;

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new().route("/desk/calendar", get(week))
}

/// The word in an address for everybody's week.
const EVERYBODY: &str = "everybody";

#[derive(Template)]
#[template(path = "calendar/week.html")]
struct Show {
    page: Page,
    form: Form,
    heading: String,
    line: String,
    books: bool,
    previous: String,
    next: String,
    current: String,
    monday: String,
    whose: Vec<(String, String)>,
    hours: Vec<(String, &'static str)>,
    days: Vec<DayView>,
    with_sunday: bool,
}

async fn week(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    let wall = Wall::of(&visit, &practice);
    let monday = monday(asked.parsed("week").unwrap_or_else(|| wall.today()));
    let whose = whose(&access, &asked);
    let zone = wall.locale.zone.clone();
    let week = practice.week(&access, monday, zone, whose).await?;
    let page = pages::frame(&visit, &practice, &access, ("Calendar", "calendar")).await?;
    let page = pages::done(page, &asked);
    show(&view(page, &wall, &access, &week, whose))
}

/// The Monday of a day's week.
pub(crate) fn monday(day: Date) -> Date {
    let back = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(back.days()).unwrap_or(day)
}

/// Whose week is asked for: a clinician's own one is the first that they see.
fn whose(access: &DeskAccess, asked: &Form) -> Whose {
    match (asked.text("whose"), asked.parsed::<PersonId>("whose")) {
        (EVERYBODY, _) => Whose::Everybody,
        (_, Some(id)) => Whose::One(id),
        (_, None) => match access.person() {
            Some(me) if pages::cares(access) => Whose::One(me),
            _ => Whose::Everybody,
        },
    }
}

fn view(page: Page, wall: &Wall<'_>, access: &DeskAccess, week: &Week, whose: Whose) -> Show {
    let days = grid::days(wall, access, week, whose);
    let with_sunday = days.last().is_some_and(|day| !day.events.is_empty());
    let shown = if with_sunday { 7 } else { 6 };
    let word = match whose {
        Whose::Everybody => EVERYBODY.to_owned(),
        Whose::One(id) => id.to_string(),
    };
    let href = |monday: Option<Date>| {
        monday.map_or(String::new(), |monday| {
            format!("/desk/calendar?week={monday}&whose={word}")
        })
    };
    let all = [(EVERYBODY.to_owned(), "Everybody".to_owned())];
    let clinicians = week
        .clinicians
        .iter()
        .map(|one| (one.id.to_string(), one.page.name.clone()));
    Show {
        form: Form::filled([("whose", word.as_str())]),
        heading: heading(week.monday, shown, wall.today()),
        line: line(week, whose),
        books: pages::cares(access) || pages::keeps_calendars(access),
        previous: href(week.monday.checked_sub(7.days()).ok()),
        next: href(week.monday.checked_add(7.days()).ok()),
        current: href(Some(monday(wall.today()))),
        monday: week.monday.to_string(),
        whose: clinicians.chain(all).collect(),
        hours: (8..=18)
            .map(|hour| grid::gutter(wall.locale, hour))
            .collect(),
        days: days.into_iter().take(shown).collect(),
        with_sunday,
        page,
    }
}

/// "16 to 21 November", "30 November to 5 December".
fn heading(monday: Date, days: usize, today: Date) -> String {
    let more = i64::try_from(days).unwrap_or(6) - 1;
    let last = monday.checked_add(more.days()).unwrap_or(monday);
    let from = if last.month() == monday.month() {
        monday.strftime("%-d").to_string()
    } else {
        monday.strftime("%-d %B").to_string()
    };
    let year = if last.year() == today.year() {
        ""
    } else {
        " %Y"
    };
    format!("{from} to {}", last.strftime(&format!("%-d %B{year}")))
}

fn line(week: &Week, whose: Whose) -> String {
    let talks = week
        .sessions
        .iter()
        .filter(|one| one.people.is_some() && one.session.kind == SessionKind::Consultation)
        .count();
    let mut line = counted(week.sessions.len() - talks, "session", "sessions");
    if talks > 0 {
        line.push_str(", ");
        line.push_str(&counted(talks, "first talk", "first talks").to_lowercase());
    }
    line.push('.');
    if week.books && whose != Whose::Everybody {
        line.push(' ');
        line.push_str(&counted(week.openings.len(), "open hour", "open hours"));
        line.push('.');
    }
    line
}

/// "Mon".
fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}
