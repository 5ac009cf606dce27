//! A week as a grid: each event's row and height by class, and lanes where several take place at the same time.
//!
//! The style sheet knows quarter hours from 8:00 to 19:00; what lies outside stands at the edge, with its true time.

use jiff::civil::{Date, Time};
use jiff::{ToSpan, Zoned};
use practice::access::DeskAccess;
use practice::booking::SESSION;
use practice::booking::openings::Opening;
use practice::calendar::{SessionKind, SessionState, Week, WeekSession, Whose};
use practice::clock::after;
use web::Locale;

use super::weekday;
use crate::pages;
use crate::views::{Called, Wall, expected, place, pronouns};

/// The first and the last minute of the grid.
const GRID: (i64, i64) = (8 * 60, 19 * 60);
/// The heights that the style sheet knows, in minutes.
const HEIGHTS: [i64; 9] = [15, 30, 45, 60, 75, 90, 120, 180, 240];
/// The most lanes that the style sheet knows.
const LANES: usize = 6;

/// A column of the week.
pub(super) struct DayView {
    pub(super) number: String,
    pub(super) name: &'static str,
    pub(super) is_today: bool,
    pub(super) lanes: usize,
    pub(super) events: Vec<EventView>,
}

/// Something in a column.
pub(super) struct EventView {
    pub(super) at: String,
    pub(super) height: i64,
    pub(super) lane: usize,
    pub(super) class: &'static str,
    pub(super) icon: &'static str,
    pub(super) time: String,
    /// Who is expected; empty for what has no name.
    pub(super) people: Vec<Called>,
    /// What stands in the place of a name: "Busy", "Open".
    pub(super) words: &'static str,
    pub(super) line: String,
    pub(super) href: String,
    span: (i64, i64),
}

/// The hours at the side: "9 am" or "9:00", and its row's class.
pub(super) fn gutter(locale: &Locale, hour: i8) -> (String, &'static str) {
    let time = Time::constant(0, 0, 0, 0).saturating_add(i64::from(hour).hours());
    let words = locale.hour(time);
    let class = match hour {
        8 => "at-0800",
        9 => "at-0900",
        10 => "at-1000",
        11 => "at-1100",
        12 => "at-1200",
        13 => "at-1300",
        14 => "at-1400",
        15 => "at-1500",
        16 => "at-1600",
        17 => "at-1700",
        _ => "at-1800",
    };
    (words, class)
}

/// The seven columns of a week.
pub(super) fn days(
    wall: &Wall<'_>,
    access: &DeskAccess,
    week: &Week,
    whose: Whose,
) -> Vec<DayView> {
    (0..7_i64)
        .filter_map(|ahead| week.monday.checked_add(ahead.days()).ok())
        .map(|date| {
            let sessions = week
                .sessions
                .iter()
                .filter(|one| wall.here(one.session.starts_at).date() == date)
                .map(|one| event(wall, access, week, (one, whose)));
            let openings = week
                .openings
                .iter()
                .filter(|one| wall.locale.here(one.starts).date() == date)
                .map(|one| open(wall, one, date));
            let mut events: Vec<EventView> = sessions.chain(openings).collect();
            let lanes = set_lanes(&mut events);
            DayView {
                number: date.day().to_string(),
                name: weekday(date.weekday()),
                is_today: date == wall.today(),
                lanes,
                events,
            }
        })
        .collect()
}

