//! Somebody joins a relational case that goes on.
//!
//! What was shared before they came stays with those who were there: the joint side of until now ends, and another begins
//! among all, under a key of its own (R2). They sign their own consents (R9) and are asked alone; joint work waits again
//! until the clinician has decided for everybody (R11). Who took part before does not come back into the same time: for them
//! another case is begun (`beginning`). Not here: leaving (`leaving`).

use std::collections::HashMap;

use store::Tx;
use vault::{CompartmentId, Kind};

use super::{Case, CaseKind, Participant, names, of_mine, records};
use crate::access::{DeskAccess, Holder, Made, Purpose, Role, Work};
use crate::accounts::{self, Arrived, Arriving, Lacks, LetIn, Newcomer};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, ParticipantId, PersonId, PracticeId};
use crate::people::{self, Named};
use crate::post::{self, Posted};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::{self, SealedRow};

/// Who is to join.
#[derive(Clone, Debug)]
pub enum Joiner {
    /// A client of who asks.
    Known(PersonId),
    /// Somebody who is new to the practice.
    New(Newcomer),
}

/// What became of it.
#[derive(Clone)]
pub struct Joined {
    /// Who joined.
    pub person: PersonId,
    /// How they are let in.
    pub let_in: LetIn,
}

/// Why nobody joined, or no case was begun.
#[derive(Debug, thiserror::Error)]
pub enum JoiningError {
    /// The case is of one, or it does not go on.
    #[error("nobody joins this case")]
    Ended,
    /// They take part in it already, or did: a new time is another case.
    #[error("they take part in it, or did")]
    TookPart,
    /// There is no name to use.
    #[error("a name to use is needed")]
    NameMissing,
    /// There is no safe way to reach them.
    #[error("one safe way to be reached is needed")]
    WayMissing,
    /// A case of several is closed by its separation, with what that asks for.
    #[error("a relational case ends by its separation")]
    Several,
    /// Nobody was chosen.
    #[error("somebody has to take part")]
    Nobody,
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(JoiningError);

impl From<Lacks> for JoiningError {
    fn from(lacks: Lacks) -> Self {
        match lacks {
            Lacks::Name => Self::NameMissing,
            Lacks::Way => Self::WayMissing,
        }
    }
}

/// What joining writes, ready to be stored.
struct Joining {
    at: i64,
    case: Case,
    part: Participant,
    joint: CompartmentId,
    rows: Vec<SealedRow>,
    names: SealedRow,
    letters: Vec<Posted>,
    let_in: LetIn,
}

impl Practice {
    /// Adds a participant to a relational case from now on.
    ///
    /// # Errors
    /// [`JoiningError::Ended`] for a case of one or one that was closed, [`JoiningError::TookPart`],
    /// [`JoiningError::NameMissing`] and [`JoiningError::WayMissing`] for who is new, [`AccessError::NotThere`] for anybody but
    /// the case's clinician, and for a person who is no client of theirs, [`AccessError::Stale`] for a lost race.
    pub async fn join_case(
        &self,
        access: &DeskAccess,
        case: CaseId,
        joiner: Joiner,
    ) -> Result<Joined, JoiningError> {
        let practice = self.id();
        let (known, new) = match joiner {
            Joiner::Known(person) => (Some(person), None),
            Joiner::New(newcomer) => (None, Some(newcomer)),
        };
        if let Some(lacks) = new.as_ref().and_then(Newcomer::lacks) {
            return Err(lacks.into());
        }
        // Before a key is made: who may not do this leaves nothing behind.
        let names = self
            .read(access, move |work| {
                let case = host(work, case, known)?;
                Ok::<_, JoiningError>(called(work, &case)?)
            })
            .await?;
        let new = self.arriving(new.into_iter().collect()).await?.pop();
        let keys = self.make(&[Kind::Own, Kind::Joint]).await?;
        self.write(
            access,
            Action::PartBegin,
            move |work| prepare(work, case, (known, new.as_ref()), (&keys, &names)),
            move |tx, joining| put(tx, practice, joining),
        )
        .await
    }

