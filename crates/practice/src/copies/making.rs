//! Making what was asked for, in the background: a job is claimed, its content gathered, its files drawn by the program, and kept.
//!
//! A job that a stop of the program cut off is claimed again when its lease has ended, and begins anew.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use store::{StoreError, jobs};

use super::asking::{JOB, STEPS};
use super::gathering::{self, Reader};
use super::records::{self, Stored};
use super::{
    Basis, CopyContent, CopyError, Cover, FileLine, Gathered, KEPT, LeftOut, Of, PieceContent,
};
use crate::access::{JobAccess, Purpose, Work};
use crate::cases::{self, Case, Participant};
use crate::clock::micros;
use crate::core::Practice;
use crate::demands;
use crate::error::AccessError;
use crate::ids::{CopyId, ReleaseId, ReleaseSignatureId};
use crate::receipts::Action;
use crate::releases::{self, Look, signers::signers, text::Part};
use crate::sealed::{self, SealedRow};
use crate::{people, private::Private, settings};

/// How long a claimed job is nobody else's, microseconds: two minutes.
const LEASE: i64 = 120 * 1_000_000;
/// How often the making of a copy is tried.
const TRIES: u32 = 5;
/// The bytes of a piece at most.
const PIECE: usize = 1024 * 1024;

/// A copy to be made.
pub struct ToMake {
    /// What is in it.
    pub gathered: Gathered,
    /// Why it is made.
    pub cover: Cover,
    /// On what ground.
    pub basis: Basis,
    job: jobs::Job,
    stored: Stored,
    content: CopyContent,
}

/// A file that was made.
pub struct MadeFile {
    /// Its name, which names nobody (R12).
    pub name: String,
    /// Its kind, as browsers know it.
    pub kind: String,
    /// What it is.
    pub bytes: Vec<u8>,
}

/// How the making of a copy ends without one.
#[derive(Clone, Copy)]
enum End {
    /// Nothing allows it, or nothing is in it.
    Nothing(CopyId),
    /// It could not be made.
    Failed(CopyId),
}

/// What is left of a copy when it is its turn.
enum Turn {
    Make(Box<(Gathered, CopyContent)>),
    /// Nothing allows it any more, or nothing is in it.
    Nothing,
}

impl Practice {
    /// Takes the next copy that is due, and gathers what is in it; `None` when there is none.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault, after which the job is tried again later.
    pub async fn next_copy(&self) -> Result<Option<ToMake>, CopyError> {
        self.unlocked_now()?;
        let now = micros(self.now());
        let claimed = self
            .core()
            .store
            .write(move |tx| jobs::claim(tx, now, LEASE));
        let Some(job) = claimed
            .await
            .map_err(|error: StoreError| AccessError::from(error))?
        else {
            return Ok(None);
        };
        match self.take_copy(&job).await {
            Ok(made) => Ok(made),
            Err(error) => {
                self.copy_failed(&job).await?;
                Err(error)
            }
        }
    }

    async fn take_copy(&self, job: &jobs::Job) -> Result<Option<ToMake>, CopyError> {
        let (practice, id) = (self.id(), CopyId(job.payload));
        let found = self
            .published(move |tx| records::copy(tx, practice, id))
            .await
            .map_err(|error: StoreError| AccessError::from(error))?;
        let due = found.filter(|one| job.kind == JOB && one.state.is_under_way());
        let Some(stored) = due else {
            self.copy_over(job, None).await?;
            return Ok(None);
        };
        if !self.copy_goes_on(&stored, 0).await? {
            self.copy_over(job, None).await?;
            return Ok(None);
        }
        // Whoever had it before never said what became of it.
        if job.attempt > TRIES {
            self.copy_over(job, Some(End::Failed(stored.id))).await?;
            return Ok(None);
        }
        let access = job_of(&stored);
        let of = stored.clone();
        let turn: Result<Turn, CopyError> = self.read(&access, move |work| turn(work, &of)).await;
        let turn = match turn {
            // What it is of is not there any more: it was destroyed (R16), and nothing will be there later.
            Err(CopyError::NotAllowed | CopyError::Access(AccessError::NotThere)) => Turn::Nothing,
            other => other?,
        };
        match turn {
            Turn::Nothing => {
                self.copy_over(job, Some(End::Nothing(stored.id))).await?;
                Ok(None)
            }
            Turn::Make(made) => {
                let (gathered, content) = *made;
                self.copy_goes_on(&stored, 1).await?;
                Ok(Some(ToMake {
                    gathered,
                    cover: content.cover.clone(),
                    basis: stored.basis,
                    job: job.clone(),
                    stored,
                    content,
                }))
            }
        }
    }

