//! Filling an intake: the date of birth first (R8), then part by part, kept as drafts and sent.

use jiff::civil::Date;

use super::questions::{QuestionRule, Questions, Raises, Section, questions};
use super::{Answers, IntakeError, PartContent, records};
use crate::access::{PortalAccess, Purpose, Work};
use crate::cases::{self, Part};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{IntakeId, ParticipantId, PracticeId};
use crate::receipts::Action;
use crate::safety;
use crate::sealed::{self, SealedRow};
use crate::settings;

/// No birth that far back is meant: the oldest person ever known reached 122 years.
const OLDEST_YEARS: i16 = 125;

/// What was sent, and what it sets in motion at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sent {
    /// The newest revision.
    pub revision: u32,
    /// The most urgent thing that the answers raise (R10, R11).
    pub raises: Option<Raises>,
}

/// What a commit does with a part.
struct Prepared {
    participant: ParticipantId,
    part: &'static str,
    is_new: bool,
    /// Whether it is sent now, and whether it is about safety: it waits in the clinician's inbox until it was read (R11).
    sends: Option<bool>,
    state: (&'static str, i64),
    row: SealedRow,
}

/// What the date of birth leads to.
enum Begun {
    Stored(Box<Prepared>),
    /// R8: what was kept and never sent goes, and nothing is stored.
    Stopped(Vec<(uuid::Uuid, u32)>),
}

impl Practice {
    /// Takes the date of birth, without which nothing else of an intake is kept (R8).
    ///
    /// # Errors
    /// [`IntakeError::Minor`] when the person is not an adult by the law of the practice's place: nothing is stored, and
    /// a draft that was there is removed. [`IntakeError::BornUnlikely`], [`IntakeError::ConsentMissing`] (R9),
    /// [`AccessError::NotThere`].
    pub async fn begin_intake(
        &self,
        access: &PortalAccess,
        participant: ParticipantId,
        born: Date,
    ) -> Result<(), IntakeError> {
        let practice = self.id();
        let is_adult = self
            .write(
                access,
                Action::Intake,
                move |work| begin(work, participant, born),
                move |tx, begun| match begun {
                    Begun::Stored(prepared) => put(tx, practice, prepared).map(|_| true),
                    Begun::Stopped(rows) => {
                        for (id, revision) in rows {
                            sealed::remove(tx, practice, "intakes", *id, *revision)?;
                        }
                        Ok(false)
                    }
                },
            )
            .await?;
        if is_adult {
            Ok(())
        } else {
            Err(IntakeError::Minor)
        }
    }

    /// Keeps a draft of one part; nobody reads it before it is sent. Returns the revision.
    ///
    /// # Errors
    /// [`IntakeError::BornFirst`] (R8), [`IntakeError::ConsentMissing`] (R9), [`AccessError::Stale`] when `revision` is
    /// not the newest (0 for the first), [`AccessError::NotThere`].
    pub async fn draft_intake(
        &self,
        access: &PortalAccess,
        participant: ParticipantId,
        part: &str,
        answers: Answers,
        revision: u32,
    ) -> Result<u32, IntakeError> {
        let section = questions().section(part).ok_or(AccessError::NotThere)?;
        self.fill(
            access,
            (participant, section),
            revision,
            move |content, _| {
                content.draft = Some(section.fitting(answers));
            },
        )
        .await
    }

    /// Sends one part to the clinician; what was sent before is kept as an earlier revision.
    ///
    /// # Errors
    /// As [`Practice::draft_intake`].
    pub async fn send_intake(
        &self,
        access: &PortalAccess,
        participant: ParticipantId,
        part: &str,
        answers: Answers,
        revision: u32,
    ) -> Result<Sent, IntakeError> {
        let section = questions().section(part).ok_or(AccessError::NotThere)?;
        let answers = section.fitting(answers);
        let raises = section.raises(&answers);
        let revision = self
            .fill(
                access,
                (participant, section),
                revision,
                move |content, at| {
                    content.given = Some(answers);
                    content.given_at = Some(at);
                    content.draft = None;
                },
            )
            .await?;
        Ok(Sent { revision, raises })
    }

