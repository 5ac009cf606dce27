//! The workspace as a page: the note of one side, what it builds on, what comes next.

use askama::Template;
use practice::calendar::{Session, SessionState};
use practice::cases::Participant;
use practice::clock::micros;
use practice::goals::GoalState;
use practice::homework::CaseHomework;
use practice::measures::check_in;
use practice::notes::Route;
use practice::routing::Thing;
use practice::sessions::{Side, Workspace};
use web::{Audience, Page};

use super::attending::{Room, room};
use super::card::{NoteCard, Shown, SideLink, card, side_links};
use crate::homework::Giving;
use crate::notes::reading::{PHASES, ReadNote};
use crate::routing::{CorrectionLine, Mover, Moves, corrections};
use crate::views::{
    Badge, Called, Wall, called, of_whom, own_name, place, pronouns, shared_label, side_label,
};

/// People come early, or swap their hour with somebody else's: a session may be said to have taken place on the day it is
/// booked for, half a day before its time at the most, in microseconds.
const EARLY: i64 = 12 * 3_600 * 1_000_000;

#[derive(Template)]
#[template(path = "sessions/workspace.html")]
pub(super) struct Show {
    page: Page,
    id: String,
    case: String,
    people: Vec<Called>,
    pronouns: String,
    avatars: Vec<(String, &'static str)>,
    number: u32,
    kind: &'static str,
    place_icon: &'static str,
    place: String,
    day: String,
    span: String,
    state: &'static str,
    gone: Option<(i64, i64)>,
    sides: Vec<SideLink>,
    /// The note of the chosen side; nothing before the writer said whose record it is.
    card: Option<NoteCard>,
    pub(super) room: Room,
    last: Vec<LastNote>,
    goals: Vec<GoalLine>,
    corrections: Vec<CorrectionLine>,
    checkins: Vec<Line>,
    filed: Vec<Line>,
    /// Whether there is a page that everybody looks at.
    together: bool,
    homework: Vec<HomeworkLine>,
    giving: Option<Giving>,
    endings: Vec<Ending>,
    next: String,
    openings: Vec<OpeningLink>,
    book_other: String,
    /// Whether who reads works on it; in an emergency nothing is offered that writes.
    works: bool,
    /// Whether the case goes on: in one that was closed nobody comes any more.
    goes_on: bool,
}

/// The last note of a side.
struct LastNote {
    label: Audience,
    when: String,
    href: String,
    open: bool,
    note: ReadNote,
}

struct GoalLine {
    words: String,
    label: Audience,
    /// One participant's own, which a partner beside the screen is not to read.
    folded: bool,
    moves: Option<Moves>,
}

/// One thing of a side, with where it goes.
struct Line {
    title: String,
    words: String,
    label: Audience,
    folded: bool,
    moves: Option<Moves>,
}

/// Homework of the last time and what came back.
struct HomeworkLine {
    moves: Option<Moves>,
    title: String,
    label: Audience,
    folded: bool,
    back: Vec<(String, Badge)>,
    shared: Vec<(String, Vec<String>)>,
    own: Vec<(Audience, Vec<String>)>,
}

struct OpeningLink {
    day: String,
    line: String,
    href: String,
}

/// A way in which a session can end.
pub(super) struct Ending {
    pub(super) word: &'static str,
    pub(super) words: &'static str,
    pub(super) class: &'static str,
}

/// How it stands with a session.
pub(super) fn state_words(state: SessionState) -> &'static str {
    match state {
        SessionState::Booked => "Booked",
        SessionState::Held => "Took place",
        SessionState::Cancelled => "Called off",
        SessionState::NotHeld => "Did not take place",
    }
}

/// What can be said of a booked session at this time.
pub(super) fn endings(wall: &Wall<'_>, session: &Session) -> Vec<Ending> {
    let now = micros(wall.now);
    let ending = |state: SessionState, words, class| Ending {
        word: state.word(),
        words,
        class,
    };
    let mut endings = Vec::new();
    if session.state != SessionState::Booked {
        return endings;
    }
    if session.starts_at <= now + EARLY {
        let quiet = "btn--quiet";
        endings.push(ending(SessionState::Held, "It took place", quiet));
        endings.push(ending(
            SessionState::NotHeld,
            "It did not take place",
            quiet,
        ));
    }
    if now < session.starts_at {
        endings.push(ending(
            SessionState::Cancelled,
            "Call it off",
            "btn--danger",
        ));
    }
    endings
}

