//! The second of two: another person confirms, and what was asked for is done.
//!
//! One commit removes the rows, marks the part and orders the death of the keys by its receipt; that nothing holds the part is
//! asked once more in that very commit. Then the keys die, the epoch advances, and a receipt of its own says which one counts.
//! What a crash cuts off between the two, the next look goes on with.

use store::Tx;
use vault::CompartmentId;

use super::certificates::CarriedOut;
use super::going::{self, Going};
use super::{
    Request, RequestState, RetentionError, asking, find, holding, records, reviewed, rules,
};
use crate::access::{Fresh, JobAccess, Purpose, Role, Work};
use crate::accounts;
use crate::cases::Participant;
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{DestructionId, PersonId, PracticeId};
use crate::people;
use crate::receipts::{Action, KEY_DEATHS, KEYS};
use crate::safety;
use crate::sealed::{self, SealedRow};

/// How long before a confirmation its receipt may have been made, in microseconds: clocks of several machines differ.
const LEEWAY: i64 = 60 * 60_000_000;

/// What a confirmation writes.
struct Confirmed {
    request: Request,
    by: (i64, PersonId),
    epoch: u32,
    going: Going,
    row: SealedRow,
}

impl Practice {
    /// Confirms a request, as another person than who asked: the content goes, and its keys die. `watch` hears of keys that
    /// are wrapped anew, and of all of them.
    ///
    /// # Errors
    /// [`RetentionError::SamePerson`], [`RetentionError::Ended`], [`RetentionError::NotDue`], [`RetentionError::Held`];
    /// [`AccessError::NotThere`] for who may not; [`AccessError::Stale`] when somebody wrote or held meanwhile.
    pub async fn confirm_destruction<A: Fresh>(
        &self,
        access: &A,
        id: DestructionId,
        watch: impl Fn(usize, usize),
    ) -> Result<(), RetentionError> {
        access.who_asks()?;
        let practice = self.id();
        let days = self.copies_kept();
        self.write(
            access,
            Action::DestructionConfirm,
            move |work| prepare(work, id, days),
            move |tx, confirmed| put(tx, practice, confirmed),
        )
        .await?;
        self.end_destructions(watch).await?;
        Ok(())
    }

    /// Lets the keys die of whatever was confirmed, and says so in the log. How many there were.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault: call it again.
    pub async fn end_destructions(
        &self,
        watch: impl Fn(usize, usize),
    ) -> Result<usize, AccessError> {
        let vault = self.vault()?;
        let practice = self.id();
        let dying = self
            .published(move |tx| records::dying(tx, practice))
            .await?;
        let first = dying.iter().filter_map(|(one, _)| one.ended).min();
        let Some((first, _)) = first else {
            return Ok(0);
        };
        let since = from_micros(first.saturating_sub(LEEWAY));
        let job = JobAccess::set_up();
        self.destroy_ended_keys(&job, since, &watch).await?;
        // Keys that died before a crash, or by another program, may have left the epoch where it was.
        let before = dying.iter().filter_map(|(one, _)| one.epoch).max();
        if before.is_some_and(|before| vault.epoch() <= before) {
            while self.rotate(&job, &watch).await?.resumed {}
        }
        for (request, cell) in &dying {
            self.tell_of_death(request, cell.compartment).await?;
        }
        Ok(dying.len())
    }

    async fn tell_of_death(
        &self,
        request: &Request,
        file: CompartmentId,
    ) -> Result<(), AccessError> {
        let (practice, id, epoch) = (self.id(), request.id, self.vault()?.epoch());
        let job = JobAccess::set_up();
        let told = self.write(
            &job,
            Action::KeysDied,
            move |work| {
                work.concerns(Purpose::Keeping, &[file]);
                // The epoch that counts from now on stands where other things have their revision.
                work.names(KEY_DEATHS, id.0, epoch, [0; 32]);
                Ok::<_, AccessError>(micros(work.now()))
            },
            move |tx, at| Ok(records::died(tx, practice, id, (*at, epoch))?),
        );
        match told.await {
            // Another program said so in this very moment.
            Err(AccessError::Stale) => Ok(()),
            other => other,
        }
    }
}

