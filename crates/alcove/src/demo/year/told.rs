//! What is given to try at home and what comes back, goals and check-ins: when each of them happens.

use jiff::Timestamp;
use practice::calendar::SessionState;

use super::super::people::{DemoCase, DemoDid, DemoHomework, DemoMeasure, DemoReflection};
use super::days::{Days, clock, minutes};
use super::plan::{Goal, Homework, Reflection, Session};

/// Homework older than that has ended.
const ENDS_AFTER_DAYS: i64 = 24;

/// The homework of a case, in the order in which it was given.
pub(super) fn homework<'a>(
    case: &'a DemoCase,
    sessions: &[Session<'_>],
    days: &Days,
) -> Vec<Homework<'a>> {
    let mut all: Vec<Homework<'a>> = case
        .homework
        .iter()
        .map(|what| {
            let (given, session) = given(case, what, sessions, days);
            let mut told: Vec<_> = what.reflections.iter().filter(|one| is_told(one)).collect();
            // Twice by the same person: the later one takes the place of the earlier.
            told.sort_by_key(|one| what.given_to.iter().position(|slug| *slug == one.by));
            Homework {
                what,
                given,
                session,
                reflections: reflections(what, &told, given, days),
                ends: None,
            }
        })
        .collect();
    all.sort_by_key(|homework| homework.given);
    end(&mut all, days);
    all
}

/// In which session it was agreed: the one of that week, or the last one before it.
fn given(
    case: &DemoCase,
    what: &DemoHomework,
    sessions: &[Session<'_>],
    days: &Days,
) -> (Timestamp, Option<usize>) {
    let day = Days::shift(days.next(case.slot.day), -7 * i64::from(what.weeks_ago));
    let session = sessions.iter().enumerate().rev().find(|(_, session)| {
        let held = session.state == SessionState::Held && session.alone.is_none();
        let then = days.day_of(session.starts);
        held && then <= day && then > Days::shift(day, -21) && then < days.today
    });
    match session {
        Some((number, session)) => (minutes(session.starts, 60), Some(number)),
        None => (days.at(Days::working(day), clock(12, 5)), None),
    }
}

/// Who has written nothing at all has not told yet.
const fn is_told(reflection: &DemoReflection) -> bool {
    reflection.own.is_some() || reflection.shared.is_some()
}

fn reflections<'a>(
    what: &DemoHomework,
    told: &[&'a DemoReflection],
    given: Timestamp,
    days: &Days,
) -> Vec<Reflection<'a>> {
    let since = days.now.duration_since(given).as_mins();
    let parts = i64::try_from(told.len()).unwrap_or(0) + 1;
    (1..)
        .zip(told)
        .map(|(nth, told)| {
            let day = Days::shift(days.day_of(given), nth);
            let minute = i8::try_from(nth * 13 % 60).unwrap_or(0);
            let evening = days.at(day, clock(20, minute));
            let at = if evening < days.now {
                evening
            } else {
                minutes(given, since * nth / parts)
            };
            let joint = what.given_to.len() > 1;
            Reflection {
                at,
                told,
                unfinished: joint && what.weeks_ago <= 1 && told.did == DemoDid::Some,
            }
        })
        .collect()
}

/// What was given before the newest has ended with it, or after some weeks.
fn end(all: &mut [Homework<'_>], days: &Days) {
    let begins: Vec<Timestamp> = all.iter().map(|homework| homework.given).collect();
    for (number, homework) in all.iter_mut().enumerate() {
        let later = begins.get(number + 1).copied();
        let long_ago = minutes(homework.given, ENDS_AFTER_DAYS * 24 * 60);
        let ends = later.map_or(long_ago, |later| later.min(long_ago));
        let last = homework.reflections.iter().map(|told| told.at).max();
        let ends = last.map_or(ends, |last| ends.max(minutes(last, 5)));
        homework.ends = (ends <= days.now).then_some(ends);
    }
}

/// The goals of a case; `reached` is when the first of them was reached.
pub(super) fn goals<'a>(
    case: &'a DemoCase,
    reached: Option<Timestamp>,
    days: &Days,
) -> Vec<Goal<'a>> {
    (0_i8..)
        .zip(&case.goals)
        .map(|(number, goal)| Goal {
            set: days.at(
                days.weeks_ago(goal.set_weeks_ago),
                clock(7, 15 + number * 4 % 40),
            ),
            said: goal,
            reached: reached.filter(|_| number == 0),
        })
        .collect()
}

/// When each participant answered the check-in: once for a day, whatever the content names for it.
pub(super) fn measures<'a>(case: &'a DemoCase, days: &Days) -> Vec<(Timestamp, &'a DemoMeasure)> {
    let mut all: Vec<(Timestamp, &DemoMeasure)> = Vec::new();
    for (minute, person) in (0_i8..).step_by(6).zip(&case.participants) {
        let theirs = case.measures.iter().filter(|one| one.person == *person);
        for measure in theirs {
            let at = days.at(
                days.weeks_ago(measure.weeks_ago),
                clock(7, 30 + minute % 30),
            );
            if all
                .iter()
                .all(|(then, one)| *then != at || one.person != *person)
            {
                all.push((at, measure));
            }
        }
    }
    all
}
