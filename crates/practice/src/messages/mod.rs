//! Messages between named people, which only their browsers read: a client and the clinician on the client's own side of a
//! case, or everybody in it on the joint one.
//!
//! A thread's readers are fixed when it begins and sealed with it. The server keeps age files, sealed once more in the
//! thread's compartment, so that destroying that side destroys them, too; it checks that each is for as many keys as there
//! are readers, and gives it to nobody else, whatever they may open. When somebody leaves the case, their threads stay
//! readable to those who read them then, and nothing new is written there (`closed`). A partner is told nothing of a private
//! one (R2): all of it stands on the writer's own side, and its receipts name that side and its own person alone.
//!
//! Not here: keys (`own_words`), what an envelope says (the browser's modules).

mod attachments;
pub(crate) mod filing;
mod listing;
mod reader;
mod reading;
mod records;
mod sending;

#[cfg(test)]
mod attachment_tests;
#[cfg(test)]
mod compared_tests;
#[cfg(test)]
mod kept_tests;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use vault::{CompartmentId, Opened};

pub use attachments::{AttachmentError, LONGEST_ATTACHMENT, LONGEST_PIECE, MOST_UNSENT};
pub use filing::{Copied, Filed, FilingError};
pub(crate) use filing::{every_filed, of_case as filed_of_case};
pub use listing::{DeskThread, MyThreads, ThreadGlance};
pub use reader::ReaderId;
pub use reading::{MessagesPage, NewThread, ThreadPage};
pub use sending::Sent;

use crate::access::{Purpose, Role, Work};
use crate::accounts;
use crate::cases::{self, Case, Participant};
use crate::clock::micros;
use crate::consent;
use crate::error::AccessError;
use crate::ids::{CaseId, MessageId, ParticipantId, PersonId, ThreadId};
use crate::own_words::{AgeFile, PublicKeys, published};
use crate::people::{self, Identity};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::Cell;

/// The largest file of one message, in bytes: some eight pages of text.
pub const LONGEST_MESSAGE: usize = 48 * 1024;
/// The largest file of what a thread is about.
const LONGEST_ABOUT: usize = 4 * 1024;
/// How many files go with one message.
pub const MOST_ATTACHED: usize = 10;

/// Who talks on which side of a case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum With {
    /// One participant and the clinician, on the participant's own side.
    One(ParticipantId),
    /// Everybody in a relational case and the clinician, on the joint side.
    All(CaseId),
}

/// Somebody who reads a thread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reader {
    /// Who.
    pub person: PersonId,
    /// The same for the others of the thread.
    pub id: ReaderId,
    /// By which name the one who looks knows them.
    pub name: Private<String>,
    /// Their public keys; none before their browser made some.
    pub keys: Option<PublicKeys>,
}

/// Whether somebody can write into a thread now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Writes {
    /// They can.
    Yes,
    /// Somebody who reads it is not there any more, or the case has ended: it stays to be read.
    Closed,
    /// R9: an informed consent is missing.
    ConsentMissing,
    /// These readers have no keys yet.
    KeysMissing(Vec<PersonId>),
}

/// One message, as it is stored.
#[derive(Clone, Debug)]
pub struct Message {
    /// Which.
    pub id: MessageId,
    /// Who wrote it, as it was sealed; the browser asks the signature.
    pub author: PersonId,
    /// When it came, as it was sealed; the browser shows when its author signed it.
    pub sent_at: Timestamp,
    /// What readers' browsers open.
    pub file: AgeFile,
}

/// Why something was not written into a thread.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// R9: an informed consent is not in force.
    #[error("an informed consent is not in force (R9)")]
    ConsentMissing,
    /// A file is not for as many keys as there are readers, or too long, or too many go with it.
    #[error("a message is encrypted for each of its readers and for nobody else")]
    NotForReaders,
    /// Somebody who reads has no keys yet.
    #[error("a reader has no keys yet")]
    KeysMissing,
    /// Nothing new is written there any more.
    #[error("nothing new is written in this thread any more")]
    Closed,
    /// Something below.
    #[error(transparent)]
    Access(AccessError),
}

