//! The day: its sessions with names, what was agreed last time, which notes wait. One opening for care, one for reach.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use vault::{CompartmentId, Opened};

use super::records::{self, Open, Standing};
use super::span;
use crate::access::{DeskAccess, Purpose, Work};
use crate::accounts::{self, Colleague};
use crate::booking::SESSION;
use crate::booking::openings::{self, UseFor};
use crate::calendar::{self, Session, SessionState};
use crate::cases::Case;
use crate::cases::opening::{self, Found};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::homework;
use crate::ids::{CaseId, NoteId, PersonId, SessionId};
use crate::notes::{self, NoteState, Route};
use crate::people::{self, Named};
use crate::private::Private;
use crate::receipts::Action;

/// How far back a session without a note is still shown as waiting for one.
const BACK_DAYS: i64 = 60;

/// A day at the desk.
#[derive(Clone, Debug)]
pub struct Today {
    /// Which day.
    pub day: Date,
    /// Whether this is the day of somebody who has clients; otherwise it is everybody's, names and times only.
    pub clinical: bool,
    /// The sessions, in order.
    pub hours: Vec<DayHour>,
    /// Sessions that are over and whose note is not signed, oldest first.
    pub unwritten: Vec<Unwritten>,
    /// Notes that wait for a co-signature of who asks.
    pub awaiting: Vec<Awaiting>,
    /// How many notes of who asks wait for a supervisor.
    pub sent: u32,
    /// The next opening.
    pub next_opening: Option<Timestamp>,
    /// The week so far.
    pub week: WeekTally,
}

/// A session of the day.
#[derive(Clone, Debug)]
pub struct DayHour {
    /// The session.
    pub session: Session,
    /// The room's name.
    pub room: Option<String>,
    /// Who is expected, by name; who may not be named is left out.
    pub people: Vec<Named>,
    /// With whom, on everybody's day.
    pub clinician: Option<String>,
    /// What was agreed for this session, from the newest note before it on the same side of the case.
    pub agreed: Option<Private<String>>,
    /// Of the homework given last on that side: whether something came back from each who comes; empty without any.
    pub homework: Vec<(PersonId, bool)>,
    /// Its notes as they stand, each with its side.
    pub notes: Vec<(NoteId, Route, NoteState)>,
}

/// A session that is over and whose note is not signed.
#[derive(Clone, Debug)]
pub struct Unwritten {
    /// The session.
    pub session: SessionId,
    /// When it began, microseconds UTC.
    pub starts_at: i64,
    /// The participants by name.
    pub people: Vec<Named>,
    /// Whether a draft was begun.
    pub begun: bool,
}

/// A note that waits for a co-signature.
#[derive(Clone, Debug)]
pub struct Awaiting {
    /// The note.
    pub note: NoteId,
    /// When its session began, microseconds UTC.
    pub starts_at: i64,
    /// The participants by name.
    pub people: Vec<Named>,
    /// Who wrote it.
    pub author: String,
}

/// The week of the day, for a clinician.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct WeekTally {
    /// Sessions of the week that were not called off.
    pub planned: usize,
    /// Of them, held.
    pub held: usize,
    /// Of the held ones, with a signed note.
    pub signed: usize,
}

impl Practice {
    /// The day of who asks in `zone`: a clinician's own, or everybody's for front desk, owner and biller.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn today(
        &self,
        access: &DeskAccess,
        day: Date,
        zone: TimeZone,
    ) -> Result<Today, AccessError> {
        self.read(access, move |work| {
            if work.cares() {
                clinical(work, day, &zone)
            } else {
                everybodys(work, day, &zone)
            }
        })
        .await
    }
}

/// For which reason who asks may read the names in a calendar: to reach people, or to bill.
pub(crate) fn naming(work: &Work<'_, '_>) -> Purpose {
    if work.cares() || work.reaches_everybody() {
        Purpose::Contact
    } else {
        Purpose::Billing
    }
}

fn everybodys(work: &mut Work<'_, '_>, day: Date, zone: &TimeZone) -> Result<Today, AccessError> {
    let practice = work.practice();
    let rooms = records::rooms(work.tx, practice)?;
    let mut all: Vec<(Session, String)> = Vec::new();
    for Colleague { id, page } in accounts::colleagues(work.tx, practice)? {
        let theirs = calendar::records::of_clinician(work.tx, practice, id, span(day, 1, zone))?;
        all.extend(
            theirs
                .into_iter()
                .map(|session| (session, page.name.clone())),
        );
    }
    all.sort_by_key(|(session, _)| session.starts_at);
    let who: Vec<PersonId> = all
        .iter()
        .flat_map(|(session, _)| session.people.iter().copied())
        .collect();
    let names = people::names(work, naming(work), &who)?;
    let hours = all
        .into_iter()
        .map(|(session, clinician)| DayHour {
            room: session.room.and_then(|room| rooms.get(&room).cloned()),
            clinician: Some(clinician),
            ..DayHour::of_names(&session, called(&names, &session.people))
        })
        .collect();
    Ok(Today {
        day,
        clinical: false,
        hours,
        unwritten: Vec::new(),
        awaiting: Vec::new(),
        sent: 0,
        next_opening: None,
        week: WeekTally::default(),
    })
}

