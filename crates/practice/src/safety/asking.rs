//! Asking once more, and what came in: whom it reaches, and until when it stands in the inbox.

use jiff::Timestamp;

use super::{SafetyError, records};
use crate::access::{DeskAccess, Purpose, Work};
use crate::cases::{self, Case, Participant};
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, ParticipantId, PersonId};
use crate::intake;
use crate::intake::questions::Raises;
use crate::people::Named;
use crate::receipts::Action;

/// Answers that came in and wait to be read.
#[derive(Clone, Debug)]
pub struct AnswersIn {
    /// In which case.
    pub case: CaseId,
    /// Whose.
    pub participant: ParticipantId,
    /// By name.
    pub named: Named,
    /// When the newest came in.
    pub at: Timestamp,
    /// The most urgent thing that they raise (R10, R11).
    pub raises: Option<Raises>,
}

impl Practice {
    /// The answers of their clients that the signed-in clinician has not read yet, the most urgent first (R11).
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn answers_in(&self, access: &DeskAccess) -> Result<Vec<AnswersIn>, AccessError> {
        self.read(access, |work| {
            let (practice, me) = (work.practice(), work.person()?);
            let mut found = Vec::new();
            for (case, participant, at) in records::unread(work.tx, practice, me)? {
                let opening = cases::opening::find(work, Action::Intake, case)?;
                let who = participant_of(&opening.case, participant)?;
                // Theirs alone is opened: a partner's list of openings would tell how often this is looked at (R2).
                let (opened, named) = opening.open_part(work, Action::Intake, &who)?;
                found.push(AnswersIn {
                    case,
                    participant,
                    named,
                    at: from_micros(at),
                    raises: intake::raised(work, &opened, participant)?,
                });
            }
            found.sort_by_key(|one| std::cmp::Reverse(one.raises));
            Ok(found)
        })
        .await
    }

    /// Says that the answers of a participant that had come in by `seen`, in microseconds UTC, were read. What came in since
    /// stays in the inbox.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the case's clinician; when that one has no clients any more, but the
    /// supervisor.
    pub async fn read_answers(
        &self,
        access: &DeskAccess,
        of: (CaseId, ParticipantId),
        seen: i64,
    ) -> Result<(), AccessError> {
        let practice = self.id();
        self.write(
            access,
            Action::Intake,
            move |work| {
                cared_for(work, of)?;
                Ok(())
            },
            move |tx, ()| Ok(records::read(tx, practice, of.1, seen)?),
        )
        .await
    }

    /// Asks a participant the questions about safety once more: they find them on their first page, and nobody else does. That
    /// there is something to look at they are told as of anything else, where mail is safe for them (R12).
    ///
    /// # Errors
    /// [`SafetyError::ConsentMissing`] (R9), [`AccessError::NotThere`] for who may not read the answers, or when the
    /// participant's part has ended.
    pub async fn ask_safety(
        &self,
        access: &DeskAccess,
        of: (CaseId, ParticipantId),
    ) -> Result<(), SafetyError> {
        let practice = self.id();
        let (person, at) = self
            .write(
                access,
                Action::Intake,
                move |work| asked_again(work, of),
                move |tx, (person, at)| {
                    records::asked(tx, practice, of.1, *at)?;
                    Ok::<_, SafetyError>((*person, *at))
                },
            )
            .await?;
        if let Err(error) = self.tell(vec![(person, "/my", at)]).await {
            tracing::error!(%error, "a client was not written to about questions");
        }
        Ok(())
    }
}

/// Whom to ask once more, and since when.
fn asked_again(
    work: &mut Work<'_, '_>,
    of: (CaseId, ParticipantId),
) -> Result<(PersonId, i64), SafetyError> {
    let (case, who) = cared_for(work, of)?;
    if !case.open || who.until.is_some() {
        return Err(AccessError::NotThere.into());
    }
    work.stands_on_consent(&[who])?;
    Ok((who.person, micros(work.now())))
}

/// Whether who asks answers for the safety of a case: its clinician, or the supervisor of one who has no clients any more.
pub(crate) fn answers_for(work: &Work<'_, '_>, case: &Case) -> bool {
    let me = work.who().person;
    let now = micros(work.now());
    let roles = work.authority(|known| known.roles(case.clinician, now));
    let cares = roles.iter().any(|(_, held)| held.role.is_clinical());
    me == Some(case.clinician) || (!cares && me.is_some() && me == case.supervisor)
}

pub(super) fn participant_of(case: &Case, id: ParticipantId) -> Result<Participant, AccessError> {
    let found = case.participants.iter().find(|who| who.id == id);
    found.copied().ok_or(AccessError::NotThere)
}

/// A participant for whose safety who asks answers, and their case, which the receipt says.
fn cared_for(
    work: &mut Work<'_, '_>,
    of: (CaseId, ParticipantId),
) -> Result<(Case, Participant), AccessError> {
    let case = cases::of_mine(work, of.0, Purpose::Care)?;
    let who = participant_of(&case, of.1)?;
    if !answers_for(work, &case) {
        return Err(work.refused(Action::Intake, Purpose::Care));
    }
    work.open(Action::Intake, Purpose::Care, &[who.own])?;
    Ok((case, who))
}
