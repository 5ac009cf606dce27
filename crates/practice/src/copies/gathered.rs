//! A part of a record as it was gathered to be written down elsewhere: in our words, of which others are made (`exchange`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::accounts::StaffPage;
use crate::calendar::Session;
use crate::cases::{Case, Left};
use crate::consent::SignedText;
use crate::goals::{Goal, GoalWords};
use crate::homework::{Assignment, Reflection};
use crate::ids::{GoalId, ParticipantId, PersonId, SessionId};
use crate::imports::ImportedEntry;
use crate::intake::PartRead;
use crate::language::Language;
use crate::measures::Measure;
use crate::messages::Filed;
use crate::notes::Note;
use crate::people::Identity;
use crate::private::Private;
use crate::sessions::Attendance;
use crate::settings::Description;

/// On whose side something stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    /// On one participant's own.
    Own(ParticipantId),
    /// On the joint one.
    Joint,
}

impl Of {
    /// On whose side a check-in stands: its own person's, or the joint one to which it was moved.
    #[must_use]
    pub const fn measure(one: &Measure) -> Self {
        if one.joint {
            Self::Joint
        } else {
            Self::Own(one.participant)
        }
    }

    /// On whose side a goal stands.
    #[must_use]
    pub fn goal(one: &Goal) -> Self {
        one.whose.map_or(Self::Joint, Self::Own)
    }

    /// On whose side something stands that somebody told about homework.
    #[must_use]
    pub const fn reflection(one: &Reflection) -> Self {
        if one.shared {
            Self::Joint
        } else {
            Self::Own(one.participant)
        }
    }
}

/// Why something is not in it. It is for who cares for the case, and stands in no document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// What is of the joint side: these have not signed, or not any more (R3).
    JointNotSigned(Vec<ParticipantId>),
    /// What is somebody's own: they have not signed, or not any more.
    OwnNotSigned(ParticipantId),
    /// Notes that are not final: so many.
    NotFinal(usize),
    /// What came from elsewhere, because the informed consent is not in force (R9).
    ElsewhereClosed(ParticipantId),
    /// What was answered alone about safety (R11).
    AnsweredAlone(ParticipantId),
}

/// Somebody in it.
#[derive(Clone, Debug)]
pub struct InIt {
    /// The part they take.
    pub participant: ParticipantId,
    /// Who.
    pub person: PersonId,
    /// By which name.
    pub name: Private<String>,
    /// Names and contact, of somebody whose own side it is.
    pub identity: Option<Identity>,
}

/// One piece of homework in it, as far as it is of its days.
#[derive(Clone, Debug)]
pub struct Given {
    /// What was given; nothing when that was before.
    pub assignment: Option<Assignment>,
    /// Whose it is.
    pub of: Of,
    /// What came back.
    pub reflections: Vec<Reflection>,
}

/// Answers before therapy began.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Whose.
    pub whose: ParticipantId,
    /// The date of birth.
    pub born: Option<Date>,
    /// Each part that was sent.
    pub parts: Vec<PartRead>,
}

/// What was gathered.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// The practice.
    pub practice: Description,
    /// The language of the document.
    pub language: Language,
    /// When it was gathered.
    pub made_at: Timestamp,
    /// The case.
    pub case: Case,
    /// Who is in it.
    pub people: Vec<InIt>,
    /// Who of the practice is in it.
    pub staff: Vec<(PersonId, StaffPage)>,
    /// Sessions, the oldest first.
    pub sessions: Vec<(Session, Of)>,
    /// Who was in the room of a session, where that was written down; in a person's own copy alone.
    pub present: BTreeMap<SessionId, Attendance>,
    /// When and why their part ended; in a person's own copy alone.
    pub ended: Option<Left>,
    /// Final notes with their sessions, the oldest first.
    pub notes: Vec<(Note, Session, Of)>,
    /// Answers before therapy began.
    pub intake: Vec<Answered>,
    /// Check-ins, the oldest first.
    pub measures: Vec<Measure>,
    /// Goals, the oldest first.
    pub goals: Vec<Goal>,
    /// How a goal was put before, the oldest first; in a person's own copy alone.
    pub earlier_goals: BTreeMap<GoalId, Vec<(GoalWords, Timestamp)>>,
    /// Homework, the oldest first.
    pub homework: Vec<Given>,
    /// Copies of messages, the oldest first.
    pub messages: Vec<(Filed, Of)>,
    /// What came from elsewhere.
    pub elsewhere: Vec<(ParticipantId, ImportedEntry)>,
    /// What was signed.
    pub agreements: Vec<(ParticipantId, SignedText)>,
    /// What was left out, and why.
    pub left_out: Vec<LeftOut>,
}

impl Gathered {
    /// The name of a participant in it.
    #[must_use]
    pub fn name(&self, id: ParticipantId) -> &str {
        let found = self.people.iter().find(|one| one.participant == id);
        found.map_or("", |one| one.name.reveal())
    }

    /// Somebody in it, by who they are.
    #[must_use]
    pub fn person(&self, id: PersonId) -> Option<&InIt> {
        self.people.iter().find(|one| one.person == id)
    }

    /// Whether anything of a side is in it.
    pub(super) fn holds(&self, is: impl Fn(Of) -> bool) -> bool {
        let homework = self.homework.iter().flat_map(|given| {
            let assigned = given.assignment.iter().map(|_| given.of);
            assigned.chain(given.reflections.iter().map(Of::reflection))
        });
        let owned = (self.intake.iter().map(|one| one.whose))
            .chain(self.elsewhere.iter().map(|(id, _)| *id))
            .chain(self.agreements.iter().map(|(id, _)| *id));
        let mut all = (self.sessions.iter().map(|(_, of)| *of))
            .chain(self.notes.iter().map(|(_, _, of)| *of))
            .chain(self.goals.iter().map(Of::goal))
            .chain(homework)
            .chain(self.messages.iter().map(|(_, of)| *of))
            .chain(self.measures.iter().map(Of::measure))
            .chain(owned.map(Of::Own));
        all.any(is)
    }

    /// The name of somebody of the practice.
    #[must_use]
    pub fn staff_name(&self, id: PersonId) -> &str {
        let found = self.staff.iter().find(|(one, _)| *one == id);
        found.map_or("", |(_, page)| page.name.as_str())
    }

    /// Whether anything is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
            && self.notes.is_empty()
            && self.intake.is_empty()
            && self.measures.is_empty()
            && self.goals.is_empty()
            && self.homework.is_empty()
            && self.messages.is_empty()
            && self.elsewhere.is_empty()
            && self.agreements.is_empty()
    }
}
