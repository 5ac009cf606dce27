//! A case at a glance: people, goals, sessions with their notes, homework, consents. One opening, one receipt.

use askama::Template;
use axum::extract::{Path, State};
use practice::calendar::{Session, SessionState};
use practice::cases::{CaseOverview, CasePerson};
use practice::clock::micros;
use practice::consent::Standing;
use practice::goals::{Goal, GoalState};
use practice::homework::Glance;
use practice::ids::CaseId;
use practice::notes::{NoteGlance, Route};
use practice::{AccessError, Practice};
use web::messages::FiledView;
use web::{Answer, Asked, Audience, Desk, Page, Visit, show as page_shown};

use super::measures::{self, MeasuresView};
use super::parts::{self, Parts};
use crate::messages::filed_view;
use crate::pages;
use crate::routing::{CorrectionLine, corrections};
use crate::together;
use crate::views::{
    Badge, Called, Wall, called, case_words, listed, own_name, place, shared_label, short_label,
};

#[derive(Template)]
#[template(path = "cases/overview.html")]
struct Show {
    page: Page,
    id: String,
    people: Vec<Called>,
    kind: &'static str,
    opened: String,
    closed: bool,
    /// Whether joint sessions and joint homework wait (R11).
    waits: bool,
    /// Where everybody's goals and check-ins stand side by side; nothing with one person.
    together: String,
    /// Whether something can be begun: the case goes on, and who reads cares for it.
    acts: bool,
    persons: Vec<PersonView>,
    staff: Vec<(String, &'static str)>,
    next: Option<NextView>,
    goals: Vec<GoalView>,
    entries: Vec<Entry>,
    homework: Vec<HomeworkView>,
    consents: Vec<ConsentView>,
    measures: Vec<MeasuresView>,
    /// Copies of messages in the record.
    filed: Vec<FiledView>,
    parts: Parts,
    corrections: Vec<CorrectionLine>,
    /// Who has not signed while joint goals are there: they stand on the consent of who wrote them.
    unsigned: String,
}

/// Somebody who takes part.
struct PersonView {
    name: String,
    pronouns: String,
    line: String,
    class: &'static str,
    href: String,
    intake: String,
    /// Where the entries from elsewhere are read; nothing where there are none.
    imported: String,
}

/// The session to open: the one that goes on, or the next one.
struct NextView {
    href: String,
    words: String,
}

struct GoalView {
    words: String,
    value: String,
    label: Audience,
    state: Badge,
}

/// A session in the timeline, with its notes.
struct Entry {
    when: String,
    what: String,
    href: String,
    is_now: bool,
    notes: Vec<NoteView>,
}

struct NoteView {
    href: String,
    label: Audience,
    badge: Badge,
    agreed: String,
    added: bool,
}

struct HomeworkView {
    title: String,
    given: String,
    label: Audience,
    back: Vec<(String, Badge)>,
}

struct ConsentView {
    title: String,
    who: String,
    is_good: bool,
}

pub(super) async fn show(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<CaseId>,
    Asked(asked): Asked,
) -> Answer {
    let seen = match practice.case_overview(&access, id).await {
        Ok(seen) => seen,
        // To who kept it, it is said plainly that it was destroyed; to anybody else there never was one.
        Err(AccessError::NotThere) => {
            practice.gone_case(&access, id).await?;
            return crate::retention::gone(&visit, &practice, &access).await;
        }
        Err(error) => return Err(error.into()),
    };
    let page = pages::frame(&visit, &practice, &access, ("Case", "cases")).await?;
    let page = pages::done(page, &asked);
    let mut shown = view(page, &Wall::of(&visit, &practice), &seen);
    // Whose care went on, and with whom, is seldom asked.
    let staff = if seen.left.iter().any(|left| left.onward.is_some()) {
        practice.colleagues().await?
    } else {
        Vec::new()
    };
    let wall = Wall::of(&visit, &practice);
    shown.parts = parts::of(
        &shown.page,
        &wall,
        (&access, &seen),
        (&shown.people, &staff),
    );
    shown.filed = seen
        .filed
        .iter()
        .map(|one| filed_view(&visit, &shown.page, (&seen.case, &shown.people), one))
        .collect();
    page_shown(&shown)
}

fn view(page: Page, wall: &Wall<'_>, seen: &CaseOverview) -> Show {
    let mut people = called(seen.people.iter().map(|person| &person.named));
    for (called, person) in people.iter_mut().zip(&seen.people) {
        // Of a part that was destroyed a name may be left, and nothing else (R16).
        if person.participant.destroyed.is_some() && person.named.name.reveal().is_empty() {
            "Somebody whose record was destroyed".clone_into(&mut called.name);
        }
    }
    Show {
        id: seen.case.id.to_string(),
        kind: case_words(&seen.case),
        opened: wall.locale.date(wall.here(seen.case.opened_at).date()),
        closed: !seen.case.open,
        waits: seen.case.open && seen.case.joint_waits(),
        acts: seen.case.open && !seen.only_read,
        persons: persons(seen, &people),
        staff: staff(seen),
        next: next(wall, &seen.sessions),
        goals: goals(&page, seen, &people),
        entries: entries(&page, wall, seen, &people),
        homework: seen
            .homework
            .iter()
            .map(|given| homework_view(&page, wall, seen, (&people, given)))
            .collect(),
        consents: consents(&page, seen),
        measures: measures::views(&page, wall, seen, &people),
        filed: Vec::new(),
        parts: Parts::default(),
        corrections: corrections(&page, wall, (&seen.case, &people), &seen.corrections),
        together: together::href(&seen.case),
        unsigned: unsigned(&page, seen),
        people,
        page,
    }
}

fn persons(seen: &CaseOverview, people: &[Called]) -> Vec<PersonView> {
    let classes = ["", "avatar--b", "avatar--c"];
    let imported = seen.imported.iter().copied().chain(std::iter::repeat(0));
    seen.people
        .iter()
        .zip(people)
        .zip(classes.into_iter().cycle())
        .zip(imported)
        .map(|(((person, called), class), imported)| PersonView {
            name: called.name.clone(),
            pronouns: called.pronouns.clone(),
            line: match (person.participant.until, person.consents.informed()) {
                (Some(_), _) => "Takes part no more".to_owned(),
                (None, true) => "Informed consent signed".to_owned(),
                (None, false) => "Informed consent not signed yet".to_owned(),
            },
            class,
            href: if is_closed(person) {
                String::new()
            } else {
                format!("/desk/people/{}", person.participant.person)
            },
            intake: if is_closed(person) {
                String::new()
            } else {
                format!(
                    "/desk/cases/{}/intake/{}",
                    seen.case.id, person.participant.id
                )
            },
            imported: if imported == 0 {
                String::new()
            } else {
                format!(
                    "/desk/cases/{}/imported/{}",
                    seen.case.id, person.participant.id
                )
            },
        })
        .collect()
}

/// Whether somebody's name, and with it their own side, is not open to who reads: a partner's, in an emergency (R2).
fn is_closed(person: &CasePerson) -> bool {
    person.named.name.reveal().is_empty()
}

/// Those who have not signed, where joint goals are there all the same: a writer is asked for their own consent only, so
/// that nobody learns of a partner's (R2), and the clinician sees how it stands.
fn unsigned(page: &Page, seen: &CaseOverview) -> String {
    let joint = seen.goals.iter().any(|goal| goal.whose.is_none());
    let people = seen.people.iter();
    let missing = people.filter(|person| {
        joint && person.participant.until.is_none() && !person.consents.informed()
    });
    let named: Vec<_> = missing.map(|person| &person.named).collect();
    listed(page, &called(named))
}

fn staff(seen: &CaseOverview) -> Vec<(String, &'static str)> {
    let parts = ["Clinician", "Supervisor"];
    seen.staff
        .iter()
        .map(|page| page.name.clone())
        .zip(parts)
        .collect()
}

/// The session that goes on or comes next.
fn next(wall: &Wall<'_>, sessions: &[Session]) -> Option<NextView> {
    let now = micros(wall.now);
    let coming = sessions
        .iter()
        .filter(|one| one.state == SessionState::Booked && one.ends_at > now);
    coming.min_by_key(|one| one.starts_at).map(|one| NextView {
        href: format!("/desk/sessions/{}", one.id),
        words: if one.starts_at <= now {
            "Open session".to_owned()
        } else {
            match wall.short_day(one.starts_at).as_str() {
                "Today" => "Open today’s session".to_owned(),
                day => format!("Open session of {day}"),
            }
        },
    })
}

/// The goals that all share first, then each participant's own.
fn goals(page: &Page, seen: &CaseOverview, people: &[Called]) -> Vec<GoalView> {
    let mut goals: Vec<&Goal> = seen.goals.iter().collect();
    goals.sort_by_key(|goal| goal.whose.is_some());
    goals
        .into_iter()
        .map(|goal| goal_view(page, seen, people, goal))
        .collect()
}

fn goal_view(page: &Page, seen: &CaseOverview, people: &[Called], goal: &Goal) -> GoalView {
    let route = goal.whose.map_or(Route::Chart, Route::Own);
    GoalView {
        words: goal.said.words.reveal().clone(),
        value: goal.said.value.reveal().clone(),
        label: shared_label(page, &seen.case, people, route),
        state: match goal.state {
            GoalState::Open => Badge::new("Open", "", ""),
            GoalState::Reached => Badge::new("Reached", "badge--ok", "check"),
            GoalState::LetGo => Badge::new("Let go", "", ""),
        },
    }
}

fn entries(page: &Page, wall: &Wall<'_>, seen: &CaseOverview, people: &[Called]) -> Vec<Entry> {
    let now = micros(wall.now);
    seen.sessions
        .iter()
        .map(|session| Entry {
            when: wall.moment(session.starts_at),
            what: what(page, seen, people, session),
            href: format!("/desk/sessions/{}", session.id),
            is_now: session.starts_at <= now && now < session.ends_at,
            notes: seen
                .notes
                .iter()
                .filter(|note| note.session == session.id)
                .map(|note| note_view(page, seen, people, note))
                .collect(),
        })
        .collect()
}

/// "Session with Sam alone, video".
fn what(page: &Page, seen: &CaseOverview, people: &[Called], session: &Session) -> String {
    let (_, place) = place(session.place, None);
    let place = place.to_lowercase();
    let who: Vec<Called> = seen
        .people
        .iter()
        .zip(people)
        .filter(|(person, _)| session.people.contains(&person.participant.person))
        .map(|(_, called)| called.clone())
        .collect();
    let who = match (who.len(), people.len()) {
        (_, 1) => String::new(),
        (2, 2) => ", both".to_owned(),
        (some, all) if some == all => ", everybody".to_owned(),
        (1, _) => format!(", {} alone", listed(page, &who)),
        _ => format!(", {}", listed(page, &who)),
    };
    let state = match session.state {
        SessionState::NotHeld => "did not take place",
        SessionState::Booked | SessionState::Held | SessionState::Cancelled => place.as_str(),
    };
    format!("Session{who}, {state}")
}

fn note_view(page: &Page, seen: &CaseOverview, people: &[Called], note: &NoteGlance) -> NoteView {
    let route = seen.case.route(note.compartment);
    NoteView {
        href: format!("/desk/notes/{}", note.id),
        label: short_label(page, &seen.case, people, route),
        badge: Badge::of_note(note.state),
        agreed: note.agreed.reveal().clone(),
        added: note.added,
    }
}

fn homework_view(
    page: &Page,
    wall: &Wall<'_>,
    seen: &CaseOverview,
    (people, given): (&[Called], &Glance),
) -> HomeworkView {
    let route = match given.back.as_slice() {
        [(id, _)] if !given.joint => Route::Own(*id),
        _ => Route::Chart,
    };
    HomeworkView {
        title: given.title.reveal().clone(),
        given: wall.short_day(micros(given.given_at)),
        label: shared_label(page, &seen.case, people, route),
        back: given
            .back
            .iter()
            .map(|(id, is_in)| (own_name(&seen.case, people, *id), Badge::back(*is_in)))
            .collect(),
    }
}

/// Each document once, with those who signed it and those who did not.
fn consents(page: &Page, seen: &CaseOverview) -> Vec<ConsentView> {
    let Some(first) = seen.people.first() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (at, document) in first.consents.documents.iter().enumerate() {
        let standings: Vec<(&CasePerson, Standing)> = seen
            .people
            .iter()
            .filter_map(|person| Some((person, person.consents.documents.get(at)?.standing)))
            .collect();
        let missing: Vec<String> = standings
            .iter()
            .filter(|(_, standing)| !standing.is_in_force())
            .map(|(person, standing)| {
                let name = page.name(person.named.name.reveal());
                match standing {
                    Standing::Withdrawn(_) => format!("{name} withdrew it"),
                    Standing::Older { .. } => format!("{name} is asked again"),
                    Standing::Missing | Standing::InForce(_) => format!("{name} not yet"),
                }
            })
            .collect();
        found.push(ConsentView {
            title: document.text.title.clone(),
            is_good: missing.is_empty(),
            who: match (missing.is_empty(), standings.len()) {
                (true, 1) => "Signed".to_owned(),
                (true, 2) => "Signed by both".to_owned(),
                (true, _) => "Signed by everybody".to_owned(),
                (false, _) => missing.join(", "),
            },
        });
    }
    found
}