    async fn fill<F>(
        &self,
        access: &PortalAccess,
        place: (ParticipantId, &'static Section),
        revision: u32,
        change: F,
    ) -> Result<u32, IntakeError>
    where
        F: FnOnce(&mut PartContent, i64) + Send + 'static,
    {
        let practice = self.id();
        self.write(
            access,
            Action::Intake,
            move |work| {
                let part = writable(work, place.0)?;
                let stored = records::of_participant(work.tx, practice, place.0)?;
                let opened = work.open(Action::Intake, Purpose::OwnRecord, &[part.who.own])?;
                let mut born = None;
                let mut content = PartContent::default();
                let mut existing = None;
                for one in &stored {
                    let here = one.part == place.1.id;
                    if here || asks_birth(&one.part) {
                        let read: PartContent = work.unseal(&opened, "intakes", &one.cell)?;
                        born = born.or(read.born);
                        if here {
                            (content, existing) = (read, Some(one));
                        }
                    }
                }
                let born = born.ok_or(IntakeError::BornFirst)?;
                is_adult(work, born)?;
                if existing.map_or(0, |one| one.cell.revision) != revision {
                    return Err(AccessError::Stale.into());
                }
                content.version = questions().version;
                change(&mut content, micros(work.now()));
                let open = opened.get(part.who.own).ok_or(AccessError::NotThere)?;
                prepared(work, open, place, existing, &content)
            },
            move |tx, prepared| put(tx, practice, prepared),
        )
        .await
    }
}

fn begin(
    work: &mut Work<'_, '_>,
    participant: ParticipantId,
    born: Date,
) -> Result<Begun, IntakeError> {
    let part = writable(work, participant)?;
    let today = settings::described(work)?.today(work);
    if born > today || born.year() < today.year() - OLDEST_YEARS {
        return Err(IntakeError::BornUnlikely);
    }
    let practice = work.practice();
    let stored = records::of_participant(work.tx, practice, participant)?;
    if is_adult(work, born).is_err() {
        // What was sent once as an adult's is a record, and only its retention ends it.
        let drafts: Vec<_> = stored
            .iter()
            .filter(|one| one.state == super::PartState::Begun)
            .map(|one| (one.cell.id, one.cell.revision))
            .collect();
        for (id, revision) in &drafts {
            work.removes("intakes", *id, *revision);
        }
        return Ok(Begun::Stopped(drafts));
    }
    let section = birth_section(questions())?;
    let opened = work.open(Action::Intake, Purpose::OwnRecord, &[part.who.own])?;
    let open = opened.get(part.who.own).ok_or(AccessError::NotThere)?;
    let existing = stored.iter().find(|one| one.part == section.id);
    let mut content = match existing {
        Some(one) => work.unseal(&opened, "intakes", &one.cell)?,
        None => PartContent::default(),
    };
    content.born = Some(born);
    content.version = questions().version;
    let place = (participant, section);
    Ok(Begun::Stored(Box::new(prepared(
        work, open, place, existing, &content,
    )?)))
}

/// The part of who is signed in, when it goes on and their consent is in force (R9).
fn writable(work: &mut Work<'_, '_>, participant: ParticipantId) -> Result<Part, IntakeError> {
    let part = cases::part_of_mine(work, participant)?;
    if !part.goes_on() {
        return Err(AccessError::NotThere.into());
    }
    work.stands_on_consent(&[part.who])?;
    Ok(part)
}

/// R8, by the law of the practice's place.
fn is_adult(work: &mut Work<'_, '_>, born: Date) -> Result<(), IntakeError> {
    let practice = settings::described(work)?;
    if practice.locale()?.is_adult(born, practice.today(work)) {
        Ok(())
    } else {
        Err(IntakeError::Minor)
    }
}

fn asks_birth(part: &str) -> bool {
    birth_section(questions()).is_ok_and(|section| section.id == part)
}

fn birth_section(questions: &'static Questions) -> Result<&'static Section, AccessError> {
    questions
        .sections
        .iter()
        .find(|section| {
            let mut asked = section.questions.iter();
            asked.any(|question| question.rule == Some(QuestionRule::Adult))
        })
        .ok_or_else(|| AccessError::Fault("the intake asks no date of birth".to_owned()))
}

fn prepared(
    work: &mut Work<'_, '_>,
    open: &vault::Open,
    place: (ParticipantId, &'static Section),
    existing: Option<&records::Stored>,
    content: &PartContent,
) -> Result<Prepared, IntakeError> {
    let row = match existing {
        Some(one) => work.reseal(open, "intakes", &one.cell, content)?,
        None => work.seal(open, ("intakes", work.new_id(), 1), content)?,
    };
    let word = if content.given.is_some() {
        "sent"
    } else {
        "begun"
    };
    let now = micros(work.now());
    Ok(Prepared {
        participant: place.0,
        part: &place.1.id,
        is_new: existing.is_none(),
        sends: (content.given_at == Some(now)).then_some(place.1.alone),
        state: (word, now),
        row,
    })
}

fn put(tx: &mut store::Tx<'_>, practice: PracticeId, new: &Prepared) -> Result<u32, IntakeError> {
    if new.is_new {
        let place = (new.participant, new.part);
        records::insert(tx, practice, place, new.state, &new.row)?;
    } else {
        sealed::revise(tx, practice, &new.row)?;
        records::set_state(tx, practice, IntakeId(new.row.id()), new.state)?;
    }
    if let Some(about_safety) = new.sends {
        let place = (practice, new.participant);
        safety::records::answered(tx, place, about_safety, new.state.1)?;
    }
    Ok(new.row.revision)
}