fn prepare(
    work: &mut Work<'_, '_>,
    id: DestructionId,
    days: u32,
) -> Result<Confirmed, RetentionError> {
    let action = Action::DestructionConfirm;
    let (practice, me, now) = (work.practice(), work.person()?, micros(work.now()));
    let found = asking::waiting(work, action, id)?;
    let (request, mut content, cell) = (found.request, found.content, found.cell);
    if request.asked.1 == me {
        return Err(RetentionError::SamePerson);
    }
    let asker = work.authority(|known| known.roles(request.asked.1, now));
    if asker.iter().all(|(_, held)| held.role == Role::Client) {
        // Who asked does not work here any more.
        return Err(RetentionError::Ended);
    }
    let (case, who) = find(work, action, request.part)?;
    let counted = records::one_part(work.tx, practice, request.part)?;
    let counted = counted.ok_or(AccessError::NotThere)?;
    let rule = rules::in_force(work)?;
    let known = people::identities(work, Action::Names, Purpose::Contact, &[who.person])?;
    let reviewed = reviewed(work, (&case, &counted), &rule, known.get(&who.person))?;
    let today = crate::settings::described(work)?.today(work);
    // Who confirms may not be able to read a date of birth that who asked could.
    if !reviewed.is_due || content.due > today {
        return Err(RetentionError::NotDue);
    }
    holding::none_on(work, request.part)?;
    let going = going::all(work, &case, &who)?;
    for key in &going.keys {
        work.names(KEYS, key.0, 1, [0; 32]);
    }
    for row in going.rows.rows.iter().chain(&going.rows.earlier) {
        work.removes(row.table, row.id, row.revision);
    }
    work.names_part(&Participant {
        destroyed: Some(now),
        ..who
    });
    let epoch = work.vault().epoch();
    content.carried_out = Some(CarriedOut {
        by: me,
        at: now,
        kinds: going.kinds,
        keys: going.keys.iter().map(|key| key.0).collect(),
        rows: going.rows.rows.len(),
        rule: rule.in_words(),
        last_contact: reviewed.last_contact,
        copies_days: days,
    });
    // The client who still comes reads of it among their receipts (R15).
    work.concerns(Purpose::Keeping, &going.keys);
    let open = found
        .opened
        .get(cell.compartment)
        .ok_or(AccessError::NotThere)?;
    let row = work.reseal(open, "destructions", &cell, &content)?;
    Ok(Confirmed {
        request,
        by: (now, me),
        epoch,
        going,
        row,
    })
}

fn put(tx: &mut Tx<'_>, practice: PracticeId, confirmed: &Confirmed) -> Result<(), RetentionError> {
    let (request, going) = (&confirmed.request, &confirmed.going);
    // A hold wins, also one of this very moment.
    if records::is_held(tx, practice, request.part)? {
        return Err(RetentionError::Held);
    }
    // So does whoever wrote into it since it was looked at: they would lose what they wrote.
    if going::records::writes(tx, practice, &going.keys)? != going.writes {
        return Err(AccessError::Stale.into());
    }
    let which = (request.id, RequestState::Confirmed);
    records::end(tx, practice, which, confirmed.by, Some(confirmed.epoch))?;
    records::part_destroyed(tx, practice, request.part, confirmed.by.0)?;
    safety::records::forget(tx, practice, request.part)?;
    // And what goes with a last part goes only while it is the last.
    let (of_case, of_person) = records::left_beside(tx, practice, request.part)?;
    if going.kinds.joint && of_case > 0 || going.kinds.identity && of_person > 0 {
        return Err(AccessError::Stale.into());
    }
    sealed::revise(tx, practice, &confirmed.row)?;
    going::records::remove(tx, practice, &going.rows)?;
    for account in &going.accounts {
        accounts::sign_out(tx, practice, *account, confirmed.by.0)?;
    }
    Ok(())
}
