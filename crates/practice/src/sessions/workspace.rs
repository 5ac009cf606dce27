//! The workspace of one session: the last note beside the new one, what is needed to write it, and what comes next.

use jiff::ToSpan;
use jiff::tz::TimeZone;
use vault::{CompartmentId, Opened};

use super::attending::{self, Attendance};
use super::records;
use crate::access::{DeskAccess, Purpose, Work};
use crate::accounts::{self, StaffPage};
use crate::booking::SESSION;
use crate::booking::openings::{self, Opening, UseFor};
use crate::calendar::{self, Session};
use crate::cases::opening::{self, Found};
use crate::cases::{self, Case, CasePerson, Participant};
use crate::clock::from_micros;
use crate::consent::{self, Policy};
use crate::core::Practice;
use crate::error::AccessError;
use crate::goals::{self, Goal};
use crate::homework::{self, CaseHomework};
use crate::ids::{ParticipantId, PersonId, SessionId};
use crate::measures::{self, Measure};
use crate::messages::{self, Filed};
use crate::notes::{self, Note, Route};
use crate::people::Named;
use crate::process_notes;
use crate::receipts::Action;
use crate::routing::{self, Correction};

/// How many of the newest measures of each participant.
const MEASURES: i64 = 2;

/// A session, as the one who holds it works on it.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The session.
    pub session: Session,
    /// The how-manieth of its case.
    pub number: u32,
    /// The room's name.
    pub room: Option<String>,
    /// Its case.
    pub case: Case,
    /// Whose session it is, where it is one participant's of several and their own side alone was opened: everything below is
    /// of that side then, and the others' names are closed.
    pub only: Option<ParticipantId>,
    /// The case's participants.
    pub people: Vec<CasePerson>,
    /// The clinician, and an associate's supervisor after them.
    pub staff: Vec<StaffPage>,
    /// Who asks.
    pub reader: PersonId,
    /// The sides that who asks may write, the joint one first.
    pub sides: Vec<Side>,
    /// The narrowest side on which everybody who was in the room finds the note again; nothing where there is none, and
    /// whoever writes has to say.
    pub about: Option<Route>,
    /// Who was in the room, once it was written down, with the revision.
    pub attendance: Option<(Attendance, u32)>,
    /// What happens with what each participant tells alone, by what they signed; nothing in an individual case.
    pub policies: Vec<Policy>,
    /// What was corrected of this case: what left a side for a narrower one, the newest first.
    pub corrections: Vec<Correction>,
    /// The newest measures of each participant.
    pub measures: Vec<Measure>,
    /// Copies of messages that were filed here, the newest first.
    pub filed: Vec<Filed>,
    /// The goals, each participant's own ones among them.
    pub goals: Vec<Goal>,
    /// The newest homework first, with what came back.
    pub homework: Vec<CaseHomework>,
    /// The next session that is booked after this one.
    pub next: Option<Session>,
    /// Times to book next, those of the same weekday and hour first.
    pub openings: Vec<Opening>,
    /// Whether who asks wrote a process note of it and nobody a progress note.
    pub owes_note: bool,
    /// Whether who asks only reads here, in an emergency.
    pub only_read: bool,
}

/// One side of the case: this session's note there, and the last one before it.
#[derive(Clone, Debug)]
pub struct Side {
    /// Which.
    pub route: Route,
    /// The note of this session.
    pub note: Option<Note>,
    /// The newest note of an earlier session, and when that was.
    pub last: Option<(Note, Session)>,
}

impl Workspace {
    /// A side by its route.
    #[must_use]
    pub fn side(&self, route: Route) -> Option<&Side> {
        self.sides.iter().find(|side| side.route == route)
    }

    /// Those whose informed consent is missing before anything can be written on a side (R9).
    #[must_use]
    pub fn uninformed(&self, route: Route) -> Vec<&Named> {
        let chart = self.case.chart_at(self.session.starts_at);
        let concerned = |person: &&CasePerson| match route {
            Route::Chart => chart.is_none_or(|side| {
                person.participant.own == side
                    || self.case.joints_of(&person.participant).contains(&side)
            }),
            Route::Own(id) => person.participant.id == id,
        };
        self.people
            .iter()
            .filter(concerned)
            .filter(|person| !person.consents.informed())
            .map(|person| &person.named)
            .collect()
    }
}

impl Practice {
    /// The workspace of a session of a case that who asks cares for. A session of one of several opens that one's own side and
    /// name, and nothing of a partner's (R2); the whole case where somebody else came, too, or when another side is `asked`
    /// for.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such session for who asks.
    pub async fn session_workspace(
        &self,
        access: &DeskAccess,
        session: SessionId,
        asked: Option<Route>,
    ) -> Result<Workspace, AccessError> {
        self.read(access, move |work| workspace(work, session, asked))
            .await
    }
}

/// The participant whose session it is, when others take part in the case and nothing of them is asked for.
fn alone(
    work: &Work<'_, '_>,
    found: &Found,
    session: &Session,
    asked: Option<Route>,
) -> Option<Participant> {
    let (Some(_), [only]) = (found.case.joint, session.people.as_slice()) else {
        return None;
    };
    let only = *found.case.participant(*only)?;
    let chart = found.case.chart_at(session.starts_at)?;
    let others = found.case.whose(chart).any(|who| who.id != only.id);
    let fits = asked.is_none_or(|asked| asked == Route::Own(only.id));
    Some(only).filter(|only| others && fits && work.may_open(only.own, Purpose::Care))
}