    /// Says that so many of the steps of a copy are done; false when it was stopped meanwhile.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn copy_is_at(&self, made: &ToMake, done: u32) -> Result<bool, CopyError> {
        self.copy_goes_on(&made.stored, done).await
    }

    async fn copy_goes_on(&self, stored: &Stored, done: u32) -> Result<bool, CopyError> {
        let (practice, id) = (self.id(), stored.id);
        let told = self
            .core()
            .store
            .write(move |tx| records::goes_on(tx, practice, id, (done, STEPS)))
            .await;
        Ok(told.map_err(|error: StoreError| AccessError::from(error))?)
    }

    async fn copy_over(&self, job: &jobs::Job, end: Option<End>) -> Result<(), CopyError> {
        let (practice, job) = (self.id(), job.clone());
        let ended = self.core().store.write(move |tx| {
            match end {
                Some(End::Nothing(id)) => records::stop_one(tx, practice, id)?,
                Some(End::Failed(id)) => records::fail(tx, practice, id)?,
                None => {}
            }
            jobs::done(tx, &job).map(|_| ())
        });
        Ok(ended
            .await
            .map_err(|error: StoreError| AccessError::from(error))?)
    }

    /// Puts a job back to be tried again, or gives it up, so that its person can ask anew.
    async fn copy_failed(&self, job: &jobs::Job) -> Result<(), CopyError> {
        if job.attempt >= TRIES {
            let end = End::Failed(CopyId(job.payload));
            return self.copy_over(job, Some(end)).await;
        }
        let (job, now) = (job.clone(), micros(self.now()));
        let failed = self
            .core()
            .store
            .write(move |tx| jobs::fail(tx, &job, now, "not made").map(|_| ()));
        Ok(failed
            .await
            .map_err(|error: StoreError| AccessError::from(error))?)
    }

    /// Gives a copy back that could not be drawn, to be tried again later.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn copy_not_made(&self, made: &ToMake) -> Result<(), CopyError> {
        self.copy_failed(&made.job).await
    }

    /// Keeps the files of a copy, sealed, for a week. One that was stopped meanwhile is not kept; one that cannot be kept is made
    /// again later, and given up after some tries, so that its person can ask anew.
    ///
    /// # Errors
    /// [`AccessError::Stale`] when it was stopped; [`AccessError::Locked`], or a fault.
    pub async fn keep_copy(&self, made: ToMake, files: Vec<MadeFile>) -> Result<(), CopyError> {
        let (practice, job) = (self.id(), made.job.clone());
        let access = job_of(&made.stored);
        let until = micros(self.now()).saturating_add(KEPT);
        let holds = (
            until,
            made.gathered.holds(|of| matches!(of, Of::Own(_))),
            made.gathered.holds(|of| of == Of::Joint),
        );
        let (stored, content) = (made.stored, made.content);
        let id = stored.id;
        let kept = self
            .write(
                &access,
                Action::CopyMake,
                move |work| keep(work, &stored, content, files),
                move |tx, (row, pieces)| {
                    // Nothing that was stopped is kept, whoever was faster.
                    records::ready(tx, practice, id, holds)?;
                    sealed::revise(tx, practice, row)?;
                    for (file, number, piece) in pieces {
                        records::insert_piece(tx, practice, (id, *file, *number), piece)?;
                    }
                    jobs::done(tx, &job)?;
                    Ok::<_, CopyError>(())
                },
            )
            .await;
        match &kept {
            Err(CopyError::Access(AccessError::Stale)) => self.copy_over(&made.job, None).await?,
            // Locked, it is nobody's fault: it begins anew when its lease is over.
            Ok(()) | Err(CopyError::Access(AccessError::Locked)) => {}
            Err(_) => self.copy_failed(&made.job).await?,
        }
        kept
    }

    /// Forgets the files of copies whose week is over, or that were stopped; how many.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn forget_copies(&self) -> Result<usize, CopyError> {
        self.unlocked_now()?;
        let (practice, now) = (self.id(), micros(self.now()));
        let ended = self
            .published(move |tx| records::ended(tx, practice, now))
            .await
            .map_err(|error: StoreError| AccessError::from(error))?;
        for id in &ended {
            let id = *id;
            self.write(
                &JobAccess::keeping_copies(),
                Action::CopyMake,
                move |work| {
                    let practice = work.practice();
                    let pieces = records::piece_ids(work.tx, practice, id)?;
                    for (piece, revision) in &pieces {
                        work.removes("copy_pieces", *piece, *revision);
                    }
                    Ok::<_, CopyError>(pieces)
                },
                move |tx, pieces| {
                    for (piece, revision) in pieces {
                        sealed::remove(tx, practice, "copy_pieces", *piece, *revision)?;
                    }
                    Ok(records::gone(tx, practice, id)?)
                },
            )
            .await?;
        }
        Ok(ended.len())
    }
}