pub(super) fn workspace(page: Page, wall: &Wall<'_>, seen: &Workspace, shown: Shown) -> Show {
    let (session, now) = (&seen.session, micros(wall.now));
    let people = called(seen.people.iter().map(|person| &person.named));
    let who: Vec<Called> = seen
        .people
        .iter()
        .zip(&people)
        .filter(|(person, _)| session.people.contains(&person.participant.person))
        .map(|(_, called)| called.clone())
        .collect();
    let classes = ["", "avatar--b", "avatar--c"];
    let (place_icon, place) = place(session.place, seen.room.as_ref());
    let route = shown.route;
    Show {
        id: session.id.to_string(),
        case: seen.case.id.to_string(),
        pronouns: pronouns(&who),
        avatars: who
            .iter()
            .zip(classes.into_iter().cycle())
            .map(|(called, class)| (called.name.clone(), class))
            .collect(),
        number: seen.number,
        kind: of_whom(session.kind, who.len()),
        place_icon,
        place,
        day: wall.day(session.starts_at),
        span: wall.span(session),
        state: state_words(session.state),
        gone: gone(session, now),
        sides: side_links(&page, seen, &people, route),
        card: route.map(|route| card(&page, wall, seen, (&people, route, shown.typed))),
        room: room(wall, seen, &people),
        corrections: corrections(&page, wall, (&seen.case, &people), &seen.corrections),
        checkins: checkins(&page, wall, seen, &people),
        filed: filed(&page, wall, seen, &people),
        together: seen.case.joint.is_some(),
        last: last_notes(&page, wall, seen, (&people, route)),
        goals: goals(&page, seen, &people),
        homework: homework(&page, seen, &people),
        giving: (seen.case.open && !seen.only_read)
            .then(|| Giving::of(&page, &seen.case, &people, session.id).only(seen.only)),
        endings: if seen.only_read {
            Vec::new()
        } else {
            endings(wall, session)
        },
        works: !seen.only_read,
        goes_on: !seen.only_read && seen.case.open,
        next: seen.next.as_ref().map_or(String::new(), |next| {
            format!("Next: {}.", wall.moment(next.starts_at))
        }),
        openings: openings(wall, seen),
        book_other: book(seen, ""),
        people: who,
        page,
    }
}

/// How many minutes of a session that is on have gone, and how many it has.
fn gone(session: &Session, now: i64) -> Option<(i64, i64)> {
    let minute = 60_000_000;
    let is_on = session.starts_at <= now && now < session.ends_at;
    is_on.then(|| {
        (
            (now - session.starts_at) / minute,
            (session.ends_at - session.starts_at) / minute,
        )
    })
}

/// The last note of the shown side, open; those of the other sides folded, each with whose it is.
fn last_notes(
    page: &Page,
    wall: &Wall<'_>,
    seen: &Workspace,
    (people, route): (&[Called], Option<Route>),
) -> Vec<LastNote> {
    let mut sides: Vec<&Side> = seen.sides.iter().collect();
    sides.sort_by_key(|side| Some(side.route) != route);
    sides
        .into_iter()
        .filter_map(|side| {
            let (note, session) = side.last.as_ref()?;
            Some(LastNote {
                label: side_label(page, &seen.case, people, side.route),
                when: wall.short_day(session.starts_at),
                href: format!("/desk/notes/{}", note.id),
                open: Some(side.route) == route,
                note: ReadNote::of(wall, note, |_| String::new()),
            })
        })
        .collect()
}

fn goals(page: &Page, seen: &Workspace, people: &[Called]) -> Vec<GoalLine> {
    let mover = Mover::of(seen, people);
    seen.goals
        .iter()
        .filter(|goal| goal.state == GoalState::Open)
        .map(|goal| {
            let route = goal.whose.map_or(Route::Chart, Route::Own);
            GoalLine {
                words: goal.said.words.reveal().clone(),
                label: shared_label(page, &seen.case, people, route),
                folded: goal.whose.is_some() && people.len() > 1,
                moves: mover.moves(page, Thing::Goal(goal.id), route, goal.whose),
            }
        })
        .collect()
}

fn homework(page: &Page, seen: &Workspace, people: &[Called]) -> Vec<HomeworkLine> {
    seen.homework
        .iter()
        .filter(|one| one.assignment.open)
        .take(3)
        .map(|one| homework_line(page, seen, people, one))
        .collect()
}

