//! Beginning a thread and writing into it; a notice that names nothing goes to those who have followed the last one (R12).

use super::{
    Found, LONGEST_ABOUT, LONGEST_MESSAGE, MOST_ATTACHED, MessageContent, MessageError,
    ThreadContent, With, Writes, find, may_write, records, talk,
};
use crate::access::{Access, Work};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{AttachmentId, MessageId, PersonId, PracticeId, ThreadId};
use crate::own_words::AgeFile;
use crate::post::Notice;
use crate::receipts::Action;
use crate::sealed::SealedRow;

/// A message as a browser sends it, under the id that it gave and signed.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Which.
    pub id: MessageId,
    /// The file.
    pub file: AgeFile,
    /// What goes with it, sent before.
    pub attachments: Vec<AttachmentId>,
}

/// What is to be stored of a message.
struct Ready {
    thread: ThreadId,
    author: PersonId,
    clinician: PersonId,
    at: i64,
    /// Nothing when the very message is there already: a second try of the same.
    row: Option<SealedRow>,
    attachments: Vec<AttachmentId>,
}

impl Practice {
    /// Begins a thread on one side of a case with its first message, under the ids that the browser gave.
    ///
    /// # Errors
    /// [`MessageError::Closed`] when nothing new is written there, [`MessageError::ConsentMissing`] (R9),
    /// [`MessageError::KeysMissing`], [`MessageError::NotForReaders`], [`AccessError::NotThere`] when the side is not theirs,
    /// [`AccessError::Stale`] when the id is taken.
    pub async fn begin_thread(
        &self,
        access: &impl Access,
        (thread, with): (ThreadId, With),
        about: AgeFile,
        first: Sent,
    ) -> Result<(), MessageError> {
        let practice = self.id();
        let told = self
            .write(
                access,
                Action::MessageSend,
                move |work| begin(work, (thread, with), about, first),
                move |tx, (row, case, readers, ready)| {
                    let place = (*case, ready.author, ready.at);
                    records::insert_thread(tx, practice, row, place, readers)?;
                    put(tx, practice, ready)
                },
            )
            .await?;
        self.tell_readers(told).await;
        Ok(())
    }

    /// Writes a message into a thread. The same one once more, after an answer that was lost, is no other.
    ///
    /// # Errors
    /// As [`Practice::begin_thread`].
    pub async fn send_message(
        &self,
        access: &impl Access,
        thread: ThreadId,
        message: Sent,
    ) -> Result<(), MessageError> {
        let practice = self.id();
        let told = self
            .write(
                access,
                Action::MessageSend,
                move |work| {
                    let found = find(work, thread, Action::MessageSend)?;
                    send(work, &found, message)
                },
                move |tx, ready| put(tx, practice, ready),
            )
            .await?;
        self.tell_readers(told).await;
        Ok(())
    }

    /// Notes that who asks has read a thread up to a message.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is no message of a thread of theirs.
    pub async fn have_read(
        &self,
        access: &impl Access,
        thread: ThreadId,
        until: MessageId,
    ) -> Result<(), AccessError> {
        let practice = self.id();
        self.write(
            access,
            Action::Messages,
            move |work| {
                let me = work.person()?;
                let purpose = super::purpose(work);
                let found = records::thread(work.tx, practice, (thread, me))?;
                let found = found.filter(|one| work.may_open(one.cell.compartment, purpose));
                let message = match found {
                    Some(_) => records::message(work.tx, practice, thread, until)?,
                    None => None,
                };
                let message = message.ok_or(AccessError::NotThere)?;
                Ok((me, message.sent_at))
            },
            move |tx, (me, at)| Ok(records::has_read(tx, practice, (thread, *me), *at)?),
        )
        .await
    }

    /// What stands in the thread does not depend on these letters.
    async fn tell_readers(&self, notices: Vec<Notice>) {
        if let Err(error) = self.tell(notices).await {
            tracing::error!(%error, "nobody was written to about a message");
        }
    }
}

type Begun = (SealedRow, crate::ids::CaseId, Vec<PersonId>, Ready);

