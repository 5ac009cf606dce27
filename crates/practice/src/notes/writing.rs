//! Writing, signing, co-signing and amending: each one operation, each with its receipt.

use vault::{CompartmentId, Opened};

use super::{
    AmendmentContent, NoteBlock, NoteContent, NoteError, NoteState, NoteText, Route, Signature,
    records,
};
use crate::access::{DeskAccess, Purpose, Role, Work};
use crate::calendar::{self, Session};
use crate::cases::{self, Case, Participant};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{AmendmentId, NoteId, PersonId, SessionId};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed;

impl Practice {
    /// Writes the draft of a session's note; it can be saved again and again. Returns the note and its revision.
    ///
    /// `revision` is the one that the writer saw, `None` for a note that is begun.
    ///
    /// # Errors
    /// [`NoteError::ConsentMissing`] (R9), [`NoteError::Signed`] (R5), [`NoteError::NotYours`] for another author's
    /// draft, [`AccessError::Stale`] when another revision is newer: the caller still holds the text.
    pub async fn write_note(
        &self,
        access: &DeskAccess,
        session: SessionId,
        route: Route,
        text: NoteText,
        revision: Option<u32>,
    ) -> Result<(NoteId, u32), NoteError> {
        let place = (session, route);
        self.write_note_without(access, place, text, revision, Vec::new())
            .await
    }

    /// The same, without the blocks that are for another side: what is stored of those stays as it is.
    ///
    /// # Errors
    /// As [`Practice::write_note`].
    pub async fn write_note_without(
        &self,
        access: &DeskAccess,
        (session, route): (SessionId, Route),
        mut text: NoteText,
        revision: Option<u32>,
        elsewhere: Vec<NoteBlock>,
    ) -> Result<(NoteId, u32), NoteError> {
        let practice = self.id();
        self.write(
            access,
            Action::NoteWrite,
            move |work| {
                let author = work.person()?;
                let (session, case) = session_of_mine(work, session)?;
                let compartment = route.compartment(&case, session.starts_at)?;
                work.stands_on_consent(&concerned(&case, compartment))?;
                let opened = work.open(Action::NoteWrite, Purpose::Care, &[compartment])?;
                let open = opened.get(compartment).ok_or(AccessError::NotThere)?;
                let existing = records::of_session(work.tx, practice, session.id, compartment)?;
                for block in &elsewhere {
                    *text.block_mut(*block) = Private::default();
                }
                let mut content = NoteContent {
                    text,
                    signed: None,
                    cosigned: None,
                    needs_cosignature: false,
                };
                let place = (session.id, case.id, author, micros(work.now()));
                match existing {
                    None => {
                        let id = NoteId(work.new_id());
                        Ok((true, place, work.seal(open, ("notes", id.0, 1), &content)?))
                    }
                    Some(stored) => {
                        let before: NoteContent = work.unseal(&opened, "notes", &stored.cell)?;
                        editable(&before, stored.author == author)?;
                        if revision != Some(stored.cell.revision) {
                            return Err(AccessError::Stale.into());
                        }
                        for block in elsewhere {
                            let stored = before.text.block(block).clone();
                            *content.text.block_mut(block) = stored;
                        }
                        Ok((
                            false,
                            place,
                            work.reseal(open, "notes", &stored.cell, &content)?,
                        ))
                    }
                }
            },
            move |tx, (is_new, place, row)| {
                if *is_new {
                    records::insert(tx, practice, *place, row)?;
                } else {
                    sealed::revise(tx, practice, row)?;
                }
                Ok((NoteId(row.id()), row.revision))
            },
        )
        .await
    }

