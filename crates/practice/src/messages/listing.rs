//! Lists of threads: a client's own, beside each of their cases; a clinician's, by name and time; those of one case.

use jiff::Timestamp;
use vault::Opened;

use super::{Filed, Reader, Talk, ThreadContent, With, filed_of_case, named, records};
use crate::access::{DeskAccess, PortalAccess, Purpose, Work};
use crate::cases::opening;
use crate::cases::{self, Case, Sides};
use crate::clock::from_micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, ParticipantId, PersonId, ThreadId};
use crate::own_words::AgeFile;
use crate::people::{self, Named};
use crate::receipts::Action;

/// How many threads a list shows.
const LISTED: i64 = 200;

/// A thread in a list.
#[derive(Clone, Debug)]
pub struct ThreadGlance {
    /// Which.
    pub id: ThreadId,
    /// Who talks.
    pub with: With,
    /// Who began it.
    pub begun_by: PersonId,
    /// What it is about, for its readers' browsers.
    pub about: AgeFile,
    /// Everybody who reads it, the clinician last.
    pub readers: Vec<Reader>,
    /// When the newest message came.
    pub newest: Timestamp,
    /// Whether there is one that who asks has not read.
    pub unread: bool,
}

/// A client's threads beside one case.
#[derive(Clone, Debug)]
pub struct MyThreads {
    /// Whose case it is, in names.
    pub sides: Sides,
    /// Which case.
    pub case: CaseId,
    /// Who reads this page.
    pub me: PersonId,
    /// The threads, those with the newest message first.
    pub threads: Vec<ThreadGlance>,
    /// Copies of messages in the record, on the client's own side and the joint one.
    pub filed: Vec<Filed>,
}

/// A thread in a clinician's list of all: who and when, nothing of what it is about.
#[derive(Clone, Debug)]
pub struct DeskThread {
    /// Which.
    pub id: ThreadId,
    /// Its participants by name.
    pub people: Vec<Named>,
    /// Whether it is with one of several.
    pub alone: bool,
    /// When the newest message came.
    pub newest: Timestamp,
    /// Whether there is one that who asks has not read.
    pub unread: bool,
}

impl Talk {
    /// Who talks.
    pub(super) fn with(&self) -> With {
        let own = self
            .case
            .participants
            .iter()
            .find(|who| who.own == self.side);
        own.map_or(With::All(self.case.id), |who| With::One(who.id))
    }
}

impl Practice {
    /// The signed-in client's threads beside each of their cases.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn my_threads(&self, access: &PortalAccess) -> Result<Vec<MyThreads>, AccessError> {
        self.read(access, |work| {
            let (practice, me) = (work.practice(), work.person()?);
            let all = records::of_reader(work.tx, practice, me, LISTED)?;
            let mut found = Vec::new();
            for part in cases::parts_of_mine(work)? {
                let sides = part.compartments();
                let opened = work.open(Action::Messages, Purpose::OwnRecord, &sides)?;
                found.push(MyThreads {
                    threads: glances(work, &opened, (&part.case, me), &all)?,
                    filed: filed_of_case(work, &opened, &part.case)?,
                    sides: cases::sides(work, &opened, &part)?,
                    case: part.case.id,
                    me,
                });
            }
            Ok(found)
        })
        .await
    }

    /// The case of one of the signed-in client's parts.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when the part is not theirs.
    pub async fn case_of_mine(
        &self,
        access: &PortalAccess,
        participant: ParticipantId,
    ) -> Result<CaseId, AccessError> {
        self.read(access, move |work| {
            Ok(cases::part_of_mine(work, participant)?.case.id)
        })
        .await
    }

    /// How many threads hold something that the signed-in person has not read; nothing is opened.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn unread_threads(
        &self,
        access: &impl crate::access::Access,
    ) -> Result<usize, AccessError> {
        self.read(access, |work| {
            Ok(mine(work)?.iter().filter(|one| one.unread).count())
        })
        .await
    }

    /// The threads of who asks, by the names of those who talk; nothing of them is opened.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn desk_threads(&self, access: &DeskAccess) -> Result<Vec<DeskThread>, AccessError> {
        self.read(access, |work| {
            let practice = work.practice();
            let mut found = Vec::new();
            for thread in mine(work)? {
                if let Some(case) = cases::records::case(work.tx, practice, thread.case)? {
                    let talk = Talk::of(case, thread.cell.compartment);
                    found.push((thread, talk));
                }
            }
            let mut who: Vec<PersonId> = found
                .iter()
                .flat_map(|(_, talk)| talk.who.iter().map(|who| who.person))
                .collect();
            who.sort_unstable();
            who.dedup();
            let names = people::names(work, Purpose::Contact, &who)?;
            let view = |(thread, talk): (records::Thread, Talk)| DeskThread {
                id: thread.id,
                people: talk
                    .who
                    .iter()
                    .filter_map(|who| names.get(&who.person).cloned())
                    .collect(),
                alone: !talk.is_joint() && talk.case.joint.is_some(),
                newest: from_micros(thread.newest),
                unread: thread.unread,
            };
            Ok(found.into_iter().map(view).collect())
        })
        .await
    }

    /// The threads of one case of who asks, what they are about among them. It is opened as the overview is, so that nobody
    /// reads in their receipts that there is a thread of somebody else's (R2).
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such case for who asks.
    pub async fn threads_of_case(
        &self,
        access: &DeskAccess,
        case: CaseId,
    ) -> Result<(Case, Vec<Named>, Vec<ThreadGlance>, Vec<Filed>), AccessError> {
        self.read(access, move |work| {
            let (practice, me) = (work.practice(), work.person()?);
            let found = opening::find(work, Action::CaseOverview, case)?;
            let opened = found.open(work, Action::CaseOverview)?;
            let names = found.names(&opened)?;
            let case = found.case;
            let all = records::of_reader(work.tx, practice, me, LISTED)?;
            let threads = glances(work, &opened, (&case, me), &all)?;
            let filed = filed_of_case(work, &opened, &case)?;
            Ok((case, names, threads, filed))
        })
        .await
    }
}

/// The threads of who asks, on sides that they may open.
fn mine(work: &mut Work<'_, '_>) -> Result<Vec<records::Thread>, AccessError> {
    let (practice, me, purpose) = (work.practice(), work.person()?, super::purpose(work));
    let mut found = records::of_reader(work.tx, practice, me, LISTED)?;
    found.retain(|one| work.may_open(one.cell.compartment, purpose));
    Ok(found)
}

/// Those of the threads that are of this case, on sides that were opened, for one of their readers.
fn glances(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    (case, me): (&Case, PersonId),
    all: &[records::Thread],
) -> Result<Vec<ThreadGlance>, AccessError> {
    let mut found = Vec::new();
    for thread in all.iter().filter(|one| one.case == case.id) {
        if opened.get(thread.cell.compartment).is_none() {
            continue;
        }
        let content: ThreadContent = work.unseal(opened, "message_threads", &thread.cell)?;
        if !content.readers.contains(&me) {
            continue;
        }
        let talk = Talk::of(case.clone(), thread.cell.compartment);
        found.push(ThreadGlance {
            id: thread.id,
            with: talk.with(),
            begun_by: content.begun_by,
            about: content.about,
            readers: named(work, opened, &talk, &content.readers)?,
            newest: from_micros(thread.newest),
            unread: thread.unread,
        });
    }
    Ok(found)
}