/// The access with which a copy is made: the client's own doing, or the practice's.
fn job_of(stored: &Stored) -> JobAccess {
    match stored.basis {
        Basis::Own(_) => JobAccess::own_copies(stored.asked_by),
        Basis::Release(_) | Basis::Order(_) => JobAccess::copies(stored.asked_by),
    }
}

/// For what the job opens the side on which a copy is kept.
const fn purpose(basis: Basis) -> Purpose {
    match basis {
        Basis::Own(_) => Purpose::OwnRecord,
        Basis::Release(_) => Purpose::Care,
        Basis::Order(_) => Purpose::Keeping,
    }
}

/// What of a copy may be made at this moment, gathered.
fn turn(work: &mut Work<'_, '_>, stored: &Stored) -> Result<Turn, CopyError> {
    let practice = work.practice();
    let case = cases::records::case(work.tx, practice, stored.case)?;
    let case = case.ok_or(AccessError::NotThere)?;
    let place = [stored.cell.compartment];
    let opened = work.open(Action::CopyMake, purpose(stored.basis), &place)?;
    let mut content: CopyContent = work.unseal(&opened, "copies", &stored.cell)?;
    let mut left_out = Vec::new();
    let mut reader = None;
    match stored.basis {
        Basis::Own(id) => {
            let mut all = case.participants.iter();
            let who = all.find(|who| who.id == id && who.destroyed.is_none());
            reader = Some(*who.ok_or(AccessError::NotThere)?);
        }
        Basis::Release(id) => {
            content.stands_on = allowed(work, (&case, id), &mut content, &mut left_out)?;
        }
        Basis::Order(id) => {
            demands::orders(work, id)?;
        }
    }
    if content.wanted.own.is_empty() && !content.wanted.joint {
        return Ok(Turn::Nothing);
    }
    let mut gathered = gathered_for(work, (&case, reader.as_ref()), &content, stored.basis)?;
    left_out.append(&mut gathered.left_out);
    gathered.left_out.clone_from(&left_out);
    content.left_out = left_out;
    Ok(Turn::Make(Box::new((gathered, content))))
}

