//! Clinical entries that came from elsewhere: sealed in the participant's own side, closed until the informed consent
//! is in force, whether it was signed here or recorded as given elsewhere (R9).

use serde::{Deserialize, Serialize};
use vault::Opened;

use super::cases::CaseRef;
use super::identity::iso;
use super::keys::{Domain, KeyRow};
use super::meetings::session_of;
use super::plan::{PlannedEntry, Planner};
use super::report::Item;
use super::{
    Certainty, ConditionCourse, ExternalKey, OfferedAppointment, OfferedCondition, records,
};
use crate::access::{DeskAccess, Purpose, Work};
use crate::calendar;
use crate::cases::{self, Case, Participant};
use crate::consent;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, ParticipantId, PersonId, SessionId};
use crate::people::Named;
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
    /// A note, or a column that has no other place: it may be clinical, and nothing says that it is not.
    Note,
}

/// From where an entry came.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Origin {
    /// The file's name.
    pub file: Private<String>,
    /// When it was taken, microseconds UTC.
    pub taken_at: i64,
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
    /// From where it came.
    pub origin: Origin,
}

impl ImportedEntry {
    fn condition(condition: &OfferedCondition, session: Option<SessionId>, origin: Origin) -> Self {
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
            origin,
        }
    }

    /// What stands on an appointment.
    pub(super) fn words(one: &OfferedAppointment, session: SessionId, origin: Origin) -> Self {
        Self {
            session: Some(session),
            words: one.words.clone(),
            ..Self::plain(
                EntryKind::Words,
                one.title.clone().unwrap_or_default(),
                origin,
            )
        }
    }

    fn plain(kind: EntryKind, text: Private<String>, origin: Origin) -> Self {
        Self {
            kind,
            text,
            codes: Vec::new(),
            course: ConditionCourse::Unsaid,
            certainty: Certainty::Unsaid,
            began: None,
            ended: None,
            recorded: None,
            session: None,
            words: Vec::new(),
            origin,
        }
    }

    /// Whether anything is written.
    pub(super) fn says_something(&self) -> bool {
        !self.text.reveal().is_empty() || !self.words.is_empty()
    }
}

/// What came from elsewhere about one participant, as who cares for them sees it.
#[derive(Clone, Debug)]
pub struct ImportedPage {
    /// The case.
    pub case: Case,
    /// The participant.
    pub who: Participant,
    /// The case's participants by name, in its order.
    pub people: Vec<Named>,
    /// The entries, or that they are closed.
    pub entries: Entries,
}

/// Entries from elsewhere.
#[derive(Clone, Debug)]
pub enum Entries {
    /// R9: the informed consent is not in force, and so many stay closed.
    Closed(usize),
    /// They can be read, in the order of their taking.
    Open(Vec<ReadEntry>),
}

/// An entry, and when the session was on which it stood.
#[derive(Clone, Debug)]
pub struct ReadEntry {
    /// The entry.
    pub entry: ImportedEntry,
    /// The beginning of its session, microseconds UTC.
    pub session_at: Option<i64>,
}

