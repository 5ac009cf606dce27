//! A separation: a relational case is closed on a day, and each goes on by themselves.
//!
//! What was shared is read by those whose it was, and changes no more (`freezing`). Coming sessions and homework of the case
//! end. Who keeps the therapist is written down on each one's own side, and for whom it is so a case of one is begun, with
//! this clinician or with another, who learns a name and nothing else. Each learns of themselves only (R2): the same letter
//! goes to everybody, and what is begun for one stands in no compartment of another. Nothing goes over from the case by
//! itself: that is for a client's release. Who come back together later begin another case (`beginning`).
//!
//! How each may read the joint part follows the policy they signed; the texts that ship say nothing else than that everybody
//! keeps reading what was shared in their time (R3, R15). Not here: one who leaves while others stay (`leaving`).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::Tx;
use vault::{CompartmentId, Opened};

use super::leaving::Ending;
use super::{Case, CaseKind, CasePerson, NewCase, Participant, of_mine, prepare_with, records};
use crate::access::{DeskAccess, Purpose, Work};
use crate::accounts;
use crate::booking;
use crate::calendar::{self, Session, SessionKind, SessionState};
use crate::clock::{from_micros, micros};
use crate::consent::{self, Policy};
use crate::core::Practice;
use crate::error::AccessError;
use crate::homework;
use crate::ids::{CaseId, ParticipantId, PersonId, PracticeId, SessionId};
use crate::post::{self, Posted};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::{self, SealedRow};
use crate::settings;

/// How many of the newest sessions are looked at.
const SESSIONS: i64 = 500;
/// How many of the newest assignments a preview looks through.
const GIVEN: i64 = 200;

/// Where somebody's care goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Onward {
    /// With the clinician of the case.
    Here,
    /// With another clinician, who learns their name and nothing else.
    With(PersonId),
    /// Not here.
    Nowhere,
}

/// What is decided for one participant.
#[derive(Clone, Debug)]
pub struct Parting {
    /// For whom.
    pub participant: ParticipantId,
    /// Where their care goes on.
    pub onward: Onward,
    /// What the clinician keeps beside it, on that participant's own side; may be empty.
    pub remark: Private<String>,
}

/// A separation to be.
#[derive(Clone, Debug)]
pub struct Separation {
    /// The last day of the work together.
    pub day: Date,
    /// For everybody who takes part.
    pub people: Vec<Parting>,
}

/// Homework that ends with it.
#[derive(Clone, Debug)]
pub struct Homework {
    /// Its name.
    pub title: Private<String>,
    /// Whether it is shared.
    pub joint: bool,
    /// For whom it is.
    pub whose: Vec<ParticipantId>,
}

/// What a separation would do.
#[derive(Clone, Debug)]
pub struct SeparationPreview {
    /// The case.
    pub case: Case,
    /// Everybody who ever took part, in the case's order: by name, with what they signed.
    pub people: Vec<CasePerson>,
    /// The first day that can be its last.
    pub earliest: Date,
    /// Today, by the practice's clock.
    pub today: Date,
    /// The sessions that are called off, the next one first.
    pub coming: Vec<Session>,
    /// The homework that ends.
    pub homework: Vec<Homework>,
    /// Joint sessions whose note is not final: it is signed before, because it cannot be afterwards.
    pub unfinished: Vec<SessionId>,
    /// Joint sessions that took place and have no note on the joint side: none can be written there afterwards.
    pub unwritten: Vec<Session>,
    /// What each who takes part signed about what is told alone.
    pub policies: Vec<Policy>,
}

