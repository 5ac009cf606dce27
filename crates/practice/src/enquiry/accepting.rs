//! Answering an enquiry: a case and invitations, or a declining.

use super::{EnquiryError, EnquiryState, answers, records};
use crate::access::{DeskAccess, Work};
use crate::accounts::{self, Arriving, Invited, Lacks, Newcomer};
use crate::cases::{self, Case, NewCase};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, EnquiryId, PersonId};
use crate::people;
use crate::post::{self, Posted};
use crate::receipts::Action;
use crate::sealed::SealedRow;

/// What accepting made.
#[derive(Clone)]
pub struct Accepted {
    /// The case.
    pub case: CaseId,
    /// What became of each person's invitation, first who asked.
    pub invitations: Vec<(PersonId, Invited)>,
}

impl Practice {
    /// Accepts an enquiry into a case of one, or of several with `others`, and invites everybody by their safe way.
    ///
    /// # Errors
    /// [`EnquiryError::Answered`] when it was answered already, [`EnquiryError::NameMissing`] and
    /// [`EnquiryError::WayMissing`] for one of them, [`AccessError::NotThere`] when it is not for who asks.
    pub async fn accept_enquiry(
        &self,
        access: &DeskAccess,
        enquiry: EnquiryId,
        others: Vec<Newcomer>,
    ) -> Result<Accepted, EnquiryError> {
        for other in &others {
            match other.lacks() {
                Some(Lacks::Name) => return Err(EnquiryError::NameMissing),
                Some(Lacks::Way) => return Err(EnquiryError::WayMissing),
                None => {}
            }
        }
        let (first, clinician) = self.waiting_enquiry(access, enquiry).await?;
        let (new, others) = self.case_to_be(first, clinician, others).await?;
        let practice = self.id();
        self.write(
            access,
            Action::EnquiryDecision,
            move |work| enter(work, &new, first, &others),
            move |tx, entered| {
                records::decide(tx, practice, enquiry, EnquiryState::Accepted, entered.at)
                    .map_err(answered)?;
                for row in &entered.rows {
                    people::insert(tx, practice, entered.at, row)?;
                }
                cases::insert(tx, practice, &entered.case)?;
                for letter in &entered.letters {
                    post::put(tx, practice, Some(letter))?;
                }
                Ok(Accepted {
                    case: entered.case.id,
                    invitations: entered.invitations.clone(),
                })
            },
        )
        .await
    }

    async fn waiting_enquiry(
        &self,
        access: &DeskAccess,
        id: EnquiryId,
    ) -> Result<(PersonId, PersonId), EnquiryError> {
        self.read(access, move |work| {
            let practice = work.practice();
            let stored = records::enquiry(work.tx, practice, id)?.ok_or(AccessError::NotThere)?;
            if !answers(work, stored.clinician)? {
                return Err(AccessError::NotThere.into());
            }
            if stored.state != EnquiryState::Waiting {
                return Err(EnquiryError::Answered);
            }
            Ok((stored.person, stored.clinician))
        })
        .await
    }

    async fn case_to_be(
        &self,
        first: PersonId,
        clinician: PersonId,
        others: Vec<Newcomer>,
    ) -> Result<(NewCase, Vec<Arriving>), EnquiryError> {
        let others = self.arriving(others).await?;
        let people = std::iter::once(first)
            .chain(others.iter().map(|new| new.person))
            .collect();
        let supervisor = self.supervisor_of(clinician);
        let new = self.new_case(clinician, supervisor, people).await?;
        let new = others.iter().fold(new, |new, other| {
            new.named(other.person, other.identity.name.clone())
        });
        Ok((new, others))
    }

    /// Declines an enquiry; its names are forgotten after 30 days ([`Practice::forget_enquiries`]).
    ///
    /// # Errors
    /// [`EnquiryError::Answered`] when it was answered already.
    pub async fn decline_enquiry(
        &self,
        access: &DeskAccess,
        enquiry: EnquiryId,
    ) -> Result<(), EnquiryError> {
        let practice = self.id();
        self.waiting_enquiry(access, enquiry).await?;
        self.write(
            access,
            Action::EnquiryDecision,
            |work| Ok::<_, EnquiryError>(micros(work.now())),
            move |tx, now| {
                records::decide(tx, practice, enquiry, EnquiryState::Declined, *now)
                    .map_err(answered)
            },
        )
        .await
    }
}

/// What accepting writes, ready to be stored.
struct Entered {
    at: i64,
    rows: Vec<SealedRow>,
    case: Case,
    letters: Vec<Posted>,
    invitations: Vec<(PersonId, Invited)>,
}

/// Seals the identities of those who come along, prepares the case, and writes everybody's invitation.
fn enter(
    work: &mut Work<'_, '_>,
    new: &NewCase,
    first: PersonId,
    others: &[Arriving],
) -> Result<Entered, EnquiryError> {
    let entered: Vec<accounts::Arrived> = others
        .iter()
        .map(|other| accounts::enter(work, Action::EnquiryDecision, other))
        .collect::<Result<_, _>>()?;
    let case = cases::prepare_with(work, new, |person| {
        let mut others = others.iter();
        let other = others.find(|other| other.person == person);
        other.map(|other| other.key.id())
    })?;
    let others = others.iter().zip(&entered);
    let everybody = others.map(|other| (other.0.person, Some(other)));
    let (mut invitations, mut letters) = (Vec::new(), Vec::new());
    for (person, other) in std::iter::once((first, None)).chain(everybody) {
        let (posted, invited) = accounts::invite(work, (person, other), &case)?;
        letters.extend(posted);
        invitations.push((person, invited));
    }
    Ok(Entered {
        at: micros(work.now()),
        rows: entered.into_iter().map(|one| one.row).collect(),
        case,
        letters,
        invitations,
    })
}

fn answered(error: store::StoreError) -> EnquiryError {
    if error == store::StoreError::Conflict {
        return EnquiryError::Answered;
    }
    error.into()
}
