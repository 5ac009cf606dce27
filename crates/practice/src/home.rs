//! What a client finds first: the next session, what waits to be signed, filled or tried, their goals. One opening.
//!
//! Everything here is the client's own or joint; nothing of a partner's own side is counted or hinted at (R2). Not here:
//! each thing's own page.

use jiff::Timestamp;
use vault::Opened;

use crate::access::{PortalAccess, Purpose, Work};
use crate::calendar::{self, Session};
use crate::cases::{self, CaseKind, Part, Sides};
use crate::clock::{from_micros, micros};
use crate::consent::{self, Document};
use crate::core::Practice;
use crate::error::AccessError;
use crate::goals::{self, Goal, GoalState};
use crate::homework::{self, Assignment};
use crate::ids::{CaseId, RoomId};
use crate::intake::{self, IntakeState};
use crate::private::Private;
use crate::receipts::Action;
use crate::releases::{self, AskedOfMe};
use crate::{accounts, booking, people, safety, settings};

/// The first page of the portal.
#[derive(Clone, Debug)]
pub struct Home {
    /// The name to use.
    pub name: Private<String>,
    /// The sessions to come, the next one first.
    pub coming: Vec<MySession>,
    /// What there is for each case that goes on.
    pub parts: Vec<HomePart>,
    /// The cases that have ended for the client, the newest first: for whom their sides are.
    pub ended: Vec<Sides>,
}

/// What there is for one case.
#[derive(Clone, Debug)]
pub struct HomePart {
    /// For whom the sides of the case are.
    pub sides: Sides,
    /// Whether it is a relational case.
    pub relational: bool,
    /// Who joined or left while the client was in it, in the last thirty days.
    pub moved: Vec<Moved>,
    /// The documents and how each stands.
    pub documents: Vec<Document>,
    /// How far the intake is.
    pub intake: IntakeState,
    /// Whether the questions that are answered alone were asked once more and wait (R11).
    pub asked_alone: bool,
    /// Releases that wait for their answer.
    pub releases: Vec<AskedOfMe>,
    /// The homework that goes on, and whether something was given back.
    pub homework: Vec<(Assignment, bool)>,
    /// The goals that are open.
    pub goals: Vec<Goal>,
}

/// Somebody joined or left.
#[derive(Clone, Debug)]
pub struct Moved {
    /// By the name that they use with each other.
    pub name: Private<String>,
    /// When, microseconds UTC.
    pub at: i64,
    /// Whether they joined; otherwise they left.
    pub joined: bool,
}

/// A session as the client reads of it.
#[derive(Clone, Debug)]
pub struct MySession {
    /// When, where, how it stands.
    pub session: Session,
    /// With which clinician: "Dr. Okafor".
    pub clinician: String,
    /// The room's name.
    pub room: Option<String>,
    /// Who else comes.
    pub with: Vec<Private<String>>,
    /// Until when calling it off is free.
    pub free_until: Timestamp,
}

/// The signed-in client's sessions.
#[derive(Clone, Debug)]
pub struct MySessions {
    /// The name to use.
    pub name: Private<String>,
    /// Those to come, the next one first.
    pub coming: Vec<MySession>,
    /// Those that were, the newest first.
    pub past: Vec<MySession>,
}

/// How many past sessions a page shows.
const PAST: i64 = 50;

impl Practice {
    /// What the signed-in client finds first.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn my_home(&self, access: &PortalAccess) -> Result<Home, AccessError> {
        self.read(access, |work| {
            let (name, parts, opened) = arrive(work)?;
            let (practice, me) = (work.practice(), work.person()?);
            let now = micros(work.now());
            let coming = calendar::records::coming_of_person(work.tx, practice, me, now)?;
            let coming = told(work, opened.as_ref(), &parts, coming)?;
            let (mut shown, mut ended) = (Vec::new(), Vec::new());
            for part in &parts {
                match &opened {
                    Some(opened) if part.goes_on() => shown.push(home_part(work, opened, part)?),
                    Some(opened) => ended.push(cases::sides(work, opened, part)?),
                    None => {}
                }
            }
            ended.sort_by_key(|sides| std::cmp::Reverse(sides.until));
            Ok(Home {
                name,
                coming,
                parts: shown,
                ended,
            })
        })
        .await
    }

    /// The signed-in client's sessions, to come and past.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn my_sessions(&self, access: &PortalAccess) -> Result<MySessions, AccessError> {
        self.read(access, |work| {
            let (name, parts, opened) = arrive(work)?;
            let (practice, me) = (work.practice(), work.person()?);
            let now = micros(work.now());
            let coming = calendar::records::coming_of_person(work.tx, practice, me, now)?;
            let past = calendar::records::past_of_person(work.tx, practice, me, now, PAST)?;
            Ok(MySessions {
                name,
                coming: told(work, opened.as_ref(), &parts, coming)?,
                past: told(work, opened.as_ref(), &parts, past)?,
            })
        })
        .await
    }
}