/// Why a case was not parted.
#[derive(Debug, thiserror::Error)]
pub enum SeparationError {
    /// It is of one, or closed.
    #[error("this is no relational case that goes on")]
    Ended,
    /// Somebody who takes part was left out.
    #[error("something is to be said for everybody who takes part")]
    NotEverybody,
    /// The day is to come, or something joint happened after it.
    #[error("this cannot be the last day")]
    Day,
    /// A note of a joint session is not final.
    #[error("a note of a joint session is not signed")]
    Unfinished,
    /// Who should care for somebody is no other clinician.
    #[error("this is no other clinician of the practice")]
    NoClinician,
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(SeparationError);

/// What a separation writes, ready to be stored.
struct Parted {
    case: Case,
    at: i64,
    endings: Vec<SealedRow>,
    homework: Vec<SealedRow>,
    coming: Vec<Session>,
    begun: Vec<Case>,
    letters: Vec<Posted>,
}

impl Practice {
    /// What a separation of this case would do; nothing is done.
    ///
    /// # Errors
    /// [`SeparationError::Ended`], [`AccessError::NotThere`] for anybody but the case's clinician.
    pub async fn separation(
        &self,
        access: &DeskAccess,
        case: CaseId,
    ) -> Result<SeparationPreview, SeparationError> {
        self.read(access, move |work| preview(work, case)).await
    }

    /// Parts a relational case.
    ///
    /// # Errors
    /// [`SeparationError::Ended`], [`SeparationError::NotEverybody`], [`SeparationError::Day`],
    /// [`SeparationError::Unfinished`], [`SeparationError::NoClinician`], [`AccessError::NotThere`] for anybody but the case's
    /// clinician, [`AccessError::Stale`] for a lost race.
    pub async fn separate(
        &self,
        access: &DeskAccess,
        case: CaseId,
        separation: Separation,
    ) -> Result<(), SeparationError> {
        let practice = self.id();
        let people = separation.people.clone();
        let parting = self.read(access, move |work| parting(work, case)).await?;
        let mut begun = Vec::new();
        for one in &people {
            let clinician = match one.onward {
                Onward::Here => parting.clinician,
                Onward::With(other) => self.other_clinician(other, &parting)?,
                Onward::Nowhere => continue,
            };
            let who = parting.staying().find(|who| who.id == one.participant);
            let who = who.ok_or(AccessError::NotThere)?;
            let supervisor = self.supervisor_of(clinician);
            let new = self.new_case(clinician, supervisor, vec![who.person]);
            begun.push(new.await?);
        }
        self.write(
            access,
            Action::CasePart,
            move |work| prepare(work, case, &separation, &begun),
            move |tx, parted| put(tx, practice, parted),
        )
        .await?;
        self.hand_over(&people).await;
        Ok(())
    }

    fn other_clinician(&self, other: PersonId, case: &Case) -> Result<PersonId, SeparationError> {
        let now = micros(self.now());
        let authority = self.core().authority();
        let roles = authority.roles(other, now);
        let is_clinical = roles.iter().any(|(_, held)| held.role.is_clinical());
        if is_clinical && other != case.clinician {
            Ok(other)
        } else {
            Err(SeparationError::NoClinician)
        }
    }

