//! Handing out: what a copy stands on is looked at once more, in the transaction that writes down that it was handed out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use store::Tx;

use super::records::{self, Stored};
use super::{Basis, CopyContent, CopyError, CopyState, FileLine, PieceContent};
use crate::access::{Fresh, FreshAccess, FreshPortalAccess, Purpose, Work};
use crate::cases;
use crate::clock::micros;
use crate::core::Practice;
use crate::demands;
use crate::error::AccessError;
use crate::ids::{CopyId, PersonId, PracticeId, ReleaseSignatureId};
use crate::receipts::Action;
use crate::releases::{self, Look};

/// A file that is handed out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Handed {
    /// What is known of it.
    pub line: FileLine,
    /// What it is.
    pub bytes: Vec<u8>,
}

struct Ready {
    file: Handed,
    id: CopyId,
    basis: Basis,
    stands_on: Vec<(ReleaseSignatureId, u32)>,
    at: i64,
    by: PersonId,
}

impl Practice {
    /// Hands out a file of a document that a release allows or a court ordered. Whatever it stands on is asked again in the
    /// transaction that writes down that it went out; nothing leaves before that is durable (R1, R3).
    ///
    /// # Errors
    /// [`CopyError::NotAllowed`] when a signature was taken back, or it was closed; [`CopyError::NotReady`];
    /// [`AccessError::NotThere`] when it is not for who asks.
    pub async fn hand_out(
        &self,
        access: &FreshAccess,
        id: CopyId,
        file: usize,
    ) -> Result<Handed, CopyError> {
        let (practice, found) = (self.id(), self.copy_basis(id).await?);
        let action = match found {
            Some(Basis::Order(_)) => Action::OrderDisclosure,
            Some(Basis::Release(_) | Basis::Own(_)) | None => Action::Disclosure,
        };
        self.hands((access, action), practice, move |work| {
            for_desk(work, id, file)
        })
        .await
    }

    /// Gives the signed-in client a file of their own copy.
    ///
    /// # Errors
    /// [`CopyError::NotReady`] when there is none; [`AccessError::NotThere`] when it is not theirs.
    pub async fn my_copy_file(
        &self,
        access: &FreshPortalAccess,
        id: CopyId,
        file: usize,
    ) -> Result<Handed, CopyError> {
        let practice = self.id();
        self.hands((access, Action::CopyFetch), practice, move |work| {
            for_own(work, id, file)
        })
        .await
    }

    async fn copy_basis(&self, id: CopyId) -> Result<Option<Basis>, CopyError> {
        let practice = self.id();
        let found = self
            .published(move |tx| records::copy(tx, practice, id))
            .await
            .map_err(|error: store::StoreError| AccessError::from(error))?;
        Ok(found.map(|one| one.basis))
    }

    async fn hands(
        &self,
        how: (&impl Fresh, Action),
        practice: PracticeId,
        prepare: impl FnOnce(&mut Work<'_, '_>) -> Result<Ready, CopyError> + Send + 'static,
    ) -> Result<Handed, CopyError> {
        let (access, action) = how;
        self.write(access, action, prepare, move |tx, ready| {
            still_stands(tx, practice, ready)?;
            // Who fetches their own copy reads: a receipt says so, and nothing of the copy changes.
            if matches!(ready.basis, Basis::Own(_)) {
                return Ok(ready.file.clone());
            }
            match records::hand(tx, practice, ready.id, (ready.at, ready.by)) {
                Err(store::StoreError::Conflict) => return Err(CopyError::NotReady),
                other => other?,
            }
            Ok(ready.file.clone())
        })
        .await
    }
}

/// That what it stands on is in force at this very moment.
fn still_stands(tx: &mut Tx<'_>, practice: PracticeId, ready: &Ready) -> Result<(), CopyError> {
    let stands = match ready.basis {
        Basis::Own(_) => true,
        Basis::Release(id) => releases::records::all_stand(tx, practice, id, &ready.stands_on)?,
        Basis::Order(id) => demands::records::is_open_order(tx, practice, id)?,
    };
    if stands {
        Ok(())
    } else {
        Err(CopyError::NotAllowed)
    }
}

