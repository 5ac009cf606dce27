//! The workspace as a page: the note of one side, what it builds on, what comes next.

use askama::Template;
use practice::calendar::{Session, SessionState};
use practice::clock::micros;
use practice::goals::GoalState;
use practice::homework::CaseHomework;
use practice::notes::{Note, NoteState, Route};
use practice::sessions::{Side, Workspace};
use web::{Audience, Form, Page};

use crate::homework::Giving;
use crate::notes::reading::{FIELDS, PHASES, ReadNote};
use crate::views::{
    Badge, Called, Wall, called, of_whom, place, pronouns, shared_label, side_label, side_word,
};

/// People come early, or swap their hour with somebody else's: a session may be said to have taken place on the day it is
/// booked for, half a day before its time at the most, in microseconds.
const EARLY: i64 = 12 * 3_600 * 1_000_000;

/// Which side is shown, and words that were typed and could not be kept.
pub(super) struct Shown {
    pub(super) route: Route,
    pub(super) typed: Option<Form>,
}

impl Shown {
    /// A side as it is stored.
    pub(super) fn stored(route: Route) -> Self {
        Self { route, typed: None }
    }

    /// A side with what was typed.
    pub(super) fn typed(route: Route, form: Form) -> Self {
        Self {
            route,
            typed: Some(form),
        }
    }
}

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
    card: NoteCard,
    last: Vec<LastNote>,
    goals: Vec<GoalLine>,
    homework: Vec<HomeworkLine>,
    giving: Option<Giving>,
    endings: Vec<Ending>,
    next: String,
    openings: Vec<OpeningLink>,
    book_other: String,
}

/// A side of the case to change to.
struct SideLink {
    words: String,
    href: String,
    is_current: bool,
}

/// The note of this session on the chosen side.
struct NoteCard {
    label: Audience,
    side: String,
    badge: Option<Badge>,
    href: String,
    revision: u32,
    saved: String,
    writes: bool,
    form: Form,
    /// Who has to sign first, in words; nothing is written before (R9).
    missing: String,
    others: bool,
    read: Option<ReadNote>,
    /// What is stored meanwhile, beside what was typed.
    meanwhile: Option<ReadNote>,
    /// What was typed and cannot be kept in this note any more.
    given_back: Vec<(&'static str, String)>,
    supervised: bool,
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
}

/// Homework of the last time and what came back.
struct HomeworkLine {
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
    let is_on = session.starts_at <= now && now < session.ends_at;
    let (place_icon, place) = place(session.place, seen.room.as_ref());
    let minute = 60_000_000;
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
        gone: is_on.then(|| {
            (
                (now - session.starts_at) / minute,
                (session.ends_at - session.starts_at) / minute,
            )
        }),
        sides: side_links(&page, seen, &people, route),
        card: card(&page, wall, seen, (&people, shown)),
        last: last_notes(&page, wall, seen, (&people, route)),
        goals: goals(&page, seen, &people),
        homework: homework(&page, seen, &people),
        giving: seen
            .case
            .open
            .then(|| Giving::of(&page, &seen.case, &people, session.id)),
        endings: endings(wall, session),
        next: seen.next.as_ref().map_or(String::new(), |next| {
            format!("Next: {}.", wall.moment(next.starts_at))
        }),
        openings: openings(wall, seen),
        book_other: book(seen, ""),
        people: who,
        page,
    }
}

fn side_links(page: &Page, seen: &Workspace, people: &[Called], route: Route) -> Vec<SideLink> {
    if seen.sides.len() < 2 {
        return Vec::new();
    }
    seen.sides
        .iter()
        .map(|side| SideLink {
            words: match side.route {
                Route::Chart if people.len() == 2 => "Couple record".to_owned(),
                Route::Chart => "Shared record".to_owned(),
                Route::Own(_) => {
                    let label = side_label(page, &seen.case, people, side.route);
                    label.who.split('.').next().unwrap_or_default().to_owned()
                }
            },
            href: format!(
                "/desk/sessions/{}?side={}",
                seen.session.id,
                side_word(side.route)
            ),
            is_current: side.route == route,
        })
        .collect()
}

