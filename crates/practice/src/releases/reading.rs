//! Reading releases: a client what they are asked to sign and what they signed, the clinician who signed and who did not.

use jiff::Timestamp;
use vault::{CompartmentId, Opened};

use super::records::{self, Stored, StoredSignature};
use super::signers::Answer;
use super::standing::{Look, Standing, stands};
use super::text::{Frame, Part};
use super::{ReleaseContent, ReleaseError, ReleaseState, SignatureContent, Waits};
use crate::access::{Access, DeskAccess, PortalAccess, Purpose, Work};
use crate::cases::{self, Case, Part as MyPart, Sides};
use crate::clock::from_micros;
use crate::consent::texts::ConsentText;
use crate::copies::{self, CopyLine};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, ParticipantId, ReleaseId, ReleaseSignatureId};
use crate::people::Named;
use crate::receipts::Action;
use crate::settings;

/// What the signed-in client is asked to sign, or was.
#[derive(Clone, Debug)]
pub struct AskedOfMe {
    /// Which.
    pub id: ReleaseSignatureId,
    /// Whose part.
    pub participant: ParticipantId,
    /// Of which side.
    pub part: Part,
    /// What it allows.
    pub frame: Frame,
    /// Exactly what is read.
    pub text: ConsentText,
    /// Its digest, in hexadecimal.
    pub digest: String,
    /// What they answered.
    pub answer: Answer,
    /// When they were asked.
    pub asked_at: Timestamp,
    /// Whether its last day has passed, or it was closed.
    pub over: bool,
    /// When documents went out on its ground, the newest first.
    pub handed: Vec<Timestamp>,
}

/// A release that the signed-in client asked for and the clinician has not taken up, or closed instead.
#[derive(Clone, Debug)]
pub struct Wished {
    /// Which.
    pub id: ReleaseId,
    /// What it would allow.
    pub frame: Frame,
    /// When they asked.
    pub asked_at: Timestamp,
    /// Whether the clinician closed it, so that nobody else is asked.
    pub closed: bool,
    /// Whether its last day has passed, so that nobody else is asked.
    pub over: bool,
}

/// The releases of one of the signed-in client's cases.
#[derive(Clone, Debug)]
pub struct MyReleases {
    /// For whom the sides of the case are.
    pub sides: Sides,
    /// What they are asked to sign, the newest first.
    pub asked: Vec<AskedOfMe>,
    /// What they asked for and waits, or was closed before anybody else was asked.
    pub wished: Vec<Wished>,
}

/// One thing to sign on its page.
#[derive(Clone, Debug)]
pub struct ReleasePage {
    /// For whom the sides of the case are.
    pub sides: Sides,
    /// The thing.
    pub asked: AskedOfMe,
}

/// A release as who cares reads it.
#[derive(Clone, Debug)]
pub struct CareRelease {
    /// Which.
    pub id: ReleaseId,
    /// How it stands.
    pub state: ReleaseState,
    /// What it allows.
    pub frame: Frame,
    /// Of whose own side, if of one.
    pub own: Option<ParticipantId>,
    /// Whether of the joint side, too.
    pub joint: bool,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Whether its client asked for it.
    pub by_client: bool,
    /// Each part.
    pub standing: Vec<Standing>,
    /// Whether its last day has passed.
    pub over: bool,
    /// The documents that were made, the newest first.
    pub copies: Vec<CopyLine>,
}

/// The releases of a case.
#[derive(Clone, Debug)]
pub struct CareReleases {
    /// The case.
    pub case: Case,
    /// Its participants by name, in the case's order.
    pub people: Vec<Named>,
    /// The releases, the newest first.
    pub releases: Vec<CareRelease>,
    /// Whether who asks only reads here, in an emergency.
    pub only_read: bool,
}

