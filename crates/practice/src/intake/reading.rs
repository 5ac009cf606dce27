//! Reading an intake: its own person everything, the clinician what was sent, a partner nothing (R2).

use jiff::Timestamp;
use jiff::civil::Date;

use super::questions::{Raises, Section, questions};
use super::{Answers, IntakeState, PartContent, PartState, records};
use crate::access::{DeskAccess, PortalAccess, Purpose, Work};
use crate::cases::{self, Case, Participant, Sides};
use crate::clock::from_micros;
use crate::consent::{self, Signed, States};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, ParticipantId};
use crate::people::Named;
use crate::receipts::Action;

/// How far the signed-in client's intake is, for one of their cases.
#[derive(Clone, Debug)]
pub struct MyIntake {
    /// For whom the sides of the case are.
    pub sides: Sides,
    /// Whether the informed consent is in force; without it nothing can be filled (R9).
    pub informed: bool,
    /// The date of birth, once it is known (R8).
    pub born: Option<Date>,
    /// How far each part is.
    pub state: IntakeState,
}

/// One part as its person fills it.
#[derive(Clone, Debug)]
pub struct IntakePage {
    /// For whom the sides of the case are.
    pub sides: Sides,
    /// The questions.
    pub section: &'static Section,
    /// Which part it is, from 1.
    pub number: usize,
    /// The date of birth, once it is known.
    pub born: Option<Date>,
    /// Whether the informed consent is in force.
    pub informed: bool,
    /// What stands in it: a draft, or else what was sent.
    pub answers: Answers,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// The newest revision; 0 when nothing is stored.
    pub revision: u32,
}

/// One part as the clinician reads it.
#[derive(Clone, Debug)]
pub struct PartRead {
    /// The questions.
    pub section: &'static Section,
    /// What was sent; nothing when it was not.
    pub answers: Option<Answers>,
    /// When.
    pub sent_at: Option<Timestamp>,
}

/// A participant's intake and consents as the clinician reads them.
#[derive(Clone, Debug)]
pub struct IntakeRead {
    /// The case.
    pub case: Case,
    /// Its participants by name, in the case's order.
    pub people: Vec<Named>,
    /// Whose intake it is.
    pub who: Participant,
    /// How it stands with each document.
    pub consents: States,
    /// What was signed, newest first.
    pub signed: Vec<Signed>,
    /// The date of birth, once anything was sent.
    pub born: Option<Date>,
    /// Each part.
    pub parts: Vec<PartRead>,
}

impl IntakeRead {
    /// The most urgent thing that the answers raise (R10, R11).
    #[must_use]
    pub fn raises(&self) -> Option<Raises> {
        self.parts
            .iter()
            .filter_map(|part| part.section.raises(part.answers.as_ref()?))
            .max()
    }
}