fn begin(
    work: &mut Work<'_, '_>,
    (thread, with): (ThreadId, With),
    about: AgeFile,
    first: Sent,
) -> Result<Begun, MessageError> {
    let (practice, me, purpose) = (work.practice(), work.person()?, super::purpose(work));
    let talk = talk(work, with)?;
    let opened = work.open(Action::MessageSend, purpose, &[talk.side])?;
    if !talk.goes_on() || !super::cares(work, talk.case.clinician) {
        return Err(MessageError::Closed);
    }
    if records::is_taken(work.tx, practice, thread)? {
        return Err(AccessError::Stale.into());
    }
    let readers = talk.readers();
    let writes = may_write(work, &talk, me)?;
    let fits = about.is_for(readers.len()) && about.size() <= LONGEST_ABOUT;
    check(&writes, fits)?;
    work.stands_on_consent(&talk.concerned(me))?;
    let open = opened.get(talk.side).ok_or(AccessError::NotThere)?;
    let content = ThreadContent {
        about,
        readers: readers.clone(),
        begun_by: me,
    };
    let row = work.seal(open, ("message_threads", thread.0, 1), &content)?;
    let ready = Ready {
        thread,
        author: me,
        clinician: talk.case.clinician,
        at: micros(work.now()),
        row: Some(sealed_message(work, open, readers.len(), &first)?),
        attachments: first.attachments,
    };
    Ok((row, talk.case.id, readers, ready))
}

fn send(work: &mut Work<'_, '_>, found: &Found, message: Sent) -> Result<Ready, MessageError> {
    let (practice, me) = (work.practice(), work.person()?);
    let thread = found.thread.id;
    let mut ready = Ready {
        thread,
        author: me,
        clinician: found.talk.case.clinician,
        at: micros(work.now()),
        row: None,
        attachments: Vec::new(),
    };
    if let Some(stored) = records::message(work.tx, practice, thread, message.id)? {
        let content: MessageContent = work.unseal(&found.opened, "messages", &stored.cell)?;
        let is_same = content.author == me && content.file == message.file;
        return if is_same {
            Ok(ready)
        } else {
            Err(AccessError::Stale.into())
        };
    }
    check(&found.writes(work)?, true)?;
    work.stands_on_consent(&found.talk.concerned(me))?;
    let side = found.talk.side;
    let open = found.opened.get(side).ok_or(AccessError::NotThere)?;
    let readers = found.content.readers.len();
    ready.row = Some(sealed_message(work, open, readers, &message)?);
    ready.attachments = message.attachments;
    Ok(ready)
}

fn check(writes: &Writes, fits: bool) -> Result<(), MessageError> {
    match writes {
        Writes::Closed => Err(MessageError::Closed),
        Writes::ConsentMissing => Err(MessageError::ConsentMissing),
        Writes::KeysMissing(_) => Err(MessageError::KeysMissing),
        Writes::Yes if fits => Ok(()),
        Writes::Yes => Err(MessageError::NotForReaders),
    }
}

fn sealed_message(
    work: &mut Work<'_, '_>,
    open: &vault::Open,
    readers: usize,
    message: &Sent,
) -> Result<SealedRow, MessageError> {
    let fits = message.file.is_for(readers) && message.file.size() <= LONGEST_MESSAGE;
    if !fits || message.attachments.len() > MOST_ATTACHED {
        return Err(MessageError::NotForReaders);
    }
    let content = MessageContent {
        file: message.file.clone(),
        author: work.person()?,
        sent_at: micros(work.now()),
    };
    Ok(work.seal(open, ("messages", message.id.0, 1), &content)?)
}

/// Stores a message; who is to be told of it, and where they look.
fn put(
    tx: &mut store::Tx<'_>,
    practice: PracticeId,
    ready: &Ready,
) -> Result<Vec<Notice>, MessageError> {
    let Some(row) = &ready.row else {
        return Ok(Vec::new());
    };
    let (thread, author, at) = (ready.thread, ready.author, ready.at);
    records::insert_message(tx, practice, row, (thread, author, at))?;
    let message = MessageId(row.id());
    for attachment in &ready.attachments {
        records::goes_with(tx, practice, (thread, author), (*attachment, message))?;
    }
    let told = records::to_tell(tx, practice, (thread, author), at)?;
    let page = |person: &PersonId| {
        if *person == ready.clinician {
            "/desk/messages"
        } else {
            "/my/messages"
        }
    };
    Ok(told.iter().map(|one| (*one, page(one), at)).collect())
}
