//! Asking for a release: by the clinician, or by a client, whose clinician then takes it up.

use std::collections::BTreeSet;

use store::Tx;
use vault::{CompartmentId, Kind, Opened};

use super::records::{self, Stored};
use super::signers::{Answer, signers};
use super::text::{Frame, Part};
use super::{ReleaseContent, ReleaseError, ReleaseState, SignatureContent};
use crate::access::{DeskAccess, Holder, Made, PortalAccess, Purpose, Work};
use crate::cases::{self, Case, CaseKind, Participant};
use crate::clock::micros;
use crate::consent::texts;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, ParticipantId, PersonId, PracticeId, ReleaseId};
use crate::receipts::Action;
use crate::sealed::SealedRow;
use crate::settings;

/// How many wishes of one person may wait in a case until somebody has talked with them.
const WISHES: i64 = 5;

/// A release to be.
#[derive(Clone, Debug)]
pub struct NewRelease {
    /// Of whose own side, if of one.
    pub own: Option<ParticipantId>,
    /// Whether of the joint side, too.
    pub joint: bool,
    /// What it allows.
    pub frame: Frame,
}

/// What asking writes, ready to be stored.
struct Ready {
    release: Stored,
    row: SealedRow,
    asked: Vec<(ParticipantId, Part, SealedRow)>,
    /// Who is asked.
    whom: Vec<PersonId>,
}

impl Practice {
    /// The clinician asks for a release: everybody whose signature it needs is asked at once, each on their own side.
    ///
    /// # Errors
    /// [`ReleaseError::NothingNamed`], [`ReleaseError::Unnamed`], [`ReleaseError::Over`]; [`AccessError::NotThere`] when the case
    /// is not for who asks.
    pub async fn ask_release(
        &self,
        access: &DeskAccess,
        case: CaseId,
        new: NewRelease,
    ) -> Result<ReleaseId, ReleaseError> {
        let practice = self.id();
        // What is of nobody's own side lies in a file of its own: a joint side takes nothing any more once its case was parted.
        let file = match new.own {
            Some(_) => None,
            None => self.make(&[Kind::Own]).await?.pop(),
        };
        let (id, whom) = self
            .write(
                access,
                Action::Release,
                move |work| {
                    let case = cases::of_mine(work, case, Purpose::Care)?;
                    may_ask(work, &case)?;
                    asked(work, &case, new, (Purpose::Care, file.as_ref()))
                },
                move |tx, ready| {
                    put(tx, practice, ready)?;
                    Ok::<_, ReleaseError>((ready.release.id, ready.whom.clone()))
                },
            )
            .await?;
        self.tell_of_release(whom).await;
        Ok(id)
    }

    /// A client asks for a release of their own side, of the joint one, or of both. For what is theirs alone they can sign at
    /// once; the others of a joint one are asked when the clinician takes it up.
    ///
    /// # Errors
    /// As [`Practice::ask_release`]; [`ReleaseError::Enough`] when several wait to be taken up.
    pub async fn ask_my_release(
        &self,
        access: &PortalAccess,
        participant: ParticipantId,
        new: NewRelease,
    ) -> Result<ReleaseId, ReleaseError> {
        let practice = self.id();
        self.write(
            access,
            Action::Release,
            move |work| {
                let mine = cases::part_of_mine(work, participant)?;
                let own = new.own.map(|_| participant);
                // What their own part is for is not what others read of the joint one (R2).
                if own.is_some() && new.joint && new.frame.joint_purpose.is_none() {
                    return Err(ReleaseError::Unnamed);
                }
                let wait = records::wishes(work.tx, practice, mine.case.id, work.person()?)?;
                if new.joint && wait >= WISHES {
                    return Err(ReleaseError::Enough);
                }
                let new = NewRelease { own, ..new };
                asked(work, &mine.case, new, (Purpose::OwnRecord, None))
            },
            move |tx, ready| {
                put(tx, practice, ready)?;
                Ok(ready.release.id)
            },
        )
        .await
    }