impl Practice {
    /// How far the signed-in client's intake is, for each of their cases.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn my_intakes(&self, access: &PortalAccess) -> Result<Vec<MyIntake>, AccessError> {
        self.read(access, |work| {
            let practice = work.practice();
            let mut found = Vec::new();
            for part in cases::parts_of_mine(work)? {
                let opened = work.open(Action::Intake, Purpose::OwnRecord, &part.compartments())?;
                let stored = records::of_participant(work.tx, practice, part.who.id)?;
                let mut born = None;
                for one in &stored {
                    let content: PartContent = work.unseal(&opened, "intakes", &one.cell)?;
                    born = born.or(content.born);
                }
                found.push(MyIntake {
                    sides: cases::sides(work, &opened, &part)?,
                    informed: consent::all_informed(work, &[part.who])?,
                    born,
                    state: state(part.who.id, &stored),
                });
            }
            Ok(found)
        })
        .await
    }

    /// One part of the signed-in client's intake.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such part of theirs.
    pub async fn intake_page(
        &self,
        access: &PortalAccess,
        participant: ParticipantId,
        part: &str,
    ) -> Result<IntakePage, AccessError> {
        let sections = &questions().sections;
        let at = sections.iter().position(|section| section.id == part);
        let at = at.ok_or(AccessError::NotThere)?;
        let section = sections.get(at).ok_or(AccessError::NotThere)?;
        self.read(access, move |work| {
            let part = cases::part_of_mine(work, participant)?;
            let practice = work.practice();
            let opened = work.open(Action::Intake, Purpose::OwnRecord, &part.compartments())?;
            let mut page = IntakePage {
                sides: cases::sides(work, &opened, &part)?,
                section,
                number: at + 1,
                born: None,
                informed: consent::all_informed(work, &[part.who])?,
                answers: Answers::new(),
                sent_at: None,
                revision: 0,
            };
            for one in records::of_participant(work.tx, practice, participant)? {
                let content: PartContent = work.unseal(&opened, "intakes", &one.cell)?;
                page.born = page.born.or(content.born);
                if one.part == section.id {
                    page.sent_at = content.given_at.map(from_micros);
                    page.answers = content.draft.or(content.given).unwrap_or_default();
                    page.revision = one.cell.revision;
                }
            }
            Ok(page)
        })
        .await
    }

    /// What a participant of a case sent, and what they signed, for who cares for them.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when the participant's own side is not for who asks.
    pub async fn intake_of(
        &self,
        access: &DeskAccess,
        case: CaseId,
        participant: ParticipantId,
    ) -> Result<IntakeRead, AccessError> {
        self.read(access, move |work| {
            let found = cases::opening::find(work, Action::Intake, case)?;
            let who = found.case.participants.iter();
            let who = who.copied().find(|who| who.id == participant);
            let Some(who) = who else {
                work.refused(Action::Intake, Purpose::Care);
                return Err(AccessError::NotThere);
            };
            let opened = found.open_side(work, Action::Intake, who.own)?;
            let people = found.names(&opened)?;
            let practice = work.practice();
            let stored = records::of_participant(work.tx, practice, participant)?;
            let (consents, signed) = consent::of_care(work, &opened, &found.case, participant)?;
            let mut read = IntakeRead {
                people,
                case: found.case,
                who,
                consents,
                signed,
                born: None,
                parts: Vec::new(),
            };
            for section in &questions().sections {
                let mut part = PartRead {
                    section,
                    answers: None,
                    sent_at: None,
                };
                if let Some(one) = stored.iter().find(|one| one.part == section.id) {
                    let content: PartContent = work.unseal(&opened, "intakes", &one.cell)?;
                    if content.given.is_some() {
                        read.born = read.born.or(content.born);
                    }
                    part.answers = content.given;
                    part.sent_at = content.given_at.map(from_micros);
                }
                read.parts.push(part);
            }
            Ok(read)
        })
        .await
    }
}

/// How far the intake of every participant of a case is; structure only, nothing is opened.
///
/// # Errors
/// A fault of the database.
pub fn states(work: &mut Work<'_, '_>, case: &Case) -> Result<Vec<IntakeState>, AccessError> {
    let practice = work.practice();
    let mut found = Vec::new();
    for who in &case.participants {
        let stored = records::of_participant(work.tx, practice, who.id)?;
        found.push(state(who.id, &stored));
    }
    Ok(found)
}

pub(crate) fn of_part(
    work: &mut Work<'_, '_>,
    participant: ParticipantId,
) -> Result<IntakeState, AccessError> {
    let practice = work.practice();
    let stored = records::of_participant(work.tx, practice, participant)?;
    Ok(state(participant, &stored))
}

fn state(participant: ParticipantId, stored: &[records::Stored]) -> IntakeState {
    let parts = questions().sections.iter().map(|section| {
        match stored.iter().find(|one| one.part == section.id) {
            Some(one) => (section, one.state, Some(from_micros(one.changed_at))),
            None => (section, PartState::NotBegun, None),
        }
    });
    IntakeState {
        participant,
        parts: parts.collect(),
    }
}
