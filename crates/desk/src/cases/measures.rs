//! Measures on a case: each participant's own answers, the newest in words, what changed since the one before, and a line.
//!
//! What ships is a check-in of our own that is not added up and has no cut-off, so there is no total and no grade (R13):
//! a number stands between its question's own two ends.

use practice::cases::CaseOverview;
use practice::clock::micros;
use practice::measures::{Instrument, Item, Measure, check_in};
use practice::notes::Route;
use web::{Audience, Page};

use crate::views::{Called, Wall, own_name, side_label};

/// The sparkline's box, and the room that a point needs in it.
const WIDTH: usize = 96;
const HEIGHT: usize = 24;
const ROOM: usize = 4;

/// One participant's measures.
pub(crate) struct MeasuresView {
    pub(crate) name: String,
    pub(crate) label: Audience,
    pub(crate) title: &'static str,
    pub(crate) note: &'static str,
    pub(crate) taken: String,
    pub(crate) rows: Vec<RowView>,
    /// Dates, newest first, each with the answer to every question.
    pub(crate) all: Vec<(String, Vec<String>)>,
}

/// One question.
pub(crate) struct RowView {
    pub(crate) question: &'static str,
    pub(crate) answer: String,
    pub(crate) words: String,
    pub(crate) change: String,
    /// The line through the answers: points of a polyline, and the place of the last one.
    pub(crate) points: String,
    pub(crate) last: Option<(usize, usize)>,
    /// What the line shows, in words.
    pub(crate) told: String,
}

/// Everybody's measures, in the case's order; who has taken none is left out.
pub(super) fn views(
    page: &Page,
    wall: &Wall<'_>,
    seen: &CaseOverview,
    people: &[Called],
) -> Vec<MeasuresView> {
    let of = |id| {
        let of_check_in = seen
            .measures
            .iter()
            .filter(|one| one.participant == id && one.instrument == check_in().id);
        of_check_in.collect::<Vec<&Measure>>()
    };
    let parts = seen.case.participants.iter();
    let taken = parts.map(|part| (part.id, of(part.id)));
    taken
        .filter(|(_, taken)| !taken.is_empty())
        .map(|(id, taken)| MeasuresView {
            name: own_name(&seen.case, people, id),
            label: side_label(page, &seen.case, people, Route::Own(id)),
            ..view(wall, check_in(), &taken)
        })
        .collect()
}

/// One participant's measures for a page on which more people look: nothing where there are none.
pub(crate) fn of_one(wall: &Wall<'_>, measures: &[Measure]) -> Option<MeasuresView> {
    let taken = measures
        .iter()
        .filter(|one| one.instrument == check_in().id);
    let taken: Vec<&Measure> = taken.collect();
    (!taken.is_empty()).then(|| view(wall, check_in(), &taken))
}

fn view(wall: &Wall<'_>, instrument: &'static Instrument, taken: &[&Measure]) -> MeasuresView {
    let days: Vec<String> = taken.iter().map(|one| day_of(wall, one)).collect();
    let said = |one: &Measure, item: &Item| {
        let at = one.answers.get(&item.id);
        at.map_or_else(|| "left out".to_owned(), u8::to_string)
    };
    let items = || instrument.items.iter();
    MeasuresView {
        name: String::new(),
        label: Audience::new(web::Seen::Team, ""),
        title: &instrument.title,
        note: &instrument.note,
        taken: days.last().cloned().unwrap_or_default(),
        rows: items()
            .map(|item| row(instrument, item, taken, &days))
            .collect(),
        all: taken
            .iter()
            .zip(days)
            .rev()
            .map(|(one, day)| (day, items().map(|item| said(one, item)).collect()))
            .collect(),
    }
}

fn row(
    instrument: &Instrument,
    item: &'static Item,
    taken: &[&Measure],
    days: &[String],
) -> RowView {
    let answered: Vec<(usize, u8, &str)> = taken
        .iter()
        .zip(days)
        .enumerate()
        .filter_map(|(place, (one, day))| Some((place, *one.answers.get(&item.id)?, day.as_str())))
        .collect();
    let newest = taken.last().and_then(|one| one.answers.get(&item.id));
    let before = answered.iter().rev().nth(1);
    let points: Vec<(usize, usize)> = answered
        .iter()
        .map(|(place, at, _)| point(*place, taken.len(), *at, instrument.most))
        .collect();
    let written: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
    RowView {
        question: &item.text,
        answer: newest.map_or("Left out".to_owned(), |at| {
            format!("{at} of {}", instrument.most)
        }),
        words: newest.map_or(String::new(), |at| instrument.in_words(item, *at)),
        change: match (newest, before) {
            (None, _) => String::new(),
            (Some(_), None) => "First answer".to_owned(),
            (Some(now), Some((_, before, day))) => changed(*now, *before, day),
        },
        points: written.join(" "),
        last: points.last().copied(),
        told: match (answered.first(), answered.last()) {
            (Some((first, from, since)), Some((last, to, until))) if first != last => {
                format!("From {from} ({since}) to {to} ({until})")
            }
            (_, Some((_, at, day))) => format!("{at} ({day})"),
            _ => "No answer yet".to_owned(),
        },
    }
}

/// "Thu 29 Oct", with the year when it is not this one.
fn day_of(wall: &Wall<'_>, one: &Measure) -> String {
    let date = wall.here(micros(one.taken_at)).date();
    if date.year() == wall.today().year() {
        wall.locale.short_day(date)
    } else {
        wall.locale.date(date)
    }
}

/// "2 more than on Thu 29 Oct": more and less say nothing of better or worse.
fn changed(now: u8, before: u8, day: &str) -> String {
    match now.cmp(&before) {
        std::cmp::Ordering::Equal => format!("As on {day}"),
        std::cmp::Ordering::Greater => format!("{} more than on {day}", now - before),
        std::cmp::Ordering::Less => format!("{} less than on {day}", before - now),
    }
}

/// Where an answer stands in the sparkline: the first on the left, the highest at the top.
fn point(place: usize, of: usize, at: u8, most: u8) -> (usize, usize) {
    let steps = of.saturating_sub(1).max(1);
    let x = ROOM + place * (WIDTH - 2 * ROOM) / steps;
    let up = usize::from(at) * (HEIGHT - 2 * ROOM) / usize::from(most.max(1));
    (x, HEIGHT - ROOM - up)
}

#[cfg(test)]
mod tests {
    use super::{changed, point};

    #[test]
    fn the_line_stays_in_its_box_from_left_to_right() {
        assert_eq!(point(0, 1, 0, 10), (4, 20));
        assert_eq!(point(0, 3, 10, 10), (4, 4));
        assert_eq!(point(2, 3, 5, 10), (92, 12));
    }

    #[test]
    fn r13_a_change_is_more_or_less_and_never_better_or_worse() {
        assert_eq!(changed(7, 5, "Thu 29 Oct"), "2 more than on Thu 29 Oct");
        assert_eq!(changed(5, 7, "Thu 29 Oct"), "2 less than on Thu 29 Oct");
        assert_eq!(changed(5, 5, "Thu 29 Oct"), "As on Thu 29 Oct");
    }
}