crate::carries_consent_error!(MessageError);

/// The content of `message_threads.sealed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct ThreadContent {
    /// What it is about, for its readers.
    about: AgeFile,
    /// Everybody who reads it, the clinician last.
    readers: Vec<PersonId>,
    /// Who began it.
    begun_by: PersonId,
}

/// The content of `messages.sealed`. Author and time stand in the clear, too, to find and order by; what is shown is this.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct MessageContent {
    file: AgeFile,
    author: PersonId,
    /// Microseconds UTC.
    sent_at: i64,
}

/// A side of a case on which people talk: which compartment, and who takes part in it.
#[derive(Clone, Debug)]
struct Talk {
    case: Case,
    side: CompartmentId,
    /// The participants who share the side, first come first.
    who: Vec<Participant>,
}

impl Talk {
    fn of(case: Case, side: CompartmentId) -> Self {
        let shares = |who: &&Participant| who.own == side || case.joints_of(who).contains(&side);
        let who = case.participants.iter().filter(shares).copied().collect();
        Self { case, side, who }
    }

    /// Whether it is joint.
    fn is_joint(&self) -> bool {
        self.case.is_joint(self.side)
    }

    /// Whether it is one that goes on: the case is open, nobody of it has left, and it is not a joint side of before.
    fn goes_on(&self) -> bool {
        let is_current = self.case.joint == Some(self.side) || !self.is_joint();
        self.case.open && is_current && self.who.iter().all(|who| who.until.is_none())
    }

    /// Everybody who would read a new thread on it.
    fn readers(&self) -> Vec<PersonId> {
        let clients = self.who.iter().map(|who| who.person);
        clients.chain([self.case.clinician]).collect()
    }

    /// Whose informed consent what `writer` writes stands on (R9): a client's own, so that nobody learns of a partner's (R2);
    /// for who cares, that of everybody whom it concerns.
    fn concerned(&self, writer: PersonId) -> Vec<Participant> {
        let of_writer = self.who.iter().find(|who| who.person == writer).copied();
        of_writer.map_or_else(|| self.who.clone(), |writer| vec![writer])
    }
}

/// For what who asks opens messages: what is theirs, or care.
fn purpose(work: &Work<'_, '_>) -> Purpose {
    if work.who().is_client() {
        Purpose::OwnRecord
    } else {
        Purpose::Care
    }
}

/// The side on which who asks would begin a thread: a client's own or the joint one of a case of theirs, or a side of a
/// case whose clinician they are. Anybody else's does not exist.
///
/// # Errors
/// [`AccessError::NotThere`] otherwise; the refusal leaves its receipt.
fn talk(work: &mut Work<'_, '_>, with: With) -> Result<Talk, AccessError> {
    let (practice, me) = (work.practice(), work.person()?);
    let found = match with {
        With::One(id) => cases::records::case_of_participant(work.tx, practice, id)?,
        With::All(id) => cases::records::case(work.tx, practice, id)?,
    };
    let talk = found.and_then(|case| {
        let side = match with {
            With::One(id) => case.participants.iter().find(|who| who.id == id)?.own,
            With::All(_) => case.joint?,
        };
        let talk = Talk::of(case, side);
        talk.readers().contains(&me).then_some(talk)
    });
    talk.ok_or_else(|| {
        let purpose = purpose(work);
        work.refused(Action::Messages, purpose)
    })
}

/// A thread of who asks, opened.
struct Found {
    thread: records::Thread,
    content: ThreadContent,
    talk: Talk,
    opened: Opened,
}

