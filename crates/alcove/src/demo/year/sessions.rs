//! A case's sessions: on which days, who came, and which of the content's notes belongs to which.
//!
//! A case meets in its weekly or fortnightly slot from its first week to its last, and has some sessions to come. The
//! participants of a relational case are seen alone first (R11); while the screening is not settled, only alone.

use jiff::Timestamp;
use jiff::civil::Date;
use practice::calendar::SessionState;
use practice::notes::NoteText;
use practice::private::Private;

use super::super::people::{BankNote, Demo, DemoCase, DemoKind, DemoNote, DemoRole};
use super::days::{Days, minutes};
use super::plan::{Fate, Note, Session};

/// How many sessions after the next one are booked ahead.
const AHEAD: i64 = 2;
/// Of these cases the newest note is still a draft.
const UNSIGNED: [&str; 3] = ["bea-lucia", "chidi", "imani"];
/// Of these cases the newest note waits for the supervisor.
const AWAITING: [&str; 2] = ["diego", "maya-jesse"];
/// Notes of the content that belong to the beginning of a case begin so.
const BEGINNINGS: [&str; 2] = ["First hour", "Second hour"];

/// The sessions of a case in order; `place` is its number and when it opened.
pub(super) fn of<'a>(
    demo: &'a Demo,
    case: &'a DemoCase,
    place: (usize, Timestamp),
    days: &Days,
) -> Vec<Session<'a>> {
    let (index, opens) = place;
    let mut sessions: Vec<Session<'a>> = dates(case, days)
        .into_iter()
        .map(|day| Session {
            starts: days.at(day, case.slot.time),
            booked: opens,
            alone: None,
            state: SessionState::Booked,
            note: None,
        })
        .collect();
    let past = sessions
        .iter()
        .filter(|session| days.day_of(session.starts) < days.today)
        .count();
    settle(&mut sessions, case, (index, past), days);
    book(&mut sessions, days);
    write(&mut sessions, demo, (case, past), days);
    sessions
}

/// The days on which a case meets, met and will meet.
fn dates(case: &DemoCase, days: &Days) -> Vec<Date> {
    let every = i64::from(case.slot.every_weeks.max(1));
    let next = days.next(case.slot.day);
    let back = i64::from(case.opened_weeks_ago) / every;
    let last = case.closed_weeks_ago.map(|weeks| days.weeks_ago(weeks));
    (-back..=AHEAD)
        .map(|number| Days::shift(next, number * every * 7))
        .filter(|day| last.is_none_or(|last| *day < last))
        .collect()
}

