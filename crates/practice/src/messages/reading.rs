//! Reading a thread: its readers with their keys, its messages as files, and what of it stands in the record.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use vault::Opened;

use super::{
    Filed, Message, MessageContent, Reader, Talk, With, Writes, filing, find, may_write, named,
    records, talk,
};
use crate::access::{Access, Work};
use crate::clock::from_micros;
use crate::consent::{self, Policy};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, MessageId, PersonId, ThreadId};
use crate::notes::Route;
use crate::own_words::AgeFile;
use crate::people;
use crate::receipts::Action;

/// How many messages a page shows.
const SHOWN: i64 = 50;

/// A thread with its newest messages, or those before an instant.
#[derive(Clone, Debug)]
pub struct ThreadPage {
    /// Which.
    pub id: ThreadId,
    /// Of which case.
    pub case: CaseId,
    /// Who talks.
    pub with: With,
    /// Who reads this page.
    pub me: PersonId,
    /// Who began it.
    pub begun_by: PersonId,
    /// When.
    pub begun_at: Timestamp,
    /// What it is about, for its readers' browsers.
    pub about: AgeFile,
    /// Everybody who reads it, the clinician last.
    pub readers: Vec<Reader>,
    /// Whether who reads can write now.
    pub writes: Writes,
    /// The messages, oldest first.
    pub messages: Vec<Message>,
    /// Copies of its messages in the record.
    pub filed: Vec<Filed>,
    /// Where the page with earlier ones ends, if there are any: microseconds UTC.
    pub earlier: Option<i64>,
    /// What happens with what is told alone, where the thread is on one participant's own side, by what they signed.
    pub policy: Option<Policy>,
}

/// The messages of a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum MessagesPage {
    /// The newest.
    Newest,
    /// Those before an instant, microseconds UTC.
    Before(i64),
}

/// What the page for a new thread shows.
#[derive(Clone, Debug)]
pub struct NewThread {
    /// Of which case.
    pub case: CaseId,
    /// Who would talk.
    pub with: With,
    /// Who asks.
    pub me: PersonId,
    /// Everybody who would read it, the clinician last.
    pub readers: Vec<Reader>,
    /// Whether it can be begun.
    pub writes: Writes,
    /// What happens with what is told alone, where the thread is on one participant's own side, by what they signed.
    pub policy: Option<Policy>,
}

impl Practice {
    /// A thread that who asks reads.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such thread for who asks.
    pub async fn thread(
        &self,
        access: &impl Access,
        id: ThreadId,
        page: MessagesPage,
    ) -> Result<ThreadPage, AccessError> {
        self.read(access, move |work| thread_page(work, id, page))
            .await
    }

    /// What a new thread on one side of a case would be.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when the side is not theirs.
    pub async fn new_thread(
        &self,
        access: &impl Access,
        with: With,
    ) -> Result<NewThread, AccessError> {
        self.read(access, move |work| {
            let (me, practice) = (work.person()?, work.practice());
            let talk = talk(work, with)?;
            let purpose = super::purpose(work);
            let mut wanted = vec![talk.side];
            if work.who().is_client() {
                wanted.extend(talk.case.joints().into_iter().filter(|_| talk.is_joint()));
            } else {
                for who in &talk.who {
                    let cell = people::records::cell(work.tx, practice, who.person)?;
                    wanted.extend(cell.map(|cell| cell.compartment));
                }
            }
            wanted.retain(|one| *one == talk.side || work.may_open(*one, purpose));
            let opened = work.open(Action::Messages, purpose, &wanted)?;
            let writes = if talk.goes_on() && super::cares(work, talk.case.clinician) {
                may_write(work, &talk, me)?
            } else {
                Writes::Closed
            };
            let readers = talk.readers();
            Ok(NewThread {
                policy: policy(work, &opened, &talk)?,
                case: talk.case.id,
                with,
                me,
                readers: named(work, &opened, &talk, &readers)?,
                writes,
            })
        })
        .await
    }
}

/// The policy that counts for the one participant on whose own side it is talked.
fn policy(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    talk: &Talk,
) -> Result<Option<Policy>, AccessError> {
    match talk.case.route(talk.side) {
        Route::Own(id) => consent::policy_of(work, opened, talk.case.kind, id),
        Route::Chart => Ok(None),
    }
}

fn thread_page(
    work: &mut Work<'_, '_>,
    id: ThreadId,
    page: MessagesPage,
) -> Result<ThreadPage, AccessError> {
    let (practice, me) = (work.practice(), work.person()?);
    let found = find(work, id, Action::Messages)?;
    let before = match page {
        MessagesPage::Newest => i64::MAX,
        MessagesPage::Before(at) => at,
    };
    let mut stored = records::messages(work.tx, practice, id, (before, SHOWN + 1))?;
    let has_more = i64::try_from(stored.len()).unwrap_or(i64::MAX) > SHOWN;
    if has_more {
        stored.remove(0);
    }
    let earlier = stored.first().filter(|_| has_more).map(|one| one.sent_at);
    let mut messages = Vec::with_capacity(stored.len());
    for one in stored {
        let content: MessageContent = work.unseal(&found.opened, "messages", &one.cell)?;
        messages.push(Message {
            id: MessageId(one.cell.id),
            author: content.author,
            sent_at: from_micros(content.sent_at),
            file: content.file,
        });
    }
    let writes = found.writes(work)?;
    let readers = named(work, &found.opened, &found.talk, &found.content.readers)?;
    let side = found.talk.side;
    let sides = (&found.talk.case, &[side][..]);
    let filed = filing::of_sides(work, &found.opened, sides, filing::LISTED)?;
    Ok(ThreadPage {
        id,
        policy: policy(work, &found.opened, &found.talk)?,
        case: found.talk.case.id,
        with: found.talk.with(),
        me,
        begun_by: found.content.begun_by,
        begun_at: from_micros(found.thread.begun_at),
        about: found.content.about,
        readers,
        writes,
        messages,
        filed,
        earlier,
    })
}
