//! Clinical entries that came from elsewhere: sealed in the participant's own side, closed until the informed consent
//! is in force, whether it was signed here or recorded as given elsewhere (R9).

use serde::{Deserialize, Serialize};

use super::cases::CaseRef;
use super::identity::iso;
use super::keys::{Domain, KeyRow};
use super::meetings::session_of;
use super::plan::{PlannedEntry, Planner};
use super::report::Item;
use super::{Certainty, ConditionCourse, OfferedAppointment, OfferedCondition, records};
use crate::access::{DeskAccess, Purpose, Work};
use crate::calendar;
use crate::cases;
use crate::consent;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{ParticipantId, PersonId, SessionId};
use crate::private::Private;
use crate::receipts::Action;

/// What an entry is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A condition, with codes.
    Condition,
    /// What was written on an appointment.
    Words,
}

/// An entry that came from elsewhere: the content of `imported_rows.sealed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportedEntry {
    /// What it is.
    pub kind: EntryKind,
    /// What it is called, or what stood on the appointment.
    pub text: Private<String>,
    /// Codes, as pairs of system and code.
    pub codes: Vec<(String, Private<String>)>,
    /// How it goes.
    pub course: ConditionCourse,
    /// How sure it is.
    pub certainty: Certainty,
    /// When it began, ISO, as far as it is known.
    pub began: Option<Private<String>>,
    /// When it ended.
    pub ended: Option<Private<String>>,
    /// When it was written down.
    pub recorded: Option<Private<String>>,
    /// In which session it was written down, or on which it stood.
    pub session: Option<SessionId>,
    /// Remarks.
    pub words: Vec<Private<String>>,
}

impl ImportedEntry {
    fn condition(condition: &OfferedCondition, session: Option<SessionId>) -> Self {
        Self {
            kind: EntryKind::Condition,
            text: condition.text.clone(),
            codes: condition.codes.clone(),
            course: condition.course,
            certainty: condition.certainty,
            began: condition.began.map(iso),
            ended: condition.ended.map(iso),
            recorded: condition.recorded.map(iso),
            session,
            words: condition.words.clone(),
        }
    }

    /// What stands on an appointment.
    pub(super) fn words(one: &OfferedAppointment, session: SessionId) -> Self {
        Self {
            kind: EntryKind::Words,
            text: one.title.clone().unwrap_or_default(),
            codes: Vec::new(),
            course: ConditionCourse::Unsaid,
            certainty: Certainty::Unsaid,
            began: None,
            ended: None,
            recorded: None,
            session: Some(session),
            words: one.words.clone(),
        }
    }

    /// Whether anything is written.
    pub(super) fn says_something(&self) -> bool {
        !self.text.reveal().is_empty() || !self.words.is_empty()
    }
}

/// Why entries are not given.
#[derive(Debug, thiserror::Error)]
pub enum EntriesError {
    /// R9: the client's informed consent is not in force.
    #[error("{closed} entries from elsewhere stay closed until a consent is recorded (R9)")]
    Closed {
        /// How many there are.
        closed: usize,
    },
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(EntriesError);

impl Practice {
    /// What came from elsewhere about a participant, for who cares for them (R9).
    ///
    /// # Errors
    /// [`EntriesError::Closed`] before the informed consent is in force; [`AccessError::NotThere`] when it is not for
    /// who asks.
    pub async fn imported_entries(
        &self,
        access: &DeskAccess,
        participant: ParticipantId,
    ) -> Result<Vec<ImportedEntry>, EntriesError> {
        self.read(access, move |work| {
            let part = cases::part_of_care(work, participant)?;
            let practice = work.practice();
            let cells = records::of_participant(work.tx, practice, participant)?;
            if !consent::all_informed(work, &[part.who])? {
                work.refused(Action::ImportedRead, Purpose::Care);
                return Err(EntriesError::Closed {
                    closed: cells.len(),
                });
            }
            let opened = work.open(Action::ImportedRead, Purpose::Care, &[part.who.own])?;
            let entries = cells
                .iter()
                .map(|cell| work.unseal(&opened, "imported_rows", cell));
            Ok(entries.collect::<Result<_, AccessError>>()?)
        })
        .await
    }

    /// What stood on an appointment that no client is known of, for the clinician whose calendar it came from.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody else.
    pub async fn imported_words(
        &self,
        access: &DeskAccess,
        session: SessionId,
    ) -> Result<Option<ImportedEntry>, AccessError> {
        self.read(access, move |work| {
            let (practice, me) = (work.practice(), work.person()?);
            let found = calendar::records::session(work.tx, practice, session)?;
            if found.is_none_or(|found| found.clinician != me) {
                return Err(work.refused(Action::ImportedRead, Purpose::Care));
            }
            let Some(cell) = records::of_session(work.tx, practice, session)? else {
                return Ok(None);
            };
            let opened = work.open(Action::ImportedRead, Purpose::Care, &[cell.compartment])?;
            work.unseal(&opened, "imported_rows", &cell).map(Some)
        })
        .await
    }
}

/// Whether entries of a participant can be read when they come: of somebody who has consented already.
///
/// # Errors
/// A fault of the database.
pub(super) fn state_for(
    work: &mut Work<'_, '_>,
    participant: &cases::Participant,
) -> Result<records::EntryState, AccessError> {
    Ok(
        if consent::all_informed(work, std::slice::from_ref(participant))? {
            records::EntryState::Open
        } else {
            records::EntryState::Closed
        },
    )
}

impl Planner<'_, '_, '_> {
    /// The clinical entries of the file.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn conditions(&mut self) -> Result<(), AccessError> {
        let offer = self.offer;
        for condition in &offer.conditions {
            let known = self.keys.id(self.work, Domain::Entry, &condition.key)?;
            if known.is_some() {
                self.report.merges(Item::Clinical);
                continue;
            }
            match self.of_whom(condition)? {
                Err(why) => self.report.refuses(condition.line, "clinical entry", why),
                Ok((case, person)) => self.condition(condition, case, person)?,
            }
        }
        Ok(())
    }

    fn of_whom(
        &mut self,
        condition: &OfferedCondition,
    ) -> Result<Result<(CaseRef, PersonId), &'static str>, AccessError> {
        let Some(person) = self.person_of(&condition.of)? else {
            return Ok(Err("is of somebody who is not known here"));
        };
        let case = self.case_for(&[person])?;
        Ok(case
            .map(|case| (case, person))
            .ok_or("is of somebody who is in no case here"))
    }

    fn condition(
        &mut self,
        condition: &OfferedCondition,
        case: CaseRef,
        person: PersonId,
    ) -> Result<(), AccessError> {
        let session = match &condition.session {
            Some(key) => session_of(self, key)?,
            None => None,
        };
        let id = self.work.new_id();
        let row = KeyRow::Id(id);
        self.keys
            .put(self.work, Domain::Entry, &condition.key, row)?;
        self.report.takes(Item::Clinical);
        self.entries.push(PlannedEntry {
            id,
            case,
            person,
            content: ImportedEntry::condition(condition, session),
        });
        Ok(())
    }
}