    /// The clinician takes up what a client asked for: everybody whose signature the joint part needs is asked.
    ///
    /// # Errors
    /// [`ReleaseError::TakenUp`] when it was, or is closed; [`AccessError::NotThere`] when it is not for who asks.
    pub async fn take_up_release(
        &self,
        access: &DeskAccess,
        id: ReleaseId,
    ) -> Result<(), ReleaseError> {
        let practice = self.id();
        let taken_up = self.write(
            access,
            Action::Release,
            move |work| {
                let (case, stored) = super::found_for_care(work, id)?;
                if stored.state != ReleaseState::Asked {
                    return Err(ReleaseError::TakenUp);
                }
                may_ask(work, &case)?;
                let place = stored.cell.compartment;
                let opened = work.open(Action::Release, Purpose::Care, &[place])?;
                let content: ReleaseContent = work.unseal(&opened, "releases", &stored.cell)?;
                let whom = whom(work, &case, (None, true), &content.frame)?;
                let opened = open(work, &whom, Some(place), Purpose::Care)?;
                let asked = asks(work, &opened, &whom, &content.frame)?;
                // Each was asked now, and reads nothing of when it was wished for (R2).
                Ok((micros(work.now()), asked, people(&whom)))
            },
            move |tx, (at, asked, whom)| {
                let states = (ReleaseState::Asked, ReleaseState::Open);
                records::set_state(tx, practice, id, states)?;
                put_asked(tx, practice, (id, *at), asked)?;
                Ok::<_, ReleaseError>(whom.clone())
            },
        );
        let whom = taken_up.await?;
        self.tell_of_release(whom).await;
        Ok(())
    }

    /// Tells people that there is something to look at. What stands on their pages does not depend on these letters.
    pub(super) async fn tell_of_release(&self, mut whom: Vec<PersonId>) {
        whom.sort_unstable();
        whom.dedup();
        let now = micros(self.now());
        let notices = whom.into_iter().map(|person| (person, "/my", now));
        if let Err(error) = self.tell(notices.collect()).await {
            tracing::error!(%error, "nobody was written to about something to sign");
        }
    }
}

fn people(whom: &[(&Participant, Part)]) -> Vec<PersonId> {
    whom.iter().map(|(who, _)| who.person).collect()
}

/// Whoever asks others for signatures cares for every side of the case, and does not only read it in an emergency.
fn may_ask(work: &mut Work<'_, '_>, case: &Case) -> Result<(), AccessError> {
    let mut sides = case.compartments().into_iter();
    if sides.all(|side| work.may_write(side, Purpose::Care)) {
        return Ok(());
    }
    Err(work.refused(Action::Release, Purpose::Care))
}

fn asked(
    work: &mut Work<'_, '_>,
    case: &Case,
    new: NewRelease,
    (purpose, file): (Purpose, Option<&Made>),
) -> Result<Ready, ReleaseError> {
    let frame = checked(work, case, &new)?;
    let own = new.own.and_then(|id| {
        let mut all = case.participants.iter();
        all.find(|who| who.id == id && who.destroyed.is_none())
    });
    let by = work.person()?;
    // On the own side of whoever asks for themselves, so that nobody else learns of it before it is taken up (R2).
    let mine = case.participant(by).map(|who| who.own);
    let side = own.map(|who| who.own).or(mine);
    let place = side.or_else(|| file.map(Made::id));
    let place = place.ok_or(AccessError::NotThere)?;
    let taken_up = purpose == Purpose::Care;
    let now_asked = (new.own, new.joint && taken_up);
    let whom = whom(work, case, now_asked, &frame)?;
    let opened = open(work, &whom, side, purpose)?;
    let release = Stored {
        id: ReleaseId(work.new_id()),
        cell: crate::sealed::Cell {
            id: uuid::Uuid::nil(),
            compartment: place,
            revision: 1,
            schema: crate::sealed::SCHEMA,
            bytes: Vec::new(),
        },
        case: case.id,
        own: own.map(|who| who.id),
        joint: new.joint,
        asked_at: micros(work.now()),
        asked_by: by,
        state: if new.joint && !taken_up {
            ReleaseState::Asked
        } else {
            ReleaseState::Open
        },
    };
    let asked = asks(work, &opened, &whom, &frame)?;
    let begun = match file.filter(|_| side.is_none()) {
        Some(file) => Some(begin(work, case, file, purpose)?),
        None => None,
    };
    let open = begun.as_ref().unwrap_or(&opened).get(place);
    let open = open.ok_or(AccessError::NotThere)?;
    let content = ReleaseContent { frame };
    let row = work.seal(open, ("releases", release.id.0, 1), &content)?;
    Ok(Ready {
        release,
        row,
        asked,
        whom: people(&whom),
    })
}