    /// Signs the draft and makes it final (R5). An associate's note becomes [`NoteState::Awaiting`] until the
    /// supervisor co-signs. A joint note that repeats what somebody told alone is not signed yet (R2).
    ///
    /// # Errors
    /// [`NoteError::Repeats`] when [`Practice::note_echoes`] has something to show, otherwise as
    /// [`Practice::sign_note_as_it_is`].
    pub async fn sign_note(
        &self,
        access: &DeskAccess,
        note: NoteId,
        revision: u32,
    ) -> Result<NoteState, NoteError> {
        if self.note_echoes(access, note).await?.is_empty() {
            self.sign_note_as_it_is(access, note, revision).await
        } else {
            Err(NoteError::Repeats)
        }
    }

    /// Signs the draft whatever it repeats: who signs has seen that.
    ///
    /// # Errors
    /// [`NoteError::Signed`] when it is signed already, [`NoteError::Empty`], [`NoteError::NotYours`],
    /// [`NoteError::NoSupervisor`] for an associate's while nobody could co-sign it (R5),
    /// [`NoteError::ConsentMissing`] (R9), [`AccessError::Stale`] when `revision` is not the newest.
    pub async fn sign_note_as_it_is(
        &self,
        access: &DeskAccess,
        note: NoteId,
        revision: u32,
    ) -> Result<NoteState, NoteError> {
        self.resign(access, note, revision, |work, case, author, content| {
            let signer = work.person()?;
            editable(content, *author == signer)?;
            if content.text.is_empty() {
                return Err(NoteError::Empty);
            }
            content.needs_cosignature = work.who().roles.contains(&Role::Associate);
            if content.needs_cosignature && case.supervisor.is_none() {
                return Err(NoteError::NoSupervisor);
            }
            content.signed = Some(Signature {
                by: signer,
                at: micros(work.now()),
            });
            Ok(())
        })
        .await
    }

    /// Co-signs an associate's note, which makes it final (R5).
    ///
    /// # Errors
    /// [`NoteError::NotYours`] for anybody but the case's supervisor, [`NoteError::NotSigned`] when there is nothing
    /// to co-sign, [`AccessError::Stale`] when `revision` is not the newest.
    pub async fn cosign_note(
        &self,
        access: &DeskAccess,
        note: NoteId,
        revision: u32,
    ) -> Result<NoteState, NoteError> {
        self.resign(access, note, revision, |work, case, _, content| {
            let signer = work.person()?;
            if case.supervisor != Some(signer) {
                return Err(NoteError::NotYours);
            }
            if content.state() != NoteState::Awaiting {
                return Err(NoteError::NotSigned);
            }
            content.cosigned = Some(Signature {
                by: signer,
                at: micros(work.now()),
            });
            Ok(())
        })
        .await
    }

    async fn resign<F>(
        &self,
        access: &DeskAccess,
        note: NoteId,
        revision: u32,
        sign: F,
    ) -> Result<NoteState, NoteError>
    where
        F: FnOnce(&mut Work<'_, '_>, &Case, &PersonId, &mut NoteContent) -> Result<(), NoteError>
            + Send
            + 'static,
    {
        let practice = self.id();
        self.write(
            access,
            Action::NoteSign,
            move |work| {
                let (case, stored, opened) = note_of_mine(work, Action::NoteSign, note)?;
                let compartment = stored.cell.compartment;
                let mut content: NoteContent = work.unseal(&opened, "notes", &stored.cell)?;
                if content.state() != NoteState::Signed && stored.cell.revision != revision {
                    return Err(AccessError::Stale.into());
                }
                work.stands_on_consent(&concerned(&case, compartment))?;
                sign(work, &case, &stored.author, &mut content)?;
                let open = opened.get(compartment).ok_or(AccessError::NotThere)?;
                Ok((
                    work.reseal(open, "notes", &stored.cell, &content)?,
                    content.state(),
                    micros(work.now()),
                ))
            },
            move |tx, (row, state, at)| {
                sealed::revise(tx, practice, row)?;
                records::set_state(tx, practice, note, *state, *at)?;
                Ok(*state)
            },
        )
        .await
    }

