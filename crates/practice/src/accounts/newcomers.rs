//! People who come into a case: those who are new to the practice, by a name and one safe way, and how each is let in.
//!
//! Two people may share a way: whoever is entered here is somebody of their own, whatever the address (R2). Not here: what a
//! link does (`invitations`), another link later on (`inviting`).

use vault::{Kind, Opened};

use super::inviting::letter;
use super::{Invitation, Invited};
use crate::access::{AccountState, Made, Purpose, Role, Work};
use crate::cases::Case;
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::people::{self, Channel, Identity, Way};
use crate::post::{self, Leaves, Letter, LetterKind, Posted};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::SealedRow;

/// Somebody who is new to the practice.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// The name to use.
    pub name: Private<String>,
    /// Pronouns, when given.
    pub pronouns: Private<String>,
    /// By which way to reach them.
    pub channel: Channel,
    /// The address or number.
    pub address: Private<String>,
}

/// What a newcomer lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Lacks {
    /// A name to use.
    Name,
    /// One safe way.
    Way,
}

impl Newcomer {
    /// What is missing before they can be entered.
    pub(crate) fn lacks(&self) -> Option<Lacks> {
        if self.name.reveal().trim().is_empty() {
            return Some(Lacks::Name);
        }
        let silent = self.address.reveal().trim().is_empty();
        silent.then_some(Lacks::Way)
    }

    fn into_identity(self) -> Identity {
        Identity {
            name: self.name,
            pronouns: self.pronouns,
            ways: vec![Way::new(self.channel, self.address, true)],
            ..Identity::default()
        }
    }
}

/// A newcomer whose key is durable, and who is entered in the operation to come.
pub(crate) struct Arriving {
    pub(crate) person: PersonId,
    pub(crate) key: Made,
    pub(crate) identity: Identity,
}

/// A newcomer whose identity is sealed and waits to be stored.
pub(crate) struct Arrived {
    pub(crate) row: SealedRow,
    opened: Opened,
}

/// How somebody is let into a case.
#[derive(Clone)]
pub enum LetIn {
    /// By a link of their own.
    Invited(Invited),
    /// They sign in as before, and were told that something changed where that is safe.
    AsBefore(Option<Leaves>),
}

impl Practice {
    /// Makes the keys of newcomers.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the keyring.
    pub(crate) async fn arriving(&self, new: Vec<Newcomer>) -> Result<Vec<Arriving>, AccessError> {
        let keys = self.make(&vec![Kind::Identity; new.len()]).await?;
        let now = self.now();
        let arriving = new.into_iter().zip(keys).map(|(newcomer, key)| Arriving {
            person: PersonId::new(now, self.core().randomness.as_ref()),
            key,
            identity: newcomer.into_identity(),
        });
        Ok(arriving.collect())
    }

    /// The supervisor of an associate; nobody for any other clinician.
    pub(crate) fn supervisor_of(&self, clinician: PersonId) -> Option<PersonId> {
        let now = micros(self.now());
        let authority = self.core().authority();
        let roles = authority.roles(clinician, now);
        roles
            .into_iter()
            .find_map(|(_, body)| body.supervisor.filter(|_| body.role == Role::Associate))
    }
}

/// Seals the identity of a newcomer.
pub(crate) fn enter(
    work: &mut Work<'_, '_>,
    action: Action,
    new: &Arriving,
) -> Result<Arrived, AccessError> {
    let key = std::slice::from_ref(&new.key);
    let opened = work.open_made(action, Purpose::Contact, key)?;
    let open = opened.get(new.key.id()).ok_or(AccessError::NotThere)?;
    let row = work.seal(open, ("people", new.person.0, 1), &new.identity)?;
    Ok(Arrived { row, opened })
}

/// Invites somebody into a case, by mail where that is safe for them and otherwise by hand of who will care for it.
pub(crate) fn invite(
    work: &mut Work<'_, '_>,
    whom: (PersonId, Option<(&Arriving, &Arrived)>),
    case: &Case,
) -> Result<(Option<Posted>, Invited), AccessError> {
    let (person, new) = whom;
    let write = |work: &mut Work<'_, '_>, leaves| {
        let invitation = Invitation::prepare(work, person, Some(case.id), leaves)?;
        Ok(letter(&invitation))
    };
    let posted = match new {
        Some((new, entered)) => {
            let open = entered.opened.get(new.key.id());
            let open = open.ok_or(AccessError::NotThere)?;
            post::prepare_for_when(work, open, (person, &new.identity), write)?
        }
        None => post::prepare_when(work, person, write)?,
    };
    let invited = match &posted {
        Some(posted) => Invited::Mailed(posted.leaves()),
        None if is_for(work, case) => {
            handed_over(work, person, new.map(|(new, _)| new))?;
            let now = work.now();
            Invited::ByHand(Invitation::prepare(work, person, Some(case.id), now)?)
        }
        None => Invited::NotYet,
    };
    Ok((posted, invited))
}

/// Lets somebody into a case: as before who has an account, which stays as it is, and by a link who has none.
pub(crate) fn let_in(
    work: &mut Work<'_, '_>,
    whom: (PersonId, Option<(&Arriving, &Arrived)>),
    case: &Case,
) -> Result<(Option<Posted>, LetIn), AccessError> {
    let account = work.authority(|known| known.account_of(whom.0));
    if account.is_some_and(|(_, body)| body.state == AccountState::Active) {
        let posted = changed(work, whom.0)?;
        let leaves = posted.as_ref().map(Posted::leaves);
        return Ok((posted, LetIn::AsBefore(leaves)));
    }
    let (posted, invited) = invite(work, whom, case)?;
    Ok((posted, LetIn::Invited(invited)))
}

/// The letter that something changed for somebody: the same, whatever it was, to whomever it is written (R12).
pub(crate) fn changed(
    work: &mut Work<'_, '_>,
    person: PersonId,
) -> Result<Option<Posted>, AccessError> {
    post::prepare(work, person, &Letter::to(LetterKind::Changed, "/my"))
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
    new: Option<&Arriving>,
) -> Result<(), AccessError> {
    let (action, purpose) = (Action::InviteByHand, Purpose::Contact);
    if let Some(new) = new {
        work.open_made(action, purpose, std::slice::from_ref(&new.key))?;
        return Ok(());
    }
    let practice = work.practice();
    let cell = people::records::cell(work.tx, practice, person)?.ok_or(AccessError::NotThere)?;
    work.open(action, purpose, &[cell.compartment])?;
    Ok(())
}