impl Practice {
    /// What came from elsewhere about a participant, for who cares for them; closed before the informed consent is in
    /// force (R9).
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is not for who asks.
    pub async fn imported_entries(
        &self,
        access: &DeskAccess,
        case: CaseId,
        participant: ParticipantId,
    ) -> Result<ImportedPage, AccessError> {
        self.read(access, move |work| imported(work, case, participant))
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

fn imported(
    work: &mut Work<'_, '_>,
    case: CaseId,
    participant: ParticipantId,
) -> Result<ImportedPage, AccessError> {
    let found = cases::opening::find(work, Action::ImportedRead, case)?;
    let who = found.case.participants.iter();
    let who = who.copied().find(|who| who.id == participant);
    let Some(who) = who.filter(|who| work.may_open(who.own, Purpose::Care)) else {
        return Err(work.refused(Action::ImportedRead, Purpose::Care));
    };
    let practice = work.practice();
    let cells = records::of_participant(work.tx, practice, participant)?;
    let is_open = consent::all_informed(work, &[who])?;
    // The name alone before a consent: the side where the entries are stays shut.
    let opened = if is_open {
        found.open_part(work, Action::ImportedRead, &who)?.0
    } else {
        work.refused(Action::ImportedRead, Purpose::Care);
        found.open_name(work, &who)?
    };
    let people = found.names(&opened)?;
    let entries = if is_open {
        let mut entries = Vec::new();
        for cell in &cells {
            let entry: ImportedEntry = work.unseal(&opened, "imported_rows", cell)?;
            let session = match entry.session {
                Some(id) => calendar::records::session(work.tx, practice, id)?,
                None => None,
            };
            let session_at = session.map(|session| session.starts_at);
            entries.push(ReadEntry { entry, session_at });
        }
        Entries::Open(entries)
    } else {
        Entries::Closed(cells.len())
    };
    Ok(ImportedPage {
        case: found.case,
        who,
        people,
        entries,
    })
}

/// The entries of a participant, where their own side was opened; nothing while the informed consent is not in force (R9).
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn entries_of(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    who: &Participant,
) -> Result<Option<Vec<ImportedEntry>>, AccessError> {
    let practice = work.practice();
    let cells = records::of_participant(work.tx, practice, who.id)?;
    if !cells.is_empty() && !consent::all_informed(work, std::slice::from_ref(who))? {
        return Ok(None);
    }
    let read = |cell| work.unseal(opened, "imported_rows", cell);
    cells.iter().map(read).collect::<Result<_, _>>().map(Some)
}

/// How many entries from elsewhere there are of each participant of a case; structure only.
///
/// # Errors
/// A fault of the database.
pub(crate) fn counts(work: &mut Work<'_, '_>, case: &Case) -> Result<Vec<u64>, AccessError> {
    let practice = work.practice();
    let all = case.participants.iter();
    all.map(|who| Ok(records::count(work.tx, practice, who.id)?))
        .collect()
}

/// Whether entries of a participant can be read when they come: of somebody who has consented already.
///
/// # Errors
/// A fault of the database.
pub(super) fn state_for(
    work: &mut Work<'_, '_>,
    participant: &Participant,
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

    /// From where everything of this file comes.
    pub(super) fn origin(&self) -> Origin {
        Origin {
            file: self.offer.name.clone(),
            taken_at: self.ground.now,
        }
    }

    /// The notes on the persons of the file, each in its person's own side.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn notes(&mut self) -> Result<(), AccessError> {
        let offer = self.offer;
        for offered in &offer.persons {
            let place = self.by_key.get(&offered.key);
            let person = place.and_then(|at| self.people.get(*at));
            let Some(person) = person.map(|person| person.id) else {
                continue;
            };
            for note in &offered.notes {
                self.note(person, note)?;
            }
        }
        Ok(())
    }

    fn note(&mut self, person: PersonId, note: &Private<String>) -> Result<(), AccessError> {
        let key = ExternalKey::new("note", format!("{person}|{}", note.reveal()));
        if self.keys.id(self.work, Domain::Entry, &key)?.is_some() {
            self.report.merges(Item::Clinical);
            return Ok(());
        }
        let Some(case) = self.case_for(&[person])? else {
            self.report
                .passes_over("notes on people who are in no case");
            return Ok(());
        };
        let id = self.work.new_id();
        self.keys
            .put(self.work, Domain::Entry, &key, KeyRow::Id(id))?;
        self.report.takes(Item::Clinical);
        self.entries.push(PlannedEntry {
            id,
            case,
            person,
            content: ImportedEntry::plain(EntryKind::Note, note.clone(), self.origin()),
        });
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
            content: ImportedEntry::condition(condition, session, self.origin()),
        });
        Ok(())
    }
}
