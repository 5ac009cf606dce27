//! Withdrawing a consent, and reading everything that somebody ever signed.

use vault::Opened;

use super::signing::{SignedText, told};
use super::{ConsentContent, ConsentError, records};
use crate::access::{PortalAccess, Purpose, Work};
use crate::cases;
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{ConsentId, ParticipantId};
use crate::imports::{self, records::EntryState};
use crate::receipts::Action;
use crate::sealed;

impl Practice {
    /// Withdraws a consent: it is not in force from now on, and nothing that it allowed is written any more (R9, R15).
    ///
    /// # Errors
    /// [`ConsentError::NotInForce`] when there is nothing to withdraw.
    pub async fn withdraw_consent(
        &self,
        access: &PortalAccess,
        participant: ParticipantId,
        document: String,
    ) -> Result<(), ConsentError> {
        let practice = self.id();
        self.write(
            access,
            Action::Consent,
            move |work| {
                let mine = cases::part_of_mine(work, participant)?;
                let opened = work.open(Action::Consent, Purpose::OwnRecord, &[mine.who.own])?;
                let open = opened.get(mine.who.own).ok_or(AccessError::NotThere)?;
                let stored = records::of_participant(work.tx, practice, participant)?;
                let is_informed = document == records::INFORMED;
                let mut rows = Vec::new();
                for one in stored
                    .iter()
                    .filter(|one| one.mark.in_force && one.mark.document == document)
                {
                    let mut content: ConsentContent =
                        work.unseal(&opened, "consents", &one.cell)?;
                    content.withdrawn_at = Some(micros(work.now()));
                    let row = work.reseal(open, "consents", &one.cell, &content)?;
                    let mark = records::Mark {
                        in_force: false,
                        withdrawn_at: content.withdrawn_at,
                        ..one.mark.clone()
                    };
                    work.names_mark((one.id, one.participant), row.revision, &mark);
                    rows.push(row);
                }
                if rows.is_empty() {
                    return Err(ConsentError::NotInForce);
                }
                Ok((micros(work.now()), rows, is_informed))
            },
            move |tx, (at, rows, is_informed)| {
                for row in rows {
                    sealed::revise(tx, practice, row)?;
                    records::withdraw(tx, practice, ConsentId(row.id()), *at)?;
                }
                if *is_informed {
                    imports::records::set_state(tx, practice, participant, EntryState::Closed)?;
                }
                Ok(())
            },
        )
        .await
    }
}

/// Everything that a participant signed, with exactly its text, where their own side was opened, the newest first.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn signed_texts(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    participant: ParticipantId,
) -> Result<Vec<SignedText>, AccessError> {
    let practice = work.practice();
    let stored = records::of_participant(work.tx, practice, participant)?;
    let mut found = Vec::with_capacity(stored.len());
    for one in &stored {
        found.push(told(one, work.unseal(opened, "consents", &one.cell)?));
    }
    Ok(found)
}