/// Cuts what is wanted down to the parts that everybody has signed, and says what was left out and why (R3).
fn allowed(
    work: &mut Work<'_, '_>,
    of: (&Case, ReleaseId),
    content: &mut CopyContent,
    left_out: &mut Vec<LeftOut>,
) -> Result<Vec<(ReleaseSignatureId, u32)>, CopyError> {
    let (case, id) = of;
    let practice = work.practice();
    let stored = releases::records::release(work.tx, practice, id)?;
    let stored = stored.ok_or(AccessError::NotThere)?;
    let stands = releases::stands(work, (case, &stored), Purpose::Care, Look::Signed)?;
    let (mut on, mut parts) = (Vec::new(), Vec::new());
    for one in stands.parts {
        if one.standing.complete {
            on.extend(one.on);
            parts.push(one.standing.part);
            continue;
        }
        match one.standing.part {
            Part::Own => {
                left_out.extend(one.missing.into_iter().map(LeftOut::OwnNotSigned));
                content.wanted.own.clear();
            }
            Part::Joint => {
                left_out.push(LeftOut::JointNotSigned(one.missing));
                content.wanted.joint = false;
            }
        }
    }
    content.cover = Cover {
        to: Some(stands.frame.to.clone()),
        purpose: Some(stands.frame.purpose_of(parts)),
    };
    Ok(on)
}

/// Opens the sides that hold what is wanted, with the names of those whose own they are, and gathers it.
fn gathered_for(
    work: &mut Work<'_, '_>,
    of: (&Case, Option<&Participant>),
    content: &CopyContent,
    basis: Basis,
) -> Result<Gathered, CopyError> {
    let (case, reader) = of;
    let practice = work.practice();
    let mut sides = content.wanted.sides(case, reader);
    if matches!(basis, Basis::Release(_)) {
        // Whoever was there on a joint side has signed, or it stays closed (R3).
        let zone = settings::described(work)?.clock_zone();
        let signed = signers(case, content.wanted.span(&zone));
        sides.retain(|side| case.whose(*side).all(|who| signed.contains(&who.id)));
    }
    for who in &case.participants {
        if content.wanted.own.contains(&who.id)
            && let Some(cell) = people::records::cell(work.tx, practice, who.person)?
        {
            sides.push(cell.compartment);
        }
    }
    let purpose = match basis {
        Basis::Own(_) => Purpose::OwnRecord,
        Basis::Release(_) | Basis::Order(_) => Purpose::Care,
    };
    let opened = work.open(Action::CopyMake, purpose, &sides)?;
    let reader = reader.map_or(Reader::Outside, Reader::Own);
    let what = (case, &content.wanted, reader);
    Ok(gathering::gather(work, &opened, what, content.language)?)
}

type Kept = (SealedRow, Vec<(i64, i64, SealedRow)>);

fn keep(
    work: &mut Work<'_, '_>,
    stored: &Stored,
    mut content: CopyContent,
    files: Vec<MadeFile>,
) -> Result<Kept, CopyError> {
    let place = stored.cell.compartment;
    let opened = work.open(Action::CopyMake, purpose(stored.basis), &[place])?;
    let open = opened.get(place).ok_or(AccessError::NotThere)?;
    let mut pieces = Vec::new();
    for (at, file) in (0_i64..).zip(files) {
        let cut: Vec<&[u8]> = file.bytes.chunks(PIECE).collect();
        for (number, piece) in (0_i64..).zip(&cut) {
            let bytes = PieceContent {
                bytes: STANDARD.encode(piece),
            };
            let row = work.seal(open, ("copy_pieces", work.new_id(), 1), &bytes)?;
            pieces.push((at, number, row));
        }
        content.files.push(FileLine {
            sha256: hexadecimal(&file.bytes),
            pieces: cut.len(),
            bytes: file.bytes.len(),
            name: file.name,
            kind: file.kind,
        });
    }
    let row = work.reseal(open, "copies", &stored.cell, &content)?;
    Ok((row, pieces))
}

/// SHA-256 in hexadecimal.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl ToMake {
    /// Whose copy it is, by name; nobody's when it is of the joint side alone.
    #[must_use]
    pub fn whose(&self) -> Option<&Private<String>> {
        let mut people = self.gathered.people.iter();
        people
            .find(|one| one.identity.is_some())
            .map(|one| &one.name)
    }

    /// Whether it is its own person's.
    #[must_use]
    pub const fn is_own(&self) -> bool {
        matches!(self.basis, Basis::Own(_))
    }
}