fn homework_line(
    page: &Page,
    seen: &Workspace,
    people: &[Called],
    one: &CaseHomework,
) -> HomeworkLine {
    let name = |id| {
        let mut parts = seen.people.iter().zip(people);
        let found = parts.find(|(person, _)| person.participant.id == id);
        found.map_or(String::new(), |(_, called)| called.name.clone())
    };
    let route = match one.assignment.participants.as_slice() {
        [only] if !one.assignment.joint => Route::Own(*only),
        _ => Route::Chart,
    };
    let said = |told: &practice::homework::Told| {
        told.answers
            .iter()
            .chain([&told.words])
            .map(|words| words.reveal().trim().to_owned())
            .filter(|words| !words.is_empty())
            .collect::<Vec<_>>()
    };
    let (shared, own): (Vec<_>, Vec<_>) = one
        .reflections
        .iter()
        .filter(|reflection| !said(&reflection.told).is_empty())
        .partition(|reflection| reflection.shared);
    HomeworkLine {
        moves: Mover::of(seen, people).moves(
            page,
            Thing::Assignment(one.assignment.id),
            route,
            None,
        ),
        title: one.assignment.task.title.reveal().clone(),
        label: shared_label(page, &seen.case, people, route),
        folded: matches!(route, Route::Own(_)) && people.len() > 1,
        back: one
            .back
            .iter()
            .map(|(id, is_in)| (name(*id), Badge::back(*is_in)))
            .collect(),
        shared: shared
            .into_iter()
            .map(|one| (name(one.participant), said(&one.told)))
            .collect(),
        own: own
            .into_iter()
            .map(|one| {
                let route = Route::Own(one.participant);
                (side_label(page, &seen.case, people, route), said(&one.told))
            })
            .collect(),
    }
}

fn checkins(page: &Page, wall: &Wall<'_>, seen: &Workspace, people: &[Called]) -> Vec<Line> {
    let mover = Mover::of(seen, people);
    let lines = seen.measures.iter().rev().map(|one| {
        let whose = Some(one.participant);
        let route = if one.joint || seen.case.joint.is_none() {
            Route::Chart
        } else {
            Route::Own(one.participant)
        };
        let answered = check_in().items.iter().filter_map(|item| {
            let at = one.answers.get(&item.id)?;
            Some(format!("{}: {at} of {}", item.text, check_in().most))
        });
        Line {
            title: format!(
                "{}, {}",
                page.name(&own_name(&seen.case, people, one.participant)),
                wall.short_day(micros(one.taken_at))
            ),
            words: answered.collect::<Vec<_>>().join("\n"),
            label: shared_label(page, &seen.case, people, route),
            folded: matches!(route, Route::Own(_)),
            moves: mover.moves(page, Thing::Measure(one.id), route, whose),
        }
    });
    lines.collect()
}

fn filed(page: &Page, wall: &Wall<'_>, seen: &Workspace, people: &[Called]) -> Vec<Line> {
    let mover = Mover::of(seen, people);
    let lines = seen.filed.iter().take(3).map(|one| Line {
        title: format!(
            "{}, {}",
            page.name(one.author.reveal()),
            wall.short_day(micros(one.sent_at))
        ),
        words: one.text.reveal().clone(),
        label: shared_label(page, &seen.case, people, one.route),
        folded: matches!(one.route, Route::Own(_)),
        moves: mover.moves(page, Thing::Message(one.message), one.route, None),
    });
    lines.collect()
}

fn openings(wall: &Wall<'_>, seen: &Workspace) -> Vec<OpeningLink> {
    let links = seen.openings.iter().map(|opening| {
        let at = wall.locale.here(opening.starts);
        let more = format!(
            "&day={}&time={:02}%3A{:02}&place={}",
            at.date(),
            at.hour(),
            at.minute(),
            seen.session.place.word()
        );
        OpeningLink {
            day: wall.locale.short_day(at.date()),
            line: wall.locale.clock(at.time()),
            href: book(seen, &more),
        }
    });
    links.collect()
}

fn book(seen: &Workspace, more: &str) -> String {
    let comes = |who: &&Participant| seen.session.people.contains(&who.person);
    let some: Vec<_> = seen.case.staying().filter(comes).collect();
    let some: String = if some.len() < seen.case.staying().count() {
        let some = some.iter();
        some.map(|who| format!("&people={}", who.person)).collect()
    } else {
        String::new()
    };
    format!(
        "/desk/booking?case={}{some}&then=/desk/sessions/{}{more}",
        seen.case.id, seen.session.id
    )
}