impl Practice {
    /// What the signed-in client is asked to sign, signed and asked for, for each of their cases.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn my_releases(&self, access: &PortalAccess) -> Result<Vec<MyReleases>, AccessError> {
        self.read(access, |work| {
            let mut found = Vec::new();
            for mine in cases::parts_of_mine(work)? {
                let opened =
                    work.open(Action::Release, Purpose::OwnRecord, &mine.compartments())?;
                found.push(of_mine(work, &opened, &mine)?);
            }
            Ok(found)
        })
        .await
    }

    /// One thing that the signed-in client is asked to sign.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is not theirs.
    pub async fn my_release(
        &self,
        access: &PortalAccess,
        id: ReleaseSignatureId,
    ) -> Result<ReleasePage, AccessError> {
        self.read(access, move |work| {
            let practice = work.practice();
            let Some(stored) = records::signature(work.tx, practice, id)? else {
                return Err(work.refused(Action::Release, Purpose::OwnRecord));
            };
            let mine = cases::part_of_mine(work, stored.participant)?;
            let opened = work.open(Action::Release, Purpose::OwnRecord, &mine.compartments())?;
            Ok(ReleasePage {
                sides: cases::sides(work, &opened, &mine)?,
                asked: asked_of_me(work, &opened, &stored)?,
            })
        })
        .await
    }

    /// The releases of a case, for who cares for it. Those whose last day has passed end with it.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such case for who asks.
    pub async fn releases_of(
        &self,
        access: &DeskAccess,
        case: CaseId,
    ) -> Result<CareReleases, AccessError> {
        let read = self.read(access, move |work| {
            let practice = work.practice();
            let found = cases::opening::find(work, Action::Release, case)?;
            let mut sides = found.case.compartments().into_iter();
            if !sides.any(|side| work.may_open(side, Purpose::Care)) {
                return Err(work.refused(Action::Release, Purpose::Care));
            }
            let names = found.open_names(work, Action::Names)?;
            let mut releases = Vec::new();
            for stored in records::of_case(work.tx, practice, case)? {
                if work.may_open(stored.cell.compartment, Purpose::Care) {
                    releases.push(for_care(work, &found.case, &stored)?);
                }
            }
            Ok::<_, AccessError>(CareReleases {
                people: found.names(&names)?,
                only_read: found.is_only_read(work),
                case: found.case,
                releases,
            })
        });
        self.with_ended(access, read.await?).await
    }

    /// One release, for who cares for the case. It ends with it when its last day has passed.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is not for who asks.
    pub async fn release(
        &self,
        access: &DeskAccess,
        id: ReleaseId,
    ) -> Result<CareReleases, AccessError> {
        let read = self.read(access, move |work| {
            let (case, stored) = found_for_care(work, id)?;
            let found = cases::opening::find(work, Action::Release, case.id)?;
            let names = found.open_names(work, Action::Names)?;
            let release = for_care(work, &found.case, &stored)?;
            Ok::<_, AccessError>(CareReleases {
                people: found.names(&names)?,
                only_read: found.is_only_read(work),
                case: found.case,
                releases: vec![release],
            })
        });
        self.with_ended(access, read.await?).await
    }

    async fn with_ended(
        &self,
        access: &DeskAccess,
        mut read: CareReleases,
    ) -> Result<CareReleases, AccessError> {
        // Who only reads changes nothing.
        if !read.only_read {
            self.end_over(access, &mut read.releases).await?;
        }
        Ok(read)
    }

    /// That a release is there for who cares for the case; nothing is opened.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is not for who asks.
    pub async fn knows_release(
        &self,
        access: &DeskAccess,
        id: ReleaseId,
    ) -> Result<(), AccessError> {
        self.read(access, move |work| found_for_care(work, id).map(|_| ()))
            .await
    }

    /// Releases that wait for who is signed in: in which case, since when it was asked for, and for what.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn releases_waiting(
        &self,
        access: &DeskAccess,
    ) -> Result<Vec<(CaseId, ReleaseId, Timestamp, Waits)>, AccessError> {
        let me = access.who_asks()?;
        let practice = self.id();
        let found = self
            .published(move |tx| records::waiting(tx, practice, me))
            .await
            .map_err(|error: store::StoreError| AccessError::from(error))?;
        let told = found.into_iter();
        Ok(told
            .map(|(case, id, at, waits)| (case, id, from_micros(at), waits))
            .collect())
    }
}

fn of_mine(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    mine: &MyPart,
) -> Result<MyReleases, AccessError> {
    let practice = work.practice();
    let mut asked = Vec::new();
    for stored in records::of_participant(work.tx, practice, mine.who.id)? {
        asked.push(asked_of_me(work, opened, &stored)?);
    }
    let mut wished = Vec::new();
    let today = settings::described(work)?.today(work);
    for stored in records::of_case(work.tx, practice, mine.case.id)? {
        let is_mine = stored.asked_by == mine.who.person && stored.joint;
        let closed = stored.state == ReleaseState::Closed;
        if !is_mine || stored.state == ReleaseState::Open || (closed && is_taken_up(work, &stored)?)
        {
            continue;
        }
        let content: ReleaseContent = work.unseal(opened, "releases", &stored.cell)?;
        wished.push(Wished {
            id: stored.id,
            over: !content.frame.lasts(today),
            frame: content.frame,
            asked_at: from_micros(stored.asked_at),
            closed,
        });
    }
    Ok(MyReleases {
        sides: cases::sides(work, opened, mine)?,
        asked,
        wished,
    })
}