/// A thread that who asks reads, with its side opened; anybody else's does not exist.
///
/// # Errors
/// [`AccessError::NotThere`] otherwise; the refusal leaves its receipt.
fn find(work: &mut Work<'_, '_>, id: ThreadId, action: Action) -> Result<Found, AccessError> {
    let (practice, me, purpose) = (work.practice(), work.person()?, purpose(work));
    let Some(thread) = records::thread(work.tx, practice, (id, me))? else {
        return Err(work.refused(action, purpose));
    };
    let case = cases::records::case(work.tx, practice, thread.case)?;
    let talk = Talk::of(case.ok_or(AccessError::NotThere)?, thread.cell.compartment);
    // A name is opened only where it is one of the thread's: the receipts of others tell nothing of it (R2).
    let mut wanted = vec![talk.side];
    if work.who().is_client() {
        let joints = talk.case.joints();
        wanted.extend(joints.into_iter().filter(|_| talk.is_joint()));
    } else {
        for who in &talk.who {
            let cell = people::records::cell(work.tx, practice, who.person)?;
            wanted.extend(cell.map(|cell| cell.compartment));
        }
    }
    wanted.retain(|one| *one == talk.side || work.may_open(*one, purpose));
    let opened = work.open(action, purpose, &wanted)?;
    let content: ThreadContent = work.unseal(&opened, "message_threads", &thread.cell)?;
    if !content.readers.contains(&me) {
        return Err(work.refused(action, purpose));
    }
    Ok(Found {
        thread,
        content,
        talk,
        opened,
    })
}

impl Found {
    /// Whether it goes on: with the very people who read it from its beginning, and a clinician who still is one.
    fn goes_on(&self, work: &Work<'_, '_>) -> bool {
        self.talk.goes_on()
            && self.talk.readers() == self.content.readers
            && cares(work, self.talk.case.clinician)
    }

    /// Whether who asks can write into it now.
    fn writes(&self, work: &mut Work<'_, '_>) -> Result<Writes, AccessError> {
        let me = work.person()?;
        if !self.goes_on(work) {
            return Ok(Writes::Closed);
        }
        may_write(work, &self.talk, me)
    }
}

/// Whether somebody still has clients here.
fn cares(work: &Work<'_, '_>, clinician: PersonId) -> bool {
    let now = micros(work.now());
    let roles = work.authority(|known| known.roles(clinician, now));
    roles.iter().any(|(_, body)| Role::is_clinical(body.role))
}

/// Whether consent and keys are there for what `me` would write.
fn may_write(work: &mut Work<'_, '_>, talk: &Talk, me: PersonId) -> Result<Writes, AccessError> {
    if !consent::all_informed(work, &talk.concerned(me))? {
        return Ok(Writes::ConsentMissing);
    }
    let mut without = talk.readers();
    without.retain(|person| published::of(work, *person).is_none());
    Ok(if without.is_empty() {
        Writes::Yes
    } else {
        Writes::KeysMissing(without)
    })
}

/// Those who read, by the names by which who asks knows them, in the order given.
fn named(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    talk: &Talk,
    readers: &[PersonId],
) -> Result<Vec<Reader>, AccessError> {
    let practice = work.practice();
    let called = cases::called(work, opened, &talk.case)?;
    let mut found = Vec::with_capacity(readers.len());
    for person in readers {
        let part = talk.who.iter().find(|who| who.person == *person);
        let known = part.and_then(|part| called.get(&part.id).cloned());
        let name = match (part, known) {
            (None, _) => accounts::staff_pages(work, &[*person])?
                .first()
                .map(accounts::StaffPage::spoken)
                .unwrap_or_default()
                .into(),
            (Some(_), Some(name)) => name,
            (Some(_), None) => {
                let cell = people::records::cell(work.tx, practice, *person)?;
                name_of(work, opened, cell)?
            }
        };
        found.push(Reader {
            person: *person,
            id: ReaderId::of(work.vault(), practice, *person),
            name,
            keys: published::of(work, *person),
        });
    }
    Ok(found)
}

/// A name from an identity that was opened.
fn name_of(
    work: &Work<'_, '_>,
    opened: &Opened,
    cell: Option<Cell>,
) -> Result<Private<String>, AccessError> {
    let cell = cell.filter(|cell| opened.get(cell.compartment).is_some());
    match cell {
        Some(cell) => Ok(work.unseal::<Identity>(opened, "people", &cell)?.name),
        None => Ok(Private::default()),
    }
}
