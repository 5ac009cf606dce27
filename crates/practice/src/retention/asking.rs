//! The first of two: somebody who keeps the record asks for its destruction, or takes that back.

use vault::{Kind, Opened};

use super::{
    Asked, Reasoned, Request, RequestState, RetentionError, SHOWN, WAITS, find, holding, keepers,
    keeps, records, reviewed, rules,
};
use crate::access::{DeskAccess, Fresh, Holder, Made, Purpose, Role, Work};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{DestructionId, ParticipantId, PersonId};
use crate::people;
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::{Cell, SealedRow};

impl Practice {
    /// Asks for the destruction of a part's content; another person confirms it within two weeks.
    ///
    /// # Errors
    /// [`RetentionError::ReasonMissing`], [`RetentionError::NotDue`], [`RetentionError::Held`], [`RetentionError::Asked`];
    /// [`AccessError::NotThere`] for who does not keep this record.
    pub async fn ask_for_destruction<A: Fresh>(
        &self,
        access: &A,
        part: ParticipantId,
        reason: Private<String>,
    ) -> Result<DestructionId, RetentionError> {
        access.who_asks()?;
        if reason.reveal().trim().is_empty() {
            return Err(RetentionError::ReasonMissing);
        }
        let practice = self.id();
        let made = self.make(&[Kind::Own]).await?;
        self.write(
            access,
            Action::DestructionAsk,
            move |work| ask(work, part, reason, &made),
            move |tx, (request, row)| {
                if records::is_held(tx, practice, request.part)? {
                    return Err(RetentionError::Held);
                }
                records::ask(tx, practice, request, row)?;
                Ok(request.id)
            },
        )
        .await
    }

    /// Takes a request back, or refuses to confirm it.
    ///
    /// # Errors
    /// [`RetentionError::Ended`]; [`AccessError::NotThere`] for who may not confirm it.
    pub async fn withdraw_destruction(
        &self,
        access: &DeskAccess,
        id: DestructionId,
    ) -> Result<(), RetentionError> {
        let practice = self.id();
        self.write(
            access,
            Action::DestructionWithdraw,
            move |work| {
                let Waiting { request, .. } = waiting(work, Action::DestructionWithdraw, id)?;
                Ok((request.id, (micros(work.now()), work.person()?)))
            },
            move |tx, (id, by)| {
                let which = (*id, RequestState::Withdrawn);
                Ok::<_, RetentionError>(records::end(tx, practice, which, *by, None)?)
            },
        )
        .await
    }
}

fn ask(
    work: &mut Work<'_, '_>,
    part: ParticipantId,
    reason: Private<String>,
    made: &[Made],
) -> Result<(Request, SealedRow), RetentionError> {
    let (action, purpose) = (Action::DestructionAsk, Purpose::Keeping);
    let (practice, me, now) = (work.practice(), work.person()?, micros(work.now()));
    let (case, who) = find(work, action, part)?;
    if !keeps(work, &case)? || who.destroyed.is_some() {
        return Err(work.refused(action, purpose).into());
    }
    if super::waiting(work, part)?.is_some() {
        return Err(RetentionError::Asked);
    }
    let counted = records::one_part(work.tx, practice, part)?;
    let counted = counted.ok_or(AccessError::NotThere)?;
    let rule = rules::in_force(work)?;
    let known = people::identities(work, Action::Names, Purpose::Contact, &[who.person])?;
    let reviewed = reviewed(work, (&case, &counted), &rule, known.get(&who.person))?;
    let due = reviewed.due.filter(|_| reviewed.is_due);
    let due = due.ok_or(RetentionError::NotDue)?;
    holding::none_on(work, part)?;
    let key = made.first().ok_or(AccessError::NotThere)?.id();
    let opened = work.open_made(action, purpose, made)?;
    let open = opened.get(key).ok_or(AccessError::NotThere)?;
    for holder in readers(work, keepers(work, &case)) {
        work.grant(holder, key, purpose)?;
    }
    let request = Request {
        id: DestructionId(work.new_id()),
        part,
        state: RequestState::Asked,
        asked: (now, me),
        until: now.saturating_add(WAITS),
        ended: None,
        died_at: None,
        epoch: None,
    };
    let content = Asked {
        part,
        by: me,
        at: now,
        until: request.until,
        due,
        reason,
        carried_out: None,
    };
    let row = work.seal(open, ("destructions", request.id.0, 1), &content)?;
    Ok((request, row))
}

/// Who reads a request: the owners, whoever cared for the case, and where that is one person, any clinician or supervisor.
fn readers(work: &Work<'_, '_>, keepers: Vec<PersonId>) -> Vec<Holder> {
    let owners = work.authority(|known| known.holders(Role::Owner, micros(work.now())));
    let is_owner = |person: &PersonId| owners.iter().any(|held| held.person == *person);
    let mut all = vec![Holder::Role(Role::Owner)];
    if keepers.len() < 2 {
        all.extend([Role::Clinician, Role::Supervisor].map(Holder::Role));
    }
    let others = keepers.into_iter().filter(|person| !is_owner(person));
    all.extend(others.map(Holder::Person));
    all
}

/// A request that waits, and what it says.
pub(super) struct Waiting {
    pub(super) request: Request,
    pub(super) content: Asked,
    pub(super) cell: Cell,
    pub(super) opened: Opened,
}

/// A request that waits, for who may confirm it. What stands in the table is compared with what was sealed.
pub(super) fn waiting(
    work: &mut Work<'_, '_>,
    action: Action,
    id: DestructionId,
) -> Result<Waiting, RetentionError> {
    let (practice, now) = (work.practice(), micros(work.now()));
    let Some((request, cell)) = records::one_request(work.tx, practice, id)? else {
        return Err(work.refused(action, Purpose::Keeping).into());
    };
    find(work, action, request.part)?;
    if !request.waits(now) {
        return Err(RetentionError::Ended);
    }
    let opened = work.open(action, Purpose::Keeping, &[cell.compartment])?;
    let content: Asked = work.unseal(&opened, "destructions", &cell)?;
    let is_sealed = (content.part, (content.at, content.by), content.until);
    if is_sealed != (request.part, request.asked, request.until) {
        let what = "a request for destruction was changed from outside: run `alcove audit verify`";
        return Err(AccessError::Fault(what.to_owned()).into());
    }
    Ok(Waiting {
        request,
        content,
        cell,
        opened,
    })
}

/// The requests about a part; why, for who may open that.
pub(super) fn told(
    work: &mut Work<'_, '_>,
    part: ParticipantId,
) -> Result<Vec<Reasoned>, AccessError> {
    let practice = work.practice();
    let found = records::requests(work.tx, practice, Some(part), SHOWN)?;
    let mut all = Vec::new();
    for (request, cell) in found {
        let reason = if work.may_open(cell.compartment, Purpose::Keeping) {
            let wanted = [cell.compartment];
            let opened = work.open(Action::RetentionRead, Purpose::Keeping, &wanted)?;
            let content: Asked = work.unseal(&opened, "destructions", &cell)?;
            Some(content.reason)
        } else {
            None
        };
        all.push((request, reason));
    }
    Ok(all)
}