/// That a release names something that can leave, somebody, a purpose, and a day to come.
fn checked(work: &mut Work<'_, '_>, case: &Case, new: &NewRelease) -> Result<Frame, ReleaseError> {
    let frame = &new.frame;
    let is_there = |id: ParticipantId| {
        let mut all = case.participants.iter();
        all.any(|who| who.id == id && who.destroyed.is_none())
    };
    if new.own.is_some_and(|id| !is_there(id)) || (new.joint && case.kind == CaseKind::Individual) {
        return Err(AccessError::NotThere.into());
    }
    let own_named = new.own.is_some() && !frame.kinds_of(Part::Own).is_empty();
    let joint_named = new.joint && !frame.kinds_of(Part::Joint).is_empty();
    if own_named != new.own.is_some() || joint_named != new.joint || !(own_named || joint_named) {
        return Err(ReleaseError::NothingNamed);
    }
    let silent = |text: &crate::private::Private<String>| text.reveal().trim().is_empty();
    let joint_silent = frame.joint_purpose.as_ref().is_some_and(silent);
    if silent(&frame.to) || silent(&frame.way) || silent(&frame.purpose) || joint_silent {
        return Err(ReleaseError::Unnamed);
    }
    let today = settings::described(work)?.today(work);
    if !frame.lasts(today) {
        return Err(ReleaseError::Over);
    }
    Ok(Frame {
        joint_purpose: frame.joint_purpose.clone().filter(|_| new.joint),
        ..frame.clone()
    })
}

/// Who is asked to sign what: `of` is whose own part, and whether the joint one. Somebody whose side was destroyed can sign
/// nothing; what needs them cannot leave any more.
fn whom<'c>(
    work: &mut Work<'_, '_>,
    case: &'c Case,
    of: (Option<ParticipantId>, bool),
    frame: &Frame,
) -> Result<Vec<(&'c Participant, Part)>, AccessError> {
    let zone = settings::described(work)?.clock_zone();
    let needed = if of.1 {
        signers(case, frame.days.span(&zone))
    } else {
        BTreeSet::new()
    };
    let there = case.participants.iter();
    let there: Vec<&Participant> = there.filter(|who| who.destroyed.is_none()).collect();
    let own = there.iter().filter(|who| of.0 == Some(who.id));
    let joint = there.iter().filter(|who| needed.contains(&who.id));
    let own = own.map(|who| (*who, Part::Own));
    Ok(own.chain(joint.map(|who| (*who, Part::Joint))).collect())
}

/// Opens the own side on which a release stands, if on one, and those of who is asked, and no other: whoever is not asked learns
/// nothing (R2).
fn open(
    work: &mut Work<'_, '_>,
    whom: &[(&Participant, Part)],
    side: Option<CompartmentId>,
    purpose: Purpose,
) -> Result<Opened, AccessError> {
    let own = whom.iter().map(|(who, _)| who.own);
    let sides: Vec<CompartmentId> = own.chain(side).collect();
    work.open(Action::Release, purpose, &sides)
}

/// Begins the file of a release that is of nobody's own side, for who cares for the case.
fn begin(
    work: &mut Work<'_, '_>,
    case: &Case,
    file: &Made,
    purpose: Purpose,
) -> Result<Opened, AccessError> {
    for staff in std::iter::once(case.clinician).chain(case.supervisor) {
        work.grant(Holder::Person(staff), file.id(), purpose)?;
    }
    work.open_made(Action::Release, purpose, [file])
}

/// Seals what each person is asked to sign on their own side.
fn asks(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    whom: &[(&Participant, Part)],
    frame: &Frame,
) -> Result<Vec<(ParticipantId, Part, SealedRow)>, ReleaseError> {
    let practice = settings::described(work)?;
    let mut rows = Vec::new();
    for (who, part) in whom {
        let text = frame.text(*part, &practice.name);
        let text = text.ok_or_else(|| AccessError::Fault("a release has no text".to_owned()))?;
        let content = SignatureContent {
            frame: frame.of(*part),
            part: *part,
            digest: texts::hexadecimal(&text),
            text,
            answer: Answer::Waiting,
        };
        let open = opened.get(who.own).ok_or(AccessError::NotThere)?;
        let row = work.seal(open, ("release_signatures", work.new_id(), 1), &content)?;
        rows.push((who.id, *part, row));
    }
    Ok(rows)
}

fn put(tx: &mut Tx<'_>, practice: PracticeId, ready: &Ready) -> Result<(), store::StoreError> {
    records::insert(tx, practice, &ready.release, &ready.row)?;
    let place = (ready.release.id, ready.release.asked_at);
    put_asked(tx, practice, place, &ready.asked)
}

fn put_asked(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    of: (ReleaseId, i64),
    asked: &[(ParticipantId, Part, SealedRow)],
) -> Result<(), store::StoreError> {
    for (who, part, row) in asked {
        records::insert_signature(tx, practice, (of.0, *who, *part, of.1), row)?;
    }
    Ok(())
}