/// Whether anybody was ever asked for the joint part.
fn is_taken_up(work: &mut Work<'_, '_>, stored: &Stored) -> Result<bool, AccessError> {
    let practice = work.practice();
    let asked = records::of_release(work.tx, practice, stored.id)?;
    Ok(asked.iter().any(|one| one.part == Part::Joint))
}

/// What a participant is asked to sign and has not answered, where their own side was opened.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn waiting(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    participant: ParticipantId,
) -> Result<Vec<AskedOfMe>, AccessError> {
    let practice = work.practice();
    let mut found = Vec::new();
    for stored in records::of_participant(work.tx, practice, participant)? {
        if stored.state == "open" {
            let asked = asked_of_me(work, opened, &stored)?;
            found.extend((asked.answer == Answer::Waiting && !asked.over).then_some(asked));
        }
    }
    Ok(found)
}

fn asked_of_me(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    stored: &StoredSignature,
) -> Result<AskedOfMe, AccessError> {
    let practice = work.practice();
    let content: SignatureContent = work.unseal(opened, "release_signatures", &stored.cell)?;
    let today = settings::described(work)?.today(work);
    let release = records::release(work.tx, practice, stored.release)?;
    let closed = release.is_none_or(|one| one.state == ReleaseState::Closed);
    let handed = copies::handed(work, stored.release.0, stored.part)?;
    Ok(AskedOfMe {
        id: stored.id,
        participant: stored.participant,
        part: stored.part,
        over: closed || !content.frame.lasts(today),
        frame: content.frame,
        text: content.text,
        digest: content.digest,
        answer: content.answer,
        asked_at: from_micros(stored.asked_at),
        handed,
    })
}

/// How many wait for `clinician`.
///
/// # Errors
/// A fault of the database.
pub(crate) fn waiting_for(
    tx: &mut store::Tx<'_>,
    practice: crate::ids::PracticeId,
    clinician: crate::ids::PersonId,
) -> Result<u32, store::StoreError> {
    let all = records::waiting(tx, practice, clinician)?;
    Ok(u32::try_from(all.len()).unwrap_or(u32::MAX))
}

/// A release with its case, for who cares for the side on which it stands; nothing is opened.
///
/// # Errors
/// [`AccessError::NotThere`] otherwise.
pub(crate) fn found_for_care(
    work: &mut Work<'_, '_>,
    id: ReleaseId,
) -> Result<(Case, Stored), AccessError> {
    let practice = work.practice();
    let stored = records::release(work.tx, practice, id)?;
    let place = stored.as_ref().map(|one| one.cell.compartment);
    let Some(stored) = stored
        .filter(|_| place.is_some_and(|place: CompartmentId| work.may_open(place, Purpose::Care)))
    else {
        return Err(work.refused(Action::Release, Purpose::Care));
    };
    let case = cases::records::case(work.tx, practice, stored.case)?;
    Ok((case.ok_or(AccessError::NotThere)?, stored))
}

fn for_care(
    work: &mut Work<'_, '_>,
    case: &Case,
    stored: &Stored,
) -> Result<CareRelease, AccessError> {
    let stands = stands(work, (case, stored), Purpose::Care, Look::Everybody);
    let stands = stands.map_err(|error| match error {
        ReleaseError::Access(error) => error,
        other @ (ReleaseError::NothingNamed
        | ReleaseError::Unnamed
        | ReleaseError::Over
        | ReleaseError::Enough
        | ReleaseError::Closed
        | ReleaseError::TakenUp
        | ReleaseError::NameMissing
        | ReleaseError::OtherText
        | ReleaseError::OutOfOrder(_)) => AccessError::Fault(other.to_string()),
    })?;
    let today = settings::described(work)?.today(work);
    let by_client = case.participant(stored.asked_by).is_some();
    Ok(CareRelease {
        id: stored.id,
        state: stored.state,
        over: !stands.frame.lasts(today),
        frame: stands.frame,
        own: stored.own,
        joint: stored.joint,
        asked_at: from_micros(stored.asked_at),
        by_client,
        standing: stands.parts.into_iter().map(|one| one.standing).collect(),
        copies: copies::of_basis(work, stored.id.0, Purpose::Care)?,
    })
}
