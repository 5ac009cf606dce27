//! Answering an enquiry: a case and invitations, or a declining.

use vault::Kind;

use super::{EnquiryError, EnquiryState, answers, records};
use crate::access::{DeskAccess, Made, Purpose, Role, Work};
use crate::accounts::{Invitation, Invited, letter};
use crate::cases::{self, Case, NewCase};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, EnquiryId, PersonId};
use crate::people::{self, Channel, Identity, Way};
use crate::post::{self, Posted};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::SealedRow;

/// A partner who comes along into a relational case.
#[derive(Clone, Debug)]
pub struct Partner {
    /// The name to use.
    pub name: Private<String>,
    /// Pronouns, when given.
    pub pronouns: Private<String>,
    /// By which way to reach them.
    pub channel: Channel,
    /// The address or number.
    pub address: Private<String>,
}

/// What accepting made.
#[derive(Clone)]
pub struct Accepted {
    /// The case.
    pub case: CaseId,
    /// What became of each person's invitation, first who asked.
    pub invitations: Vec<(PersonId, Invited)>,
}

impl Practice {
    /// Accepts an enquiry into a case of one, or of several with `partners`, and invites everybody by their safe way.
    ///
    /// # Errors
    /// [`EnquiryError::Answered`] when it was answered already, [`EnquiryError::NameMissing`] and
    /// [`EnquiryError::WayMissing`] for a partner, [`AccessError::NotThere`] when it is not for who asks.
    pub async fn accept_enquiry(
        &self,
        access: &DeskAccess,
        enquiry: EnquiryId,
        partners: Vec<Partner>,
    ) -> Result<Accepted, EnquiryError> {
        for partner in &partners {
            if partner.name.reveal().trim().is_empty() {
                return Err(EnquiryError::NameMissing);
            }
            if partner.address.reveal().trim().is_empty() {
                return Err(EnquiryError::WayMissing);
            }
        }
        let (first, clinician) = self.waiting_enquiry(access, enquiry).await?;
        let (new, partners) = self.case_to_be(first, clinician, partners).await?;
        let practice = self.id();
        self.write(
            access,
            Action::EnquiryDecision,
            move |work| enter(work, &new, first, &partners),
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
        partners: Vec<Partner>,
    ) -> Result<(NewCase, Vec<(PersonId, Made, Identity)>), EnquiryError> {
        let keys = self.make(&vec![Kind::Identity; partners.len()]).await?;
        let now = self.now();
        let partners: Vec<_> = partners
            .into_iter()
            .zip(keys)
            .map(|(partner, key)| {
                (
                    PersonId::new(now, self.core().randomness.as_ref()),
                    key,
                    identity(partner),
                )
            })
            .collect();
        let people = std::iter::once(first)
            .chain(partners.iter().map(|(person, _, _)| *person))
            .collect();
        let supervisor = {
            let authority = self.core().authority();
            let roles = authority.roles(clinician, micros(now));
            roles
                .into_iter()
                .find_map(|(_, body)| body.supervisor.filter(|_| body.role == Role::Associate))
        };
        let new = self.new_case(clinician, supervisor, people).await?;
        let new = partners.iter().fold(new, |new, (person, _, identity)| {
            new.named(*person, identity.name.clone())
        });
        Ok((new, partners))
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

/// Seals the partners' identities, prepares the case, and writes everybody's invitation.
fn enter(
    work: &mut Work<'_, '_>,
    new: &NewCase,
    first: PersonId,
    partners: &[(PersonId, Made, Identity)],
) -> Result<Entered, EnquiryError> {
    let mut rows = Vec::new();
    let mut known = vec![(first, None)];
    for (person, made, identity) in partners {
        let key = std::slice::from_ref(made);
        let opened = work.open_made(Action::EnquiryDecision, Purpose::Contact, key)?;
        let open = opened.get(made.id()).ok_or(AccessError::NotThere)?;
        rows.push(work.seal(open, ("people", person.0, 1), identity)?);
        known.push((*person, Some((opened, made.id(), identity))));
    }
    let made = |person| partners.iter().find(|(known, _, _)| *known == person);
    let case = cases::prepare_with(work, new, |person| {
        made(person).map(|(_, made, _)| made.id())
    })?;
    let (mut invitations, mut letters) = (Vec::new(), Vec::new());
    for (person, opened) in known {
        let write = |work: &mut Work<'_, '_>, leaves| {
            let invitation = Invitation::prepare(work, person, Some(case.id), leaves)?;
            Ok(letter(&invitation))
        };
        let posted = match &opened {
            Some((opened, key, identity)) => {
                let open = opened.get(*key).ok_or(AccessError::NotThere)?;
                post::prepare_for_when(work, open, (person, identity), write)?
            }
            None => post::prepare_when(work, person, write)?,
        };
        let invited = match posted {
            Some(posted) => {
                let leaves = posted.leaves();
                letters.push(posted);
                Invited::Mailed(leaves)
            }
            None if is_for(work, &case) => {
                handed_over(work, person, made(person))?;
                let now = work.now();
                Invited::ByHand(Invitation::prepare(work, person, Some(case.id), now)?)
            }
            None => Invited::NotYet,
        };
        invitations.push((person, invited));
    }
    Ok(Entered {
        at: micros(work.now()),
        rows,
        case,
        letters,
        invitations,
    })
}

/// Whether who asks will care for this case, and so may hand a link over.
fn is_for(work: &Work<'_, '_>, case: &Case) -> bool {
    let who = work.who();
    let staff = [Some(case.clinician), case.supervisor];
    who.person.is_some()
        && staff.contains(&who.person)
        && who.roles.iter().any(|role| role.is_clinical())
}

/// Leaves the receipt of a link that is shown, so that the client can read of it.
fn handed_over(
    work: &mut Work<'_, '_>,
    person: PersonId,
    made: Option<&(PersonId, Made, Identity)>,
) -> Result<(), EnquiryError> {
    let (action, purpose) = (Action::InviteByHand, Purpose::Contact);
    if let Some((_, made, _)) = made {
        work.open_made(action, purpose, std::slice::from_ref(made))?;
        return Ok(());
    }
    let practice = work.practice();
    let cell = people::records::cell(work.tx, practice, person)?.ok_or(AccessError::NotThere)?;
    work.open(action, purpose, &[cell.compartment])?;
    Ok(())
}

fn answered(error: store::StoreError) -> EnquiryError {
    if error == store::StoreError::Conflict {
        return EnquiryError::Answered;
    }
    error.into()
}

fn identity(partner: Partner) -> Identity {
    Identity {
        name: partner.name,
        pronouns: partner.pronouns,
        ways: vec![Way {
            channel: partner.channel,
            address: partner.address,
            safe: true,
            mind: Private::default(),
            times: None,
        }],
        ..Identity::default()
    }
}