fn called(names: &HashMap<PersonId, Named>, people: &[PersonId]) -> Vec<Named> {
    people
        .iter()
        .filter_map(|person| names.get(person).cloned())
        .collect()
}

/// What a clinician's day is made of, before anything is opened.
struct Plan {
    sessions: Vec<Session>,
    standings: Vec<Standing>,
    unwritten: Vec<Open>,
    awaiting: Vec<Open>,
    sent: u32,
    week: WeekTally,
    next_opening: Option<Timestamp>,
}

fn plan(
    work: &mut Work<'_, '_>,
    me: PersonId,
    day: Date,
    zone: &TimeZone,
) -> Result<Plan, AccessError> {
    let (practice, now) = (work.practice(), work.now());
    let at = micros(now);
    let monday = day
        .checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
        .unwrap_or(day);
    let week = span(monday, 7, zone);
    let (begins, ends) = span(day, 1, zone);
    let all = calendar::records::of_clinician(work.tx, practice, me, week)?;
    let standings = records::standings(work.tx, practice, me, week)?;
    let mut unwritten = records::drafts(work.tx, practice, me)?;
    let back = (at - BACK_DAYS * 86_400_000_000, at);
    unwritten.extend(records::without_note(work.tx, practice, me, back)?);
    unwritten.sort_by_key(|open| open.starts_at);
    let asked = openings::Asked {
        clinician: me,
        use_for: UseFor::Sessions,
        length: SESSION,
        from: now,
        days: 14,
        at_most: 1,
    };
    let next = openings::find(work.tx, practice, asked, now)?.pop();
    Ok(Plan {
        week: tally(&all, &standings),
        sessions: all
            .into_iter()
            .filter(|session| (begins..ends).contains(&session.starts_at))
            .collect(),
        standings,
        unwritten,
        awaiting: records::awaiting(work.tx, practice, me)?,
        sent: records::count_awaiting(work.tx, practice, me)?,
        next_opening: next.map(|opening| opening.starts),
    })
}

fn tally(sessions: &[Session], standings: &[Standing]) -> WeekTally {
    let with_case = || sessions.iter().filter(|session| session.case.is_some());
    let held = || with_case().filter(|session| session.state == SessionState::Held);
    let is_signed = |session: &&Session| {
        let mut of_it = standings
            .iter()
            .filter(|standing| standing.session == session.id)
            .peekable();
        of_it.peek().is_some() && of_it.all(|standing| standing.state != NoteState::Draft)
    };
    WeekTally {
        planned: with_case().count(),
        held: held().count(),
        signed: held().filter(is_signed).count(),
    }
}

fn clinical(work: &mut Work<'_, '_>, day: Date, zone: &TimeZone) -> Result<Today, AccessError> {
    let me = work.person()?;
    let plan = plan(work, me, day, zone)?;
    let cases = found(work, &plan)?;
    let guests = guests(work, &plan.sessions)?;
    let opened = open(work, &plan, &cases)?;
    let mut hours = Vec::new();
    for session in &plan.sessions {
        let case = session.case.and_then(|id| cases.get(&id));
        hours.push(match (case, &opened) {
            (Some(case), Some(opened)) => hour(work, opened, case, session, &plan.standings)?,
            _ => DayHour::of_names(session, called(&guests, &session.people)),
        });
    }
    let rooms = records::rooms(work.tx, work.practice())?;
    for hour in &mut hours {
        hour.room = hour.session.room.and_then(|room| rooms.get(&room).cloned());
    }
    let names = |one: &Open| match (cases.get(&one.case), &opened) {
        (Some(case), Some(opened)) => Ok(among(case.names(opened)?, &one.people)),
        _ => Ok::<_, AccessError>(Vec::new()),
    };
    let mut unwritten = Vec::new();
    for one in &plan.unwritten {
        if let (Some(note), Some(opened)) = (one.note, &opened)
            && notes::went_elsewhere(work, opened, (one.session, note))?
        {
            continue;
        }
        unwritten.push(Unwritten {
            session: one.session,
            starts_at: one.starts_at,
            people: names(one)?,
            begun: one.note.is_some(),
        });
    }
    let mut awaiting = Vec::new();
    for one in &plan.awaiting {
        if let Some(note) = one.note {
            awaiting.push(Awaiting {
                note,
                starts_at: one.starts_at,
                people: names(one)?,
                author: name_of(work, one.author)?,
            });
        }
    }
    Ok(Today {
        day,
        clinical: true,
        hours,
        unwritten,
        awaiting,
        sent: plan.sent,
        next_opening: plan.next_opening,
        week: plan.week,
    })
}