fn for_own(work: &mut Work<'_, '_>, id: CopyId, file: usize) -> Result<Ready, CopyError> {
    let practice = work.practice();
    let stored = records::copy(work.tx, practice, id)?;
    let Some((stored, Basis::Own(part))) = stored.map(|one| (one.clone(), one.basis)) else {
        return Err(work.refused(Action::CopyFetch, Purpose::OwnRecord).into());
    };
    cases::part_of_mine(work, part)?;
    read(work, &stored, file, (Action::CopyFetch, Purpose::OwnRecord))
}

fn for_desk(work: &mut Work<'_, '_>, id: CopyId, file: usize) -> Result<Ready, CopyError> {
    let practice = work.practice();
    let Some(stored) = records::copy(work.tx, practice, id)? else {
        return Err(work.refused(Action::Disclosure, Purpose::Care).into());
    };
    match stored.basis {
        // Their own copy is for nobody who works here.
        Basis::Own(_) => Err(work.refused(Action::Disclosure, Purpose::Care).into()),
        Basis::Release(release) => {
            let (case, found) = releases::found_for_care(work, release)?;
            let ready = read(work, &stored, file, (Action::Disclosure, Purpose::Care))?;
            // The signatures themselves are read once more, on the own side of each signer on whom it stands.
            let look = Look::Stood(&ready.stands_on);
            let stands = releases::stands(work, (&case, &found), Purpose::Care, look)?;
            let holds = |one: &(ReleaseSignatureId, u32)| {
                let mut now = stands.parts.iter().filter(|part| part.standing.complete);
                now.any(|part| part.on.contains(one))
            };
            if ready.stands_on.iter().all(holds) {
                Ok(ready)
            } else {
                Err(CopyError::NotAllowed)
            }
        }
        Basis::Order(demand) => {
            let (case, ..) = demands::orders(work, demand)?;
            let how = (Action::OrderDisclosure, Purpose::Keeping);
            let (ready, wanted) = read_with(work, &stored, file, how)?;
            // Whoever hands it out cares for what is in it.
            work.open(
                Action::OrderDisclosure,
                Purpose::Care,
                &wanted.sides(&case, None),
            )?;
            Ok(ready)
        }
    }
}

fn read(
    work: &mut Work<'_, '_>,
    stored: &Stored,
    file: usize,
    how: (Action, Purpose),
) -> Result<Ready, CopyError> {
    read_with(work, stored, file, how).map(|(ready, _)| ready)
}

fn read_with(
    work: &mut Work<'_, '_>,
    stored: &Stored,
    file: usize,
    how: (Action, Purpose),
) -> Result<(Ready, super::what::Wanted), CopyError> {
    let practice = work.practice();
    let (now, by) = (micros(work.now()), work.person()?);
    let opened = work.open(how.0, how.1, &[stored.cell.compartment])?;
    let is_over = stored.until.is_none_or(|until| until <= now);
    if stored.state != CopyState::Ready || is_over {
        return Err(match stored.state {
            CopyState::Stopped => CopyError::NotAllowed,
            CopyState::Waiting
            | CopyState::Making
            | CopyState::Ready
            | CopyState::Failed
            | CopyState::Gone => CopyError::NotReady,
        });
    }
    let content: CopyContent = work.unseal(&opened, "copies", &stored.cell)?;
    let line = content.files.get(file).cloned();
    let line = line.ok_or(AccessError::NotThere)?;
    let mut bytes = Vec::with_capacity(line.bytes);
    let number = i64::try_from(file).unwrap_or(i64::MAX);
    for (of, _, cell) in records::pieces(work.tx, practice, stored.id)? {
        if of == number {
            let piece: PieceContent = work.unseal(&opened, "copy_pieces", &cell)?;
            let piece = STANDARD.decode(piece.bytes);
            bytes.extend(piece.map_err(|_| fault())?);
        }
    }
    if super::making::hexadecimal(&bytes) != line.sha256 {
        return Err(fault().into());
    }
    let ready = Ready {
        file: Handed { line, bytes },
        id: stored.id,
        basis: stored.basis,
        stands_on: content.stands_on,
        at: now,
        by,
    };
    Ok((ready, content.wanted))
}

fn fault() -> AccessError {
    AccessError::Fault("a copy is not what was kept".to_owned())
}