fn card(
    page: &Page,
    wall: &Wall<'_>,
    seen: &Workspace,
    (people, shown): (&[Called], Shown),
) -> NoteCard {
    let route = shown.route;
    let note = seen.side(route).and_then(|side| side.note.as_ref());
    let missing: Vec<String> = seen
        .uninformed(route)
        .into_iter()
        .map(|named| page.name(named.name.reveal()))
        .collect();
    let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
    let is_draft = note.is_none_or(|note| note.state == NoteState::Draft);
    let mine = note.is_none_or(|note| note.author == seen.reader);
    let writes = is_draft && mine && missing.is_empty();
    let reads = |note: &Note| ReadNote::of(wall, note, |_| String::new());
    let revision = note.map_or(0, |note| note.revision);
    let is_stale = shown
        .typed
        .as_ref()
        .is_some_and(|form| form.parsed("revision").unwrap_or(0) != revision);
    NoteCard {
        label: side_label(page, &seen.case, people, route),
        side: side_word(route),
        badge: note
            .filter(|note| note.state != NoteState::Draft)
            .map(|note| Badge::of_note(note.state)),
        href: note.map_or(String::new(), |note| format!("/desk/notes/{}", note.id)),
        revision,
        saved: String::new(),
        missing: web::listed(&missing),
        others: is_draft && !mine,
        read: note.filter(|_| !writes).map(reads),
        meanwhile: note.filter(|_| writes && is_stale).map(reads),
        given_back: shown
            .typed
            .as_ref()
            .filter(|_| !writes)
            .map_or(Vec::new(), typed),
        form: shown.typed.unwrap_or_else(|| filled(note)),
        supervised: seen.case.supervisor.is_some_and(|id| id != seen.reader),
        writes,
    }
}

fn typed(form: &Form) -> Vec<(&'static str, String)> {
    FIELDS
        .iter()
        .filter(|(name, _)| !form.text(name).is_empty())
        .map(|(name, title)| (*title, form.raw(name).to_owned()))
        .collect()
}

fn filled(note: Option<&Note>) -> Form {
    let Some(note) = note else {
        return Form::blank();
    };
    let text = &note.text;
    let said = [&text.brought, &text.did, &text.landed, &text.agreed];
    let fields = FIELDS
        .iter()
        .zip(said)
        .map(|((name, _), said)| (*name, said.reveal().as_str()));
    let phases = text.phases.iter().map(|phase| ("phases", phase.as_str()));
    Form::filled(fields.chain(phases))
}

/// The last note of the shown side, open; those of the other sides folded, each with whose it is.
fn last_notes(
    page: &Page,
    wall: &Wall<'_>,
    seen: &Workspace,
    (people, route): (&[Called], Route),
) -> Vec<LastNote> {
    let mut sides: Vec<&Side> = seen.sides.iter().collect();
    sides.sort_by_key(|side| side.route != route);
    sides
        .into_iter()
        .filter_map(|side| {
            let (note, session) = side.last.as_ref()?;
            Some(LastNote {
                label: side_label(page, &seen.case, people, side.route),
                when: wall.short_day(session.starts_at),
                href: format!("/desk/notes/{}", note.id),
                open: side.route == route,
                note: ReadNote::of(wall, note, |_| String::new()),
            })
        })
        .collect()
}

fn goals(page: &Page, seen: &Workspace, people: &[Called]) -> Vec<GoalLine> {
    seen.goals
        .iter()
        .filter(|goal| goal.state == GoalState::Open)
        .map(|goal| {
            let route = goal.whose.map_or(Route::Chart, Route::Own);
            GoalLine {
                words: goal.said.words.reveal().clone(),
                label: shared_label(page, &seen.case, people, route),
                folded: goal.whose.is_some() && people.len() > 1,
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
    let one = match seen.session.people.as_slice() {
        [only] if seen.case.participants.len() > 1 => format!("&people={only}"),
        _ => String::new(),
    };
    format!(
        "/desk/booking?case={}{one}&then=/desk/sessions/{}{more}",
        seen.case.id, seen.session.id
    )
}
