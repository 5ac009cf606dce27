//! Reading an intake: its own person everything, the clinician what was sent, a partner nothing (R2).

use jiff::Timestamp;
use jiff::civil::Date;
use vault::Opened;

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
use crate::safety;
use crate::sealed::Cell;

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
    /// What was sent before that, of a part that is answered alone, the newest first: an answer that was taken back later still
    /// counts (R11).
    pub earlier: Vec<(Timestamp, Answers)>,
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
    /// When the newest answers came in, microseconds UTC, while who asks is to say that they read them (R11).
    pub unread: Option<i64>,
    /// Whether who asks only reads here, in an emergency.
    pub only_read: bool,
}

impl IntakeRead {
    /// The most urgent thing that the answers raise (R10, R11).
    #[must_use]
    pub fn raises(&self) -> Option<Raises> {
        let parts = self.parts.iter();
        let sent = parts.flat_map(|part| {
            let earlier = part.earlier.iter().map(|(_, answers)| answers);
            let all = part.answers.iter().chain(earlier);
            all.filter_map(|answers| part.section.raises(answers))
        });
        sent.max()
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
                    // What was answered alone does not come up again on a screen that somebody may see by now (R11).
                    let before = content.given.filter(|_| !section.alone);
                    page.answers = content.draft.or(before).unwrap_or_default();
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
            let (opened, _) = found.open_part(work, Action::Intake, &who)?;
            let people = found.names(&opened)?;
            let practice = work.practice();
            let (consents, signed) = consent::of_care(work, &opened, &found.case, participant)?;
            let standing = safety::records::standing(work.tx, practice, participant)?;
            let answers_for = safety::answers_for(work, &found.case);
            let unread = standing.unread().filter(|_| answers_for);
            let mut read = IntakeRead {
                people,
                only_read: found.is_only_read(work),
                case: found.case,
                who,
                consents,
                signed,
                born: None,
                parts: Vec::new(),
                unread,
            };
            (read.born, read.parts) = parts_of(work, &opened, participant)?;
            Ok(read)
        })
        .await
    }
}

/// What a participant sent of each part, where their own side was opened, and when they were born.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn parts_of(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    participant: ParticipantId,
) -> Result<(Option<Date>, Vec<PartRead>), AccessError> {
    let practice = work.practice();
    let stored = records::of_participant(work.tx, practice, participant)?;
    let (mut born, mut parts) = (None, Vec::new());
    for section in &questions().sections {
        let mut part = PartRead {
            section,
            answers: None,
            sent_at: None,
            earlier: Vec::new(),
        };
        if let Some(one) = stored.iter().find(|one| one.part == section.id) {
            let content: PartContent = work.unseal(opened, "intakes", &one.cell)?;
            if content.given.is_some() {
                born = born.or(content.born);
            }
            part.answers = content.given;
            part.sent_at = content.given_at.map(from_micros);
            if section.alone {
                part.earlier = sent(work, opened, &one.cell)?;
                part.earlier.retain(|(at, _)| Some(*at) != part.sent_at);
            }
        }
        parts.push(part);
    }
    Ok((born, parts))
}

/// The most urgent thing that a participant's answers raise, where their own side was opened (R10, R11). Of a part that is
/// answered alone, whatever was sent since answers were last read counts: a blank one that is sent over it hides nothing.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn raised(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    participant: ParticipantId,
) -> Result<Option<Raises>, AccessError> {
    let practice = work.practice();
    let read_at = safety::records::standing(work.tx, practice, participant)?.read;
    let read_at = read_at.map(from_micros);
    let mut most = None;
    for one in records::of_participant(work.tx, practice, participant)? {
        let Some(section) = questions().section(&one.part) else {
            continue;
        };
        for (number, (at, answers)) in sent(work, opened, &one.cell)?.iter().enumerate() {
            if number == 0 || (section.alone && read_at < Some(*at)) {
                most = most.max(section.raises(answers));
            }
        }
    }
    Ok(most)
}

/// When the part that is answered alone was sent, each time, the newest first, and the most urgent thing that it raised.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn answered_alone(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    participant: ParticipantId,
) -> Result<Vec<(Timestamp, Option<Raises>)>, AccessError> {
    let practice = work.practice();
    let mut found = Vec::new();
    for one in records::of_participant(work.tx, practice, participant)? {
        let section = questions().section(&one.part);
        if let Some(section) = section.filter(|section| section.alone) {
            let sent = sent(work, opened, &one.cell)?.into_iter();
            found.extend(sent.map(|(at, answers)| (at, section.raises(&answers))));
        }
    }
    Ok(found)
}

/// Each time that a part was sent, the newest first, and what was answered.
fn sent(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    newest: &Cell,
) -> Result<Vec<(Timestamp, Answers)>, AccessError> {
    let practice = work.practice();
    let mut cells = records::earlier(work.tx, practice, newest.id)?;
    cells.push(newest.clone());
    let mut found: Vec<(i64, Answers)> = Vec::new();
    for cell in cells {
        let content: PartContent = work.unseal(opened, "intakes", &cell)?;
        // A draft leaves what was sent before it as it was.
        if let (Some(given), Some(at)) = (content.given, content.given_at)
            && found.last().is_none_or(|(last, _)| *last != at)
        {
            found.push((at, given));
        }
    }
    let newest_first = found.into_iter().rev();
    Ok(newest_first
        .map(|(at, given)| (from_micros(at), given))
        .collect())
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