/// Opens what the workspace shows.
fn open(
    work: &mut Work<'_, '_>,
    found: &Found,
    session: &Session,
    asked: Option<Route>,
) -> Result<(Opened, Option<ParticipantId>), AccessError> {
    if let Some(only) = alone(work, found, session, asked) {
        let (opened, _) = found.open_part(work, Action::SessionWorkspace, &only)?;
        let there = attending::of_session(work, &opened, session)?;
        let there = there.map_or(Vec::new(), |(there, _)| there.people());
        if there.iter().all(|person| *person == only.person) {
            return Ok((opened, Some(only.id)));
        }
    }
    Ok((found.open(work, Action::SessionWorkspace)?, None))
}

fn workspace(
    work: &mut Work<'_, '_>,
    id: SessionId,
    asked: Option<Route>,
) -> Result<Workspace, AccessError> {
    let practice = work.practice();
    let session = calendar::records::session(work.tx, practice, id)?;
    let Some((session, case)) = session.and_then(|one| one.case.map(|case| (one, case))) else {
        work.refused(Action::SessionWorkspace, Purpose::Care);
        return Err(AccessError::NotThere);
    };
    let found = opening::find(work, Action::SessionWorkspace, case)?;
    let (opened, only) = open(work, &found, &session, asked)?;
    let names = found.names(&opened)?;
    let only_read = found.is_only_read(work);
    let case = found.case;
    let people = cases::people(work, &case, names)?;
    let mut sides = Vec::new();
    for compartment in then(&case, &session) {
        if opened.get(compartment).is_some() {
            let last = last(work, &opened, &case, (compartment, session.starts_at))?;
            sides.push(Side {
                route: case.route(compartment),
                note: notes::of_session(work, &opened, session.id, compartment)?,
                last: match last {
                    Some(note) => calendar::records::session(work.tx, practice, note.session)?
                        .map(|session| (note, session)),
                    None => None,
                },
            });
        }
    }
    let next = next(work, &case, &session)?;
    let reader = work.person()?;
    let attendance = attending::of_session(work, &opened, &session)?;
    let present = attendance.as_ref().map(|(there, _)| there.people());
    let present = present.unwrap_or_else(|| session.people.clone());
    let rooms = records::rooms(work.tx, practice)?;
    let staff = [Some(case.clinician), case.supervisor];
    let staff: Vec<_> = staff.into_iter().flatten().collect();
    Ok(Workspace {
        number: records::number(work.tx, practice, case.id, session.starts_at)?,
        room: session.room.and_then(|room| rooms.get(&room).cloned()),
        staff: accounts::staff_pages(work, &staff)?,
        about: routing::narrowest(&case, &session, &present),
        corrections: routing::corrections_of(work, &opened, &case)?,
        measures: measures::of_case(work, &opened, &case, MEASURES)?,
        filed: messages::filed_of_case(work, &opened, &case)?,
        attendance,
        policies: policies(work, &opened, &case)?,
        openings: soon(work, &session)?,
        goals: goals::of_case(work, &opened, &case)?,
        homework: homework::of_case(work, &opened, &case, homework::SHOWN)?,
        only,
        owes_note: process_notes::records::stands_alone(work.tx, practice, session.id, reader)?,
        reader,
        next,
        people,
        sides,
        session,
        only_read,
        case,
    })
}

/// The session of the case after this one.
fn next(
    work: &mut Work<'_, '_>,
    case: &Case,
    session: &Session,
) -> Result<Option<Session>, AccessError> {
    let practice = work.practice();
    Ok(
        match records::next(work.tx, practice, case.id, session.starts_at)? {
            Some(next) => calendar::records::session(work.tx, practice, next)?,
            None => None,
        },
    )
}

/// What happens with what each tells alone, by what they signed.
fn policies(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
) -> Result<Vec<Policy>, AccessError> {
    let mut found = Vec::new();
    for who in &case.participants {
        found.extend(consent::policy_of(work, opened, case.kind, who.id)?);
    }
    Ok(found)
}

/// The sides of the case as they were at the time of the session, of those who took part then, the joint one first.
fn then(case: &Case, session: &Session) -> Vec<CompartmentId> {
    let joint = case.joint.and_then(|_| case.chart_at(session.starts_at));
    let own = case.then(session.starts_at).map(|who| who.own);
    joint.into_iter().chain(own).collect()
}

/// The newest note before an instant on a side; of a joint one also from before somebody left.
fn last(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
    place: (CompartmentId, i64),
) -> Result<Option<Note>, AccessError> {
    let (side, at) = place;
    let joints = case.joints().into_iter().skip_while(|joint| *joint != side);
    for earlier in std::iter::once(side).chain(joints.skip(1)) {
        let found = notes::last_before(work, opened, case.id, earlier, at)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Times to book next: first those a week or more after this session on its weekday and at its hour, then the earliest.
fn soon(work: &mut Work<'_, '_>, session: &Session) -> Result<Vec<Opening>, AccessError> {
    let (practice, now) = (work.practice(), work.now());
    let starts = from_micros(session.starts_at);
    let from = starts
        .checked_add((6 * 24).hours())
        .unwrap_or(starts)
        .max(now);
    let asked = openings::Asked {
        clinician: session.clinician,
        use_for: UseFor::Sessions,
        length: SESSION,
        from,
        days: 21,
        at_most: usize::MAX,
    };
    let mut found = openings::find(work.tx, practice, asked, now)?;
    let hour = |at: jiff::Timestamp, zone: &TimeZone| {
        let at = at.to_zoned(zone.clone());
        (at.weekday(), at.time())
    };
    found.sort_by_key(|opening| {
        let same = hour(opening.starts, &opening.zone) == hour(starts, &opening.zone);
        (!same, opening.starts)
    });
    found.truncate(3);
    found.sort_by_key(|opening| opening.starts);
    Ok(found)
}
