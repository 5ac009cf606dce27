//! Inviting a client: the first link, and another one for who lost it, or their codes, or cannot be mailed.
//!
//! A link makes an account for whoever holds it. So it goes by mail to a way that the person called safe (R12), and only
//! who cares for them may hand one over: whoever keeps the desk never sees one. Both leave a receipt in words of their
//! own, which the client reads under "Who opened my record". Not here: what a link does (`invitations`).

use vault::CompartmentId;

use super::AccountError;
use super::invitations::Invitation;
use crate::access::{AccountState, DeskAccess, Purpose, Role, Work};
use crate::cases;
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::people::{self, Channel, Identity};
use crate::post::{self, Leaves, Letter, LetterKind, Posted};
use crate::receipts::Action;

/// How a link reaches somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handing {
    /// By mail, to the way that they called safe.
    Mail,
    /// By hand: who asks sees it.
    ByHand,
}

impl Handing {
    const fn action(self) -> Action {
        match self {
            Self::Mail => Action::Invite,
            Self::ByHand => Action::InviteByHand,
        }
    }
}

/// What became of an invitation.
#[derive(Clone)]
pub enum Invited {
    /// It is on its way by mail, or leaves by mail when that is safe for them.
    Mailed(Leaves),
    /// Who asked hands it over.
    ByHand(Invitation),
    /// Mail is not safe for them, and who asked may not hand it over.
    NotYet,
}

/// What who asks may do to let a client in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Inviting {
    /// Whether the client has an account, which a new link replaces.
    pub has_account: bool,
    /// When a link would leave by mail, if there is such a way that they called safe.
    pub by_mail: Option<Leaves>,
    /// Whether who asks cares for them, and may hand a link over.
    pub by_hand: bool,
}

impl Practice {
    /// What who asks may do to let a client in; `None` when they may not reach them, or it is no client.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub async fn inviting(
        &self,
        access: &DeskAccess,
        person: PersonId,
    ) -> Result<Option<Inviting>, AccessError> {
        self.read(access, move |work| {
            let Some(identity) = reachable(work, person)? else {
                return Ok(None);
            };
            let opened = work.open(Action::Contact, Purpose::Contact, &[identity])?;
            let practice = work.practice();
            let cell =
                people::records::cell(work.tx, practice, person)?.ok_or(AccessError::NotThere)?;
            let known: Identity = work.unseal(&opened, "people", &cell)?;
            let by_mail = match known.safe(Channel::Mail) {
                Some(way) => Some(Leaves::by(work, way)?),
                None => None,
            };
            let account = work.authority(|known| known.account_of(person));
            Ok(Some(Inviting {
                has_account: account.is_some_and(|(_, body)| body.state == AccountState::Active),
                by_mail,
                by_hand: cares_for(work, person)?,
            }))
        })
        .await
    }

    /// Gives a client a new link, with which they make their account or sign in anew: another name if they like, a new
    /// password, and no codes until they turn them on again. Links of before end.
    ///
    /// # Errors
    /// [`AccountError::NoSafeWay`] when it should go by mail and mail is not safe; [`AccessError::NotThere`] when who asks
    /// may not do this for this person.
    pub async fn invite_client(
        &self,
        access: &DeskAccess,
        person: PersonId,
        handing: Handing,
    ) -> Result<Invited, AccountError> {
        let practice = self.id();
        self.write(
            access,
            handing.action(),
            move |work| give(work, person, handing),
            move |tx, (posted, invitation): &(Option<Posted>, Invitation)| {
                post::put(tx, practice, posted.as_ref())?;
                Ok(match posted {
                    Some(posted) => Invited::Mailed(posted.leaves()),
                    None => Invited::ByHand(invitation.clone()),
                })
            },
        )
        .await
    }
}

fn give(
    work: &mut Work<'_, '_>,
    person: PersonId,
    handing: Handing,
) -> Result<(Option<Posted>, Invitation), AccountError> {
    let allowed = match (reachable(work, person)?, handing) {
        (Some(identity), Handing::Mail) => Some(identity),
        (Some(identity), Handing::ByHand) => cares_for(work, person)?.then_some(identity),
        (None, _) => None,
    };
    let Some(identity) = allowed else {
        return Err(work.refused(handing.action(), Purpose::Contact).into());
    };
    match handing {
        Handing::ByHand => {
            let invitation = Invitation::prepare(work, person, None, work.now())?;
            work.open(handing.action(), Purpose::Contact, &[identity])?;
            Ok((None, invitation))
        }
        Handing::Mail => {
            let mut written = None;
            let posted = post::prepare_when(work, person, |work, leaves| {
                let invitation = Invitation::prepare(work, person, None, leaves)?;
                Ok(letter(written.insert(invitation)))
            })?;
            let invitation = written.ok_or(AccountError::NoSafeWay)?;
            Ok((posted, invitation))
        }
    }
}

/// The letter that carries a link.
pub(crate) fn letter(invitation: &Invitation) -> Letter {
    let path = format!("/invitation/{}", invitation.text());
    Letter::to(LetterKind::Invitation, path)
}

/// The identity of a client whom who asks may reach: somebody with a case, and with no role of the practice.
fn reachable(
    work: &mut Work<'_, '_>,
    person: PersonId,
) -> Result<Option<CompartmentId>, AccessError> {
    let (practice, now) = (work.practice(), micros(work.now()));
    let Some(cell) = people::records::cell(work.tx, practice, person)? else {
        return Ok(None);
    };
    let roles = work.authority(|known| known.roles(person, now));
    let is_client = roles.iter().all(|(_, body)| body.role == Role::Client)
        && !cases::records::of_person(work.tx, practice, person)?.is_empty();
    // In an emergency somebody is reached, and given no link.
    let reached = work.may_write(cell.compartment, Purpose::Contact);
    Ok((is_client && reached).then_some(cell.compartment))
}

/// Whether who asks cares for this person: may open their own side of a case for it.
fn cares_for(work: &mut Work<'_, '_>, person: PersonId) -> Result<bool, AccessError> {
    let practice = work.practice();
    let cases = cases::records::of_person(work.tx, practice, person)?;
    Ok(cases
        .iter()
        .filter_map(|case| case.participant(person))
        .any(|mine| work.may_open(mine.own, Purpose::Care)))
}