    /// Tells those who care for somebody from now on that there is something to look at. What stands in their list of cases
    /// does not depend on it.
    async fn hand_over(&self, people: &[Parting]) {
        let now = micros(self.now());
        let mut staff: Vec<PersonId> = people
            .iter()
            .filter_map(|one| match one.onward {
                Onward::With(other) => Some(other),
                Onward::Here | Onward::Nowhere => None,
            })
            .collect();
        staff.sort_unstable();
        staff.dedup();
        let notices = staff.into_iter().map(|one| (one, "/desk/cases", now));
        if let Err(error) = self.tell(notices.collect()).await {
            tracing::error!(%error, "a clinician was not written to about a new case");
        }
    }
}

/// A case that can be parted by who asks.
fn parting(work: &mut Work<'_, '_>, case: CaseId) -> Result<Case, SeparationError> {
    let case = of_mine(work, case, Purpose::Care)?;
    if case.clinician != work.person()? {
        return Err(work.refused(Action::CasePart, Purpose::Care).into());
    }
    if !case.open || case.kind == CaseKind::Individual {
        return Err(SeparationError::Ended);
    }
    Ok(case)
}

/// Joint sides of a case, and the own ones of those who take part.
fn with_own(case: &Case, joints: Vec<CompartmentId>) -> Vec<CompartmentId> {
    let own = case.staying().map(|who| who.own);
    joints.into_iter().chain(own).collect()
}

/// Opens sides of a case. Looked at, it is the overview: that somebody thinks of parting is nothing to read in receipts.
fn open(work: &mut Work<'_, '_>, sides: &[CompartmentId]) -> Result<Opened, AccessError> {
    work.open(Action::CaseOverview, Purpose::Care, sides)
}

fn preview(work: &mut Work<'_, '_>, id: CaseId) -> Result<SeparationPreview, SeparationError> {
    let case = parting(work, id)?;
    let opened = open(work, &with_own(&case, case.joints()))?;
    let practice = work.practice();
    let found = super::opening::find(work, Action::CaseOverview, id)?;
    let names = found.open_names(work, Action::CaseOverview)?;
    let names = found.names(&names)?;
    let people = super::people(work, &case, names)?;
    let (earliest, today) = days(work, &case)?;
    let given = homework::newest(work, &opened, &case, GIVEN)?.into_iter();
    let homework = given.filter(|one| one.open).map(|one| Homework {
        title: one.title,
        joint: one.joint,
        whose: one.back.into_iter().map(|(who, _)| who).collect(),
    });
    let homework = homework.collect();
    let mut coming = coming(work, &case)?;
    coming.sort_by_key(|session| (session.starts_at, session.id));
    let mut noted = records::noted(work.tx, practice, id)?;
    noted.retain(|(_, side, _)| case.is_joint(*side));
    let mut unwritten = held_jointly(work, &case)?;
    unwritten.retain(|session| noted.iter().all(|(noted, ..)| *noted != session.id));
    unwritten.sort_by_key(|session| (session.starts_at, session.id));
    let unfinished = noted.into_iter().filter(|(_, _, is_final)| !is_final);
    let mut policies = Vec::new();
    for who in case.staying() {
        policies.extend(consent::policy_of(work, &opened, case.kind, who.id)?);
    }
    Ok(SeparationPreview {
        unfinished: unfinished.map(|(session, ..)| session).collect(),
        unwritten,
        policies,
        people,
        earliest,
        today,
        coming,
        homework,
        case,
    })
}

/// The first day that can be the last one, and today: nothing joint took place after it, and nobody came or left.
fn days(work: &mut Work<'_, '_>, case: &Case) -> Result<(Date, Date), AccessError> {
    let now = micros(work.now());
    let home = settings::described(work)?;
    let held = held_jointly(work, case)?;
    let parts = case.participants.iter();
    let moved = parts.flat_map(|who| std::iter::once(who.from).chain(who.until));
    let last = held
        .iter()
        .map(|session| session.starts_at)
        .chain(moved)
        .max();
    let last = last.unwrap_or(case.opened_at);
    Ok((
        home.day_of(from_micros(last)),
        home.day_of(from_micros(now)),
    ))
}

/// The joint sessions that took place, or whose time has come.
fn held_jointly(work: &mut Work<'_, '_>, case: &Case) -> Result<Vec<Session>, AccessError> {
    let (practice, now) = (work.practice(), micros(work.now()));
    let mut sessions = calendar::records::of_case(work.tx, practice, case.id, SESSIONS)?;
    sessions.retain(|session| {
        let took_place = matches!(session.state, SessionState::Held | SessionState::Booked);
        session.kind == SessionKind::Relational && took_place && session.starts_at <= now
    });
    Ok(sessions)
}

/// When it ends: now, or with the end of an earlier day.
fn ends(work: &mut Work<'_, '_>, case: &Case, day: Date) -> Result<i64, SeparationError> {
    let (earliest, today) = days(work, case)?;
    if day < earliest || day > today {
        return Err(SeparationError::Day);
    }
    let now = micros(work.now());
    if day == today {
        return Ok(case.next_instant(now));
    }
    let zone = settings::described(work)?.clock_zone();
    let next = day.tomorrow().and_then(|next| next.to_zoned(zone));
    let next = next.map_err(|_| SeparationError::Day)?;
    Ok(case.next_instant(micros(next.timestamp()).saturating_sub(1)))
}

fn coming(work: &mut Work<'_, '_>, case: &Case) -> Result<Vec<Session>, AccessError> {
    let (practice, now) = (work.practice(), micros(work.now()));
    let mut coming = calendar::records::of_case(work.tx, practice, case.id, SESSIONS)?;
    coming.retain(|session| session.state == SessionState::Booked && session.starts_at > now);
    Ok(coming)
}

fn prepare(
    work: &mut Work<'_, '_>,
    id: CaseId,
    separation: &Separation,
    begun: &[NewCase],
) -> Result<Parted, SeparationError> {
    let case = parting(work, id)?;
    let sides = with_own(&case, case.joints_of_all());
    let opened = open(work, &sides)?;
    let practice = work.practice();
    let at = ends(work, &case, separation.day)?;
    let noted = records::noted(work.tx, practice, id)?;
    let mut unfinished = noted.iter().filter(|(_, _, is_final)| !is_final);
    if unfinished.any(|(_, side, _)| case.is_joint(*side)) {
        return Err(SeparationError::Unfinished);
    }
    let mut endings = Vec::new();
    let mut letters = Vec::new();
    for who in case.staying() {
        let mut people = separation.people.iter();
        let one = people.find(|one| one.participant == who.id);
        let one = one.ok_or(SeparationError::NotEverybody)?;
        endings.push(ending(work, &opened, who, one)?);
        work.names_part(&Participant {
            until: Some(at),
            ..*who
        });
        letters.extend(accounts::changed(work, who.person)?);
    }
    // The receipt of this write is how everybody in it reads when it was, and by whom.
    let homework = homework::ended(work, &opened, (case.id, &sides), micros(work.now()))?;
    for side in case.joints() {
        work.names_frozen(side, case.id, at);
    }
    let begun: Vec<Case> = begun
        .iter()
        .map(|new| prepare_with(work, new, |_| None))
        .collect::<Result<_, _>>()?;
    // The same to everybody who reads of it, whatever was opened last.
    work.concerns(Purpose::Care, &[]);
    Ok(Parted {
        coming: coming(work, &case)?,
        at,
        endings,
        homework,
        begun,
        letters,
        case,
    })
}

fn ending(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    who: &Participant,
    one: &Parting,
) -> Result<SealedRow, AccessError> {
    let open = opened.get(who.own).ok_or(AccessError::NotThere)?;
    let content = Ending {
        reason: one.remark.clone(),
        onward: Some(one.onward),
    };
    work.seal(open, ("part_endings", who.id.0, 1), &content)
}

fn put(tx: &mut Tx<'_>, practice: PracticeId, parted: &Parted) -> Result<(), SeparationError> {
    let case = &parted.case;
    // It loses against anybody who leaves or joins meanwhile.
    records::close(tx, practice, case, parted.at)?;
    for row in &parted.endings {
        sealed::insert(tx, practice, row, &[])?;
    }
    for row in &parted.homework {
        homework::put_ended(tx, practice, row)?;
    }
    for session in &parted.coming {
        let state = SessionState::Cancelled;
        calendar::records::set_state(tx, practice, session.id, session.revision, state)?;
        booking::records::release(tx, practice, session.id)?;
    }
    for side in case.joints() {
        records::freeze(tx, practice, side, (case.id, parted.at))?;
    }
    for one in &parted.begun {
        super::insert(tx, practice, one)?;
    }
    for letter in &parted.letters {
        post::put(tx, practice, Some(letter))?;
    }
    Ok(())
}