    /// The clients of who asks, by name: those of their cases, also of closed ones, who could join this one.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such case for who asks.
    pub async fn who_could_join(
        &self,
        access: &DeskAccess,
        case: CaseId,
    ) -> Result<Vec<Named>, AccessError> {
        self.read(access, move |work| {
            let case = of_mine(work, case, Purpose::Care)?;
            let mut people = clients_of_mine(work)?;
            people.retain(|person| case.participant(*person).is_none());
            let found = people::names(work, Purpose::Contact, &people)?;
            let mut found: Vec<Named> = found.into_values().collect();
            found.sort_by(|a, b| (a.name.reveal(), a.id).cmp(&(b.name.reveal(), b.id)));
            Ok(found)
        })
        .await
    }
}

/// The people of the cases of who asks whose own side they may open, each once.
fn clients_of_mine(work: &mut Work<'_, '_>) -> Result<Vec<PersonId>, AccessError> {
    let (practice, me) = (work.practice(), work.person()?);
    let mut found = Vec::new();
    for case in records::of_staff(work.tx, practice, me)? {
        let theirs = case.participants.iter();
        let theirs = theirs.filter(|who| work.may_write(who.own, Purpose::Care));
        found.extend(theirs.map(|who| who.person));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// That somebody is a client of who asks, and does not work here.
///
/// # Errors
/// [`AccessError::NotThere`] otherwise, whether or not there is such a person.
pub(super) fn acquainted(work: &mut Work<'_, '_>, person: PersonId) -> Result<(), AccessError> {
    let now = micros(work.now());
    let roles = work.authority(|known| known.roles(person, now));
    let is_client = roles.iter().all(|(_, held)| held.role == Role::Client);
    if is_client && clients_of_mine(work)?.contains(&person) {
        Ok(())
    } else {
        Err(work.refused(Action::PartBegin, Purpose::Contact))
    }
}

/// The case of who asks, when it is one that somebody can join, and `known` when it is a client of theirs who was never in it.
fn host(
    work: &mut Work<'_, '_>,
    case: CaseId,
    known: Option<PersonId>,
) -> Result<Case, JoiningError> {
    let case = of_mine(work, case, Purpose::Care)?;
    if case.clinician != work.person()? {
        return Err(work.refused(Action::PartBegin, Purpose::Care).into());
    }
    if !case.open || case.kind == CaseKind::Individual {
        return Err(JoiningError::Ended);
    }
    let Some(person) = known else {
        return Ok(case);
    };
    if case.participant(person).is_some() {
        return Err(JoiningError::TookPart);
    }
    acquainted(work, person)?;
    Ok(case)
}

fn prepare(
    work: &mut Work<'_, '_>,
    case: CaseId,
    joiner: (Option<PersonId>, Option<&Arriving>),
    (keys, names): (&[Made], &Names),
) -> Result<Joining, JoiningError> {
    let (known, new) = joiner;
    let case = host(work, case, known)?;
    let [own, joint] = keys else {
        return Err(AccessError::Fault("two keys are needed".to_owned()).into());
    };
    let person = known.or(new.map(|new| new.person));
    let person = person.ok_or(JoiningError::Nobody)?;
    let entered = match new {
        Some(new) => Some(accounts::enter(work, Action::PartBegin, new)?),
        None => None,
    };
    let part = Participant {
        id: ParticipantId(work.new_id()),
        case: case.id,
        person,
        own: own.id(),
        from: case.next_instant(micros(work.now())),
        until: None,
        before: case.joint,
        left: None,
        destroyed: None,
    };
    let identity = identity_of(work, (known, new))?;
    grant(work, &case, &part, (identity, joint.id()))?;
    let names = introduced(work, &case, (&part, new), (keys, names))?;
    work.names_part(&part);
    let whom = (person, new.zip(entered.as_ref()));
    let (posted, let_in) = accounts::let_in(work, whom, &case)?;
    let mut letters: Vec<Posted> = posted.into_iter().collect();
    for other in case.staying() {
        letters.extend(accounts::changed(work, other.person)?);
    }
    work.concerns(Purpose::Care, &[]);
    Ok(Joining {
        at: micros(work.now()),
        part,
        joint: joint.id(),
        rows: entered.into_iter().map(|one: Arrived| one.row).collect(),
        names,
        letters,
        let_in,
        case,
    })
}

fn identity_of(
    work: &mut Work<'_, '_>,
    who: (Option<PersonId>, Option<&Arriving>),
) -> Result<CompartmentId, AccessError> {
    let practice = work.practice();
    match who {
        (_, Some(new)) => Ok(new.key.id()),
        (Some(person), None) => Ok(people::records::cell(work.tx, practice, person)?
            .ok_or(AccessError::NotThere)?
            .compartment),
        (None, None) => Err(AccessError::NotThere),
    }
}

/// Who joins opens their identity, their own side and the joint side that begins, and nothing of before.
fn grant(
    work: &mut Work<'_, '_>,
    case: &Case,
    part: &Participant,
    sides: (CompartmentId, CompartmentId),
) -> Result<(), AccessError> {
    let (identity, joint) = sides;
    for compartment in [identity, part.own, joint] {
        work.grant(Holder::Person(part.person), compartment, Purpose::OwnRecord)?;
    }
    for other in case.staying() {
        work.grant(Holder::Person(other.person), joint, Purpose::OwnRecord)?;
    }
    for staff in std::iter::once(case.clinician).chain(case.supervisor) {
        for purpose in [Purpose::Care, Purpose::Contact] {
            work.grant(Holder::Person(staff), identity, purpose)?;
        }
        work.grant(Holder::Person(staff), part.own, Purpose::Care)?;
        work.grant(Holder::Person(staff), joint, Purpose::Care)?;
    }
    Ok(())
}

/// By which names those who take part in a case know each other, where one is known.
type Names = HashMap<ParticipantId, Option<Private<String>>>;

/// These names. Some may stand on a joint side that somebody left: it is read by itself, as the overview, so that the receipt of
/// the write is not read there (R2).
fn called(work: &mut Work<'_, '_>, case: &Case) -> Result<Names, AccessError> {
    let opened = work.open(Action::CaseOverview, Purpose::Care, &case.joints())?;
    let mut called = super::called(work, &opened, case)?;
    let staying = case.staying();
    Ok(staying
        .map(|who| (who.id, called.remove(&who.id)))
        .collect())
}

/// The names of everybody who takes part from now on, on the joint side that begins.
fn introduced(
    work: &mut Work<'_, '_>,
    case: &Case,
    joiner: (&Participant, Option<&Arriving>),
    (keys, names): (&[Made], &Names),
) -> Result<SealedRow, AccessError> {
    let (part, new) = joiner;
    // The receipt of this opening is how everybody in it reads when it was, and by whom.
    let now = case.joint.as_slice();
    work.open(Action::PartBegin, Purpose::Care, now)?;
    let mut named = Vec::new();
    for who in case.staying() {
        // Who came since the names were read has none among them.
        let name = names.get(&who.id).ok_or(AccessError::Stale)?;
        named.extend(name.clone().map(|name| (who.id, name)));
    }
    let name = match new {
        Some(new) => Some(new.identity.name.clone()),
        None => names::name_used(work, part.person)?,
    };
    named.extend(name.map(|name| (part.id, name)));
    let opened = work.open_made(Action::PartBegin, Purpose::Care, keys)?;
    let joint = keys.last().map(Made::id).and_then(|id| opened.get(id));
    names::introduce_anew(work, named, joint.ok_or(AccessError::NotThere)?)
}

fn put(tx: &mut Tx<'_>, practice: PracticeId, joining: &Joining) -> Result<Joined, JoiningError> {
    for row in &joining.rows {
        people::insert(tx, practice, joining.at, row)?;
    }
    // It loses against anybody who leaves, joins or closes the case meanwhile.
    records::joined_anew(tx, practice, &joining.case, joining.joint)?;
    records::waits_anew(tx, practice, joining.case.id)?;
    records::insert_part(tx, practice, &joining.part)?;
    sealed::insert(tx, practice, &joining.names, &[])?;
    for letter in &joining.letters {
        post::put(tx, practice, Some(letter))?;
    }
    Ok(Joined {
        person: joining.part.person,
        let_in: joining.let_in.clone(),
    })
}