fn event(
    wall: &Wall<'_>,
    access: &DeskAccess,
    week: &Week,
    (one, whose): (&WeekSession, Whose),
) -> EventView {
    let session = &one.session;
    let (from, until) = (wall.here(session.starts_at), wall.here(session.ends_at));
    let clinician = week
        .clinicians
        .iter()
        .find(|clinician| clinician.id == session.clinician)
        .filter(|_| whose == Whose::Everybody)
        .map(|clinician| clinician.page.name.clone());
    let (icon, place) = place(session.place, one.room.as_ref());
    let named = one.people.as_ref();
    let Some(people) = named.map(|people| expected(session, people)) else {
        return EventView {
            class: "ev--hold",
            words: "Busy",
            line: clinician.unwrap_or_default(),
            ..blank(wall, &from, &until)
        };
    };
    let lines = [
        clinician,
        Some(pronouns(&people)).filter(|words| !words.is_empty() && people.len() == 1),
        Some(place),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    let linked = one.mine || pages::keeps_calendars(access);
    EventView {
        class: match (session.state, session.kind) {
            (SessionState::NotHeld | SessionState::Cancelled, _) => "ev--cancel",
            (_, SessionKind::Consultation) => "ev--consult",
            (_, SessionKind::Relational) => "ev--couple",
            (_, SessionKind::Individual) => "",
        },
        icon,
        words: if session.kind == SessionKind::Consultation {
            "First talk, "
        } else {
            ""
        },
        line: lines.join(", "),
        href: if linked {
            format!("/desk/sessions/{}", session.id)
        } else {
            String::new()
        },
        people,
        ..blank(wall, &from, &until)
    }
}

fn open(wall: &Wall<'_>, opening: &Opening, date: Date) -> EventView {
    let from = wall.locale.here(opening.starts);
    let until = wall.locale.here(after(opening.starts, SESSION));
    let time = from.time();
    EventView {
        class: "ev--open",
        words: "Open",
        href: format!(
            "/desk/booking?day={date}&time={:02}%3A{:02}",
            time.hour(),
            time.minute()
        ),
        ..blank(wall, &from, &until)
    }
}

fn blank(wall: &Wall<'_>, from: &Zoned, until: &Zoned) -> EventView {
    let minutes = |at: &Zoned| i64::from(at.hour()) * 60 + i64::from(at.minute());
    let begins = minutes(from).clamp(GRID.0, GRID.1 - 15) / 15 * 15;
    let ends = if until.date() == from.date() {
        minutes(until)
    } else {
        GRID.1
    };
    let (wanted, room) = (ends - begins, GRID.1 - begins);
    let fitting = HEIGHTS.into_iter().filter(|height| *height <= room);
    let height = fitting
        .clone()
        .find(|height| *height >= wanted)
        .or_else(|| fitting.max())
        .unwrap_or(15);
    EventView {
        at: format!("at-{:02}{:02}", begins / 60, begins % 60),
        height,
        lane: 1,
        class: "",
        icon: "",
        time: wall.locale.span(from.time(), until.time()),
        people: Vec::new(),
        words: "",
        line: String::new(),
        href: String::new(),
        span: (begins, begins + height),
    }
}

/// Gives each event the first lane that is free for the whole of it; how many lanes the day needs.
fn set_lanes(events: &mut [EventView]) -> usize {
    events.sort_by_key(|event| event.span);
    let mut ends: Vec<i64> = Vec::new();
    for event in events.iter_mut() {
        let free = ends.iter().position(|end| *end <= event.span.0);
        let lane = free.unwrap_or(ends.len()).min(LANES - 1);
        match ends.get_mut(lane) {
            Some(end) => *end = event.span.1,
            None => ends.push(event.span.1),
        }
        event.lane = lane + 1;
    }
    ends.len().max(1)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;
    use web::Hours;

    use super::*;

    fn at(locale: &Locale, hour: i8, minute: i8) -> Zoned {
        let at = date(2026, 11, 19).at(hour, minute, 0, 0);
        at.to_zoned(locale.zone.clone()).unwrap()
    }

    #[test]
    fn what_lies_outside_the_grid_stands_at_its_edge_with_its_true_time() {
        let locale = Locale::english(TimeZone::UTC, Hours::TwentyFour);
        let wall = Wall {
            locale: &locale,
            now: jiff::Timestamp::UNIX_EPOCH,
        };
        let place = |from: (i8, i8), until: (i8, i8)| {
            let event = blank(
                &wall,
                &at(&locale, from.0, from.1),
                &at(&locale, until.0, until.1),
            );
            (event.at, event.height, event.time)
        };
        assert_eq!(
            place((9, 0), (10, 0)),
            ("at-0900".to_owned(), 60, "9:00 to 10:00".to_owned())
        );
        assert_eq!(place((9, 20), (9, 30)).0, "at-0915");
        assert_eq!(
            place((6, 0), (6, 50)),
            ("at-0800".to_owned(), 15, "6:00 to 6:50".to_owned())
        );
        assert_eq!(
            place((22, 0), (23, 0)),
            ("at-1845".to_owned(), 15, "22:00 to 23:00".to_owned())
        );
        assert_eq!(place((18, 30), (20, 0)).1, 30);
        assert_eq!(place((8, 0), (19, 0)).1, 240);
    }

    #[test]
    fn those_at_the_same_time_stand_side_by_side() {
        let locale = Locale::english(TimeZone::UTC, Hours::TwentyFour);
        let wall = Wall {
            locale: &locale,
            now: jiff::Timestamp::UNIX_EPOCH,
        };
        let event =
            |from: i8, until: i8| blank(&wall, &at(&locale, from, 0), &at(&locale, until, 0));
        let mut events = vec![event(9, 10), event(9, 11), event(10, 11), event(12, 13)];
        assert_eq!(set_lanes(&mut events), 2);
        let lanes: Vec<usize> = events.iter().map(|event| event.lane).collect();
        assert_eq!(lanes, [1, 2, 1, 1]);
    }
}