/// Says what became of each: most were held, some called off, to some nobody came.
fn settle(sessions: &mut [Session<'_>], case: &DemoCase, counted: (usize, usize), days: &Days) {
    let (index, past) = counted;
    // The content's own notes need the newest sessions, and its beginnings the first.
    let newest = past.saturating_sub(case.notes.len() + 1);
    for (number, session) in sessions.iter_mut().enumerate() {
        let held = minutes(session.starts, 60) <= days.now;
        let usual = number < case.participants.len() + 1 || number >= newest;
        session.state = match (number * 3 + index * 5) % 17 {
            _ if !held => SessionState::Booked,
            3 if !usual => SessionState::Cancelled,
            11 if !usual => SessionState::NotHeld,
            _ => SessionState::Held,
        };
    }
}

/// Each session is booked when the one before it ends, those far ahead at the end of the newest one.
fn book(sessions: &mut [Session<'_>], days: &Days) {
    let ends: Vec<Timestamp> = sessions
        .iter()
        .map(|session| minutes(session.starts, 59))
        .collect();
    let newest = ends.iter().rev().find(|end| **end <= days.now).copied();
    for (number, session) in sessions.iter_mut().enumerate() {
        let before = number.checked_sub(1).and_then(|before| ends.get(before));
        session.booked = match (before, newest) {
            (Some(before), Some(newest)) => (*before).min(newest),
            (Some(_), None) | (None, _) => minutes(session.booked, 30),
        };
    }
}

/// Gives every session before today its note, and today's of one case the beginning of one.
fn write<'a>(
    sessions: &mut [Session<'a>],
    demo: &'a Demo,
    place: (&'a DemoCase, usize),
    days: &Days,
) {
    let (case, past) = place;
    let held: Vec<usize> = (0..past)
        .filter(|number| is_held(sessions, *number))
        .collect();
    let texts = texts(demo, case, held.len());
    let newest = held.last().copied();
    for (number, (alone, text)) in held.into_iter().zip(texts) {
        let fate = fate(demo, case, newest == Some(number));
        if let Some(session) = sessions.get_mut(number) {
            session.alone = alone;
            session.note = Some(Note { text, fate });
        }
    }
    let mut turn = case.participants.iter().cycle();
    for session in sessions.iter_mut().skip(past) {
        if !case.screening_settled {
            session.alone = turn.next().map(String::as_str);
        }
    }
    if UNSIGNED.contains(&case.slug.as_str()) {
        begin_todays(sessions, demo, (case, past), days);
    }
}

fn is_held(sessions: &[Session<'_>], number: usize) -> bool {
    let session = sessions.get(number);
    session.is_some_and(|session| session.state == SessionState::Held)
}

/// When today's session of a case is over, its note is the one that is begun, and the one before it is signed.
fn begin_todays<'a>(
    sessions: &mut [Session<'a>],
    demo: &'a Demo,
    place: (&'a DemoCase, usize),
    days: &Days,
) {
    let (case, past) = place;
    let over = sessions
        .get(past)
        .is_some_and(|session| minutes(session.starts, 61) <= days.now);
    if !over {
        return;
    }
    let mut before = sessions.iter_mut().take(past).rev();
    if let Some(note) = before.find_map(|session| session.note.as_mut()) {
        note.fate = fate(demo, case, false);
    }
    let kind = case.kind;
    let text = demo.bank.iter().rev().find(|note| note.kind == kind);
    if let (Some(session), Some(text)) = (sessions.get_mut(past), text) {
        session.note = Some(Note {
            text: NoteText {
                brought: joined(&[&text.focus, &text.happened]),
                ..NoteText::default()
            },
            fate: Fate::Begun,
        });
    }
}

fn fate(demo: &Demo, case: &DemoCase, newest: bool) -> Fate {
    let slug = case.slug.as_str();
    let supervised = demo
        .staff
        .iter()
        .any(|member| member.slug == case.clinician && member.roles.contains(&DemoRole::Associate));
    if newest && UNSIGNED.contains(&slug) {
        Fate::Begun
    } else if supervised && !(newest && AWAITING.contains(&slug)) {
        Fate::Cosigned
    } else {
        Fate::Signed
    }
}

/// Who was there and what was noted, for `count` sessions that were held: the content's notes of the beginning, then
/// notes for any case, then the content's newest.
fn texts<'a>(demo: &'a Demo, case: &'a DemoCase, count: usize) -> Vec<(Option<&'a str>, NoteText)> {
    let (first, newest): (Vec<&DemoNote>, Vec<&DemoNote>) = case.notes.iter().partition(|note| {
        BEGINNINGS
            .iter()
            .any(|begins| note.focus.starts_with(begins))
    });
    let own = first.len() + newest.len();
    let begun = !first.is_empty();
    let mut texts: Vec<(Option<&'a str>, NoteText)> = Vec::new();
    let alone_notes = bank(demo, DemoKind::Individual);
    let relational = case.kind == DemoKind::Relational;
    let between = count.saturating_sub(own);
    let alone = if relational {
        between.min(case.participants.len())
    } else {
        0
    };
    for (person, note) in case.participants.iter().zip(&alone_notes).take(alone) {
        texts.push((Some(person.as_str()), banked(note)));
    }
    if !begun && !relational {
        let opening = alone_notes.first().filter(|_| between > 0);
        texts.extend(opening.map(|note| (None, banked(note))));
    }
    let rest = between.saturating_sub(texts.len());
    texts.extend(
        first
            .iter()
            .map(|note| (who(case, note), written(case, note))),
    );
    // The first of either kind is a beginning.
    let skipped = usize::from(begun || !relational);
    let after = bank(demo, case.kind).into_iter().skip(skipped);
    let repeated = bank(demo, case.kind).into_iter().skip(5).cycle();
    texts.extend(
        after
            .chain(repeated)
            .take(rest)
            .map(|note| (None, banked(note))),
    );
    texts.extend(
        newest
            .iter()
            .map(|note| (who(case, note), written(case, note))),
    );
    // A case that is younger than its notes keeps the newest ones.
    let surplus = texts.len().saturating_sub(count);
    texts.split_off(surplus)
}

fn bank(demo: &Demo, kind: DemoKind) -> Vec<&BankNote> {
    demo.bank.iter().filter(|note| note.kind == kind).collect()
}

/// Who came alone to this session of a relational case.
fn who<'a>(case: &DemoCase, note: &'a DemoNote) -> Option<&'a str> {
    let alone = case.kind == DemoKind::Relational && note.who != "joint";
    alone.then_some(note.who.as_str())
}

fn written(case: &DemoCase, note: &DemoNote) -> NoteText {
    let last = case
        .notes
        .last()
        .is_some_and(|last| std::ptr::eq(last, note));
    let closing = case.closing.as_deref().filter(|_| last).unwrap_or_default();
    NoteText {
        brought: joined(&[&note.focus, &note.happened]),
        did: joined(&[&note.did, &note.plan, &note.risk]),
        landed: joined(&[&note.response, closing]),
        agreed: joined(&[&note.next]),
        phases: note.phases.clone(),
    }
}

fn banked(note: &BankNote) -> NoteText {
    NoteText {
        brought: joined(&[&note.focus, &note.happened]),
        did: joined(&[&note.did, &note.plan, &note.risk]),
        landed: joined(&[&note.response]),
        agreed: joined(&[&note.next]),
        phases: note.phases.clone(),
    }
}

fn joined(parts: &[&str]) -> Private<String> {
    let said: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    Private::new(said.join("\n\n"))
}