/// The name to use, the parts taken in cases, and what was opened of them.
type Arrived = (Private<String>, Vec<Part>, Option<Opened>);

/// Opens what the client's pages begin with; who takes part in nothing yet has their name alone.
fn arrive(work: &mut Work<'_, '_>) -> Result<Arrived, AccessError> {
    let me = work.person()?;
    let parts = cases::parts_of_mine(work)?;
    if parts.is_empty() {
        let mut known = people::identities(work, Action::OwnPages, Purpose::OwnRecord, &[me])?;
        let name = known.remove(&me).map(|identity| identity.name);
        return Ok((name.unwrap_or_default(), parts, None));
    }
    let wanted: Vec<_> = parts.iter().flat_map(Part::compartments).collect();
    let opened = work.open(Action::OwnPages, Purpose::OwnRecord, &wanted)?;
    let mut name = Private::default();
    if let Some(part) = parts.first() {
        name = cases::sides(work, &opened, part)?.name;
    }
    Ok((name, parts, Some(opened)))
}

fn home_part(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    part: &Part,
) -> Result<HomePart, AccessError> {
    let practice = work.practice();
    let described = settings::described(work)?;
    let goals = goals::of_case(work, opened, &part.case)?;
    let homework = homework::of_part(work, opened, part)?;
    Ok(HomePart {
        sides: cases::sides(work, opened, part)?,
        relational: part.case.kind == CaseKind::Relational,
        moved: moved(work, opened, part)?,
        documents: consent::of_participant(work, part.case.kind, &described, part.who.id)?
            .documents,
        intake: intake::of_part(work, part.who.id)?,
        asked_alone: safety::records::standing(work.tx, practice, part.who.id)?
            .asked
            .is_some(),
        releases: releases::waiting(work, opened, part.who.id)?,
        homework: homework.into_iter().filter(|(one, _)| one.open).collect(),
        goals: goals
            .into_iter()
            .filter(|goal| goal.state == GoalState::Open)
            .collect(),
    })
}

/// For how long the first page says that somebody joined or left, in microseconds.
const LATELY: i64 = 30 * 24 * 3_600_000_000;

/// Who joined or left after the client came, of those who were there with them.
fn moved(work: &mut Work<'_, '_>, opened: &Opened, part: &Part) -> Result<Vec<Moved>, AccessError> {
    let since = micros(work.now()).saturating_sub(LATELY).max(part.who.from);
    let names = cases::called(work, opened, &part.case)?;
    let mut found = Vec::new();
    for other in &part.case.participants {
        if other.id == part.who.id || !part.case.met(&part.who, other) {
            continue;
        }
        let joined = other.before.map(|_| (other.from, true));
        let left = other.left.zip(other.until).map(|(_, at)| (at, false));
        for (at, joined) in joined.into_iter().chain(left) {
            let name = names.get(&other.id).cloned().filter(|_| at > since);
            found.extend(name.map(|name| Moved { name, at, joined }));
        }
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.at));
    Ok(found)
}

/// Sessions with the clinician's, the room's and the partners' names.
fn told(
    work: &mut Work<'_, '_>,
    opened: Option<&Opened>,
    parts: &[Part],
    sessions: Vec<Session>,
) -> Result<Vec<MySession>, AccessError> {
    let (practice, me) = (work.practice(), work.person()?);
    let rooms = booking::records::rooms(work.tx, practice)?;
    let room = |id: Option<RoomId>| {
        let found = rooms.iter().find(|(known, _)| Some(*known) == id);
        found.map(|(_, name)| name.clone())
    };
    let hours = settings::described(work)?.cancellation_hours;
    let ahead = i64::from(hours) * 3_600_000_000;
    let mut found = Vec::new();
    for session in sessions {
        let clinician = accounts::staff_pages(work, &[session.clinician])?;
        let with = match (opened, session.case) {
            (Some(opened), Some(case)) => others(work, opened, parts, case, &session)?,
            _ => Vec::new(),
        };
        found.push(MySession {
            free_until: from_micros(session.starts_at - ahead),
            clinician: clinician
                .first()
                .map(accounts::StaffPage::spoken)
                .unwrap_or_default(),
            room: room(session.room),
            with,
            session,
        });
    }
    // Only sessions to which the client is expected are among them; a partner's own hours are not.
    found.retain(|one| one.session.people.contains(&me));
    Ok(found)
}

fn others(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    parts: &[Part],
    case: CaseId,
    session: &Session,
) -> Result<Vec<Private<String>>, AccessError> {
    let Some(part) = parts.iter().find(|part| part.case.id == case) else {
        return Ok(Vec::new());
    };
    let names = cases::called(work, opened, &part.case)?;
    let others = part.case.participants.iter();
    Ok(others
        .filter(|other| other.id != part.who.id && session.people.contains(&other.person))
        .filter_map(|other| names.get(&other.id).cloned())
        .collect())
}