fn hour(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    found: &Found,
    session: &Session,
    standings: &[Standing],
) -> Result<DayHour, AccessError> {
    let of_it = standings
        .iter()
        .filter(|standing| standing.session == session.id);
    let notes = of_it
        .map(|standing| {
            let route = found.case.route(standing.compartment);
            (standing.note, route, standing.state)
        })
        .collect();
    let people = among(found.names(opened)?, &session.people);
    Ok(DayHour {
        agreed: agreed(work, opened, &found.case, session)?,
        homework: given(work, opened, &found.case, session)?,
        notes,
        ..DayHour::of_names(session, people)
    })
}

impl DayHour {
    fn of_names(session: &Session, people: Vec<Named>) -> Self {
        Self {
            session: session.clone(),
            room: None,
            people,
            clinician: None,
            agreed: None,
            homework: Vec::new(),
            notes: Vec::new(),
        }
    }
}

fn name_of(work: &mut Work<'_, '_>, id: PersonId) -> Result<String, AccessError> {
    let found = accounts::colleague(work.tx, work.practice(), id)?;
    Ok(found.map(|one| one.page.name).unwrap_or_default())
}

/// Every case of the plan that who asks may open a side of.
fn found(work: &mut Work<'_, '_>, plan: &Plan) -> Result<HashMap<CaseId, Found>, AccessError> {
    let ids = plan
        .sessions
        .iter()
        .filter_map(|session| session.case)
        .chain(plan.unwritten.iter().map(|open| open.case))
        .chain(plan.awaiting.iter().map(|open| open.case));
    let mut cases = HashMap::new();
    for id in ids {
        if cases.contains_key(&id) {
            continue;
        }
        let case = opening::find(work, Action::Today, id)?;
        let sides = case.case.compartments();
        if sides.iter().any(|side| work.may_open(*side, Purpose::Care)) {
            cases.insert(id, case);
        }
    }
    Ok(cases)
}

/// The names of those who come for a first talk: no case yet, so only to be reached.
fn guests(
    work: &mut Work<'_, '_>,
    sessions: &[Session],
) -> Result<HashMap<PersonId, Named>, AccessError> {
    let who: Vec<PersonId> = sessions
        .iter()
        .filter(|session| session.case.is_none())
        .flat_map(|session| session.people.iter().copied())
        .collect();
    people::names(work, Purpose::Contact, &who)
}

/// Opens the names of those whom the day's sessions and the notes are about, and of the day's own sessions the side that the
/// agreed line stands on. A partner who does not come reads nothing of it (R2).
fn open(
    work: &mut Work<'_, '_>,
    plan: &Plan,
    cases: &HashMap<CaseId, Found>,
) -> Result<Option<Opened>, AccessError> {
    let mut wanted: Vec<CompartmentId> = Vec::new();
    for session in &plan.sessions {
        if let Some(found) = session.case.and_then(|id| cases.get(&id)) {
            wanted.extend(found.identities_of(&session.people));
            wanted.extend(side(&found.case, session));
        }
    }
    for one in plan.unwritten.iter().chain(&plan.awaiting) {
        let found = cases.get(&one.case);
        wanted.extend(found.map_or(Vec::new(), |found| found.identities_of(&one.people)));
    }
    wanted.retain(|compartment| work.may_open(*compartment, Purpose::Care));
    if wanted.is_empty() {
        return Ok(None);
    }
    work.open(Action::Today, Purpose::Care, &wanted).map(Some)
}

/// The side of a case that a session is about: one participant's own when only that one comes, else the chart.
pub(crate) fn side(case: &Case, session: &Session) -> Option<CompartmentId> {
    match (case.joint, session.people.as_slice()) {
        (Some(_), [only]) => case.participant(*only).map(|part| part.own),
        _ => case.chart_at(session.starts_at),
    }
}

fn among(mut names: Vec<Named>, people: &[PersonId]) -> Vec<Named> {
    names.retain(|named| people.contains(&named.id));
    names
}

fn agreed(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
    session: &Session,
) -> Result<Option<Private<String>>, AccessError> {
    let Some(side) = side(case, session).filter(|side| opened.get(*side).is_some()) else {
        return Ok(None);
    };
    let last = notes::last_before(work, opened, case.id, side, session.starts_at)?;
    Ok(last
        .map(|note| note.text.agreed)
        .filter(|agreed| !agreed.reveal().trim().is_empty()))
}

/// Whether the homework given last is in, from each who comes and for whom it is, where its side was opened.
fn given(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
    session: &Session,
) -> Result<Vec<(PersonId, bool)>, AccessError> {
    let newest = homework::newest(work, opened, case, 4)?;
    let of_those_who_come = newest.iter().filter(|glance| glance.open).map(|glance| {
        let person = |id| case.participants.iter().find(|part| part.id == id);
        let back = glance.back.iter();
        back.filter_map(|(id, is_in)| Some((person(*id)?.person, *is_in)))
            .filter(|(person, _)| session.people.contains(person))
            .collect::<Vec<_>>()
    });
    Ok(of_those_who_come
        .into_iter()
        .find(|back| !back.is_empty())
        .unwrap_or_default())
}