    /// Adds to a signed note; the note itself stays as it is (R5). What repeats on a joint note what somebody told alone is not
    /// added yet (R2).
    ///
    /// # Errors
    /// [`NoteError::Repeats`] when [`Practice::addition_echoes`] has something to show, otherwise as
    /// [`Practice::amend_note_as_it_is`].
    pub async fn amend_note(
        &self,
        access: &DeskAccess,
        note: NoteId,
        reason: Private<String>,
        text: Private<String>,
    ) -> Result<AmendmentId, NoteError> {
        let added = [reason.clone(), text.clone()];
        if self.addition_echoes(access, note, added).await?.is_empty() {
            self.amend_note_as_it_is(access, note, reason, text).await
        } else {
            Err(NoteError::Repeats)
        }
    }

    /// Adds to a signed note whatever it repeats: who adds has seen that.
    ///
    /// # Errors
    /// [`NoteError::ConsentMissing`] (R9), [`NoteError::NotSigned`] for a draft, [`NoteError::ReasonMissing`] without a reason or a text.
    pub async fn amend_note_as_it_is(
        &self,
        access: &DeskAccess,
        note: NoteId,
        reason: Private<String>,
        text: Private<String>,
    ) -> Result<AmendmentId, NoteError> {
        let practice = self.id();
        self.write(
            access,
            Action::NoteAmend,
            move |work| {
                let author = work.person()?;
                let (case, stored, opened) = note_of_mine(work, Action::NoteAmend, note)?;
                work.stands_on_consent(&concerned(&case, stored.cell.compartment))?;
                let content: NoteContent = work.unseal(&opened, "notes", &stored.cell)?;
                if content.state() == NoteState::Draft {
                    return Err(NoteError::NotSigned);
                }
                if reason.reveal().trim().is_empty() || text.reveal().trim().is_empty() {
                    return Err(NoteError::ReasonMissing);
                }
                let open = opened
                    .get(stored.cell.compartment)
                    .ok_or(AccessError::NotThere)?;
                let id = AmendmentId(work.new_id());
                let row = work.seal(
                    open,
                    ("amendments", id.0, 1),
                    &AmendmentContent { reason, text },
                )?;
                Ok((id, (note, author, micros(work.now())), row))
            },
            move |tx, (id, place, row)| {
                records::insert_amendment(tx, practice, *place, row)?;
                Ok(*id)
            },
        )
        .await
    }
}

const fn editable(content: &NoteContent, is_author: bool) -> Result<(), NoteError> {
    match (content.state(), is_author) {
        (NoteState::Awaiting | NoteState::Signed, _) => Err(NoteError::Signed),
        (NoteState::Draft, false) => Err(NoteError::NotYours),
        (NoteState::Draft, true) => Ok(()),
    }
}

/// Whose consent a note in `compartment` needs: the own side's participant, or everybody whose joint one it is (R9).
pub(crate) fn concerned(case: &Case, compartment: CompartmentId) -> Vec<Participant> {
    case.participants
        .iter()
        .filter(|who| who.own == compartment || case.joints_of(who).contains(&compartment))
        .copied()
        .collect()
}

/// A session and its case, for who may care for it.
pub(crate) fn session_of_mine(
    work: &mut Work<'_, '_>,
    id: SessionId,
) -> Result<(Session, Case), AccessError> {
    let practice = work.practice();
    let session =
        calendar::records::session(work.tx, practice, id)?.ok_or(AccessError::NotThere)?;
    let case = session.case.ok_or(AccessError::NotThere)?;
    let case = cases::of_mine(work, case, Purpose::Care)?;
    Ok((session, case))
}

fn note_of_mine(
    work: &mut Work<'_, '_>,
    action: Action,
    note: NoteId,
) -> Result<(Case, records::Stored, Opened), AccessError> {
    let practice = work.practice();
    let stored = records::note(work.tx, practice, note)?.ok_or(AccessError::NotThere)?;
    let case = cases::of_mine(work, stored.case, Purpose::Care)?;
    let opened = work.open(action, Purpose::Care, &[stored.cell.compartment])?;
    Ok((case, stored, opened))
}
